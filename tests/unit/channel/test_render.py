"""How what is said fits a channel."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.channel.render import render
from csbot.domain.capabilities import Arrival, Capabilities, TextUnit
from csbot.domain.message import Attachment, Choice, MessageKind, OutgoingPart
from csbot.domain.turn import Say

PHRASES = {
    "numbered_hint": "Answer with the number.",
    "media_link": "{name}: {link}",
    "continue_whatsapp": "Go on here: {link}",
}
YES, NO = Choice(label="Yes", payload="vote:1:yes"), Choice(label="No", payload="vote:1:no")
PLAIN = Capabilities(arrival=frozenset({Arrival.WEBHOOK}), text_limit=1600)
BUTTONS = replace(PLAIN, choices=3, choice_label_limit=20, choice_text_limit=100)
PHOTO = Attachment(kind=MessageKind.PHOTO, ref="ab12", name="sizes.png")
INVOICE = Attachment(kind=MessageKind.DOCUMENT, ref="cd34", name="invoice.pdf")
VOTE = Say(text="Did this help?", choices=(YES, NO))


def link(file: Attachment) -> str:
    return f"https://csbot.example/m/{file.ref}"


def texts(parts: tuple[OutgoingPart, ...]) -> list[str]:
    return [part.text for part in parts]


def test_several_says_go_out_as_one_part() -> None:
    says = [Say(text="I am an assistant."), Say(text="Three days."), VOTE]
    (part,) = render(says, BUTTONS, phrases=PHRASES)
    assert part == OutgoingPart(text="I am an assistant.\n\nThree days.\n\nDid this help?", choices=(YES, NO))


def test_nothing_said_is_no_part() -> None:
    assert render([], PLAIN, phrases=PHRASES) == ()
    assert render([Say(text=" ")], PLAIN, phrases=PHRASES) == ()


def test_choices_are_a_numbered_list_where_there_are_no_buttons() -> None:
    (part,) = render([VOTE], PLAIN, phrases=PHRASES)
    assert part.text == "Did this help?\n\n1. Yes\n2. No\nAnswer with the number."
    assert part.choices == ()


@pytest.mark.parametrize(
    "says",
    [
        [Say(text="Which?", choices=(YES, NO, YES, NO))],
        [Say(text="Which?", choices=(YES, Choice(label="A label of 21 letters", payload="x")))],
        [Say(text="Which? " * 20, choices=(YES, NO))],
    ],
    ids=["too many", "too long a label", "too long a text"],
)
def test_choices_the_buttons_cannot_hold_become_a_numbered_list(says: list[Say]) -> None:
    (part,) = render(says, BUTTONS, phrases=PHRASES)
    assert part.choices == ()
    assert "1. Yes\n2. " in part.text


def test_choices_of_several_says_are_one_list() -> None:
    (part,) = render([Say(text="Which?", choices=(YES,)), Say(text="Or?", choices=(NO,))], PLAIN, phrases=PHRASES)
    assert part.text == "Which?\n\nOr?\n\n1. Yes\n2. No\nAnswer with the number."


def test_a_long_text_is_split_and_the_buttons_stay_with_its_end() -> None:
    roomy = replace(BUTTONS, choice_text_limit=0)
    parts = render([Say(text="A sentence of words. " * 100), VOTE], roomy, phrases=PHRASES)
    assert [bool(part.choices) for part in parts] == [False, True]
    assert parts[-1].text.endswith("Did this help?")
    assert all(len(part.text) <= 1600 for part in parts)


def test_a_numbered_list_is_not_cut_off_its_hint() -> None:
    parts = render([Say(text="x" * 1590, choices=(YES, NO))], PLAIN, phrases=PHRASES)
    assert texts(parts) == ["x" * 1590, "1. Yes\n2. No\nAnswer with the number."]


def test_text_is_measured_as_the_platform_measures() -> None:
    narrow = replace(PLAIN, text_limit=10, text_unit=TextUnit.UTF16)
    assert texts(render([Say(text="😀" * 6)], narrow, phrases=PHRASES)) == ["😀" * 5, "😀"]


def test_sms_segments_are_the_cost_of_a_part() -> None:
    (part,) = render([Say(text="ş" * 71)], replace(PLAIN, segments=True), phrases=PHRASES)
    assert part.cost == 2
    (part,) = render([Say(text="ş" * 71)], PLAIN, phrases=PHRASES)
    assert part.cost == 1


def test_turkish_is_sent_as_ascii_where_the_channel_asks_for_it() -> None:
    sms = replace(PLAIN, segments=True, ascii_turkish=True)
    (part,) = render([Say(text="ş" * 160, choices=())], sms, phrases=PHRASES)
    assert part == OutgoingPart(text="s" * 160, cost=1)


def test_a_sender_that_cannot_be_answered_says_where_to_go_on() -> None:
    sender = replace(PLAIN, inbound=False, continue_link="https://wa.me/905321112233")
    (part,) = render([Say(text="On its way.")], sender, phrases=PHRASES)
    assert part.text == "On its way.\n\nGo on here: https://wa.me/905321112233"
    parts = render([Say(text="word " * 400)], sender, phrases=PHRASES)
    assert ["Go on here" in part.text for part in parts] == [False, True]


def test_a_file_the_channel_cannot_carry_becomes_a_link() -> None:
    (part,) = render([Say(text="Here it is.")], PLAIN, phrases=PHRASES, attachments=[INVOICE], link=link)
    assert part == OutgoingPart(text="Here it is.\n\ninvoice.pdf: https://csbot.example/m/cd34")


def test_a_name_with_braces_is_only_a_name() -> None:
    file = replace(INVOICE, name="{link}.pdf")
    (part,) = render([], PLAIN, phrases=PHRASES, attachments=[file], link=link)
    assert part.text == "{link}.pdf: https://csbot.example/m/cd34"


def test_a_file_that_needs_a_link_and_has_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no public address"):
        render([Say(text="Here.")], PLAIN, phrases=PHRASES, attachments=[INVOICE])


def test_carried_files_go_first_and_the_text_is_the_last_ones_caption() -> None:
    rich = replace(BUTTONS, media=frozenset({MessageKind.PHOTO, MessageKind.DOCUMENT}), caption_limit=50)
    parts = render([VOTE], rich, phrases=PHRASES, attachments=[PHOTO, INVOICE])
    assert parts == (
        OutgoingPart(attachments=(PHOTO,)),
        OutgoingPart(text="Did this help?", choices=(YES, NO), attachments=(INVOICE,)),
    )


def test_a_text_too_long_for_a_caption_follows_the_file() -> None:
    rich = replace(PLAIN, media=frozenset({MessageKind.PHOTO}), caption_limit=5)
    parts = render([Say(text="The sizes.")], rich, phrases=PHRASES, attachments=[PHOTO])
    assert parts == (OutgoingPart(attachments=(PHOTO,)), OutgoingPart(text="The sizes."))


def test_a_platform_that_fetches_files_is_given_the_signed_link() -> None:
    fetching = replace(PLAIN, media=frozenset({MessageKind.PHOTO}), media_by_link=True)
    (part,) = render([], fetching, phrases=PHRASES, attachments=[PHOTO], link=link)
    assert part.attachments == (replace(PHOTO, ref="https://csbot.example/m/ab12"),)


@given(
    st.lists(st.text(max_size=120).map(lambda text: Say(text=text)), max_size=4),
    st.integers(0, 4),
    st.integers(60, 200),
    st.sampled_from(TextUnit),
)
def test_every_part_fits_and_the_choices_are_shown_once(
    says: list[Say], choices: int, limit: int, unit: TextUnit
) -> None:
    offered = tuple(Choice(label=f"Choice {number}", payload=str(number)) for number in range(choices))
    channel = replace(BUTTONS, text_limit=limit, text_unit=unit, choices=2)
    parts = render([*says, Say(text="", choices=offered)], channel, phrases=PHRASES)
    length = len if unit is TextUnit.CHARACTERS else lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert all(part.text.strip() and length(part.text) <= limit for part in parts)
    buttons = [choice for part in parts for choice in part.choices]
    if buttons:
        assert tuple(buttons) == parts[-1].choices == offered
    elif offered:
        assert sum(part.text.count("1. Choice 0") for part in parts) == 1
