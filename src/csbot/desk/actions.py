"""The agent's verbs: from a conversation as it stands to the changes an act makes of it. Pure.

Every act is guarded by the conversation's epoch: if somebody else was first, the store answers Stale and tells who.
Give the caller's `once` and the same key writes nothing twice.
"""

from __future__ import annotations

from dataclasses import replace

from csbot.desk.errors import AlreadyHeld, Closed, NothingSaid, NotHolder, NotWaiting
from csbot.domain.audit import AuditEntry
from csbot.domain.changes import Changes, Idempotency, OwnerChange
from csbot.domain.conversation import Codes, Conversation, ConversationState, Memory
from csbot.domain.message import Attachment, Author, MessageKind, OutgoingMessage, OutgoingPart
from csbot.domain.turn import LaneWork

REPLY_PRIORITY = 2
"""An agent's words go ahead of the bot's and of bulk (1 and less)."""


def claim(work: LaneWork, *, agent: str, once: Idempotency | None = None) -> Changes:
    """Take the conversation, from the line or from the bot; taking what one holds already changes nothing.

    Raises AlreadyHeld with the other agent, Closed.
    """
    conversation = _open(work)
    if conversation.state is ConversationState.HUMAN:
        if conversation.holder != agent:
            raise AlreadyHeld(conversation.holder)
        return _changes(work, once)
    owner = OwnerChange(state=ConversationState.HUMAN, holder=agent, by=agent, reason="claimed")
    # What the bot asked is a person's to ask now.
    memory = replace(conversation.memory, pending=None)
    return replace(_changes(work, once, _audit(work, agent, "claim")), owner=owner, memory=memory)


def take_over(work: LaneWork, *, agent: str, holder: str, once: Idempotency | None = None) -> Changes:
    """Take the conversation out of the hands of the colleague `holder`; what they have said is sent all the same.

    Where nobody has it any more it is claimed. Raises AlreadyHeld when meanwhile somebody else has it, Closed.
    """
    conversation = _open(work)
    if conversation.state is not ConversationState.HUMAN or conversation.holder == agent:
        return claim(work, agent=agent, once=once)
    if conversation.holder != holder:
        raise AlreadyHeld(conversation.holder)
    owner = OwnerChange(state=ConversationState.HUMAN, holder=agent, by=agent, reason=f"taken over from {holder}")
    audit = replace(_audit(work, agent, "take over"), detail=f"from {holder}")
    return replace(_changes(work, once, audit), owner=owner)


def reply(
    work: LaneWork,
    *,
    agent: str,
    text: str,
    parts: tuple[OutgoingPart, ...],
    attachments: tuple[Attachment, ...] = (),
    once: Idempotency | None = None,
) -> Changes:
    """Say something to the customer, where the lane's last message came from; `parts` are the text as rendered for it.

    Raises NotHolder, Closed, NothingSaid.
    """
    _held(work, agent)
    if not parts:
        raise NothingSaid
    message = OutgoingMessage(
        author=Author.AGENT,
        author_name=agent,
        text=text,
        parts=parts,
        attachments=attachments,
        priority=REPLY_PRIORITY,
    )
    return replace(_changes(work, once, _audit(work, agent, "reply")), to=work.reply_to, messages=(message,))


def note(work: LaneWork, *, agent: str, text: str, once: Idempotency | None = None) -> Changes:
    """Leave a note between agents, whoever has the conversation, even a closed one. Raises NothingSaid."""
    if not text.strip():
        raise NothingSaid
    message = OutgoingMessage(author=Author.AGENT, author_name=agent, kind=MessageKind.NOTE, text=text)
    return replace(_changes(work, once, _audit(work, agent, "note")), messages=(message,))


def give_back(work: LaneWork, *, agent: str, once: Idempotency | None = None) -> Changes:
    """Give the conversation back to the bot, from one's own hands or from the line; the ticket is closed.

    What the customer wrote meanwhile was for a person and is not answered by the bot. Giving back what the bot has
    changes nothing. Raises NotHolder, Closed.
    """
    conversation = _open(work)
    if conversation.state is ConversationState.BOT:
        return _changes(work, once)
    _not_anothers(conversation, agent)
    owner = OwnerChange(state=ConversationState.BOT, by=agent, reason="returned to the bot")
    return replace(
        _changes(work, once, _audit(work, agent, "return")),
        owner=owner,
        close_ticket=True,
        memory=_rested(conversation),
        consumed=_heard(work),
    )


def close(work: LaneWork, *, agent: str, once: Idempotency | None = None) -> Changes:
    """End the conversation, one's own or one nobody holds; the customer's next message opens another.

    Closing a closed one changes nothing. Raises NotHolder.
    """
    conversation = work.conversation
    if conversation.state is ConversationState.CLOSED:
        return _changes(work, once)
    _not_anothers(conversation, agent)
    owner = OwnerChange(state=ConversationState.CLOSED, by=agent, reason="closed")
    return replace(
        _changes(work, once, _audit(work, agent, "close")), owner=owner, close_ticket=True, consumed=_heard(work)
    )


def withdraw(work: LaneWork, *, once: Idempotency | None = None) -> Changes:
    """The customer no longer waits for a person (by a button of the page, say): back to the bot. Raises NotWaiting."""
    conversation = work.conversation
    if conversation.state is not ConversationState.WAITING:
        raise NotWaiting(conversation.state)
    owner = OwnerChange(state=ConversationState.BOT, by="customer", reason="withdrawn by the customer")
    return replace(
        _changes(work, once, _audit(work, "customer", "withdraw")),
        owner=owner,
        close_ticket=True,
        memory=_rested(conversation),
    )


def _changes(work: LaneWork, once: Idempotency | None, audit: AuditEntry | None = None) -> Changes:
    return Changes(
        conversation=work.conversation.id,
        lane=work.lane,
        expected_epoch=work.conversation.epoch,
        idempotency=once,
        audit=() if audit is None else (audit,),
    )


def _audit(work: LaneWork, actor: str, act: str) -> AuditEntry:
    return AuditEntry(actor=actor, act=act, subject=f"conversation {work.conversation.id}")


def _open(work: LaneWork) -> Conversation:
    if work.conversation.state is ConversationState.CLOSED:
        raise Closed
    return work.conversation


def _held(work: LaneWork, agent: str) -> None:
    conversation = _open(work)
    if conversation.state is not ConversationState.HUMAN or conversation.holder != agent:
        raise NotHolder(conversation.holder)


def _not_anothers(conversation: Conversation, agent: str) -> None:
    if conversation.state is ConversationState.HUMAN and conversation.holder != agent:
        raise NotHolder(conversation.holder)


def _rested(conversation: Conversation) -> Memory:
    return replace(
        conversation.memory,
        pending=None,
        told=(),
        told_by=0,
        last_answer="",
        clarified=0,
        unanswered=0,
        told_again=0,
        codes=Codes(),
    )


def _heard(work: LaneWork) -> tuple[int, ...]:
    return tuple(heard.event for heard in work.heard)
