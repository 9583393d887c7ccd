"""Rasa as a child process: found in its environment, started with a token, waited for, ended with its parent."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import aiohttp

from csbot.errors import CsbotError, EngineAway
from csbot.nlu.rasa.client import RasaClient, WrongModel
from csbot.nlu.rasa.records import LOG, Model, Serving

LAUNCHER = Path(__file__).with_name("launcher.py")
LOOK_S = 0.25
LAST_LINES = 5
LONGEST_LOG = 4 << 20
READY_S = 120.0
END_S = 5.0

_ENVIRON = {
    "RASA_TELEMETRY_ENABLED": "false",
    # Its cache of training steps grows to a gigabyte, for trainings that are never the same.
    "RASA_MAX_CACHE_SIZE": "0",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class RasaError(CsbotError):
    """Rasa is not installed, cannot be started or did not finish; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rasa:
    """An installed Rasa: the Python of its environment, and the folder where csbot keeps models and Rasa its log."""

    python: Path
    folder: Path

    def check(self) -> None:
        """Raises RasaError, with how to install it, when it is not there."""
        if not self.python.is_file():
            raise RasaError(
                f"no Rasa here ({self.python} is missing): make rasa installs it into an environment of its own, "
                "for which Python 3.10 has to be there"
            )

    async def run(self, arguments: Sequence[str], *, token: str = "", output: int | None = None) -> Child:
        """Start `rasa <arguments>`. What it says goes to the log, or to the pipe where `output` is PIPE."""
        self.check()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._log() as log:
            process = await asyncio.create_subprocess_exec(
                str(self.python.absolute()),
                "-I",
                "-u",
                str(LAUNCHER),
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=log if output is None else output,
                stderr=asyncio.subprocess.STDOUT,
                # Rasa takes endpoints and credentials, and even modules, of the folder it is started in.
                cwd=self.folder,
                env={**os.environ, **_ENVIRON},
                start_new_session=True,
            )
        child = Child(process=process)
        child.tell(token)
        return child

    async def serve(self, model: Model, session: aiohttp.ClientSession, *, within_s: float = READY_S) -> Running:
        """A server of this very model, ready to be asked, on loopback and a port of its own.

        Raises RasaError when it dies, loads another model or takes longer than `within_s`. Rasa takes half a minute.
        """
        token, port = secrets.token_hex(16), _free_port()
        serving = Serving(url=f"http://127.0.0.1:{port}", token=token, model=model)
        arguments = ["run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "-m", model.file]
        child = await self.run(arguments, token=token)
        try:
            async with asyncio.timeout(within_s):
                await self._ready(child, RasaClient(session, serving))
        except TimeoutError as error:
            await child.end()
            raise RasaError(f"Rasa was not ready within {within_s:g} s; it says:\n{self.last_words()}") from error
        except BaseException:
            await child.end()
            raise
        return Running(child=child, serving=serving)

    async def _ready(self, child: Child, client: RasaClient) -> None:
        while True:
            if child.ended is not None:
                raise RasaError(f"Rasa ended before it was ready; it says:\n{self.last_words()}")
            try:
                await client.verify()
            except WrongModel as error:
                raise RasaError(f"Rasa {error}") from error
            except EngineAway:
                await asyncio.sleep(LOOK_S)
            else:
                return

    def _log(self) -> BinaryIO:
        """The log to be written on, begun anew once it is long."""
        path = self.folder / LOG
        long = path.exists() and path.stat().st_size > LONGEST_LOG
        return open(path, "wb" if long else "ab", opener=lambda name, flags: os.open(name, flags, 0o600))

    def last_words(self) -> str:
        """The end of Rasa's log."""
        try:
            lines = (self.folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "(nothing)"
        return "\n".join(lines[-LAST_LINES:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A running Rasa; it ends when its standard input does, whatever becomes of csbot."""

    process: asyncio.subprocess.Process

    @property
    def ended(self) -> int | None:
        """Its exit code, None while it runs."""
        return self.process.returncode

    def tell(self, token: str) -> None:
        """Hand over the first line it waits for."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{token}\n".encode())

    async def end(self) -> None:
        """Let it go, and make it go if it does not."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            async with asyncio.timeout(END_S):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that is ready, and how it is asked."""

    child: Child
    serving: Serving


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
