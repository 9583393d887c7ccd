"""How a conversation looks in the terminal: lines for people, or one JSON object a message for programs."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from typing import Protocol

from csbot.cli.webchat.protocol import Line

PROMPT = "you> "
_WIPE = "\x1b[K"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal takes as orders: nobody at the other end gives any."""


class Screen(Protocol):
    """Where a conversation is shown."""

    def line(self, line: Line) -> None:
        """A message."""

    def notice(self, text: str) -> None:
        """What nobody has said: the state of things."""

    def prompt(self) -> None:
        """The turn is the visitor's."""


class Paper:
    """For people. Where they type, the prompt stays under what comes, and their words are not shown twice."""

    def __init__(self) -> None:
        self._is_watched = sys.stdin.isatty() and sys.stdout.isatty()

    def line(self, line: Line) -> None:
        """Who says it, what, the answers to choose from, the files."""
        written = [f"{'you' if line.is_own else line.name}: {line.text}".rstrip()]
        written += [f"  [{file.name}] {file.href}".rstrip() for file in line.files]
        written += [f"  {number}  {choice.label}" for number, choice in enumerate(line.choices, start=1)]
        self._write("\n".join(written))

    def notice(self, text: str) -> None:
        """In brackets."""
        self._write(f"[{text}]")

    def prompt(self) -> None:
        """Where somebody looks."""
        if self._is_watched:
            sys.stdout.write(PROMPT)
            sys.stdout.flush()

    def _write(self, text: str) -> None:
        text = printable(text)
        # The prompt stands on the line already: wipe it, and put it back under what comes.
        sys.stdout.write(f"\r{_WIPE}{text}\n" if self._is_watched else f"{text}\n")
        sys.stdout.flush()
        self.prompt()


class Objects:
    """For programs; notices go to standard error."""

    def line(self, line: Line) -> None:
        """One JSON object on a line of its own."""
        told = asdict(line)
        sys.stdout.write(json.dumps({"from": told.pop("author"), **told}, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def notice(self, text: str) -> None:
        """Beside what the program reads."""
        sys.stderr.write(f"csbot: {printable(text)}\n")
        sys.stderr.flush()

    def prompt(self) -> None:
        """A program needs none."""


def printable(text: str) -> str:
    """The text without what a terminal would obey."""
    return _CONTROL.sub("", text)
