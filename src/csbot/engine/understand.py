"""From a burst to a situation: what was said, what was heard in it, what it means; and the same for a bare text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from csbot.domain.brand import Brand
from csbot.domain.content import Catalogue
from csbot.domain.conversation import Memory
from csbot.domain.pause import Pause, PauseScope, is_paused
from csbot.domain.ticket import Evidence, Ranked
from csbot.domain.turn import Live
from csbot.domain.understanding import Understanding
from csbot.engine import choices
from csbot.engine.consulting import ANSWERED
from csbot.engine.decisions import (
    Answer,
    Ask,
    Bide,
    Clarify,
    Complete,
    Consult,
    Decision,
    GoOn,
    HandOff,
    Hold,
    Leave,
    Listen,
    Repeat,
    Report,
    Several,
    Thank,
    Withdraw,
    Wordless,
)
from csbot.engine.forms import Reader
from csbot.engine.hearing import Said
from csbot.engine.policy import decide
from csbot.engine.reading import Earlier, read
from csbot.engine.recognise import Ears
from csbot.engine.situation import FAQ, Situation
from csbot.ports import Nlu
from csbot.text.clauses import asks

_WORDS: dict[type[Decision], str] = {
    Listen: "listen",
    Hold: "hold",
    Withdraw: "withdraw",
    HandOff: "handoff",
    Answer: "answer",
    Clarify: "clarify",
    Ask: "ask",
    Complete: "answer",
    Consult: "lookup",
    Repeat: "ask",
    Leave: "smalltalk",
    Wordless: "ask",
    GoOn: "smalltalk",
    Thank: "vote",
    Bide: "smalltalk",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What csbot would do with a text that begins a conversation, and why: `evidence` for each part of the text."""

    decision: str
    ranking: tuple[Ranked, ...]
    why: str
    evidence: tuple[Evidence, ...] = ()


async def judge(
    text: str, *, language: str, live: Live, nlu: Nlu, brand: Brand, ears: Ears, now: datetime
) -> Judgement:
    """What the policy would do with `text` in a new conversation; `language` is the lane's, "" for none."""
    said = Said(arrived=now, text=text, last=text, wordless="" if text.strip() else "empty_text")
    understanding = await read(text, nlu=nlu, language=language)
    situation = survey(
        said,
        live=live,
        brand=brand,
        now=now,
        cues=ears.listen(text),
        understanding=understanding,
        paused=paused(live.pauses, "", "", now),
    )
    decision = decide(situation)
    return Judgement(
        decision=word(decision, situation),
        ranking=understanding.ranking,
        why=because(decision, understanding),
        evidence=understanding.evidence(text),
    )


def survey(said: Said, *, live: Live, brand: Brand, now: datetime, **known: Any) -> Situation:
    """The situation: what does not depend on the conversation, and what is `known` of it, by its fields' names."""
    today = now.astimezone(ZoneInfo(brand.timezone)).date()
    return Situation(
        said=said,
        reader=Reader(today=today, timezone=brand.timezone, kinds=live.catalogue.entities),
        catalogue=live.catalogue,
        languages=brand.languages,
        blocked=blocked(live.pauses, now) if live.pauses else frozenset(),
        **known,
    )


def paused(pauses: tuple[Pause, ...], channel: str, chat: str, now: datetime) -> str:
    """Why the bot may not speak in this chat of this channel; empty when it may."""
    targets = ((PauseScope.BOT, ""), (PauseScope.CHANNEL, channel), (PauseScope.CHAT, chat))
    for scope, target in targets if pauses else ():
        if is_paused(pauses, scope, target, now):
            return f"paused: {scope} {target}".rstrip()
    return ""


def blocked(pauses: tuple[Pause, ...], now: datetime) -> frozenset[str]:
    """The names of intents and entries that are paused."""
    scopes = {PauseScope.INTENT: "", PauseScope.ENTRY: FAQ}
    return frozenset(
        scopes[pause.scope] + pause.target.removeprefix(FAQ)
        for pause in pauses
        if pause.scope in scopes and (pause.until is None or pause.until > now)
    )


def expected(memory: Memory) -> tuple[str, ...]:
    """The names a pending question offers."""
    pending = memory.pending
    if pending is None or pending.kind not in {"clarify", "follow"}:
        return ()
    names = (choices.named(choice.payload)[1] for choice in pending.choices)
    return tuple(name for name in names if name != choices.NONE)


def earlier(said: Said, memory: Memory, catalogue: Catalogue, language: str) -> Earlier | None:
    """The question answered before, from which a short text may go on; None for an answer to what csbot has asked.

    What a system has answered, and what is asked inside a form, goes by its intent's title in `language`: the words for
    it may stand messages before.
    """
    pending = memory.pending
    about = pending is not None and (pending.kind == "more" or (pending.kind == "form" and asks(said.text)))
    if pending is not None and about and pending.subject in catalogue.intents:
        title = catalogue.intents[pending.subject].title
        words = title.get(language) or next(iter(title.values()), "")
        return Earlier(words=words, answered=pending.subject, looked_up=pending.kind == "more")
    if pending is not None and pending.kind == "clarify" and asks(said.text) and not said.picked:
        return Earlier(words=pending.asked_about)
    if not memory.last_question or (pending is not None and pending.kind not in {"helped", "follow"}):
        return None
    if pending is not None and choices.pick(pending.choices, said.picked, said.text) is not None:
        return None
    entry = catalogue.entries.get(memory.last_answer.removeprefix(FAQ))
    return Earlier(
        words=memory.last_question,
        answered=memory.last_answer,
        follow_ups=tuple(FAQ + id for id in entry.follow_ups) if entry else (),
    )


def word(decision: Decision, situation: Situation) -> str:
    """The decision in a word, for logs, metrics and the API."""
    if isinstance(decision, Several):
        return word(decision.then, situation) if decision.then else "answer"
    if isinstance(decision, Answer) and situation.role(decision.name).is_small_talk:
        return "smalltalk"
    if isinstance(decision, Report):
        return "ask" if decision.asks and decision.asks.kind not in ANSWERED else "answer"
    return _WORDS[type(decision)]


def because(decision: Decision, understanding: Understanding | None) -> str:
    """Why, for a person: the policy's reason, then the understanding's."""
    parts = (decision.why, understanding.why if understanding else "")
    return "; ".join(part for part in parts if part)
