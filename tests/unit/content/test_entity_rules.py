"""Every mistake an author can make about an entity is named with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from csbot.content import check, load
from csbot.domain.content import EntityKind, EntityValue
from tests.unit.content.brand_folder import ENTITIES, FILES, write
from tests.unit.content.test_findings import Slip

FILE = "intents/visits.yml"


def slip(old: str, new: str, says: str, below: int = 0) -> Slip:
    return Slip(FILE, old, new, says, below)


SLIPS = {
    "bad id": slip("- id: city", "- id: my_city", "joined by hyphens"),
    "double id": slip("- id: product-code", "- id: city", "is there already (intents/visits.yml:3)"),
    "a typed kind": slip("- id: product-code", "- id: phone", "known to csbot by itself"),
    "a language too few": slip("{tr: Ankara, en: Ankara}", "{tr: Ankara}", "label: no label in en"),
    "two values of a name": slip("synonyms: {tr: [ist, stanbul]}", "synonyms: {tr: [ankara]}", "keep one", 1),
    "nothing": slip("    pattern: '[A-Z]{2}-[0-9]{3}'\n", "", "either values or a pattern is wanted", -2),
    "no pattern": slip("'[A-Z]{2}-[0-9]{3}'", "'([0-9]+)+'", "a repeat inside a repeat"),
    "unknown": slip("entity: city", "entity: citi", "did you mean 'city'?"),
    "of another kind": slip(
        "kind: entity\n          entity: city", "kind: text\n          entity: city", "not text", 1
    ),
    "of none": slip("          entity: product-code\n", "", "wants the id of an entity", -2),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found_at_its_line(name: str, tmp_path: Path) -> None:
    slip = SLIPS[name]
    assert ENTITIES.count(slip.old) == 1, "the case must name one place"
    line = ENTITIES.count("\n", 0, ENTITIES.index(slip.old)) + 1 + slip.below
    findings = check(write(tmp_path, {**FILES, FILE: ENTITIES.replace(slip.old, slip.new)}), ("tr", "en"))

    alike = [item for item in findings.items if slip.says in item.text]
    assert (FILE, line) in [(item.file, item.line) for item in alike], "\n".join(map(str, findings.items))


def test_entities_are_read_as_they_are_written(tmp_path: Path) -> None:
    catalogue = load(write(tmp_path, {**FILES, FILE: ENTITIES}))

    assert catalogue.entities["city"].values == (
        EntityValue(value="ist", label={"tr": "İstanbul", "en": "Istanbul"}, synonyms={"tr": ("ist", "stanbul")}),
        EntityValue(value="ank", label={"tr": "Ankara", "en": "Ankara"}),
    )
    assert catalogue.entities["product-code"] == EntityKind(
        id="product-code", title={"tr": "Ürün kodu", "en": "Product code"}, pattern="[A-Z]{2}-[0-9]{3}"
    )
    form = catalogue.intents["visit"].form
    assert form is not None
    assert [slot.entity for slot in form.slots] == ["city", "product-code"]
