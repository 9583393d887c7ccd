"""Greetings, thanks and courtesies around a question: taken off, so that they hide nothing."""

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

_SAID_AROUND = """
yardımcı olursanız sevinirim | yardımcı olursanız çok sevinirim | yardımcı olursanız | yardımcı olabilir misiniz
| yardımcı olur musunuz | yardım eder misiniz | yardım edebilir misiniz | yardımcı olun | bilgi verir misiniz
| bilgi verebilir misiniz | bilgi verirseniz sevinirim | bilgi alabilir miyim | cevap verirseniz sevinirim
| cevap bekliyorum | yanıt bekliyorum | dönüş yaparsanız sevinirim | şimdiden teşekkürler | şimdiden teşekkür ederim
| size bir şey soracaktım | bir şey soracaktım | bir şey sorabilir miyim | bir şey sormak istiyorum | bir sorum var
| bir sorum olacaktı | merak ettim | kusura bakmayın | rahatsız ediyorum | affedersiniz | pardon | iyi çalışmalar
| kolay gelsin | hayırlı işler | saygılar | saygılarımla
| kind regards | best regards | regards | cheers | could you help me | can you help me | please help me | please help
| can you please help | any help appreciated | any help would be appreciated | i would be grateful
| i would appreciate it | thanks in advance | thank you in advance | please advise | let me know | let me know please
| just wondering | i was wondering | was wondering | quick question | i have a question | i have a quick question
| can i ask | can i ask something | sorry to bother you | excuse me | sorry for my english | sorry my english
| sorry my english is bad
"""
_COURTESIES = frozenset(tokens(phrase) for phrase in _SAID_AROUND.split("|"))
"""What is said around a question out of politeness. Alone it is a message of its own, and stays."""

_LONGEST_COURTESY = max(map(len, _COURTESIES))
_LEAST_LEFT = 2
"""Words that have to be left between courtesies."""


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
                if not found and not (length := _courtesy(rest, at_end=at_end)):
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


def _courtesy(words: Sequence[str], *, at_end: bool) -> int:
    """How many words at the beginning or end are mere politeness."""
    for length in range(min(_LONGEST_COURTESY, len(words) - _LEAST_LEFT), 0, -1):
        if tuple(words[-length:] if at_end else words[:length]) in _COURTESIES:
            return length
    return 0
