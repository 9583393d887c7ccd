"""Whatever the brand's colour is, words in it and on it can be read."""

from __future__ import annotations

import re

import pytest

from csbot.web.chat.theme import contrast, mixed, rgb, style_sheet

SURFACES = {"light": ("#ffffff", "#f5f6f8", "#eceef2"), "dark": ("#1a2029", "#12161d", "#232b36")}


def tokens(color: str) -> dict[str, dict[str, str]]:
    light, dark = style_sheet(color).split("@media")
    return {name: dict(re.findall(r"--([\w-]+): (#\w{6});", text)) for name, text in (("light", light), ("dark", dark))}


def test_contrast_is_what_wcag_says() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)
    assert mixed((0, 0, 0), (255, 255, 255), 0.5) == (128, 128, 128)


@pytest.mark.parametrize(
    "color", ["#0b665b", "#8a1c5c", "#ffee00", "#ffffff", "#000000", "#ff0000", "#777777", "#00ff00"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_in_every_colour(color: str, scheme: str) -> None:
    made = {name: rgb(value) for name, value in tokens(color)[scheme].items()}
    for ground in SURFACES[scheme]:
        assert contrast(made["accent"], rgb(ground)) >= 4.5
    assert contrast(made["accent"], made["accent-soft"]) >= 4.5
    assert contrast(made["on-accent"], made["accent"]) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert tokens("#8a1c5c")["light"]["accent"] == "#8a1c5c"


def test_without_a_colour_the_page_keeps_its_own() -> None:
    assert "--accent" not in style_sheet("")
