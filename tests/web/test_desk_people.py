"""The page of the people of the brand: who comes in, as what, and who is shut out; all of it by admins alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from csbot.desk.tokens import digest
from tests.chain.running import AGENT, OTHER, Running
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser
from tests.web.desk import ADMIN, PASSWORD, SUPERVISOR, Answer, Visitor, at_desk, desk, member, name, seen, visitor

PAGE = "/desk/people"
NEW = "yeni@shop.example"


@pytest.fixture
async def csbot(tmp_path: Path) -> AsyncIterator[Running]:
    async with desk(tmp_path, {}) as made:
        yield made


@pytest.fixture
async def admin(csbot: Running) -> AsyncIterator[Visitor]:
    async with at_desk(csbot, ADMIN) as who:
        yield who


async def act(who: Visitor, verb: str, **form: str) -> Answer:
    return await who.send(PAGE, f"{PAGE}/{verb}", **form)


def link_on(answer: Answer) -> str:
    found = re.search(r'value="http://[^/"]+(/desk/welcome/[\w-]+)"', answer.text)
    assert found, answer.text
    return found[1]


def of(answer: Answer, email: str) -> str:
    """The words of one person's line in the list."""
    [line] = [one for one in re.findall(r'<li class="person">.*?</li>', answer.text, re.DOTALL) if email in one]
    return " ".join(re.sub(r"<[^>]+>", " ", line).split())


async def test_who_is_invited_comes_in_by_a_link_that_is_shown_once(csbot: Running, admin: Visitor) -> None:
    shown = await act(admin, "invite", email="Yeni@Shop.example ", role="supervisor")
    assert shown.status == 200
    link = link_on(shown)
    assert "supervisor invited link until" in of(shown, NEW)
    assert "/desk/welcome/" not in (await admin.get(PAGE)).text
    async with visitor(csbot) as newcomer:
        chosen = "correct horse battery staple"
        entered = await newcomer.send(link, link, name="Yeni Biri", password=chosen, again=chosen)
        assert entered.location == "/desk?told=welcome"
        assert (await newcomer.get("/desk/brake")).status == 200
    csbot.time_passes(20)
    assert "Yeni Biri yeni@shop.example supervisor active seen" in of(await admin.get(PAGE), NEW)
    assert csbot.rows(f"SELECT actor, act FROM audit WHERE subject = 'user {NEW}' ORDER BY id") == [
        (ADMIN, "invite"),
        (NEW, "accept invitation"),
        (NEW, "sign in"),
    ]


@pytest.mark.parametrize(
    ("email", "told"), [("yeni", "This is no e-mail address"), (OTHER, "Somebody of this address is here already.")]
)
async def test_who_cannot_be_invited_is_told_and_stays_in_the_box(admin: Visitor, email: str, told: str) -> None:
    answer = await act(admin, "invite", email=email, role="admin")
    assert answer.status == 422
    assert told in answer.words
    assert f'value="{email}"' in answer.text
    assert "/desk/welcome/" not in answer.text


async def test_who_forgot_the_password_gets_a_link_and_keeps_the_role(csbot: Running, admin: Visitor) -> None:
    link = link_on(await act(admin, "link", email=SUPERVISOR))
    async with at_desk(csbot, SUPERVISOR) as before, visitor(csbot) as who:
        chosen = "another long password"
        assert (await who.send(link, link, name="Süper", password=chosen, again=chosen)).status == 303
        assert (await before.get("/desk")).status == 303
        assert (await who.get("/desk/brake")).status == 200
    nobody = await act(admin, "link", email="nobody@shop.example")
    assert nobody.location == f"{PAGE}?told=nobody-there"


async def test_a_role_is_another_at_once(csbot: Running, admin: Visitor) -> None:
    async with at_desk(csbot, OTHER) as other:
        assert (await other.get("/desk/brake")).status == 403
        assert (await act(admin, "role", email=OTHER, role="supervisor")).location == f"{PAGE}?told=role-set"
        assert (await other.get("/desk/brake")).status == 200
    assert (await act(admin, "role", email=OTHER, role="boss")).status == 400
    assert "Role changed : other@shop.example – supervisor Admin Yılmaz" in (await admin.get(PAGE)).words


async def test_who_is_shut_out_is_gone_at_once_and_may_be_let_in_again(csbot: Running, admin: Visitor) -> None:
    store, api = csbot.services.store, f"{csbot.url}/api/v1/conversations"
    await store.add_token(OTHER, digest("csbot_theirs"), now=csbot.clock())
    bearer = {"Authorization": "Bearer csbot_theirs"}
    async with at_desk(csbot, OTHER) as other:
        async with other.http.get(api, headers=bearer) as got:
            assert got.status == 200
        assert (await act(admin, "disable", email=OTHER)).location == f"{PAGE}?told=shut-out"
        assert (await other.get("/desk")).status == 303
        async with other.http.get(api, headers=bearer) as got:
            assert got.status == 401
        assert (await other.signs_in(OTHER)).status == 401
        assert (await act(admin, "link", email=OTHER)).location == f"{PAGE}?told=nobody-there"
        assert "agent shut out" in of(await admin.get(PAGE), OTHER)
        assert (await act(admin, "enable", email=OTHER)).location == f"{PAGE}?told=let-in"
        assert (await other.get("/desk")).status == 303, "what has ended stays ended"
        assert (await other.signs_in(OTHER)).status == 303


async def test_nobody_demotes_or_shuts_out_themselves_or_the_last_admin(csbot: Running, admin: Visitor) -> None:
    for verb, form in (("role", {"role": "agent"}), ("disable", {})):
        assert (await act(admin, verb, email=ADMIN, **form)).location == f"{PAGE}?told=oneself"
    await member(csbot, "deniz@shop.example", "admin", name="Deniz")
    async with at_desk(csbot, "deniz@shop.example") as deniz:
        csrf = (await deniz.get(PAGE)).csrf
        assert (await act(admin, "disable", email="deniz@shop.example")).location == f"{PAGE}?told=shut-out"
        assert (await deniz.post(f"{PAGE}/disable", {"csrf": csrf, "email": ADMIN})).status == 303
    assert csbot.rows(f"SELECT role, disabled FROM users WHERE email = '{ADMIN}'") == [("admin", 0)]


async def test_agents_and_supervisors_do_not_see_it(csbot: Running) -> None:
    for email in (AGENT, SUPERVISOR):
        async with at_desk(csbot, email) as who:
            assert (await who.get(PAGE)).status == 403
            assert PAGE not in (await who.get("/desk")).text
            assert (await who.send("/desk", f"{PAGE}/disable", email=OTHER)).status == 403
    assert csbot.rows("SELECT email FROM users WHERE disabled") == []


@pytest.mark.parametrize("language", ["en", "tr"])
async def test_the_page_is_for_everybody(csbot: Running, admin: Visitor, language: str) -> None:
    await act(admin, "invite", email=f"{'uzun.bir.adres.' * 4}@shop.example", role="agent")
    await act(admin, "disable", email=OTHER)
    found: list[str] = []
    async with browser() as chromium:
        for size in (WIDE, PHONE, NARROWEST):
            async with seen(csbot, chromium, size, email=ADMIN, language=language) as page:
                await page.goto(csbot.url + PAGE)
                await page.evaluate("for (const one of document.querySelectorAll('.person details')) one.open = true")
                found += [f"at {size['width']}: {violation}" for violation in await violations(page)]
                if wider := await overflow(page):
                    found.append(f"at {size['width']}: {wider} px too wide")
    assert found == []


async def test_somebody_is_invited_and_shut_out_by_keyboard_alone(csbot: Running) -> None:
    async with browser() as chromium, seen(csbot, chromium, email=ADMIN) as page:
        await page.goto(csbot.url + PAGE)

        async def tab_to(words: str) -> None:
            for _ in range(60):
                await page.keyboard.press("Tab")
                if await page.evaluate("() => document.activeElement.textContent.trim()") == words:
                    return
            raise AssertionError(f"{words} is not reached by the keyboard")

        await page.focus("#email")
        await page.keyboard.type(NEW)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#made")
        selected = await page.evaluate("() => getSelection().toString() || document.activeElement.value")
        assert "/desk/welcome/" in selected
        await tab_to(f"Change: {name(OTHER)}")
        await page.keyboard.press("Enter")
        await tab_to("Shut out")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=They are shut out.")
    assert csbot.rows("SELECT email FROM users WHERE disabled") == [(OTHER,)]
    assert PASSWORD not in repr(csbot.rows("SELECT * FROM audit"))
