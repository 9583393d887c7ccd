"""What a channel does not claim it must not need: whatever is said, cut to its capabilities, reaches the customer."""

from __future__ import annotations

import pytest

from csbot.channel.contract.samples import Bench, ChannelCase
from csbot.channel.imitation import Shown
from csbot.channel.render import render
from csbot.domain.message import Attachment, Author, Choice, MessageKind
from csbot.domain.outbox import Part
from csbot.domain.turn import Say

PHRASES = {
    "numbered_hint": "Write the number.",
    "media_link": "{name}: {link}",
    "continue_whatsapp": "Go on here: {link}",
}
FILES = (MessageKind.PHOTO, MessageKind.DOCUMENT, MessageKind.VOICE, MessageKind.VIDEO, MessageKind.AUDIO)


@pytest.mark.asyncio
class FittingContract:
    """Long texts, many choices, files of all kinds: in some form all of it arrives."""

    async def test_a_text_too_long_for_one_call_arrives_whole(self, case: ChannelCase) -> None:
        words = [f"word{number}" for number in range(case.capabilities.text_limit // 5)]
        async with case.running() as bench:
            shown = await _say(bench, Say(text=" ".join(words)))
        assert [word for s in shown for word in s.text.split() if word.startswith("word")] == words

    @pytest.mark.parametrize("count", [2, 3, 40])
    async def test_choices_arrive_as_buttons_or_as_a_list(self, case: ChannelCase, count: int) -> None:
        choices = tuple(Choice(label=f"Choice no {n}", payload=f"p{n}") for n in range(1, count + 1))
        async with case.running() as bench:
            shown = await _say(bench, Say(text="Which one?", choices=choices))
        for choice in choices:
            assert [s for s in shown if choice.label in s.choices or choice.label in s.text]

    async def test_files_arrive_as_files_or_as_links(self, case: ChannelCase) -> None:
        channel = case.customer.channel
        files = tuple(Attachment(kind=kind, ref=f"FILE{kind}", name=f"{kind}.bin", channel=channel) for kind in FILES)
        async with case.running() as bench:
            for file in files:
                bench.imitation.hold(file.ref, b"content")
            shown = await _say(bench, Say(text="Here they are."), *files)
        carried = [file for file in files if file.kind in case.capabilities.media]
        assert sum(len(s.attachments) for s in shown) == len(carried)
        for file in files:
            assert file in carried or [s for s in shown if _link(file) in s.text]
        assert [s for s in shown if "Here they are." in s.text]


async def _say(bench: Bench, say: Say, *files: Attachment) -> list[Shown]:
    case = bench.case
    for number, body in enumerate(
        render([say], bench.channel.capabilities, phrases=PHRASES, attachments=files, link=_link), 1
    ):
        part = Part(
            id=number,
            message=1,
            conversation=1,
            to=case.customer,
            author=Author.BOT,
            body=body,
            last_in_at=case.now,
        )
        await bench.channel.send(part)
    return list(bench.imitation.received())


def _link(file: Attachment) -> str:
    return f"https://csbot.example/media/{file.ref}"
