"""What PostgreSQL, or the way to it, can do to a store: each failure is told apart, and passes."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator

import pytest

from csbot.domain.address import Address
from csbot.domain.burst import Burst
from csbot.domain.changes import Committed, OwnerChange, Stale
from csbot.domain.conversation import ConversationState
from csbot.errors import StoreBusy, StoreError, StoreFull
from csbot.store import schema as schemas
from csbot.store.postgres import PostgresStore
from csbot.store.postgres_pool import Database
from tests.contracts.store_cases import OTHER, SMS, START, Scene
from tests.unit.store.conftest import POSTGRES, Server
from tests.unit.store.cuttable import Cuttable

pytestmark = pytest.mark.postgres

MESSAGES = "SELECT text FROM messages ORDER BY id"


async def sabotage(server: Server, table: str, code: str, *, times: int = 10**9) -> None:
    """Have the next `times` inserts into `table` raise PostgreSQL's error `code`; a rollback does not count back."""
    await server.run(
        "CREATE SEQUENCE sabotages",
        f"""CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('sabotages') <= {times} THEN RAISE EXCEPTION 'sabotaged' USING ERRCODE = '{code}'; END IF;
            RETURN NEW;
        END $$""",
        f"CREATE TRIGGER sabotage BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION sabotage()",
    )
    server.stack.push_async_callback(end_sabotage, server)


async def end_sabotage(server: Server) -> None:
    await server.run("DROP FUNCTION IF EXISTS sabotage CASCADE", "DROP SEQUENCE IF EXISTS sabotages")


@pytest.fixture
async def wire() -> AsyncIterator[Cuttable]:
    """A way to the server that can be cut."""
    async with Cuttable(POSTGRES) as wire:
        yield wire


async def test_a_message_the_database_cannot_hold_fails_alone(server: Server) -> None:
    [scene] = await server.scenes(1)
    texts = ["bir", "iki", "nul: \x00", "üç"]
    answers = await asyncio.gather(*(scene.says(text) for text in texts), return_exceptions=True)
    assert [getattr(answer, "new", None) for answer in answers] == [1, 1, None, 1]
    assert type(answers[2]) is StoreError
    assert "nul:" not in str(answers[2])
    assert await server.rows(MESSAGES) == [("bir",), ("iki",), ("üç",)]


async def test_decisions_given_together_are_refused_alone(server: Server) -> None:
    [scene] = await server.scenes(1)
    people = [Address(channel="sms", user=f"+90532000000{n}") for n in range(4)]
    for who in people:
        await scene.says("merhaba", who)
    fine, stale, illegal, also_fine = await scene.claim()
    closing = OwnerChange(state=ConversationState.CLOSED)
    await scene.own(illegal.conversation.id, ConversationState.CLOSED)
    outcomes = await asyncio.gather(
        scene.commit(scene.changes(fine, "bir")),
        scene.commit(scene.changes(stale, "iki", expected_epoch=7)),
        scene.commit(scene.changes(illegal, owner=closing, expected_epoch=1, consumed=())),
        scene.commit(scene.changes(also_fine, "üç")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Committed, Stale, StoreError, Committed]
    assert await server.rows("SELECT text FROM messages WHERE direction = 'out' ORDER BY id") == [("bir",), ("üç",)]


@pytest.mark.parametrize("code", ["40P01", "40001"], ids=["deadlock", "serialization"])
async def test_a_transaction_given_up_for_another_is_tried_again(server: Server, code: str) -> None:
    [scene] = await server.scenes(1)
    await sabotage(server, "events", code, times=2)
    assert (await scene.says("merhaba")).new == 1
    assert await server.rows(MESSAGES) == [("merhaba",)]


async def test_one_that_never_gets_through_is_busy(server: Server) -> None:
    [scene] = await server.scenes(1)
    await sabotage(server, "events", "40001")
    with pytest.raises(StoreBusy):
        await scene.says("merhaba")


async def test_a_full_disk_is_said_to_everyone_and_nothing_is_half_written(server: Server) -> None:
    [scene] = await server.scenes(1)
    await sabotage(server, "messages", "53100")
    answers = await asyncio.gather(
        *(scene.says("x", who, key=who.user) for who in (SMS, OTHER)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [StoreFull, StoreFull]
    for table in ("events", "identities", "lanes", "conversations"):
        assert await server.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    await end_sabotage(server)
    assert (await scene.says("x", SMS, key=SMS.user)).new == 1


async def test_a_lock_held_too_long_is_busy_and_the_same_call_succeeds_later(server: Server) -> None:
    [scene] = await server.scenes(1, deadline_s=2)
    other = await server.connect()
    try:
        await other.execute("BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreBusy):
            await scene.says("merhaba", key="SM1")
    finally:
        await other.close()
    await scene.says("merhaba", key="SM1")
    assert await server.rows(MESSAGES) == [("merhaba",)]


async def test_whoever_gave_up_before_the_unit_was_begun_has_written_nothing(server: Server) -> None:
    [scene] = await server.scenes(1)
    other = await server.connect()
    try:
        await other.execute("BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        first = asyncio.create_task(scene.says("bir"))
        await server.blocked_by(other)
        second = asyncio.create_task(scene.says("iki"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(second, 0.05)
    finally:
        await other.close()
    await first
    await scene.says("üç")
    assert await server.rows(MESSAGES) == [("bir",), ("üç",)]


async def test_lost_connections_come_back_by_themselves(server: Server, wire: Cuttable) -> None:
    [scene] = await server.scenes(1, url=wire.url)
    await scene.says("bir")
    await wire.refuse()
    with pytest.raises(StoreBusy):
        await scene.says("iki", key="SM2")
    with pytest.raises(StoreBusy):
        await scene.store.ping()
    await wire.restore()
    await scene.says("iki", key="SM2")
    await scene.store.ping()
    assert await server.rows(MESSAGES) == [("bir",), ("iki",)]


async def test_a_silent_server_is_busy_within_the_deadline(server: Server, wire: Cuttable) -> None:
    [scene] = await server.scenes(1, url=wire.url, deadline_s=2)
    await scene.says("bir")
    wire.silence()
    calls = scene.says("iki"), scene.claim(), scene.store.line()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreBusy] * 3
    await wire.restore()
    assert (await scene.says("üç")).new == 1


async def test_a_commit_whose_answer_was_lost_is_found_written(server: Server, wire: Cuttable) -> None:
    [scene] = await server.scenes(1, url=wire.url)
    event = scene.words("bir", key="SM1")
    wire.cut_after(b"COMMIT")
    with pytest.raises(StoreBusy):
        await scene.store.append([event], now=START)
    again = await scene.store.append([event], now=START)
    assert (again.new, again.duplicates) == (0, 1)
    assert await server.rows(MESSAGES) == [("bir",)]


async def test_what_was_given_before_closing_is_written(server: Server) -> None:
    async with PostgresStore(POSTGRES, burst=Burst(), schema=server.schema) as store:
        scene = Scene(store, server.rows)
        given = [asyncio.create_task(scene.says(f"{n}", key=f"{n}")) for n in range(5)]
        await asyncio.sleep(0)
    assert [(await task).new for task in given] == [1] * 5
    with pytest.raises(StoreBusy):
        await scene.says("too late")


async def test_processes_that_start_together_make_the_schema_once(server: Server) -> None:
    fresh = Server(f"{server.schema}_fresh", server.stack)
    server.stack.push_async_callback(server.run, f"DROP SCHEMA IF EXISTS {fresh.schema} CASCADE")
    stores = await asyncio.gather(*(fresh.open() for _ in range(3)))
    for store in stores:
        await store.ping()
    assert await fresh.rows("SELECT version_num FROM alembic_version") == [(schemas.HEAD,)]


async def test_a_database_of_a_newer_csbot_is_refused(server: Server) -> None:
    await server.open()
    await server.run("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(StoreError, match="newer"):
            await server.open()
    finally:
        await server.run(f"UPDATE alembic_version SET version_num = '{schemas.HEAD}'")


async def test_readers_without_end_leave_room_for_what_is_written(server: Server) -> None:
    [scene] = await server.scenes(1, connections=4)
    other = await server.connect()
    try:
        await other.execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        reads = [asyncio.create_task(scene.store.user_by_token("digest")) for _ in range(20)]
        await server.blocked_by(other)
        assert (await scene.says("merhaba")).new == 1
        assert len(await scene.claim()) == 1
    finally:
        await other.close()
    assert await asyncio.gather(*reads) == [None] * 20


async def test_a_server_that_is_not_there_is_busy_and_its_password_is_not_told(wire: Cuttable) -> None:
    await wire.refuse()
    store = PostgresStore(wire.url.replace("root@", "root:hunter2@"), burst=Burst())
    with pytest.raises(StoreBusy) as caught:
        await store.__aenter__()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["", "sqlite:///var/csbot.db", "http://127.0.0.1/", "postgresql://u:hunter2@h:p/x"])
async def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with pytest.raises(StoreError, match=r"store\.url is no address") as caught:
        await Database(url, schema="public", connections=1, deadline_s=1).open()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
