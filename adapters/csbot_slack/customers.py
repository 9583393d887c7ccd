"""The customers of the imitated Slack: what they do becomes what Slack would post. See `Said`.

A customer of another company is named with its workspace, "T0PARTNER:U0ELIF"; all others are of the app's own. An
external id is "channel:ts", as everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from urllib.parse import urlencode

from csbot.channel.imitation import Said, Shown
from csbot.channel.shapes import Json
from csbot.domain.message import Attachment, MessageKind
from csbot_slack.markup import escaped

TEAM, APP, BOT_USER, BOT = "T0CSBOT", "A0CSBOT", "U0CSBOT", "B0CSBOT"
CUSTOMER = "U0AYSE"
"""The user who speaks when none is named."""
HELP = "C0HELP"
"""The channel whose every message is answered."""
GENERAL = "C0GENERAL"
"""A channel in which only those are answered who mention the app."""

Posting = tuple[str, str, str]
"""Content type, body, and the external id of what was said."""

_MIME = {
    MessageKind.PHOTO: "image/jpeg",
    MessageKind.VIDEO: "video/mp4",
    MessageKind.AUDIO: "audio/mpeg",
    MessageKind.VOICE: "audio/webm",
}


class Customers:
    """Everybody in the workspace, and what they see of the app."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ids = count(1)
        self._said: dict[str, str] = {}
        self._seen: list[tuple[Shown, Json]] = []
        self._authors: dict[str, str] = {}

    def ts(self) -> str:
        """The time of a message, which no other has."""
        return f"{int(self._clock().timestamp())}.{next(self._ids):06d}"

    def see(self, shown: Shown, message: Json) -> None:
        """A message of the app's appears."""
        self._seen.append((shown, message))

    def reader(self, channel: str, shown: Shown) -> str:
        """Whose conversation a message of the app's belongs to: in a channel, of who began the thread."""
        return self._authors.get(channel) or self._authors.get(f"{channel}:{shown.thread}") or shown.user

    def thread(self, said: Said, external_id: str) -> str:
        """The thread in which that stands, which was said in a shared place and has that id."""
        return _thread(said) or external_id.partition(":")[2] if said.place else ""

    def postings(self, said: Said) -> Iterator[Posting]:
        """What Slack posts, in order."""
        if said.press:
            yield self._press(said)
        elif said.command:
            yield self._command(said)
        elif said.reaction:
            channel, _, ts = said.reply_to.partition(":")
            item = {"type": "message", "channel": channel, "ts": ts}
            reaction = {"type": "reaction_added", "user": _user(said), "reaction": said.reaction.strip(":")}
            yield self._event(said, {**reaction, "item": item, "item_user": BOT_USER, "event_ts": self.ts()})
        elif said.edits or said.deletes:
            yield self._event(said, self._change(said))
        else:
            message = self._message(said)
            yield self._event(said, {**message, "channel_type": "channel" if said.place else "im"})
            if said.mention and said.place:
                twin = {key: value for key, value in message.items() if key != "subtype"}
                yield self._event(said, {**twin, "type": "app_mention"})

    # -- events ------------------------------------------------------------------------------------------------------

    def _message(self, said: Said) -> dict[str, object]:
        channel, ts = _channel(said), self.ts()
        thread = _thread(said)
        message = {"type": "message", "channel": channel, "ts": ts, "event_ts": ts, **self._words(said)}
        if thread:
            began = self._authors.get(f"{channel}:{thread}", BOT_USER)
            message |= {"thread_ts": thread, "parent_user_id": began.rpartition(":")[2]}
        if said.attachments:
            message |= {"subtype": "file_share", "files": [_file(file) for file in said.attachments]}
        self._said[f"{channel}:{ts}"] = str(message["text"])
        self._authors.setdefault(f"{channel}:{thread or ts}" if said.place else channel, said.user or CUSTOMER)
        return message

    def _words(self, said: Said) -> dict[str, object]:
        text = re.sub(r"https?://[^\s<>]+", lambda found: f"<{found[0]}>", escaped(said.text))
        elements: list[Json] = [{"type": "text", "text": said.text}]
        if said.mention:
            text, elements = f"<@{BOT_USER}> {text}", [{"type": "user", "user_id": BOT_USER}, *elements]
        section = {"type": "rich_text_section", "elements": elements}
        blocks: list[Json] = [{"type": "rich_text", "block_id": "b1", "elements": [section]}]
        if said.kind is MessageKind.UNSUPPORTED:
            text, blocks = "", [{"type": "call", "call_id": "R0CALL", "api_decoration_available": False}]
        named = {"user_profile": {"real_name": said.name, "display_name": ""}} if said.name else {}
        teams = {"team": _team(said), "user_team": _team(said), "source_team": _team(said)}
        return {"user": _user(said), "text": text, "blocks": blocks, **teams, **named}

    def _change(self, said: Said) -> Json:
        channel, _, ts = (said.edits or said.deletes).partition(":")
        before = {"type": "message", "user": _user(said), "team": _team(said), "ts": ts}
        before["text"] = self._said.get(f"{channel}:{ts}", "")
        at = self.ts()
        change: dict[str, object] = {"type": "message", "channel": channel, "hidden": True, "ts": at, "event_ts": at}
        change |= {"channel_type": "im" if channel.startswith("D") else "channel", "previous_message": before}
        if said.deletes:
            return {**change, "subtype": "message_deleted", "deleted_ts": ts}
        words = self._words(said)
        self._said[f"{channel}:{ts}"] = str(words["text"])
        edited = {"user": _user(said), "ts": at}
        return {**change, "subtype": "message_changed", "message": {**before, **words, "edited": edited}}

    def _event(self, said: Said, event: Json) -> Posting:
        id = next(self._ids)
        granted = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
        body = {
            "token": "imitated-verification-token",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{id:08d}",
            "event_time": int(self._clock().timestamp()),
            "authorizations": [{**granted, "is_enterprise_install": False}],
            "is_ext_shared_channel": _team(said) != TEAM,
            "event_context": f"4-{id:08d}",
        }
        external_id = f"{event.get('channel', '')}:{event.get('ts', '')}"
        return "application/json", json.dumps(body), external_id

    # -- interactions and commands -----------------------------------------------------------------------------------

    def _press(self, said: Said) -> Posting:
        """The button of that label which the customer saw last where they are, or under the message they name."""
        place = said.place or (said.user or CUSTOMER)
        for shown, message in reversed(self._seen):
            here = said.reply_to == shown.external_id if said.reply_to else place == (shown.place or shown.user)
            if here and said.press in shown.choices:
                return self._pressed(said, shown, message)
        raise ValueError(f"nobody at {place} was shown a button {said.press!r}")

    def _pressed(self, said: Said, shown: Shown, message: Json) -> Posting:
        channel, _, ts = shown.external_id.partition(":")
        elements = [it for block in _list(message.get("blocks")) for it in _list(block.get("elements"))]
        button = next(it for it in elements if _label(it) == said.press)
        at = self.ts()
        thread = {"thread_ts": shown.thread} if shown.thread else {}
        payload = {
            "type": "block_actions",
            "user": {"id": _user(said), "username": "ayse", "name": "ayse", "team_id": _team(said)},
            "api_app_id": APP,
            "token": "imitated-verification-token",
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False, **thread},
            "trigger_id": f"{at}.press",
            "team": {"id": TEAM, "domain": "shop"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": channel, "name": "directmessage" if channel.startswith("D") else "help"},
            "message": {**message, "ts": ts, **thread},
            "response_url": "https://hooks.slack.com/actions/T0CSBOT/1/imitated",
            "actions": [{**button, "block_id": "b1", "text": _escaped_text(button), "action_ts": at}],
        }
        return "application/x-www-form-urlencoded", urlencode({"payload": json.dumps(payload)}), f"{channel}:{at}"

    def _command(self, said: Said) -> Posting:
        trigger = f"{self.ts()}.command"
        fields = {
            "token": "imitated-verification-token",
            "team_id": TEAM,
            "team_domain": "shop",
            "channel_id": _channel(said),
            "channel_name": "help" if said.place else "directmessage",
            "user_id": _user(said),
            "user_name": "ayse",
            "command": said.command,
            "text": escaped(said.text),
            "api_app_id": APP,
            "response_url": "https://hooks.slack.com/commands/T0CSBOT/1/imitated",
            "trigger_id": trigger,
        }
        return "application/x-www-form-urlencoded", urlencode(fields), f"{_channel(said)}:{trigger}"


def direct(user: str) -> str:
    """The direct-message channel of the app with a user."""
    return "D" + user.rpartition(":")[2][1:]


def _user(said: Said) -> str:
    return (said.user or CUSTOMER).rpartition(":")[2]


def _thread(said: Said) -> str:
    return said.thread or (said.reply_to.partition(":")[2] if said.reply_to else "")


def _team(said: Said) -> str:
    return said.user.rpartition(":")[0] or TEAM


def _channel(said: Said) -> str:
    return said.place or direct(said.user or CUSTOMER)


def _file(file: Attachment) -> Json:
    mime = file.mime or _MIME.get(file.kind, "application/pdf")
    subtype = {"subtype": "slack_audio"} if file.kind is MessageKind.VOICE else {}
    size = {} if file.size is None else {"size": file.size}
    return {"id": file.ref, "name": file.name, "mimetype": mime, "mode": "hosted", **subtype, **size}


def _list(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _label(button: Json) -> str:
    text = button.get("text")
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _escaped_text(button: Json) -> Json:
    return {"type": "plain_text", "text": escaped(_label(button)), "emoji": True}
