"""What colleagues are called on the pages: one look-up of everybody, held for a while."""

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
        self._names: Mapping[str, str] = {}
        self._read_at: datetime | None = None

    async def read(self, services: Services) -> Mapping[str, str]:
        """As they were within the last `HELD`."""
        now = services.clock()
        if self._read_at is None or not timedelta() <= now - self._read_at < HELD:
            self._names = told_apart(await services.store.accounts.people(now=now))
            self._read_at = now
        return self._names


def told_apart(people: Iterable[Person]) -> dict[str, str]:
    """Each person's name, with the address where others have the same."""
    names = {one.email: one.name or name_in_address(one.email) for one in people}
    bearers = Counter(names.values())
    return {email: name if bearers[name] == 1 else f"{name} ({email})" for email, name in names.items()}
