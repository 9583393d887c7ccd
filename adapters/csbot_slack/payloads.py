"""Slack's JSON as events, and parts as Slack's JSON. Pure; shapes from docs.slack.dev/reference/events, 2026-11-22.

Every string read is cleaned of what no database holds. What csbot has no interest in comes to no event; what it cannot
make sense of is kept raw.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from csbot.channel.errors import WebhookUnreadable
from csbot.channel.http import WebhookRequest, read_json
from csbot.channel.shapes import Json, Misshapen
from csbot.channel.shapes import items as objects_at
from csbot.channel.shapes import text as text_at
from csbot.domain.address import Address, Sender
from csbot.domain.events import Event, EventBody, MessageEdited, MessageReceived, Overheard, Reacted, Unreadable
from csbot.domain.message import Attachment, Choice, InboundMessage, MessageKind
from csbot.domain.outbox import Part
from csbot.text.splitting import split
from csbot_slack.fields import as_object, cleaned_at, digest, first, microseconds, object_at, texts_at, time
from csbot_slack.markup import escaped, escaped_length, link, mentions, readable, unescaped

SECTION_LIMIT = 3000
_SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of a message in which somebody says something; the others tell of joins, topics, pins and the like."""

_MEDIA = {"image": MessageKind.PHOTO, "video": MessageKind.VIDEO, "audio": MessageKind.AUDIO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inlet:
    """What reading depends on beside the payload: csbot's channel id, what its settings say, and the time."""

    channel: str
    received_at: datetime
    answer_in: frozenset[str] = frozenset()
    bot_user: str = ""


def body(request: WebhookRequest) -> object:
    """What a request says: events as JSON, interactivity as the JSON in the field `payload`, commands as their fields.

    Raises WebhookUnreadable where it is neither JSON nor a form.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        return request.json()
    fields = dict(request.form())
    if not fields:
        raise WebhookUnreadable("the form is empty")
    return read_json(fields["payload"]) if "payload" in fields else fields


def challenge(payload: object) -> str | None:
    """What Slack wants to hear back when an operator enters the URL; None for any other payload."""
    told = as_object(payload)
    return text_at(told, "challenge") if told.get("type") == "url_verification" else None


def events(payload: object, inlet: Inlet) -> tuple[Event, ...]:
    """The events of one payload, whichever way it came. Never raises."""
    told = as_object(payload)
    try:
        found = list(_read(told, inlet))
    except Misshapen as error:
        # The verification token is a password of old; nothing reads it here, so it is not kept.
        kept = {key: value for key, value in told.items() if key != "token"} if told else payload
        found = [(f"raw:{digest(kept)}", Unreadable(body=json.dumps(kept, ensure_ascii=True), reason=str(error)))]
    return tuple(Event(channel=inlet.channel, key=key, received_at=inlet.received_at, body=it) for key, it in found)


_Found: TypeAlias = Iterator[tuple[str, EventBody]]


def _read(told: Json, inlet: Inlet) -> _Found:
    kind = text_at(told, "type")
    if kind == "event_callback":
        yield from _event(told, object_at(told, "event"), _Workspace.of(told, inlet), inlet)
    elif kind == "block_actions":
        yield from _presses(told, inlet)
    elif "command" in told:
        yield from _command(told, inlet)
    elif not kind and "ssl_check" not in told:
        raise Misshapen("neither event, interaction nor command")
    # Other interactions (views, shortcuts) and notices (app_rate_limited) want their 200 and nothing more.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workspace:
    """Whose payload this is: the workspace Slack files it under, the app's own company, the app's users there.

    `home` is the workspace the app is installed in, `own` its ids (an Enterprise Grid has two). `one_company` tells
    that nobody of another company can be in the place. `installers` were named in place of the bot before 2020.
    """

    team: str
    home: str
    own: frozenset[str]
    one_company: bool = False
    bots: frozenset[str] = frozenset()
    installers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: Json, inlet: Inlet) -> _Workspace:
        granted = tuple(objects_at(told, "authorizations"))
        team, enterprise = text_at(told, "team_id"), text_at(told, "enterprise_id")
        # In a channel shared with another company, `team_id` may be theirs; the authorization is always the app's own.
        home = first(*(text_at(it, "team_id") for it in granted), text_at(told, "context_team_id"), team, enterprise)
        bots = {text_at(it, "user_id") for it in granted if it.get("is_bot") is True}
        return cls(
            team=team or home,
            home=home,
            own=frozenset({home, enterprise, *(text_at(it, "enterprise_id") for it in granted)}),
            one_company=bool(enterprise) and told.get("is_ext_shared_channel") is False,
            bots=frozenset({inlet.bot_user, *bots} - {""}),
            installers=frozenset(texts_at(told, "authed_users")),
        )

    def customer(self, user: str, team: str, name: str = "") -> tuple[str, Sender]:
        """The customer's key and what is told of them. Who is of another company brings it as organisation."""
        team = team or self.home
        organisation = "" if self.one_company or team in self.own else f"slack:{team}"
        return f"{team}:{user}", Sender(name=name, organisation=organisation)

    def author(self, said: Json) -> tuple[str, Sender]:
        """The author of a message."""
        profile = object_at(said, "user_profile")
        team = first(
            text_at(said, "user_team"), text_at(profile, "team"), text_at(said, "source_team"), text_at(said, "team")
        )
        name = first(text_at(profile, "real_name"), text_at(profile, "display_name"))
        return self.customer(text_at(said, "user"), team, name)


# -- events ----------------------------------------------------------------------------------------------------------


def _event(told: Json, event: Json, workspace: _Workspace, inlet: Inlet) -> _Found:
    kind, subtype = text_at(event, "type"), text_at(event, "subtype")
    if not kind:
        raise Misshapen("an event without a type")
    if kind in {"reaction_added", "reaction_removed"}:
        yield from _reaction(event, workspace, inlet)
    elif kind not in {"message", "app_mention"} or (event.get("hidden") is True and not subtype):
        return  # Hidden without a subtype: "message_replied", whose subtype Slack forgets. The reply itself comes too.
    elif subtype in {"message_changed", "message_deleted"}:
        before = object_at(event, "previous_message")
        after = object_at(event, "message") if subtype == "message_changed" else None
        yield from _edit(event, before, after, workspace, inlet)
    elif subtype in _SPOKEN and not _by_a_bot(event, workspace):
        if not (text_at(event, "channel") and text_at(event, "ts") and text_at(event, "user")):
            raise Misshapen("a message without its place, time or author")
        if kind == "app_mention" and event.get("edited"):
            yield from _edit(event, {}, event, workspace, inlet)
        elif _addressed(event, event, workspace, inlet):
            yield from _message(event, workspace, inlet)
        elif text_at(event, "thread_ts"):
            for key, said in _message(event, workspace, inlet):
                if isinstance(said, MessageReceived):
                    yield key, Overheard(address=said.address, message=said.message, sender=said.sender)


def _message(event: Json, workspace: _Workspace, inlet: Inlet) -> _Found:
    channel, ts = text_at(event, "channel"), text_at(event, "ts")
    user, sender = workspace.author(event)
    text, dropped = _words(event, _mentions(event, workspace))
    attachments = tuple(
        _attachment(file, inlet)
        for file in objects_at(event, "files")
        if text_at(file, "id") and text_at(file, "mode") != "tombstone"  # deleted again already
    )
    message = InboundMessage(
        external_id=f"{channel}:{ts}",
        kind=attachments[0].kind if attachments else _kind_of(event, text),
        text=text,
        attachments=attachments,
        sequence=microseconds(ts),
        sent_at=time(ts),
        dropped=dropped,
    )
    address = _address(event, user, text_at(event, "thread_ts"), ts, inlet)
    yield f"{workspace.team}:{channel}:{ts}", MessageReceived(address=address, message=message, sender=sender)


def _edit(event: Json, before: Json, after: Json | None, workspace: _Workspace, inlet: Inlet) -> _Found:
    """A customer's own change of words; `after` None: taken back. Slack tells of link previews and of new replies in
    the same way, and of the first message of a thread taken back as its change into a tombstone.
    """
    channel, author = text_at(event, "channel"), before or after or {}
    ts = text_at(author, "ts")
    if not (channel and ts):
        raise Misshapen("an edit without its message")
    if after is not None and text_at(after, "subtype") == "tombstone":
        after = None
    versions = [it for it in (before, after) if it]
    if _by_a_bot(author, workspace) or not any(_addressed(event, it, workspace, inlet) for it in versions):
        return
    names = _mentions(event, workspace)
    text = None if after is None else _words(after, names)[0]
    if before and text == _words(before, names)[0]:
        return
    at = first(text_at(object_at(after or {}, "edited"), "ts"), text_at(event, "event_ts"), text_at(event, "ts"))
    address = _address(event, workspace.author(author)[0], text_at(author, "thread_ts"), ts, inlet)
    edited = MessageEdited(address=address, external_id=f"{channel}:{ts}", text=text)
    yield f"{workspace.team}:{channel}:{ts}:edit:{at}", edited


def _reaction(event: Json, workspace: _Workspace, inlet: Inlet) -> _Found:
    item = object_at(event, "item")
    channel, ts, user = text_at(item, "channel"), text_at(item, "ts"), text_at(event, "user")
    if not (channel and ts and user) or user in workspace.bots:
        return
    name = text_at(event, "reaction")
    emoji = f":{name}:" if event.get("type") == "reaction_added" and name else ""
    address = _address(item, workspace.author(event)[0], "", "", inlet)
    event_key = f"{workspace.team}:{channel}:{ts}:reaction:{user}:{name}:{text_at(event, 'event_ts')}"
    yield event_key, Reacted(address=address, external_id=f"{channel}:{ts}", emoji=emoji)


# -- interactions and commands ---------------------------------------------------------------------------------------


def _presses(told: Json, inlet: Inlet) -> _Found:
    container, shown, user = (object_at(told, key) for key in ("container", "message", "user"))
    channel = first(text_at(object_at(told, "channel"), "id"), text_at(container, "channel_id"))
    if not channel:
        return  # A button of a view or the home tab: csbot has none there.
    if not text_at(user, "id"):
        raise Misshapen("a press without its author")
    home, enterprise = (text_at(object_at(told, key), "id") for key in ("team", "enterprise"))
    workspace = _Workspace(team=home, home=home, own=frozenset({home, enterprise}))
    name = first(text_at(user, "name"), text_at(user, "username"))
    key, sender = workspace.customer(text_at(user, "id"), text_at(user, "team_id"), name)
    message_ts = first(text_at(container, "message_ts"), text_at(shown, "ts"))
    thread = first(text_at(container, "thread_ts"), text_at(shown, "thread_ts"))
    address = _address({"channel": channel}, key, thread, message_ts, inlet)
    for action in objects_at(told, "actions"):
        picked = object_at(action, "selected_option")
        payload = first(text_at(action, "value"), text_at(picked, "value"))
        label = unescaped(text_at(as_object(action.get("text") or picked.get("text")), "text")) or payload
        ts, action_id = text_at(action, "action_ts"), text_at(action, "action_id")
        if not (payload and ts):
            continue  # A link's button, or an element csbot never sends.
        message = InboundMessage(
            external_id=f"{channel}:{ts}:{action_id}",
            kind=MessageKind.CHOICE,
            text=label,
            choice=Choice(label=label, payload=payload),
            reply_to=f"{channel}:{message_ts}" if message_ts else "",
            sequence=microseconds(ts),
            sent_at=time(ts),
        )
        event_key = f"{home}:{channel}:{message_ts}:press:{text_at(user, 'id')}:{action_id}:{ts}"
        yield event_key, MessageReceived(address=address, message=message, sender=sender)


def _command(told: Json, inlet: Inlet) -> _Found:
    """A command is seen by nobody but who typed it, wherever that was: so it is answered in private."""
    words, dropped = cleaned_at(told, "text")
    team, user, channel = text_at(told, "team_id"), text_at(told, "user_id"), text_at(told, "channel_id")
    if not words.strip():
        return
    if not user:
        raise Misshapen("a command without its author")
    once = text_at(told, "trigger_id") or digest(told)
    message = InboundMessage(
        external_id=f"{channel}:command:{once}",
        text=readable(words.strip()),
        sent_at=inlet.received_at,
        dropped=dropped,
    )
    address = Address(channel=inlet.channel, user=f"{team}:{user}", target=user)
    sender = Sender(name=text_at(told, "user_name"))
    yield f"{team}:{channel}:command:{once}", MessageReceived(address=address, message=message, sender=sender)


# -- who is meant, and where -----------------------------------------------------------------------------------------


def _address(told: Json, user: str, thread: str, ts: str, inlet: Inlet) -> Address:
    """A direct message is private, in a thread or not; in a channel each thread stands alone, begun by any message."""
    channel = text_at(told, "channel")
    if _is_direct(told):
        return Address(channel=inlet.channel, user=user, thread=thread, target=channel)
    return Address(channel=inlet.channel, user=user, place=channel, thread=thread or ts)


def _is_direct(told: Json) -> bool:
    return text_at(told, "channel_type") == "im" or text_at(told, "channel").startswith("D")


def _addressed(event: Json, message: Json, workspace: _Workspace, inlet: Inlet) -> bool:
    """csbot is spoken to: in private, by its name, in a thread it began, or where it answers everything.

    Reading keeps no state: whether a reply in a thread somebody else began goes on a conversation, the store knows.
    """
    return (
        _is_direct(event)
        or text_at(event, "type") == "app_mention"
        or text_at(event, "channel") in inlet.answer_in
        or text_at(message, "parent_user_id") in workspace.bots
        or mentions(text_at(message, "text"), workspace.bots)
    )


def _mentions(event: Json, workspace: _Workspace) -> frozenset[str]:
    """The ids a mention of csbot may be written with."""
    return workspace.bots | workspace.installers if text_at(event, "type") == "app_mention" else workspace.bots


def _by_a_bot(message: Json, workspace: _Workspace) -> bool:
    return (
        bool(message.get("bot_id") or message.get("bot_profile"))
        or text_at(message, "subtype") == "bot_message"
        or text_at(message, "user") in workspace.bots | {"USLACKBOT"}
    )


# -- words -----------------------------------------------------------------------------------------------------------


def _words(message: Json, bots: frozenset[str]) -> tuple[str, int]:
    """What a message says, as its author saw it, without csbot's own name; and how many characters were dropped."""
    text, dropped = cleaned_at(message, "text")
    if not text:
        # A forwarded message has its words in an attachment.
        forwarded = objects_at(message, "attachments")
        text = "\n".join(words for it in forwarded if (words := first(text_at(it, "text"), text_at(it, "fallback"))))
    return readable(text, blocks=message.get("blocks"), without=bots), dropped


def _kind_of(message: Json, words: str) -> MessageKind:
    """A list, a call or a poll has content, and no words even before csbot's name was taken out of them."""
    content = message.get("blocks") or message.get("attachments")
    return MessageKind.UNSUPPORTED if content and not words and not text_at(message, "text") else MessageKind.TEXT


def _attachment(file: Json, inlet: Inlet) -> Attachment:
    mime, size = text_at(file, "mimetype"), file.get("size")
    kind = _MEDIA.get(mime.partition("/")[0], MessageKind.DOCUMENT)
    if text_at(file, "subtype") == "slack_audio":
        kind = MessageKind.VOICE
    return Attachment(
        kind=kind,
        ref=text_at(file, "id"),
        name=first(text_at(file, "name"), text_at(file, "title")),
        mime=mime,
        size=size if type(size) is int and 0 <= size < 2**63 else None,
        channel=inlet.channel,
    )


# -- what is sent ----------------------------------------------------------------------------------------------------


def outgoing(part: Part) -> dict[str, object]:
    """The arguments of chat.postMessage for a part: a thread is answered in it, choices become buttons.

    The text stands beside the blocks too: notifications and screen readers have only that. Links show no previews.
    """
    text = part.body.text
    links = [
        link(file.ref, file.name or file.kind)
        for file in part.body.attachments
        if file.ref.startswith(("https://", "http://"))
    ]
    call: dict[str, object] = {
        "channel": part.to.destination,
        "text": "\n".join([escaped(text), *links] if text else links),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if part.to.thread:
        call["thread_ts"] = part.to.thread
    if part.body.choices:
        sections = [*(escaped(piece) for piece in split(text, SECTION_LIMIT, escaped_length)), *links]
        call["blocks"] = [
            *({"type": "section", "text": {"type": "mrkdwn", "text": it}, "expand": True} for it in sections),
            {"type": "actions", "elements": [_button(at, it) for at, it in enumerate(part.body.choices)]},
        ]
    return call


def _button(at: int, choice: Choice) -> Json:
    # The text of a button is plain: Slack escapes it by itself and gives it back escaped.
    label = {"type": "plain_text", "text": choice.label, "emoji": True}
    return {"type": "button", "action_id": f"choice-{at}", "text": label, "value": choice.payload}
