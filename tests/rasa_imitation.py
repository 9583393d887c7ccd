"""Rasa 3.6.21's HTTP API, imitated: a real server with its shapes, its refusals and its traps, and no TensorFlow.

What it understands it compares word by word with the phrasings it is given, which is enough to be right about them.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import PurePath

from aiohttp import web

from csbot.domain.content import Catalogue
from csbot.nlu.rasa.records import Model, Serving, phrasings
from csbot.text.fold import fold

TOKEN = "5ec9e7a1b2c3d4e5f60718293a4b5c6d"
MODEL = "/var/rasa/models/imitated.tar.gz"
MOST_RANKED = 10
FALLBACK = {"name": "nlu_fallback", "confidence": 0.3}


def _words(text: str) -> frozenset[str]:
    return frozenset("".join(sign if sign.isalnum() else " " for sign in fold(text)).split())


class RasaImitation:
    """One server. `fault` is what goes wrong from now on: hang, 500, cut, garbage, list, redirect; "" for nothing."""

    def __init__(self, catalogue: Catalogue, *, model_file: str = PurePath(MODEL).name) -> None:
        self.fault = ""
        self.model_file = model_file
        self.asked: list[str] = []
        self._learnt = phrasings(catalogue)
        self._intents = {name: _all(intent.examples) for name, intent in catalogue.intents.items()}
        self._answers = {f"faq/{id}": _all(entry.questions) for id, entry in catalogue.entries.items()}

    def serving(self, url: str, *, threshold: float = 0.7) -> Serving:
        """What `csbot rasa serve` would write about it."""
        model = Model(file=MODEL, phrasings=self._learnt, threshold=threshold)
        return Serving(url=url, token=TOKEN, model=model)

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[str]:
        """Serve on this loop; gives the address."""
        app = web.Application()
        app.router.add_get("/status", self._status)
        app.router.add_post("/model/parse", self._parse)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    @contextmanager
    def apart(self) -> Iterator[str]:
        """Serve on a loop in a thread of its own; gives the address."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        context = self.running()
        try:
            yield asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(10)
            asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(10)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _status(self, request: web.Request) -> web.StreamResponse:
        if (refused := await self._wrong(request)) is not None:
            return refused
        return web.json_response({"model_file": self.model_file, "model_id": "1", "num_active_training_jobs": 0})

    async def _parse(self, request: web.Request) -> web.StreamResponse:
        if (refused := await self._wrong(request)) is not None:
            return refused
        body = await request.read()
        if not body:
            return _failure(400, "BadRequest")
        try:
            text = json.loads(body)["text"]
        except (ValueError, KeyError, TypeError):
            return _failure(500, "ParsingError")
        self.asked.append(text)
        return web.json_response(self._understood(text))

    async def _wrong(self, request: web.Request) -> web.StreamResponse | None:
        if request.query.get("token") != TOKEN:
            return _failure(401, "NotAuthenticated")
        match self.fault:
            case "hang":
                await asyncio.sleep(60)
            case "500":
                return _failure(500, "ParsingError")
            case "cut":
                assert request.transport is not None
                request.transport.close()
            case "garbage":
                return web.Response(text="<html>", content_type="application/json")
            case "list":
                return web.json_response([1, 2])
            case "redirect":
                return web.Response(status=302, headers={"Location": f"http://127.0.0.1:1/?token={TOKEN}"})
        return None

    def _understood(self, text: str) -> Mapping[str, object]:
        groups = {
            **self._intents,
            **({"faq": [one for said in self._answers.values() for one in said]} if self._answers else {}),
        }
        ranked = _ranking(groups, text)
        intents = [{"name": name, "confidence": score} for name, score in ranked][:MOST_RANKED]
        first: Mapping[str, object] = intents[0] if intents else {"name": None, "confidence": 0.0}
        if not text.strip():
            first = {**first, "confidence": 0.87}
        elif len(ranked) > 1 and ranked[0][1] - ranked[1][1] < 0.1:
            first = FALLBACK
            intents = [FALLBACK, *intents][:MOST_RANKED]
        answers = [{"intent_response_key": name, "confidence": score} for name, score in _ranking(self._answers, text)]
        return {
            "text": text,
            "intent": first,
            "entities": [],
            "text_tokens": [],
            "intent_ranking": intents,
            "response_selector": {
                "all_retrieval_intents": ["faq"] if answers else [],
                "faq": {"response": answers[0] if answers else None, "ranking": answers[:MOST_RANKED]},
            },
        }


def _all(by_language: Mapping[str, Sequence[str]]) -> list[frozenset[str]]:
    return [_words(phrase) for phrases in by_language.values() for phrase in phrases]


def _ranking(groups: Mapping[str, Sequence[frozenset[str]]], text: str) -> list[tuple[str, float]]:
    """The groups by how much the text has of one of their phrasings; the scores add up to 1, as a softmax's do."""
    words = _words(text)
    likeness = {
        name: max((2 * len(words & one) / (len(words) + len(one) or 1) for one in said), default=0.0)
        for name, said in groups.items()
    }
    weights = {name: 0.02 + like**4 for name, like in likeness.items()}
    total = sum(weights.values())
    return sorted(((name, weight / total) for name, weight in weights.items()), key=lambda one: (-one[1], one[0]))


def _failure(status: int, reason: str) -> web.Response:
    body = {
        "version": "3.6.21",
        "status": "failure",
        "message": reason,
        "reason": reason,
        "details": {},
        "code": status,
    }
    return web.json_response(body, status=status)
