"""Greetings and thanks around a question: taken off, so that they hide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from csbot.nlu.tokens import tokens

_LONGEST = 4
"""Phrases with more words are understood as a whole, not taken off."""


_FILLERS = frozenset(
    tokens(
        """çok peki tamam evet ama ve bir de da mi ya abi abla hocam bey hanım hanımefendi beyefendi canım efendim size
        herkese tekrar şimdiden again very so much a lot all everyone everybody team guys there sir madam dear and ok
        okay well now then for your help cool great nice perfect lovely brilliant awesome süper harika mükemmel"""
    )
)
"""Words that only decorate a greeting or thanks."""


class Manners:
    """The phrases of small talk (words, name), and what remains of a message without those at its ends.

    Names come in the order people say them: greetings first.
    """

    def __init__(self, phrases: Iterable[tuple[tuple[str, ...], str]]) -> None:
        self._names = {words: name for words, name in phrases if 0 < len(words) <= _LONGEST}
        self._order = {name: at for at, name in enumerate(dict.fromkeys(self._names.values()))}

    def strip(self, words: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """The words between manners, and the name of those taken off ("" when there were none).

        Of several it is the one people say last: "thanks, good evening" does not greet.
        """
        rest, taken = tuple(words), [""]
        for at_end in (False, True):
            while rest:
                length, found = self._longest(rest, at_end=at_end)
                if not found:
                    break
                rest = rest[:-length] if at_end else rest[length:]
                taken.append(found)
        return rest, max(taken, key=lambda name: self._order.get(name, -1))

    def decorates(self, words: Sequence[str]) -> bool:
        """These words, left beside a manner, say nothing of their own."""
        return _FILLERS.issuperset(words)

    def _longest(self, words: tuple[str, ...], *, at_end: bool) -> tuple[int, str]:
        for length in range(min(_LONGEST, len(words)), 0, -1):
            if name := self._names.get(words[-length:] if at_end else words[:length]):
                return length, name
        return 0, ""
