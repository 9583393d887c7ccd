"""Every mistake an author can make about a lookup is named with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from csbot.content import build, check
from csbot.content.findings import Severity
from csbot.content.sources import Sources
from csbot.domain.lookup import Branch, FieldKind
from csbot.domain.ticket import Priority
from tests.unit.content.brand_folder import FILES, LOOKUPS, write
from tests.unit.content.test_findings import Slip

FILE = "intents/parcels.yml"
WARNING = Severity.WARNING
STATUS = "{name: status, kind: choice, values: [there, gone]}"
BOTH = "  - id: cancel-parcel\n    send: [order_number]\n    changes: true\n"


def slip(old: str, new: str, says: str, below: int = 0, severity: Severity = Severity.ERROR) -> Slip:
    return Slip(FILE, old, new, says, below, severity)


SLIPS = {
    "unknown key": slip("    instead: [", "    insted: [", "did you mean 'instead'?"),
    "bad id": slip("- id: cancel-parcel", "- id: cancel_parcel", "joined by hyphens"),
    "double id": slip("- id: cancel-parcel", "- id: parcel-status", "is there already (intents/parcels.yml:3)"),
    "no currency": slip("kind: money, currency: EUR}", "kind: money}", "price: a money has its currency"),
    "stray currency": slip("kind: money, currency", "kind: number, currency", "currency belongs to kind money"),
    "unknown currency": slip("currency: EUR", "currency: euros", "three capital letters"),
    "kind": slip("kind: money", "kind: euros", "'money'"),
    "field twice": slip("name: price", "name: place", "two fields are named 'place'"),
    "no values": slip(STATUS, "{name: status, kind: choice}", "status: a field of kind choice lists its values"),
    "stray values": slip("currency: EUR}", "currency: EUR, values: [a]}", "price: values belong to kind choice"),
    "no such field": slip("by: status", "by: state", "'state' is no field of kind choice"),
    "no choice": slip("by: status", "by: price", "'price' is no field of kind choice"),
    "perhaps no case": slip(STATUS, STATUS.replace("]}", "], optional: true}"), "is always there", 3),
    "a case too few": slip("values: [there, gone]", "values: [there, gone, lost]", "no words for lost", 4),
    "a case too many": slip("values: [there, gone]", "values: [there]", "'gone' is no value of status (there)", 6),
    "cases without by": slip("    by: status\n", "", "cases need by", 0),
    "nothing found": slip(
        "    answers:\n      found: {tr: 'Oldu.', en: 'Done.'}\n", "", "no words for what is found", -5
    ),
    "found twice": slip("      none: {", "      found: {tr: A, en: B}\n      none: {", "cases say what is found"),
    "changes unasked": slip(
        "    confirm: {tr: '{price} olsun mu?', en: 'Cancel {order_number}?'}\n", "", "add confirm", -2
    ),
    "everybody's change": slip(BOTH, f"{BOTH}    personal: false\n", "what changes something is personal", 3),
    "asked for nothing": slip("    changes: true\n", "", "add changes: true", 1),
    "first for nothing": slip("    changes: true\n", "", "remove first"),
    "unknown first": slip("first: parcel-status", "first: parcel-state", "did you mean 'parcel-status'?"),
    "first that changes": slip("first: parcel-status", "first: cancel-parcel", "what is asked first must not"),
    "first about another": slip(
        "    send: [order_number]\n    changes", "    changes", "does not count here", 1, WARNING
    ),
    "first for everybody": slip(
        "    by: status", "    personal: false\n    by: status", "does not show whose it is", 12
    ),
    "refused by nothing": slip("    first: parcel-status\n", "    refused_when: {gone: gone}\n", "add first", 0),
    "refused when nobody knows": slip(
        "    first: parcel-status\n",
        "    first: parcel-status\n    refused_when: {lost: gone}\n",
        "'lost' is no value parcel-status tells cases apart by (there, gone)",
        1,
    ),
    "unknown blank": slip(
        "'Gone {price}.'", "'Gone {cost}.'", "unknown placeholder {cost}; known here: {order_number}"
    ),
    "blank of a branch": slip("'None {order_number}.'", "'None {price}.'", "unknown placeholder {price}"),
    "blank of a question": slip("'Cancel {order_number}?'", "'Cancel {x}?'", "unknown placeholder {x}"),
    "the system's word": slip("'Gone {price}.'", "'{status}'", "{status} is a word of the system's"),
    "perhaps missing": slip("'There[ in {place}].'", "'There in {place}.'", "[brackets], which are left out"),
    "half a bracket": slip("'There[ in {place}].'", "'There[ in {place}.'", "without its other half"),
    "idle brackets": slip("'Gone {price}.'", "'Gone [today].'", "nothing in these [brackets] can be missing"),
    "no language": slip("{tr: 'Biri {order_number}.', en:", "{en:", "each: no words in tr"),
    "case language": slip("{tr: 'Yok {order_number}.', en: 'Gone {price}.'}", "{tr: Yok}", "gone: no words in en"),
    "branch language": slip(", en: 'None {order_number}.'}", "}", "none: no words in en"),
    "refusal language": slip(", en: 'Left {order_number}.'}", "}", "gone: no words in en"),
    "blank of a refusal": slip("'Left {order_number}.'", "'Left {price}.'", "unknown placeholder {price}"),
    "unknown branch": slip("      none: {", "      nune: {", "did you mean 'none'?"),
    "instead": slip("instead: [delivery-time]", "instead: [delivery-tim]", "did you mean 'delivery-time'?"),
    "form": slip("lookup: cancel-parcel", "lookup: cancel-parcels", "did you mean 'cancel-parcel'?"),
    "said besides": slip(
        "      lookup: cancel-parcel", "      lookup: cancel-parcel\n      done: {tr: A, en: B}", "remove done", 1
    ),
    "slot": slip("    send: [order_number]\n    fields", "    send: [number]\n    fields", "sends 'number'", 33),
    "unasked": slip(
        "      lookup: cancel-parcel", "      done: {tr: A, en: B}", "no form asks 'cancel-parcel'", -31, WARNING
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found_at_its_line(name: str, tmp_path: Path) -> None:
    slip = SLIPS[name]
    assert LOOKUPS.count(slip.old) == 1, "the case must name one place"
    line = LOOKUPS.count("\n", 0, LOOKUPS.index(slip.old)) + 1 + slip.below
    files = {**FILES, FILE: LOOKUPS.replace(slip.old, slip.new)}

    findings = check(write(tmp_path, files), ("tr", "en"))

    alike = [item for item in findings.items if slip.says in item.text and item.severity is slip.severity]
    assert (FILE, line) in [(item.file, item.line) for item in alike], "\n".join(map(str, findings.items))


def test_lookups_are_read_as_they_are_written() -> None:
    catalogue = build(Sources(files={**FILES, FILE: LOOKUPS}), ("tr", "en"))
    status, cancel = catalogue.lookups["parcel-status"], catalogue.lookups["cancel-parcel"]

    assert [(field.name, field.kind, field.optional) for field in status.fields] == [
        ("status", FieldKind.CHOICE, False),
        ("place", FieldKind.TEXT, True),
        ("price", FieldKind.MONEY, False),
    ]
    assert status.personal
    assert not status.changes
    assert set(status.cases) == {"there", "gone"}
    assert set(status.answers) == {Branch.NONE}
    assert status.handoff.priority is Priority.HIGH
    assert (cancel.changes, cancel.first, cancel.instead) == (True, "parcel-status", ("delivery-time",))
    form = catalogue.intents["stop-parcel"].form
    assert form is not None
    assert form.lookup == "cancel-parcel"


def test_a_broken_lookup_does_not_make_forms_wrong_that_ask_it(tmp_path: Path) -> None:
    broken = LOOKUPS.replace("by: status", "buy: status")
    findings = check(write(tmp_path, {**FILES, FILE: broken}), ("tr", "en"))
    assert [item.text.partition(";")[0] for item in findings.items] == ["unknown key 'buy'"]
