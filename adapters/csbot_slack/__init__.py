"""Slack as a channel: direct messages, mentions and threads, by the Events API over HTTP or in socket mode."""

from csbot.channel.imitation import Imitation
from csbot.channel.protocol import BuildContext, Channel, ChannelSettings, ChannelSpec
from csbot.domain.capabilities import Arrival, Capabilities
from csbot_slack.settings import SlackSettings


def capabilities(settings: ChannelSettings) -> Capabilities:
    """Slack's limits: docs.slack.dev/reference/methods/chat.postMessage and /reference/block-kit, 2026-11-22.

    A text of 40,000 is taken, 4,000 is asked for. Files go out as links: an upload is three calls, of which the second
    may have been done when the third fails.
    """
    assert isinstance(settings, SlackSettings)
    return Capabilities(
        arrival=frozenset({Arrival.PULL if settings.mode == "socket" else Arrival.WEBHOOK}),
        text_limit=4000,
        choices=25,
        choice_label_limit=75,
        choice_text_limit=4000,
        edits=True,
        reactions=True,
        fetch=True,
        shared_places=True,
    )


def build(context: BuildContext, settings: ChannelSettings) -> Channel:
    """A channel over slack_sdk's client, which is imported only here."""
    from csbot_slack.channel import SlackChannel

    assert isinstance(settings, SlackSettings)
    return SlackChannel(context, settings, capabilities(settings))


def imitation(*, port: int = 0, socket: bool = False) -> Imitation:
    """An imitated Slack, its events posted as webhooks or waiting for a socket."""
    from csbot_slack.imitation import ImitatedSlack

    return ImitatedSlack(port=port, socket=socket)


def _is_signed(settings: ChannelSettings) -> bool:
    assert isinstance(settings, SlackSettings)
    return settings.mode == "socket" or bool(settings.signing_secret.get_secret_value())


SPEC = ChannelSpec(
    kind="slack",
    title="Slack",
    settings=SlackSettings,
    capabilities=capabilities,
    build=build,
    imitation=imitation,
    extra="slack",
    routes={"webhook": "the Request URL of Event Subscriptions, of Interactivity and of each slash command"},
    signing=_is_signed,
    ack_s=1.5,
)
