"""docs/channels.md shows the adapters as they are, and knows every way a send can end."""

from __future__ import annotations

import re

import pytest

from csbot.channel import errors
from tests.documents import ROOT, Block, blocks

DOCUMENT = ROOT / "docs/channels.md"
PYTHON = [block for block in blocks(DOCUMENT) if block.language == "python"]


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.place)
def test_what_is_shown_of_an_adapter_stands_in_it(block: Block) -> None:
    first, _, code = block.text.partition("\n")
    source = ROOT / first.removeprefix("# ")
    assert code.strip("\n") in source.read_text(encoding="utf-8"), f"{block.place} is not what {source} says"


def test_every_outcome_of_a_send_is_explained() -> None:
    outcomes = {error.__name__ for error in errors.SendError.__subclasses__()}
    assert set(re.findall(r"^\| `([A-Z]\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)) == outcomes
