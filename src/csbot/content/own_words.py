"""csbot's own words: every key of `intents/phrases.yml`, when it is said, and what may stand in braces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from csbot.domain.lookup import Branch

LABEL_LIMIT = 20
"""The most characters of a label: WhatsApp's buttons hold no more (Cloud API reference, reply buttons, 2026-11-22)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One thing csbot says: `when`, the placeholders it may hold and those it is useless without; `label`: a button."""

    when: str
    placeholders: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    label: bool = False

    @property
    def description(self) -> str:
        """When it is said and what may stand in braces, for editors."""
        names = ", ".join(f"{{{name}}}" for name in self.placeholders)
        return f"{self.when} Placeholders: {names}." if names else self.when


SAY: Mapping[str, Words] = {
    "welcome": Words(
        when="First contact: this is an assistant, the privacy notice, how to reach a person.",
        placeholders=("brand", "privacy_url"),
        needed=("privacy_url",),
    ),
    "welcome_short": Words(when="The same where the brand has no privacy_url.", placeholders=("brand",)),
    "handoff_waiting": Words(
        when="A person will answer; `place` is the place in the line, `wait` the expected wait in words.",
        placeholders=("place", "wait"),
        needed=("place",),
    ),
    "handoff_next": Words(when="A person will answer; the customer is first in line or the wait is not known."),
    "handoff_closed": Words(
        when="A person will answer when the brand opens again; `hours` are the opening hours.",
        placeholders=("hours",),
        needed=("hours",),
    ),
    "handoff_priority": Words(when="Sympathy, put before the handoff words after a complaint."),
    "clarify": Words(when="Two or three meanings are near each other; their titles follow as choices."),
    "clarify_none": Words(when="The last of those choices: none of them.", label=True),
    "helped": Words(when="Asks at most once in a conversation whether the answer helped."),
    "helped_yes": Words(when="The choice: it helped.", label=True),
    "helped_no": Words(when="The choice: it did not help.", label=True),
    "helped_thanks": Words(when="After yes."),
    "helped_sorry": Words(when="After no, before the handoff words."),
    "image_only": Words(when="An image came without words: asks what it is about."),
    "voice_only": Words(when="A voice message or audio came: asks for words."),
    "file_only": Words(when="A document or video came without words: asks what it is about."),
    "location_only": Words(when="A location came without words: asks what it is about."),
    "contact_only": Words(when="A contact card came without words: asks what it is about."),
    "sticker_only": Words(when="A sticker came without words: asks what it is about."),
    "empty_text": Words(when="A message without any text came."),
    "emoji_only": Words(when="Only emoji came."),
    "form_cancelled": Words(when="The customer left a form."),
    "form_invalid": Words(when="A form's value does not fit and its slot has no `error` of its own."),
    "form_photo_needed": Words(when="A form wants a photo and something else came."),
    "photo_later": Words(when="The customer cannot send the photo a form wants, before the handoff words."),
    "form_gave_up": Words(when="After three values that did not fit, before the handoff words."),
    "form_skip": Words(when="The choice under an optional question of a form: pass it over.", label=True),
    "lookup_none": Words(when="The brand's system knows no such thing: asks for it once more."),
    "lookup_several": Words(when="Above a list of several records."),
    "lookup_refused": Words(when="The brand's system will not do what was asked of it."),
    "lookup_unproven": Words(when="Whose it is cannot be shown here: a person goes on."),
    "lookup_private": Words(when="In a place others can read: asks to write in private about what is personal."),
    "lookup_code": Words(
        when="A code is on its way to the contact on file, if there is one: asks for it, or for another number."
    ),
    "lookup_code_again": Words(when="Something else was said that is no code: what can be done meanwhile."),
    "lookup_code_wrong": Words(when="It was not the code: asks once more."),
    "lookup_away": Words(when="The brand's system does not answer now; `lookup_person` follows."),
    "lookup_person": Words(when="Asks whether a person should look; yes and no follow as choices."),
    "lookup_unknown": Words(when="Whether a change was made nobody knows: a person will look."),
    "confirm_again": Words(when="Before such a question once more: neither yes nor no was said."),
    "confirm_yes": Words(when="The choice: yes, do it.", label=True),
    "confirm_no": Words(when="The choice: no, leave it.", label=True),
    "withdrawn": Words(when="The customer no longer wants a person; the assistant goes on."),
    "go_on": Words(
        when="Written into the customer's app by the link to go on there; `pass` is the code and ends it.",
        placeholders=("brand", "pass"),
        needed=("pass",),
    ),
    "gone_on": Words(when="The customer has come over from another app by such a link."),
    "gone_on_waiting": Words(when="The same, while they wait for a person."),
    "pass_over": Words(when="A link to go on was used before, or is too old."),
    "followed": Words(when="Before an answer that nobody read on the page and that follows to another app."),
    "part_unknown": Words(
        when="After what was answered: another part of the message was not understood.",
        placeholders=("part",),
        needed=("part",),
    ),
    "take_your_time": Words(when="The customer asks for a moment in the middle of something."),
    "answer_again": Words(when="Before an answer once more: the customer asks on about just that."),
    "language_unknown": Words(
        when="The customer writes a language csbot does not speak: a person will answer. `language` is its name.",
        placeholders=("language",),
    ),
    "numbered_hint": Words(when="Under a numbered list of choices where a channel has no buttons."),
    "media_link": Words(
        when="A file goes out as a link because the channel cannot carry it.",
        placeholders=("name", "link"),
        needed=("link",),
    ),
    "continue_whatsapp": Words(
        when="Sent with texts of SMS senders that cannot receive: go on by WhatsApp.",
        placeholders=("link",),
        needed=("link",),
    ),
    "wait_minutes": Words(when="The expected wait in words, under an hour.", placeholders=("n",), needed=("n",)),
    "wait_hour": Words(when="The expected wait in words, an hour or more.", placeholders=("n",)),
}

RECOGNISE: Mapping[str, str] = {
    "person": "The customer wants a person.",
    "complaint": "A complaint, threat or insult: a person with priority.",
    "withdraw": "The customer leaves the form or the line.",
    "cancel": "A bare cancel, as an answer: the customer leaves the question, unless it is about cancelling.",
    "moment": "The customer asks for a moment.",
    "unable": "The customer cannot tell or send what a form asks for.",
    "yes": "Yes, as an answer to a question of csbot.",
    "no": "No, as an answer to a question of csbot.",
}

ANSWERS: Mapping[Branch, str] = {
    Branch.FOUND: "One record: {field} and {slot} are filled in. Without `cases` it has to be there.",
    Branch.SEVERAL: "Above the lines of several records.",
    Branch.NONE: "There is no such thing: asks for the number once more.",
    Branch.REFUSED: "The system will not do it; `instead` and a person are offered.",
    Branch.UNPROVEN: "Whose it is cannot be shown here; a person goes on.",
    Branch.CODE: "A code is on its way to the contact on file: asks for it.",
    Branch.LATE: "No answer in time. csbot then asks whether a person should look.",
    Branch.DOWN: "The system cannot be reached. csbot then asks whether a person should look.",
    Branch.WRONG: "The answer made no sense. csbot then asks whether a person should look.",
    Branch.UNKNOWN: "Whether the change was made nobody knows; a person goes on.",
}
"""What an author may put into words of their own about a lookup, and when it is said."""
