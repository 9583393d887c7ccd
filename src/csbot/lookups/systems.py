"""The brand's own systems behind the port `Lookups`: who may be told what, and every failure a branch."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from csbot import metrics
from csbot.breaker import Breaker
from csbot.domain.lookup import Branch, LookupAnswer, LookupField, NeedsLookup
from csbot.log import get_logger
from csbot.lookups import codes, proof
from csbot.lookups.cache import Cache
from csbot.lookups.client import Client, System, Unanswered
from csbot.lookups.reading import Misread, Record, Reply, Result, read_reply, read_sent
from csbot.lookups.wire import Question, ping, question

log = get_logger("lookups")

NOT_SET = "not among the settings"


class BrandSystems:
    """`csbot.ports.Lookups` over signed HTTP. An async context manager, which keeps the connections.

    `clock` counts seconds and never goes back; it times breakers and the cache.
    """

    def __init__(self, systems: Iterable[System], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._systems = {system.name: system for system in systems}
        self._clock = clock
        self._breakers = {name: Breaker(f"lookup {name}", clock=clock, most=5) for name in self._systems}
        self._cache = Cache(clock=clock)
        self._key = codes.key_of(system.secret for system in self._systems.values())
        self._guesses = codes.Guesses()
        self._client = Client()

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    @property
    def names(self) -> Sequence[str]:
        """The lookups that can be asked."""
        return tuple(self._systems)

    async def ask(self, need: NeedsLookup, *, now: datetime) -> LookupAnswer:
        """See `csbot.ports.Lookups`.

        Of a personal lookup that is asked about something (`slots`), "there is none" and "it is not yours" are one
        answer, UNPROVEN, and a code is on its way to somebody or to nobody: else one could find out what exists.
        """
        began = self._clock()
        try:
            answer = await self._ask(need, now)
        except Unanswered as error:
            answer = LookupAnswer(request=need.request, branch=error.branch, why=error.why)
            if error.mend:
                log.error("a lookup has to be mended", lookup=need.name, why=error.why)
        except Misread as error:
            branch = Branch.UNKNOWN if need.changes and not need.send_code else Branch.WRONG
            answer = LookupAnswer(request=need.request, branch=branch, why=str(error))
        took_s = self._clock() - began
        metrics.of(metrics.LOOKUPS, need.name, answer.branch.value).inc()
        metrics.of(metrics.LOOKUP_S, need.name).observe(took_s)
        tell = log.warning if answer.branch.failed or answer.branch is Branch.UNKNOWN else log.debug
        tell("asked", lookup=need.name, branch=answer.branch.value, why=answer.why, took_ms=round(took_s * 1000))
        return answer

    async def ping(self, name: str, *, now: datetime) -> str:
        """Whether the system of a lookup answers and takes the signature: empty, or what is wrong."""
        system = self._systems.get(name)
        if system is None:
            return NOT_SET
        try:
            asked = ping(name, f"ping {secrets.token_hex(8)}")
            read_reply(await self._client.post(system, asked, once=False, now=now), ())
        except (Unanswered, Misread) as error:
            return str(error)
        return ""

    async def _ask(self, need: NeedsLookup, now: datetime) -> LookupAnswer:
        system = self._systems.get(need.name)
        if system is None:
            raise Unanswered(Branch.DOWN, f"{need.name} is {NOT_SET}: [lookups.{need.name}]")
        if need.send_code:
            return await self._send_code(system, need, now)
        if need.code and not self._is_right(need, now):
            return _told(need, Branch.UNPROVEN, why="the code is wrong, or older than ten minutes")
        proven = bool(need.code)
        if need.changes:
            return await self._change(system, need, proven, now)
        if (kept := self._cache.get(need)) is not None:
            return kept
        answer = await self._tell(system, need, proven, now)
        self._cache.put(need, answer, seconds=system.cache_s)
        return answer

    async def _tell(self, system: System, need: NeedsLookup, proven: bool, now: datetime) -> LookupAnswer:
        asked = question(need, changes=False, proven=proven)
        return _answer(need, await self._reply(system, asked, need.fields, once=False, now=now), proven)

    async def _change(self, system: System, need: NeedsLookup, proven: bool, now: datetime) -> LookupAnswer:
        """Have something changed, once it is known to be the customer's: afterwards would be too late."""
        if need.personal:
            try:
                first = await self._tell(system, replace(need, fields=()), proven, now)
            except Misread as error:
                raise Unanswered(Branch.WRONG, str(error)) from error
            if first.branch is not Branch.FOUND:
                return first
        self._cache.clear()
        asked = question(need, changes=True, proven=proven)
        reply = await self._reply(system, asked, need.fields, once=True, now=now)
        if reply.result is Result.REFUSED:
            return _refused(need, reply)
        answer = _answer(need, reply, proven)
        if answer.branch is Branch.UNPROVEN:
            raise Unanswered(Branch.UNKNOWN, "what was changed is not what was shown to be the customer's")
        return answer

    async def _send_code(self, system: System, need: NeedsLookup, now: datetime) -> LookupAnswer:
        if not system.codes:
            return _told(need, Branch.UNPROVEN, why="the system sends no codes")
        if not need.slots:
            return _told(need, Branch.UNPROVEN, why="nothing was told that a code could be sent about")
        if not self._guesses.may_send(need, now=now):
            return _told(need, Branch.UNPROVEN, why=f"{codes.MOST_SENT} codes were sent about this within an hour")
        challenge = codes.challenge(need, now=now)
        asked = question(need, changes=False, code=codes.code(self._key, need, challenge))
        try:
            sent = read_sent(await self._post(system, asked, once=True, now=now))
        except Unanswered as error:
            if error.branch is not Branch.UNKNOWN:
                raise
            raise Unanswered(Branch.LATE, error.why) from error
        told = _told(need, Branch.CODE, why="" if sent else "nobody to send a code to")
        return replace(told, challenge=challenge)

    def _is_right(self, need: NeedsLookup, now: datetime) -> bool:
        if not self._guesses.admits(need):
            return False
        if codes.is_right(self._key, need, now=now):
            return True
        self._guesses.wrong(need)
        return False

    async def _reply(
        self, system: System, asked: Question, fields: Sequence[LookupField], *, once: bool, now: datetime
    ) -> Reply:
        return read_reply(await self._post(system, asked, once=once, now=now), fields)

    async def _post(self, system: System, asked: Question, *, once: bool, now: datetime) -> bytes:
        """The body of the reply; who keeps failing is not asked for a while."""
        breaker = self._breakers[system.name]
        if not breaker.admits():
            raise Unanswered(Branch.DOWN, "is not asked for a while")
        try:
            body = await self._client.post(system, asked, once=once, now=now)
        except Unanswered as error:
            if error.branch is Branch.WRONG:
                breaker.succeeded()
            else:
                breaker.failed(error.why)
            raise
        breaker.succeeded()
        return body


def _answer(need: NeedsLookup, reply: Reply, proven: bool) -> LookupAnswer:
    """What of a reply the customer may be told."""
    records = reply.records
    if need.personal and not proven:
        records = proof.told(records, need.proofs)
        if not records and (reply.records or need.slots or not need.proofs):
            # Whether there is none, or it is somebody else's, is for nobody to find out.
            return _told(need, Branch.UNPROVEN, why="not shown to be the customer's")
    if reply.result is Result.REFUSED:
        return _refused(need, reply)
    branch = Branch.NONE if not records else Branch.FOUND if len(records) == 1 else Branch.SEVERAL
    return _found(need, branch, records)


def _found(need: NeedsLookup, branch: Branch, records: Sequence[Record]) -> LookupAnswer:
    return LookupAnswer(request=need.request, branch=branch, records=tuple(record.fields for record in records))


def _refused(need: NeedsLookup, reply: Reply) -> LookupAnswer:
    return LookupAnswer(request=need.request, branch=Branch.REFUSED, reason=reply.reason)


def _told(need: NeedsLookup, branch: Branch, *, why: str = "") -> LookupAnswer:
    return LookupAnswer(request=need.request, branch=branch, why=why)
