"""How sure is sure enough is learnt from what was held out."""

from __future__ import annotations

import numpy as np

from csbot.nlu.linear.reject import SIGNS, Confidence, Trial, learn


def trial(score: float, right: bool, count: int = 200) -> Trial:
    """Texts whose score lies around `score`, other signs saying nothing."""
    spread = np.random.default_rng(7).normal(0, 0.1, size=(count, len(SIGNS)))
    spread[:, 0] += score
    return Trial(signs=spread, right=np.full(count, right))


def learnt(refused: float = 0.05, answered: float = 0.05) -> Confidence:
    return learn(
        inside=trial(0.8, True),
        neighbours=trial(0.5, False),
        outside=trial(0.3, False),
        refused=refused,
        answered=answered,
        share=0.3,
    )


def row(score: float) -> tuple[float, ...]:
    return (score, *[0.0] * (len(SIGNS) - 1))


def test_a_higher_score_is_more_probably_right() -> None:
    chances = [learnt().probability(row(score)) for score in (0.2, 0.4, 0.6, 0.8, 1.0)]

    assert chances == sorted(chances)
    assert chances[0] < 0.05
    assert chances[-1] > 0.95


def test_the_wished_share_of_good_questions_falls_below_the_rejection() -> None:
    for refused in (0.01, 0.05, 0.2):
        confidence = learnt(refused=refused)
        chances = [confidence.probability(tuple(signs)) for signs in trial(0.8, True).signs]
        assert abs(np.mean([chance < confidence.reject for chance in chances]) - refused) <= 0.011


def test_no_more_than_the_wished_share_of_outside_texts_is_answered() -> None:
    mixed = Trial(
        signs=np.vstack([trial(0.3, False).signs, trial(0.9, False, 40).signs]), right=np.zeros(240, dtype=np.bool_)
    )
    confidence = learn(
        inside=trial(0.8, True), neighbours=trial(0.5, False), outside=mixed, refused=0.0, answered=0.05, share=0.3
    )

    answered = [confidence.probability(tuple(signs)) > confidence.answer for signs in mixed.signs]
    assert np.mean(answered) <= 0.05
    assert confidence.answer > confidence.reject


def test_few_outside_texts_are_asked_about() -> None:
    mixed = Trial(
        signs=np.vstack([trial(0.3, False).signs, trial(0.6, False, 60).signs]), right=np.zeros(260, dtype=np.bool_)
    )
    confidence = learn(
        inside=trial(0.8, True), neighbours=trial(0.5, False), outside=mixed, refused=0.01, answered=0.02, share=0.3
    )

    asked = [confidence.probability(tuple(signs)) >= confidence.reject for signs in mixed.signs]
    assert 0 < np.mean(asked) <= 0.125


def test_signs_beyond_all_measure_are_still_a_probability() -> None:
    confidence = learnt()

    assert 0 <= confidence.probability(row(-1e9)) < confidence.probability(row(1e9)) <= 1


def test_without_any_trial_nothing_is_sure() -> None:
    nothing = Trial(signs=np.empty((0, len(SIGNS))), right=np.empty(0, dtype=np.bool_))
    confidence = learn(
        inside=nothing, neighbours=nothing, outside=trial(0.3, False), refused=0.05, answered=0.05, share=0.3
    )

    assert confidence.answer >= 0.5
