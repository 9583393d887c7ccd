"""A Slack channel opened against its imitated platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from csbot.channel.imitation import Said
from csbot.channel.protocol import BuildContext, Channel
from csbot.channel.testing import as_request
from csbot.domain.address import Address
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import Author, OutgoingPart
from csbot.domain.outbox import Part
from csbot_slack import SPEC
from csbot_slack.imitation import ImitatedSlack

URL = "https://csbot.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """`slack` with an app whose events reach `channel`."""

    slack: ImitatedSlack
    channel: Channel

    def hears(self, said: Said) -> list[Event]:
        """What csbot makes of what somebody does, all twins of it."""
        found: list[Event] = []
        for signed in self.slack.webhooks(said):
            request = as_request(signed, public_url=URL, received_at=self.slack.clock())
            self.channel.verify(request)
            found += self.channel.parse(request).events
        return found

    def message(self, said: Said) -> MessageReceived:
        """The one message this comes to; twins are the same."""
        bodies = {event.key: event.body for event in self.hears(said)}
        assert len(bodies) == 1
        [body] = bodies.values()
        assert isinstance(body, MessageReceived)
        return body

    async def answer(self, to: Address, body: OutgoingPart) -> str:
        """Send it; the external id."""
        part = Part(id=1, message=1, conversation=1, to=to, author=Author.BOT, body=body)
        [external_id] = (await self.channel.send(part)).external_ids
        return external_id


@asynccontextmanager
async def workspace(*, socket: bool = False, **settings: object) -> AsyncIterator[Workspace]:
    async with ImitatedSlack(socket=socket) as slack:
        slack.connect(URL, "slack")
        whole = SPEC.settings.model_validate({**slack.settings(), **settings})
        async with SPEC.build(BuildContext(id="slack"), whole) as channel:
            yield Workspace(slack=slack, channel=channel)
