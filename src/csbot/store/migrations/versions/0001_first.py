"""The first schema."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _ID, autoincrement=True, nullable=False)


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text(f"'{default}'"), nullable=False)


def _flag(name: str, default: str = "false") -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text(default), nullable=False)


def _number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text(str(default)), nullable=False)


def _time(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _partial_index(name: str, table: str, columns: Sequence[str | sa.ColumnElement[object]], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "audit",
        _id(),
        _text("actor"),
        _text("act"),
        _text("subject"),
        _text("detail"),
        _time("at", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "content_versions",
        _id(),
        sa.Column("version", sa.Text(), nullable=False),
        _text("body"),
        _text("by"),
        _time("published_at", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "customers",
        _id(),
        _time("created_at", nullable=False),
        _time("greeted_at"),
        _text("name"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "early_receipts",
        _id(),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        _text("state"),
        _text("reason"),
        _flag("opted_out"),
        _time("at", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("early_receipts_external", "early_receipts", ["channel", "external_id"])
    op.create_table(
        "events",
        _id(),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        _text("kind"),
        sa.Column("lane_id", _ID, nullable=True),
        sa.Column("message_id", _ID, nullable=True),
        _flag("waiting"),
        _time("received_at", nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "key"),
    )
    _partial_index("events_waiting", "events", ["lane_id", "id"], "waiting")
    op.create_table(
        "idempotency",
        sa.Column("key", sa.Text(), nullable=False),
        _text("answer"),
        _time("at", nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "organisations",
        _id(),
        sa.Column("key", sa.Text(), nullable=False),
        _text("name"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "pauses",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        _time("until"),
        _text("note"),
        _text("by"),
        _time("at", nullable=False),
        sa.PrimaryKeyConstraint("scope", "target"),
    )
    op.create_table(
        "sent_ids",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("part_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("channel", "external_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        _id(),
        sa.Column("email", sa.Text(), nullable=False),
        _text("name"),
        _text("role", "agent"),
        _flag("disabled"),
        _time("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "identities",
        _id(),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        _text("person"),
        _text("name"),
        _flag("reachable", "true"),
        _text("consent", "unsaid"),
        _time("last_in_at"),
        _text("linked_how", "first message"),
        _text("linked_by", "csbot"),
        _time("linked_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "address"),
    )
    op.create_index("identities_address", "identities", ["address"])
    op.create_index("identities_customer", "identities", ["customer_id"])
    _partial_index("identities_person", "identities", ["person"], "person <> ''")
    op.create_table(
        "lanes",
        _id(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("customer_id", _ID, nullable=True),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("merged_into", _ID, nullable=True),
        sa.Column("conversation_id", _ID, nullable=True),
        sa.Column("identity_id", _ID, nullable=True),
        _text("reply_to", "{}"),
        _time("due_at"),
        _time("burst_at"),
        _text("claimed_by"),
        _number("claimed_until"),
        _number("failures"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["lanes.id"],
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("lanes_customer", "lanes", ["customer_id"])
    _partial_index("lanes_due", "lanes", ["due_at"], "due_at IS NOT NULL")
    _partial_index("lanes_merged", "lanes", ["merged_into"], "merged_into IS NOT NULL")
    _partial_index("lanes_shared", "lanes", ["identity_id"], "customer_id IS NULL")
    op.create_table(
        "tokens",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        _time("created_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "conversations",
        _id(),
        sa.Column("lane_id", _ID, nullable=False),
        _text("state", "bot"),
        _number("epoch"),
        _text("language"),
        _text("holder"),
        _text("memory", "{}"),
        _time("opened_at", nullable=False),
        _time("updated_at", nullable=False),
        _time("waiting_since"),
        _time("closed_at"),
        sa.ForeignKeyConstraint(
            ["lane_id"],
            ["lanes.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("conversations_lane", "conversations", ["lane_id", "id"])
    op.create_index("conversations_state", "conversations", ["state", "id"])
    op.create_table(
        "messages",
        _id(),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("identity_id", _ID, nullable=True),
        _text("direction"),
        _text("author"),
        _text("author_name"),
        _text("kind"),
        _text("text"),
        _text("channel"),
        _text("external_id"),
        _text("extra", "{}"),
        _text("content_version"),
        _flag("edited"),
        _flag("deleted"),
        _text("reaction"),
        _time("at", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("messages_conversation", "messages", ["conversation_id", "id"])
    _partial_index("messages_external", "messages", ["channel", "external_id"], "external_id <> ''")
    op.create_table(
        "owner_changes",
        _id(),
        sa.Column("conversation_id", _ID, nullable=False),
        _number("epoch"),
        _text("state"),
        _text("holder"),
        _text("by"),
        _text("reason"),
        _time("at", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("owner_changes_conversation", "owner_changes", ["conversation_id", "epoch"])
    op.create_table(
        "tickets",
        _id(),
        sa.Column("conversation_id", _ID, nullable=False),
        _text("reason"),
        _text("priority", "normal"),
        _number("weight", 1),
        _text("team"),
        _text("body", "{}"),
        _time("opened_at", nullable=False),
        _time("claimed_at"),
        _time("closed_at"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial_index("tickets_claimed", "tickets", [sa.literal_column("claimed_at DESC")], "claimed_at IS NOT NULL")
    op.create_index("tickets_conversation", "tickets", ["conversation_id", "id"])
    _partial_index("tickets_open", "tickets", [sa.literal_column("weight DESC"), "opened_at"], "closed_at IS NULL")
    op.create_table(
        "votes",
        _id(),
        sa.Column("conversation_id", _ID, nullable=False),
        _text("entry"),
        _flag("helped"),
        _text("language"),
        _text("content_version"),
        _time("at", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "parts",
        _id(),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("identity_id", _ID, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial_index("parts_chat", "parts", ["chat", "id"], "state IN ('queued', 'sending')")
    op.create_index("parts_message", "parts", ["message_id", "position"])
    _partial_index("parts_parked", "parts", ["chat"], "state = 'parked'")
    _partial_index(
        "parts_queued", "parts", ["channel", sa.literal_column("priority DESC"), "id", "not_before"], "state = 'queued'"
    )
    _partial_index("parts_sending", "parts", ["claimed_until"], "state = 'sending'")
    _partial_index("parts_unknown", "parts", ["id"], "state = 'unknown'")
    # ### end Alembic commands ###
