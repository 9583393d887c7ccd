"""Rasa projects: the content goes out and comes back, and of other people's projects nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from csbot.content import Sources, build, load
from csbot.content.catalogue import families
from csbot.content.rasa import Imported, read_project, write_project
from csbot.content.sources import PHRASES, read_sources
from csbot.domain.content import Catalogue, Role
from csbot.errors import ContentError
from tests.documents import ROOT
from tests.unit.content import brand_folder

LANGUAGES = ("tr", "en")


@pytest.fixture(scope="module")
def sample() -> Catalogue:
    return load(ROOT)


def built(imported: Imported, phrases: str) -> Catalogue:
    return build(Sources(files={**imported.files, PHRASES: phrases}))


def document(files: Mapping[str, str], name: str) -> Any:
    return yaml.safe_load(files[name])


def test_the_sample_brand_comes_back_as_it_went_out(sample: Catalogue) -> None:
    sources = read_sources(ROOT)
    written = write_project(sample, families=families(sources), outside=["who won the match"])
    imported = read_project(written, languages=LANGUAGES)

    assert replace(built(imported, sources.files[PHRASES]), version=sample.version) == sample
    assert imported.files.keys() | {PHRASES} == sources.files.keys()
    assert (imported.intents, imported.entries) == (len(sample.intents), len(sample.entries))
    assert {(left.file, left.what) for left in imported.left} == {
        ("config.yml", "pipeline"),
        ("config.yml", "policies"),
        ("data/outside.yml", "out_of_scope"),
    }


def test_channels_validity_forms_and_the_like_come_back(tmp_path: Path) -> None:
    small = load(brand_folder.write(tmp_path))
    imported = read_project(write_project(small), languages=LANGUAGES)

    assert any(entry.channels for entry in small.entries.values())
    assert any(intent.form for intent in small.intents.values())
    back = built(imported, (tmp_path / PHRASES).read_text(encoding="utf-8"))
    assert replace(back, version=small.version) == small


def test_lookups_come_back_with_the_intents_that_ask_them(tmp_path: Path) -> None:
    asking = load(brand_folder.write(tmp_path, {**brand_folder.FILES, "intents/parcels.yml": brand_folder.LOOKUPS}))
    written = write_project(asking)
    imported = read_project(written, languages=LANGUAGES)

    assert set(asking.lookups) == {"parcel-status", "cancel-parcel"}
    back = built(imported, (tmp_path / PHRASES).read_text(encoding="utf-8"))
    assert replace(back, version=asking.version) == asking
    ended = next(
        rule for rule in document(written, "data/rules.yml")["rules"] if rule["rule"].startswith("stop-parcel is")
    )
    assert ended["steps"][-1] == {"action": "utter_handoff"}, "Rasa by itself asks no system, so a person does"


def test_entities_come_back_with_the_forms_that_want_them(tmp_path: Path) -> None:
    wanting = load(brand_folder.write(tmp_path, {**brand_folder.FILES, "intents/visits.yml": brand_folder.ENTITIES}))
    back = built(
        read_project(write_project(wanting), languages=LANGUAGES), (tmp_path / PHRASES).read_text(encoding="utf-8")
    )

    assert set(wanting.entities) == {"city", "product-code"}
    assert replace(back, version=wanting.version) == wanting


def test_rasa_finds_what_it_needs_of_every_meaning(sample: Catalogue) -> None:
    files = write_project(sample)
    domain = document(files, "domain.yml")
    learnt = {language: document(files, f"data/nlu.{language}.yml")["nlu"] for language in LANGUAGES}
    said = {language: {item["intent"]: item["examples"] for item in items} for language, items in learnt.items()}

    for id, entry in sample.entries.items():
        texts = [variation["text"] for variation in domain["responses"][f"utter_faq/{id}"]]
        assert texts[-1] == entry.answers["tr"]
        for language in LANGUAGES:
            assert said[language][f"faq/{id}"].splitlines() == [f"- {one}" for one in entry.questions[language]]
    assert set(domain["intents"]) == {*sample.intents, "faq"}
    for rule in document(files, "data/rules.yml")["rules"]:
        for action in [step["action"] for step in rule["steps"] if "action" in step]:
            assert action in {*domain["responses"], *domain["forms"], "utter_faq"}


def test_without_transformer_layers_unless_they_are_wanted(sample: Catalogue) -> None:
    def layers(config: Any) -> list[int]:
        return [one["number_of_transformer_layers"] for one in config["pipeline"] if "epochs" in one]

    assert layers(document(write_project(sample), "config.yml")) == [0, 0]
    wanted = document(write_project(sample, transformer_layers=2), "config.yml")
    assert layers(wanted) == [2, 2]
    assert all(one.get("transformer_size", 1) for one in wanted["pipeline"])


FOREIGN = {
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hey
    - hello there
- intent: faq/ask_Opening_Hours
  examples: |
    - when are you open on [monday](day)
    - opening hours
- intent: faq/ask_nothing
  examples: |
    - nothing at all
- intent: order_pizza
  examples:
  - text: |
      - a pizza please
    metadata: {sentiment: hungry}
- intent: check_balance
  examples: |
    - my balance
- intent: stop
  examples: |
    - stop it
- synonym: margherita
  examples: |
    - plain one
""",
    "data/tr/nlu.yml": """
nlu:
- intent: greet
  examples: |
    - merhaba
""",
    "data/rules.yml": """
rules:
- rule: pizza
  steps:
  - intent: order_pizza
  - action: pizza_form
  - active_loop: pizza_form
- rule: pizza ordered
  condition: [{active_loop: pizza_form}]
  steps:
  - action: pizza_form
  - active_loop: null
- rule: balance
  steps:
  - intent: check_balance
  - action: action_fetch_balance
  - action: utter_more
- rule: two in a row
  steps:
  - intent: greet
  - action: utter_greet
  - intent: stop
  - action: utter_stop
""",
    "data/stories.yml": "stories: [{story: happy, steps: [{intent: greet}, {action: utter_greet}]}]",
    "domain.yml": """
intents: [greet, order_pizza]
entities: [day]
actions: [action_fetch_balance]
slots: {size: {type: text}}
forms:
  pizza_form: {required_slots: [size, topping]}
responses:
  utter_greet:
  - text: Hello!
    buttons: [{title: Order, payload: /order_pizza}]
  - text: Hi!
  utter_faq/ask_Opening_Hours:
  - text: Nine to six.
  utter_ask_size:
  - text: Which size?
  utter_stop:
  - text: Stopped.
  utter_unused:
  - text: Nobody says this.
""",
}


@pytest.fixture
def foreign() -> Imported:
    return read_project(FOREIGN, languages=("en", "tr"))


def test_what_another_project_says_becomes_entries_and_intents(foreign: Imported) -> None:
    entry = document(foreign.files, "faq/faq.yml")["entries"][0]
    assert entry["id"] == "ask-opening-hours"
    assert entry["questions"] == {"en": ["when are you open on monday", "opening hours"]}
    assert entry["answers"] == {"en": "Nine to six."}
    intents = {item["id"]: item for item in document(foreign.files, "intents/imported.yml")["intents"]}
    assert intents["greet"]["examples"] == {"en": ["hey", "hello there"], "tr": ["merhaba"]}
    assert (intents["greet"]["role"], intents["greet"]["answer"]) == (Role.GREETING, {"en": "Hello!"})
    assert [slot["name"] for slot in intents["order-pizza"]["form"]["slots"]] == ["size", "topping"]
    assert intents["order-pizza"]["form"]["slots"][0]["question"] == {"en": "Which size?"}
    assert intents["check-balance"]["handoff"] == {"priority": "normal"}
    assert intents["stop"]["answer"] == {"en": "Stopped."}


def test_all_that_has_no_place_is_told(foreign: Imported) -> None:
    told = "\n".join(map(str, foreign.left))
    for expected in (
        "domain.yml: entities",
        "domain.yml: actions",
        "data/stories.yml: stories",
        "data/nlu.yml: synonym margherita",
        "data/nlu.yml: faq/ask_Opening_Hours: entities are marked",
        "data/nlu.yml: faq/ask_Opening_Hours: it is called ask-opening-hours here",
        "data/nlu.yml: faq/ask_nothing: it has no response",
        "domain.yml: utter_greet: buttons beside its text",
        "domain.yml: utter_greet: of several texts",
        "domain.yml: utter_unused: no intent leads to it",
        "domain.yml: pizza_form: its question for topping is not there",
        "data/rules.yml: rule 'balance': csbot does one thing after an intent, so utter_more is left",
        "data/rules.yml: rule 'two in a row'",
        "data/nlu.yml: check_balance: action_fetch_balance has no text, so a person answers",
    ):
        assert expected in told, told
    assert "pizza ordered" not in told


def test_ids_that_would_be_the_same_are_told_apart() -> None:
    nlu = "nlu: [{intent: faq/hours, examples: '- when'}, {intent: shop/hours, examples: '- shop hours'}]"
    domain = "responses: {utter_faq/hours: [{text: a}], utter_shop/hours: [{text: b}]}"
    imported = read_project({"nlu.yml": nlu, "domain.yml": domain}, languages=("en",))

    assert document(imported.files, "faq/faq.yml")["entries"][0]["id"] == "hours"
    assert document(imported.files, "faq/shop.yml")["entries"][0]["id"] == "shop-hours"


@pytest.mark.parametrize("text", ["nlu: [", "a: b: c", "\x00"])
def test_a_file_that_is_no_yaml_is_told(text: str) -> None:
    with pytest.raises(ContentError, match=r"domain.yml:1: not YAML"):
        read_project({"domain.yml": text}, languages=LANGUAGES)


@pytest.mark.parametrize(
    "text", ["", "- 1", "nlu: 5", "nlu: [5, {}, {intent: 3}]", "responses: {a: 1}", "rules: [1, {}]", "forms: {f: 1}"]
)
def test_a_misshapen_project_gives_nothing(text: str) -> None:
    assert read_project({"domain.yml": text}, languages=LANGUAGES).files == {}
