"""Forms as Twilio reads them. `urllib`'s encoder goes letter by letter in Python; the message path pays for each."""

from __future__ import annotations

from collections.abc import Mapping

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")
_QUOTED = {byte: chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in range(256)} | {0x20: "+"}


def encode(fields: Mapping[str, object]) -> bytes:
    """The fields as application/x-www-form-urlencoded, in UTF-8; a list is a field repeated."""
    pairs = [
        f"{quote(name)}={quote(str(one))}"
        for name, value in fields.items()
        for one in (value if isinstance(value, (list, tuple)) else (value,))
    ]
    return "&".join(pairs).encode("ascii")


def quote(text: str) -> str:
    """One name or value, percent-encoded; a lone surrogate, which UTF-8 has none of, becomes a question mark."""
    # Each byte as the character of that number, so that one C-level translation does the work.
    return text.encode("utf-8", "replace").decode("latin-1").translate(_QUOTED)
