"""What the desk calls things: states, reasons and outcomes in words, each to be said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from csbot.domain.account import Standing
from csbot.domain.address import Consent
from csbot.domain.content import SlotKind
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.lookup import Branch
from csbot.domain.message import MessageKind
from csbot.domain.pause import PauseScope
from csbot.domain.ticket import Priority, Reason
from csbot.web.languages import text

ROLES: Mapping[str, str] = {"agent": text("agent"), "supervisor": text("supervisor"), "admin": text("admin")}

STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.ACTIVE: (text("active"), "good"),
    Standing.INVITED: (text("invited"), "warn"),
    Standing.NO_PASSWORD: (text("no password: only the API"), ""),
    Standing.DISABLED: (text("shut out"), "bad"),
}
"""How a person stands, in words and colour."""

ON_PEOPLE: Mapping[str, str] = {
    "invite": text("Invited"),
    "accept invitation": text("Came in"),
    "set role": text("Role changed"),
    "set password": text("Password changed"),
    "add token": text("Token made"),
    "disable": text("Access ended"),
    "enable": text("Access given again"),
}
"""What is done to people, by what stands in the audit log."""

STATES: Mapping[ConversationState, str] = {
    ConversationState.WAITING: text("Waits for a person"),
    ConversationState.HUMAN: text("With a person"),
    ConversationState.BOT: text("With the bot"),
    ConversationState.CLOSED: text("Closed"),
}

REASONS: Mapping[str, str] = {
    Reason.ASKED: text("asked for a person"),
    Reason.COMPLAINT: text("complaint"),
    Reason.UNSURE: text("not understood"),
    Reason.REPEATED: text("asked again after the answer"),
    Reason.SENSITIVE: text("sensitive matter"),
    Reason.INTENT: text("needs a person"),
    Reason.FORM: text("form complete"),
    Reason.FORM_FAILED: text("form not completed"),
    Reason.NOT_HELPED: text("answer did not help"),
    Reason.OPTED_OUT: text("opted out"),
    Reason.LANGUAGE: text("language not served"),
    Reason.BOT_FAILED: text("bot failed"),
    Reason.PAUSED: text("bot paused"),
    Reason.UNREADABLE: text("message not readable"),
    Reason.SYSTEM_DOWN: text("system not answering"),
    Reason.NOT_PROVEN: text("identity not proven"),
    Reason.OUTCOME_UNKNOWN: text("not known whether it was done"),
}

BRANCHES: Mapping[Branch, tuple[str, str]] = {
    Branch.FOUND: (text("found"), "good"),
    Branch.SEVERAL: (text("several found"), "good"),
    Branch.NONE: (text("there is none"), ""),
    Branch.REFUSED: (text("refused"), "warn"),
    Branch.UNPROVEN: (text("not told: the customer has not shown that it is theirs"), "warn"),
    Branch.CODE: (text("a code was offered to the contact on file, and not typed yet"), "warn"),
    Branch.LATE: (text("no answer in time"), "bad"),
    Branch.DOWN: (text("the system cannot be reached"), "bad"),
    Branch.WRONG: (text("the system answered something unreadable"), "bad"),
    Branch.UNKNOWN: (text("nobody knows whether it was done: look in the system"), "bad"),
}
"""What a question to the brand's systems came to, in words and colour."""

VALUES: Mapping[str, str] = {
    SlotKind.ORDER_NUMBER: text("Order number"),
    SlotKind.EMAIL: text("E-mail"),
    SlotKind.PHONE: text("Telephone"),
    SlotKind.DATE: text("Day"),
    SlotKind.PHOTO: text("Photo"),
    "money": text("Amount"),
}
"""What values of a kind are called; others by the name the content gives them."""

PRIORITIES: Mapping[str, tuple[str, str]] = {
    Priority.LOW: (text("low"), ""),
    Priority.NORMAL: (text("normal"), ""),
    Priority.HIGH: (text("high"), "warn"),
    Priority.URGENT: (text("urgent"), "bad"),
}
"""Word and colour."""

DELIVERY: Mapping[DeliveryState, tuple[str, str, str]] = {
    DeliveryState.QUEUED: ("…", text("waits to be sent"), ""),
    DeliveryState.SENDING: ("…", text("being sent"), ""),
    DeliveryState.SENT: ("✓", text("sent"), ""),
    DeliveryState.DELIVERED: ("✓✓", text("delivered"), "good"),
    DeliveryState.READ: ("✓✓", text("read"), "good"),
    DeliveryState.FAILED: ("!", text("not sent"), "bad"),
    DeliveryState.UNKNOWN: ("?", text("unknown whether it arrived"), "bad"),
    DeliveryState.GONE: ("✕", text("nothing reaches the customer here any more"), "bad"),
    DeliveryState.PARKED: ("‖", text("held back"), "warn"),
    DeliveryState.DROPPED: ("✕", text("dropped"), ""),
}
"""Sign, words and colour."""

PART_REASONS: Mapping[str, str] = {
    "window closed": text("waits until the customer writes"),
    "opted out": text("opted out"),
    "a person took over": text("a person took over"),
    "csbot stopped while it was being sent": text("csbot stopped while it was being sent"),
    "the customer cannot be reached on this sender": text("the customer cannot be reached on this sender"),
}
"""csbot's own reasons why a piece did not go out, by what stands in the store."""

CONSENTS: Mapping[Consent, tuple[str, str]] = {
    Consent.UNSAID: (text("has not said whether they may be written to"), ""),
    Consent.IN: (text("may be written to"), "good"),
    Consent.OUT: (text("has told this sender to stop"), "bad"),
}

BRAKES: Mapping[PauseScope, str] = {
    PauseScope.BOT: text("The bot is paused"),
    PauseScope.CHANNEL: text("Channel paused"),
    PauseScope.INTENT: text("Intent paused"),
    PauseScope.ENTRY: text("Answer paused"),
    PauseScope.ANNOUNCEMENT: text("Announcement"),
}

KINDS: Mapping[MessageKind, str] = {
    MessageKind.PHOTO: text("photo"),
    MessageKind.DOCUMENT: text("document"),
    MessageKind.VOICE: text("voice message"),
    MessageKind.VIDEO: text("video"),
    MessageKind.AUDIO: text("audio"),
    MessageKind.STICKER: text("sticker"),
    MessageKind.LOCATION: text("place"),
    MessageKind.CONTACT: text("contact"),
    MessageKind.ARRIVAL: text("comes over from another app"),
    MessageKind.UNSUPPORTED: text("something this channel cannot show"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is said on the page one is led to after an act."""

    text: str
    kind: str = "good"


TOLD: Mapping[str, Told] = {
    "welcome": Told(text("Welcome. You are signed in.")),
    "signed-out": Told(text("You were signed out. Sign in again; nothing was done."), "warn"),
    "bye": Told(text("You are signed out.")),
    "password": Told(text("Your password is changed, and you are signed out everywhere else.")),
    "claimed": Told(text("You have this conversation now.")),
    "sent": Told(text("Your message is on its way.")),
    "noted": Told(text("Your note is kept. The customer does not see it.")),
    "returned": Told(text("The bot has this conversation again.")),
    "closed": Told(text("The conversation is closed.")),
    "line-empty": Told(text("Nobody is waiting.")),
    "closed-line-empty": Told(text("The conversation is closed, and nobody else is waiting.")),
    "held": Told(text("Somebody else was first and has this conversation now."), "warn"),
    "not-claimed": Told(text("Nobody has this conversation. Take it first, then try again."), "warn"),
    "already-closed": Told(text("This conversation is closed. When the customer writes, another begins."), "warn"),
    "overtaken": Told(text("Others are acting on this conversation. Look at it again, then try again."), "warn"),
    "braked": Told(text("It is in force now.")),
    "lifted": Told(text("It is lifted.")),
    "queued": Told(text("It is sent again.")),
    "confirmed": Told(text("It counts as sent.")),
    "role-set": Told(text("The role is changed.")),
    "shut-out": Told(text("They are shut out. Their sessions and tokens have ended.")),
    "let-in": Told(text("They may come in again, by the password they had.")),
    "nobody-there": Told(text("This is not possible for that person. Look at the list again."), "warn"),
    "oneself": Told(text("You cannot do this to yourself. Ask another admin."), "warn"),
    "last-admin": Told(text("This is the last admin. Make somebody else an admin first."), "warn"),
    "part-moved": Told(text("Its state has changed meanwhile. Nothing was done."), "warn"),
}


def language_name(code: str, reader: str) -> str:
    """The name of a language in the reader's; the code where it has none."""
    try:
        return Locale.parse(reader).languages.get(code) or code if code else ""
    except (ValueError, UnknownLocaleError):
        return code
