"""A sentence encoder of a few kilobytes: words of one meaning have one vector, all others one of their own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

SIZE = 16


def write(folder: Path, meanings: dict[str, str], *, pooled: bool = False) -> Path:
    """The encoder's files: `meanings` are words with what they mean; `pooled` makes one vector a text, else one a
    token.
    """
    vocabulary = {"[UNK]": 0} | {word: at for at, word in enumerate(meanings, start=1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.stack([np.zeros(SIZE, dtype=np.float32), *(_vector(meaning) for meaning in meanings.values())])
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["tokens"], axis=0)]
    if pooled:
        nodes.append(helper.make_node("ReduceSum", ["tokens", "axes"], ["text"], keepdims=0))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "m"])
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info("text", TensorProto.FLOAT, ["n", SIZE])
            if pooled
            else helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["n", "m", SIZE])
        ],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1], dtype=np.int64), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    return folder


def _vector(meaning: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(meaning.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(SIZE).astype(np.float32)
