"""What `doctor --live` finds at Telegram, and what to mend."""

from __future__ import annotations

import json
from collections.abc import Iterator

from csbot.channel.protocol import Check
from csbot.channel.shapes import Json, text
from csbot_telegram.payloads import ASKED


def findings(me: Json, hook: Json, *, url: str, api_base: str, groups: bool) -> Iterator[Check]:
    """From the answers of getMe and getWebhookInfo; `url` is what the webhook should be, empty for a polled bot."""
    call = f"curl {api_base.rstrip('/')}/bot$TOKEN"
    yield Check(what=f"token (the bot is @{text(me, 'username')})", ok=True)
    set_to = text(hook, "url")
    if not url:
        yield Check(
            what="no webhook stands in the way of polling",
            ok=not set_to,
            mend="" if not set_to else f"{call}/deleteWebhook",
        )
        return
    register = f"{call}/setWebhook -d url={url} -d secret_token=$SECRET -d 'allowed_updates={json.dumps(list(ASKED))}'"
    yield Check(
        what=f"the webhook is {url}",
        ok=set_to == url,
        mend="" if set_to == url else f"it is {set_to or 'not set'}; set it: {register}",
    )
    asked = hook.get("allowed_updates")
    # Left out, Telegram sends its defaults, which have no reactions (core.telegram.org/bots/api#setwebhook, 2026-11).
    missing = [kind for kind in ASKED if kind not in (asked if isinstance(asked, list) else [*ASKED[:3], ASKED[4]])]
    if set_to == url:
        yield Check(
            what="the webhook asks for all csbot reads",
            ok=not missing,
            mend="" if not missing else f"without {', '.join(missing)}; set it again: {register}",
        )
    if failed := text(hook, "last_error_message"):
        yield Check(what="Telegram reaches the webhook", ok=False, mend=f"its last failure: {failed}")
    if groups and me.get("can_join_groups") is False:
        yield Check(what="the bot may join groups", ok=False, mend="BotFather: /setjoingroups, Enable")
