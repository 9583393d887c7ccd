"""What the playground calls things, to be said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from csbot.channel.imitation import Fault
from csbot.web.languages import text

FAULTS: Mapping[Fault, str] = {
    Fault.LIMIT: text("429: too fast, wait"),
    Fault.ERROR: text("500: not taken, tried again"),
    Fault.HANG: text("hangs: outcome unknown"),
    Fault.CUT: text("cut after it was taken: outcome unknown"),
    Fault.REPEAT: text("webhook repeated: counts once"),
    Fault.REORDER: text("webhooks in another order"),
    Fault.SLOW: text("answers slowly"),
    Fault.BLOCKED: text("blocked by the customer: gone"),
    Fault.OPTED_OUT: text("opted out: no word any more"),
    Fault.WINDOW: text("24 hours are over: held back"),
    Fault.REFUSED: text("token refused: waits for the operator"),
}
"""What goes wrong, and what csbot makes of it."""
