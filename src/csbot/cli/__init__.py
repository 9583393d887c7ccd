"""The command line: one file a group of commands."""

from csbot.cli.main import main

__all__ = ["main"]
