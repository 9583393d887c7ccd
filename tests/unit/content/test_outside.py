"""Messages about other matters are part of the content: versioned, checked, learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest

from csbot.content import Sources, build, check, read_sources
from csbot.errors import ContentError
from csbot.nlu.linear.samples import Samples
from tests.unit.content import brand_folder

TEXT = "# collected in November\nwill it rain tomorrow\n\n  who won the match  \n"


def test_its_lines_are_published_with_the_content_and_learnt_from(tmp_path: Path) -> None:
    without = read_sources(brand_folder.write(tmp_path))
    (tmp_path / "outside.txt").write_text(TEXT, encoding="utf-8")
    sources = read_sources(tmp_path)
    assert sources.version != without.version
    made = build(sources, ("tr", "en"))
    assert made.outside == ("will it rain tomorrow", "who won the match")
    assert Samples.of(made).others == (("will", "it", "rain", "tomorrow"), ("who", "won", "the", "match"))
    assert build(without, ("tr", "en")).outside == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("When, ONE?", r"outside.txt:2: 'When, ONE\?' stands under 'delivery-time' too \(faq/delivery.yml:7\)"),
        ("x" * 301, "outside.txt:2: 301 characters; at most 300 are learnt from"),
    ],
)
def test_a_line_that_cannot_be_meant_is_told(line: str, told: str) -> None:
    sources = Sources(files={**brand_folder.FILES, "outside.txt": f"will it rain\n{line}\n"})
    with pytest.raises(ContentError, match=told):
        build(sources, ("tr", "en"))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (brand_folder.write(tmp_path) / "outside.txt").write_bytes(b"rain\n\xff\n")
    [error] = check(tmp_path, ("tr", "en")).errors
    assert str(error).startswith("outside.txt:2: not UTF-8")
