"""What a text costs as SMS: GSM-7 or UCS-2, and how many segments; Turkish written in ASCII to keep it short.

Numbers: 3GPP TS 23.038 for the alphabet, twilio.com/docs/glossary/what-sms-character-limit (2026-11) for the limits.
"""

from __future__ import annotations

import re
import unicodedata

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
"""Characters of the extension table: an escape and a septet, two in all."""

_FOREIGN = re.compile(f"[^{re.escape(_BASIC + _EXTENDED)}]")
_ESCAPED = re.compile(f"[{re.escape(_EXTENDED)}]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

_GSM7_ALONE, _GSM7_JOINED = 160, 153
_UCS2_ALONE, _UCS2_JOINED = 70, 67

_ASCII = str.maketrans(
    {
        **dict(zip("çğıöşüÇĞİÖŞÜâîûÂÎÛ", "cgiosuCGIOSUaiuAIU", strict=True)),
        **dict.fromkeys("‘’‚", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("–—−•", "-"),
        **dict.fromkeys("\u00a0\u202f", " "),
        "…": "...",
        "₺": "TL",
    }
)


def is_gsm7(text: str) -> bool:
    """Every character stands in the GSM-7 alphabet or its extension table."""
    return _FOREIGN.search(text) is None


def count(text: str) -> int:
    """How many segments an SMS of this text is sent and paid as; 1 for an empty one.

    GSM-7 holds 160 septets alone and 153 a segment when joined, UCS-2 70 and 67 UTF-16 units. Neither an escaped
    character nor a surrogate pair lies across two segments.
    """
    if is_gsm7(text):
        return _packed(text, _ESCAPED, _GSM7_ALONE, _GSM7_JOINED)
    return _packed(text, _ASTRAL, _UCS2_ALONE, _UCS2_JOINED)


def _packed(text: str, double: re.Pattern[str], alone: int, joined: int) -> int:
    # Characters `double` finds take two units, all others one.
    doubles = [found.start() for found in double.finditer(text)]
    if len(text) + len(doubles) <= alone:
        return 1
    # Each double that would lie across a border leaves the last unit of its segment empty.
    used = 0
    last = 0
    for at in doubles:
        used += at - last
        if used % joined == joined - 1:
            used += 1
        used += 2
        last = at + 1
    used += len(text) - last
    return -(-used // joined)


def ascii_turkish(text: str) -> str:
    """The text with Turkish letters and typographers' marks in ASCII: "Şu ürün" is "Su urun", "₺" is "TL".

    Other letters stay as they are.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_ASCII)
