"""Codes by which a customer shows that a contact on file is theirs.

A code follows from a key, the request that sent it, what it is about and the minute, so nothing is kept: who has the
key makes it again and compares. A code is good for ten minutes, and for a family of lookups asked about the same: a
customer who has shown that an order is theirs to look at need not show it again to cancel it. What another lookup calls
by the same name and number is another thing.
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


def challenge(need: NeedsLookup, *, now: datetime) -> str:
    """The name of the code that is sent for `need` now."""
    return f"{need.request}@{_minute(now)}"


def code(key: bytes, need: NeedsLookup, challenge: str) -> str:
    """The code of that name: about what `need` is about, and nothing else."""
    about = repr((challenge, need.family or need.name, sorted(need.slots))).encode("utf-8", "replace")
    number = int.from_bytes(hmac.new(key, about, hashlib.sha256).digest()[:8])
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def is_right(key: bytes, need: NeedsLookup, *, now: datetime) -> bool:
    """`need.code` is the code of `need.challenge`, about the same, and was sent at most ten minutes ago."""
    typed = "".join(char for char in need.code if char.isdecimal() and char.isascii()).encode()
    sent = need.challenge.rpartition("@")[2]
    age = _minute(now) - int(sent) if sent.isdecimal() else -1
    return hmac.compare_digest(code(key, need, need.challenge).encode(), typed) and 0 <= age <= MINUTES


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


class Guesses:
    """Counts wrong codes by what they were sent for, and codes sent by what they are about, to end the guessing.

    Beside the engine's own count, which sees one conversation only. In memory, the `most` latest of each.
    """

    def __init__(self, *, most: int = 10_000) -> None:
        self._most = most
        self._wrong: OrderedDict[str, int] = OrderedDict()
        self._sent: OrderedDict[tuple[str, ...], list[float]] = OrderedDict()

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
        # However it is spelt, a system may find the same by it.
        about = need.family or need.name, *sorted(_bare(value) for _, value in need.slots)
        sent = [earlier for earlier in self._sent.pop(about, []) if at - earlier < SENT_WITHIN_S]
        if allowed := len(sent) < MOST_SENT:
            sent.append(at)
        self._sent[about] = sent
        while len(self._sent) > self._most:
            self._sent.popitem(last=False)
        return allowed


def _bare(value: str) -> str:
    return "".join(char for char in value.casefold() if char.isalnum())
