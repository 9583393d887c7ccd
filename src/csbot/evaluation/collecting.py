"""Messages of customers that csbot did not understand, as lines for a person to look through."""

from __future__ import annotations

from collections.abc import Iterable

from csbot.content.outside import outside_of
from csbot.content.sources import Sources
from csbot.content.structure import parse_files
from csbot.content.texts import same_phrase_key
from csbot.content.whole_rules import items_of
from csbot.domain.reporting import NotUnderstood
from csbot.nlu.tokens import tokens
from csbot.text.masking import MASK, without_personal_data


def lines_of(found: Iterable[NotUnderstood], sources: Sources) -> list[str]:
    """Each once, in their order, with personal data masked; without those the content knows by now."""
    phrases = (phrase for item in items_of(parse_files(sources)[0]) for own in item.phrases.values() for phrase in own)
    seen = {same_phrase_key(text) for text in (*phrases, *outside_of(sources))}
    lines = []
    for one in found:
        text = " ".join(without_personal_data(one.text, one.name).split()).lstrip("# ")
        key = same_phrase_key(text)
        if key not in seen and tokens(text.replace(MASK, " ")):
            seen.add(key)
            lines.append(text)
    return lines
