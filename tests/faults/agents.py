"""People at the desk, over the API: they take who waits, answer, and close; each act is asked for more than once."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout

from csbot import config
from csbot.bootstrap import now, open_store
from csbot.desk.tokens import digest

AGENTS = {"ayse@lale.example": "csbot_ayse", "bora@lale.example": "csbot_bora"}
IDLE_S = 0.5
MOST_COPIES = 3


async def admit(settings_file: Path) -> None:
    """Let the agents in, as `csbot user` does beside a running server."""
    async with open_store(config.load(settings_file, environ={})) as store:
        for email, token in AGENTS.items():
            await store.add_user(email, role="agent", now=now())
            await store.add_token(email, digest(token), now=now())


@dataclass(slots=True, kw_only=True)
class Acts:
    """What the agents did. `said` are texts that csbot has confirmed, `tried` those it never answered for."""

    said: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    repeated: int = 0
    lost_claims: int = 0
    wrong: list[str] = field(default_factory=list)


class Desk:
    """The agents at work until `leave`."""

    def __init__(self, url: str, *, seed: int) -> None:
        self.acts = Acts()
        self._url = f"{url}/api/v1"
        self._chance = random.Random(f"{seed}/agents")
        self._leaving = asyncio.Event()
        self._http: ClientSession | None = None
        self._agents: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._http = ClientSession(timeout=ClientTimeout(total=15))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for agent in self._agents:
            agent.cancel()
        await asyncio.gather(*self._agents, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    def open(self) -> None:
        """The agents come."""
        self._agents = [asyncio.create_task(self._work(email), name=email) for email in AGENTS]

    async def leave(self, *, within_s: float) -> None:
        """Nobody takes anybody new; returns when what was begun is done, or after the time all the same."""
        self._leaving.set()
        try:
            async with asyncio.timeout(within_s):
                await asyncio.gather(*self._agents)
        except TimeoutError:
            self.acts.wrong.append(f"an act was not answered within {within_s:g} s")

    async def _work(self, email: str) -> None:
        while not self._leaving.is_set():
            waiting = await self._waiting(email)
            if not waiting:
                await asyncio.sleep(IDLE_S)
                continue
            await self._attend(email, self._chance.choice(waiting))

    async def _attend(self, email: str, conversation: str) -> None:
        """Take one customer, answer once or twice, and close."""
        if await self._act(email, f"{conversation}/claim", {}) == 409:
            self.acts.lost_claims += 1
            return
        for number in range(self._chance.randint(1, 2)):
            text = f"{email} bakıyor: {conversation}.{number}"
            self.acts.tried.append(text)
            if await self._act(email, f"{conversation}/messages", {"text": text}) == 200:
                self.acts.said.append(text)
            await asyncio.sleep(self._chance.uniform(0, 0.3))
        await self._act(email, f"{conversation}/close", {})

    async def _act(self, email: str, path: str, body: Mapping[str, str]) -> int:
        """One act under one key, sent several times at once, each until it is answered; all answers must be alike."""
        key = f"{self._chance.getrandbits(64):x}"
        copies = self._chance.randint(1, MOST_COPIES)
        self.acts.repeated += copies - 1
        answers = await asyncio.gather(*(self._post(email, path, body, key) for _ in range(copies)))
        if len(set(answers)) > 1:
            self.acts.wrong.append(f"one key, two answers for {path}: {sorted(set(answers))}")
        status = answers[0][0]
        if status not in ({200, 409} if path.endswith("/claim") else {200}):
            self.acts.wrong.append(f"{path} was answered {status}: {answers[0][1]}")
        return status

    async def _post(self, email: str, path: str, body: Mapping[str, str], key: str) -> tuple[int, str]:
        while True:
            status, text = await self._ask("POST", email, f"conversations/{path}", body=body, key=key)
            if 0 < status < 500:
                return status, text
            await asyncio.sleep(self._chance.uniform(0.2, 1.0))

    async def _waiting(self, email: str) -> Sequence[str]:
        status, text = await self._ask("GET", email, "conversations?status=waiting")
        return [row["id"] for row in json.loads(text)["items"]] if status == 200 else ()

    async def _ask(self, method: str, email: str, path: str, *, body: object = None, key: str = "") -> tuple[int, str]:
        assert self._http is not None
        headers = {"Authorization": f"Bearer {AGENTS[email]}", **({"Idempotency-Key": key} if key else {})}
        try:
            async with self._http.request(method, f"{self._url}/{path}", json=body, headers=headers) as answer:
                return answer.status, await answer.text()
        except (ClientError, OSError, TimeoutError):
            return 0, ""
