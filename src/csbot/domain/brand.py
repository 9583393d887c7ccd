"""The brand csbot speaks for."""

from __future__ import annotations

from dataclasses import dataclass

from csbot.domain.hours import BusinessHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`languages` are the codes it answers in, `default_language` (one of them) that of its desk.

    `business_hours` None means that people always answer. `timezone` is an IANA name.
    """

    name: str
    languages: tuple[str, ...] = ("tr", "en")
    default_language: str = "tr"
    timezone: str = "Europe/Istanbul"
    business_hours: BusinessHours | None = None
    privacy_url: str = ""
