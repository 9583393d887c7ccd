"""Telegram as a channel, by its Bot API."""

import time

from csbot.channel.imitation import Imitation
from csbot.channel.protocol import BuildContext, Channel, ChannelSettings, ChannelSpec
from csbot.domain.capabilities import Arrival, Capabilities, TextUnit
from csbot.domain.message import MessageKind
from csbot_telegram.settings import TelegramSettings


def capabilities(settings: ChannelSettings) -> Capabilities:
    """Bot API limits: core.telegram.org/bots/api#sendmessage and #inlinekeyboardbutton, 2026-11."""
    assert isinstance(settings, TelegramSettings)
    return Capabilities(
        arrival=frozenset({Arrival.PULL if settings.mode == "polling" else Arrival.WEBHOOK}),
        text_limit=4096,
        text_unit=TextUnit.UTF16,
        caption_limit=1024,
        choices=10,
        choice_label_limit=60,
        choice_text_limit=4096,
        media=frozenset(
            {MessageKind.PHOTO, MessageKind.DOCUMENT, MessageKind.VOICE, MessageKind.VIDEO, MessageKind.AUDIO}
        ),
        edits=True,
        reactions=True,
        typing=True,
        fetch=True,
        acknowledge=True,
        shared_places=settings.groups,
    )


def build(context: BuildContext, settings: ChannelSettings) -> Channel:
    """A channel over aiogram's Bot, which is imported only here."""
    from csbot_telegram.channel import TelegramChannel

    assert isinstance(settings, TelegramSettings)
    return TelegramChannel(context, settings, capabilities(settings))


def imitation(*, port: int = 0, polling: bool = False, groups: bool = False) -> Imitation:
    """An imitated Telegram, its customers posting webhooks or waiting to be polled.

    Its numbers begin at the second it was made: a csbot that kept those of an earlier one takes no new word for an old.
    """
    from csbot_telegram.imitation import ImitatedTelegram

    return ImitatedTelegram(port=port, polling=polling, groups=groups, first=int(time.time()))


def _is_signed(settings: ChannelSettings) -> bool:
    assert isinstance(settings, TelegramSettings)
    return settings.mode == "polling" or bool(settings.secret.get_secret_value())


SPEC = ChannelSpec(
    kind="telegram",
    title="Telegram",
    settings=TelegramSettings,
    capabilities=capabilities,
    build=build,
    imitation=imitation,
    extra="telegram",
    routes={"webhook": "the url of setWebhook, with your secret as secret_token"},
    signing=_is_signed,
)
