"""Who keeps failing is not asked for a while, so that nobody waits for them."""

from __future__ import annotations

from collections.abc import Callable

from csbot import metrics
from csbot.log import get_logger

log = get_logger("breaker")


class Breaker:
    """Whether somebody is worth asking: after `most` failures in a row they rest for `rest_s` seconds.

    Then one question tries them again: an answer closes the breaker, another failure lets them rest once more. A try
    that never ends holds nobody up, since the next may follow `rest_s` later. `clock` counts seconds and never goes
    back. `what` names them for operators, as "engine rasa"; while they rest, the alarm of that name is on.
    """

    __slots__ = ("_alarm", "_clock", "_failures", "_most", "_rest_s", "_try_at", "_what")

    def __init__(self, what: str, *, clock: Callable[[], float], most: int = 3, rest_s: float = 10.0) -> None:
        self._what = what
        self._clock = clock
        self._most = most
        self._rest_s = rest_s
        self._failures = 0
        self._try_at: float | None = None
        self._alarm = metrics.ALARM.labels(what)
        self._alarm.set(0)

    @property
    def is_open(self) -> bool:
        """They rest, or are being tried."""
        return self._try_at is not None

    def admits(self) -> bool:
        """This question may go to them."""
        if self._try_at is None:
            return True
        if self._clock() < self._try_at:
            return False
        self._try_at = self._clock() + self._rest_s
        return True

    def succeeded(self) -> None:
        """They answered."""
        self._failures = 0
        if self._try_at is not None:
            self._try_at = None
            self._alarm.set(0)
            log.info("answers again", what=self._what)

    def failed(self, why: str) -> None:
        """They did not answer, or not in time."""
        self._failures += 1
        if self._failures < self._most:
            return
        if self._try_at is None:
            self._alarm.set(1)
            log.warning("is not asked for a while", what=self._what, why=why, rest_s=self._rest_s)
        self._try_at = self._clock() + self._rest_s
