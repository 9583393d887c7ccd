"""Posting a signed question to a system of the brand's, and what can come of that."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp

from csbot.domain.lookup import Branch
from csbot.lookups.signing import signed
from csbot.lookups.wire import Question

LARGEST_REPLY = 64 * 1024
KEEP_ALIVE_S = 4.0
"""Less than servers usually keep a silent connection, so that no question meets a closing one."""
PAUSE_S = (0.05, 0.15)
"""How long a second try waits: anything between, so that many do not come back at the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One lookup's address and how it is asked. `codes`: it can send codes to the contact on file."""

    name: str
    url: str
    secret: bytes = field(repr=False)
    timeout_s: float = 2.0
    retries: int = 1
    cache_s: float = 0.0
    codes: bool = False


class Unanswered(Exception):
    """No reply. `branch` says how, `why` to an operator; `mend`: somebody has to mend a setting."""

    def __init__(self, branch: Branch, why: str, *, mend: bool = False) -> None:
        super().__init__(why)
        self.branch = branch
        self.why = why
        self.mend = mend


class Client:
    """The connections to the brand's systems. An async context manager."""

    def __init__(self) -> None:
        self._kept: aiohttp.ClientSession | None = None
        self._fresh: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._kept = _session(aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_S))
        # A connection kept may just be closing when it is used, and then nobody knows whether the words arrived.
        self._fresh = _session(aiohttp.TCPConnector(force_close=True))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (self._kept, self._fresh):
            if session is not None:
                await session.close()

    async def post(self, system: System, question: Question, *, once: bool, now: datetime) -> bytes:
        """The body of the reply, by the system's deadline. Raises Unanswered.

        A question asked `once` is not tried again, and where it may have arrived the branch is UNKNOWN.
        """
        headers = signed(system.secret, request=question.id, body=question.body, now=now)
        headers |= {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        last: Unanswered | None = None
        sent = SimpleNamespace(any=False)
        try:
            async with asyncio.timeout(system.timeout_s):
                for again in range(0 if once else system.retries, -1, -1):
                    try:
                        return await self._try(system, question, headers, sent, once=once)
                    except Unanswered as error:
                        if error.branch is not Branch.DOWN or not again:
                            raise
                        last = error
                    await asyncio.sleep(random.uniform(*PAUSE_S))
        except TimeoutError as error:
            if once and sent.any:
                raise Unanswered(Branch.UNKNOWN, f"no answer within {system.timeout_s:g} s") from error
            raise last or Unanswered(Branch.LATE, f"no answer within {system.timeout_s:g} s") from error
        raise AssertionError("every try returns or raises")

    async def _try(
        self, system: System, question: Question, headers: dict[str, str], sent: SimpleNamespace, *, once: bool
    ) -> bytes:
        session = self._fresh if once else self._kept
        if session is None:
            raise Unanswered(Branch.DOWN, "csbot is stopping")
        try:
            async with session.post(
                system.url, data=question.body, headers=headers, allow_redirects=False, trace_request_ctx=sent
            ) as response:
                _judge(response, once=once)
                return await _read(response, once=once)
        except aiohttp.ClientConnectorError as error:
            # Before anything was sent. Not the error's own text: it may show more than the reason.
            raise Unanswered(Branch.DOWN, f"cannot be reached ({type(error).__name__})") from error
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            branch = Branch.UNKNOWN if once and sent.any else Branch.DOWN
            raise Unanswered(branch, f"the connection broke ({type(error).__name__})") from error
        except aiohttp.ClientError as error:
            branch = Branch.UNKNOWN if once else Branch.WRONG
            raise Unanswered(branch, f"did not answer as HTTP ({type(error).__name__})") from error


def _session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_note_sent)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        trace_configs=[trace],
        # A small compressed reply may be a large one: none is asked for, and none is taken.
        auto_decompress=False,
    )


async def _note_sent(session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:
    context.trace_request_ctx.any = True


def _judge(response: aiohttp.ClientResponse, *, once: bool) -> None:
    """Raise Unanswered for a status that is no reply. Of a change 429, 503 and 4xx say that it was not made."""
    status = response.status
    if status == 200:
        return
    if status == 401:
        raise Unanswered(
            Branch.WRONG,
            "refuses csbot's signature (401): the secret is not the one the system knows, or a clock is wrong",
            mend=True,
        )
    if status in {429, 503}:
        raise Unanswered(Branch.DOWN, f"answers {status}")
    if 400 <= status < 500:
        raise Unanswered(Branch.WRONG, f"answers {status}")
    if status >= 500:
        raise Unanswered(Branch.UNKNOWN if once else Branch.DOWN, f"answers {status}")
    # "Created", "no content", "see other": of a change these rather say that it was made.
    redirects = 300 <= status < 400
    why = f"answers {status}: redirects are not followed" if redirects else f"answers {status}"
    raise Unanswered(Branch.UNKNOWN if once else Branch.WRONG, why, mend=redirects)


async def _read(response: aiohttp.ClientResponse, *, once: bool) -> bytes:
    branch = Branch.UNKNOWN if once else Branch.WRONG
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unanswered(branch, "the reply is compressed, though csbot takes none")
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_REPLY:
            raise Unanswered(branch, f"the reply is larger than {LARGEST_REPLY // 1024} kB")
    return bytes(body)
