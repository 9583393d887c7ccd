"""What Slack answers when it does not take a call, as the errors of a channel.

Codes: docs.slack.dev/reference/methods/chat.postMessage#errors, 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_sdk.errors import SlackApiError

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

UNTOLD_WAIT_S = 30.0
"""How long a limit without Retry-After is respected; the SDK assumes as much."""

LIMITED = frozenset({"ratelimited", "rate_limited"})
LATER = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
GONE = frozenset({"user_not_found", "user_disabled", "user_not_visible", "users_not_found", "cannot_dm_bot"})
BROKEN: Mapping[str, str] = {
    "invalid_auth": "enter the token again, as Slack shows it",
    "not_authed": "enter the token",
    "token_revoked": "install the app again and enter its new token",
    "token_expired": "install the app again and enter its new token",
    "account_inactive": "the app's user or workspace was deactivated",
    "missing_scope": "add the missing scope and install the app again",
    "no_permission": "add the missing scope and install the app again",
    "not_allowed_token_type": "a bot token (xoxb-) is wanted, for socket mode also an app-level token (xapp-)",
    "access_denied": "an administrator of the workspace has to allow the app",
    "team_access_not_granted": "an administrator of the organisation has to allow the app",
    "org_login_required": "the workspace is being moved into an organisation",
    "ekm_access_denied": "administrators have suspended posting",
    "two_factor_setup_required": "set up two-factor authentication for the app's owner",
    "accesslimited": "the network's access to Slack is limited",
}
MEND: Mapping[str, str] = {
    "channel_not_found": "the channel is gone, or the app was never invited to it",
    "not_in_channel": "invite the app to the channel",
    "is_archived": "the channel was archived",
    "messages_tab_disabled": "switch on the Messages Tab under App Home",
    "restricted_action": "a setting of the workspace forbids apps to post there",
}


def refusal(error: SlackApiError, *, private: bool) -> SendError:
    """What a refused call means for what it sent; `private`: to one person, whom losing the chat would lose."""
    response = error.response
    data = getattr(response, "data", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    told = f"Slack refuses it: {code}" if code else f"Slack answers with HTTP {status}"
    if status == 429 or code in LIMITED:
        return RateLimited(told, after_s=_wait_s(response.headers), scope=RetryScope.CHAT)
    if status >= 500 or code in LATER:
        return NotSent(told)
    if code in BROKEN:
        needed = f" ({data['needed']})" if isinstance(data, dict) and data.get("needed") else ""
        return ChannelBroken(f"{told}{needed}; {BROKEN[code]}")
    if code in GONE or (code == "channel_not_found" and private):
        return Gone(told)
    if code:
        return Undeliverable(f"{told}; {MEND[code]}" if code in MEND else told)
    if status == 200:
        return OutcomeUnknown("Slack's answer cannot be read")
    if status in {401, 403, 404, 407}:
        return ChannelBroken(f"{told}; look at api_base, and at what stands between csbot and Slack")
    return Undeliverable(told)


def _wait_s(headers: Mapping[str, str]) -> float:
    told = re.fullmatch(r"\d{1,6}(\.\d+)?", headers.get("Retry-After", ""), re.ASCII)
    return float(told[0]) if told else UNTOLD_WAIT_S
