"""The world around csbot: imitated platforms, customers who write by them, deliveries repeated and shuffled."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from csbot.channel.imitating import ImitatedPlatform
from csbot.channel.imitation import Said, Shown, SignedRequest
from csbot.domain.delivery import DeliveryState
from csbot.plugins import channel_spec
from tests.faults.customers import PHONE_KINDS, Visits, Words, sample_matters, visit

PATIENCE = ClientTimeout(total=15)
"""How long a platform waits for an ack before it delivers again."""

PULLED = {"telegram": "polling", "slack": "socket"}
"""What an imitation is told whose messages are fetched."""

REPLY_S = 1.5
LOOK_S = 0.05
MOST_COPIES = 3
RECEIPTS = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED)


@dataclass(slots=True, kw_only=True)
class Message:
    """One message of a customer and its deliveries. Times are seconds since 1970."""

    words: Words
    first_post_at: float = 0.0
    first_ack_at: float = 0.0
    acks: int = 0


@dataclass(slots=True, kw_only=True)
class Traffic:
    """What was posted, answered and seen."""

    messages: list[Message] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)  # by status; 0: no answer at all
    slowest_ack_s: dict[str, float] = field(default_factory=dict)  # by channel
    receipts: dict[tuple[str, str], set[DeliveryState]] = field(default_factory=lambda: defaultdict(set))


class World:
    """Platforms by channel id (their kinds), and `customers` people at once who write by them until `leave`.

    Every message is delivered up to three times, those of a burst in any order at once, each delivery again until csbot
    takes it. Platforms that tell of deliveries do so repeatedly and in any order. `pulled`: nothing is posted, csbot
    fetches what is said and confirms it. `visits` are what customers come for, the sample brand's matters if not told;
    each waits up to `reply_s` for an answer before going on, with probability `patience`.
    """

    def __init__(
        self,
        channels: Sequence[str],
        *,
        seed: int,
        customers: int,
        pulled: bool = False,
        visits: Visits | None = None,
        patience: float = 0.7,
        reply_s: float = REPLY_S,
    ) -> None:
        self.channels = tuple(channels)
        self.platforms: dict[str, ImitatedPlatform] = {}
        self.traffic = Traffic()
        self._seed = seed
        self._count = customers
        self._pulled = pulled
        self._numbers = count(1)
        self._visit = visits or partial(visit, seed=seed, channels=self.channels, matters=sample_matters())
        self._patience, self._reply_s = patience, reply_s
        self._url = ""
        self._session: ClientSession | None = None
        self._leaving = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._people: list[asyncio.Task[None]] = []
        self._observer: asyncio.Task[None] | None = None
        self._replies: dict[tuple[str, str], asyncio.Future[None]] = {}

    async def __aenter__(self) -> Self:
        for channel in self.channels:
            make = channel_spec(channel).imitation
            assert make is not None, channel
            platform = make(**({PULLED[channel]: True} if self._pulled else {}))
            assert isinstance(platform, ImitatedPlatform)
            self.platforms[channel] = await platform.__aenter__()
        self._session = ClientSession(connector=TCPConnector(limit=0), timeout=PATIENCE)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [*self._people, *self._tasks, *([self._observer] if self._observer else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        for platform in self.platforms.values():
            await platform.__aexit__(kind, error, trace)

    def settings(self) -> Mapping[str, Mapping[str, object]]:
        """The channels' settings, as in csbot.toml."""
        return {channel: {**platform.settings(), "rate": 0} for channel, platform in self.platforms.items()}

    def connect(self, url: str) -> None:
        """Where csbot serves."""
        self._url = url
        for channel, platform in self.platforms.items():
            platform.connect(url, channel)

    def open(self) -> None:
        """Customers come."""
        self._observer = asyncio.create_task(self._observe(), name="observer")
        self._people = [asyncio.create_task(self._visits(), name="customer") for _ in range(self._count)]

    async def leave(self, *, within_s: float) -> bool:
        """Nobody begins anything new; True when every delivery has been taken within the time."""
        self._leaving.set()
        try:
            async with asyncio.timeout(within_s):
                await asyncio.gather(*self._people)
                while self._tasks:
                    await asyncio.gather(*self._tasks)
        except TimeoutError:
            return False
        return True

    # -- customers -------------------------------------------------------------------------------------------------

    async def _visits(self) -> None:
        while not self._leaving.is_set():
            number = next(self._numbers)
            chance = random.Random(f"{self._seed}/{number}/deliveries")
            for burst in self._visit(number):
                replied = self._reply_to(burst[0])
                await self._burst(burst, chance)
                if chance.random() < self._patience:
                    await asyncio.wait({replied}, timeout=self._reply_s)
                else:
                    await asyncio.sleep(chance.uniform(0, 0.3))

    async def _burst(self, burst: Sequence[Words], chance: random.Random) -> None:
        """Say a burst; return when each of its messages has been taken once. Further copies may be under way."""
        if self._pulled:
            for words in burst:
                # The platform has it, in its place in the order, until csbot confirms it.
                now = time.time()
                self.traffic.messages.append(Message(words=words, first_post_at=now, first_ack_at=now, acks=1))
                with suppress(ConnectionError):
                    await self.platforms[words.channel].customer_says(Said(text=words.text, user=words.user))
            return
        deliveries = []
        taken = []
        for words in burst:
            message = Message(words=words)
            self.traffic.messages.append(message)
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            taken.append(done)
            (request,) = self.platforms[words.channel].webhooks(Said(text=words.text, user=words.user))
            copies = chance.randint(1, MOST_COPIES)
            deliveries += [(message, request, done, copy) for copy in range(copies)]
        chance.shuffle(deliveries)
        for message, request, done, copy in deliveries:
            delay_s = chance.uniform(0, 0.05) if copy == 0 else chance.expovariate(2.0)
            self._begin(self._deliver(message, request, done, delay_s, random.Random(chance.random())))
        await asyncio.gather(*taken)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self,
        message: Message,
        request: SignedRequest,
        done: asyncio.Future[None],
        delay_s: float,
        chance: random.Random,
    ) -> None:
        await asyncio.sleep(delay_s)
        while True:
            begun = time.time()
            message.first_post_at = message.first_post_at or begun
            status = await self._post(request)
            self.traffic.answers[status] += 1
            if 200 <= status < 300:
                break
            await asyncio.sleep(chance.uniform(0.2, 1.0))
        now = time.time()
        slowest, channel = self.traffic.slowest_ack_s, message.words.channel
        slowest[channel] = max(slowest.get(channel, 0.0), now - begun)
        message.acks += 1
        message.first_ack_at = message.first_ack_at or now
        if not done.done():
            done.set_result(None)

    async def _post(self, request: SignedRequest) -> int:
        assert self._session is not None
        try:
            async with self._session.request(
                request.method, self._url + request.path, data=request.body, headers=request.headers
            ) as response:
                await response.read()
                return response.status
        except (ClientError, OSError, TimeoutError):
            return 0

    # -- what customers see ------------------------------------------------------------------------------------------

    def _reply_to(self, words: Words) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._replies[words.channel, words.user] = future
        return future

    async def _observe(self) -> None:
        """Wake customers who were answered, and have platforms tell of what they took."""
        seen = dict.fromkeys(self.channels, 0)
        chance = random.Random(f"{self._seed}/receipts")
        while True:
            for channel, platform in self.platforms.items():
                shown = platform.received()[seen[channel] :]
                seen[channel] += len(shown)
                for reply in shown:
                    waiting = self._replies.pop((channel, reply.user), None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(None)
                    for state in _receipts(channel, chance):
                        self._begin(self._tell(platform, channel, reply, state, chance.expovariate(3.0)))
            await asyncio.sleep(LOOK_S)

    async def _tell(
        self, platform: ImitatedPlatform, channel: str, reply: Shown, state: DeliveryState, delay_s: float
    ) -> None:
        await asyncio.sleep(delay_s)
        if 200 <= await platform.receipt(reply.external_id, state) < 300:
            self.traffic.receipts[channel, reply.external_id].add(state)


def _receipts(channel: str, chance: random.Random) -> Sequence[DeliveryState]:
    """Which receipts come for one message: some of them, some twice; none where the platform has none."""
    if channel not in PHONE_KINDS:
        return ()
    states = chance.sample(RECEIPTS[:3], chance.randint(0, 3))
    if DeliveryState.DELIVERED in states and chance.random() < 0.2:
        states.append(DeliveryState.FAILED)  # Twilio's callbacks come in any order, this one too late
    return [*states, *chance.sample(states, len(states) // 2)]
