"""Passes: short codes by which a customer goes on in another app as the one who was given them.

A pass is shown on one channel, as words ready to be sent, and works once, on another channel, for a while. Whoever
sends it is the customer it was made for: so it is as long as nobody guesses (50 bits), and only its hash is kept.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals nobody mistakes for one another (Crockford's base 32)."""

LENGTH = 10
VALID = timedelta(hours=1)
BY_PASS = "a pass shown from the other app"
"""How two identities are known to be one customer's when one has shown the other's pass."""

_HALF = f"([{ALPHABET}]{{5}})"
_WRITTEN = re.compile(rf"(?<![\w-])CS-{_HALF}-{_HALF}(?![\w-])", re.ASCII | re.IGNORECASE)


def written(code: str) -> str:
    """A code of LENGTH letters of ALPHABET as people see it: "CS-7KQ2M-9XBTD"."""
    return f"CS-{code[:5]}-{code[5:]}"


def code_in(text: str) -> str:
    """The code of the first pass in a text; "" without one."""
    found = _WRITTEN.search(text)
    return "".join(found.groups()).upper() if found else ""


def beyond(text: str) -> str:
    """What a customer has written behind a pass: the words before it are csbot's own. Other texts as they are."""
    found = _WRITTEN.search(text)
    return text[found.end() :].strip(" \t\r\n.)") if found else text


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()
