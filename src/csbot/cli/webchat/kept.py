"""What `--keep` keeps: who the server takes this terminal for, and words it does not have yet."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from csbot.cli.webchat.protocol import ChatError, Choice, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A visitor of the chat at `base`. Whoever has the token is that visitor."""

    base: str
    token: str
    waiting: tuple[Item, ...] = ()

    def write(self, file: Path) -> None:
        """Replace the file whole, readable by its owner alone. Files that wait to be sent are not kept.

        Raises ChatError.
        """
        waiting = [item.body() for item in self.waiting if item.file is None]
        text = json.dumps({"chat": self.base, "token": self.token, "waiting": waiting}, ensure_ascii=False, indent=1)
        try:
            # mkstemp opens it with 0600 from the start.
            handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as opened:
                    opened.write(text + "\n")
                    opened.flush()
                    os.fsync(opened.fileno())
                os.replace(name, file)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise ChatError(f"{file}: cannot be written: {error.strerror}") from error


def read(file: Path, base: str) -> Kept | None:
    """What was kept of the chat at `base`; None when there is no such file. Raises ChatError for any other file."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        kept = Kept(
            base=str(told["chat"]), token=str(told["token"]), waiting=tuple(_item(one) for one in told["waiting"])
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ChatError(f"{file}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ChatError(f"{file}: csbot has not written this; --keep needs a file of its own") from error
    if kept.base != base:
        raise ChatError(f"{file}: keeps a conversation at {kept.base}; choose another file for {base}")
    return kept


def _item(told: dict[str, object]) -> Item:
    chosen = told["choice"]
    choice = None
    if isinstance(chosen, dict):
        choice = Choice(label=str(chosen["label"]), payload=str(chosen["payload"]))
    return Item(key=str(told["id"]), text=str(told["text"]), choice=choice)
