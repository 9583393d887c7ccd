"""Bearer tokens: shown once, kept as a hash."""

from __future__ import annotations

import hashlib

PREFIX = "csbot_"


def token_from(chance: str) -> str:
    """A token around `chance`, which must hold 256 random bits; the prefix lets secret scanners find a leaked one."""
    return PREFIX + chance


def digest(token: str) -> str:
    """What is kept of a token. Random tokens of 256 bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
