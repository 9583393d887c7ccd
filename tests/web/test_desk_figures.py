"""The day's figures, the channels and the brake, as people at the desk see them."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from csbot.channel.imitation import Fault
from csbot.domain.pause import Pause, PauseScope
from csbot.workers.sweeps import SETTLED
from tests.chain.customers import newcomer
from tests.chain.running import AGENT, Running, until
from tests.web.desk import ADMIN, SUPERVISOR, Visitor, at_desk, desk, name, waits


@pytest.fixture
async def csbot(tmp_path: Path) -> AsyncIterator[Running]:
    async with desk(tmp_path) as made:
        yield made


async def braked(who: Visitor, **form: str) -> int:
    return (await who.send("/desk/brake", "/desk/brake", **form)).status


async def test_a_day_is_told_and_every_figure_opens_what_it_counts(csbot: Running) -> None:
    answered = newcomer(csbot, "telegram")
    await answered.says("Taksit var mı?")
    await answered.hears()
    asked = await waits(csbot, channel="sms")
    async with at_desk(csbot) as who:
        page = await who.get("/desk/today")
        assert page.status == 200
        assert "Waiting now 1" in page.words
        assert "Resolved by the bot alone 50%" in page.words
        id = (await answered.conversation())["id"]
        assert f"/desk/conversations/{id}" in (await who.get("/desk/today/resolved")).text
        opened = await who.get("/desk/today/handed-over")
        assert f"/desk/conversations/{asked}" in opened.text
        assert f"/desk/conversations/{id}" not in opened.text
        by_channel = await who.get("/desk/today/channel?channel=sms")
        assert f"/desk/conversations/{asked}" in by_channel.text
        assert (await who.get("/desk/today/nothing")).status == 404
        assert "Nobody has written this day." in (await who.get("/desk/today?day=2020-02-29")).words
        assert (await who.get("/desk/today?day=2999-01-01")).status == 200
        assert (await who.get("/desk/today?day=nonsense")).status == 200


async def test_the_day_as_a_table_is_for_supervisors_and_names_nobody(csbot: Running) -> None:
    await waits(csbot, channel="whatsapp", user="+905329990055", name="Ayşe Yılmaz")
    async with at_desk(csbot) as agent:
        assert (await agent.get("/desk/today.csv")).status == 403
    async with at_desk(csbot, SUPERVISOR) as who:
        told = await who.get("/desk/today.csv")
    assert told.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in told.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(told.text.removeprefix("\ufeff"))))
    assert any(row["channel"] == "whatsapp" and row["handed_over"] == "1" for row in rows)
    assert "Ayşe" not in told.text
    assert "905329990055" not in told.text


async def test_a_channel_tells_when_it_heard_and_spoke_and_what_was_not_sent(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    customer.platform.fault(Fault.CUT, 1)
    await customer.says("Taksit var mı?")
    await customer.part("unknown")
    csbot.time_passes(120)
    while await csbot.services.store.count_activity(before=csbot.clock() - SETTLED):
        pass
    async with at_desk(csbot) as who:
        page = await who.get("/desk/channels")
        assert "In 24 hours" in page.words
        assert "/desk/unsent?state=unknown&amp;channel=sms" in page.text
        listed = await who.get("/desk/unsent?state=unknown&channel=sms")
        assert f"/desk/conversations/{(await customer.conversation())['id']}" in listed.text
        assert "Everything was sent." in (await who.get("/desk/unsent?state=parked")).words
        assert (await who.get("/desk/unsent?state=nonsense")).status == 200


async def test_a_channel_that_may_not_send_says_until_when_and_why(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    customer.platform.fault(Fault.LIMIT, 1, after_s=90)
    await customer.says("Taksit var mı?")
    await customer.part("queued", tried=True)
    await until(lambda: bool(csbot.services.pauses.now), "the pause to be known")
    async with at_desk(csbot) as who:
        assert "does not send" in (await who.get("/desk/channels")).words
    csbot.time_passes(91)
    await customer.hears()
    async with at_desk(csbot) as who:
        assert "does not send" not in (await who.get("/desk/channels")).words


async def test_a_dead_token_is_an_alarm_at_the_desk_and_in_the_figures(csbot: Running) -> None:
    customer = newcomer(csbot, "whatsapp")
    customer.platform.fault(Fault.REFUSED)
    await customer.says("Taksit var mı?")
    await customer.part("queued", tried=True)
    await until(lambda: bool(csbot.services.pauses.now), "the pause to be known")
    async with at_desk(csbot) as who:
        page = await who.get("/desk/channels")
        assert "does not send" in page.words
        assert "20003" in page.words, "with what the platform says"
        assert 'csbot_alarm{what="channel whatsapp"} 1.0' in (await who.get("/metrics")).text
        csbot.time_passes(31)
        await customer.hears()
        await customer.part("sent")
        assert 'csbot_alarm{what="channel whatsapp"} 0.0' in (await who.get("/metrics")).text
        assert "does not send" not in (await who.get("/desk/channels")).words


async def test_a_template_the_platform_does_not_take_is_told(csbot: Running) -> None:
    note = "Twilio 63041: Template <b>paused</b>"
    pause = Pause(scope=PauseScope.TEMPLATE, target="whatsapp", note=note, by="platform")
    await csbot.services.store.set_pause(pause, now=csbot.clock())
    await until(lambda: bool(csbot.services.pauses.now), "it to be known")
    async with at_desk(csbot) as who:
        page = await who.get("/desk/channels")
        assert "template not taken" in page.words
        assert "Twilio 63041: Template &lt;b&gt;paused" in page.text
        assert "does not send" not in page.words
        assert "Twilio 63041" not in (await who.get("/desk")).words, "nothing people have set"


async def test_the_brake_is_in_force_at_once_shown_on_every_desk_and_lifted(csbot: Running) -> None:
    async with at_desk(csbot, SUPERVISOR) as who, at_desk(csbot, AGENT) as agent:
        assert await braked(who, scope="entry", target="instalments", note="yeni koşullar", hours="1") == 303
        await until(lambda: [one.scope for one in csbot.services.pauses.now] == [PauseScope.ENTRY], "it to be in force")
        assert "Answer paused: instalments – yeni koşullar" in (await agent.get("/desk")).words
        customer = newcomer(csbot, "telegram")
        await customer.says("Taksit var mı?")
        await customer.hears()
        assert (await customer.ends_in("waiting"))["packet"]["reason"] == "bot paused"
        page = await who.get("/desk/brake")
        assert f"Answer paused: instalments yeni koşullar {name(SUPERVISOR)}" in page.words
        lifted = {"scope": "entry", "target": "instalments"}
        assert (await who.send("/desk/brake", "/desk/brake/lift", **lifted)).status == 303
        assert (await who.send("/desk/brake", "/desk/brake/lift", **lifted)).status == 303, "twice does no harm"
        await until(lambda: csbot.services.pauses.now == (), "it to be lifted")
        assert "Answer paused: instalments – lifted" in (await who.get("/desk/brake")).words
        assert "Answer paused" not in (await agent.get("/desk")).words


async def test_an_announcement_is_pinned_for_as_long_as_was_said(csbot: Running) -> None:
    async with at_desk(csbot, ADMIN) as who:
        assert await braked(who, scope="announcement", target="tr", note="<b>Kar</b> var", hours="4") == 303
        await until(lambda: bool(csbot.services.pauses.now), "it to be in force")
        customer = newcomer(csbot, "telegram")
        await customer.says("Taksit var mı?")
        assert "<b>Kar</b> var" in await customer.hears()
        page = await who.get("/desk")
        assert "&lt;b&gt;Kar&lt;/b&gt; var" in page.text
        [pause] = csbot.services.pauses.now
        assert pause.until is not None
        assert timedelta(hours=3.9) < pause.until - csbot.clock() <= timedelta(hours=4)
        await who.send("/desk/brake", "/desk/brake/lift", scope="announcement", target="tr")


@pytest.mark.parametrize(
    "form",
    [
        {"scope": "entry", "target": "nowhere"},
        {"scope": "announcement", "note": "  "},
        {"scope": "nonsense"},
        {"scope": "sending", "target": "sms"},
        {"scope": "channel", "target": "fax", "note": "<script>"},
    ],
)
async def test_what_cannot_be_paused_is_refused_and_what_was_written_is_kept(
    csbot: Running, form: dict[str, str]
) -> None:
    async with at_desk(csbot, SUPERVISOR) as who:
        told = await who.send("/desk/brake", "/desk/brake", **form)
    assert told.status == 422
    assert 'role="alert"' in told.text
    assert "<script>" not in told.text
    assert csbot.services.pauses.now == ()


async def test_an_agent_has_no_hand_on_the_brake(csbot: Running) -> None:
    async with at_desk(csbot) as who:
        assert (await who.get("/desk/brake")).status == 403
        assert (await who.send("/desk", "/desk/brake", scope="bot")).status == 403
        assert "/desk/brake" not in (await who.get("/desk")).text
    assert csbot.services.pauses.now == ()
