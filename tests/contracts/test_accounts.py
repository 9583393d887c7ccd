"""What every store does for the people of the brand: passwords, sessions, invitations, failed sign-ins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from csbot.domain.account import INVITATION_LIFE, SESSION_IDLE, SESSION_LIFE, TRIES_KEPT, Person, Refusal, Tried
from csbot.domain.reading import User
from csbot.ports import Accounts
from tests.contracts.store_cases import AGENT, Scene

BY_EMAIL = Tried(key="email", free=3, most_s=60)
BY_ADDRESS = Tried(key="address", free=50, most_s=60)
ADMIN = "canan@example.com"


@pytest.fixture
def accounts(scene: Scene) -> Accounts:
    return scene.store.accounts


async def invite(scene: Scene, digest: str, *, email: str = AGENT, role: str = "agent") -> None:
    expires_at = scene.now + INVITATION_LIFE
    await scene.store.accounts.invite(digest, email=email, role=role, by="csbot", now=scene.now, expires_at=expires_at)


async def accept(scene: Scene, digest: str, *, email: str = "", password: str = "hash") -> User | None:
    return await scene.store.accounts.accept(digest, email=email, name="Ayşe", password=password, now=scene.now)


async def begin(scene: Scene, digest: str, user: int) -> None:
    expires_at = scene.now + SESSION_LIFE
    await scene.store.accounts.begin_session(digest, user=user, now=scene.now, expires_at=expires_at)


async def member(scene: Scene) -> User:
    await invite(scene, "first")
    user = await accept(scene, "first")
    assert user is not None
    return user


async def signed_in(scene: Scene, digest: str) -> str | None:
    session = await scene.store.accounts.session(digest, now=scene.now)
    return None if session is None else session.user.email


async def test_who_takes_up_an_invitation_can_sign_in(scene: Scene, accounts: Accounts) -> None:
    await invite(scene, "i1", role="supervisor")
    found = await accounts.invitation("i1", now=scene.now)
    assert found is not None
    assert (found.email, found.role, found.expires_at) == (AGENT, "supervisor", scene.now + INVITATION_LIFE)
    assert await accounts.credentials(AGENT) is None
    user = await accept(scene, "i1", email="somebody@else.example")
    assert user is not None
    assert (user.email, user.role, user.name) == (AGENT, "supervisor", "Ayşe")
    kept = await accounts.credentials(AGENT)
    assert kept is not None
    assert (kept.user, kept.password) == (user, "hash")
    assert "hash" not in repr(kept)


async def test_an_invitation_is_used_once_even_by_two_at_a_time(scene: Scene) -> None:
    await invite(scene, "i1")
    users = await asyncio.gather(*(accept(scene, "i1") for _ in range(3)))
    assert sum(user is not None for user in users) == 1
    assert await scene.store.accounts.invitation("i1", now=scene.now) is None
    assert await accept(scene, "i1") is None


async def test_an_invitation_expires(scene: Scene, accounts: Accounts) -> None:
    await invite(scene, "i1")
    scene.later(INVITATION_LIFE.total_seconds())
    assert await accounts.invitation("i1", now=scene.now) is None
    assert await accept(scene, "i1") is None
    assert await accounts.credentials(AGENT) is None


async def test_a_new_invitation_takes_the_place_of_the_one_before(scene: Scene, accounts: Accounts) -> None:
    await invite(scene, "i1")
    await invite(scene, "other", email=ADMIN)
    await invite(scene, "i2")
    assert await accept(scene, "i1") is None
    assert await accounts.invitation("other", now=scene.now) is not None
    assert await accept(scene, "i2") is not None


async def test_the_first_admin_says_who_they_are_and_there_is_one_first_admin(scene: Scene, accounts: Accounts) -> None:
    assert not await accounts.has_admin()
    await scene.store.add_user(ADMIN, role="admin", now=scene.now)
    assert not await accounts.has_admin(), "nobody can sign in yet"
    await invite(scene, "i1", email="", role="admin")
    user = await accept(scene, "i1", email=ADMIN)
    assert user is not None
    assert (user.email, user.role) == (ADMIN, "admin")
    assert await accounts.has_admin()
    await invite(scene, "i2", email="", role="admin")
    assert await accept(scene, "i2", email=AGENT) is None


async def test_an_invitation_to_somebody_known_gives_another_password_and_ends_their_sessions(scene: Scene) -> None:
    user = await member(scene)
    await begin(scene, "s1", user.id)
    await invite(scene, "again", role="admin")
    again = await accept(scene, "again", password="another")
    assert again is not None
    assert (again.id, again.role) == (user.id, "admin")
    assert await signed_in(scene, "s1") is None


async def test_a_session_lasts_until_it_is_ended_or_idle_or_a_week_old(scene: Scene, accounts: Accounts) -> None:
    user = await member(scene)
    for digest in ("ended", "idle", "used"):
        await begin(scene, digest, user.id)
    assert await signed_in(scene, "unknown") is None
    await accounts.end_session("ended")
    await accounts.end_session("ended")
    assert await signed_in(scene, "ended") is None
    half_a_day = SESSION_IDLE.total_seconds()
    scene.later(half_a_day - 60)
    await accounts.seen("used", now=scene.now)
    assert await signed_in(scene, "idle") == AGENT
    scene.later(60)
    assert await signed_in(scene, "idle") is None
    for _ in range(12):
        assert await signed_in(scene, "used") == AGENT
        await accounts.seen("used", now=scene.now)
        scene.later(half_a_day)
        await accounts.seen("used", now=scene.now)
    scene.later(SESSION_LIFE.total_seconds() - 13 * half_a_day)
    assert await signed_in(scene, "used") is None


async def test_changing_the_password_ends_the_other_sessions(scene: Scene, accounts: Accounts) -> None:
    user = await member(scene)
    for digest in ("here", "there"):
        await begin(scene, digest, user.id)
    await accounts.set_password(user.id, "new", keep="here", now=scene.now)
    assert [await signed_in(scene, digest) for digest in ("here", "there")] == [AGENT, None]
    kept = await accounts.credentials(AGENT)
    assert kept is not None
    assert kept.password == "new"


async def admins(scene: Scene, *emails: str) -> None:
    for email in emails:
        await invite(scene, f"to {email}", email=email, role="admin")
        assert await accept(scene, f"to {email}")


async def test_people_are_listed_with_how_they_stand(scene: Scene, accounts: Accounts) -> None:
    user = await member(scene)
    await begin(scene, "s1", user.id)
    seen_at = scene.later(120)
    await accounts.seen("s1", now=scene.now)
    await accounts.end_session("s1")
    await scene.store.add_user("api@example.com", role="supervisor", now=scene.now)
    await invite(scene, "open", email="yeni@example.com", role="supervisor")
    await invite(scene, "again")
    await invite(scene, "admin", email="", role="admin")
    until = scene.now + INVITATION_LIFE
    ayse = Person(email=AGENT, role="agent", name="Ayşe", has_password=True, seen_at=seen_at, invited_until=until)
    api = Person(email="api@example.com", role="supervisor")
    invited = Person(email="yeni@example.com", role="supervisor", invited_until=until)
    assert await accounts.people(now=scene.now) == [api, ayse, invited]
    assert await accounts.people(now=until) == [api, replace(ayse, invited_until=None)]


async def test_a_role_is_changed_at_once_and_in_the_open_invitation(scene: Scene, accounts: Accounts) -> None:
    user = await member(scene)
    await begin(scene, "s1", user.id)
    await invite(scene, "again", role="agent")
    assert await accounts.set_role(AGENT, role="supervisor", by=ADMIN, now=scene.now) is None
    assert await accounts.set_role(AGENT, role="supervisor", by=ADMIN, now=scene.now) is None
    session = await accounts.session("s1", now=scene.now)
    assert session is not None
    assert session.user.role == "supervisor"
    again = await accept(scene, "again")
    assert again is not None
    assert again.role == "supervisor"
    acts = await scene.rows("SELECT actor, act, subject, detail FROM audit WHERE act = 'set role'")
    assert acts == [(ADMIN, "set role", f"user {AGENT}", "supervisor")]


async def test_who_is_shut_out_is_out_at_once_and_everywhere(scene: Scene, accounts: Accounts) -> None:
    user = await member(scene)
    await begin(scene, "s1", user.id)
    assert await scene.store.add_token(AGENT, "t1", now=scene.now)
    await invite(scene, "open")
    assert await accounts.set_disabled(AGENT, disabled=True, by=ADMIN, now=scene.now) is None
    assert await signed_in(scene, "s1") is None
    assert await scene.store.user_by_token("t1") is None
    assert await accounts.invitation("open", now=scene.now) is None
    assert await accounts.credentials(AGENT) is None
    assert [one.disabled for one in await accounts.people(now=scene.now)] == [True]
    assert await accounts.set_disabled(AGENT, disabled=False, by=ADMIN, now=scene.now) is None
    assert await accounts.credentials(AGENT) is not None
    assert await signed_in(scene, "s1") is None, "what has ended stays ended"
    assert await scene.store.user_by_token("t1") is None
    acts = await scene.rows("SELECT actor, act FROM audit WHERE act IN ('disable', 'enable') ORDER BY id")
    assert acts == [(ADMIN, "disable"), (ADMIN, "enable")]


async def test_nobody_shuts_out_or_demotes_themselves_nobody_or_the_last_admin(
    scene: Scene, accounts: Accounts
) -> None:
    await admins(scene, ADMIN)
    await scene.store.add_user("api@example.com", role="admin", now=scene.now)

    async def refused(email: str, by: str) -> set[Refusal | None]:
        return {
            await accounts.set_role(email, role="agent", by=by, now=scene.now),
            await accounts.set_disabled(email, disabled=True, by=by, now=scene.now),
        }

    assert await refused("nobody@example.com", ADMIN) == {Refusal.NOBODY}
    assert await refused(ADMIN, ADMIN) == {Refusal.ONESELF}
    assert await refused(ADMIN, "csbot") == {Refusal.LAST_ADMIN}, "one who cannot sign in is no other admin"
    await admins(scene, "deniz@example.com")
    assert await accounts.set_disabled(ADMIN, disabled=True, by="csbot", now=scene.now) is None
    assert await refused("deniz@example.com", "csbot") == {Refusal.LAST_ADMIN}
    await invite(scene, "down", email="deniz@example.com", role="agent")
    user = await accept(scene, "down")
    assert user is not None
    assert user.role == "admin"


async def test_of_two_admins_who_shut_each_other_out_at_once_one_stays(scene: Scene, accounts: Accounts) -> None:
    two = (ADMIN, "deniz@example.com")
    await admins(scene, *two)
    outcomes = await asyncio.gather(
        *(accounts.set_disabled(who, disabled=True, by="csbot", now=scene.now) for who in two)
    )
    assert sorted(outcomes, key=str) == [None, Refusal.LAST_ADMIN]
    assert await accounts.has_admin()


async def test_failed_sign_ins_cost_more_and_more_time_but_never_for_ever(scene: Scene, accounts: Accounts) -> None:
    waited = []
    for _ in range(12):
        until = await accounts.try_sign_in([BY_EMAIL, BY_ADDRESS], now=scene.now)
        if until is not None:
            waited.append((until - scene.now).total_seconds())
            scene.now = until
            assert await accounts.try_sign_in([BY_EMAIL, BY_ADDRESS], now=scene.now) is None
    assert waited == [5, 10, 20, 40, 60, 60, 60, 60, 60]


async def test_a_success_forgives_and_a_day_forgets(scene: Scene, accounts: Accounts) -> None:
    async def fail(times: int) -> bool:
        outcomes = [await accounts.try_sign_in([BY_EMAIL], now=scene.now) for _ in range(times)]
        return outcomes[-1] is None

    assert await fail(3)
    assert not await fail(1)
    await accounts.forgive([BY_EMAIL, BY_ADDRESS])
    assert await fail(3)
    assert not await fail(1)
    scene.later(TRIES_KEPT.total_seconds())
    assert await fail(3)


async def test_tries_at_the_same_time_are_counted_each(scene: Scene, accounts: Accounts) -> None:
    outcomes = await asyncio.gather(*(accounts.try_sign_in([BY_EMAIL, BY_ADDRESS], now=scene.now) for _ in range(10)))
    assert outcomes.count(None) == BY_EMAIL.free


async def test_what_is_over_is_forgotten(scene: Scene, accounts: Accounts) -> None:
    user = await member(scene)
    await begin(scene, "s1", user.id)
    await accounts.try_sign_in([BY_EMAIL], now=scene.now)
    assert await scene.store.forget(before=scene.now) == 0
    later = scene.now + SESSION_LIFE + timedelta(seconds=1)
    assert await scene.store.forget(before=later) == 3
    assert await signed_in(scene, "s1") is None


async def test_acts_are_kept_in_the_audit_log(scene: Scene, accounts: Accounts) -> None:
    user = await member(scene)
    await begin(scene, "s1", user.id)
    await accounts.set_password(user.id, "new", keep="", now=scene.now)
    kept = await scene.rows("SELECT actor, act, subject FROM audit ORDER BY id")
    assert kept == [
        ("csbot", "invite", f"user {AGENT}"),
        (AGENT, "accept invitation", f"user {AGENT}"),
        (AGENT, "sign in", f"user {AGENT}"),
        (AGENT, "set password", f"user {AGENT}"),
    ]
