"""What Rasa's answer to `/model/parse` means: names as csbot has them, best first."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from csbot.domain.ticket import Ranked
from csbot.errors import EngineAway

RETRIEVAL = "faq"
FALLBACK = "nlu_fallback"
OUTSIDE = "out_of_scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The meanings Rasa weighed, and why it is not sure of the first whatever its confidence says ("" if it may be)."""

    ranking: tuple[Ranked, ...]
    doubt: str = ""


def read_answer(answer: object, known: Container[str]) -> Reading:
    """The reading of one answer. Names csbot does not `know` are left out. Raises EngineAway when it is no answer.

    The retrieval intent stands for what its selector ranks, but only where it comes first: the selector ranks questions
    of every other kind too (Rasa 3.6.21). `nlu_fallback` is put on top of what it doubts.
    """
    if not isinstance(answer, Mapping) or not isinstance(answer.get("intent_ranking", []), list):
        raise EngineAway("answered something unreadable")
    intents = dict(_scores(answer.get("intent_ranking", []), "name"))
    real = {name: score for name, score in intents.items() if name != FALLBACK}
    best = max(real, key=lambda name: real[name], default="")
    scores = {name: score for name, score in real.items() if name in known}
    if best == RETRIEVAL:
        for name, share in _selected(answer):
            if name in known:
                scores[name] = share * real[RETRIEVAL]
    ranking = sorted((Ranked(name=name, score=round(score, 4)) for name, score in scores.items()), key=_order)
    doubt = ""
    first = answer.get("intent")
    if isinstance(first, Mapping) and first.get("name") == FALLBACK:
        doubt = "Rasa itself would fall back"
    elif best == OUTSIDE:
        doubt = "about something else"
    return Reading(ranking=tuple(ranking), doubt=doubt)


def _order(ranked: Ranked) -> tuple[float, str]:
    return -ranked.score, ranked.name


def _selected(answer: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    selectors = answer.get("response_selector")
    selector = selectors.get(RETRIEVAL) or selectors.get("default") if isinstance(selectors, Mapping) else None
    if isinstance(selector, Mapping):
        yield from _scores(selector.get("ranking"), "intent_response_key")


def _scores(ranking: object, key: str) -> Iterator[tuple[str, float]]:
    for one in ranking if isinstance(ranking, list) else ():
        name, score = (one.get(key), one.get("confidence")) if isinstance(one, Mapping) else (None, None)
        if isinstance(name, str) and isinstance(score, float | int):
            yield name, min(1.0, max(0.0, float(score)))
