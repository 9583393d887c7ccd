"""Whose a record is, and whom it may be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from csbot.lookups.reading import Misread, Record
from csbot.text.mailboxes import mailbox
from csbot.text.phones import e164

ANYBODY = "*"
"""The owner of a record that may be told to everybody."""


def told(records: Sequence[Record], proofs: Iterable[str]) -> tuple[Record, ...]:
    """Those of `records` that belong to one of the persons the customer has been proven to be, or to anybody.

    Raises Misread when a record does not say whose it is.
    """
    persons = {canonical(proof) for proof in proofs} - {""}
    return tuple(record for n, record in enumerate(records) if _belongs(record, n, persons))


def _belongs(record: Record, number: int, persons: set[str]) -> bool:
    if record.owner is None:
        raise Misread(f"records[{number}].owner is missing, and the lookup is personal")
    return any(owner == ANYBODY or canonical(owner) in persons for owner in record.owner)


def canonical(person: str) -> str:
    """A person in one spelling: numbers as E.164, e-mail addresses in small letters; empty when it names nobody."""
    kind, _, name = person.strip().partition(":")
    name = name.strip()
    match kind:
        case "phone":
            name = e164(name)
        case "email":
            name = mailbox(name)
    return f"{kind}:{name}" if name else ""
