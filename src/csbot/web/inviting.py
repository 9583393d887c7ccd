"""An invitation, whoever makes it (an admin at the desk, the command line): a link for one person, for once."""

from __future__ import annotations

import secrets
from datetime import datetime

from csbot.desk.tokens import digest
from csbot.domain.account import INVITATION_LIFE
from csbot.ports import Accounts


async def invited(accounts: Accounts, *, email: str, role: str, by: str, base: str, now: datetime) -> str:
    """A new invitation's link on the address `base`, to be shown this once; without `email` the first admin's.

    It takes the place of those to the same address that are still open.
    """
    made = secrets.token_urlsafe(32)
    await accounts.invite(digest(made), email=email, role=role, by=by, now=now, expires_at=now + INVITATION_LIFE)
    return f"{base.rstrip('/')}/desk/welcome/{made}"
