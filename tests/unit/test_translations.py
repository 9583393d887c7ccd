"""Every word of csbot's own pages is there in every language pages are shown in."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

WEB = Path(__file__).resolve().parents[2] / "src/csbot/web"
ROOMS = (WEB, WEB.parent / "playground", WEB.parent / "sampleshop")
LOCALES = sorted((WEB / "locales").glob("*.po"))
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "text": None}


def messages() -> Iterator[str]:
    """Each message of templates (`_("...")`) and of Python (`page.text("...")`)."""
    for file in [file for room in ROOMS for kind in ("*.html", "*.js") for file in sorted(room.rglob(kind))]:
        method = "jinja2" if file.suffix == ".html" else "ignore"
        for found in extract(method, BytesIO(file.read_bytes()), KEYWORDS, options={"silent": "false"}):
            yield found[1] if isinstance(found[1], str) else found[1][0]
    for file in [file for room in ROOMS for file in sorted(room.rglob("*.py"))]:
        for found in extract("python", BytesIO(file.read_bytes()), {"text": None, "_": None}):
            if isinstance(found[1], str):
                yield found[1]


def catalogue(file: Path) -> Catalog:
    return read_po(BytesIO(file.read_bytes()), locale=file.stem)


@pytest.mark.parametrize("file", LOCALES, ids=lambda file: file.stem)
def test_every_message_is_translated_and_no_translation_is_left_over(file: Path) -> None:
    made = catalogue(file)
    translated = {message.id if isinstance(message.id, str) else message.id[0] for message in made if message.id}
    wanted = set(messages())
    assert wanted, "nothing was found to translate"
    assert wanted - translated == set()
    assert translated - wanted == set()
    assert [message.id for message in made if message.id and not message.string] == []
    assert [message.id for message in made if message.id and message.fuzzy] == []


@pytest.mark.parametrize("file", LOCALES, ids=lambda file: file.stem)
def test_a_translation_has_the_placeholders_of_its_message(file: Path) -> None:
    assert [(message.id, error) for message, errors in catalogue(file).check() for error in errors] == []
