"""A model as one file: facts and arrays, versioned and checksummed, mapped into memory and not copied. No pickle.

The file is a magic line, the SHA-256 of all that follows, the length of a JSON header, the header, and the arrays one
after another, each at a multiple of 64 bytes.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from csbot.errors import CsbotError

VERSION = 3
"""Of the format and of what the arrays mean; files of another version are refused."""

_MAGIC = b"csbot-nlu\n"
_HASH_AT = len(_MAGIC)
_LENGTH_AT = _HASH_AT + 32
_HEADER_AT = _LENGTH_AT + 8
_ALIGN = 64
_KINDS = frozenset({"uint8", "int8", "uint16", "int32", "float16", "float32"})


class ArtefactError(CsbotError):
    """The file is no model, is damaged, or belongs to another version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """`facts` are JSON values, `arrays` numpy arrays that may not be written to; `size` is the file's, 0 for none."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]
    size: int = 0

    def strings(self, name: str) -> list[str]:
        """A list kept by `as_bytes`."""
        found: list[str] = json.loads(self.arrays[name].tobytes())
        return found


def as_bytes(strings: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Strings as an array, which `Artefact.strings` gives back."""
    # ASCII, because a lone surrogate in somebody's example has no UTF-8.
    return np.frombuffer(json.dumps(list(strings)).encode("ascii"), dtype=np.uint8)


def write(path: Path, artefact: Artefact) -> None:
    """Make the file whole or not at all; one that is there is replaced, and whoever has mapped it keeps theirs."""
    places: list[tuple[str, str, tuple[int, ...], int]] = []
    at = 0
    for name, array in artefact.arrays.items():
        if array.dtype.name not in _KINDS:
            raise ValueError(f"{name}: arrays of {array.dtype} are not kept")
        at += -at % _ALIGN
        places.append((name, array.dtype.name, array.shape, at))
        at += array.nbytes
    header = json.dumps({"version": VERSION, "facts": artefact.facts, "arrays": places}).encode()
    header += b" " * (-(_HEADER_AT + len(header)) % _ALIGN)
    body = bytearray(struct.pack("<Q", len(header)) + header)
    start = len(body)
    for (_, _, _, place), array in zip(places, artefact.arrays.values(), strict=True):
        body += b"\0" * (start + place - len(body))
        body += np.ascontiguousarray(array).tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + hashlib.sha256(body).digest())
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        # Servers have it mapped: written over in place, it would end them. Not by accident, then.
        os.chmod(made, 0o444)
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def read(path: Path) -> Artefact:
    """The file's facts and arrays. Raises ArtefactError for one that is damaged, OSError for one that is not there."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= _HEADER_AT:
            raise ArtefactError(f"{path} is no model of csbot's, or was cut off")
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    view = memoryview(content)
    if view[:_HASH_AT] != _MAGIC:
        raise ArtefactError(f"{path} is no model of csbot's")
    if hashlib.sha256(view[_LENGTH_AT:]).digest() != view[_HASH_AT:_LENGTH_AT]:
        raise ArtefactError(f"{path} is damaged: its checksum is wrong")
    (length,) = struct.unpack("<Q", view[_LENGTH_AT:_HEADER_AT])
    header = json.loads(bytes(view[_HEADER_AT : _HEADER_AT + length]))
    if header["version"] != VERSION:
        raise ArtefactError(f"{path} is of version {header['version']}; this csbot reads version {VERSION}")
    arrays = {}
    for name, kind, shape, place in header["arrays"]:
        if kind not in _KINDS:
            raise ArtefactError(f"{path} holds {kind}, which no model of csbot's does")
        count = int(np.prod(shape, dtype=np.int64))
        flat = np.frombuffer(content, dtype=kind, count=count, offset=_HEADER_AT + length + place)
        arrays[name] = flat.reshape(shape)
    return Artefact(facts=header["facts"], arrays=arrays, size=len(content))
