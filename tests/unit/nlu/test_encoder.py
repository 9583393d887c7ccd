"""A sentence encoder from a folder: opened or refused with the reason, blended in as far as it helps."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from csbot.domain.content import Catalogue, Intent, Phrases
from csbot.nlu.encoder import EncoderError, open_encoder
from csbot.nlu.linear import LinearNlu, build
from csbot.nlu.linear.artefact import read
from tests.unit.nlu import tiny_encoder

ROOT = Path(__file__).parents[3]

MEANT = {
    "parcel": ("parcel", "shipment", "consignment", "delivery", "cargo", "mailing", "freight", "hamper"),
    "money": ("money", "cash", "funds", "payment", "wages", "coins", "bill", "income"),
    "repair": ("repair", "fix", "mend", "restore", "overhaul", "patch", "rebuild", "service"),
}
"""Meanings, each told in words that share no letters worth the name."""


def words() -> dict[str, str]:
    return {word: meaning for meaning, own in MEANT.items() for word in own}


def catalogue() -> Catalogue:
    """Each meaning in seven of its eight words: the last is never seen."""
    told = {meaning: tuple(f"my {word}" for word in own[:-1]) for meaning, own in MEANT.items()}
    intents = {
        meaning: Intent(id=meaning, title={}, examples={"en": phrases}, answer={"en": "x"})
        for meaning, phrases in told.items()
    }
    return Catalogue(version="v", languages=("en",), intents=intents, entries={}, phrases=Phrases(say={}, recognise={}))


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    open_encoder.cache_clear()
    yield
    open_encoder.cache_clear()


def best(nlu: LinearNlu, text: str) -> str:
    return asyncio.run(nlu.understand(text)).ranking[0].name


@pytest.mark.parametrize("pooled", [False, True])
def test_texts_become_vectors_of_length_one_near_each_other_by_meaning(tmp_path: Path, pooled: bool) -> None:
    encoder = open_encoder(tiny_encoder.write(tmp_path, words(), pooled=pooled))
    rows = encoder.encode(["shipment", "parcel parcel", "money", *["cash"] * 200])
    assert rows.shape == (203, tiny_encoder.SIZE)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
    assert float(rows[0] @ rows[1]) > 0.99 > 0.5 > float(rows[0] @ rows[2])
    np.testing.assert_allclose(rows[2], rows[-1], rtol=1e-5)


def test_a_word_never_seen_is_understood_by_its_meaning(tmp_path: Path) -> None:
    folder = tiny_encoder.write(tmp_path / "encoder", words())
    models = {"models": str(tmp_path / "models")}
    without, with_one = build(catalogue(), models), build(catalogue(), {**models, "encoder": folder})
    unseen = {own[-1]: meaning for meaning, own in MEANT.items()}
    assert {word: best(with_one, f"my {word}") for word in unseen} == unseen
    assert {word: best(without, f"my {word}") for word in unseen} != unseen
    assert len(list((tmp_path / "models").glob("*.nlu"))) == 2, "an encoder makes another model"


def test_the_kept_model_understands_as_the_one_that_was_learnt(tmp_path: Path) -> None:
    settings = {"models": str(tmp_path / "models"), "encoder": tiny_encoder.write(tmp_path / "encoder", words())}
    asked = [f"{how} {word}" for how, word in product(("my", "about the"), words())]
    heard = []
    for _ in range(2):
        nlu = build(catalogue(), settings)
        heard.append([asyncio.run(nlu.understand(text)) for text in asked])
        del nlu
        gc.collect()
    assert heard[0] == heard[1]


def test_an_encoder_that_does_not_help_is_not_asked(tmp_path: Path) -> None:
    folder = tiny_encoder.write(tmp_path / "encoder", {"nothing": "nothing"})
    nlu = build(catalogue(), {"models": str(tmp_path / "models"), "encoder": folder})
    [model] = (tmp_path / "models").glob("*.nlu")
    assert "senses" not in read(model).facts
    assert best(nlu, "my shipment") == "parcel"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("missing", "has no model.onnx or onnx/model.onnx with a tokenizer.json beside it"),
        ("model", "cannot be read: "),
        ("tokenizer", "cannot be read: "),
        ("inputs", "holds no sentence encoder: "),
    ],
)
def test_what_is_no_encoder_is_refused_with_the_reason(tmp_path: Path, spoil: str, told: str) -> None:
    folder = tiny_encoder.write(tmp_path, words())
    if spoil == "missing":
        (folder / "tokenizer.json").unlink()
    elif spoil == "inputs":
        model = (folder / "model.onnx").read_bytes()
        (folder / "model.onnx").write_bytes(model.replace(b"attention_mask", b"somethingelse_"))
    else:
        (folder / {"model": "model.onnx", "tokenizer": "tokenizer.json"}[spoil]).write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"understanding\.encoder: ") as refused:
        build(catalogue(), {"encoder": folder})
    assert told in str(refused.value)


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_without_its_packages_it_says_what_to_install(tmp_path: Path) -> None:
    folder = tiny_encoder.write(tmp_path, words())
    code = f"""
import sys
from pathlib import Path
sys.modules["onnxruntime"] = None
from csbot.nlu.encoder import EncoderError, open_encoder
try:
    open_encoder(Path({str(folder)!r}))
except EncoderError as error:
    print(error)
"""
    assert 'pip install "csbot[embed]"' in run(code)


def test_a_server_without_one_never_imports_its_packages(tmp_path: Path) -> None:
    code = f"""
import asyncio, json, sys
import csbot.bootstrap, csbot.cli
from csbot.nlu.linear import build
from tests.unit.nlu.small_brand import catalogue
asyncio.run(build(catalogue(), {{"models": {str(tmp_path)!r}}}).understand("kargo kac gunde gelir"))
print(json.dumps([name for name in sys.modules if name.partition(".")[0] in ("onnxruntime", "tokenizers", "onnx")]))
"""
    assert json.loads(run(code)) == []
