"""Files customers hand to csbot itself: looked into, kept beside the store, given out as bytes and never as a page."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from csbot.channel.errors import MediaUnavailable
from csbot.domain.message import Attachment, MessageKind
from csbot.errors import CsbotError

CHUNK = 64 * 1024
LONGEST_NAME = 100

_NAME = re.compile(r"[0-9a-f]{64}")
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069]+')
_CONTROLS = frozenset({*range(32), 127}) - {9, 10, 12, 13}


class FileRefused(CsbotError):
    """The file is none that is taken: of another kind, empty, or too large. `too_large` tells which."""

    def __init__(self, text: str, *, too_large: bool = False) -> None:
        super().__init__(text)
        self.too_large = too_large


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """One kind of file that is taken: what it is called, and the endings its name may have, the usual one first."""

    kind: MessageKind
    mime: str
    endings: tuple[str, ...]


JPEG = FileType(kind=MessageKind.PHOTO, mime="image/jpeg", endings=(".jpg", ".jpeg"))
PNG = FileType(kind=MessageKind.PHOTO, mime="image/png", endings=(".png",))
WEBP = FileType(kind=MessageKind.PHOTO, mime="image/webp", endings=(".webp",))
GIF = FileType(kind=MessageKind.PHOTO, mime="image/gif", endings=(".gif",))
PDF = FileType(kind=MessageKind.DOCUMENT, mime="application/pdf", endings=(".pdf",))
TEXT = FileType(kind=MessageKind.DOCUMENT, mime="text/plain", endings=(".txt", ".csv", ".log"))
TYPES = (JPEG, PNG, WEBP, GIF, PDF, TEXT)


def type_of(content: bytes) -> FileType | None:
    """What the content shows itself to be; its name and what the browser calls it count for nothing."""
    for start, found in (
        (b"\xff\xd8\xff", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"GIF87a", GIF),
        (b"GIF89a", GIF),
        (b"%PDF-", PDF),
    ):
        if content.startswith(start):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if not content or not _CONTROLS.isdisjoint(content):
        return None
    with suppress(UnicodeDecodeError):
        content.decode("utf-8")
        return TEXT
    return None


def fit_name(name: str, found: FileType) -> str:
    """The name for people to see and save under: no folders, nothing that deceives, an ending that tells the truth."""
    shown = " ".join(_UNFIT.sub(" ", name.replace("\\", "/").rpartition("/")[2]).split()).strip(" .")
    if not shown.lower().endswith(found.endings):
        shown = (shown or found.kind.value) + found.endings[0]
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


class Uploads:
    """Files in one folder, under names that tell nothing, readable for csbot's own user alone."""

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._folder = folder

    async def keep(self, content: bytes, *, name: str, owner: str, key: str, channel: str) -> Attachment:
        """Keep a file for good and return its reference; the same `owner` and `key` again change nothing.

        Raises FileRefused, saying what is taken; OSError when it cannot be written.
        """
        if len(content) > self.limit_bytes:
            raise FileRefused(f"larger than {self.limit_bytes} bytes", too_large=True)
        found = type_of(content)
        if found is None:
            raise FileRefused("none of JPEG, PNG, WebP, GIF, PDF or plain text")
        ref = hashlib.sha256(f"{channel}\n{owner}\n{key}".encode()).hexdigest()
        await asyncio.to_thread(self._write, ref, content)
        return Attachment(
            kind=found.kind,
            ref=ref,
            name=fit_name(name, found),
            mime=found.mime,
            size=len(content),
            channel=channel,
        )

    def _write(self, ref: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._folder / f".{secrets.token_hex(8)}"
        try:
            with open(half, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # Whole or not at all, and never over one that is there: what was sent once stays what it was.
            with suppress(FileExistsError):
                os.link(half, self._folder / ref)
        finally:
            half.unlink(missing_ok=True)

    async def read(self, ref: str) -> AsyncIterator[bytes]:
        """The file's bytes. Raises MediaUnavailable when there is none of that name."""
        if not _NAME.fullmatch(ref):
            raise MediaUnavailable("there is no such file")
        try:
            file = await asyncio.to_thread(open, self._folder / ref, "rb")
        except OSError as error:
            raise MediaUnavailable("this file is not kept any more") from error
        try:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
        finally:
            file.close()
