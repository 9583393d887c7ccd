"""What the store's contract is played with: a scene of customers, a worker and agents, on a clock of its own."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from csbot.domain.address import Address, Consent, Sender
from csbot.domain.changes import Appended, Changes, Committed, Idempotency, Outcome, OwnerChange
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.domain.events import DeliveryUpdate, Event, EventBody, MessageReceived
from csbot.domain.message import Author, InboundMessage, MessageKind, OutgoingMessage, OutgoingPart
from csbot.domain.outbox import Part
from csbot.domain.reading import ConversationView, PartView
from csbot.domain.ticket import Priority, Reason, Ticket
from csbot.domain.turn import LaneWork
from csbot.ports import Store

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PHONE = "phone:+905321112233"
SMS = Address(channel="sms", user="+905321112233")
WHATSAPP = Address(channel="whatsapp", user="+905321112233")
OTHER = Address(channel="sms", user="+905329998877")
TELEGRAM = Address(channel="telegram", user="4411")
AGENT = "ayse@example.com"

Rows = Callable[[str], Awaitable[list[tuple[Any, ...]]]]


@dataclass
class Scene:
    """One store, and the time there."""

    store: Store
    rows: Rows
    now: datetime = START
    worker: str = "w1"
    _keys: Any = field(default_factory=lambda: itertools.count(1))

    def later(self, seconds: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        return self.now

    def event(self, body: EventBody, *, channel: str = "sms", key: str = "") -> Event:
        return Event(channel=channel, key=key or f"k{next(self._keys)}", received_at=self.now, body=body)

    def words(
        self,
        text: str,
        who: Address = SMS,
        *,
        key: str = "",
        person: str | None = None,
        consent: Consent | None = None,
        sender: Sender | None = None,
        **message: Any,
    ) -> Event:
        """A customer's message as an event; phone channels prove the person unless told otherwise."""
        key = key or f"k{next(self._keys)}"
        if person is None:
            person = f"phone:{who.user}" if who.user.startswith("+") else ""
        said = InboundMessage(external_id=message.pop("external_id", f"x-{key}"), text=text, **message)
        body = MessageReceived(address=who, message=said, sender=sender or Sender(person=person), consent=consent)
        return self.event(body, channel=who.channel, key=key)

    async def says(self, text: str, who: Address = SMS, **more: Any) -> Appended:
        return await self.store.append([self.words(text, who, **more)], now=self.now)

    async def append(self, body: EventBody, *, channel: str = "sms", key: str = "") -> Appended:
        return await self.store.append([self.event(body, channel=channel, key=key)], now=self.now)

    async def claim(self, *, limit: int = 64, lease_s: float = 30, worker: str = "") -> list[LaneWork]:
        return await self.store.claim_lanes(worker=worker or self.worker, now=self.now, lease_s=lease_s, limit=limit)

    async def work(self) -> LaneWork:
        """The one lane that is due, once its burst is over."""
        self.later(10)
        [work] = await self.claim()
        return work

    def changes(self, work: LaneWork, *texts: str, parts: int = 1, **more: Any) -> Changes:
        """What the bot decided about a lane: to say `texts`, each message in `parts` parts."""
        author = more.pop("author", Author.BOT)
        priority, not_before = more.pop("priority", 1), more.pop("not_before", None)
        held = more.get("hold_until") is not None
        return Changes(
            **{
                "conversation": work.conversation.id,
                "lane": work.lane,
                "expected_epoch": work.conversation.epoch,
                "consumed": () if held else tuple(heard.event for heard in work.heard),
                "worker": self.worker if work.heard else "",
                "to": work.reply_to,
                "messages": tuple(
                    message(text, author=author, parts=parts, priority=priority, not_before=not_before)
                    for text in texts
                ),
                "content_version": "v1",
                **more,
            }
        )

    async def commit(self, changes: Changes) -> Outcome:
        return await self.store.commit(changes, now=self.now)

    async def answer(self, work: LaneWork, *texts: str, **more: Any) -> Committed:
        """The bot's turn, which has to be written."""
        outcome = await self.commit(self.changes(work, *texts, **more))
        assert isinstance(outcome, Committed), outcome
        return outcome

    async def hand_off(self, work: LaneWork, *texts: str, priority: Priority = Priority.NORMAL) -> Committed:
        """The bot gives the conversation to the line."""
        return await self.answer(
            work,
            *texts,
            owner=OwnerChange(state=ConversationState.WAITING, reason="asked for a person"),
            ticket=Ticket(reason=Reason.ASKED, priority=priority, summary="wants a person"),
        )

    async def act(self, conversation: int, *texts: str, **more: Any) -> Outcome:
        """An agent's act on what stands now."""
        work = await self.store.lane_work(conversation)
        assert work is not None
        return await self.commit(self.changes(work, *texts, author=Author.AGENT, **more))

    async def own(self, conversation: int, state: ConversationState, *, holder: str = "", **more: Any) -> Outcome:
        """An agent changes who holds the conversation."""
        owner = OwnerChange(state=state, holder=holder, by=AGENT)
        return await self.act(conversation, owner=owner, **more)

    async def take(self, *, worker: str = "s1", lease_s: float = 60, **budget: int) -> list[Part]:
        return await self.store.take_parts(
            worker=worker, now=self.now, lease_s=lease_s, budget=budget or {"sms": 100, "whatsapp": 100}
        )

    async def settle(self, *parts: Part | int, state: DeliveryState = DeliveryState.SENT, **more: Any) -> None:
        """All these parts came to `state`; sent ones under the id "out-<part>"."""
        ids = [part if isinstance(part, int) else part.id for part in parts]
        results = [
            PartResult(
                part=part,
                state=state,
                external_ids=(f"out-{part}",) if state is DeliveryState.SENT else (),
                **more,
            )
            for part in ids
        ]
        await self.store.settle_parts(results, now=self.now)

    async def receipt(self, part: int, state: DeliveryState, **more: Any) -> Appended:
        return await self.append(DeliveryUpdate(external_id=f"out-{part}", state=state, **more))

    async def view(self, conversation: int) -> ConversationView:
        view = await self.store.conversation(conversation)
        assert view is not None
        return view

    async def texts(self, conversation: int) -> list[str]:
        return [line.text for line in (await self.view(conversation)).messages]

    async def parts(self, conversation: int) -> list[PartView]:
        """The parts of a conversation in the order of its transcript."""
        return [part for line in (await self.view(conversation)).messages for part in line.parts]

    async def states(self, conversation: int) -> list[str]:
        return [part.state.value for part in await self.parts(conversation)]


def message(
    text: str,
    *,
    author: Author = Author.BOT,
    parts: int = 1,
    priority: int = 1,
    not_before: datetime | None = None,
) -> OutgoingMessage:
    return OutgoingMessage(
        author=author,
        author_name=AGENT if author is Author.AGENT else "",
        text=text,
        parts=tuple(OutgoingPart(text=f"{text} {n}" if parts > 1 else text) for n in range(parts)),
        priority=priority,
        not_before=not_before,
    )


def note(text: str) -> OutgoingMessage:
    return OutgoingMessage(author=Author.AGENT, author_name=AGENT, text=text, kind=MessageKind.NOTE)


def once(key: str, answer: str) -> Idempotency:
    return Idempotency(key=key, answer=answer)


def conversation_ids(work: Sequence[LaneWork]) -> set[int]:
    return {w.conversation.id for w in work}


def by_channel(work: Sequence[LaneWork]) -> Mapping[str, LaneWork]:
    return {w.reply_to.channel: w for w in work}
