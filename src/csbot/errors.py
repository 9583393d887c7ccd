"""The root of csbot's errors: what a person is told when something is wrong."""

from __future__ import annotations


class CsbotError(Exception):
    """Something is wrong in a way a person can mend; `str(error)` says what, where and how.

    Never carries a secret: the text goes to terminals, logs and pages as it stands.
    """


class SettingsError(CsbotError):
    """A setting is missing, unknown or wrong; the text names file, key and reason."""


class ContentError(CsbotError):
    """A content file is broken; the text is `file:line: reason`, one line a problem."""


class StoreError(CsbotError):
    """The store cannot do what was asked, now or at all."""


class StoreBusy(StoreError):
    """The store did not answer in time; the same call may succeed later."""


class StoreFull(StoreError):
    """There is no room left on the disk; nothing of the call was written."""


class EngineAway(CsbotError):
    """An understanding engine cannot be asked right now; another can. The text says why, for an operator."""


class CursorInvalid(CsbotError):
    """A page was asked for with a cursor this list never gave out: the caller's mistake, not the store's."""


class TrainingError(CsbotError):
    """A model could not be learnt from sound content."""
