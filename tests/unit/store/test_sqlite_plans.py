"""No statement reads a whole table that grows: what is stored already must not slow what comes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

from csbot.store import schema, writing

MODULES = [
    *(f"csbot.store.writing.{module.name}" for module in iter_modules(writing.__path__)),
    "csbot.store.reading",
    "csbot.store.listing",
    "csbot.store.chats",
    "csbot.store.activity",
    "csbot.store.facts",
    "csbot.store.pulses",
    "csbot.store.unread",
]
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b")
# Whole readings that are meant: of what is alive (partial indexes), of a page's own order, of what people set by hand.
MEANT = re.compile(
    r"SCAN (p|parts) USING (COVERING )?INDEX parts_(queued|parked|unknown|unsent|sending)"
    r"|SCAN lanes USING (COVERING )?INDEX lanes_due"
    r"|SCAN tickets USING INDEX tickets_claimed"
    r"|SCAN c$"  # a page of the newest conversations, by their ids
    r"|SCAN (pauses|content_versions|tokens|u$|(j|json_each) VIRTUAL TABLE|CONSTANT ROW|\(subquery)"
)


class Nothing(dict[str, None]):
    def __missing__(self, name: str) -> None:
        return None


def statements() -> Iterator[tuple[str, str]]:
    for module in MODULES:
        for name, value in vars(import_module(module)).items():
            if isinstance(value, str) and STATEMENT.match(value):
                yield f"{module.rpartition('.')[2]}.{name}", value


def plan_of(connection: sqlite3.Connection, statement: str) -> list[str]:
    named = re.search(r":[a-z]", statement)
    values = Nothing() if named else [None] * statement.count("?")
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    made.executescript(schema.script("sqlite"))
    yield made
    made.close()


@pytest.mark.parametrize(("name", "statement"), [pytest.param(n, s, id=n) for n, s in statements()])
def test_a_statement_finds_its_rows_by_an_index(connection: sqlite3.Connection, name: str, statement: str) -> None:
    plan = plan_of(connection, statement)
    assert [step for step in plan if step.startswith("SCAN") and not MEANT.match(step)] == [], plan


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("lanes._DUE", "lanes_due"),
        ("lanes._WAITING", "events_waiting"),
        ("outbox._HEADS", "parts_queued"),
        ("outbox._HEADS", "parts_chat"),
        ("inbox._PARKED", "parts_parked"),
        ("outbox._ORPHANS", "parts_sending"),
        ("turns._DROP_BOT", "parts_message"),
        ("listing._UNSENT", "parts_unsent"),
        ("listing._MESSAGES", "messages_conversation"),
        ("listing._PARTS", "messages_conversation"),
        ("listing._GOES_BACK", "messages_conversation"),
        ("listing._IDLE", "conversations_state"),
        ("unread._UNREAD", "parts_unread"),
        ("listing._LINE", "conversations_state"),
        ("listing._IN_STATE", "conversations_state"),
        ("listing._ALL_OF_ADDRESS", "conversations_lane"),
        ("listing._IN_STATE_OF_ADDRESS", "conversations_lane"),
        ("listing._ALL_OF_ADDRESS", "lanes_shared"),
        ("customers._CUSTOMER_OF_PERSON", "identities_person"),
        ("chats._FIRST", "messages_conversation"),
        ("chats._NEWEST", "messages_conversation"),
    ],
)
def test_the_message_path_stands_on_its_own_indexes(connection: sqlite3.Connection, name: str, index: str) -> None:
    plan = "\n".join(plan_of(connection, dict(statements())[name]))
    assert re.search(rf"INDEX {index}\b", plan), plan
