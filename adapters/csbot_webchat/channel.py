"""Web chat as a channel: what is said stands in the transcript, and the visitor's page fetches it from there."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from csbot.channel.absent import Absent
from csbot.channel.errors import MediaUnavailable
from csbot.channel.hosted import Said, Site, Visitor
from csbot.channel.protocol import BuildContext, Check, Sent
from csbot.domain.capabilities import Capabilities
from csbot.domain.events import Event
from csbot.domain.message import Attachment
from csbot.domain.outbox import Part
from csbot_webchat import payloads
from csbot_webchat.settings import WebChatSettings

REMEMBERED = timedelta(days=30)
"""How long a browser that says nothing is known."""


class WebChatChannel(Absent):
    """Keeps nothing: visitors carry their own signed tokens."""

    def __init__(self, context: BuildContext, settings: WebChatSettings, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self.site = Site(
            title=settings.title,
            color=settings.color,
            origins=settings.origins,
            pace=settings.pace,
            newcomers=settings.newcomers,
        )
        self._id = context.id
        self._files = context.files
        given = settings.secret
        self._vouching = context.secret() if given is None else given.get_secret_value().encode()
        # Another key for tokens: what the brand's site signs is no token, and a token no identity.
        self._tokens = hmac.digest(self._vouching, f"visitors of {context.id}".encode(), hashlib.sha256)
        self._is_own = given is None

    async def send(self, part: Part) -> Sent:
        """Nothing to call: the part stands in the transcript already."""
        return Sent(external_ids=(str(part.id),))

    def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """A file a visitor has handed in."""
        if self._files is None:
            raise MediaUnavailable("no files are kept here")
        return self._files.read(attachment.ref)

    async def check(self) -> tuple[Check, ...]:
        """What has to be set before a site can embed the chat."""
        return (
            Check(
                what="a secret of yours signs customers' identities"
                if not self._is_own
                else "no secret is set: visitors chat without your site vouching for them",
                ok=True,
            ),
            Check(
                what=f"may be embedded by {', '.join(self.site.origins)}"
                if self.site.origins
                else "no origins are set: it has a page of its own, and no site can embed it",
                ok=True,
            ),
        )

    # -- visitors ------------------------------------------------------------------------------------------------------

    def newcomer(self, now: datetime) -> Visitor:
        """Somebody not seen before; their name cannot be guessed."""
        return Visitor(user=f"visitor:{secrets.token_urlsafe(18)}", until=now + REMEMBERED)

    def known(self, token: str, now: datetime) -> Visitor:
        """Whose token this is. Raises WebhookRejected."""
        return payloads.known(token, self._tokens, now)

    def vouched(self, identity: str, now: datetime) -> Visitor:
        """Whom the brand's site has signed in. Raises WebhookRejected."""
        return payloads.vouched(identity, self._vouching, now)

    def token(self, visitor: Visitor) -> str:
        """What the visitor's browser keeps."""
        return payloads.token(visitor, self._tokens)

    def event(self, visitor: Visitor, said: Said, now: datetime) -> Event:
        """What a visitor says, as an event."""
        return payloads.event(self._id, visitor, said, now)

    def read(self, part: int, now: datetime) -> Event:
        """That a visitor has seen a part, as an event."""
        return payloads.read(self._id, part, now)
