"""Figures mean what their names say, and the command measures by the code that serves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from csbot.cli import main
from csbot.evaluation.asking import Answer, Costs
from csbot.evaluation.comparing import CompareError, changes, keep, kept
from csbot.evaluation.datasets import Row
from csbot.evaluation.figures import figures
from csbot.evaluation.html import page

PHRASES = {
    "card": ("where is my card", "my card has not come", "card still not here", "when does the card come", "card late"),
    "limit": (
        "raise my limit",
        "what is my limit",
        "limit too low",
        "change the limit please",
        "how high is the limit",
    ),
    "close": ("close my account", "delete the account", "i want the account gone", "end my account", "account close"),
}


def answer(right: str, best: str, score: float, done: str, *, text: str = "") -> Answer:
    return Answer(
        row=Row(text=text or f"{right} {best} {score}", right=(right,) if right else (), language="en"),
        said=text,
        ranking=((best, score), ("b", 0.01), ("c", 0.005)),
        done=done,
        why="<because>",
        took_ms=2.0,
    )


ANSWERS = [
    answer("a", "a", 0.9, "answered"),
    answer("a", "d", 0.8, "answered"),
    answer("a", "a", 0.4, "clarified"),
    answer("b", "d", 0.1, "refused"),
    answer("", "a", 0.4, "answered"),
    answer("", "a", 0.05, "refused"),
]
COSTS = [Costs(fit_cpu_s=1.0, train_cpu_s=2.0, model_bytes=3_000_000)]


def test_figures() -> None:
    found = figures(ANSWERS, COSTS)

    assert (found["messages"], found["out_of_scope"]) == (4, 2)
    assert found["accuracy"] == 0.5
    assert found["acc_at_3"] == 0.75
    assert found["in_scope_accuracy"] == 0.5
    assert (found["answered_right"], found["answered_wrong"]) == (0.25, 0.25)
    assert (found["clarified"], found["handed_off"]) == (0.25, 0.25)
    assert found["wrong_of_answered"] == 0.5
    assert (found["oos_recall"], found["oos_answered"]) == (0.5, 0.5)
    # Of the eight pairs, six are the right way round, one is a tie: 0.4 against 0.4.
    assert found["auroc"] == pytest.approx(6.5 / 8, abs=1e-4)
    assert (found["fit_cpu_s"], found["train_cpu_s"], found["model_mb"]) == (1.0, 2.0, 3.0)
    assert (found["p50_ms"], found["p99_ms"]) == (2.0, 2.0)
    assert found["per_intent"]["a"] == {
        "messages": 3,
        "recall": 0.6667,
        "precision": 1.0,
        "confused_with": {"d": 1},
    }


def test_without_other_matters_there_is_no_recall_of_them() -> None:
    found = figures(ANSWERS[:4], COSTS)

    assert found["oos_recall"] is None
    assert found["auroc"] is None


def test_a_page_tells_every_error_and_escapes_it() -> None:
    told = page(figures(ANSWERS, COSTS), ANSWERS)

    assert told.count("&lt;because&gt;") == 3
    assert "<because>" not in told
    assert "Shares by threshold" in told


def test_a_page_is_for_screen_readers_and_keyboards_too() -> None:
    told = page(figures(ANSWERS, COSTS), [replace(a, row=replace(a.row, language="tr")) for a in ANSWERS])

    assert told.count('<td lang="tr">') == 3
    assert told.count('class="wide"') == told.count('role="region" tabindex="0" aria-label=') == 3
    # Whoever cannot see the curves reads them: 1 of 4 is answered rightly from 0.7 on, and no other matter is.
    assert "<td>25.0 %</td><td>25.0 %</td></tr>" in told
    assert "other matters refused</th><td>50.0 %</td><td>100.0 %</td>" in told


def test_a_comparison_shows_what_is_worse_first(tmp_path: Path) -> None:
    before = [answer("a", "a", 0.9, "answered", text="x"), answer("a", "d", 0.9, "answered", text="y")]
    keep(tmp_path / "old.json", figures(before, COSTS), before)
    now = [answer("a", "a", 0.8, "answered", text="y"), answer("a", "a", 0.1, "refused", text="x")]

    found = changes(kept(tmp_path / "old.json"), now)

    assert [(change["text"], change["good"]) for change in found] == [("x", False), ("y", True)]
    with pytest.raises(CompareError):
        kept(tmp_path / "absent.json")


def test_the_command_measures_labelled_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{text},{label}" for label, texts in PHRASES.items() for text in texts]
    train = tmp_path / "train.csv"
    train.write_text("text,category\n" + "\n".join(lines), encoding="utf-8")
    test = tmp_path / "test.csv"
    test.write_text("text,category\nwhere is my new card,card\nwho won the football match,oos\n", encoding="utf-8")
    common = ["nlu", "evaluate", "--train", str(train)]
    report, saved = tmp_path / "report.html", tmp_path / "saved.json"

    main_ok([*common, "--test", str(test), "--json", "--report", str(report), "--save", str(saved)])
    found = json.loads(capsys.readouterr().out)
    main_ok([*common, "--folds", "2", "--compare", str(saved), "--perturb", "upper"])
    told = capsys.readouterr().out

    assert (found["messages"], found["accuracy"], found["oos_recall"]) == (1, 1.0, 1.0)
    assert found["model_mb"] > 0
    assert "football" not in report.read_text(encoding="utf-8")
    assert "15 messages, 0 about other matters" in told
    assert "before" in told


def test_options_that_do_not_go_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nlu", "evaluate", "--few", "2", "--faq", "2"])

    assert ended.value.code == 1
    assert "exclude each other" in capsys.readouterr().err


def main_ok(args: list[str]) -> None:
    """Run a command that has to succeed."""
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 0
