"""Where a model comes from: the file of the very same samples, or a process of its own that learns them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from csbot.errors import TrainingError
from csbot.log import get_logger
from csbot.nlu.encoder import open_encoder
from csbot.nlu.linear import artefact
from csbot.nlu.linear.model import Model, unpack
from csbot.nlu.linear.outside import outside
from csbot.nlu.linear.samples import Samples
from csbot.nlu.linear.senses import Encode
from csbot.nlu.linear.wishes import Wishes

log = get_logger("learning")

_KEPT = 5
"""Models of earlier contents that stay, so that taking a publication back costs nothing."""


_ABANDONED_S = 3600.0
"""How old a file that was being written must be before it counts as left behind by a process that was killed."""

Told = Callable[[int, int], None]
"""Hears how many steps of learning are done, and of how many."""

_IN_USE: WeakValueDictionary[str, Model] = WeakValueDictionary()
"""So that a process never learns, nor holds, the same model twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a model is learnt from: samples, what the brand wishes, and the folder of a sentence encoder, if any."""

    samples: Samples
    wishes: Wishes
    encoder: Path | None = None

    @property
    def encode(self) -> Encode | None:
        """The encoder at work; raises EncoderError when it cannot be."""
        return open_encoder(self.encoder).encode if self.encoder else None

    @property
    def key(self) -> str:
        """What the model depends on, in a word."""
        about = outside()
        matters = [artefact.VERSION, self.samples.digest, asdict(self.wishes), about.texts]
        matters += [sorted(about.words | about.firms)]
        if self.encoder:
            matters.append(open_encoder(self.encoder).fingerprint)
        return hashlib.sha256(json.dumps(matters).encode()).hexdigest()[:32]

    def to_json(self) -> str:
        """All of it, for a process of its own."""
        encoder = str(self.encoder) if self.encoder else ""
        return json.dumps({"samples": self.samples.to_json(), "wishes": asdict(self.wishes), "encoder": encoder})


def learnt(lesson: Lesson, folder: Path | None, told: Told | None = None) -> Model:
    """The model of this lesson: the one in use, else that in `folder` if it is whole, else learnt and kept there.

    Learning takes seconds and blocks; `told` hears how far it is. Raises TrainingError when it failed.
    """
    key = lesson.key
    model = _IN_USE.get(key)
    if model is None:
        kept = folder if folder and _is_writable(folder) else None
        model = _IN_USE[key] = _found(lesson, key, kept, told)
    return model


def _found(lesson: Lesson, key: str, folder: Path | None, told: Told | None) -> Model:
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="csbot-", ignore_cleanup_errors=True) as made:
            return _made(lesson, Path(made) / "model", told)
    path = folder / f"{key}.nlu"
    try:
        model = unpack(artefact.read(path), lesson.encode)
    except FileNotFoundError:
        pass
    except (artefact.ArtefactError, OSError) as error:
        log.warning("a model is made anew", error=str(error))
    else:
        log.debug("model found", model=path.name)
        _touch(path)
        return model
    model = _made(lesson, path, told)
    _tidy(folder)
    return model


def _touch(path: Path) -> None:
    """Note that the model was wanted, if it is still there and ours to note."""
    with suppress(OSError):
        os.utime(path)


def _tidy(folder: Path) -> None:
    """Leave the models wanted last, and nothing of what was never written to its end."""
    aged = sorted((_age_s(file), file) for file in folder.glob("*.nlu"))
    abandoned = [file for file in folder.glob(".*.nlu.*") if _age_s(file) > _ABANDONED_S]
    for file in [*(file for _, file in aged[_KEPT:]), *abandoned]:
        file.unlink(missing_ok=True)


def _age_s(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_writable(folder: Path) -> bool:
    """Models can be kept here; where they cannot, each is learnt when it is wanted."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("models are not kept", folder=str(folder), error=str(error))
        return False
    return os.access(folder, os.W_OK)


def _made(lesson: Lesson, path: Path, told: Told | None) -> Model:
    command = [sys.executable, "-m", "csbot.nlu.linear.training", str(path)]
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as learner:
            _teach(learner, lesson.to_json(), told)
        if learner.returncode != 0:
            complaints.seek(0)
            last = complaints.read().strip().rpartition("\n")[2]
            raise TrainingError(f"the model could not be learnt: {last or f'exit code {learner.returncode}'}")
    model = unpack(artefact.read(path), lesson.encode)
    log.debug("model learnt", model=path.name, took_s=round(time.monotonic() - begun, 1))
    return model


def _teach(learner: subprocess.Popen[str], lesson: str, told: Told | None) -> None:
    assert learner.stdin is not None
    assert learner.stdout is not None
    with suppress(BrokenPipeError), learner.stdin:  # one that ended early says why by its exit code
        learner.stdin.write(lesson)
    for line in learner.stdout:
        done, _, of = line.partition("/")
        if told is not None and done.isdigit():
            told(int(done), int(of))
