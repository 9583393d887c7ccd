"""What the API tells of a bare text, and what is heard in one."""

from __future__ import annotations

import pytest

from csbot.domain.brand import Brand
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.ticket import Ranked
from csbot.domain.turn import Live
from csbot.engine.recognise import Cues, Ears
from csbot.engine.turn import Engine
from csbot.engine.words import plain
from csbot.evaluation.conversing import START
from tests.unit.engine.shop import SHOP, ByHeart

EARS = Ears(SHOP)


@pytest.mark.parametrize(
    ("text", "decision", "why"),
    [
        ("süre", "answer", "confident of faq/time; by heart"),
        ("merhaba", "smalltalk", "confident of greeting; by heart"),
        ("iptal", "ask", "confident of cancel; by heart"),
        ("süre mi ücret mi", "clarify", "near meanings: faq/time, faq/cost; by heart"),
        ("gizli", "handoff", "confident of faq/secret; sensitive; by heart"),
        ("temsilci", "handoff", "asked for a person in so many words"),
        ("bu ne", "handoff", "nothing fits what was said"),
        ("wann kommt es", "handoff", "written in 'de', which csbot does not answer in"),
        ("  ", "ask", "a message without words"),
    ],
)
async def test_a_bare_text_is_judged_by_the_same_policy(text: str, decision: str, why: str) -> None:
    engine = Engine(brand=Brand(name="Lale"))
    judgement = await engine.understand(text, language="tr", live=Live(catalogue=SHOP), nlu=ByHeart(), now=START)
    assert (judgement.decision, judgement.why) == (decision, why)


async def test_the_ranking_is_told_and_pauses_count() -> None:
    engine = Engine(brand=Brand(name="Lale"))
    live = Live(catalogue=SHOP, pauses=(Pause(scope=PauseScope.ENTRY, target="time"),))
    judgement = await engine.understand("süre", language="", live=live, nlu=ByHeart(), now=START)
    assert (judgement.decision, judgement.why) == ("handoff", "faq/time is paused; by heart")
    assert judgement.ranking == (Ranked(name="faq/time", score=0.9),)


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("Temsilci", Cues(person=True, language="tr")),
        ("bir TEMSİLCİNİZLE görüşeyim", Cues(person=True, language="tr")),
        ("agents", Cues()),
        ("hakem, heyeti!", Cues(complaint=True, language="tr")),
        ("hakem de heyet de", Cues()),
        ("evettt", Cues(yes=True, leans="yes")),
        ("👍🏿", Cues(yes=True, leans="yes")),
        ("tamam evet", Cues(yes=True, leans="yes")),
        ("evet hayır", Cues(no=True, leans="yes")),
        ("hayır teşekkürler", Cues(no=True, thanks=True, leans="no")),
        ("hayır çünkü hâlâ gelmedi", Cues(leans="no")),
        ("hayır çünkü hâlâ gelmedi işte", Cues()),
        ("siparişten vazgeçtim", Cues()),
        ("ok, never mind", Cues(withdraws=True, leans="yes")),
        ("ok cancel", Cues(cancels=True, cancels_indeed=True, leans="yes")),
        ("evet hayır iptal et", Cues(cancels=True, leans="yes")),
        ("cancel my order", Cues()),
        ("never mind " * 5, Cues()),
        ("", Cues()),
    ],
)
def test_words_are_heard_whole_in_any_spelling(text: str, cues: Cues) -> None:
    assert EARS.listen(text) == cues


@pytest.mark.parametrize(("text", "same"), [("İADE’yi", "iade yi"), (" Çok—GÜZEL!!! ", "cok guzel"), ("a1_b", "a1_b")])
def test_texts_are_compared_without_case_accents_and_signs(text: str, same: str) -> None:
    assert plain(text) == same
