"""What a channel can carry: declared, shown to agents, and used to fit what is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from csbot.domain.message import MessageKind


class Arrival(StrEnum):
    """How words arrive: posted to us, fetched by us, or on pages of our own."""

    WEBHOOK = "webhook"
    PULL = "pull"
    HOSTED = "hosted"


class TextUnit(StrEnum):
    """How a platform counts the length of a text."""

    CHARACTERS = "characters"
    UTF16 = "utf16"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What one channel (as configured) can do.

    `text_limit` is what one call carries, counted in `text_unit`; `caption_limit` the same for text with media.
    `choices` is the most buttons under a message (0: none), `choice_label_limit` and `choice_text_limit` their bounds.
    `segments` means the rate counts SMS segments; `ascii_turkish` that Turkish letters are sent as ASCII to keep them
    short. `window_s` is the time after the customer's last word in which free text may be sent (None: always);
    `template_fallback` that an approved template can be sent outside it. `inbound` is False for senders that only send.
    `continue_link` goes with such senders' texts. `media` are the kinds of files it sends; with `media_by_link` the
    platform fetches them from us, so a part's attachment has a signed link as its `ref`.
    """

    arrival: frozenset[Arrival]
    inbound: bool = True
    text_limit: int = 4096
    text_unit: TextUnit = TextUnit.CHARACTERS
    caption_limit: int = 0
    choices: int = 0
    choice_label_limit: int = 20
    choice_text_limit: int = 0
    media: frozenset[MessageKind] = frozenset()
    media_by_link: bool = False
    markup: str = "plain"
    edits: bool = False
    reactions: bool = False
    typing: bool = False
    receipts: bool = False
    fetch: bool = False
    acknowledge: bool = False
    shared_places: bool = False
    segments: bool = False
    ascii_turkish: bool = False
    window_s: int | None = None
    template_fallback: bool = False
    continue_link: str = ""
