"""`csbot user`: who may use the desk and the API. Works beside a running server, never prompts."""

from __future__ import annotations

import json
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from csbot import config
from csbot.bootstrap import now, open_store
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import screen
from csbot.config import Settings
from csbot.desk.tokens import digest, token_from
from csbot.domain.account import Person, Refusal, email_address
from csbot.errors import CsbotError
from csbot.ports import Store
from csbot.web import inviting

app = typer.Typer(help="People who may use the desk and the API.", no_args_is_help=True)


BY = "csbot"
"""Who has done it, in the audit log."""

REFUSED = {
    Refusal.NOBODY: "is no user; csbot user list shows who is",
    Refusal.ONESELF: "cannot do this to themselves",
    Refusal.LAST_ADMIN: "is the last admin who can sign in; make somebody else an admin first",
}


class Role(StrEnum):
    """What a person may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@app.command("list", epilog="Example: csbot user list --json")
def list_people(config_file: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List who is here or invited: name, role, how they stand, when they last used the desk."""
    settings = config.load(config_file)

    async def work() -> list[Person]:
        async with open_store(settings) as store:
            return await store.accounts.people(now=now())

    people = run_async(work())
    if as_json:
        typer.echo(json.dumps([_row(one) for one in people], ensure_ascii=False))
    elif not people:
        typer.echo("Nobody is here yet. Invite somebody: csbot user invite EMAIL")
    else:
        table = Table("e-mail", "name", "role", "standing", "seen", "link until", box=None, pad_edge=False)
        for one in people:
            times = (one.seen_at, one.invited_until)
            shown = [at.astimezone().strftime("%Y-%m-%d %H:%M") if at else "" for at in times]
            table.add_row(*map(escape, (one.email, one.name, one.role, one.standing.value, *shown)))
        screen().print(table)


def _row(one: Person) -> dict[str, object]:
    return {
        "email": one.email,
        "name": one.name,
        "role": one.role,
        "standing": one.standing.value,
        "seen_at": one.seen_at.isoformat() if one.seen_at else None,
        "invited_until": one.invited_until.isoformat() if one.invited_until else None,
    }


@app.command(epilog="Example: csbot user add ayse@shop.example --role agent")
def add(
    email: Annotated[
        str, typer.Argument(metavar="EMAIL", help="E-mail address; it names the person everywhere.", show_default=False)
    ],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.AGENT,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a person, or change the role of one who is there."""
    address = _address(email)
    settings = config.load(config_file)

    async def work() -> None:
        async with open_store(settings) as store:
            refused = await store.accounts.set_role(address, role=role.value, by=BY, now=now())
            if refused is Refusal.NOBODY:
                await store.add_user(address, role=role.value, now=now())
            elif refused is not None:
                raise CsbotError(f"{address} {REFUSED[refused]}")

    run_async(work())
    if as_json:
        typer.echo(json.dumps({"email": address, "role": role.value}))
        return
    typer.echo(f"{address} may use the API as {role.value}; a token: csbot user token {address}")


@app.command(epilog="Example: csbot user invite ayse@shop.example --role supervisor")
def invite(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who is invited.", show_default=False)],
    role: Annotated[
        Role | None,
        typer.Option(
            help="What the person may do. Default: what they may now, agent for a new one.", show_default=False
        ),
    ] = None,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a link by which a person comes to the desk and chooses a password: for a new one, or one who forgot theirs.

    It works once, for half an hour, and takes the place of an earlier one. Send it to nobody else.
    """
    address = _address(email)
    settings = config.load(config_file)

    async def work() -> tuple[str, str]:
        async with open_store(settings) as store:
            known = {one.email: one for one in await store.accounts.people(now=now())}.get(address)
            if known and known.disabled:
                raise CsbotError(f"{address} is shut out; let them in again first: csbot user enable {address}")
            given = role.value if role else known.role if known else Role.AGENT.value
            return given, await invited(store, settings, email=address, role=given)

    given, link = run_async(work())
    if as_json:
        typer.echo(json.dumps({"email": address, "role": given, "link": link}))
        return
    typer.echo(f"{address} comes to the desk as {given} by this link, once, within half an hour:\n{link}")


async def invited(store: Store, settings: Settings, *, email: str, role: str, url: str = "") -> str:
    """A new invitation's link, on `url` where that is known; without `email` it is the first admin's."""
    server = settings.server
    base = server.public_url or url or f"http://{server.host}:{server.port}"
    return await inviting.invited(store.accounts, email=email, role=role, by=BY, base=base, now=now())


@app.command(epilog="Example: csbot user disable ayse@shop.example")
def disable(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who is shut out.", show_default=False)],
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Shut a person out: their sessions, tokens and invitations end at once. What they have said and done stays."""
    _set_disabled(email, config_file, disabled=True)
    typer.echo(json.dumps({"email": email.lower(), "disabled": True}) if as_json else f"{email.lower()} is shut out.")


@app.command(epilog="Example: csbot user enable ayse@shop.example")
def enable(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who may come in again.", show_default=False)],
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a person in again, by the password they had. Tokens and sessions that were ended stay so."""
    _set_disabled(email, config_file, disabled=False)
    said = f"{email.lower()} may come in again."
    typer.echo(json.dumps({"email": email.lower(), "disabled": False}) if as_json else said)


def _set_disabled(email: str, config_file: Path | None, *, disabled: bool) -> None:
    address = _address(email)
    settings = config.load(config_file)

    async def work() -> Refusal | None:
        async with open_store(settings) as store:
            return await store.accounts.set_disabled(address, disabled=disabled, by=BY, now=now())

    if refused := run_async(work()):
        raise CsbotError(f"{address} {REFUSED[refused]}")


def _address(email: str) -> str:
    if not (address := email_address(email)):
        raise CsbotError(f"{email!r} is no e-mail address; write it like ayse@shop.example")
    return address


@app.command(epilog="Example: TOKEN=$(csbot user token ayse@shop.example | awk '{print $NF}')")
def token(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose token.", show_default=False)],
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a bearer token for the API. It is shown once, as the last word; only its hash is kept."""
    settings = config.load(config_file)

    async def work() -> str:
        async with open_store(settings) as store:
            return await issue_token(store, email.lower())

    made = run_async(work())
    typer.echo(json.dumps({"email": email.lower(), "token": made}) if as_json else f"Token of {email.lower()}: {made}")


async def issue_token(store: Store, email: str) -> str:
    """A new token of that person; raises CsbotError when there is no such person."""
    made = token_from(secrets.token_urlsafe(32))
    if not await store.add_token(email, digest(made), now=now()):
        raise CsbotError(f"there is no user {email}; add one first: csbot user add {email} --role agent")
    return made
