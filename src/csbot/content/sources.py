"""The raw texts of a content folder: what is versioned, stored in the database and built from again without files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from csbot.content.findings import Finding, Findings
from csbot.errors import ContentError

FOLDERS = ("faq", "intents")
PHRASES = "intents/phrases.yml"
OUTSIDE = "outside.txt"
_SUFFIXES = {".yml", ".yaml"}
_FILE_LIMIT = 1 << 20
_TOTAL_LIMIT = 16 << 20
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The texts of all content files by their path below the content folder ("faq/delivery.yml"), line ends as \\n.

    `yaml` are those of them that hold intents, entries and words: all but outside.txt.
    """

    files: Mapping[str, str]

    @property
    def yaml(self) -> dict[str, str]:
        """See above."""
        return {name: text for name, text in self.files.items() if name != OUTSIDE}

    @property
    def version(self) -> str:
        """The digest of all paths and texts: 16 hexadecimal digits, the same for the same content on every machine."""
        listing = json.dumps(sorted(self.files.items()), ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(listing.encode()).hexdigest()[:16]


def read_sources(path: Path) -> Sources:
    """The texts of the content below `path`. Raises ContentError for files that cannot be read as text."""
    sources, findings = collect(path)
    findings.raise_errors()
    return sources


def collect(path: Path) -> tuple[Sources, Findings]:
    """What could be read below `path`, and what could not. Hidden files and other endings are passed over."""
    files: dict[str, str] = {}
    findings: list[Finding] = []
    missing = [folder for folder in FOLDERS if not (path / folder).is_dir()]
    findings += [Finding(file=name, line=1, text=f"the folder is missing; make it in {path}") for name in missing]
    for file in _files(path):
        name = PurePosixPath(file.relative_to(path)).as_posix()
        try:
            files[name] = _read(file)
        except OSError as error:
            findings.append(Finding(file=name, line=1, text=f"cannot be read: {error.strerror}"))
        except _TooLarge as error:
            findings.append(Finding(file=name, line=1, text=str(error)))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            findings.append(Finding(file=name, line=line, text="not UTF-8; save the file with encoding UTF-8"))
    total = sum(map(len, files.values()))
    if total > _TOTAL_LIMIT:
        text = f"all files together are larger than {_TOTAL_LIMIT >> 20} MiB"
        findings.append(Finding(file=FOLDERS[0], line=1, text=text))
    return Sources(files=files), Findings.of(findings)


def _files(path: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for file in sorted((path / folder).rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.suffix in _SUFFIXES and not hidden and not file.is_dir():
                yield file
    if (path / OUTSIDE).is_file():
        yield path / OUTSIDE


class _TooLarge(Exception):
    pass


def _read(file: Path) -> str:
    with file.open("rb") as stream:
        raw = stream.read(_FILE_LIMIT + 1)
    if len(raw) > _FILE_LIMIT:
        raise _TooLarge(f"larger than {_FILE_LIMIT >> 20} MiB; split it into families")
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def sources_to_json(sources: Sources) -> str:
    """The sources as one JSON text, for the database."""
    return json.dumps({"format": _FORMAT, "files": dict(sources.files)}, ensure_ascii=False, sort_keys=True)


def sources_from_json(body: str) -> Sources:
    """The sources that `sources_to_json` wrote. Raises ContentError when the text is something else."""
    try:
        document = json.loads(body)
        files = document["files"]
        written_as = document["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ContentError("published content:1: not content as csbot stores it") from error
    if (
        written_as != _FORMAT
        or not isinstance(files, dict)
        or not all(isinstance(text, str) for text in files.values())
    ):
        raise ContentError(f"published content:1: format {written_as!r} is not known to this csbot; publish again")
    return Sources(files=files)
