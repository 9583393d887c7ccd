"""`csbot rasa` and `csbot content import-rasa`: out to a Rasa project and back; what is told when Rasa is missing."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from csbot.content import load
from csbot.nlu.rasa.records import Model, write_serving, write_trained
from tests.rasa_imitation import RasaImitation
from tests.unit.cli.conftest import Csbot


def test_what_was_exported_is_imported_again(csbot: Csbot, shop: Path) -> None:
    out = csbot("rasa", "export", "project", "--json")
    assert out.code == 0, out.err
    assert "data/nlu.tr.yml" in json.loads(out.out)["files"]

    back = csbot("content", "import-rasa", "project", "--into", "back", "--json")
    assert back.code == 0, back.err
    told = json.loads(back.out)
    assert told["errors"] == 0
    assert {line.partition(":")[0] for line in told["left"]} == {"config.yml", "data/outside.yml"}
    mine, theirs = load(shop), load(shop / "back")
    assert (theirs.entries, theirs.intents) == (mine.entries, mine.intents)


def test_what_has_no_place_is_listed(csbot: Csbot, shop: Path) -> None:
    csbot("rasa", "export", "project")
    (shop / "project/data/stories.yml").write_text("stories: [{story: one, steps: []}]")
    said = csbot("content", "import-rasa", "project", "--into", "back")

    assert said.code == 0
    assert "left data/stories.yml: stories: csbot goes by what customers say" in said.out
    assert "is sound" in said.out


def test_nothing_is_overwritten(csbot: Csbot, shop: Path) -> None:
    assert csbot("rasa", "export", "project").code == 0
    again = csbot("rasa", "export", "project")
    assert again.code == 1
    assert "not empty" in again.err

    said = csbot("content", "import-rasa", "project", "--into", ".")
    assert said.code == 1
    assert "would be overwritten; nothing was written" in said.err


def test_a_folder_without_a_project_is_refused(csbot: Csbot, shop: Path) -> None:
    assert "no such folder" in csbot("content", "import-rasa", "nowhere", "--into", "back").err
    (shop / "empty").mkdir()
    said = csbot("content", "import-rasa", "empty", "--into", "back")
    assert said.code == 1
    assert "no intents with examples" in said.err
    assert not (shop / "back").exists()


def test_the_engines_layers_and_passes_can_be_chosen(csbot: Csbot, shop: Path) -> None:
    csbot("rasa", "export", "project", "--layers", "2", "--epochs", "7")
    pipeline = yaml.safe_load((shop / "project/config.yml").read_text())["pipeline"]

    networks = [one for one in pipeline if "epochs" in one]
    assert [(one["epochs"], one["number_of_transformer_layers"]) for one in networks] == [(7, 2), (7, 2)]


def test_without_rasa_training_and_serving_say_how_to_get_it(csbot: Csbot) -> None:
    for command in ("train", "serve"):
        said = csbot("rasa", command)
        assert said.code == 1
        assert "make rasa" in said.err


def test_without_a_model_serving_says_how_to_get_one(csbot: Csbot, shop: Path) -> None:
    python = shop / "python"
    python.touch(0o755)
    said = csbot("rasa", "serve", "--python", str(python))

    assert said.code == 1
    assert "csbot rasa train" in said.err


def test_a_rasa_that_does_not_start_is_told_with_its_last_words(csbot: Csbot, shop: Path) -> None:
    python = shop / "python"
    python.write_text("#!/bin/sh\nread token\necho no TensorFlow here\nexit 3\n")
    python.chmod(0o755)
    write_trained(shop / "var/rasa", Model(file="/nowhere.tar.gz", phrasings="1", threshold=0.5))

    for command in ("train", "serve"):
        said = csbot("rasa", command, "--python", str(python))
        assert said.code == 1
        assert "no TensorFlow here" in said.err


def test_an_unknown_engine_is_refused_by_name(csbot: Csbot, shop: Path) -> None:
    (shop / "csbot.toml").write_text('[understanding]\nengines = ["raza"]\n')
    said = csbot("ask", "kargom nerede")

    assert said.code == 1
    assert "unknown engine 'raza'; known engines: linear, rasa" in said.err


def test_ask_says_that_rasa_was_away_and_answers_all_the_same(csbot: Csbot, shop: Path) -> None:
    (shop / "csbot.toml").write_text('[understanding]\nengines = ["rasa", "linear"]\n')
    said = csbot("ask", "ne zaman one", "--json")

    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert told["ranking"][0]["name"] == "faq/delivery-time"
    assert "rasa serves nothing; csbot rasa serve starts it" in told["why"]


def test_doctor_looks_whether_rasa_answers_by_what_is_written(csbot: Csbot, shop: Path) -> None:
    (shop / "csbot.toml").write_text('[understanding]\nengines = ["rasa"]\n')
    said = csbot("doctor")
    assert said.code == 1
    assert "engine rasa: serves nothing; csbot rasa serve starts it" in said.out

    imitation = RasaImitation(load(shop))
    with imitation.apart() as url:
        write_serving(shop / "var/rasa", imitation.serving(url))
        said = csbot("doctor")
    assert said.code == 0, said.out
    assert "engine rasa: answers by the model of these phrasings" in said.out
