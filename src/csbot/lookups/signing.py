"""Signatures between csbot and the brand's systems: what was sent, by whom, and when.

HMAC-SHA256, with the lookup's secret, over `<Csbot-Timestamp>.<Csbot-Request>.<body>`, in hexadecimal behind "v1=".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

TIMESTAMP = "Csbot-Timestamp"
"""Seconds since 1970, UTC."""

REQUEST = "Csbot-Request"
"""The question's id: the same when it is asked again."""

SIGNATURE = "Csbot-Signature"
TOLERANCE_S = 300


def signed(secret: bytes, *, request: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that make a body genuine."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, REQUEST: request, SIGNATURE: _signature(secret, timestamp, request, body)}


def is_genuine(secret: bytes, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """The body was sent by somebody who knows the secret, within TOLERANCE_S seconds of `now`.

    `headers` finds names as they are written here, or in any case.
    """
    timestamp, request = headers.get(TIMESTAMP, ""), headers.get(REQUEST, "")
    expected = _signature(secret, timestamp, request, body)
    # Compared as bytes: compare_digest raises TypeError for text that is not ASCII.
    if not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode("utf-8", "replace")):
        return False
    return abs(now.timestamp() - int(timestamp)) <= TOLERANCE_S if timestamp.isdecimal() else False


def _signature(secret: bytes, timestamp: str, request: str, body: bytes) -> str:
    message = f"{timestamp}.{request}.".encode("utf-8", "replace") + body
    return f"v1={hmac.new(secret, message, hashlib.sha256).hexdigest()}"
