"""POST understand: what the bot would make of a text, without saying or writing anything."""

from __future__ import annotations

import pytest

from csbot.domain.pause import Pause, PauseScope
from csbot.web.api.requests import TEXT_LIMIT
from tests.web.line import Line


@pytest.mark.parametrize(
    ("text", "decision", "best"),
    [
        ("süre", "answer", "faq/time"),
        ("how long", "answer", "faq/time"),
        ("süre mi ücret mi", "clarify", "faq/time"),
        ("iptal", "ask", "cancel"),
        ("temsilci", "handoff", "faq/cost"),
        ("rezil oldum", "handoff", "complaint"),
        ("merhaba", "smalltalk", "greeting"),
        ("bambaşka bir şey", "handoff", "faq/cost"),
    ],
)
async def test_it_tells_decision_ranking_and_reason(api: Line, text: str, decision: str, best: str) -> None:
    answer = await api.post("understand", {"text": text})

    assert answer.status == 200
    assert set(answer.json) == {"decision", "ranking", "why", "evidence"}
    assert (answer.json["decision"], answer.json["ranking"][0]["name"]) == (decision, best)
    assert all(set(one) == {"name", "score"} and 0 <= one["score"] <= 1 for one in answer.json["ranking"])
    assert answer.json["why"]


@pytest.mark.parametrize("text", ["", "   ", "\u0000", "😀", "?", "ş" * TEXT_LIMIT])
async def test_any_text_has_an_answer(api: Line, text: str) -> None:
    answer = await api.post("understand", {"text": text})

    assert answer.status == 200
    assert answer.json["decision"] not in {"answer", "smalltalk"}


@pytest.mark.parametrize(("language", "status"), [("tr", 200), (None, 200), ("de", 200), ("", 200), ("Türkçe", 400)])
async def test_a_language_is_a_code_or_left_out(api: Line, language: str | None, status: int) -> None:
    assert (await api.post("understand", {"text": "süre", "language": language})).status == status


async def test_nothing_is_said_or_written(api: Line) -> None:
    await api.post("understand", {"text": "temsilci"})

    assert (await api.get("conversations")).json["items"] == []
    assert api.platforms["whatsapp"].received() == []


async def test_a_pause_counts(api: Line) -> None:
    api.services.pauses.swap((Pause(scope=PauseScope.BOT, target=""),))

    assert (await api.post("understand", {"text": "süre"})).json["decision"] == "handoff"
