"""The embedded understanding engine; the entry point `linear` of `csbot.nlu` is its `build`."""

from csbot.nlu.linear.engine import LinearNlu, build
from csbot.nlu.linear.wishes import Wishes

__all__ = ["LinearNlu", "Wishes", "build"]
