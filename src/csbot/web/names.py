"""What the people of the brand are called on the pages: one look-up of everybody, held for a while."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from csbot.domain.account import Person
from csbot.services import Services
from csbot.text.names import name_in_address

HELD = timedelta(seconds=10)


class Names:
    """The names of all people by their addresses; who has given none is called by what the address tells."""

    def __init__(self) -> None:
        self._plain: Mapping[str, str] = {}
        self._apart: Mapping[str, str] = {}
        self._read_at: datetime | None = None

    async def for_colleagues(self, services: Services) -> Mapping[str, str]:
        """As they were within the last `HELD`; two of one name with their addresses."""
        await self._read(services)
        return self._apart

    async def for_customers(self, services: Services) -> Mapping[str, str]:
        """The same without a single address."""
        await self._read(services)
        return self._plain

    def forget(self) -> None:
        """Somebody has come or is called otherwise: look anew."""
        self._read_at = None

    async def _read(self, services: Services) -> None:
        now = services.clock()
        if self._read_at is None or not timedelta() <= now - self._read_at < HELD:
            people = await services.store.accounts.people(now=now)
            self._plain, self._apart = plain(people), told_apart(people)
            self._read_at = now


def plain(people: Iterable[Person]) -> dict[str, str]:
    """Each person's name."""
    return {one.email: one.name or name_in_address(one.email) for one in people}


def told_apart(people: Iterable[Person]) -> dict[str, str]:
    """Each person's name, with the address where others have the same."""
    names = plain(people)
    bearers = Counter(names.values())
    return {email: name if bearers[name] == 1 else f"{name} ({email})" for email, name in names.items()}
