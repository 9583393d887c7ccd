"""What lies too near is told with both places, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csbot.cli import main
from csbot.content import Sources
from csbot.evaluation.overlapping import Kind, Overlap, overlaps
from tests.unit.content import brand_folder

RETURNS = """family: returns
entries:
  - id: return-how
    title: {tr: İade, en: Returning}
    questions:
      tr: [iade nasıl yapılır, ürünü geri göndermek istiyorum]
      en:
        - how do i send it back
        - {same}
        - {near}
    answers: {tr: Böyle., en: So.}
  - id: return-cost
    title: {tr: İade ücreti, en: Return cost}
    questions:
      en: [does it cost to send it back please, is a return free, who pays, cost of sending back, postage of returns,
           return fee, do you charge me, money for a return]
    answers: {tr: Bedava., en: Free.}
"""


def found(same: str = "other words", near: str = "yet others", *, at: float = 0.8) -> list[Overlap]:
    text = RETURNS.replace("{same}", same).replace("{near}", near)
    sources = Sources(files={**brand_folder.FILES, "faq/returns.yml": text})
    return overlaps(sources, ("tr", "en"), near=at)


def test_what_differs_in_nothing_csbot_sees_stands_in_two_places() -> None:
    [one] = [one for one in found(same="WHEN  Two, pls!") if one.kind is Kind.SAME]
    assert (one.file, one.line, one.likeness) == ("faq/delivery.yml", 7, 1.0)
    assert one.other == "faq/returns.yml:9"
    assert "'when two' of faq/delivery-time is 'WHEN  Two, pls!' of faq/return-how (faq/returns.yml:9)" in str(one)


def test_what_is_nearly_the_same_is_told_once_with_its_likeness() -> None:
    near = [one for one in found(near="does it cost to send it back today") if one.kind is Kind.NEAR]
    [one] = [one for one in near if one.file == "faq/returns.yml"]
    assert (one.line, one.other) == (10, "faq/returns.yml:15")
    assert 0.8 <= one.likeness < 1
    assert [one for one in found(near="does it cost to send it back today", at=1.0) if one.kind is Kind.NEAR] == []


def test_meanings_of_too_few_words_are_told_for_each_language() -> None:
    few = [one for one in found() if one.file == "faq/returns.yml"]
    assert [(one.kind, one.line, one.text.partition(";")[0]) for one in few] == [
        (Kind.FEW, 6, "faq/return-how has 2 phrasings in tr"),
        (Kind.FEW, 7, "faq/return-how has 3 phrasings in en"),
        (Kind.MISSING, 14, "faq/return-cost has no phrasings in tr"),
    ]


@pytest.mark.parametrize(("same", "code"), [("other words", 0), ("when two", 1)])
def test_the_command_fails_for_phrasings_in_two_places_only(
    same: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = RETURNS.replace("{same}", same).replace("{near}", "yet others")
    brand_folder.write(tmp_path, {**brand_folder.FILES, "faq/returns.yml": text})
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main(["nlu", "overlap", "--path", str(tmp_path), *more])
        assert ended.value.code == code
    out = capsys.readouterr().out
    told = json.loads(out.splitlines()[-1])
    assert {"same", "few", "missing"} - {one["kind"] for one in told} == (set() if code else {"same"})
    assert f"{code} same, " in out
