"""What changes while csbot runs, what survives its end, and what tells an operator how it is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csbot.channel.imitation import Fault, Imitation
from csbot.content.catalogue import build
from csbot.content.sources import read_sources, sources_to_json
from csbot.domain.pause import Pause, PauseScope
from csbot.workers.sweeps import close_idle
from tests.chain.customers import Customer, newcomer
from tests.chain.running import OTHER, Running, platform, running, serving, until
from tests.unit.content import brand_folder

pytestmark = pytest.mark.asyncio(loop_scope="package")


@asynccontextmanager
async def set_by_a_supervisor(csbot: Running, pause: Pause) -> AsyncIterator[None]:
    """Written into the store, as another process would; in force, until it is lifted."""
    store = csbot.services.store

    def is_known() -> bool:
        return any((one.scope, one.target) == (pause.scope, pause.target) for one in csbot.services.pauses.now)

    await store.set_pause(pause, now=csbot.clock())
    await until(is_known, f"{pause.scope} {pause.target} to be in force")
    try:
        yield
    finally:
        await store.set_pause(replace(pause, until=csbot.clock() - timedelta(seconds=1)), now=csbot.clock())
        await until(lambda: not is_known(), f"{pause.scope} {pause.target} to be lifted")


async def asks(csbot: Running, channel: str, question: str = "Taksit var mı?") -> Customer:
    customer = newcomer(csbot, channel)
    await customer.says(question)
    return customer


# -- pauses and announcements ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [PauseScope.BOT, PauseScope.CHANNEL, PauseScope.CHAT, PauseScope.ENTRY])
async def test_what_is_paused_goes_to_a_person_and_all_else_goes_on(csbot: Running, scope: PauseScope) -> None:
    customer = newcomer(csbot, "telegram")
    target = {
        PauseScope.BOT: "",
        PauseScope.CHANNEL: "telegram",
        PauseScope.CHAT: f"telegram|{customer.user}|",
        PauseScope.ENTRY: "instalments",
    }[scope]
    async with set_by_a_supervisor(csbot, Pause(scope=scope, target=target, by=OTHER)):
        await customer.says("Taksit var mı?")
        told = await customer.hears()
        assert csbot.answer("instalments", kind="telegram") not in told
        assert (await customer.ends_in("waiting"))["packet"]["reason"] == "bot paused"
        beside = await asks(csbot, "whatsapp", "Kargo kaç günde gelir?")
        assert (csbot.answer("delivery-time") in await beside.hears()) == (scope is not PauseScope.BOT)
    after = await asks(csbot, "telegram")
    assert csbot.answer("instalments", kind="telegram") in await after.hears()


async def test_a_paused_intent_goes_to_a_person(csbot: Running) -> None:
    async with set_by_a_supervisor(csbot, Pause(scope=PauseScope.INTENT, target="cancel-order", by=OTHER)):
        customer = await asks(csbot, "slack", "siparişimi iptal etmek istiyorum")
        await customer.hears()
        assert (await customer.ends_in("waiting"))["packet"]["reason"] == "bot paused"


async def test_an_announcement_is_pinned_in_front_of_answers_in_its_language(csbot: Running) -> None:
    note = "Kar nedeniyle teslimatlar gecikiyor."
    async with set_by_a_supervisor(csbot, Pause(scope=PauseScope.ANNOUNCEMENT, target="tr", note=note, by=OTHER)):
        told = await (await asks(csbot, "sms")).hears()
        assert -1 < told.find(note) < told.find(csbot.answer("instalments", kind="sms"))
        english = await (await asks(csbot, "sms", "Can I pay in instalments?")).hears()
        assert note not in english
    assert note not in await (await asks(csbot, "sms")).hears()


async def test_a_sender_that_is_paused_keeps_its_words_and_sends_them_after(csbot: Running) -> None:
    async with set_by_a_supervisor(csbot, Pause(scope=PauseScope.SENDING, target="polled", by="platform")):
        customer = await asks(csbot, "polled")
        await customer.part("queued")
        agents = await asks(csbot, "slack")
        await agents.hears()
        assert customer.shown == []
    await customer.hears()


# -- content -----------------------------------------------------------------------------------------------------------


def edited(folder: Path, old: str, new: str) -> tuple[str, str]:
    """The folder's content with a file changed: its version and body, as the store publishes them."""
    file = folder / "faq/delivery.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    sources = read_sources(folder)
    return build(sources, languages=("tr", "en")).version, sources_to_json(sources)


async def test_published_content_is_in_force_without_a_restart_and_files_are_not(tmp_path: Path) -> None:
    folder = brand_folder.write(tmp_path)
    async with running(tmp_path, {"telegram": platform("telegram")}, content=folder) as csbot:
        first = await asks(csbot, "telegram", "when one")
        assert "Three days." in await first.hears()
        version, body = edited(folder, "Three days.", "Four days.")
        second = await asks(csbot, "telegram", "when one")
        assert "Three days." in await second.hears()
        await csbot.services.store.publish_content(version, body, by=OTHER, now=csbot.clock())
        await until(lambda: csbot.services.knowledge.now.catalogue.version == version, "the content to be switched")
        third = await asks(csbot, "telegram", "when one")
        [shown] = await third.reads()
        assert "Four days." in shown.text
        await third.says(press=shown.choices[0])
        await third.hears()
        assert csbot.rows("SELECT content_version FROM votes") == [(version,)]


async def test_content_that_cannot_be_built_is_refused_and_the_last_good_one_goes_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = brand_folder.write(tmp_path)
    async with running(tmp_path, {"telegram": platform("telegram")}, content=folder) as csbot:
        body = json.loads(sources_to_json(read_sources(folder)))
        spoilt = json.dumps(body).replace("delivery-cost]", "no-such-entry]")
        await csbot.services.store.publish_content("spoilt", spoilt, by=OTHER, now=csbot.clock())
        told = ""

        def is_told() -> bool:
            nonlocal told
            told += "".join(capfd.readouterr())
            return "published content refused" in told

        await until(is_told, "the refusal to be told")
        customer = await asks(csbot, "telegram", "when one")
        assert "Three days." in await customer.hears()


# -- a second start ----------------------------------------------------------------------------------------------------


async def test_a_second_start_takes_up_where_the_first_stopped(tmp_path: Path) -> None:
    folder = brand_folder.write(tmp_path)
    async with AsyncExitStack() as stack:
        imitations: dict[str, Imitation] = {
            kind: await stack.enter_async_context(platform(kind)()) for kind in ("telegram", "whatsapp")
        }
        channels = {id: {**made.settings(), "rate": 0} for id, made in imitations.items()}
        async with serving(tmp_path, imitations, channels, content=folder) as csbot:
            voter = await asks(csbot, "telegram", "when one")
            [voted_on] = await voter.reads()
            in_line = await asks(csbot, "whatsapp", "agent please")
            await in_line.hears()
            await in_line.is_helped_by()
            cut_short = newcomer(csbot, "telegram")
            cut_short.platform.fault(Fault.LIMIT, after_s=5)
            await cut_short.says("when two")
            await cut_short.part("queued", tried=True)
            version = csbot.services.knowledge.now.catalogue.version
        edited(folder, "Three days.", "Four days.")
        async with serving(tmp_path, imitations, channels, content=folder, clock=csbot.clock) as again:
            for customer in (voter, in_line, cut_short):
                customer.csbot = again
            assert again.services.knowledge.now.catalogue.version == version, "a restart publishes nothing"
            again.time_passes(6)
            assert "Three days." in await cut_short.hears()
            await voter.says(press=voted_on.choices[0])
            assert await voter.hears() == again.words("helped_thanks", "en")
            await voter.says("when three")
            assert again.words("welcome", "en") not in await voter.hears()
            assert (await in_line.conversation())["status"] == "human"
            await in_line.acts("messages", "Here I am again.")
            assert await in_line.hears() == "Here I am again."


# -- a day later -------------------------------------------------------------------------------------------------------


async def test_a_conversation_without_a_word_for_a_day_is_closed_and_the_next_words_open_another(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        imitations = {"sms": await stack.enter_async_context(platform("sms")())}
        channels = {"sms": {**imitations["sms"].settings(), "rate": 0}}
        async with serving(tmp_path, imitations, channels, idle_h=24) as csbot:
            customer, waiting = await asks(csbot, "sms"), await asks(csbot, "sms", "insanla konuşmak istiyorum")
            await customer.hears()
            await waiting.ends_in("waiting")
            first = (await customer.conversation())["id"]
            csbot.time_passes(25 * 3600)
            assert await close_idle(csbot.services) == 1
            assert await close_idle(csbot.services) == 0
            assert (await customer.conversation())["status"] == "closed"
            assert (await waiting.conversation())["status"] == "waiting"
            await customer.says("Kargo kaç günde gelir?")
            assert csbot.answer("delivery-time", kind="sms") in await customer.hears()
            opened = await customer.conversation()
            assert opened["id"] != first
            assert [earlier["id"] for earlier in opened["packet"]["earlier"]] == [first]


# -- figures -----------------------------------------------------------------------------------------------------------


async def test_a_supervisor_of_processes_sees_it_alive_and_ready(csbot: Running) -> None:
    for path, told in (("healthz", {"status": "ok"}), ("readyz", {"status": "ready"})):
        async with csbot.client.get(f"{csbot.url}/{path}") as answer:
            assert (answer.status, await answer.json()) == (200, told)


async def test_the_figures_tell_of_acks_lags_sends_line_parked_and_spool(csbot: Running) -> None:
    customer = await asks(csbot, "telegram")
    await customer.hears()
    await customer.part("sent")

    async def figures() -> list[str]:
        async with csbot.client.get(f"{csbot.url}/metrics") as answer:
            assert answer.status == 200
            return (await answer.text()).splitlines()

    wanted = (
        'csbot_acks_total{channel="telegram",outcome="taken"}',
        'csbot_sends_total{channel="telegram",result="sent"}',
        'csbot_turns_total{decision="answer"}',
        *(f'csbot_lag_seconds_count{{stage="{stage}"}}' for stage in ("stored", "turn", "sent")),
        *(f'csbot_store{{what="{what}"}}' for what in ("waiting", "parked", "unknown", "queued", "due_lanes")),
        'csbot_spool_files{channel="telegram"}',
    )
    told = await figures()
    missing = [name for name in wanted if not any(line.startswith(f"{name} ") for line in told)]
    assert missing == []
    assert not any(customer.user in line for line in told), "no customer is named"
