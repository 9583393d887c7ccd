"""The customers of a running csbot: they write on an imitated platform and read what appears there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from csbot.channel.imitation import Imitation, Said, Shown, SignedRequest
from tests.chain.running import AGENT, Running, until

HOME = "T0CSBOT"
"""The workspace of the imitated Slack's own company."""


@dataclass(slots=True, kw_only=True)
class Customer:
    """One customer in one chat: in private, or in a shared `place` and its `thread`. `read` counts what they read."""

    csbot: Running
    channel: str
    user: str
    place: str = ""
    thread: str = ""
    read: int = 0

    @property
    def platform(self) -> Imitation:
        """Where they are."""
        return self.csbot.platforms[self.channel]

    @property
    def kind(self) -> str:
        """The kind of the channel they are on."""
        return self.csbot.services.outlets[self.channel].kind

    @property
    def address(self) -> str:
        """Their name in the API."""
        return f"{HOME}:{self.user}" if self.kind == "slack" and ":" not in self.user else self.user

    def saying(self, text: str = "", **more: Any) -> Said:
        """What they would say, as the platform is told."""
        return Said(**{"text": text, "user": self.user, "place": self.place, "thread": self.thread, **more})

    async def says(self, text: str = "", **more: Any) -> None:
        """The platform tells csbot, and csbot has taken it when this returns."""
        taken = self._taken()
        status = await self.platform.customer_says(self.saying(text, **more))
        assert 200 <= status < 300, status
        # What csbot fetches itself has no answer to tell by.
        await until(lambda: self._taken() > taken, f"csbot to take what {self.user} said on {self.channel}")

    def _taken(self) -> int:
        [(count,)] = self.csbot.rows("SELECT count(*) FROM events WHERE channel = ?", self.channel)
        return int(count)

    async def writes(self, text: str = "", **more: Any) -> str:
        """Says it by webhook, once each; the platform's id of it."""
        requests = self.webhooks(text, **more)
        for request in requests:
            status, body = await self.csbot.deliver(request)
            assert 200 <= status < 300, (status, body)
        return requests[0].external_id

    def webhooks(self, text: str = "", **more: Any) -> Sequence[SignedRequest]:
        """The webhooks the platform would post."""
        return self.platform.webhooks(self.saying(text, **more))

    @property
    def shown(self) -> Sequence[Shown]:
        """All that csbot ever told them in this chat."""
        return [
            one
            for one in self.platform.received()
            if (one.place, one.thread if self.place else "") == (self.place, self.thread)
            and (self.place or one.user == self.user)
        ]

    async def reads(self, count: int = 1) -> Sequence[Shown]:
        """The next messages they have not read."""
        await until(lambda: len(self.shown) >= self.read + count, f"{count} more for {self.user} on {self.channel}")
        news = self.shown[self.read : self.read + count]
        self.read += count
        return news

    async def hears(self) -> str:
        """The words of the next message, its choices with them."""
        [message] = await self.reads()
        return "\n".join((message.text, *message.choices))

    async def hears_nothing(self) -> None:
        """Nothing is under way to them, and nothing new was shown."""
        await self.csbot.quiet()
        assert [one.text for one in self.shown[self.read :]] == []

    async def conversation(self) -> dict[str, Any]:
        """The youngest conversation they have here, as the API shows it."""
        if self.place:
            # One person may have many conversations in shared places: this is the one of this thread.
            query = (
                "SELECT c.id FROM conversations c JOIN lanes l ON l.id = c.lane_id WHERE l.key = ? ORDER BY c.id DESC"
            )
            id = self.csbot.rows(query, f"place:{self.channel}|{self.place}|{self.thread}")[0][0]
        else:
            id = (await self.csbot.get("conversations", identity=self.address))["items"][0]["id"]
        found: dict[str, Any] = await self.csbot.get(f"conversations/{id}")
        return found

    async def transcript(self) -> list[dict[str, Any]]:
        """Its messages, once nothing is under way."""
        await self.csbot.quiet()
        lines: list[dict[str, Any]] = (await self.conversation())["transcript"]
        return lines

    async def ends_in(self, status: str) -> dict[str, Any]:
        """The conversation, once it has that status."""

        async def has_it() -> bool:
            return bool((await self.conversation())["status"] == status)

        await until(has_it, f"{self.user}'s conversation to be {status}")
        return await self.conversation()

    async def part(self, state: str, *, at: int = -1, tried: bool = False) -> dict[str, Any]:
        """The part csbot sent last (or the one `at`), once it is in that state; `tried`: and has a reason for it."""

        async def parts() -> list[dict[str, Any]]:
            return [part for line in (await self.conversation())["transcript"] for part in line["parts"]]

        async def is_there() -> bool:
            sent = await parts()
            return bool(sent) and sent[at]["state"] == state and (not tried or bool(sent[at]["reason"]))

        await until(is_there, f"{self.user}'s part to be {state}")
        return (await parts())[at]

    async def acts(self, act: str, text: str = "", *, who: str = AGENT) -> tuple[int, Any]:
        """An agent's act on the conversation: claim, messages, notes, return, close."""
        id = (await self.conversation())["id"]
        return await self.csbot.post(f"conversations/{id}/{act}", {"text": text} if text else None, who=who)

    async def is_helped_by(self, who: str = AGENT) -> None:
        """An agent takes the conversation."""
        status, body = await self.acts("claim", who=who)
        assert status == 200, body


def newcomer(csbot: Running, channel: str, *, user: str = "", place: str = "", thread: str = "") -> Customer:
    """Somebody csbot has never met."""
    number = next(csbot.numbers)
    names = {"telegram": f"{70_000 + number}", "slack": f"U0NEW{number}"}
    kind = csbot.services.outlets[channel].kind
    return Customer(
        csbot=csbot,
        channel=channel,
        user=user or names.get(kind, f"+90532{1_000_000 + number}"),
        place=place,
        thread=thread,
    )
