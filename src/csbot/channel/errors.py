"""Closed families of errors: what can be wrong with a webhook, and what can become of a send.

Each error carries its own policy, so the core never looks at a platform's codes. `status` is what `web/` answers.
"""

from __future__ import annotations

from enum import StrEnum

from csbot.errors import CsbotError


class WebhookError(CsbotError):
    """The request is not taken; `status` says so to the platform."""

    status = 400


class WebhookUnreadable(WebhookError):
    """The body is no JSON or form at all."""

    status = 400


class WebhookRejected(WebhookError):
    """Not genuine: the signature is missing, wrong or stale. Leaves no trace but a count."""

    status = 401


class WebhookForbidden(WebhookRejected):
    """Genuine in form, but not for this channel."""

    status = 403


class RetryScope(StrEnum):
    """What has to wait: this chat, or the whole channel (its sender)."""

    CHAT = "chat"
    CHANNEL = "channel"


class SendError(CsbotError):
    """A part was not (or perhaps not) delivered. `str(error)` is an operator's text without secrets."""


class RateLimited(SendError):
    """Not sent; the platform asks to wait `after_s` seconds (429). No call for `scope` until then."""

    def __init__(self, text: str, *, after_s: float, scope: RetryScope) -> None:
        super().__init__(text)
        self.after_s = after_s
        self.scope = scope


class NotSent(SendError):
    """Certainly not sent, and worth trying again later: connection refused, 5xx."""


class OutcomeUnknown(SendError):
    """The call was made and its outcome never learnt: timed out or cut. Never sent again by csbot itself."""


class Undeliverable(SendError):
    """The platform refuses this part for good; sending it again would not help."""


class Gone(SendError):
    """The customer cannot be reached on this sender any more: blocked, deactivated, no such number."""


class OptedOut(SendError):
    """The platform says the customer opted out on this sender."""


class WindowClosed(SendError):
    """Free text may not be sent now; an approved template may, or the customer must write first."""


class TemplateRefused(SendError):
    """The platform takes the approved template no more (paused, disabled, rejected). Not sent; free text still goes."""


class ChannelBroken(SendError):
    """Nothing can be sent on this channel until an operator acts (token revoked, account suspended). Not sent."""


class MediaUnavailable(CsbotError):
    """A file cannot be fetched any more: expired, deleted or too large for the platform."""
