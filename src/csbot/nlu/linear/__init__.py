"""The embedded understanding engine; the entry point `linear` of `csbot.nlu` is its `build`."""

from csbot.nlu.linear.engine import LinearNlu, build

__all__ = ["LinearNlu", "build"]
