"""A model is learnt in a process of its own, kept in a file, and served from there alone."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from csbot.domain.content import Entry, Intent
from csbot.domain.understanding import Understanding
from csbot.errors import TrainingError
from csbot.nlu.linear import build
from csbot.nlu.linear.artefact import Artefact, ArtefactError, as_bytes, read, write
from csbot.nlu.linear.samples import Samples
from tests.unit.nlu.small_brand import CANCEL, DELIVERY, GREETING, RETURNS, catalogue

ASKED = ("iade nasil yapilir", "kargom kac gunde gelir acaba", "please cancel my order", "who won the match", "merhaba")


def some() -> Artefact:
    return Artefact(
        facts={"names": ["iade", "kargo"], "bias": 0.5},
        arrays={
            "rows": np.arange(6, dtype=np.int8).reshape(2, 3),
            "scale": np.array([0.5], dtype=np.float16),
            "words": as_bytes(["ğ", "lone \ud800", ""]),
            "none": np.empty((0, 4), dtype=np.float32),
        },
    )


def test_facts_and_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    write(tmp_path / "a" / "model", some())
    found = read(tmp_path / "a" / "model")

    assert found.facts == some().facts
    assert found.size == (tmp_path / "a" / "model").stat().st_size
    assert found.strings("words") == ["ğ", "lone \ud800", ""]
    for name, array in some().arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array)
        assert found.arrays[name].dtype == array.dtype
        assert not found.arrays[name].flags.writeable
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["model"]


def test_objects_are_never_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="object"):
        write(tmp_path / "model", Artefact(facts={}, arrays={"any": np.array([{}], dtype=object)}))


@pytest.mark.parametrize("damage", ["flipped", "cut", "short", "other", "empty"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model"
    write(path, some())
    whole = path.read_bytes()
    flipped = whole[:-1] + bytes([whole[-1] ^ 1])
    path.unlink()
    path.write_bytes(
        {"flipped": flipped, "cut": whole[:-9], "short": whole[:20], "other": b"x" * 200, "empty": b""}[damage]
    )

    with pytest.raises(ArtefactError):
        read(path)


def heard(folder: Path, *items: Entry | Intent) -> list[Understanding]:
    """What an engine with models in `folder` understands; the engine and its model are gone afterwards."""
    nlu = build(catalogue(*items), {"models": str(folder)})
    # Without what explains it, which holds on to the model.
    found = [replace(asyncio.run(nlu.understand(text)), explain=None) for text in ASKED]
    del nlu
    gc.collect()
    return found


def test_a_kept_model_understands_as_the_one_that_was_learnt(tmp_path: Path) -> None:
    before = heard(tmp_path, DELIVERY, CANCEL)
    (file,) = tmp_path.glob("*.nlu")
    made = file.stat().st_ino

    assert heard(tmp_path, DELIVERY, CANCEL) == before
    assert [kept.stat().st_ino for kept in tmp_path.glob("*.nlu")] == [made]


def test_a_damaged_model_is_made_anew(tmp_path: Path) -> None:
    before = heard(tmp_path, DELIVERY, RETURNS)
    (file,) = tmp_path.glob("*.nlu")
    whole = file.read_bytes()
    file.unlink()
    file.write_bytes(whole[:-100])

    assert heard(tmp_path, DELIVERY, RETURNS) == before
    assert file.stat().st_size == len(whole)
    read(file)


def test_a_model_is_replaced_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "model"
    write(path, some())
    mapped = read(path)
    write(path, Artefact(facts={}, arrays={"rows": np.zeros(6, dtype=np.int8)}))

    np.testing.assert_array_equal(mapped.arrays["rows"], some().arrays["rows"])
    assert not path.stat().st_mode & 0o222, "nor by somebody else, by accident"


def test_learning_tells_how_far_it_is(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    nlu = build(catalogue(RETURNS, GREETING), {"models": str(tmp_path), "told": lambda *step: steps.append(step)})
    del nlu
    gc.collect()
    of = steps[0][1]
    assert steps == [(done, of) for done in range(1, of + 1)]
    build(catalogue(RETURNS, GREETING), {"models": str(tmp_path), "told": lambda *step: steps.append(step)})
    assert len(steps) == of, "what is kept is not learnt again"


def test_models_not_wanted_lately_and_what_a_killed_process_left_are_tidied_away(tmp_path: Path) -> None:
    old = [tmp_path / f"{number}.nlu" for number in range(7)]
    left, new = tmp_path / ".x.nlu.abc", tmp_path / ".y.nlu.abc"
    for age, file in enumerate([*old, left]):
        file.write_bytes(b"")
        os.utime(file, (10_000 - age, 10_000 - age))
    new.write_bytes(b"")
    build(catalogue(RETURNS), {"models": str(tmp_path)})
    kept = {file.name for file in tmp_path.iterdir()}
    assert len(kept) == 6
    assert {"0.nlu", "1.nlu", "2.nlu", "3.nlu", ".y.nlu.abc"} < kept


def test_other_content_or_another_wish_is_another_model(tmp_path: Path) -> None:
    for items, refused in (((DELIVERY, RETURNS), 0.05), ((DELIVERY, CANCEL), 0.05), ((DELIVERY, RETURNS), 0.2)):
        build(catalogue(*items), {"models": str(tmp_path), "in_scope_refused": refused})
        gc.collect()

    assert len(list(tmp_path.glob("*.nlu"))) == 3


def test_what_cannot_be_learnt_is_told(tmp_path: Path) -> None:
    heard(tmp_path, GREETING, CANCEL)
    (file,) = tmp_path.glob("*.nlu")
    file.unlink()
    # A folder stands where the file has to be.
    (file / "in the way").mkdir(parents=True)

    with pytest.raises(TrainingError, match="could not be learnt"):
        build(catalogue(GREETING, CANCEL), {"models": str(tmp_path)})


def test_where_models_cannot_be_kept_they_are_learnt_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert heard(tmp_path / "file" / "models", RETURNS, CANCEL)[0].confident


def test_the_same_samples_make_the_same_file_in_every_process(tmp_path: Path) -> None:
    lesson = json.dumps({"samples": Samples.of(catalogue()).to_json(), "wishes": {}})
    made = []
    for seed in ("1", "2"):
        file = tmp_path / seed
        command = [sys.executable, "-m", "csbot.nlu.linear.training", str(file)]
        subprocess.run(command, input=lesson, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        made.append(file.read_bytes())

    assert made[0] == made[1]


def test_an_engine_that_serves_never_imports_scikit_learn(tmp_path: Path) -> None:
    script = f"""
import asyncio, sys
from csbot.nlu.linear import build
from csbot.nlu.linear.samples import Samples
from tests.unit.nlu.small_brand import catalogue
nlu = build(catalogue(), {{"models": {str(tmp_path)!r}}})
assert asyncio.run(nlu.understand("kargo kac gunde gelir")).confident
print([name for name in sys.modules if name.split(".")[0] in ("sklearn", "scipy", "joblib")])
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
