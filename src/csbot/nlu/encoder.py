"""A sentence encoder of the brand's own: a folder with an ONNX model and its tokenizer, run on this machine.

The packages it needs come with `csbot[embed]` and are imported when an encoder is opened, never otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from csbot.errors import SettingsError

Floats = npt.NDArray[np.float32]

MODELS = ("model.onnx", "onnx/model.onnx")
TOKENIZER = "tokenizer.json"
_LONGEST = 128
"""Tokens read of one text."""
_AT_ONCE = 64


class EncoderError(SettingsError):
    """The encoder cannot be used; the text names the setting, the reason and the remedy."""


class Encoder:
    """Texts as vectors of length 1, near each other where the texts mean nearly the same.

    `fingerprint` is the same for the same files. One encoder may be asked by several threads at once.
    """

    def __init__(self, session: Any, tokenizer: Any, fingerprint: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = [one.name for one in session.get_inputs()]
        self.fingerprint = fingerprint

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row for each text. Takes milliseconds a text."""
        parts = [self._encode(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty((0, 0), dtype=np.float32)

    def _encode(self, texts: Sequence[str]) -> Floats:
        read = self._tokenizer.encode_batch(list(texts))
        given = {
            "input_ids": np.array([one.ids for one in read], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in read], dtype=np.int64),
            "token_type_ids": np.array([one.type_ids for one in read], dtype=np.int64),
        }
        made = self._session.run(None, {name: given[name] for name in self._inputs})[0].astype(np.float32)
        if made.ndim == 3:  # a vector for each token: the text is their mean
            mask = given["attention_mask"][:, :, None].astype(np.float32)
            made = (made * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
        rows: Floats = made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
        return rows


@lru_cache(maxsize=2)
def open_encoder(folder: Path) -> Encoder:
    """The encoder in a folder. Raises EncoderError for one that is not there, cannot be read or wants other inputs."""
    model = next((folder / name for name in MODELS if (folder / name).is_file()), None)
    if model is None or not (folder / TOKENIZER).is_file():
        raise EncoderError(
            f"understanding.encoder: {folder} has no {' or '.join(MODELS)} with a {TOKENIZER} beside it; export a "
            "sentence encoder to ONNX into that folder, or leave the setting out"
        )
    try:
        import onnxruntime
        import tokenizers
    except ModuleNotFoundError as error:
        raise EncoderError(
            f'understanding.encoder: needs a package that is missing ({error.name}): pip install "csbot[embed]"'
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Both packages raise plain exceptions of kinds of their own for files that are none of theirs.
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EncoderError(f"understanding.encoder: {folder} cannot be read: {told}") from error
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.enable_padding()
    encoder = Encoder(session, tokenizer, _fingerprint(model, folder / TOKENIZER))
    _try(encoder, folder)
    return encoder


def _try(encoder: Encoder, folder: Path) -> None:
    """Ask it once: what it cannot do is better told now than by a customer's message."""
    try:
        rows = encoder.encode(["merhaba", "hello there"])
    except Exception as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EncoderError(f"understanding.encoder: {folder} holds no sentence encoder: {told}") from error
    if rows.ndim != 2 or len(rows) != 2 or not np.isfinite(rows).all():
        raise EncoderError(f"understanding.encoder: {folder} holds no sentence encoder: it makes no vector for a text")


def _fingerprint(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:32]
