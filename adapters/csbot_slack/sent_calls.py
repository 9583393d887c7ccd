"""What csbot asks of the imitated Slack: checked as Slack would, and turned into what a customer sees.

Rules: docs.slack.dev/reference/methods/chat.postMessage and /reference/block-kit, 2026-11-22; blocks by the SDK's own
models.
"""

from __future__ import annotations

import re
from datetime import datetime

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from csbot.channel.imitation import Call, Shown
from csbot.channel.shapes import Json, items, raw_text
from csbot_slack.customers import direct
from csbot_slack.fields import object_at
from csbot_slack.markup import readable

TEXT_LIMIT, BLOCKS_LIMIT, VALUE_LIMIT = 40_000, 50, 2_000
_PLACE = re.compile(r"[CDG][A-Z0-9]+")
_USER = re.compile(r"[UW][A-Z0-9]+")
_TS = re.compile(r"\d+\.\d+")


class Refused(Exception):
    """Slack answers `ok: false` with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def shown_of(call: Call, *, ts: str, at: datetime) -> Shown:
    """What chat.postMessage shows, to whom not yet told in a shared place; raises Refused."""
    channel, thread = _channel(call.fields), raw_text(call.fields, "thread_ts")
    text, blocks = raw_text(call.fields, "text"), list(items(call.fields, "blocks"))
    if "thread_ts" in call.fields and not _TS.fullmatch(thread):
        raise Refused("invalid_thread_ts")
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > TEXT_LIMIT:
        raise Refused("msg_too_long")
    _check(blocks)
    if blocks:
        text = "\n".join(
            raw_text(object_at(block, "text"), "text") for block in blocks if block.get("type") == "section"
        )
    private = channel.startswith("D")
    return Shown(
        user=channel.replace("D", "U", 1) if private else "",
        text=readable(text),
        at=at,
        external_id=f"{channel}:{ts}",
        choices=tuple(raw_text(object_at(button, "text"), "text") for it in blocks for button in items(it, "elements")),
        place="" if private else channel,
        thread=thread,
        call=call.fields,
    )


def _channel(fields: Json) -> str:
    """The channel itself, or the direct messages with a user."""
    channel = raw_text(fields, "channel")
    if _USER.fullmatch(channel):
        return direct(channel)
    if not _PLACE.fullmatch(channel):
        raise Refused("channel_not_found")
    return channel


def _check(blocks: list[Json]) -> None:
    if len(blocks) > BLOCKS_LIMIT:
        raise Refused("invalid_blocks")
    names: list[str | None] = []
    for told in blocks:
        try:
            block = Block.parse(dict(told))
            if block is None or (told.get("type") == "section" and not raw_text(object_at(told, "text"), "text")):
                raise Refused("invalid_blocks")
            block.validate_json()
            for button in block.elements if isinstance(block, ActionsBlock) else ():
                button.validate_json()
                if not isinstance(button, ButtonElement) or not button.text or not button.text.text:
                    raise Refused("invalid_blocks")
                if len(button.value or "") > VALUE_LIMIT:
                    raise Refused("invalid_blocks")
                names.append(button.action_id)
        except (SlackObjectFormationError, TypeError, KeyError) as error:
            raise Refused("invalid_blocks") from error
    if len(names) != len(set(names)):
        raise Refused("invalid_blocks")
