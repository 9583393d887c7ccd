"""Turns that need the brand's own system: asked beside the store, once where something is changed, whatever stops."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from csbot.domain.brand import Brand
from csbot.domain.conversation import ConversationState, Memory, PendingQuestion
from csbot.domain.lookup import Branch, LookupAnswer, NeedsLookup
from csbot.domain.message import Direction
from csbot.domain.turn import LaneWork, Live, Say, Turn, TurnContext
from csbot.engine.turn import Engine
from csbot.errors import StoreBusy
from csbot.lookups.systems import BrandSystems
from csbot.ports import Lookups, Nlu
from csbot.sampleshop.shop import CANCEL, STATUS, Fault, SampleShop
from csbot.services import Services
from csbot.workers.consulting import BUDGET, MOST, AsksTooMuch, decide, tell_lost_calls
from csbot.workers.inbound import LEASE_S, Inbound
from tests.contracts.store_cases import AGENT
from tests.unit.lookups.questions import SECRET, about, cancel, system
from tests.unit.workers.scripted import CATALOGUE, Process, process, until, working


class Asking(Engine):
    """Needs these answers, one after another, and then tells what they came to."""

    def __init__(self, *needs: NeedsLookup) -> None:
        super().__init__(brand=Brand(name="Lale"))
        self.needs = needs

    async def turn(self, context: TurnContext, *, nlu: Nlu, now: datetime) -> Turn:
        known = {answer.request: answer for answer in context.answers}
        need = next((need for need in self.needs if need.request not in known), None)
        if need is not None:
            return Turn(decision="lookup", needs=need)
        return Turn(decision="answer", says=(Say(text=" ".join(one.branch.value for one in known.values())),))


async def answers_of(services: Services, work: LaneWork) -> tuple[LookupAnswer, ...]:
    """What a turn of this process came to know."""
    context = TurnContext(
        work=work,
        live=Live(catalogue=CATALOGUE),
        capabilities=services.outlets["sms"].capabilities,
        channel_kind="sms",
    )
    now = services.clock()
    until = now + timedelta(seconds=LEASE_S)
    return (await decide(services, context, services.knowledge.now, now=now, until=until)).context.answers


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A process whose engine asks the sample shop, and a message that waits for its turn."""

    made: Process
    shop: SampleShop
    work: LaneWork

    async def decided(self, *needs: NeedsLookup) -> tuple[LookupAnswer, ...]:
        """The turn's answers, the engine needing these."""
        return await answers_of(replace(self.made.services, engine=Asking(*needs)), self.work)


@asynccontextmanager
async def bench_in(folder: Path) -> AsyncIterator[Bench]:
    async with process(folder, busy_s=0.2) as made, SampleShop(secret=SECRET, clock=made.services.clock) as shop:
        systems = [system(name, shop.url, retries=0) for name in (STATUS, CANCEL)]
        async with BrandSystems(systems) as opened:
            made = replace(made, services=replace(made.services, lookups=opened))
            await made.scene.says("4713 iptal")
            yield Bench(made=made, shop=shop, work=await made.scene.work())


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench_in(tmp_path) as made:
        yield made


def branches(answers: tuple[LookupAnswer, ...]) -> list[Branch]:
    return [answer.branch for answer in answers]


async def test_a_turn_goes_on_with_the_answers_it_needed_in_their_order(bench: Bench) -> None:
    first, second = await bench.decided(about("4711", request="a"), about("4812", request="b"))
    assert (first.request, first.branch, first.records[0]["place"]) == ("a", Branch.FOUND, "Bolu")
    assert (second.request, second.branch) == ("b", Branch.UNPROVEN)


async def test_a_turn_done_ten_times_changes_once_and_hears_the_same(bench: Bench) -> None:
    answers = [await bench.decided(cancel("4713")) for _ in range(10)]
    assert all(one == answers[0] for one in answers)
    assert branches(answers[0]) == [Branch.FOUND]
    assert [question["changes"] for question in bench.shop.asked] == [False, True]
    assert bench.shop.orders.changes == 1


async def test_ten_processes_at_once_change_once(bench: Bench) -> None:
    answers = await asyncio.gather(*(bench.decided(cancel("4713")) for _ in range(10)))
    told = [one.branch for [one] in answers]
    assert told.count(Branch.FOUND) == 1
    assert set(told) == {Branch.FOUND, Branch.UNKNOWN}
    assert bench.shop.orders.changes == 1


async def test_what_stops_in_the_middle_of_a_change_leaves_it_unknown_and_is_not_tried_again(bench: Bench) -> None:
    await bench.decided(about("4711"))
    bench.shop.fault(Fault.HANG, times=9)
    turn = asyncio.create_task(bench.decided(cancel("4713", personal=False)))

    async def is_asked() -> bool:
        return len(bench.shop.asked) == 2

    await until(is_asked, "the change to be asked for")
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    bench.shop.fault(Fault.HANG, times=0)
    assert branches(await bench.decided(cancel("4713", personal=False))) == [Branch.UNKNOWN]
    assert branches(await bench.decided(cancel("4713", personal=False))) == [Branch.UNKNOWN]
    assert len(bench.shop.asked) == 2
    assert bench.shop.orders.changes == 1


async def test_a_change_that_was_not_made_may_be_wished_for_again_by_another_message(bench: Bench) -> None:
    bench.shop.fault(Fault.BUSY)
    assert branches(await bench.decided(cancel("4713"))) == [Branch.DOWN]
    assert branches(await bench.decided(cancel("4713"))) == [Branch.DOWN], "the same turn comes to the same"
    assert branches(await bench.decided(cancel("4713", request="sms:k2:cancel-order"))) == [Branch.FOUND]
    assert bench.shop.orders.changes == 1


def asked_of(bench: Bench, identity: int) -> Bench:
    """The same, `identity` having been asked whether to cancel 4713."""
    pending = PendingQuestion(kind="confirm", call=cancel("4713").request, asked_of=identity)
    memory = Memory(pending=pending, slots=(("order_number", "4713"),))
    return replace(bench, work=replace(bench.work, conversation=replace(bench.work.conversation, memory=memory)))


async def test_what_an_earlier_attempt_has_made_is_known_before_anything_is_decided(bench: Bench) -> None:
    bench = asked_of(bench, bench.work.identity.id)
    assert await bench.decided() == (), "no yes so far"
    made = await bench.decided(cancel("4713"))
    assert branches(made) == [Branch.FOUND]
    assert await bench.decided() == made, "whatever the engine makes of what is heard by now"
    assert bench.shop.orders.changes == 1


async def test_and_told_to_nobody_but_whom_was_asked(bench: Bench) -> None:
    mine = bench.work.identity.id
    await asked_of(bench, mine).decided(cancel("4713"))
    [other] = await asked_of(bench, mine + 1).decided()
    assert (other.branch, other.records) == (Branch.UNKNOWN, ())


async def test_a_code_that_is_sent_changes_nothing_and_leaves_no_mark(bench: Bench) -> None:
    assert branches(await bench.decided(cancel("4812", send_code=True, proofs=()))) == [Branch.CODE]
    assert branches(await bench.decided(cancel("4713"))) == [Branch.FOUND]


async def test_a_turn_that_has_taken_long_asks_no_more(bench: Bench) -> None:
    class Slow(Asking):
        async def turn(self, context: TurnContext, *, nlu: Nlu, now: datetime) -> Turn:
            if not context.answers:
                bench.made.scene.later(BUDGET.total_seconds() + 0.1)
            return await super().turn(context, nlu=nlu, now=now)

    services = replace(bench.made.services, engine=Slow(about("4711")))
    assert branches(await answers_of(services, bench.work)) == [Branch.LATE]
    assert bench.shop.asked == []


async def test_a_turn_that_asks_without_end_is_given_up(bench: Bench) -> None:
    with pytest.raises(AsksTooMuch):
        await bench.decided(*(about("4711", request=f"r{n}") for n in range(MOST + 1)))
    assert len(bench.shop.asked) == MOST
    assert len(await bench.decided(*(about("4711", request=f"r{n}") for n in range(MOST)))) == MOST


async def test_and_a_person_gets_the_message_in_the_end(tmp_path: Path) -> None:
    async with process(tmp_path) as made:
        endless = Asking(*(about("4711", request=f"r{n}") for n in range(MOST + 1)))
        await made.scene.says("4711 nerede")

        async def waits() -> bool:
            made.scene.later(10)
            return (await made.scene.store.counts())["waiting"] == 1

        async with working(Inbound(replace(made.services, engine=endless)).run):
            await until(waits, "the conversation to wait for a person")
        [row], _ = await made.scene.store.conversations(state=ConversationState.WAITING)
        assert (row.reason, row.summary) == ("bot failed", "4711 nerede")


async def test_an_answer_of_the_shop_goes_out(bench: Bench) -> None:
    services = replace(bench.made.services, engine=Asking(about("4711")))
    await bench.made.scene.store.release_lane(bench.work.lane, worker="w1", retry_at=bench.made.scene.now)

    async def is_answered() -> bool:
        return await bench.made.states(bench.work.conversation.id) == ["queued"]

    async with working(Inbound(services).run):
        await until(is_answered, "the answer to be queued")
    assert await bench.made.scene.texts(bench.work.conversation.id) == ["4713 iptal", "found"]


async def test_agents_are_told_what_was_changed_even_if_the_customer_is_not(bench: Bench) -> None:
    """A person takes the conversation over while the shop is asked: the turn is dropped, what it did is not."""
    scene, conversation = bench.made.scene, bench.work.conversation.id

    class Overtaken(Asking):
        async def turn(self, context: TurnContext, *, nlu: Nlu, now: datetime) -> Turn:
            if context.work.conversation.state is ConversationState.HUMAN:
                return Turn(decision="listen")
            if context.answers:
                await scene.own(conversation, ConversationState.HUMAN, holder=AGENT)
            return await super().turn(context, nlu=nlu, now=now)

    await scene.store.release_lane(bench.work.lane, worker="w1", retry_at=scene.now)

    async def is_told() -> bool:
        return len(await scene.texts(conversation)) == 2

    async with working(Inbound(replace(bench.made.services, engine=Overtaken(cancel("4713")))).run):
        await until(is_told, "a note to be left")
    note = (await scene.view(conversation)).messages[-1]
    assert (note.direction, note.text) == (Direction.NOTE, "cancel-order (order_number 4713): found")
    assert bench.shop.orders.changes == 1


async def test_a_change_that_is_told_leaves_its_note_before_it(bench: Bench) -> None:
    scene, conversation = bench.made.scene, bench.work.conversation.id
    await scene.store.release_lane(bench.work.lane, worker="w1", retry_at=scene.now)

    async def is_told() -> bool:
        return len(await scene.texts(conversation)) == 3

    async with working(Inbound(replace(bench.made.services, engine=Asking(cancel("4711")))).run):
        await until(is_told, "the answer to be queued")
    _, note, told = await scene.texts(conversation)
    assert (note, told) == ("cancel-order (order_number 4711): refused, already_sent", "refused")


class StoreAwayAfter:
    """The systems, after whose answer to a change another process holds the database's write lock for a while."""

    def __init__(self, systems: Lookups, database: Path, *, held_s: float) -> None:
        self._systems, self._database, self._held_s = systems, database, held_s

    async def ask(self, need: NeedsLookup, *, now: datetime) -> LookupAnswer:
        answer = await self._systems.ask(need, now=now)
        other = sqlite3.connect(self._database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(self._held_s, other.close)
        return answer


async def test_what_was_made_is_kept_though_the_store_is_away_for_a_while(bench: Bench, tmp_path: Path) -> None:
    away = StoreAwayAfter(bench.made.services.lookups, tmp_path / "csbot.db", held_s=0.6)
    made = replace(bench.made, services=replace(bench.made.services, lookups=away))
    request = cancel("4713").request
    [answer] = await replace(bench, made=made).decided(cancel("4713"))
    assert answer.branch is Branch.FOUND
    assert await bench.made.scene.store.made_call(request) == answer


async def test_what_cannot_be_marked_in_time_is_not_asked_for(bench: Bench, tmp_path: Path) -> None:
    """Else the answer might come when somebody else has the lane."""
    with closing(sqlite3.connect(tmp_path / "csbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.5, bench.made.scene.later, BUDGET.total_seconds())
        with pytest.raises(StoreBusy):
            await bench.decided(cancel("4713"))
    assert bench.shop.asked == []


async def test_agents_are_told_of_a_change_that_no_turn_comes_back_to(bench: Bench) -> None:
    """csbot stopped in the middle of a call, and a person has had the conversation since."""
    scene, conversation = bench.made.scene, bench.work.conversation.id
    request, begun = cancel("4713").request, bench.made.services.clock()
    begin = scene.store.begin_call
    assert await begin(request, conversation=conversation, lookup=CANCEL, caller="w0/1", now=begun) is None
    await scene.own(conversation, ConversationState.HUMAN, holder=AGENT)
    await tell_lost_calls(bench.made.services)
    assert await scene.texts(conversation) == ["4713 iptal"], "its turn may still come"
    scene.later(61)
    for _ in range(2):
        await tell_lost_calls(bench.made.services)
        _, note = await scene.texts(conversation)
        assert note == "cancel-order (?): unknown, csbot stopped in the middle of the call"
