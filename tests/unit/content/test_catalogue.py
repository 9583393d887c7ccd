"""Sources become the catalogue the engine runs on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from csbot.content import build, check, load, read_sources, sources_from_json, sources_to_json
from csbot.domain.content import Role, SlotKind
from csbot.domain.ticket import Priority
from csbot.errors import ContentError
from tests.unit.content.brand_folder import FILES, sources, write


def test_a_right_folder_has_nothing_to_find(tmp_path: Path) -> None:
    assert check(write(tmp_path), ("tr", "en")).items == ()


def test_an_entry_carries_everything_its_file_says() -> None:
    entry = build(sources()).entries["delivery-time"]

    assert entry.title == {"tr": "Teslimat süresi", "en": "Delivery time"}
    assert entry.questions["tr"][0] == "ne zaman one"
    assert entry.answer("en", "telegram") == "Three days."
    assert entry.answer("en", "sms") == "3 days"
    assert entry.follow_ups == ("delivery-cost",)
    assert (entry.valid_from, entry.valid_until) == (date(2026, 11, 1), date(2026, 12, 31))
    assert not entry.sensitive
    assert build(sources()).entries["delivery-cost"].sensitive


def test_an_intent_carries_its_form_and_handoff() -> None:
    catalogue = build(sources())
    form = catalogue.intents["cancel-order"].form

    assert form is not None
    assert [slot.kind for slot in form.slots] == [SlotKind.ORDER_NUMBER, SlotKind.CHOICE]
    assert form.slots[0].pattern == "[0-9]{4,10}"
    assert form.slots[1].choices[1].label["tr"] == "Çek"
    assert form.handoff is not None
    assert (form.handoff.team, form.handoff.priority) == ("orders", Priority.HIGH)
    assert catalogue.intents["greeting"].role is Role.GREETING
    assert catalogue.intents["greeting"].answer == {"tr": "Merhaba.", "en": "Hello."}


def test_the_languages_are_those_asked_for_or_those_csbot_speaks() -> None:
    assert build(sources()).languages == ("tr", "en")
    assert build(sources(), ("en", "tr")).languages == ("en", "tr")


def test_words_yaml_takes_for_other_things_stay_words() -> None:
    phrases = (
        sources()
        .files["intents/phrases.yml"]
        .replace("yes: {tr: [yes evet], en: [yes]}", "yes: {tr: [on, 0850], en: [yes, ~]}")
    )
    recognise = build(sources(phrases=phrases)).phrases.recognise

    assert recognise["yes"] == {"tr": ("on", "0850"), "en": ("yes", "~")}
    assert recognise["no"]["en"] == ("no",)


def test_published_sources_build_the_same_catalogue_without_files(tmp_path: Path) -> None:
    read = read_sources(write(tmp_path))
    again = sources_from_json(sources_to_json(read))

    assert again == read
    assert build(again) == load(tmp_path)
    assert build(again).version == read.version


def test_the_version_changes_with_any_text_and_not_with_line_ends(tmp_path: Path) -> None:
    windows = {name: text.replace("\n", "\r\n") for name, text in FILES.items()}
    version = read_sources(write(tmp_path / "unix")).version

    (tmp_path / "windows" / "faq").mkdir(parents=True)
    for name, text in windows.items():
        file = tmp_path / "windows" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_sources(tmp_path / "windows").version == version
    assert sources(delivery=FILES["faq/delivery.yml"] + "\n").version != version


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"format": 1}', '{"format": 9, "files": {}}', '{"format": 1, "files": {"a": 1}}']
)
def test_json_that_is_no_published_content_is_refused(body: str) -> None:
    with pytest.raises(ContentError):
        sources_from_json(body)


def test_a_folder_without_content_says_which_folders_are_missing(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"faq:1: the folder is missing[^\n]*\nintents:1: the folder is missing"):
        load(tmp_path)


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "faq/delivery.yml").write_bytes("family: delivery\nentries:\n  - id: kış\n".encode("iso-8859-9"))

    assert str(check(tmp_path).errors[0]) == "faq/delivery.yml:3: not UTF-8; save the file with encoding UTF-8"


def test_a_file_beyond_the_size_limit_is_not_read(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "faq/huge.yml").write_bytes(b"#" * ((1 << 20) + 1))

    assert "faq/huge.yml:1: larger than 1 MiB" in str(check(tmp_path).errors[0])


def test_hidden_files_and_other_endings_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "faq/.draft.yml").write_text("[", encoding="utf-8")
    (tmp_path / "faq/notes.txt").write_text("[", encoding="utf-8")

    assert set(read_sources(tmp_path).files) == set(FILES)
