"""Content that is older than csbot: words it lacks are the sample's, and only where it is in force already."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csbot.content import Sources, build
from csbot.content.sources import PHRASES
from csbot.content.spare_words import SpareWords, lacking
from csbot.errors import ContentError
from tests.unit.content import brand_folder

SAMPLE = (Path(__file__).resolve().parents[3] / PHRASES).read_text(encoding="utf-8")


def older(*keys: str, languages: tuple[str, ...] = ("tr", "en")) -> Sources:
    """The small brand's content without these keys of csbot's own words, which stand on a line each."""
    files = dict(brand_folder.sources().files)
    lines = files[PHRASES].splitlines()
    kept = [line for line in lines if not re.match(rf"\s+({'|'.join(keys)}):", line)]
    assert len(kept) == len(lines) - len(keys)
    return Sources(files={**files, PHRASES: "\n".join(kept) + "\n"})


def test_what_is_missing_is_named() -> None:
    assert lacking(older("gone_on", "cancel").files[PHRASES]) == (("say", "gone_on"), ("recognise", "cancel"))
    assert lacking(SAMPLE) == ()
    assert lacking("say: [") == ()


def test_words_that_are_missing_are_the_samples_and_the_others_the_brands() -> None:
    sources = older("gone_on", "helped_yes")
    with pytest.raises(ContentError, match="gone_on"):
        build(sources, ("tr", "en"))
    made = build(sources, ("tr", "en"), spare=SpareWords.of(SAMPLE, ("tr", "en")))
    whole = build(brand_folder.sources(), ("tr", "en"))
    sample = build(Sources(files={**sources.files, PHRASES: SAMPLE}), ("tr", "en"))
    assert made.phrases.say == {
        **whole.phrases.say,
        **{key: sample.phrases.say[key] for key in ("gone_on", "helped_yes")},
    }
    assert made.version == sources.version, "it is still the content that was published"


def test_a_brand_of_another_language_hears_english() -> None:
    spare = SpareWords.of("say:\n  x: {tr: T, en: E}\nrecognise: {}\n", ("tr", "de"))
    assert spare._spare("say", "x", "tr", set()) == "T"
    assert spare._spare("say", "x", "de", set()) == "E"


def test_words_the_brand_listens_for_elsewhere_stay_there() -> None:
    files = dict(older("cancel", "withdraw").files)
    files[PHRASES] += "  withdraw: {tr: [İPTAL, vazgeç], en: [cancel]}\n"
    made = build(Sources(files=files), ("tr", "en"), spare=SpareWords.of(SAMPLE, ("tr", "en")))
    assert made.phrases.recognise["withdraw"]["tr"] == ("İPTAL", "vazgeç")
    assert "iptal" not in made.phrases.recognise["cancel"]["tr"]
    assert made.phrases.recognise["cancel"]["tr"]
