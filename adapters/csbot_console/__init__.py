"""The terminal as a channel: the smallest adapter, and the example of the documentation."""

from csbot.channel.protocol import BuildContext, Channel, ChannelSettings, ChannelSpec
from csbot.domain.capabilities import Arrival, Capabilities
from csbot_console.settings import ConsoleSettings


def capabilities(settings: ChannelSettings) -> Capabilities:
    """Plain text both ways; whatever else is said becomes text."""
    return Capabilities(arrival=frozenset({Arrival.PULL}), text_limit=4000)


def build(context: BuildContext, settings: ChannelSettings) -> Channel:
    """A channel over this process's own standard input and output."""
    from csbot_console.channel import ConsoleChannel

    assert isinstance(settings, ConsoleSettings)
    return ConsoleChannel(context.id, settings, capabilities(settings))


SPEC = ChannelSpec(kind="console", title="Terminal", settings=ConsoleSettings, capabilities=capabilities, build=build)
