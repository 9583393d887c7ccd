"""What the brand wishes of its engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the brand accepts: the share of good questions refused and of outside texts answered, 0 to 1."""

    refused: float = 0.05
    answered: float = 0.03
