"""`csbot doctor`: what is wrong, what to mend, and which URL to enter where."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.text import Text

from csbot import config
from csbot.bootstrap import lookups, now, open_outlet, open_spool, open_store, unset_lookups
from csbot.bootstrap.folders import content_folder
from csbot.bootstrap.learning import open_engines
from csbot.channel.errors import SendError
from csbot.channel.protocol import Check
from csbot.cli.content import is_published
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import screen
from csbot.config import Settings
from csbot.content.catalogue import check as check_content
from csbot.content.catalogue import load as load_content
from csbot.domain.capabilities import Arrival
from csbot.errors import ContentError, CsbotError, EngineAway
from csbot.nlu.rasa.records import phrasings
from csbot.plugins import channel_spec

EXAMPLE = "Example: csbot doctor --live"
RASA_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    area: str
    what: str
    ok: bool
    mend: str = ""


def doctor(
    config_file: ConfigOption = None,
    live: Annotated[bool, typer.Option("--live", help="Ask the platforms too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check settings, database, content and every channel. Exits 1 if something has to be mended."""
    try:
        settings = config.load(config_file)
    except CsbotError as error:
        findings = [Finding(area="settings", what=line, ok=False) for line in str(error).splitlines()]
    else:
        findings = run_async(_examine(settings, live))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        console = screen()
        for finding in findings:
            mark = ("ok   ", "green") if finding.ok else ("mend ", "bold red")
            console.print(Text.assemble(mark, (finding.area, "bold"), f": {finding.what}"), soft_wrap=True)
            if finding.mend:
                console.print(Text(f"     -> {finding.mend}"), soft_wrap=True)
        count = sum(not finding.ok for finding in findings)
        console.print(Text(f"{count} to mend" if count else "nothing to mend"))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


async def _examine(settings: Settings, live: bool) -> list[Finding]:
    findings = [Finding(area="settings", what=str(settings.file or "defaults and environment"), ok=True)]
    findings += await _store(settings)
    findings.append(_spool(settings))
    findings += _content(settings)
    findings += await _rasa(settings)
    findings += await _lookups(settings)
    for id in settings.channels:
        findings += await _channel(settings, id, live)
    if not settings.channels:
        findings.append(Finding(area="channels", what="none configured; the terminal works: csbot chat", ok=True))
    return findings


async def _store(settings: Settings) -> list[Finding]:
    try:
        async with open_store(settings) as store:
            await store.ping()
            published = await store.published_content()
    except CsbotError as error:
        return [
            Finding(
                area="store",
                what=str(error),
                ok=False,
                mend="see [store] url; is the database up, and its folder writable?",
            )
        ]
    findings = [Finding(area="store", what="answers and can be written", ok=True)]
    if published is not None and not is_published(content_folder(settings), published[0]):
        what = f"version {published[0]} is published, the files are others; csbot content publish puts them in force"
        findings.append(Finding(area="content", what=what, ok=True))
    return findings


def _spool(settings: Settings) -> Finding:
    try:
        open_spool(settings).close()
    except CsbotError as error:
        return Finding(area="spool", what=str(error), ok=False)
    return Finding(area="spool", what="can be written", ok=True)


def _content(settings: Settings) -> list[Finding]:
    folder = content_folder(settings)
    found = check_content(folder, settings.brand.languages)
    if found.errors:
        return [Finding(area="content", what=str(error), ok=False) for error in found.errors]
    told = f"{folder} is sound"
    if found.warnings:
        told += f"; warnings: {len(found.warnings)}, see csbot content check"
    return [Finding(area="content", what=told, ok=True)]


async def _rasa(settings: Settings) -> list[Finding]:
    """Whether the sidecar answers by the model of the files' phrasings, where Rasa is among the engines."""
    if "rasa" not in settings.understanding.engines:
        return []
    area = "engine rasa"
    try:
        catalogue = load_content(content_folder(settings), settings.brand.languages)
        async with open_engines(settings) as engines, asyncio.timeout(RASA_S):
            await engines.sidecar.parse("?", phrasings=phrasings(catalogue))
    except (EngineAway, TimeoutError) as error:
        what = str(error) or f"has no answer within {RASA_S:g} s"
        return [Finding(area=area, what=what, ok=False, mend="meanwhile the embedded engine answers; see docs/rasa.md")]
    except ContentError:
        return []
    return [Finding(area=area, what="answers by the model of these phrasings", ok=True)]


async def _lookups(settings: Settings) -> list[Finding]:
    """Whether each of the brand's systems answers and takes csbot's signature, and whether any is missing."""
    findings = []
    async with lookups(settings) as systems:
        told = await asyncio.gather(*(systems.ping(name, now=now()) for name in systems.names))
        wrong = dict(zip(systems.names, told, strict=True))
    for name in settings.lookups:
        area = f"lookup {name}"
        if name not in wrong:
            findings.append(Finding(area=area, what="is answered by the sample shop, which csbot run starts", ok=True))
        elif wrong[name]:
            mend = f"see [lookups.{name}] and docs/lookups.md; meanwhile a person is offered"
            findings.append(Finding(area=area, what=wrong[name], ok=False, mend=mend))
        else:
            findings.append(Finding(area=area, what="answers, and takes csbot's signature", ok=True))
    try:
        catalogue = load_content(content_folder(settings), settings.brand.languages)
    except ContentError:
        return findings
    for name in unset_lookups(settings, catalogue):
        what = f"the content asks it, and there is no [lookups.{name}]: a person is offered; see docs/lookups.md"
        findings.append(Finding(area=f"lookup {name}", what=what, ok=True))
    return findings


async def _channel(settings: Settings, id: str, live: bool) -> list[Finding]:
    channel_settings = settings.channels[id]
    spec = channel_spec(channel_settings.kind)
    area = f"channel {id}"
    findings = []
    public = settings.server.public_url
    if channel_settings.unsafe_unsigned:
        findings.append(
            Finding(
                area=area,
                what="accepts unsigned webhooks",
                ok=False,
                mend="set its signing secret and remove unsafe_unsigned",
            )
        )
    try:
        async with open_outlet(settings, id) as outlet:
            if Arrival.WEBHOOK in outlet.capabilities.arrival:
                findings += _addresses(spec.routes.items(), area, id, public)
            checks = await outlet.channel.check() if live else ()
    except (CsbotError, SendError) as error:
        return [*findings, Finding(area=area, what=str(error), ok=False)]
    findings += [_checked(area, check) for check in checks]
    if not live:
        findings.append(Finding(area=area, what=f"{spec.title} can be built; ask the platform with --live", ok=True))
    return findings


def _addresses(routes: Iterable[tuple[str, str]], area: str, id: str, public: str) -> list[Finding]:
    if not public:
        return [
            Finding(
                area=area,
                what="platforms need a public address to post to",
                ok=False,
                mend='set [server] public_url = "https://..." to the address under which they reach this csbot',
            )
        ]
    return [
        Finding(area=area, what=f"enter under {what!r}: {public}/channels/{id}/{route}", ok=True)
        for route, what in routes
    ]


def _checked(area: str, check: Check) -> Finding:
    return Finding(area=area, what=check.what, ok=check.ok, mend=check.mend)
