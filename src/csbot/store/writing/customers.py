"""Finding, or making, who wrote and where they stand: organisation, customer, identity, lane, conversation."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from csbot.domain.address import Address, Sender
from csbot.domain.lane import lane_key, proof_of
from csbot.domain.passes import BY_PASS
from csbot.store.writing import insert
from csbot.store.writing.linking import find_or_make_lane, unite

_FIND = """
SELECT i.id, i.customer_id, i.person, i.organisation_id, l.id, l.conversation_id, l.burst_at, l.merged_into
FROM identities i LEFT JOIN lanes l ON l.key = coalesce(?, 'customer:' || i.customer_id)
WHERE i.channel = ? AND i.address = ?
"""
_CUSTOMER_OF_PERSON = """
SELECT customer_id FROM identities WHERE person = ? AND person <> '' ORDER BY customer_id LIMIT 1
"""
_NEW_CUSTOMER = "INSERT INTO customers (created_at, name) VALUES (?, ?)"
_NEW_IDENTITY = """
INSERT INTO identities (customer_id, organisation_id, channel, address, person, name, linked_how, linked_by, linked_at)
VALUES (?, ?, ?, ?, ?, ?, ?, 'csbot', ?)
"""
_SET_PERSON = "UPDATE identities SET person = ? WHERE id = ?"
_SET_ORGANISATION = "UPDATE identities SET organisation_id = ? WHERE id = ?"
_ORGANISATION = "SELECT id FROM organisations WHERE key = ?"
_NEW_ORGANISATION = "INSERT INTO organisations (key, name) VALUES (?, ?)"
_KNOWN_AS = "SELECT id, customer_id, organisation_id FROM identities WHERE channel = ? AND address = ?"
_LAST_LANGUAGE = "SELECT language FROM conversations WHERE lane_id = ? ORDER BY id DESC LIMIT 1"
_NEW_CONVERSATION = "INSERT INTO conversations (lane_id, language, opened_at, updated_at) VALUES (?, ?, ?, ?)"


@dataclass(slots=True)
class Standing:
    """Where the words of an identity belong. `conversation` is the open one (None: there is none)."""

    identity: int
    lane: int
    conversation: int | None
    burst_at: int | None


def stand(connection: sqlite3.Connection, address: Address, sender: Sender, at: int) -> Standing:
    """Where a message from `address` belongs; makes what is missing, and links customers that are proven to be one."""
    key = lane_key(address, 0) if address.is_shared else None
    found = connection.execute(_FIND, (key, address.channel, address.user)).fetchone()
    if found is None:
        return _first_contact(connection, address, sender, at)
    identity, customer, person, organisation, lane, conversation, burst_at, merged_into = found
    if sender.organisation and organisation is None:
        organisation = _organisation(connection, sender)
        connection.execute(_SET_ORGANISATION, (organisation, identity))
    if sender.person and not person:
        customer = _prove(connection, identity, customer, sender.person, at)
        return _in_lane(connection, address, identity, customer, organisation)
    if lane is None or merged_into is not None:
        return _in_lane(connection, address, identity, customer, organisation)
    return Standing(identity, lane, conversation, burst_at)


def arrive(connection: sqlite3.Connection, address: Address, owner: int, at: int) -> Standing:
    """Where a message belongs whose sender has shown a pass of the customer `owner`; both are one from now on."""
    identity, customer, organisation = connection.execute(_KNOWN_AS, (address.channel, address.user)).fetchone()
    if customer != owner:
        customer = unite(connection, customer, owner, how=BY_PASS, at=at)
    return _in_lane(connection, address, identity, customer, organisation)


def meet(connection: sqlite3.Connection, address: Address, at: int) -> None:
    """Make the identity of an address nobody has written from yet; it has no lane before its first words."""
    customer = insert(connection, _NEW_CUSTOMER, (at, ""))
    row = (customer, None, address.channel, address.user, "", "", "first message", at)
    insert(connection, _NEW_IDENTITY, row)


def _first_contact(connection: sqlite3.Connection, address: Address, sender: Sender, at: int) -> Standing:
    organisation = _organisation(connection, sender) if sender.organisation else None
    known = connection.execute(_CUSTOMER_OF_PERSON, (sender.person,)).fetchone() if sender.person else None
    if known is None:
        customer, how = insert(connection, _NEW_CUSTOMER, (at, sender.name)), "first message"
    else:
        customer, how = known[0], proof_of(sender.person)
    row = (customer, organisation, address.channel, address.user, sender.person, sender.name, how, at)
    return _in_lane(connection, address, insert(connection, _NEW_IDENTITY, row), customer, organisation)


def _in_lane(
    connection: sqlite3.Connection, address: Address, identity: int, customer: int, organisation: int | None
) -> Standing:
    owner = None if address.is_shared else customer
    key = lane_key(address, customer)
    return Standing(identity, *find_or_make_lane(connection, key, customer=owner, organisation=organisation))


def _prove(connection: sqlite3.Connection, identity: int, customer: int, person: str, at: int) -> int:
    """The customer of an identity now known to be `person`; where that was two customers, the older takes over."""
    known = connection.execute(_CUSTOMER_OF_PERSON, (person,)).fetchone()
    connection.execute(_SET_PERSON, (person, identity))
    if known is None or known[0] == customer:
        return customer
    return unite(connection, customer, int(known[0]), how=proof_of(person), at=at)


def _organisation(connection: sqlite3.Connection, sender: Sender) -> int:
    found = connection.execute(_ORGANISATION, (sender.organisation,)).fetchone()
    if found is not None:
        return int(found[0])
    return insert(connection, _NEW_ORGANISATION, (sender.organisation, sender.organisation_name))


def open_conversation(connection: sqlite3.Connection, lane: int, at: int) -> int:
    """A new conversation of the lane, in the language the lane last spoke; the caller enters it in the lane."""
    last = connection.execute(_LAST_LANGUAGE, (lane,)).fetchone()
    return insert(connection, _NEW_CONVERSATION, (lane, last[0] if last else "", at, at))
