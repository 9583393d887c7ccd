"""What shows that the Telegram adapter keeps the contract of a channel."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from csbot.channel.errors import ChannelBroken, Gone, NotSent, RateLimited, RetryScope, SendError, Undeliverable
from csbot.channel.testing import ChannelCase, OutgoingSample, PlatformError
from csbot.domain.address import Address
from csbot.domain.message import Attachment, Choice, MessageKind, OutgoingPart
from csbot_telegram import SPEC
from csbot_telegram.imitation import ImitatedTelegram

HERE = Path(__file__).parent
CUSTOMER = Address(channel="telegram", user="5120034477")
GROUP = Address(channel="telegram", user="5120034477", place="-1002233445566", thread="12")


def refused(
    name: str, status: int, description: str, error: type[SendError], *, retry_after: int | None = None
) -> PlatformError:
    answer: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if retry_after is None:
        return PlatformError(name=name, status=status, body=json.dumps(answer), error=error)
    answer["parameters"] = {"retry_after": retry_after}
    return PlatformError(
        name=name,
        status=status,
        body=json.dumps(answer),
        error=error,
        after_s=float(retry_after),
        scope=RetryScope.CHAT,
    )


def file(kind: MessageKind, ref: str, text: str = "") -> OutgoingPart:
    return OutgoingPart(text=text, attachments=(Attachment(kind=kind, ref=ref, channel="telegram"),))


OUTGOING = (
    OutgoingSample(name="text", body=OutgoingPart(text="Kargonuz yarın elinizde olur. 📦\n\nİyi günler <3 *yıldız*")),
    OutgoingSample(
        name="choices",
        body=OutgoingPart(
            text="Yardımcı oldu mu?",
            choices=(Choice(label="Evet, oldu", payload="helped:yes"), Choice(label="Hayır", payload="helped:no")),
        ),
    ),
    OutgoingSample(name="reply", body=OutgoingPart(text="Bunu kastetmiştim.", reply_to="5120034477:9301")),
    OutgoingSample(name="group_topic", body=OutgoingPart(text="Buradayım."), to=GROUP),
    OutgoingSample(name="photo", body=file(MessageKind.PHOTO, "AgACAgQAAxp1-x", "Bu model mi?")),
    OutgoingSample(name="photo_by_link", body=file(MessageKind.PHOTO, "https://csbot.example/media/abc")),
    OutgoingSample(name="document", body=file(MessageKind.DOCUMENT, "BQACAgQAAxdoc", "Faturanız")),
    OutgoingSample(name="voice", body=file(MessageKind.VOICE, "AwACAgQAAxvoi")),
    OutgoingSample(name="video", body=file(MessageKind.VIDEO, "BAACAgQAAxvid")),
    OutgoingSample(name="audio", body=file(MessageKind.AUDIO, "CQACAgQAAxaud")),
)

GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head></html>"

ERRORS = (
    refused("limit", 429, "Too Many Requests: retry after 35", RateLimited, retry_after=35),
    replace(refused("limit_without_a_time", 429, "Too Many Requests", RateLimited), after_s=1.0, scope=RetryScope.CHAT),
    refused("blocked", 403, "Forbidden: bot was blocked by the user", Gone),
    refused("deactivated", 403, "Forbidden: user is deactivated", Gone),
    refused("chat_not_found", 400, "Bad Request: chat not found", Gone),
    refused("too_long", 400, "Bad Request: message is too long", Undeliverable),
    refused("too_large", 413, "Request Entity Too Large", Undeliverable),
    refused("wrong_token", 401, "Unauthorized", ChannelBroken),
    refused("no_such_bot", 404, "Not Found", ChannelBroken),
    refused("server_error", 500, "Internal Server Error", NotSent),
    PlatformError(name="gateway_page", status=502, body=GATEWAY_PAGE, error=NotSent),
    PlatformError(name="gateway_in_json", status=504, body='"timeout"', error=NotSent),
)

PRIVATE = ChannelCase(
    name="telegram",
    spec=SPEC,
    folder=HERE,
    customer=CUSTOMER,
    signature_headers=("x-telegram-bot-api-secret-token",),
    signs_body=False,
    outgoing=OUTGOING,
    errors=ERRORS,
    ignored=frozenset(
        {
            "added_to_a_group",
            "another_bot",
            "channel_post",
            "group_while_off",
            "inline_query",
            "live_location_moved",
            "pinned",
        }
    ),
    file=Attachment(kind=MessageKind.DOCUMENT, ref="BQACAgQAAxdoc", channel="telegram"),
)

GROUPS = replace(
    PRIVATE,
    name="telegram-groups",
    folder=HERE / "groups",
    imitation=lambda: ImitatedTelegram(groups=True),
    ignored=frozenset({"among_themselves", "anonymous_admin", "another_bot_mentioned", "joined", "reply_to_somebody"}),
)

POLLED = replace(PRIVATE, name="telegram-polling", imitation=lambda: ImitatedTelegram(polling=True))

CASES = (PRIVATE, GROUPS, POLLED)
