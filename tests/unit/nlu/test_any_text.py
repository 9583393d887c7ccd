"""Whatever is written, understanding it ends in an answer of the engine and never in an error."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from csbot.content import load
from csbot.domain.conversation import ConversationState
from csbot.domain.lookup import Branch, LookupAnswer, NeedsLookup
from csbot.evaluation.conversing import Conversing
from csbot.nlu.linear import build

ROOT = Path(__file__).parents[3]
CONTENT = load(ROOT, ("tr", "en"))
NLU = build(CONTENT, {})

_SAID = [
    "kargom nerede",
    "iade nasıl yapılır?",
    "ve",
    "bir de",
    "and",
    "peki",
    ",",
    ".\n",
    "4821907",
    "temsilci",
    "yok",
    "😀",
]


class Away:
    """Systems of the brand's that do not answer."""

    async def ask(self, need: NeedsLookup, *, now: datetime) -> LookupAnswer:
        """See `csbot.ports.Lookups`."""
        return LookupAnswer(request=need.request, branch=Branch.DOWN)


ANYTHING = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(_SAID) | st.text(max_size=8), max_size=12).map(" ".join),
    st.text(alphabet="\u0300\u0301\u200d\u202eİıß?!.,'’ \n", max_size=200),
)
WORDLESS = st.text(alphabet="?!.,;:…-_()/&+*#'’ \n\t\u200d\ufe0f\u0301😀👍🏿0123456789", max_size=120)


@given(ANYTHING, st.sampled_from(["", "tr", "en", "de", "xx"]))
def test_no_text_makes_understanding_fail(text: str, language: str) -> None:
    heard = asyncio.run(NLU.understand(text, language=language))

    scores = [ranked.score for ranked in heard.ranking]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert not heard.confident or heard.ranking
    assert not (heard.confident and heard.close)


@given(WORDLESS)
def test_a_text_without_words_means_nothing(text: str) -> None:
    heard = asyncio.run(NLU.understand(text))

    assert not heard.confident
    assert heard.close == ()


@given(st.lists(ANYTHING, min_size=1, max_size=4))
def test_no_text_makes_a_turn_fail(texts: list[str]) -> None:
    chat = Conversing(catalogue=CONTENT, nlu=NLU, greeting_hold_s=0, systems=Away())
    for text in texts:
        turn = asyncio.run(chat.says(text))
        assert turn.decision
        assert turn.why
        assert turn.says or chat.conversation.state is not ConversationState.BOT


@given(WORDLESS.filter(lambda text: not re.search(r"\d", text)))
def test_a_text_without_words_is_never_answered(text: str) -> None:
    turn = asyncio.run(Conversing(catalogue=CONTENT, nlu=NLU, greeting_hold_s=0).says(text))

    assert turn.memory is None or not turn.memory.faq_tried
    assert turn.decision in {"ask", "handoff", "vote", "smalltalk"}
