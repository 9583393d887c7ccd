"""What a visitor does: comes, writes, hands in a file, begins anew, leaves."""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import timedelta

from aiohttp import BodyPartReader, web

from csbot.channel.errors import WebhookRejected
from csbot.channel.hosted import Said, Visitor
from csbot.domain.audit import AuditEntry
from csbot.domain.changes import Changes, Committed, OwnerChange
from csbot.domain.conversation import ConversationState
from csbot.domain.message import Choice
from csbot.media.uploads import FileRefused, Uploads
from csbot.text.clean import clean
from csbot.web.chat.keys import UPLOADING
from csbot.web.chat.visiting import Chat, Refused, told

LONGEST_LABEL = 200
LONGEST_PAYLOAD = 64
UPLOAD_S = 120.0

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


async def come(chat: Chat) -> web.StreamResponse:
    """POST session: know the browser again, or whom the brand's site vouches for, or give a newcomer a name.

    Inside a site that signs nobody in (`identity` is empty), one who was signed in before is a newcomer again;
    429 when too many have come from the same address.
    """
    asked = await chat.json()
    framed, identity = asked.get("framed") is True, asked.get("identity")
    now = chat.services.clock()
    visitor = chat.visitor_or_none()
    if identity:
        try:
            visitor = chat.channel.vouched(str(identity), now)
        except WebhookRejected as error:
            raise Refused(403, "identity_refused", str(error)) from error
    elif visitor is None or (framed and visitor.proven):
        visitor = chat.newcomer()
    elif not visitor.proven:
        visitor = _lasting(visitor, chat.channel.newcomer(now))
    response = told({"you": _shadow(visitor), "proven": visitor.proven, "name": visitor.sender.name})
    chat.remember(response, visitor, framed=framed)
    return response


async def say(chat: Chat) -> web.StreamResponse:
    """POST messages: 202 once the words are durable; the same `id` again is the same message."""
    visitor = chat.visitor()
    asked = await chat.json()
    text = asked.get("text")
    choice = _choice(asked.get("choice"))
    if not isinstance(text, str) or not (text.strip() or choice):
        raise Refused(422, "nothing_said", chat.page.text("There is nothing to send."))
    if len(text) > chat.channel.site.text_limit:
        limit = chat.page.number(chat.channel.site.text_limit)
        raise Refused(
            413, "too_long", chat.page.text("This message is too long: at most %(limit)s characters.", limit=limit)
        )
    return await _accept(chat, visitor, Said(key=_key(asked.get("id")), text=text, choice=choice))


async def hand_in(chat: Chat) -> web.StreamResponse:
    """POST files: a form with `id` and then `file`. 413 for one too large, 415 for a kind that is not taken."""
    visitor = chat.visitor()
    uploads = chat.services.uploads
    if uploads is None or not chat.outlet.capabilities.fetch:
        raise Refused(404, "no_files", "No files are taken here.")
    chat.check_pace(visitor)
    # Each is held in memory while it comes, so only so many at once.
    async with chat.request.app[UPLOADING]:
        try:
            async with asyncio.timeout(UPLOAD_S):
                key, name, content = await _form(chat, uploads)
        except TimeoutError as error:
            raise Refused(408, "too_slow", chat.page.text("That took too long. Try again.")) from error
        try:
            file = await uploads.keep(content, name=name, owner=visitor.user, key=key, channel=chat.outlet.id)
        except FileRefused as error:
            if error.too_large:
                raise _too_large(chat, uploads) from error
            message = chat.page.text("Only photos (JPEG, PNG, WebP, GIF), PDF and plain text can be sent.")
            raise Refused(415, "not_taken", message) from error
    return await _accept(chat, visitor, Said(key=key, attachments=(file,)), paced=True)


async def begin_anew(chat: Chat) -> web.StreamResponse:
    """POST anew: the bot's conversation is closed; 409 while a person has it or it waits for one."""
    visitor, store = chat.visitor(), chat.services.store
    view = await store.chat(chat.outlet.id, visitor.user, limit=1)
    conversation = view.conversation if view else None
    if conversation is None:
        return told({})
    outcome = None
    if conversation.state is ConversationState.BOT:
        outcome = await store.commit(
            Changes(
                conversation=conversation.id,
                lane=conversation.lane,
                expected_epoch=conversation.epoch,
                # No lane is claimed under this name: what waits in the lane is left waiting.
                worker=f"{chat.services.worker} beginning anew",
                owner=OwnerChange(state=ConversationState.CLOSED, by="customer", reason="begun anew"),
                audit=(
                    AuditEntry(
                        actor="customer",
                        act="closed",
                        subject=f"conversation {conversation.id}",
                        detail="begun anew on the page",
                    ),
                ),
            ),
            now=chat.services.clock(),
        )
    if not isinstance(outcome, Committed):
        message = chat.page.text("This conversation is with a person now. They will close it when you are done.")
        raise Refused(409, "with_a_person", message)
    return told({})


async def leave(chat: Chat) -> web.StreamResponse:
    """POST forget: the browser forgets who it was. What was said stays with the brand."""
    asked = await chat.json()
    response = told({})
    chat.forget(response, framed=asked.get("framed") is True)
    return response


async def _accept(chat: Chat, visitor: Visitor, said: Said, *, paced: bool = False) -> web.Response:
    if not paced:
        chat.check_pace(visitor)
    event = chat.channel.event(visitor, said, chat.services.clock())
    await chat.services.intake.accept(chat.outlet.id, (event,), within_s=chat.outlet.spec.ack_s)
    return told({"id": said.key}, 202)


async def _form(chat: Chat, uploads: Uploads) -> tuple[str, str, bytes]:
    """The form's key, the file's name and the file."""
    if chat.request.content_type != "multipart/form-data":
        raise Refused(415, "no_form", "Send a form, as multipart/form-data.")
    key = ""
    try:
        reader = await chat.request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                break
            if part.name == "id":
                key = (await part.read_chunk(256)).decode("ascii", "replace")
            elif part.name == "file":
                return _key(key), part.filename or "", await _content(chat, part, uploads)
    except ValueError as error:
        raise Refused(400, "unreadable", "The form cannot be read.") from error
    raise Refused(422, "no_file", chat.page.text("There is nothing to send."))


async def _content(chat: Chat, part: BodyPartReader, uploads: Uploads) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > uploads.limit_bytes:
            raise _too_large(chat, uploads)
    return bytes(content)


def _too_large(chat: Chat, uploads: Uploads) -> Refused:
    limit = chat.page.number(round(uploads.limit_bytes / 1024 / 1024, 1))
    return Refused(413, "too_large", chat.page.text("This file is too large: at most %(limit)s MB.", limit=limit))


def _key(value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise Refused(422, "no_id", 'Give each message an "id" of 8 to 64 letters, digits, - and _.')
    return value


def _choice(value: object) -> Choice | None:
    if value is None:
        return None
    if isinstance(value, dict):
        label, payload = value.get("label"), value.get("payload")
        if isinstance(label, str) and isinstance(payload, str):
            label, payload = clean(label)[0], clean(payload)[0]
            if label and len(label) <= LONGEST_LABEL and len(payload.encode()) <= LONGEST_PAYLOAD:
                return Choice(label=label, payload=payload)
    raise Refused(422, "no_choice", 'A "choice" has a label and a payload.')


def _lasting(visitor: Visitor, newcomer: Visitor) -> Visitor:
    """The same visitor, known for as long again, once a day has gone."""
    if newcomer.until - visitor.until < timedelta(days=1):
        return visitor
    return Visitor(user=visitor.user, until=newcomer.until, sender=visitor.sender)


def _shadow(visitor: Visitor) -> str:
    """A name by which the page keeps apart what it keeps for different visitors; nobody can be told from it."""
    return hashlib.sha256(visitor.user.encode()).hexdigest()[:16]
