"""Rasa as an understanding engine: a sidecar in an environment of its own, spoken to over loopback.

The entry point `rasa` of `csbot.nlu` is `build`. `training` and `serving` are what `csbot rasa train` and `serve` do.
"""

from csbot.nlu.rasa.engine import RasaNlu, build

__all__ = ["RasaNlu", "build"]
