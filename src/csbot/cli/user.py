"""`csbot user`: who may use the API. Works beside a running server, never prompts."""

from __future__ import annotations

import json
import secrets
from enum import StrEnum
from typing import Annotated

import typer

from csbot import config
from csbot.bootstrap import now, open_store
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.desk.tokens import digest, token_from
from csbot.errors import CsbotError
from csbot.ports import Store

app = typer.Typer(help="People who may use the API.", no_args_is_help=True)


class Role(StrEnum):
    """What a person may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


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
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@") or any(c.isspace() for c in email):
        raise CsbotError(f"{email!r} is no e-mail address; write it like ayse@shop.example")
    settings = config.load(config_file)

    async def work() -> None:
        async with open_store(settings) as store:
            await store.add_user(email.lower(), role=role.value, now=now())

    run_async(work())
    if as_json:
        typer.echo(json.dumps({"email": email.lower(), "role": role.value}))
        return
    typer.echo(f"{email.lower()} may use the API as {role.value}; a token: csbot user token {email.lower()}")


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
