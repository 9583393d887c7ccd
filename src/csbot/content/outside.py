"""`outside.txt` beside the content: messages about other matters than the brand's, which csbot is to leave alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from csbot.content.findings import Finding
from csbot.content.sources import OUTSIDE, Sources
from csbot.content.texts import same_phrase_key
from csbot.content.whole_rules import Item

_LONGEST = 300
_MOST = 20_000


def outside_of(sources: Sources) -> tuple[str, ...]:
    """The messages, a line each; empty lines and those that begin with # are not."""
    return tuple(text for _, text in _lines(sources.files))


def check_outside(sources: Sources, items: Sequence[Item]) -> Iterator[Finding]:
    """No message is also a phrasing, and none is too long to be one."""
    taken = {
        same_phrase_key(phrase): (item, (*item.path, item.phrases_key, language, at))
        for item in items
        for language, phrases in item.phrases.items()
        for at, phrase in enumerate(phrases)
    }
    for count, (line, text) in enumerate(_lines(sources.files), start=1):
        if len(text) > _LONGEST:
            told = f"{len(text)} characters; at most {_LONGEST} are learnt from, cut it down to what is asked"
            yield Finding(file=OUTSIDE, line=line, text=told)
        if found := taken.get(same_phrase_key(text)):
            item, path = found
            told = f"{text!r} stands under {item.model.id!r} too ({item.file.place(path)}); remove it from one of them"
            yield Finding(file=OUTSIDE, line=line, text=told)
        if count == _MOST + 1:
            yield Finding(file=OUTSIDE, line=line, text=f"more than {_MOST} messages; keep those that differ most")


def _lines(files: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(files.get(OUTSIDE, "").splitlines(), start=1):
        if (text := line.strip()) and not text.startswith("#"):
            yield number, text
