"""What the playground calls things, to be said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from csbot.channel.imitation import Fault
from csbot.domain.message import Author
from csbot.web.languages import text


@dataclass(frozen=True, slots=True)
class Misfortune:
    """What goes wrong, and what csbot is expected to make of it."""

    name: str
    expected: str


FAULTS: Mapping[Fault, Misfortune] = {
    Fault.LIMIT: Misfortune(
        text("Too many requests"),
        text("csbot waits as long as the platform asks, then sends. Nothing is lost and nothing doubled."),
    ),
    Fault.ERROR: Misfortune(
        text("Server error"), text("Nothing was taken: csbot tries again after about two seconds, then ever slower.")
    ),
    Fault.HANG: Misfortune(
        text("No answer"),
        text(
            "The platform takes the call and never answers. After five seconds the outcome counts as unknown: it is "
            "shown to the agent, and csbot never sends again by itself."
        ),
    ),
    Fault.CUT: Misfortune(
        text("Line cut"),
        text(
            "The platform takes the call and the line drops. The outcome is unknown: it is shown to the agent, and "
            "csbot never sends again by itself."
        ),
    ),
    Fault.REPEAT: Misfortune(text("Webhook repeated"), text("The platform posts a webhook twice; csbot answers once.")),
    Fault.REORDER: Misfortune(
        text("Webhooks reordered"),
        text(
            "Webhooks that wait are posted youngest first. Set two and write twice, quickly: where the platform "
            "tells its order, csbot reads them in it."
        ),
    ),
    Fault.SLOW: Misfortune(
        text("Slow answer"), text("The platform takes a second to answer. Nobody else waits for it.")
    ),
    Fault.BLOCKED: Misfortune(
        text("Customer blocked the sender"), text("csbot notes that nothing reaches the customer here any more.")
    ),
    Fault.OPTED_OUT: Misfortune(
        text("Customer opted out"), text("The platform refuses, csbot notes it, and the bot says nothing more here.")
    ),
    Fault.WINDOW: Misfortune(
        text("Window closed"), text("Free text is refused: the message is held back until the customer writes.")
    ),
    Fault.REFUSED: Misfortune(
        text("Token refused"),
        text("csbot raises an alarm and sends nothing on this channel for half a minute, then tries again."),
    ),
}

AUTHORS: Mapping[str, str] = {
    Author.CUSTOMER: text("Customer"),
    Author.BOT: text("Bot"),
    Author.AGENT: text("Agent"),
}

PAGES: Mapping[str, str] = {"/chat": text("Web chat"), "/desk": text("Desk")}

LANGUAGES: Mapping[str, str] = {"en": "English", "tr": "Türkçe"}
