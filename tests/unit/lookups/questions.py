"""Questions as the engine asks them, and a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from csbot.domain.lookup import FieldKind, LookupField, NeedsLookup
from csbot.lookups.client import System
from csbot.sampleshop.orders import PHONE, Status

NOW = datetime(2026, 11, 25, 9, 30, 20, tzinfo=UTC)
SECRET = b"a secret of sixteen and more"
TIMEOUT_S = 0.4
FIELDS = (
    LookupField(name="status", kind=FieldKind.CHOICE, values=tuple(Status)),
    LookupField(name="place"),
    LookupField(name="expected", kind=FieldKind.DATE),
    LookupField(name="carrier", optional=True),
)


def about(number: str, **more: Any) -> NeedsLookup:
    """Where is order `number`, asked by the customer of PHONE."""
    need: dict[str, Any] = {
        "name": "order-status",
        "request": "sms:k1:order-status",
        "slots": (("order_number", number),),
        "fields": FIELDS,
        "language": "tr",
        "proofs": (PHONE,),
    }
    return NeedsLookup(**{**need, **more})


def cancel(number: str, **more: Any) -> NeedsLookup:
    """Cancel order `number`."""
    return about(number, **{"name": "cancel-order", "request": "sms:k1:cancel-order", "changes": True, **more})


@dataclass
class Wall:
    """A clock on the wall that both sides look at."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**by)
        return self.now


@dataclass
class Ticking:
    """Seconds that go on only when told."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def system(name: str, url: str, **more: object) -> System:
    """A lookup that is asked at `url`, with little patience."""
    told = {"timeout_s": TIMEOUT_S, "codes": True, "secret": SECRET, **more}
    return System(name=name, url=url, **told)  # type: ignore[arg-type]
