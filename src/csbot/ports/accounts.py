"""How people of the brand come in, as a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from csbot.domain.account import Credentials, Invitation, Person, Refusal, Session, Tried
from csbot.domain.reading import User


class Accounts(Protocol):
    """Passwords, sessions, invitations and failed sign-ins. Secrets come as hashes only; acts stand in the audit log.

    Raises as `Store` does.
    """

    async def has_admin(self) -> bool:
        """Some admin can sign in."""
        ...

    async def credentials(self, email: str) -> Credentials | None:
        """Who signs in under this address; None when nobody of that address may."""
        ...

    async def set_password(self, user: int, password: str, *, keep: str, now: datetime) -> None:
        """Change a person's password hash and end their sessions, all but the one of digest `keep`."""
        ...

    async def invite(self, digest: str, *, email: str, role: str, by: str, now: datetime, expires_at: datetime) -> None:
        """Keep an invitation in place of those to the same address ("": to the first admin) that are still open."""
        ...

    async def invitation(self, digest: str, *, now: datetime) -> Invitation | None:
        """The open invitation of this digest; None when it is unknown, used or expired."""
        ...

    async def accept(self, digest: str, *, email: str, name: str, password: str, now: datetime) -> User | None:
        """Use an invitation up: make or change its person, with its role and this password hash; end their sessions.

        `email` counts for the first admin only. None, and nothing is written, when the invitation is not open, or is
        the first admin's and there is an admin. The last admin stays one whatever the invitation says.
        """
        ...

    async def people(self, *, now: datetime) -> list[Person]:
        """Everybody who is here or has an open invitation, in the order of their addresses."""
        ...

    async def set_role(self, email: str, *, role: str, by: str, now: datetime) -> Refusal | None:
        """Change what a person may do, at once and in their open invitation. None when it is so now.

        Nobody changes their own role, nor that of the last admin who can sign in.
        """
        ...

    async def set_disabled(self, email: str, *, disabled: bool, by: str, now: datetime) -> Refusal | None:
        """Shut a person out: sessions, tokens and invitations end at once; or let them in again, by their password.

        None when it is so now. Nobody shuts out themselves, nor the last admin who can sign in.
        """
        ...

    async def begin_session(self, digest: str, *, user: int, now: datetime, expires_at: datetime) -> None:
        """Let a person in."""
        ...

    async def session(self, digest: str, *, now: datetime) -> Session | None:
        """The session of this digest; None when it is unknown, over, or its person's no more."""
        ...

    async def seen(self, digest: str, *, now: datetime) -> None:
        """The session is in use."""
        ...

    async def end_session(self, digest: str) -> None:
        """Sign out; a no-op for one that is not there. When it was last used stays known for a while."""
        ...

    async def try_sign_in(self, tried: Sequence[Tried], *, now: datetime) -> datetime | None:
        """Count a try for each of these as failed, before it is made; or the time until which no further one is
        taken, and then none is counted.
        """
        ...

    async def forgive(self, tried: Sequence[Tried]) -> None:
        """The try was none that failed: forget those counted for these."""
        ...
