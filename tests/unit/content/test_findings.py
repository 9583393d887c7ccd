"""Every mistake an author can make is named with file, line and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from csbot.content import build, check
from csbot.content.findings import Severity
from csbot.content.patterns import objection
from csbot.errors import ContentError
from tests.unit.content.brand_folder import DELIVERY, ORDERS, PHRASES, sources, write


@dataclass(frozen=True)
class Slip:
    """Replacing `old` by `new` in a file must be found at that line (plus `below`), in words with `says`."""

    file: str
    old: str
    new: str
    says: str
    below: int = 0
    severity: Severity = Severity.ERROR


TEXTS = {"faq/delivery.yml": DELIVERY, "intents/orders.yml": ORDERS, "intents/phrases.yml": PHRASES}
D, O, P = TEXTS  # noqa: E741
WARNING = Severity.WARNING

SLIPS = {
    "unknown key": Slip(D, "    answers:\n", "    anwsers:\n", "unknown key 'anwsers'; did you mean 'answers'?"),
    "missing key": Slip(D, "  - id: delivery-cost\n    title", "  - title", "'id' is missing"),
    "bad id": Slip(D, "id: delivery-cost", "id: Delivery_Cost", "joined by hyphens"),
    "double id": Slip(D, "id: delivery-cost", "id: delivery-time", "is taken (faq/delivery.yml:3)"),
    "id of an intent": Slip(O, "id: greeting", "id: delivery-time", "is taken (faq/delivery.yml:3)"),
    "long title": Slip(D, "tr: Kargo ücreti", "tr: Kargo ücretleri ne kadar", "24 characters; at most 20 fit"),
    "no title": Slip(D, "{tr: Kargo ücreti, en: Delivery cost}", "{en: Delivery cost}", "title: no title in tr"),
    "no language": Slip(D, "{tr: Kargo ücreti, ", "{english: Kargo, tr: A, ", "'english' is no language code"),
    "same titles": Slip(D, "tr: Kargo ücreti", "tr: TESLİMAT SÜRESİ", "also that of 'delivery-time'", 0, WARNING),
    "no answer": Slip(D, "      en: Three days.\n", "", "answers: no answer in en", -2),
    "empty answer": Slip(D, "en: Three days.", "en:", "answers.en: is empty"),
    "braces": Slip(D, "en: Three days.", "en: 'Dear {name}'", "unknown placeholder {name}; none are filled in here"),
    "half a brace": Slip(D, "en: Three days.", "en: 'Three }'", "a brace { or }"),
    "foreign language": Slip(
        D, "      en: Three days.", "      en: A\n      de: Drei", "'de' is none of the", 1, WARNING
    ),
    "sms alone": Slip(D, "sms: {tr: 3 gün, en: 3 days}", "sms: {de: 3 Tage}", "without an answer in that language"),
    "channel kind": Slip(D, "      sms: {", "      SMS: {", "the kind of a channel"),
    "follow-up": Slip(D, "follow_ups: [delivery-cost]", "follow_ups: [delivery-cots]", "did you mean 'delivery-cost'?"),
    "own follow-up": Slip(D, "follow_ups: [delivery-cost]", "follow_ups: [delivery-time]", "cannot follow itself"),
    "no day": Slip(D, "valid_from: 2026-11-01", "valid_from: 2026-02-30", "a day like 2026-11-01"),
    "days turned": Slip(D, "valid_until: 2026-12-31", "valid_until: 2026-10-31", "ends before it begins"),
    "no truth": Slip(D, "sensitive: true", "sensitive: perhaps", "true or false"),
    "a text for a list": Slip(D, "follow_ups: [delivery-cost]", "follow_ups: delivery-cost", "a list is wanted"),
    "a list for a text": Slip(D, "en: Three days.", "en: [Three days]", "a text is wanted"),
    "a text for keys": Slip(D, "title: {tr: Kargo ücreti, en: Delivery cost}", "title: Kargo", "keys are wanted"),
    "a mapping in a list": Slip(D, "[kaç lira one,", "[{kaç: lira},", "a text is wanted"),
    "same phrase": Slip(D, "[how much one,", "[Ne zamán  one!,", "'delivery-time' (faq/delivery.yml:6); keep one"),
    "phrase twice": Slip(D, "[how much one,", "[How much two?,", "is the same as", severity=WARNING),
    "thin": Slip(D, ", how much eight]", "]", "questions.en: 7 phrasings", severity=WARNING),
    "no action": Slip(O, "    answer: {tr: Merhaba., en: Hello.}\n", "", "it has none of them", -5),
    "two actions": Slip(O, "    answer: {", "    handoff: {}\n    answer: {", "it has answer and handoff", -5),
    "role": Slip(O, "role: greeting", "role: greetings", "'greeting'"),
    "untitled": Slip(O, "    role: greeting\n", "", "no title", -1, WARNING),
    "kind": Slip(O, "kind: choice", "kind: choise", "'choice'"),
    "slot name": Slip(O, "name: wish", "name: my wish", "lower-case letters, digits and _"),
    "slot twice": Slip(O, "name: wish", "name: order_number", "two slots are named"),
    "pattern": Slip(O, "'[0-9]{4,10}'", "'[0-9'", "no regular expression"),
    "slow pattern": Slip(O, "'[0-9]{4,10}'", "'([0-9]+)+'", "a repeat inside a repeat"),
    "pattern of a choice": Slip(O, "kind: choice", "pattern: a\n          kind: choice", "has no pattern"),
    "one choice": Slip(
        O, "            - {value: voucher, label: {tr: Çek, en: Voucher}}\n", "", "two choices or more", -5
    ),
    "like choices": Slip(O, "en: Voucher", "en: refund", "could not tell them apart"),
    "stray choices": Slip(O, "kind: choice", "kind: text", "choices belong to kind choice", 2),
    "done": Slip(O, "en: 'Done {order_number}.'", "en: 'Done {order}.'", "known here: {order_number}, {wish}"),
    "priority": Slip(O, "priority: high", "priority: highest", "'high'"),
    "unsaid": Slip(P, "  clarify: {", "  clarfy: {", "unknown key 'clarfy'; did you mean 'clarify'?"),
    "unsaid language": Slip(P, "{tr: 'empty_ ', en: 'empty_ '}", "{tr: 'empty'}", "empty_text: no words in en"),
    "needed": Slip(P, "{tr: 'media_ {name} {link}'", "{tr: 'media {name}'", "media_link: {link} is missing"),
    "placeholder": Slip(P, "  helped: {tr: 'helped '", "  helped: {tr: 'helped {x}'", "unknown placeholder {x}"),
    "label": Slip(
        P, "{tr: 'clarif ', en: 'clarif '}\n  helped:", "{tr: hiçbirini istemiyorum, en: x}\n  helped:", "at most 20"
    ),
    "unheard": Slip(P, "  withdraw: {", "  widthdraw: {", "did you mean 'withdraw'?"),
    "heard twice": Slip(P, "en: [yes]", "en: [No]", "stands under no and under yes", 1),
    "key twice": Slip(D, "    sensitive: true", "    sensitive: true\n    sensitive: false", "stands here twice", 1),
    "alias": Slip(D, "en: Three days.", "en: *three", "an alias (*three)"),
    "anchor": Slip(D, "en: Three days.", "en: &three Three", "an anchor (&three)"),
    "tag": Slip(D, "en: Three days.", "en: !!python/name:os.system x", "a tag"),
    "merge": Slip(D, "    sensitive: true", "    <<: {a: b}", "a merge key"),
    "key no word": Slip(D, "    sensitive: true", "    [a, b]: true", "a key is one word"),
    "document": Slip(D, "  - id: delivery-cost", "---\n  - id: delivery-cost", "a second document"),
    "tab": Slip(D, "    sensitive: true", "\tsensitive: true", "indent with spaces"),
    "colon": Slip(D, "en: Three days.", "en: Three: days.", "put quotes around"),
    "control": Slip(D, "en: Three days.", "en: Three\x01 days.", "a character that YAML cannot hold"),
    "deep": Slip(D, "en: Three days.", f"en: {'[' * 5000}", "nested deeper than 12 levels"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found_at_its_line(name: str, tmp_path: Path) -> None:
    slip = SLIPS[name]
    text = TEXTS[slip.file]
    assert text.count(slip.old) == 1, "the case must name one place"
    at = text.index(slip.old)
    line = text.count("\n", 0, at) + 1 + slip.below
    files = {**TEXTS, slip.file: text.replace(slip.old, slip.new)}

    findings = check(write(tmp_path, files), ("tr", "en"))

    alike = [item for item in findings.items if slip.says in item.text and item.severity is slip.severity]
    told = [(item.file, item.line) for item in alike]
    assert told == [(slip.file, line)], "\n".join(map(str, findings.items))


def test_all_errors_are_told_at_once() -> None:
    broken = DELIVERY.replace("id: delivery-cost", "id: No").replace("tr: Teslimat süresi, ", "")

    with pytest.raises(ContentError) as caught:
        build(sources(delivery=broken, orders=ORDERS.replace("priority: high", "priority: x"), phrases="say: []"))

    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "faq/delivery.yml:4",
        "faq/delivery.yml:16",
        "intents/orders.yml:21",
        "intents/phrases.yml:1",
        "intents/phrases.yml:1",
    ]


def test_a_broken_file_does_not_make_follow_ups_to_it_wrong(tmp_path: Path) -> None:
    moved = DELIVERY[DELIVERY.index("  - id: delivery-cost") :]
    files = {
        **TEXTS,
        "faq/delivery.yml": DELIVERY.replace(moved, ""),
        "faq/cost.yml": "family: cost\nentries:\n" + moved.replace("sensitive: true", "sensitive: perhaps"),
    }

    assert [item.file for item in check(write(tmp_path, files)).errors] == ["faq/cost.yml"]


def test_a_warning_does_not_keep_content_from_being_used() -> None:
    thin = DELIVERY.replace(", how much eight]", "]")

    assert len(build(sources(delivery=thin)).entries["delivery-cost"].questions["en"]) == 7


def test_a_folder_without_own_words_is_no_content(tmp_path: Path) -> None:
    files = {name: text for name, text in TEXTS.items() if name != P}

    assert "intents/phrases.yml:1: the file is missing" in str(check(write(tmp_path, files)).errors[0])


SLOW = ["(a+)+", "(?:a*){2,}", "((ab){1,9}c){3}", "(a|b+)*", "a*b*c*d*", r"(a)\1", "(?P<x>a)(?P=x)", "["]


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_could_run_for_ever_is_refused(pattern: str) -> None:
    assert objection(pattern)


FAIR = ["[0-9]{4,10}", "[A-Z]{2}-?[0-9]+", "(TR|EN)[0-9]+", r"\(\d+\)", "[)(*+]+", r"[^\]+]*x", "(ab?){2}", "a{x}"]


@pytest.mark.parametrize("pattern", FAIR)
def test_a_pattern_as_shops_need_it_is_taken(pattern: str) -> None:
    assert objection(pattern) == ""
