"""How what is said fits a channel: length, buttons or a numbered list, files or links. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from csbot.domain.capabilities import Capabilities, TextUnit
from csbot.domain.message import Attachment, Choice, OutgoingPart
from csbot.domain.turn import Say
from csbot.text import segments
from csbot.text.splitting import Measure, split, utf16_length

PARAGRAPH = "\n\n"

Link = Callable[[Attachment], str]
"""A short-lived signed address of a file, for those who cannot be given the file itself."""


def render(
    says: Sequence[Say],
    capabilities: Capabilities,
    *,
    phrases: Mapping[str, str],
    attachments: Sequence[Attachment] = (),
    link: Link | None = None,
) -> tuple[OutgoingPart, ...]:
    """The parts, in order, that say all of this on a channel: one where it fits; none where nothing is said.

    Several says are joined by a blank line. Their choices stand together under the last text: as buttons where the
    channel has enough of them, with labels and a text short enough, else as a numbered list, and the part has no
    choices. Files the channel carries go first, one a part, the last of them with the text as its caption where that is
    possible; others become links at the end of the text. `phrases` are the lane's words for `numbered_hint`,
    `media_link` ("{name} {link}") and `continue_whatsapp` ("{link}"). `cost` is 1, or the text's SMS segments where the
    channel counts those.

    Raises ValueError when a file has to become a link and there is no `link`.
    """
    carried = [file for file in attachments if file.kind in capabilities.media]
    body = PARAGRAPH.join(text for say in says if (text := say.text.strip()))
    for file in attachments:
        if file.kind not in capabilities.media:
            body = _under(body, _fill(phrases["media_link"], name=file.name or file.kind, link=_linked(file, link)))
    if capabilities.media_by_link:
        carried = [replace(file, ref=_linked(file, link)) for file in carried]
    choices = tuple(choice for say in says for choice in say.choices)

    texts, buttons = _fit(body, choices, capabilities, phrases)
    return (*_files(carried, texts, buttons, capabilities), *_texts(texts, buttons, capabilities))


def _fit(
    body: str, choices: tuple[Choice, ...], capabilities: Capabilities, phrases: Mapping[str, str]
) -> tuple[list[str], tuple[Choice, ...]]:
    """The texts to send, and the choices that become buttons under the last of them."""
    measure = _measure(capabilities)
    limit = capabilities.text_limit
    tail = ""
    if capabilities.continue_link:
        tail = _fill(phrases["continue_whatsapp"], link=capabilities.continue_link)
    if _have_buttons(choices, capabilities, measure):
        texts = _pieces(_under(body, tail), capabilities)
        if texts and measure(texts[-1]) <= (capabilities.choice_text_limit or limit):
            return texts, choices
    texts = _pieces(body, capabilities)
    # A list is not cut from its hint, nor from the words above it, as long as it fits under them.
    for block in (_numbered(choices, phrases["numbered_hint"]) if choices else "", tail):
        for piece in _pieces(block, capabilities):
            if texts and measure(joined := _under(texts[-1], piece)) <= limit:
                texts[-1] = joined
            else:
                texts.append(piece)
    return texts, ()


def _texts(texts: Sequence[str], buttons: tuple[Choice, ...], capabilities: Capabilities) -> list[OutgoingPart]:
    last = len(texts) - 1
    return [
        OutgoingPart(
            text=text,
            choices=buttons if at == last else (),
            cost=segments.count(text) if capabilities.segments else 1,
        )
        for at, text in enumerate(texts)
    ]


def _files(
    files: Sequence[Attachment], texts: list[str], buttons: tuple[Choice, ...], capabilities: Capabilities
) -> list[OutgoingPart]:
    """One part a file; a single text that fits is taken from `texts` as the last one's caption."""
    parts = [OutgoingPart(attachments=(file,)) for file in files]
    if parts and len(texts) == 1 and _measure(capabilities)(texts[0]) <= capabilities.caption_limit:
        parts[-1] = replace(parts[-1], text=texts.pop(), choices=buttons)
    return parts


def _have_buttons(choices: tuple[Choice, ...], capabilities: Capabilities, measure: Measure) -> bool:
    return 0 < len(choices) <= capabilities.choices and all(
        measure(choice.label) <= capabilities.choice_label_limit for choice in choices
    )


def _numbered(choices: tuple[Choice, ...], hint: str) -> str:
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    return "\n".join([*lines, hint] if hint else lines)


def _pieces(text: str, capabilities: Capabilities) -> list[str]:
    if capabilities.ascii_turkish:
        text = segments.ascii_turkish(text)
    return list(split(text, capabilities.text_limit, _measure(capabilities)))


def _measure(capabilities: Capabilities) -> Measure:
    return utf16_length if capabilities.text_unit is TextUnit.UTF16 else len


def _under(body: str, paragraph: str) -> str:
    return body + PARAGRAPH + paragraph if body and paragraph else body or paragraph


def _linked(file: Attachment, link: Link | None) -> str:
    if link is None:
        raise ValueError("a file has to become a link, and there is no public address to link to")
    return link(file)


def _fill(phrase: str, **values: str) -> str:
    # Not str.format: another brace in a phrase, or one in a name, is only a brace.
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), phrase)
