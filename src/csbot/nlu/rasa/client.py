"""Asking a Rasa server. Its token is part of every address, so no address ever stands in an error or a log."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from types import TracebackType
from typing import Self

import aiohttp

from csbot.errors import EngineAway
from csbot.nlu.rasa.records import SERVING, Serving, read_serving
from csbot.text.clean import clean

KEEP_ALIVE_S = 4.0
"""Rasa closes a connection after 5 s of silence; ours goes first, so that no question meets a closing one."""


class WrongModel(EngineAway):
    """The server answers, but by another model than the one asked for."""


class RasaClient:
    """One Rasa server."""

    def __init__(self, session: aiohttp.ClientSession, serving: Serving) -> None:
        self._session = session
        self._serving = serving

    async def parse(self, text: str) -> object:
        """Rasa's own answer about a text. Raises EngineAway when there is none."""
        return await self._call("POST", "/model/parse", {"text": clean(text)[0]})

    async def verify(self) -> None:
        """Make sure the model asked for is served: where a path does not exist Rasa silently loads another.

        Raises WrongModel when it is another, EngineAway when the server does not answer.
        """
        status = await self._call("GET", "/status", None)
        file = status.get("model_file") if isinstance(status, dict) else None
        if not isinstance(file, str) or PurePath(file).name != PurePath(self._serving.model.file).name:
            raise WrongModel("serves another model than the one asked for; start csbot rasa serve again")

    async def _call(self, method: str, path: str, body: object) -> object:
        try:
            async with self._session.request(
                method,
                f"{self._serving.url}{path}",
                params={"token": self._serving.token},
                json=body,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise EngineAway(f"answered with status {response.status}")
                return json.loads(await response.read())
        except aiohttp.ClientConnectionError as error:
            raise EngineAway("cannot be reached; csbot rasa serve starts it") from error
        except aiohttp.ClientError as error:
            # Not chained: the other errors of the client show the address, and with it the token.
            raise EngineAway(f"did not answer as HTTP ({type(error).__name__})") from None
        except ValueError as error:
            raise EngineAway("answered something unreadable") from error


class Sidecar:
    """The server that `csbot rasa serve` says is to be asked, whichever that is; one for all contents of a process.

    Entering and leaving it opens and closes the connections. A sidecar that was switched is noticed at the next
    question, without a restart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._session: aiohttp.ClientSession | None = None
        self._seen: tuple[int, int] | None = None
        self._serving: Serving | None = None
        self._verified: Serving | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_S)
        self._session = aiohttp.ClientSession(connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def parse(self, text: str, *, phrasings: str) -> tuple[object, float]:
        """Rasa's answer, and from which confidence on its model is sure.

        Raises EngineAway when nothing serves, or a model that learnt other `phrasings`: it would answer questions of
        its own time.
        """
        serving = self._current()
        if serving is None or self._session is None:
            raise EngineAway("serves nothing; csbot rasa serve starts it")
        if serving.model.phrasings != phrasings:
            raise EngineAway("learnt other phrasings than the published ones; csbot rasa train teaches it")
        client = RasaClient(self._session, serving)
        try:
            if self._verified is not serving:
                await client.verify()
                self._verified = serving
            return await client.parse(text), serving.model.threshold
        except EngineAway:
            self._verified = None
            raise

    def _current(self) -> Serving | None:
        """The record as it stands now; read again when the file is another."""
        try:
            stat = (self._folder / SERVING).stat()
        except OSError:
            return None
        if self._seen != (seen := (stat.st_mtime_ns, stat.st_ino)):
            self._serving, self._seen = read_serving(self._folder), seen
        return self._serving
