"""Passwords: hashed with Argon2id, in threads, so that the server goes on meanwhile."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST, LONGEST = 12, 256

# RFC 9106's second choice, for machines with little memory: 64 MiB a hash, a tenth of a second or less.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
_AT_ONCE = 2
"""So many hashes at once, however many try: each takes its memory."""

NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$MEeX/GiQChKLcJDGp4fkow$jc8EjyIrqVoZDsZu1V4+EIh4v9rS7sZQeyWkhpfJhhM"
"""A hash no password is known for: what is given for an unknown person is held against it, in the same time."""


class Passwords:
    """Hashes and verifies, a few at once."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """What is kept of it."""
        async with self._free:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def is_right(self, password: str, kept: str) -> bool:
        """It is the one that `kept` was made of; with an empty `kept` it never is, and takes as long to find out."""
        async with self._free:
            return await asyncio.to_thread(_matches, kept or NOBODYS, password) and bool(kept)


def is_hash_of_today(kept: str) -> bool:
    """It was made as hashes are made now."""
    return not _HASHER.check_needs_rehash(kept)


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False
