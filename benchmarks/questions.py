"""What the bench's customers ask: the sample brand's own FAQ, signed beforehand as the platform would."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from csbot import config
from csbot.bootstrap import now
from csbot.bootstrap.learning import knowledge_of
from csbot.channel.imitation import Imitation, Said
from csbot.content.sources import read_sources
from csbot.domain.turn import Live as Snapshot
from csbot.engine.turn import Engine
from csbot.services import Knowledge

CHATS = 200
ROOT = Path(__file__).resolve().parent.parent


def answered_questions() -> list[str]:
    """One question an FAQ entry that csbot answers, alternating between the languages, in the order of the entries."""
    settings = config.load(ROOT / "csbot.toml", environ={})
    knowledge = knowledge_of(settings, read_sources(ROOT))
    engine = Engine(brand=settings.brand.brand())

    async def pick() -> list[str]:
        questions = []
        for number, (name, entry) in enumerate(knowledge.catalogue.entries.items()):
            language = settings.brand.languages[number % len(settings.brand.languages)]
            for question in entry.questions[language]:
                if await _answers(knowledge, question, f"faq/{name}"):
                    questions.append(question)
                    break
        return questions

    async def _answers(knowledge: Knowledge, question: str, name: str) -> bool:
        live = Snapshot(catalogue=knowledge.catalogue)
        verdict = await engine.understand(question, language="", live=live, nlu=knowledge.nlu, now=now())
        return verdict.decision == "answer" and verdict.ranking[0].name == name

    return asyncio.run(pick())


def conversation(questions: Sequence[str], total: int) -> Iterator[Said]:
    """`total` messages of CHATS customers, each cycling through the questions from a place of their own."""
    for number in range(total):
        chat, turn = number % CHATS, number // CHATS
        yield Said(user=f"+90532{1_000_000 + chat}", text=questions[(chat + turn) % len(questions)])


def write_requests(platform: Imitation, questions: Sequence[str], total: int, file: Path) -> None:
    """Raw HTTP requests, each behind its length on a line of its own, for wrk to post as they stand."""
    with file.open("wb") as out:
        for said in conversation(questions, total):
            for request in platform.webhooks(said):
                head = [f"{request.method} {request.path} HTTP/1.1", "Host: 127.0.0.1"]
                head += [f"{name}: {value}" for name, value in request.headers.items()]
                head.append(f"Content-Length: {len(request.body)}")
                raw = "\r\n".join(head).encode() + b"\r\n\r\n" + request.body
                out.write(f"{len(raw)}\n".encode() + raw)
