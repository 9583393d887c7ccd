"""An agent's answer that nobody reads on the page follows the customer to an app they have used, once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from csbot.channel.render import PARAGRAPH, render
from csbot.domain.address import Address
from csbot.domain.audit import AuditEntry
from csbot.domain.capabilities import Arrival
from csbot.domain.changes import Changes, Committed, Idempotency
from csbot.domain.following import STALE, UNREAD_FOR, followed
from csbot.domain.message import Author, OutgoingMessage
from csbot.domain.reading import UnreadAnswer
from csbot.domain.turn import Say
from csbot.errors import StoreError
from csbot.log import get_logger
from csbot.services import Services

log = get_logger("following")

LOOK_S = 30.0
EVER = timedelta(days=365)
"""How long ago a customer may last have written on an app that takes words at any time."""


async def follow_customers(services: Services) -> None:
    """Look for answers that are to follow, and send them; runs until cancelled."""
    while True:
        try:
            await follow_now(services)
        except StoreError as error:
            log.debug("nothing followed", error=str(error))
        await asyncio.sleep(LOOK_S)


async def follow_now(services: Services) -> int:
    """Send on what is to follow now; returns how many answers.

    They go to the app the customer last wrote from, of those a customer can come in by and whose window is open.
    """
    now = services.clock()
    pages = [id for id, outlet in services.outlets.items() if Arrival.HOSTED in outlet.capabilities.arrival]
    reaching = {
        id: now - (EVER if (window_s := outlet.capabilities.window_s) is None else timedelta(seconds=window_s))
        for id, outlet in services.outlets.items()
        if outlet.door(" ")
    }
    if not pages or not reaching:
        return 0
    unread = await services.store.unread_answers(
        on=pages, sent_from=now - STALE, sent_before=now - UNREAD_FOR, reaching=reaching
    )
    outcomes = [await services.store.commit(_following(services, answer, now), now=now) for answer in unread]
    if outcomes:
        services.outbound_bell.ring()
    return sum(isinstance(outcome, Committed) for outcome in outcomes)


def _following(services: Services, answer: UnreadAnswer, now: datetime) -> Changes:
    conversation, default = answer.conversation, services.brand.default_language
    words = services.knowledge.now.words(conversation.language or default, default=default)
    says = (Say(text=words["followed"]), Say(text=answer.text))
    outlet = services.outlets[answer.to.channel]
    return Changes(
        conversation=conversation.id,
        lane=conversation.lane,
        expected_epoch=conversation.epoch,
        to=Address(channel=answer.to.channel, user=answer.to.address),
        messages=(
            OutgoingMessage(
                author=Author.AGENT,
                author_name=answer.author_name,
                text=PARAGRAPH.join(say.text for say in says),
                parts=render(says, outlet.capabilities, phrases=words),
            ),
        ),
        audit=(
            AuditEntry(
                actor="csbot",
                act="followed",
                subject=f"conversation {conversation.id}",
                detail=f"message {answer.message} was not read and went to {answer.to.channel}",
            ),
        ),
        idempotency=Idempotency(key=followed(answer.message), answer=now.isoformat()),
    )
