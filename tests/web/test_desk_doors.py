"""Coming in: sign-in, the first admin, invitations, passwords, and what is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from csbot.desk.tokens import digest
from csbot.domain.account import INVITATION_LIFE, SESSION_IDLE, SESSION_LIFE
from csbot.web.passwords import NOBODYS, is_hash_of_today
from tests.chain.running import AGENT, OTHER, Running, running
from tests.web.desk import PASSWORD, Visitor, at_desk, member, visitor

NEW = "another fine password"


@pytest.fixture
async def csbot(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path, {}) as made:
        await member(made, AGENT, "agent", name="Ayşe")
        yield made


@pytest.fixture
async def guest(csbot: Running) -> AsyncIterator[Visitor]:
    async with visitor(csbot) as who:
        yield who


async def invite(csbot: Running, token: str, *, email: str = "", role: str = "admin") -> str:
    now = csbot.clock()
    await csbot.services.store.accounts.invite(
        digest(token), email=email, role=role, by="csbot", now=now, expires_at=now + INVITATION_LIFE
    )
    return f"/desk/welcome/{token}"


def filled(**more: str) -> dict[str, str]:
    return {"email": "canan@shop.example", "name": "Canan", "password": NEW, "again": NEW, **more}


async def test_nobody_sees_the_desk_without_signing_in_and_goes_on_to_the_page_asked_for(guest: Visitor) -> None:
    away = await guest.get("/desk?show=waiting")
    assert (away.status, away.location) == (303, "/desk/sign-in?next=%2Fdesk%3Fshow%3Dwaiting")
    entered = await guest.signs_in(next_="/desk?show=waiting")
    assert (entered.status, entered.location) == (303, "/desk?show=waiting")
    assert (await guest.get("/desk?show=waiting")).status == 200


ELSEWHERE = ["https://evil.example/desk", "//evil.example", "/desk\\..", "/deskx", "/metrics", ""]


@pytest.mark.parametrize("next_", ELSEWHERE)
async def test_signing_in_never_leads_elsewhere(guest: Visitor, next_: str) -> None:
    assert (await guest.signs_in(next_=next_)).location == "/desk"


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(guest: Visitor) -> None:
    wrong, unknown = await guest.signs_in(password="no"), await guest.signs_in("nobody@shop.example")
    assert (wrong.status, unknown.status) == (401, 401)
    assert "E-mail address or password is wrong." in wrong.words
    assert wrong.words.replace(AGENT, "") == unknown.words.replace("nobody@shop.example", "")
    assert is_hash_of_today(NOBODYS), "or an unknown address would be told by its time"


async def test_who_tries_too_often_has_to_wait_and_then_may_try_again(csbot: Running, guest: Visitor) -> None:
    for _ in range(5):
        assert (await guest.signs_in(password="no")).status == 401
    refused = await guest.signs_in()
    assert refused.status == 429
    assert re.search(r"Too many tries\. Wait [2-5] seconds", refused.words)
    await member(csbot, OTHER, "agent")
    async with visitor(csbot) as other:
        assert (await other.signs_in(OTHER)).status == 303, "others are not in the way"
    csbot.time_passes(5)
    assert (await guest.signs_in()).status == 303


async def test_an_unknown_address_is_slowed_down_alike(guest: Visitor) -> None:
    statuses = [(await guest.signs_in("nobody@shop.example")).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_cookies_are_for_this_server_alone(csbot: Running, guest: Visitor) -> None:
    entered = await guest.signs_in()
    [cookie] = [one for one in entered.headers.getall("Set-Cookie") if one.startswith("csbot_session=")]  # type: ignore[attr-defined]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie, "this was HTTP"
    async with visitor(csbot) as other:
        page = await other.get("/desk/sign-in", **{"X-Forwarded-Proto": "https"})
        assert "__Host-csbot_door=" in page.headers["Set-Cookie"]
        assert "Secure" in page.headers["Set-Cookie"].split("; ")
        token = page.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        entered = await other.post(
            "/desk/sign-in",
            {"csrf": page.csrf, "email": AGENT, "password": PASSWORD},
            **{"X-Forwarded-Proto": "https", "Cookie": f"__Host-csbot_door={token}"},
        )
        assert "__Host-csbot_session=" in entered.headers["Set-Cookie"]


async def test_a_session_is_known_by_a_hash_and_ends_with_signing_out(csbot: Running) -> None:
    async with at_desk(csbot) as ayse:
        [cookie] = [one for one in ayse.http.cookie_jar if one.key == "csbot_session"]
        [(kept,)] = csbot.rows("SELECT digest FROM sessions")
        assert kept == digest(cookie.value)
        assert (await ayse.send("/desk", "/desk/sign-out")).location == "/desk/sign-in?told=bye"
        assert (await ayse.get("/desk", Cookie=f"csbot_session={cookie.value}")).status == 303
    assert csbot.rows("SELECT digest FROM sessions WHERE expires_at > seen_at") == []


async def test_a_session_ends_after_half_a_day_without_a_person_and_after_a_week(csbot: Running) -> None:
    half_a_day = SESSION_IDLE.total_seconds()
    async with at_desk(csbot) as ayse:
        csbot.time_passes(half_a_day - 60)
        assert (await ayse.get("/desk/line", **{"HX-Request": "true"})).status == 200
        csbot.time_passes(60)
        assert (await ayse.get("/desk")).status == 303, "what a page asks for by itself keeps nobody signed in"
        assert (await ayse.get("/desk/line", **{"HX-Request": "true"})).status == 401
    async with at_desk(csbot) as ayse:
        for _ in range(int(SESSION_LIFE / SESSION_IDLE)):
            assert (await ayse.get("/desk")).status == 200
            csbot.time_passes(half_a_day - 1)
        csbot.time_passes(60)
        assert (await ayse.get("/desk")).status == 303


async def test_a_form_without_the_token_of_its_page_is_refused(csbot: Running) -> None:
    async with at_desk(csbot) as ayse, at_desk(csbot) as elsewhere:
        for form in ({}, {"csrf": "0" * 64}, {"csrf": (await elsewhere.get("/desk")).csrf}, {"csrf": "ü"}):
            assert (await ayse.post("/desk/sign-out", form)).status == 403
        csrf = (await ayse.get("/desk")).csrf
        assert (await ayse.get("/desk")).status == 200
        assert (await ayse.post("/desk/sign-out", **{"X-CSRF-Token": csrf})).status == 303


@pytest.mark.parametrize(
    "header", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_a_form_that_another_site_has_sent_is_refused(csbot: Running, header: dict[str, str]) -> None:
    async with at_desk(csbot) as ayse:
        csrf = (await ayse.get("/desk")).csrf
        assert (await ayse.post("/desk/sign-out", {"csrf": csrf}, **header)).status == 403
        own = {"Origin": csbot.url, "Sec-Fetch-Site": "same-origin"}
        assert (await ayse.post("/desk/sign-out", {"csrf": csrf}, **own)).status == 303


async def test_the_first_admin_comes_in_by_a_link_that_works_once(csbot: Running, guest: Visitor) -> None:
    link = await invite(csbot, "first")
    assert (await guest.get(link)).status == 200
    assert (await guest.get(link)).status == 200, "looking does not use it up"
    entered = await guest.send(link, link, **filled())
    assert (entered.status, entered.location) == (303, "/desk?told=welcome")
    assert "Canan" in (await guest.get("/desk")).words
    async with visitor(csbot) as late:
        assert (await late.get(link)).status == 410
        assert (await late.signs_in("canan@shop.example", NEW)).status == 303
        assert (await late.get(await invite(csbot, "second"))).status == 410, "there is an admin"


async def test_a_link_expires_and_a_false_one_never_worked(csbot: Running, guest: Visitor) -> None:
    link = await invite(csbot, "first")
    csrf = (await guest.get(link)).csrf
    csbot.time_passes(INVITATION_LIFE.total_seconds())
    assert (await guest.get(link)).status == 410
    assert (await guest.post(link, {"csrf": csrf, **filled()})).status == 410
    assert (await guest.get("/desk/welcome/guessed")).status == 410
    assert csbot.rows("SELECT 1 FROM users WHERE email = 'canan@shop.example'") == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"email": "canan"}, "This is no e-mail address"),
        ({"name": "  "}, "Write the name your colleagues know you by."),
        ({"password": "short", "again": "short"}, "At least 12 characters"),
        ({"password": "a" * 300, "again": "a" * 300}, "At most 256 characters."),
        ({"password": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, "too easy to guess"),
        ({"password": "canan@shop.example", "again": "canan@shop.example"}, "too easy to guess"),
        ({"again": "something else"}, "The two are not the same."),
    ],
)
async def test_what_is_wrong_is_told_and_the_link_stays(
    csbot: Running, guest: Visitor, more: dict[str, str], told: str
) -> None:
    link = await invite(csbot, "first")
    answer = await guest.send(link, link, **filled(**more))
    assert answer.status == 422
    assert told in answer.words
    assert NEW not in answer.text
    assert (await guest.send(link, link, **filled())).status == 303


async def test_who_is_invited_cannot_become_somebody_else(csbot: Running, guest: Visitor) -> None:
    link = await invite(csbot, "mine", email="bora@shop.example", role="supervisor")
    assert (await guest.send(link, link, **filled(email="canan@shop.example"))).status == 303
    assert csbot.rows("SELECT email, role FROM users WHERE role = 'supervisor'") == [
        ("bora@shop.example", "supervisor")
    ]


async def test_another_password_ends_every_other_session(csbot: Running) -> None:
    async with at_desk(csbot) as here, at_desk(csbot) as there:
        wrong = await here.send("/desk/password", "/desk/password", present="no", password=NEW, again=NEW)
        assert (wrong.status, "This is not your present password." in wrong.words) == (422, True)
        done = await here.send("/desk/password", "/desk/password", present=PASSWORD, password=NEW, again=NEW)
        assert (done.status, done.location) == (303, "/desk?told=password")
        assert (await here.get("/desk")).status == 200
        assert (await there.get("/desk")).status == 303
    async with visitor(csbot) as again:
        assert (await again.signs_in()).status == 401
        assert (await again.signs_in(password=NEW)).status == 303


async def test_the_language_of_the_pages_is_chosen_and_kept(guest: Visitor) -> None:
    chosen = await guest.send("/desk/sign-in", "/desk/language", language="tr", back="/desk/sign-in?next=%2Fdesk")
    assert chosen.location == "/desk/sign-in?next=%2Fdesk"
    assert "Giriş yap" in (await guest.get("/desk/sign-in")).words


async def test_a_browser_is_led_from_the_front_door_to_the_desk_and_others_read_the_signpost(guest: Visitor) -> None:
    shown = await guest.get("/", Accept="text/html,application/xhtml+xml")
    assert (shown.status, shown.location) == (302, "/desk")
    assert "/api/v1/openapi.json" in (await guest.get("/")).text


async def test_no_password_and_no_token_stands_in_the_database_or_in_a_repr(csbot: Running) -> None:
    async with at_desk(csbot) as ayse:
        secret = next(one.value for one in ayse.http.cookie_jar if one.key == "csbot_session")
    known = await csbot.services.store.accounts.credentials(AGENT)
    assert "argon2" not in repr(known)
    for table in ("users", "sessions", "invitations", "audit", "sign_in_tries"):
        everything = repr(csbot.rows(f"SELECT * FROM {table}"))
        assert secret not in everything
        assert PASSWORD not in everything


async def test_who_has_just_come_in_is_called_by_name_at_once(csbot: Running, guest: Visitor) -> None:
    """A colleague's page has looked up everybody a moment ago."""
    async with at_desk(csbot) as colleague:
        assert (await colleague.get("/desk")).status == 200
        link = await invite(csbot, "token", email="canan.ak@shop.example", role="agent")
        assert (await guest.send(link, link, **filled(name="Canan Akıncı"))).status == 303
        assert "Canan Akıncı" in (await guest.get("/desk")).words
