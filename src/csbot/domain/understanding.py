"""What an understanding engine says about a text."""

from __future__ import annotations

from dataclasses import dataclass

from csbot.domain.ticket import Ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """The ranking (best first; an FAQ entry is named "faq/<id>"), scores calibrated to 0..1.

    `confident`: the best may be answered as it stands. `close`: the two or three worth asking about, empty when there
    is nothing worth asking. `language` is the language the text is written in ("" when the text does not tell), one of
    the brand's or any other code. `why` explains it to a person.
    """

    ranking: tuple[Ranked, ...]
    confident: bool
    close: tuple[str, ...] = ()
    language: str = ""
    why: str = ""
