"""What customers write, without what tells who they are: for lists that leave the database."""

from __future__ import annotations

import re

from csbot.text.fold import fold

MASK = "…"
_PERSONAL = re.compile(
    r"""
    (?:https?://|www\.)\S+                  # a link may carry a name or a key
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)*          # an e-mail address
    | (?<!\w)@\w+                           # somebody's handle
    | \b[A-Za-z]{2}\d{2}(?:[ ]?[0-9A-Za-z]{4}){3,7}(?:[ ]?\w{1,3})?\b   # an account number (IBAN)
    | \+?\d(?:[\s().-]*\d){3,}              # four digits or more: an order, a telephone, a card
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"\w+")


def without_personal_data(text: str, name: str = "") -> str:
    """The text with addresses, links, handles, longer numbers and the words of the customer's `name` masked.

    Other people's names cannot be told from words: a person has to read what is left.
    """
    masked = _PERSONAL.sub(MASK, text)
    own = {fold(word) for word in _WORD.findall(name) if len(word) > 1}
    return _WORD.sub(lambda found: MASK if fold(found[0]) in own else found[0], masked)
