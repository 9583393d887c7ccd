"""Several processes over one PostgreSQL database: each store here knows nothing of the other."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter

import pytest

from csbot.domain.address import Address, Sender
from csbot.domain.changes import Committed, Duplicate, OwnerChange, Stale
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.domain.events import DeliveryUpdate
from csbot.domain.message import Author
from csbot.domain.outbox import Part
from tests.contracts.store_cases import Scene, once
from tests.unit.store.conftest import Server

pytestmark = pytest.mark.postgres


def customers(count: int) -> list[Address]:
    return [Address(channel="sms", user=f"+9053200{number:05d}") for number in range(count)]


async def test_an_event_given_to_every_process_in_any_order_is_kept_once(server: Server) -> None:
    scenes = await server.scenes(3)
    people = customers(12)
    order = random.Random(7)

    async def deliver(scene: Scene) -> Counter[str]:
        events = [scene.words(f"{who.user} {n}", who, key=f"{who.user}/{n}") for who in people for n in range(5)]
        order.shuffle(events)
        answers = await asyncio.gather(*(scene.store.append([event], now=scene.now) for event in events))
        return Counter(new=sum(a.new for a in answers), duplicates=sum(a.duplicates for a in answers))

    told = sum(await asyncio.gather(*map(deliver, scenes)), Counter[str]())
    assert told == Counter(new=60, duplicates=120)
    assert await server.rows("SELECT count(*), count(DISTINCT external_id) FROM messages") == [(60, 60)]
    assert await server.rows("SELECT count(*) FROM customers") == [(12,)]
    assert await server.rows("SELECT count(*) FROM conversations") == [(12,)]


async def test_what_becomes_visible_in_a_lane_never_slips_in_before_what_was_seen(server: Server) -> None:
    scenes = await server.scenes(2)
    done = asyncio.Event()
    seen: list[int] = []

    async def write(scene: Scene, name: str) -> None:
        for n in range(40):
            await scene.says(f"{name} {n}", key=f"{name}/{n}")

    async def watch() -> None:
        connection = await server.connect()
        try:
            while True:
                last = done.is_set()
                rows = await connection.fetch("SELECT id FROM events ORDER BY id")
                ids = [row["id"] for row in rows]
                assert ids[: len(seen)] == seen
                seen[:] = ids
                if last:
                    return
        finally:
            await connection.close()

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(write(scene, name) for scene, name in zip(scenes, "ab", strict=True)))
    done.set()
    await watching
    assert len(seen) == 80
    [work] = await scenes[0].claim()
    for name in "ab":
        told = [heard.body.text for heard in work.heard if heard.body.text.startswith(name)]
        assert told == [f"{name} {n}" for n in range(40)]


async def test_a_lane_is_claimed_by_one_process(server: Server) -> None:
    scenes = await server.scenes(3)
    for who in customers(30):
        await scenes[0].says("merhaba", who)
    claims = await asyncio.gather(*(scene.claim(limit=6) for scene in scenes for _ in range(3)))
    lanes = [work.lane for claim in claims for work in claim]
    while len(lanes) < 30:
        more = await scenes[0].claim()
        assert more
        lanes += [work.lane for work in more]
    assert len(lanes) == len(set(lanes)) == 30


async def test_of_two_agents_in_two_processes_one_gets_the_conversation(server: Server) -> None:
    scenes = await server.scenes(2)
    await scenes[0].says("bir insan istiyorum")
    work = (await scenes[0].claim())[0]
    await scenes[0].hand_off(work)
    conversation = work.conversation.id

    async def take_over(scene: Scene, who: str) -> object:
        stands = await scene.store.lane_work(conversation)
        assert stands is not None
        owner = OwnerChange(state=ConversationState.HUMAN, holder=who, by=who)
        changes = scene.changes(stands, author=Author.AGENT, owner=owner, expected_epoch=1)
        return await scene.store.commit(changes, now=scene.now)

    outcomes = await asyncio.gather(*(take_over(scene, f"agent{n}") for n, scene in enumerate(scenes)))
    [winner] = [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Committed)]
    assert outcomes[1 - winner] == Stale(epoch=2, state=ConversationState.HUMAN, holder=f"agent{winner}")


async def test_an_act_given_to_two_processes_at_once_is_done_once(server: Server) -> None:
    [scene] = await server.scenes(1)
    await scene.says("merhaba")
    [work] = await scene.claim()
    # No row is shared with the other process, which works on another conversation: only the key itself.
    other = await server.connect()
    try:
        await other.execute("BEGIN; INSERT INTO idempotency (key, answer, at) VALUES ('K1', 'first', 0)")
        act = asyncio.create_task(scene.commit(scene.changes(work, "bir kez", idempotency=once("K1", "second"))))
        await server.blocked_by(other)
        await other.execute("COMMIT")
    finally:
        await other.close()
    assert await act == Duplicate(answer="first")
    assert await server.rows("SELECT count(*) FROM messages WHERE direction = 'out'") == [(0,)]
    assert await server.rows("SELECT count(*) FROM events WHERE waiting") == [(1,)]


async def test_parts_go_out_once_each_and_a_chat_has_one_under_way(server: Server) -> None:
    scenes = await server.scenes(2)
    people = customers(8)
    for who in people:
        await scenes[0].says("merhaba", who)
    for work in await scenes[0].claim():
        await scenes[0].answer(work, "bir", "iki", "üç")
    under_way: set[str] = set()
    sent: dict[str, list[str]] = {}

    async def send(scene: Scene) -> None:
        while sum(map(len, sent.values())) < 24:
            parts = await scene.take(worker=scene.worker, sms=3)
            for part in parts:
                assert part.to.chat not in under_way
                under_way.add(part.to.chat)
            await asyncio.sleep(0)
            for part in parts:
                sent.setdefault(part.to.chat, []).append(part.body.text)
                under_way.discard(part.to.chat)
            if parts:
                await scene.settle(*parts)

    async with asyncio.timeout(20):
        await asyncio.gather(*(send(scene) for scene in scenes for _ in range(2)))
    assert sent == {who.chat: ["bir", "iki", "üç"] for who in people}


async def test_a_receipt_and_its_message_meet_whichever_is_first(server: Server) -> None:
    sender, hooks = await server.scenes(2)
    for who in customers(40):
        await sender.says("merhaba", who)
    for work in await sender.claim():
        await sender.answer(work, "cevap")
    parts = await sender.take()
    assert len(parts) == 40

    async def settle(part: Part) -> None:
        sent = PartResult(part=part.id, state=DeliveryState.SENT, external_ids=(f"SM{part.id}",))
        await sender.store.settle_parts([sent], now=sender.now)

    async def receive(part: Part) -> None:
        receipt = DeliveryUpdate(external_id=f"SM{part.id}", state=DeliveryState.DELIVERED)
        await hooks.append(receipt, key=f"receipt/{part.id}")

    acts = [act(part) for part in parts for act in (settle, receive)]
    random.Random(3).shuffle(acts)
    await asyncio.gather(*acts)
    assert await server.rows("SELECT state, count(*) FROM parts GROUP BY state") == [("delivered", 40)]
    assert await server.rows("SELECT count(*) FROM early_receipts") == [(0,)]


async def test_one_person_on_two_channels_in_two_processes_is_one_customer(server: Server) -> None:
    scenes = await server.scenes(2)
    for n in range(20):
        phone = f"+9053300{n:05d}"
        await asyncio.gather(
            scenes[0].says("sms", Address(channel="sms", user=phone)),
            scenes[1].says("whatsapp", Address(channel="whatsapp", user=phone)),
        )
    assert await server.rows("SELECT count(*) FROM identities") == [(40,)]
    assert await server.rows("SELECT count(*) FROM customers") == [(20,)]
    assert await server.rows("SELECT count(*) FROM lanes") == [(20,)]


async def test_proofs_that_cross_leave_one_customer_and_one_lane(server: Server) -> None:
    scenes = await server.scenes(2)
    apps = [Address(channel=f"app{n}", user="4411") for n in range(4)]
    for app in apps:
        await scenes[0].says("kim olduğumu bilmiyorsunuz", app)
    proving = [Sender(person="phone:+905321112233")] * len(apps)
    await asyncio.gather(
        *(
            scene.says("benim", app, sender=sender)
            for scene, app, sender in zip(itertools.cycle(scenes), apps, proving, strict=False)
        )
    )
    assert await server.rows("SELECT DISTINCT customer_id FROM identities") == [(1,)]
    assert await server.rows("SELECT merged_into FROM lanes ORDER BY id") == [(None,), (1,), (1,), (1,)]
    await asyncio.gather(*(scene.says("ve?", app) for scene, app in zip(itertools.cycle(scenes), apps, strict=False)))
    told = await server.rows(
        "SELECT DISTINCT c.lane_id FROM messages m JOIN conversations c ON c.id = m.conversation_id "
        "WHERE m.text = 've?'"
    )
    assert told == [(1,)]


async def test_turns_acts_and_arrivals_on_the_same_lanes_never_stand_in_each_others_way(server: Server) -> None:
    scenes = await server.scenes(2, deadline_s=20.0)
    people = customers(6)
    rounds = 15

    async def arrive(scene: Scene, name: str) -> None:
        for n in range(rounds):
            batch = [scene.words(f"{name}{n}", who, key=f"{name}/{n}/{who.user}") for who in people]
            random.Random(n).shuffle(batch)
            await scene.store.append(batch, now=scene.now)

    async def turn(scene: Scene, stop: asyncio.Event) -> None:
        while not stop.is_set() or await scene.store.next_lane_due() is not None:
            for work in await scene.claim():
                outcome = await scene.store.commit(scene.changes(work, f"{len(work.heard)}"), now=scene.now)
                assert isinstance(outcome, Committed | Stale), outcome
            await scene.settle(*await scene.take(worker=scene.worker))

    stop = asyncio.Event()
    turns = [asyncio.create_task(turn(scene, stop)) for scene in scenes]
    async with asyncio.timeout(60):
        await asyncio.gather(*(arrive(scene, name) for scene, name in zip(scenes, "ab", strict=True)))
        stop.set()
        await asyncio.gather(*turns)
    assert await server.rows("SELECT count(*) FROM events WHERE waiting") == [(0,)]
    assert await server.rows("SELECT count(*) FROM messages WHERE direction = 'in'") == [(2 * rounds * len(people),)]
    [(answered,)] = await server.rows("SELECT sum(text::int) FROM messages WHERE direction = 'out'")
    assert answered == 2 * rounds * len(people)
