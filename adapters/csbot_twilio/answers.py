"""What Twilio's answers to a send mean.

Codes: https://www.twilio.com/docs/api/errors (2026-11).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from csbot.channel.errors import (
    ChannelBroken,
    Gone,
    NotSent,
    OptedOut,
    OutcomeUnknown,
    RateLimited,
    RetryScope,
    SendError,
    TemplateRefused,
    Undeliverable,
    WindowClosed,
)
from csbot.channel.protocol import Sent
from csbot.text.clean import clean

OPTED_OUT = 21610
WINDOW_CLOSED = 63016

TEMPLATE_REFUSED = frozenset({63027, 63040, 63041, 63042, 63054})
"""No such template in that language, rejected, paused, disabled, not available."""

TOO_FAST = {20429: 1.0, 14107: 1.0, 63018: 1.0, 30022: 1.0, 21611: 30.0, 30001: 30.0}
"""Codes that ask to wait, with the seconds where Twilio names none; a full queue empties slower than a rate limit."""

NO_SUCH_CUSTOMER = frozenset({21211, 21214, 21217, 21614, 30004, 30005, 30006, 63003, 63024})
"""No such number, a landline, not on WhatsApp, or a blocked sender."""

NOT_SET_UP = frozenset(
    {20003, 20005, 20006, 20008, 20404}  # account, token
    | {21212, 21603, 21606, 21659, 21660, 21661, 21701, 21703, 21705, 63002, 63007}  # sender, messaging service
    | {30002, 63001, 63020}  # suspended, WhatsApp account
)
"""Nothing goes out until an operator mends account, token or sender."""

LONGEST_TEXT = 300


def sent(status: int, body: str, headers: Mapping[str, str]) -> Sent:
    """The message's id; raises the SendError that any other answer means."""
    told = _read(body)
    if status >= 300:
        raise send_error(status, told, headers)
    sid = told.get("sid")
    if not isinstance(sid, str) or not sid:
        raise OutcomeUnknown("Twilio took the message without naming it")
    return Sent(external_ids=(sid,))


def send_error(status: int, told: Mapping[str, object], headers: Mapping[str, str]) -> SendError:
    """The error an answer of 300 or more means, by Twilio's code before the HTTP status."""
    code = told.get("code")
    code = code if isinstance(code, int) else 0
    text = f"Twilio {code or status}: {_text(told)}"
    if code in TOO_FAST or status == 429:
        after_s = _seconds(headers.get("Retry-After", "")) or TOO_FAST.get(code, 1.0)
        return RateLimited(text, after_s=after_s, scope=RetryScope.CHANNEL)
    if status >= 500:
        return NotSent(text)
    if code == OPTED_OUT:
        return OptedOut(text)
    if code == WINDOW_CLOSED:
        return WindowClosed(text)
    if code in TEMPLATE_REFUSED:
        return TemplateRefused(text)
    if code in NO_SUCH_CUSTOMER:
        return Gone(text)
    # Whatever a redirect or a refusal to know us means, the next message would meet it too.
    if code in NOT_SET_UP or status < 400 or status in {401, 404} or (status == 403 and not code):
        return ChannelBroken(text)
    return Undeliverable(text)


def _read(body: str) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(told: Mapping[str, object]) -> str:
    message = told.get("message")
    return clean(message)[0][:LONGEST_TEXT] if isinstance(message, str) and message else "no reason given"


def _seconds(header: str) -> float:
    # Twilio writes seconds; a date, which HTTP allows too, is as good as none.
    return max(1.0, float(header)) if header.isascii() and header.isdigit() else 0.0
