"""A phone: what its customers said and saw on one imitated platform, and what happened behind it.

It speaks to the imitation only: csbot hears of it by the platform's own webhooks, and answers by the platform's API.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from csbot.channel.imitation import Fault, Imitation, Person, Place, Said, Shown, SignedRequest
from csbot.channel.protocol import ChannelSpec
from csbot.domain.capabilities import Capabilities
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import MessageKind

RECEIPT_S = 0.7
REMEMBERED = 60


@dataclass(slots=True, kw_only=True)
class Bubble:
    """One message on a phone: a customer's own (`mine`), or what csbot sent.

    `status` is csbot's answer to the webhook (0: under way), `state` how far the platform says that it got.
    `pressed` are the labels of buttons that were pressed, `reaction` the emoji put on it.
    """

    mine: bool
    text: str
    user: str
    at: datetime
    external_id: str = ""
    kind: MessageKind = MessageKind.TEXT
    place: str = ""
    thread: str = ""
    choices: tuple[str, ...] = ()
    files: int = 0
    status: int | None = None
    state: DeliveryState | None = None
    pressed: set[str] = field(default_factory=set)
    reaction: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened behind a phone: csbot answered a webhook, or made a call."""

    what: str
    at: datetime
    status: int | None = None
    fault: Fault | None = None


class Phone:
    """One channel's phone. `user`, `place` and `thread` are who holds it and where they are."""

    def __init__(
        self,
        id: str,
        spec: ChannelSpec,
        capabilities: Capabilities,
        imitation: Imitation,
        *,
        clock: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self.id, self.spec, self.capabilities, self.imitation = id, spec, capabilities, imitation
        self.bubbles: list[Bubble] = []
        self.happened: deque[Happening] = deque(maxlen=REMEMBERED)
        self.user = imitation.cast.people[0].user
        self.place = self.thread = ""
        self.mentions = True
        self.receipts = bool(imitation.cast.reports)
        self._clock, self._changed = clock, changed
        self._shown = self._called = self._posted = 0
        self._once: deque[str] = deque(maxlen=REMEMBERED)
        self._tasks: set[asyncio.Task[None]] = set()
        imitation.listen(self._look)

    # -- who holds it, and where ---------------------------------------------------------------------------------------

    @property
    def person(self) -> Person:
        """Who holds it."""
        return next(one for one in self.imitation.cast.people if one.user == self.user)

    @property
    def where(self) -> Place | None:
        """The shared place they are in, None in private."""
        return next((one for one in self.imitation.cast.places if one.id == self.place), None)

    def hold(self, user: str) -> None:
        """Give it to another of the platform's people; raises LookupError for a stranger."""
        if user not in {one.user for one in self.imitation.cast.people}:
            raise LookupError(user)
        self.user = user
        self._changed()

    def go(self, place: str, thread: str = "") -> None:
        """Go to a shared place, into one of its threads, or ("") back to private; raises LookupError for no place."""
        if place and place not in {one.id for one in self.imitation.cast.places}:
            raise LookupError(place)
        if thread and not any((one.place, one.thread) == (place, thread) for one in self.bubbles):
            raise LookupError(thread)
        self.place, self.thread, self.mentions = place, thread, not thread
        self._changed()

    @property
    def talks(self) -> Sequence[Sequence[Bubble]]:
        """What is to be seen where they are: a talk for each thread, oldest first; in private it is one."""
        if not self.place:
            mine = [one for one in self.bubbles if not one.place and one.user == self.user]
            return [mine] if mine else []
        threads: dict[str, list[Bubble]] = {}
        for one in self.bubbles:
            if one.place == self.place and (not self.thread or one.thread == self.thread):
                threads.setdefault(one.thread, []).append(one)
        return list(threads.values())

    # -- what they do --------------------------------------------------------------------------------------------------

    def first_time(self, once: str) -> bool:
        """Whether a form with that mark comes in for the first time: a double click sends it twice."""
        if not once or once in self._once:
            return False
        self._once.append(once)
        return True

    def says(self, text: str, **more: Any) -> None:
        """Write, or send what else `Said` has, where they are."""
        said = self.saying(text=text, **more)
        self._say(said, text)

    def saying(self, **more: Any) -> Said:
        """What they would say where they are."""
        here = {"user": self.user, "name": self.person.name, "place": self.place, "thread": self.thread}
        return Said(**{**here, **more})

    def presses(self, external_id: str, label: str) -> None:
        """Press a button under a message, once; raises LookupError where there is none."""
        bubble = self._bubble(external_id)
        if label not in bubble.choices:
            raise LookupError(label)
        if label in bubble.pressed:
            return
        bubble.pressed.add(label)
        self._say(self.saying(press=label, reply_to=external_id, place=bubble.place, thread=bubble.thread), label)

    def reacts(self, external_id: str, emoji: str) -> None:
        """Put an emoji on a message of csbot's; the same again changes nothing."""
        bubble = self._bubble(external_id)
        if bubble.reaction == emoji:
            return
        bubble.reaction = emoji
        self._post(self.imitation.webhooks(self.saying(reaction=emoji, reply_to=external_id, thread="")), None)

    def _bubble(self, external_id: str) -> Bubble:
        for one in reversed(self.bubbles):
            if one.external_id == external_id and not one.mine:
                return one
        raise LookupError(external_id)

    def _say(self, said: Said, words: str) -> None:
        requests = self.imitation.webhooks(said)
        bubble = Bubble(
            mine=True,
            text=words,
            user=self.user,
            name=self.person.name,
            at=self._clock(),
            external_id=requests[0].external_id if requests else "",
            kind=said.kind,
            place=said.place,
            thread=said.thread or (requests[0].thread if requests else ""),
            files=len(said.attachments),
            status=0,
        )
        self.bubbles.append(bubble)
        self._post(requests, bubble)

    def _post(self, requests: Sequence[SignedRequest], bubble: Bubble | None) -> None:
        async def post() -> None:
            status = await self.imitation.post(requests)
            if bubble is not None:
                bubble.status = status
            self._changed()

        self._start(post())
        self._changed()

    # -- what happens --------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Something happened on the platform: take note of what is new."""
        for posted in self.imitation.posted[self._posted :]:
            route = posted.request.path.rpartition("/")[2]
            self.happened.append(Happening(what=f"{posted.request.method} {route}", at=posted.at, status=posted.status))
        for call in self.imitation.log[self._called :]:
            self.happened.append(Happening(what=call.name, at=call.at, fault=call.fault))
        for shown in self.imitation.received()[self._shown :]:
            self._see(shown)
        self._posted, self._called = len(self.imitation.posted), len(self.imitation.log)
        self._shown = len(self.imitation.received())
        self._changed()

    def _see(self, shown: Shown) -> None:
        bubble = Bubble(
            mine=False,
            text=shown.text,
            user=shown.user,
            at=shown.at,
            external_id=shown.external_id,
            place=shown.place,
            thread=shown.thread,
            choices=shown.choices,
            files=len(shown.attachments),
            state=DeliveryState.SENT if self.imitation.cast.reports else None,
        )
        self.bubbles.append(bubble)
        if self.receipts:
            self._start(self._report(bubble))

    async def _report(self, bubble: Bubble) -> None:
        """The platform tells csbot how far the message got, a moment after each other."""
        for state in self.imitation.cast.reports:
            await asyncio.sleep(RECEIPT_S)
            await self.imitation.receipt(bubble.external_id, state)
            bubble.state = state
            self._changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Leave off what is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
