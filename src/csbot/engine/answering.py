"""The policy about what csbot has asked for a lookup's sake: a code, a yes before a change, whether a person looks.

Nothing but a clear yes changes anything. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from csbot.domain.content import Entry, Form, Intent, Lookup
from csbot.domain.conversation import PendingQuestion
from csbot.domain.ticket import Priority, Reason
from csbot.engine import choices, entities
from csbot.engine.beside import aside, elsewhere, is_named, leaves
from csbot.engine.consulting import Consultation, in_public
from csbot.engine.decisions import Decision, HandOff, Leave, Repeat
from csbot.engine.forms import ATTEMPTS, with_value
from csbot.engine.situation import Situation
from csbot.engine.words import words
from csbot.text.clauses import asks


def answer_about_lookup(s: Situation, pending: PendingQuestion) -> Decision | None:
    """What an answer comes to; None when it is none, or what it is about is no longer published or paused."""
    intent = s.catalogue.intents.get(pending.subject)
    form = intent.form if intent else None
    lookup = s.catalogue.lookups.get(form.lookup) if form else None
    if intent is None or form is None or lookup is None or intent.id in s.blocked or s.cues.complaint:
        if s.access.answer(pending.call) is None or s.cues.complaint:
            return None
        why = f"a yes to {pending.subject} was acted upon, and what it came to can no longer be told"
        return HandOff(reason=Reason.OUTCOME_UNKNOWN, priority=Priority.HIGH, why=why)
    about = _Asked(s=s, pending=pending, intent=intent, form=form, lookup=lookup)
    return in_public(s, intent) or ABOUT_LOOKUPS[pending.kind](about)


_TELLING, _FEW = 4, 2
"""Letters a word needs to tell what is meant; words of that kind that may stand beside a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    s: Situation
    pending: PendingQuestion
    intent: Intent
    form: Form
    lookup: Lookup

    @property
    def is_theirs(self) -> bool:
        """The one who was asked answers."""
        return self.pending.asked_of == self.s.access.sender

    @property
    def yes(self) -> bool:
        """A clear yes: the button of this very question, its number or label, or words that say yes and no more.

        "Evet iptal edin" is one where cancelling is what was asked about; "evet?" asks back.
        """
        said = self.s.said
        if said.picked is not None:
            pressed = any(one.payload == said.picked.payload for one in self.pending.choices[:1])
            return pressed and (not said.text or self.s.cues.yes)
        if "?" in said.text:
            return False
        if self.s.cues.cancels_indeed and is_named(self.intent, said.text):
            return True
        picked = choices.pick(self.pending.choices, None, said.text)
        return self.s.cues.yes or (picked is not None and picked == self.pending.choices[0])

    @property
    def no(self) -> bool:
        """Said no, or left it."""
        said = self.s.said
        picked = choices.pick(self.pending.choices, said.picked, said.text)
        said_no = picked is not None and picked == self.pending.choices[-1]
        # A no changes nothing, so it is heard in more words than a yes: "hayır iptal etmeyin".
        leans = self.s.cues.leans == "no" and (self.s.best in {"", self.intent.id} or not asks(said.text))
        return said_no or self.s.cues.no or leans or leaves(self.s, self.intent)

    def consultation(self, why: str, **more: object) -> Consultation:
        """Asking the lookup with what was told before."""
        known = {"slots": self.s.memory.slots, **more}
        return Consultation(s=self.s, intent=self.intent, form=self.form, lookup=self.lookup, why=why, **known)  # type: ignore[arg-type]

    def otherwise(self, phrase: str, reason: Reason) -> Decision | None:
        """Another question is answered; an answer that is none is asked for again, and the third goes to a person."""
        if other := elsewhere(self.s, self.intent.id):
            return aside(self.s, other, self.intent.id)
        if self.s.said.wordless:
            return None
        if self.pending.kind == "confirm" and not self.is_theirs:
            return self.consultation("somebody else goes on: whose it is is shown once more").go()
        attempts = self.pending.attempts + 1
        if attempts >= ATTEMPTS:
            why = f"{attempts} answers to the question for {self.pending.kind} did not fit"
            team = self.lookup.handoff.team
            return HandOff(reason=reason, team=team, lead=("form_gave_up",), subject=self.intent.id, why=why)
        return Repeat(phrase=phrase, attempts=attempts, why=f"neither answers the question for {self.pending.kind}")


def _confirm(asked: _Asked) -> Decision | None:
    yes = asked.consultation("the customer said yes", call=asked.pending.call).shown_by(asked.pending)
    if made := asked.s.access.answer(asked.pending.call):
        # The yes has been acted upon: what came of it is told, whatever was said since.
        return yes.came_to(made)
    if asked.yes:
        return yes.go()
    if asked.no:
        return Leave(why=f"the customer did not want {asked.intent.id} after all")
    return asked.otherwise("confirm_again", Reason.FORM_FAILED)


def _code(asked: _Asked) -> Decision | None:
    s, pending = asked.s, asked.pending
    if code := entities.sent_code(s.said.text):
        shown = {"challenge": pending.challenge, "code": code, "typed": True}
        so_far = {"attempts": pending.attempts, "words": pending.words}
        return asked.consultation("the customer typed a code", **shown, **so_far).go()
    if leaves(s, asked.intent):
        return Leave(why=f"the customer left {asked.intent.id}")
    return _another(asked) or asked.otherwise("lookup_code_again", Reason.NOT_PROVEN)


def _away(asked: _Asked) -> Decision | None:
    if asked.yes or (asked.s.cues.leans == "yes" and not asked.s.best):
        rule = asked.lookup.handoff
        return HandOff(
            reason=Reason.SYSTEM_DOWN,
            team=rule.team,
            priority=rule.priority,
            subject=asked.intent.id,
            why="the system does not answer, and the customer wants a person to look",
        )
    if asked.no:
        return Leave(why="the system does not answer, and the customer leaves it")
    return None


def _another(asked: _Asked) -> Decision | None:
    """The same about another number than before, be it because that one was mistyped."""
    s = asked.s
    slot = next((slot for slot in asked.form.slots if slot.name in asked.lookup.send), None)
    value = dict(s.reader.prefilled(asked.form, (), s.said)).get(slot.name) if slot else None
    if slot is None or value is None or _speaks_of(s, elsewhere(s, asked.intent.id)):
        return None
    return asked.consultation(f"another {slot.name}", slots=with_value(s.memory.slots, slot, value)).go()


def _more(asked: _Asked) -> Decision | None:
    s = asked.s
    told = s.reader.prefilled(asked.form, (), s.said)
    goes_on = s.asks_on and not told and not s.cues.another
    if s.best == asked.intent.id and goes_on and not asked.lookup.changes:
        return asked.consultation("asked on about the same").shown_by(asked.pending).go()
    # What says by its own words that it is about the same begins anew.
    return None if s.best == asked.intent.id or asked.lookup.changes else _another(asked)


def _speaks_of(s: Situation, name: str) -> bool:
    """It is an intent, or a word of what was said stands in the entry's: "and 4711?" looks like "170 and 70 kilos"."""
    item = s.item(name)
    if not isinstance(item, Entry):
        return item is not None
    known = {word for said in item.questions.values() for phrase in said for word in words(phrase)}
    telling = [word for word in words(s.said.text) if len(word) >= _TELLING and not word.isdigit()]
    return len(telling) > _FEW or any(word in known for word in telling)


ABOUT_LOOKUPS: dict[str, Callable[[_Asked], Decision | None]] = {
    "confirm": _confirm,
    "code": _code,
    "away": _away,
    "more": _more,
}
"""What is done about an answer, by the kind of the question."""
