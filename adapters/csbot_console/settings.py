"""Settings of the terminal."""

from __future__ import annotations

from csbot.channel.protocol import ChannelSettings


class ConsoleSettings(ChannelSettings):
    """`user` names the customer who types; `prompt` stands before what they type, on a terminal only."""

    kind: str = "console"
    user: str = "terminal"
    prompt: str = "you> "
