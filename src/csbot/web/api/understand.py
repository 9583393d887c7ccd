"""POST understand: what the bot would make of a text that begins a conversation. Nothing is said or written."""

from __future__ import annotations

from dataclasses import asdict

from csbot.domain.turn import Live
from csbot.web.api.answers import Evidence, Ranked, Understood
from csbot.web.api.operation import Call
from csbot.web.api.requests import Question


async def understand(call: Call, asked: Question) -> Understood:
    """Judged by the content and the pauses in force now."""
    services = call.services
    knowledge = services.knowledge.now
    judgement = await services.engine.understand(
        asked.text,
        language=asked.language or "",
        live=Live(catalogue=knowledge.catalogue, pauses=services.pauses.now),
        nlu=knowledge.nlu,
        now=services.clock(),
    )
    return Understood(
        decision=judgement.decision,
        ranking=[Ranked(name=ranked.name, score=ranked.score) for ranked in judgement.ranking],
        why=judgement.why,
        evidence=[Evidence.model_validate(asdict(one)) for one in judgement.evidence],
    )
