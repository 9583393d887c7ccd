"""Chat on the brand's own site: pages that csbot serves itself are its platform, so there is none to imitate."""

from csbot.channel.protocol import BuildContext, Channel, ChannelSettings, ChannelSpec
from csbot.domain.capabilities import Arrival, Capabilities
from csbot.domain.message import MessageKind
from csbot_webchat.settings import WebChatSettings

FILES = frozenset({MessageKind.PHOTO, MessageKind.DOCUMENT, MessageKind.VOICE, MessageKind.VIDEO, MessageKind.AUDIO})


def capabilities(settings: ChannelSettings) -> Capabilities:
    """Long texts, buttons under them, files both ways by signed links."""
    return Capabilities(
        arrival=frozenset({Arrival.HOSTED}),
        text_limit=20_000,
        caption_limit=20_000,
        choices=25,
        choice_label_limit=200,
        choice_text_limit=20_000,
        media=FILES,
        media_by_link=True,
        receipts=True,
        fetch=True,
    )


def build(context: BuildContext, settings: ChannelSettings) -> Channel:
    """A channel whose visitors are known by the settings' secret, or by one kept beside the store."""
    from csbot_webchat.channel import WebChatChannel

    assert isinstance(settings, WebChatSettings)
    return WebChatChannel(context, settings, capabilities(settings))


SPEC = ChannelSpec(kind="webchat", title="Web chat", settings=WebChatSettings, capabilities=capabilities, build=build)
