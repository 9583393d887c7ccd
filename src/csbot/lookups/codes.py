"""Codes by which a customer shows that a contact on file is theirs.

A code follows from a key, the request that sent it, what the customer told and the minute, so nothing is kept: who has
the key makes it again and compares. A code is good for ten minutes, and for every lookup asked about the same: a
customer who has shown that an order is theirs to look at need not show it again to cancel it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from csbot.domain.lookup import CODE_DIGITS, NeedsLookup

MINUTES = 10
MOST_WRONG = 5
MOST_SENT = 5
SENT_WITHIN_S = 3600.0


def key_of(secrets: Iterable[bytes]) -> bytes:
    """The key of the codes, the same in every process that has the same secrets."""
    return hashlib.sha256(b"codes\n" + b"\n".join(sorted(secrets))).digest()


def code(key: bytes, need: NeedsLookup, *, now: datetime) -> str:
    """The code to send for `need`: for its request and what the customer told, and no other."""
    return _code(key, need, need.request, _minute(now))


def is_right(key: bytes, need: NeedsLookup, *, now: datetime) -> bool:
    """`need.code` is the code sent for `need.challenge`, about the same, at most ten minutes ago."""
    typed = "".join(char for char in need.code if char.isdecimal() and char.isascii()).encode()
    last = _minute(now)
    right = False
    # All of them, whichever fits, so that the time it takes tells nothing.
    for minute in range(last - MINUTES, last + 1):
        right |= hmac.compare_digest(_code(key, need, need.challenge, minute).encode(), typed)
    return right and bool(need.challenge)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _code(key: bytes, need: NeedsLookup, request: str, minute: int) -> str:
    about = repr((request, sorted(need.slots), minute)).encode("utf-8", "replace")
    number = int.from_bytes(hmac.new(key, about, hashlib.sha256).digest()[:8])
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


class Guesses:
    """Counts wrong codes by what they were sent for, and codes sent by what they are about, to end the guessing.

    Beside the engine's own count, which sees one conversation only. In memory, the `most` latest of each.
    """

    def __init__(self, *, most: int = 10_000) -> None:
        self._most = most
        self._wrong: OrderedDict[str, int] = OrderedDict()
        self._sent: OrderedDict[tuple[str, tuple[tuple[str, str], ...]], list[float]] = OrderedDict()

    def admits(self, need: NeedsLookup) -> bool:
        """A code may still be tried for this challenge."""
        return self._wrong.get(need.challenge, 0) < MOST_WRONG

    def wrong(self, need: NeedsLookup) -> None:
        """A wrong code was tried."""
        self._wrong[need.challenge] = self._wrong.pop(need.challenge, 0) + 1
        while len(self._wrong) > self._most:
            self._wrong.popitem(last=False)

    def may_send(self, need: NeedsLookup, *, now: datetime) -> bool:
        """Another code may be sent about this; it is counted as sent."""
        at = now.timestamp()
        about = need.name, need.slots
        sent = [earlier for earlier in self._sent.pop(about, []) if at - earlier < SENT_WITHIN_S]
        if allowed := len(sent) < MOST_SENT:
            sent.append(at)
        self._sent[about] = sent
        while len(self._sent) > self._most:
            self._sent.popitem(last=False)
        return allowed
