"""The schema, once, for both databases and for alembic.

Times are integers, microseconds since 1970 UTC, so that both databases compare and index them alike; structured values
are JSON text written by `store.codec`. Partial indexes hold only what is alive (due lanes, waiting events, queued
parts), so the message path costs the same over a million stored messages as over none.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint, text

from csbot.store import tables_people as tables_people  # its tables belong to the same schema
from csbot.store.columns import Id as _Id
from csbot.store.columns import flag as _flag
from csbot.store.columns import id_column as _id
from csbot.store.columns import metadata as metadata
from csbot.store.columns import number as _number
from csbot.store.columns import text_column as _text
from csbot.store.columns import time as _time

organisations = Table("organisations", metadata, _id(), Column("key", Text, nullable=False, unique=True), _text("name"))

customers = Table(
    "customers",
    metadata,
    _id(),
    _time("created_at", nullable=False),
    _time("greeted_at"),
    _text("name"),
)

identities = Table(
    "identities",
    metadata,
    _id(),
    Column("customer_id", _Id, ForeignKey("customers.id"), nullable=False),
    Column("organisation_id", _Id, ForeignKey("organisations.id")),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),  # Address.user
    _text("person"),
    _text("name"),
    _flag("reachable", True),
    _text("consent", "unsaid"),
    _time("last_in_at"),
    _text("linked_how", "first message"),
    _text("linked_by", "csbot"),
    _time("linked_at", nullable=False),
    UniqueConstraint("channel", "address"),
)
Index(
    "identities_person", identities.c.person, sqlite_where=text("person <> ''"), postgresql_where=text("person <> ''")
)
Index("identities_customer", identities.c.customer_id)
Index("identities_address", identities.c.address)

passes = Table(
    "passes",  # by which the customer of an identity goes on in another app
    metadata,
    Column("digest", Text, primary_key=True),
    Column("identity_id", _Id, ForeignKey("identities.id"), nullable=False),
    _time("created_at", nullable=False),
    _time("expires_at", nullable=False),
    _time("used_at"),
)
Index("passes_expires", passes.c.expires_at)

lanes = Table(
    "lanes",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),  # "customer:<id>" or "place:<channel>|<place>|<thread>"
    Column("customer_id", _Id, ForeignKey("customers.id")),  # null for shared places
    Column("organisation_id", _Id, ForeignKey("organisations.id")),
    Column("merged_into", _Id, ForeignKey("lanes.id")),
    Column("conversation_id", _Id),  # the open conversation
    Column("identity_id", _Id),  # of the last message
    _text("reply_to", "{}"),  # Address of the last message, JSON
    _time("due_at"),
    _time("burst_at"),  # arrival of the first waiting message
    _text("claimed_by"),
    _number("claimed_until"),
    _number("failures"),
)
Index(
    "lanes_merged",
    lanes.c.merged_into,
    sqlite_where=text("merged_into IS NOT NULL"),
    postgresql_where=text("merged_into IS NOT NULL"),
)
Index(
    "lanes_shared",  # by who spoke last, to find what a customer said in shared places
    lanes.c.identity_id,
    sqlite_where=text("customer_id IS NULL"),
    postgresql_where=text("customer_id IS NULL"),
)
Index("lanes_customer", lanes.c.customer_id)
Index("lanes_due", lanes.c.due_at, sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL"))

conversations = Table(
    "conversations",
    metadata,
    _id(),
    Column("lane_id", _Id, ForeignKey("lanes.id"), nullable=False),
    _text("state", "bot"),
    _number("epoch"),
    _text("language"),
    _text("holder"),
    _text("memory", "{}"),
    _time("opened_at", nullable=False),
    _time("updated_at", nullable=False),
    _time("waiting_since"),
    _time("closed_at"),
)
Index("conversations_lane", conversations.c.lane_id, conversations.c.id)
Index("conversations_state", conversations.c.state, conversations.c.id)
Index("conversations_opened", conversations.c.opened_at)

messages = Table(
    "messages",
    metadata,
    _id(),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    Column("identity_id", _Id),
    _text("direction"),
    _text("author"),
    _text("author_name"),
    _text("kind"),
    _text("text"),
    _text("channel"),
    _text("external_id"),
    _text("extra", "{}"),  # attachments, choice, choices, location, contact, reply_to, dropped ...: JSON
    _text("content_version"),
    _flag("edited"),
    _flag("deleted"),
    _text("reaction"),
    _time("at", nullable=False),
)
Index("messages_conversation", messages.c.conversation_id, messages.c.id)
Index(
    "messages_external",
    messages.c.channel,
    messages.c.external_id,
    sqlite_where=text("external_id <> ''"),
    postgresql_where=text("external_id <> ''"),
)

events = Table(
    "events",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("key", Text, nullable=False),
    _text("kind"),
    Column("lane_id", _Id),
    Column("message_id", _Id),
    _flag("waiting"),
    _time("received_at", nullable=False),
    _text("body"),  # only for what stands nowhere else: raw, noted edits and reactions
    UniqueConstraint("channel", "key"),
)
Index("events_waiting", events.c.lane_id, events.c.id, sqlite_where=text("waiting"), postgresql_where=text("waiting"))

_ALIVE = "state IN ('queued', 'sending')"
parts = Table(
    "parts",
    metadata,
    _id(),
    Column("message_id", _Id, ForeignKey("messages.id"), nullable=False),
    Column("conversation_id", _Id, nullable=False),
    Column("identity_id", _Id),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),  # Address.chat
    _number("position"),
    _text("state", "queued"),
    _text("author"),
    _number("priority", 1),
    _number("epoch"),
    _number("attempts"),
    _number("not_before"),
    _text("claimed_by"),
    _number("claimed_until"),
    _text("to_address", "{}"),
    _text("body", "{}"),
    _text("external_ids", "[]"),
    _text("reason"),
    _flag("template"),
    _number("cost", 1),
    _time("updated_at", nullable=False),
)
Index("parts_message", parts.c.message_id, parts.c.position)
Index("parts_chat", parts.c.chat, parts.c.id, sqlite_where=text(_ALIVE), postgresql_where=text(_ALIVE))
Index(
    "parts_queued",
    parts.c.channel,
    parts.c.priority.desc(),
    parts.c.id,
    parts.c.not_before,  # so that a backlog waiting for its retry is passed over without reading its rows
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
Index(
    "parts_parked",
    parts.c.chat,
    sqlite_where=text("state = 'parked'"),
    postgresql_where=text("state = 'parked'"),
)
Index(
    "parts_sending",
    parts.c.claimed_until,
    sqlite_where=text("state = 'sending'"),
    postgresql_where=text("state = 'sending'"),
)

Index(
    "parts_unknown",
    parts.c.id,
    sqlite_where=text("state = 'unknown'"),
    postgresql_where=text("state = 'unknown'"),
)

# What an agent said that has not been read, by when it was sent: where nobody looks, it goes on elsewhere.
_UNREAD = "state = 'sent' AND author = 'agent'"
Index(
    "parts_unread",
    parts.c.channel,
    parts.c.updated_at,
    sqlite_where=text(_UNREAD),
    postgresql_where=text(_UNREAD),
)

_UNSENT = "state IN ('parked', 'failed', 'unknown')"
Index("parts_unsent", parts.c.id, sqlite_where=text(_UNSENT), postgresql_where=text(_UNSENT))

sent_ids = Table(
    "sent_ids",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("part_id", _Id, nullable=False),
    sqlite_with_rowid=False,
)

early_receipts = Table(
    "early_receipts",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    _text("state"),
    _text("reason"),
    _flag("opted_out"),
    _time("at", nullable=False),
)
Index("early_receipts_external", early_receipts.c.channel, early_receipts.c.external_id)
Index("early_receipts_at", early_receipts.c.at)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    _text("reason"),
    _text("priority", "normal"),
    _number("weight", 1),
    _text("team"),
    _text("body", "{}"),  # the whole Ticket, JSON
    _time("opened_at", nullable=False),
    _time("claimed_at"),
    _time("closed_at"),
)
Index(
    "tickets_open",
    tickets.c.weight.desc(),
    tickets.c.opened_at,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)
Index(
    "tickets_claimed",
    tickets.c.claimed_at.desc(),
    sqlite_where=text("claimed_at IS NOT NULL"),
    postgresql_where=text("claimed_at IS NOT NULL"),
)
Index("tickets_conversation", tickets.c.conversation_id, tickets.c.id)

owner_changes = Table(
    "owner_changes",
    metadata,
    _id(),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    _number("epoch"),
    _text("state"),
    _text("holder"),
    _text("by"),
    _text("reason"),
    _time("at", nullable=False),
)
Index("owner_changes_conversation", owner_changes.c.conversation_id, owner_changes.c.epoch)

votes = Table(
    "votes",
    metadata,
    _id(),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    _text("entry"),
    _flag("helped"),
    _text("language"),
    _text("content_version"),
    _time("at", nullable=False),
)
Index("votes_conversation", votes.c.conversation_id)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", Text, primary_key=True),
    _text("answer"),
    _time("at", nullable=False),
)
Index("idempotency_at", idempotency.c.at)

# Calls that change something in the brand's own systems: marked before they are made, so that none is made twice.
lookup_calls = Table(
    "lookup_calls",
    metadata,
    Column("request", Text, primary_key=True),
    Column("conversation_id", _Id, ForeignKey("conversations.id"), nullable=False),
    _text("lookup"),
    _text("state"),  # calling, done or unknown
    _text("answer"),  # LookupAnswer, JSON; "" while calling
    _text("caller"),  # the attempt that has marked it
    _time("at", nullable=False),
)
Index("lookup_calls_at", lookup_calls.c.at)

pauses = Table(
    "pauses",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    _time("until"),
    _text("note"),
    _text("by"),
    _time("at", nullable=False),
)

# How much came and went, by channel and hour: counted from the messages after a while, off the message path.
channel_hours = Table(
    "channel_hours",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # hours since 1970 UTC
    Column("channel", Text, primary_key=True),
    _number("received"),
    _number("sent"),
    _time("last_in_at"),
    _time("last_out_at"),
    sqlite_with_rowid=False,
)

counted = Table(
    "counted",  # up to which message of that kind of count
    metadata,
    Column("what", Text, primary_key=True),
    _number("message_id"),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _text("actor"),
    _text("act"),
    _text("subject"),
    _text("detail"),
    _time("at", nullable=False),
)

content_versions = Table(
    "content_versions",
    metadata,
    _id(),
    Column("version", Text, nullable=False),
    _text("body"),
    _text("by"),
    _time("published_at", nullable=False),
    _number("restores"),  # the publication this one took back to, 0 for none
)
