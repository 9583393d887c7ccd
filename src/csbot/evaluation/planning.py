"""Which trials a measurement is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csbot.domain.content import Catalogue
from csbot.errors import CsbotError
from csbot.evaluation.datasets import Dataset, Row
from csbot.evaluation.trials import Trial, few, folds, of_content, trial


class PlanError(CsbotError):
    """There is nothing to learn or to ask."""


def plan(
    catalogue: Catalogue | None,
    learnt: Dataset | None,
    asked: Dataset | None,
    *,
    folds: int,
    few: int = 0,
    as_faq: bool = False,
    seed: int = 0,
) -> list[Trial]:
    """The trials of a measurement: of the brand's `catalogue`, or of rows `learnt`.

    With rows `asked`, or a test split in what is learnt, those are asked; else, with `few`, what remains of the rows;
    else the material is taken in folds. Raises PlanError.
    """
    questions = asked.test or asked.train if asked else learnt.test if learnt else ()
    if learnt is None:
        if catalogue is None:
            raise PlanError("there is no content to learn")
        made = [Trial(catalogue=catalogue, asked=questions)] if questions else of_content(catalogue, folds, seed=seed)
        return list(made)
    if not any(row.right for row in learnt.train):
        raise PlanError("there is no labelled message to learn")
    return [
        trial(rows, part, held=learnt.held, as_faq=as_faq)
        for rows, part in _parts(learnt, questions, count=folds, each=few, seed=seed)
    ]


def _parts(
    learnt: Dataset, questions: Sequence[Row], *, count: int, each: int, seed: int
) -> Iterator[tuple[Sequence[Row], Sequence[Row]]]:
    if each:
        chosen, rest = few(learnt.train, each, seed=seed)
        yield chosen, questions or rest
    elif questions:
        yield learnt.train, questions
    else:
        yield from folds(learnt.train, count, seed=seed)
