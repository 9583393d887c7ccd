"""An fsynced spool on disk for the time the store does not answer.

One folder a channel; one file a batch, named by its place in order. A file is written beside its name, fsynced,
renamed, and its folder fsynced, so that after any crash a file is whole or absent. Its first line is the SHA-256 of
the rest.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from csbot.domain.events import Event
from csbot.errors import StoreFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
QUARANTINE = "quarantine"


class SpoolCorrupt(Exception):
    """A spooled file's checksum does not match, or it cannot be read as events."""


class Spool:
    """Keeps events in order until the store takes them.

    `encode` and `decode` turn events into text and back. Raises StoreFull when the disk has no room (nothing is left
    half written), OSError when the folder cannot be written at all.
    """

    def __init__(
        self,
        folder: Path,
        *,
        encode: Callable[[Sequence[Event]], str],
        decode: Callable[[str], Sequence[Event]],
    ) -> None:
        self._folder = folder
        self._encode = encode
        self._decode = decode
        self._files: dict[str, deque[Path]] = {}
        # One thread, so that files appear in the order their numbers were given out.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")
        self._waiting: dict[str, list[tuple[Sequence[Event], asyncio.Future[None]]]] = {}
        self._flusher: asyncio.Task[None] | None = None
        self._last = 0

    def open(self) -> None:
        """Find what an earlier run left, and prove that the folder can be written; raises OSError if not."""
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, mode=0o700)
            _sync_folder(self._folder.parent)
        probe = self._folder / ".probe"
        _write_durably(probe, b"csbot")
        probe.unlink()
        for folder in sorted(self._folder.iterdir()):
            if not folder.is_dir() or folder.name == QUARANTINE:
                continue
            for leftover in folder.glob("*.part"):
                leftover.unlink()
            files = sorted(folder.glob("*.events"))
            if files:
                self._files[folder.name] = deque(files)
                self._last = max(self._last, int(files[-1].stem))

    def close(self) -> None:
        """Let go of the thread; files stay."""
        self._thread.shutdown(wait=True)

    def holds(self, channel: str) -> bool:
        """Events of the channel wait here, so newer ones must go behind them."""
        return bool(self._files.get(channel) or self._waiting.get(channel))

    def depth(self) -> dict[str, int]:
        """How many files wait, by channel."""
        return {channel: len(files) for channel, files in self._files.items()}

    async def put(self, channel: str, events: Sequence[Event]) -> None:
        """Return when the events are on disk. Calls made meanwhile share the next file and its fsync."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(channel, []).append((events, future))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="spool")
        await future

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            channel = next(iter(self._waiting))
            batch = self._waiting[channel]
            self._last += 1
            path = self._folder / channel / f"{self._last:020d}.events"
            text = self._encode([event for events, _ in batch for event in events])
            count = len(batch)
            failure: Exception | None = None
            try:
                await loop.run_in_executor(self._thread, _write_file, path, text)
            except OSError as error:
                failure = error
                if error.errno in _FULL:
                    failure = StoreFull(f"no room left on the disk of the spool {self._folder}")
                    failure.__cause__ = error
            else:
                self._files.setdefault(channel, deque()).append(path)
            rest = self._waiting[channel][count:]
            if rest:
                self._waiting[channel] = rest
            else:
                del self._waiting[channel]
            for _, future in batch:
                if future.done():
                    continue
                if failure is None:
                    future.set_result(None)
                else:
                    future.set_exception(failure)

    def oldest(self, channel: str) -> Path | None:
        """The channel's oldest file, or None."""
        files = self._files.get(channel)
        return files[0] if files else None

    def channels(self) -> tuple[str, ...]:
        """The channels with files waiting."""
        return tuple(channel for channel, files in self._files.items() if files)

    async def read(self, path: Path) -> Sequence[Event]:
        """The events of a file; raises SpoolCorrupt when it was damaged."""
        loop = asyncio.get_running_loop()
        text = await loop.run_in_executor(self._thread, _read_file, path)
        try:
            return self._decode(text)
        except ValueError as error:
            raise SpoolCorrupt(f"{path.name}: cannot be read as events") from error

    async def remove(self, channel: str, path: Path) -> None:
        """The store has the file's events: forget it."""
        await self._leave(channel, path, None)

    async def quarantine(self, channel: str, path: Path) -> None:
        """Set a damaged file aside where a person finds it, so that it does not hold up the rest."""
        target = self._folder / QUARANTINE / f"{channel}-{path.name}"
        await self._leave(channel, path, target)

    async def _leave(self, channel: str, path: Path, target: Path | None) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, _move_or_unlink, path, target)
        files = self._files[channel]
        files.popleft()
        if not files:
            del self._files[channel]


def _write_file(path: Path, text: str) -> None:
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700)
        _sync_folder(path.parent.parent)  # or a power failure could take the folder, and the file with it
    body = text.encode("utf-8")
    _write_durably(path, hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)


def _write_durably(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _read_file(path: Path) -> str:
    checksum, _, body = path.read_bytes().partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode("ascii") != checksum:
        raise SpoolCorrupt(f"{path.name}: the checksum does not match")
    return body.decode("utf-8")


def _move_or_unlink(path: Path, target: Path | None) -> None:
    if target is None:
        path.unlink()
    else:
        target.parent.mkdir(exist_ok=True, mode=0o700)
        path.rename(target)
        _sync_folder(target.parent)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
