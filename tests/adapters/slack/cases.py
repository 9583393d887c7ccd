"""What shows that the Slack adapter keeps the contract of a channel."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from csbot.channel.errors import (
    ChannelBroken,
    Gone,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    RetryScope,
    SendError,
    Undeliverable,
)
from csbot.channel.testing import JSON_GARBAGE, ChannelCase, Garbage, OutgoingSample, PlatformError
from csbot.domain.address import Address
from csbot.domain.message import Attachment, Choice, MessageKind, OutgoingPart
from csbot_slack import SPEC
from csbot_slack.imitation import ImitatedSlack

HERE = Path(__file__).parent
CUSTOMER = Address(channel="slack", user="T04SHOP:U04AYSE", target="D04AYSE")
THREAD = Address(channel="slack", user="T04SHOP:U04AYSE", place="C04GENEL", thread="1772443810.000200")
BY_NAME = Address(channel="slack", user="T04SHOP:U04AYSE", target="U04AYSE")

HELPED = (Choice(label="Evet, oldu", payload="helped:yes"), Choice(label="Hayır <yine> & yine", payload="helped:no"))
FORM = "application/x-www-form-urlencoded"

OUTGOING = (
    OutgoingSample(name="text", body=OutgoingPart(text="Kargonuz yarın elinizde. 📦\n\nTutar < 500 TL & <!here> yok")),
    OutgoingSample(name="choices", body=OutgoingPart(text="Yardımcı oldu mu? <b>&</b>", choices=HELPED)),
    OutgoingSample(name="thread", body=OutgoingPart(text="Buradayım."), to=THREAD),
    OutgoingSample(name="choices_in_a_thread", body=OutgoingPart(text="Hangisi?", choices=HELPED), to=THREAD),
    OutgoingSample(name="after_a_command", body=OutgoingPart(text="On dört gün."), to=BY_NAME),
)


def refused(code: str, error: type[SendError], *, status: int = 200) -> PlatformError:
    return PlatformError(name=code, status=status, body=json.dumps({"ok": False, "error": code}), error=error)


def answered(name: str, status: int, body: str, error: type[SendError]) -> PlatformError:
    return PlatformError(name=name, status=status, body=body, error=error)


LIMIT = replace(refused("ratelimited", RateLimited, status=429), scope=RetryScope.CHAT)

ERRORS = (
    replace(LIMIT, headers={"Retry-After": "35"}, after_s=35.0),
    replace(LIMIT, name="limit_without_a_time", after_s=30.0),
    replace(LIMIT, name="limit_with_a_strange_time", headers={"Retry-After": "soon"}, after_s=30.0),
    replace(refused("rate_limited", RateLimited), headers={"Retry-After": "2"}, after_s=2.0, scope=RetryScope.CHAT),
    *(refused(code, ChannelBroken) for code in ("invalid_auth", "not_authed", "token_revoked", "account_inactive")),
    replace(
        refused("missing_scope", ChannelBroken), body='{"ok": false, "error": "missing_scope", "needed": "chat:write"}'
    ),
    *(refused(code, Gone) for code in ("user_not_found", "channel_not_found", "cannot_dm_bot")),
    *(refused(code, Undeliverable) for code in ("msg_too_long", "invalid_blocks", "no_text", "messages_tab_disabled")),
    refused("something_new", Undeliverable),
    *(refused(code, NotSent) for code in ("internal_error", "fatal_error")),
    refused("service_unavailable", NotSent, status=503),
    answered("gateway_page", 502, "<html><title>502 Bad Gateway</title></html>", NotSent),
    answered("gateway_in_json", 504, '"timeout"', NotSent),
    answered("proxy_refuses", 403, "<html>blocked</html>", ChannelBroken),
    answered("no_such_api", 404, "{}", ChannelBroken),
    answered("too_large", 413, "", Undeliverable),
    answered("taken_but_unreadable", 200, "<html>welcome</html>", OutcomeUnknown),
    answered("taken_but_no_object", 200, "[]", OutcomeUnknown),
    answered("neither_ok_nor_not", 200, "{}", OutcomeUnknown),
)

HTTP = ChannelCase(
    name="slack",
    spec=SPEC,
    folder=HERE,
    customer=CUSTOMER,
    signature_headers=("x-slack-signature", "x-slack-request-timestamp"),
    stale_after_s=300,
    outgoing=OUTGOING,
    errors=ERRORS,
    garbage=(
        *JSON_GARBAGE,
        Garbage(name="no_form", body=b"neither&form", content_type=FORM),
        Garbage(name="empty_form", body=b"", content_type=FORM),
        Garbage(name="form_of_half_a_json", body=b"payload=%7B%22type%22", content_type=FORM),
        Garbage(name="form_of_deep_lists", body=b"payload=" + b"%5B" * 90 + b"%5D" * 90, content_type=FORM),
    ),
    ignored=frozenset(
        {
            "app_rate_limited",
            "command_without_words",
            "edited_unaddressed",
            "group_direct_unaddressed",
            "home_opened",
            "joined",
            "link_preview",
            "member_joined",
            "mention_of_somebody_else",
            "other_bot",
            "other_bot_as_user",
            "own_message",
            "own_message_edited",
            "own_message_without_bot_id",
            "own_reaction",
            "press_in_a_view",
            "press_on_a_link",
            "reaction_on_a_file",
            "reply_count",
            "shortcut",
            "slackbot",
            "ssl_check",
            "topic",
            "url_verification",
            "view_closed",
            "view_submission",
        }
    ),
    twins=(frozenset({"mention", "mention_twin"}), frozenset({"edited_mention", "edited_mention_twin"})),
    file=Attachment(kind=MessageKind.PHOTO, ref="F04KIRIK", name="kırık.jpg", channel="slack"),
)

SOCKET = replace(
    HTTP,
    name="slack-socket",
    folder=HERE / "socket",
    imitation=lambda: ImitatedSlack(socket=True),
    outgoing=OUTGOING[:2],
    errors=ERRORS[:1],
    ignored=frozenset(),
    twins=(),
)

CASES = (HTTP, SOCKET)
