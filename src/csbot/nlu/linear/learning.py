"""Where a model comes from: the file of the very same samples, or a process of its own that learns them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from weakref import WeakValueDictionary

from csbot.errors import TrainingError
from csbot.log import get_logger
from csbot.nlu.linear import artefact
from csbot.nlu.linear.model import Model, unpack
from csbot.nlu.linear.outside import outside
from csbot.nlu.linear.samples import Samples
from csbot.nlu.linear.wishes import Wishes

log = get_logger("learning")

_KEPT = 5
"""Models of earlier contents that stay, so that taking a publication back costs nothing."""


_IN_USE: WeakValueDictionary[str, Model] = WeakValueDictionary()
"""So that a process never learns, nor holds, the same model twice."""


def learnt(samples: Samples, wishes: Wishes, folder: Path | None) -> Model:
    """The model of these samples: the one in use, else that in `folder` if it is whole, else learnt and kept there.

    Learning takes seconds and blocks. Raises TrainingError when it failed.
    """
    key = _key(samples, wishes)
    model = _IN_USE.get(key)
    if model is None:
        model = _IN_USE[key] = _found(key, samples, wishes, folder if folder and _is_writable(folder) else None)
    return model


def _found(key: str, samples: Samples, wishes: Wishes, folder: Path | None) -> Model:
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="csbot-", ignore_cleanup_errors=True) as made:
            return _made(Path(made) / "model", samples, wishes)
    path = folder / f"{key}.nlu"
    try:
        model = unpack(artefact.read(path))
    except FileNotFoundError:
        pass
    except (artefact.ArtefactError, OSError) as error:
        log.warning("a model is made anew", error=str(error))
    else:
        path.touch()
        return model
    model = _made(path, samples, wishes)
    for old in sorted(folder.glob("*.nlu"), key=lambda file: file.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)
    return model


def _is_writable(folder: Path) -> bool:
    """Models can be kept here; where they cannot, each is learnt when it is wanted."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("models are not kept", folder=str(folder), error=str(error))
        return False
    return os.access(folder, os.W_OK)


def _made(path: Path, samples: Samples, wishes: Wishes) -> Model:
    lesson = json.dumps({"samples": samples.to_json(), "wishes": asdict(wishes)})
    command = [sys.executable, "-m", "csbot.nlu.linear.training", str(path)]
    done = subprocess.run(command, input=lesson, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = done.stderr.strip().rpartition("\n")[2]
        raise TrainingError(f"the model could not be learnt: {last or f'exit code {done.returncode}'}")
    return unpack(artefact.read(path))


def _key(samples: Samples, wishes: Wishes) -> str:
    """What a model depends on, in a word."""
    about = outside()
    matters = [artefact.VERSION, samples.digest, asdict(wishes), about.texts, sorted(about.words | about.firms)]
    return hashlib.sha256(json.dumps(matters).encode()).hexdigest()[:32]
