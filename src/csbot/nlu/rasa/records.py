"""What is kept in the folder that commands and servers share: the model last trained, and the sidecar that serves.

var/rasa/models/       the models
var/rasa/trained.json  which of them is wanted; `csbot rasa train` writes it
var/rasa/serving.json  which sidecar to ask and its token; `csbot rasa serve` writes it, only its owner reads it
var/rasa/rasa.log      what Rasa says about itself
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from csbot.domain.content import Catalogue

MODELS = "models"
TRAINED = "trained.json"
SERVING = "serving.json"
LOG = "rasa.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A trained model: its file, the digest of the phrasings it learnt, and from which confidence on it is sure."""

    file: str
    phrasings: str
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A sidecar and the model it must be serving."""

    url: str
    token: str = field(repr=False)
    model: Model


def phrasings(catalogue: Catalogue) -> str:
    """The digest of everything a model learns from this catalogue; answers and titles may change without it."""
    learnt = [
        *((f"faq/{entry.id}", entry.questions) for entry in catalogue.entries.values()),
        *((intent.id, intent.examples) for intent in catalogue.intents.values()),
    ]
    listing = sorted((name, sorted((language, tuple(said)) for language, said in by.items())) for name, by in learnt)
    return hashlib.sha256(json.dumps(listing).encode()).hexdigest()[:16]


def read_trained(folder: Path) -> Model | None:
    """The model that is wanted; None before the first training."""
    record = _read(folder / TRAINED)
    return None if record is None else _model(record)


def write_trained(folder: Path, model: Model) -> None:
    """Want this model from now on."""
    _write(folder / TRAINED, asdict(model))


def read_serving(folder: Path) -> Serving | None:
    """The sidecar to ask; None when none was started."""
    record = _read(folder / SERVING)
    if record is None:
        return None
    try:
        model = _model(record["model"])  # type: ignore[arg-type]
    except (KeyError, TypeError):
        return None
    url, token = record.get("url"), record.get("token")
    return (
        Serving(url=url, token=token, model=model)
        if model and isinstance(url, str) and isinstance(token, str)
        else None
    )


def write_serving(folder: Path, serving: Serving) -> None:
    """Let this sidecar be asked from now on."""
    _write(folder / SERVING, asdict(serving))


def forget_serving(folder: Path) -> None:
    """Let no sidecar be asked."""
    (folder / SERVING).unlink(missing_ok=True)


def _model(record: Mapping[str, object]) -> Model | None:
    file, learnt, threshold = (record.get(key) for key in ("file", "phrasings", "threshold"))
    if isinstance(file, str) and isinstance(learnt, str) and isinstance(threshold, float | int):
        return Model(file=file, phrasings=learnt, threshold=float(threshold))
    return None


def _read(path: Path) -> Mapping[str, object] | None:
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _write(path: Path, record: Mapping[str, object]) -> None:
    """Replace the file whole, readable by its owner alone from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(fresh, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(json.dumps(record).encode())
    os.replace(fresh, path)
