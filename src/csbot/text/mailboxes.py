"""E-mail addresses in one spelling."""

from __future__ import annotations


def mailbox(address: str) -> str:
    """The address in small letters where it is ASCII.

    Others stay as written: some letters have small ones in ASCII (the Kelvin sign's is k), and would make somebody
    else's mailbox of it.
    """
    address = address.strip()
    return address.lower() if address.isascii() else address
