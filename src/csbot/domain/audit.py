"""The audit log: who did what to what, written in the act's own Changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`actor` is an e-mail or "csbot"; `act` a verb ("claim"); `subject` what it was done to ("conversation 12")."""

    actor: str
    act: str
    subject: str
    detail: str = ""
