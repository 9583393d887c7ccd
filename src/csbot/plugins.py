"""Finds channels and understanding engines by their entry points, so that the core names none of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from csbot.channel.protocol import ChannelSpec
from csbot.errors import SettingsError
from csbot.ports import NluFactory

CHANNELS = "csbot.channels"
ENGINES = "csbot.nlu"


@cache
def _points(group: str) -> Mapping[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}


def channel_kinds() -> tuple[str, ...]:
    """Every kind that can be named in the settings."""
    return tuple(sorted(_points(CHANNELS)))


@cache
def channel_spec(kind: str) -> ChannelSpec:
    """The spec of a kind; raises SettingsError naming the known kinds. Imports no SDK."""
    point = _points(CHANNELS).get(kind)
    if point is None:
        raise SettingsError(f"unknown kind {kind!r}; known kinds: {', '.join(channel_kinds())}")
    spec = point.load()
    if not isinstance(spec, ChannelSpec):
        raise SettingsError(f"the entry point of kind {kind!r} is no ChannelSpec")
    return spec


def nlu_factory(name: str) -> NluFactory:
    """What builds the engine of that name; raises SettingsError naming the known engines."""
    point = _points(ENGINES).get(name)
    if point is None:
        raise SettingsError(f"unknown engine {name!r}; known engines: {', '.join(sorted(_points(ENGINES)))}")
    return cast(NluFactory, point.load())
