"""Labelled messages are read as the data sets write them; trials keep what is learnt and what is asked apart."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from csbot.evaluation.datasets import DatasetError, Row, read
from csbot.evaluation.perturbing import PerturbError, perturbation
from csbot.evaluation.planning import PlanError, plan
from csbot.evaluation.trials import few, folds
from tests.unit.nlu.small_brand import catalogue

ROWS = [Row(text=f"{label} {at}", right=(label,), language="en") for label in "abc" for at in range(10)]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_is_read_by_its_columns(tmp_path: Path) -> None:
    banking = written(tmp_path, "a.csv", 'text,category\n"where, is it?",card\n')
    hint = written(tmp_path, "b.csv", "sentence,label\nhi,NO_NODES_DETECTED\nbuy,a|b\n")

    assert read(banking).train == (Row(text="where, is it?", right=("card",), language="en"),)
    assert [row.right for row in read(hint, language="tr").train] == [(), ("a", "b")]
    assert {row.language for row in read(hint, language="tr").train} == {"tr"}


def test_clinc_keeps_its_splits(tmp_path: Path) -> None:
    splits = {"train": [["a", "x"]], "oos_train": [["b", "oos"]], "val": [["c", "x"]], "oos_test": [["d", "oos"]]}
    found = read(written(tmp_path, "c.json", json.dumps(splits)))

    assert [(row.text, row.label) for row in found.train] == [("a", "x"), ("b", "")]
    assert [row.text for row in found.held] == ["c"]
    assert [(row.text, row.right) for row in found.test] == [("d", ())]


def test_xsid_says_its_language_by_its_name(tmp_path: Path) -> None:
    text = "# id = 1\n# text-en = rain?\n# text = yağmur = var mı\n# intent = weather/find\n1\tyağmur\n\n"

    expected = Row(text="yağmur = var mı", right=("weather/find",), language="tr")
    assert read(written(tmp_path, "tr.valid.conll", text)).train == (expected,)


@pytest.mark.parametrize(("name", "text"), [("a.csv", "x,y\n1,2\n"), ("a.json", "[1]"), ("b.json", '{"val": []}')])
def test_other_files_are_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(DatasetError, match=name):
        read(written(tmp_path, name, text))
    with pytest.raises(DatasetError, match="absent"):
        read(tmp_path / "absent.csv")


def test_folds_ask_every_row_once_and_never_what_was_learnt() -> None:
    parts = list(folds(ROWS, 5, seed=1))

    assert Counter(row.text for _, asked in parts for row in asked) == Counter(row.text for row in ROWS)
    for learnt, asked in parts:
        assert not {row.text for row in learnt} & {row.text for row in asked}
        assert Counter(row.label for row in asked) == {"a": 2, "b": 2, "c": 2}
    assert parts == list(folds(ROWS, 5, seed=1)) != list(folds(ROWS, 5, seed=2))


def test_few_are_chosen_of_each_label() -> None:
    chosen, rest = few(ROWS, 3, seed=1)

    assert Counter(row.label for row in chosen) == {"a": 3, "b": 3, "c": 3}
    assert len(rest) == 21
    assert few(ROWS, 3, seed=2)[0] != chosen


def test_the_brands_own_phrasings_are_asked_of_engines_that_do_not_have_them() -> None:
    trials = plan(catalogue(), None, None, folds=3)
    asked = [row for trial in trials for row in trial.asked]
    phrasings = sum(len(own) for entry in catalogue().entries.values() for own in entry.questions.values())

    assert len([row for row in asked if row.label.startswith("faq/")]) == phrasings
    for trial in trials:
        learnt = {
            text for entry in trial.catalogue.entries.values() for own in entry.questions.values() for text in own
        }
        learnt |= {
            text for intent in trial.catalogue.intents.values() for own in intent.examples.values() for text in own
        }
        assert not learnt & {row.text for row in trial.asked}


def test_nothing_to_learn_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanError):
        plan(None, read(written(tmp_path, "a.csv", "text,label\nx,oos\n")), None, folds=2)


def test_ways_of_typing() -> None:
    text = "Şikâyetim var, ıslak ürün istiyorum"

    assert perturbation("", seed=0)(text, "tr") == text
    assert perturbation("ascii", seed=0)(text, "tr") == "Sikayetim var, islak urun istiyorum"
    assert perturbation("upper", seed=0)(text, "tr") == "ŞİKÂYETİM VAR, ISLAK ÜRÜN İSTİYORUM"
    assert perturbation("ascii-upper", seed=0)(text, "tr") == "SIKAYETIM VAR, ISLAK URUN ISTIYORUM"
    slips = perturbation("typos=0.2", seed=0)
    words = ["ordinary", "words", "without", "any", "slip"]
    typed = [slips(word, "en") for word in words * 200]
    wrong = sum(one != other for one, other in zip(typed, words * 200, strict=True))
    assert 0.15 < wrong / len(typed) < 0.25
    assert all(abs(len(one) - len(other)) <= 1 for one, other in zip(typed, words * 200, strict=True))
    for wish in ("typos=2", "typos=x", "shout"):
        with pytest.raises(PerturbError):
            perturbation(wish, seed=0)
