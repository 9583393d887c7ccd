"""`csbot user`: people and their tokens."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csbot.desk.tokens import digest
from csbot.domain.account import Invitation
from csbot.domain.reading import User
from csbot.store.sqlite import SqliteStore
from tests.unit.cli.conftest import Csbot


def owner_of(token: str, shop: Path) -> User | None:
    async def ask() -> User | None:
        async with SqliteStore(shop / "var/csbot.db") as store:
            return await store.user_by_token(digest(token))

    return asyncio.run(ask())


def test_a_token_is_the_last_word_and_stands_for_its_person(csbot: Csbot, shop: Path) -> None:
    added = csbot("user", "add", "Ayse@shop.example", "--role", "supervisor")
    assert (added.code, added.err) == (0, "")
    assert "csbot user token ayse@shop.example" in added.out
    made = csbot("user", "token", "ayse@shop.example")
    user = owner_of(made.out.split()[-1], shop)
    assert user is not None
    assert (user.email, user.role) == ("ayse@shop.example", "supervisor")


def test_adding_again_changes_the_role(csbot: Csbot, shop: Path) -> None:
    csbot("user", "add", "ayse@shop.example")
    token = csbot("user", "token", "ayse@shop.example").out.split()[-1]
    csbot("user", "add", "ayse@shop.example", "--role", "admin")
    user = owner_of(token, shop)
    assert user is not None
    assert user.role == "admin"


def test_a_script_gets_json(csbot: Csbot) -> None:
    assert json.loads(csbot("user", "add", "a@b.example", "--json").out) == {"email": "a@b.example", "role": "agent"}
    told = json.loads(csbot("user", "token", "a@b.example", "--json").out)
    assert told["token"].startswith("csbot_")


def test_a_person_nobody_added_gets_no_token_but_is_told_how(csbot: Csbot) -> None:
    said = csbot("user", "token", "nobody@shop.example")
    assert (said.code, said.out) == (1, "")
    assert "csbot user add nobody@shop.example" in said.err


def invitation_of(link: str, shop: Path) -> Invitation | None:
    async def ask() -> Invitation | None:
        async with SqliteStore(shop / "var/csbot.db") as store:
            return await store.accounts.invitation(digest(link.rpartition("/")[2]), now=datetime.now(UTC))

    return asyncio.run(ask())


def test_an_invitation_is_a_link_for_one_person_and_a_later_one_takes_its_place(csbot: Csbot, shop: Path) -> None:
    first = csbot("user", "invite", "Ayse@shop.example", "--role", "supervisor")
    assert (first.code, first.err) == (0, "")
    link = first.out.split()[-1]
    assert link.startswith("http://127.0.0.1:8080/desk/welcome/")
    found = invitation_of(link, shop)
    assert found is not None
    assert (found.email, found.role) == ("ayse@shop.example", "supervisor")
    again = csbot("user", "invite", "ayse@shop.example").out.split()[-1]
    assert invitation_of(link, shop) is None
    assert invitation_of(again, shop) is not None


def test_who_is_invited_again_keeps_the_role_unless_another_is_given(csbot: Csbot) -> None:
    csbot("user", "add", "ayse@shop.example", "--role", "admin")
    assert json.loads(csbot("user", "invite", "ayse@shop.example", "--json").out)["role"] == "admin"
    told = json.loads(csbot("user", "invite", "ayse@shop.example", "--role", "agent", "--json").out)
    assert told["role"] == "agent"
    assert json.loads(csbot("user", "invite", "new@shop.example", "--json").out)["role"] == "agent"


@pytest.mark.parametrize("command", ["add", "invite"])
@pytest.mark.parametrize("email", ["ayse", "@shop.example", "ayse@", "a@b@c", "a b@c"])
def test_what_is_no_address_is_refused_before_anything_is_made(
    csbot: Csbot, shop: Path, email: str, command: str
) -> None:
    said = csbot("user", command, email)
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert not (shop / "var").exists()


@pytest.mark.parametrize(
    "args", [("user", "add"), ("user", "add", "a@b.example", "--role", "boss"), ("usr",), ("run", "x")]
)
def test_a_call_that_cannot_be_meant_is_a_usage_error(csbot: Csbot, args: tuple[str, ...]) -> None:
    said = csbot(*args)
    assert said.code == 2
    assert "Usage: csbot" in said.err


def test_people_are_listed_shut_out_and_let_in_again(csbot: Csbot, shop: Path) -> None:
    assert "csbot user invite" in csbot("user", "list").out
    csbot("user", "add", "ayse@shop.example", "--role", "supervisor")
    csbot("user", "invite", "bora@shop.example")
    token = csbot("user", "token", "ayse@shop.example").out.split()[-1]
    listed = json.loads(csbot("user", "list", "--json").out)
    assert [(one["email"], one["role"], one["standing"]) for one in listed] == [
        ("ayse@shop.example", "supervisor", "no password"),
        ("bora@shop.example", "agent", "invited"),
    ]
    assert listed[1]["invited_until"]
    assert csbot("user", "disable", "Ayse@shop.example").out == "ayse@shop.example is shut out.\n"
    assert owner_of(token, shop) is None
    assert "disabled" in csbot("user", "list").out
    invited = csbot("user", "invite", "ayse@shop.example")
    assert (invited.code, invited.out) == (1, "")
    assert "csbot user enable ayse@shop.example" in invited.err
    told = json.loads(csbot("user", "enable", "ayse@shop.example", "--json").out)
    assert told == {"email": "ayse@shop.example", "disabled": False}
    assert owner_of(token, shop) is None
    nobody = csbot("user", "disable", "nobody@shop.example")
    assert (nobody.code, nobody.out) == (1, "")
    assert "csbot user list" in nobody.err


def test_the_last_admin_who_can_sign_in_stays(csbot: Csbot, shop: Path) -> None:
    link = csbot("user", "invite", "canan@shop.example", "--role", "admin").out.split()[-1]

    async def come_in() -> None:
        async with SqliteStore(shop / "var/csbot.db") as store:
            made = digest(link.rpartition("/")[2])
            assert await store.accounts.accept(made, email="", name="Canan", password="hash", now=datetime.now(UTC))

    asyncio.run(come_in())
    for args in (("disable", "canan@shop.example"), ("add", "canan@shop.example", "--role", "agent")):
        said = csbot("user", *args)
        assert said.code == 1
        assert "the last admin" in said.err
    assert json.loads(csbot("user", "list", "--json").out)[0]["standing"] == "active"
