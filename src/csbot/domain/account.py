"""Accounts: how the people of the brand come in, and how often one may try."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from csbot.domain.reading import User

ROLES = ("agent", "supervisor", "admin")
"""What a person may be, each with all that those before may do."""

SUPERVISORS = ROLES[1:]
"""Who may stop the bot and take the day's table away."""

ADMINS = ROLES[2:]
"""Who decides who is here."""

SESSION_IDLE = timedelta(hours=12)
SESSION_LIFE = timedelta(days=7)
INVITATION_LIFE = timedelta(minutes=30)

TRIES_KEPT = timedelta(hours=24)
"""A failed try counts no longer than this."""

_FIRST_WAIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A person and the hash of their password; `password` is empty when they cannot sign in yet."""

    user: User
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in, from `created_at` until `expires_at` at the latest."""

    user: User
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Nobody has used it for half a day, or it is a week old."""
        return now >= self.expires_at or now - self.seen_at >= SESSION_IDLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """May be taken up once, until `expires_at`. Without `email` it is the first admin's, who says who they are."""

    email: str
    role: str
    expires_at: datetime


class Standing(StrEnum):
    """How a person stands: may sign in, has not yet taken up their invitation, uses the API at most, is shut out."""

    ACTIVE = "active"
    INVITED = "invited"
    NO_PASSWORD = "no password"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the brand as admins see them, invited or here.

    `seen_at` is when they last used the desk, as long as that is kept; `invited_until` is the end of their open
    invitation. Without `has_password` they cannot sign in yet.
    """

    email: str
    role: str
    name: str = ""
    disabled: bool = False
    has_password: bool = False
    seen_at: datetime | None = None
    invited_until: datetime | None = None

    @property
    def standing(self) -> Standing:
        """How they stand."""
        if self.disabled:
            return Standing.DISABLED
        if self.has_password:
            return Standing.ACTIVE
        return Standing.INVITED if self.invited_until else Standing.NO_PASSWORD


class Refusal(StrEnum):
    """Why an act on a person was not done: there is none of that address, it is oneself, or the last admin."""

    NOBODY = "nobody"
    ONESELF = "oneself"
    LAST_ADMIN = "last admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What tries are counted of, under a `key` that tells nothing: `free` of them cost no time, then each costs twice
    the last one's, `most_s` seconds at most. Nobody is locked out for ever.
    """

    key: str
    free: int
    most_s: float

    def wait_s(self, failures: int) -> float:
        """How long to wait after so many failed tries."""
        return (
            0.0 if failures < self.free else float(min(self.most_s, _FIRST_WAIT_S * 2 ** min(failures - self.free, 30)))
        )


def email_address(text: str) -> str:
    """The address as accounts are named by it; empty for what is none."""
    address = text.strip().lower()
    name, _, domain = address.partition("@")
    is_one = name and domain and "@" not in domain and address.isprintable() and " " not in address
    return address if is_one and len(address) <= 254 else ""
