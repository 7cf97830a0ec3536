"""The measures of a contrast: what stands in every one, the plans' own terms in money, and what plugins registered.

    roi = return / spend,   profit = return - spend,   marginal ROI = return of the next unit of currency

The marginal ROI is taken over funded cells strictly between their bounds: there a pure-ROI plan levels it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mixopt.plan.terms import DistinctTerm
from mixopt.plugin import Evaluation
from mixopt.problem.problem import BoundMeasure

SAME = 1e-12  # relative: closer than this are two ways to reckon one number
FUNDED = 1e-6  # of the budget: less than this in a cell is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """One row of the contrast.

    Parameters
    ----------
    name : str
    unit : str
        ``currency``, ``share``, ``ratio``, ``count`` or a unit's name.
    better : {"more", "less", "neither"}
    value : callable
        ``value(evaluation) -> float``; ``nan`` where it does not apply.
    term : str
        Name of the objective term it shows; empty for others.
    twin : str
        Kind of the term that may be the same number; empty for others.
    """

    name: str
    unit: str
    better: str
    value: Callable[[Evaluation], float]
    term: str = ""
    twin: str = ""


def yardsticks(terms: Sequence[DistinctTerm], measures: Sequence[BoundMeasure]) -> tuple[Yardstick, ...]:
    """Return the rows of the contrast, each name once.

    Parameters
    ----------
    terms : sequence of DistinctTerm
        A term that is the plain return or profit is not shown twice.
    measures : sequence of BoundMeasure

    Returns
    -------
    tuple of Yardstick
        Money, terms, spread, then the registered measures.
    """
    taken = {stick.name for stick in STANDING} | {measure.name for measure in measures}
    shown = []
    for term in terms:
        if term.plain:
            continue
        name = term.name if term.name not in taken else f"{term.name} (term)"
        shown.append(Yardstick(name=name, unit="currency", better="more", value=term.value, term=term.name))
    registered = (
        Yardstick(name=m.name, unit=m.unit, better=m.better, value=_float(m.measure.value), twin=m.term)
        for m in measures
    )
    return (*STANDING[:4], *shown, *STANDING[4:], *registered)


def once(
    sticks: Sequence[Yardstick], terms: Sequence[DistinctTerm], columns: Iterable[Evaluation | None]
) -> tuple[Yardstick, ...]:
    """Return the rows without measures that only repeat a term: the same number in every column.

    Parameters
    ----------
    sticks : sequence of Yardstick
    terms : sequence of DistinctTerm
    columns : iterable of Evaluation or None
        References and plans.

    Returns
    -------
    tuple of Yardstick
    """
    found = [column for column in columns if column is not None]
    return tuple(stick for stick in sticks if not (stick.twin and _repeats(stick, terms, found)))


def _repeats(stick: Yardstick, terms: Sequence[DistinctTerm], columns: Sequence[Evaluation]) -> bool:
    twins = [term for term in terms if term.kind == stick.twin]
    if not twins:
        return False
    values = [stick.value(column) for column in columns]
    return any(np.allclose(values, [term.value(c) for c in columns], rtol=SAME, atol=0.0) for term in twins)


def _float(value: Callable[[Evaluation], float]) -> Callable[[Evaluation], float]:
    return lambda evaluation: float(value(evaluation))


def spend(evaluation: Evaluation) -> float:
    """Return the money spent, currency."""
    return float(evaluation.spend.sum())


def returned(evaluation: Evaluation) -> float:
    """Return value × response of all cells, currency."""
    return float(evaluation.returns.sum())


def roi(evaluation: Evaluation) -> float:
    """Return what a unit of currency returns on average; ``nan`` where nothing is spent."""
    money = spend(evaluation)
    return returned(evaluation) / money if money > 0 else float("nan")


def profit(evaluation: Evaluation) -> float:
    """Return what is left of the return after the spend, currency."""
    return returned(evaluation) - spend(evaluation)


def marginal_roi_min(evaluation: Evaluation) -> float:
    """Return the least marginal ROI of a cell that could get more or less; ``nan`` where none could."""
    return float(np.min(_free(evaluation), initial=np.inf)) if len(_free(evaluation)) else float("nan")


def marginal_roi_max(evaluation: Evaluation) -> float:
    """Return the greatest marginal ROI of a cell that could get more or less; ``nan`` where none could."""
    return float(np.max(_free(evaluation), initial=-np.inf)) if len(_free(evaluation)) else float("nan")


def cells_funded(evaluation: Evaluation) -> float:
    """Return how many cells get money."""
    return float(np.count_nonzero(evaluation.spend > FUNDED * evaluation.scope.budget.total))


def channels_funded(evaluation: Evaluation) -> float:
    """Return how many channels get money."""
    sums = evaluation.by(evaluation.spend, "channel")
    return float(sum(money > FUNDED * evaluation.scope.budget.total for money in sums.values()))


def _free(evaluation: Evaluation) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    scope = evaluation.scope
    room = FUNDED * scope.budget.total
    inside = (evaluation.spend > np.maximum(scope.lower, 0.0) + room) & (
        evaluation.spend < scope.upper - room
    )
    return evaluation.marginal_roi[inside]


STANDING = (
    Yardstick(name="spend", unit="currency", better="neither", value=spend),
    Yardstick(name="return", unit="currency", better="more", value=returned),
    Yardstick(name="roi", unit="ratio", better="more", value=roi),
    Yardstick(name="profit", unit="currency", better="more", value=profit),
    Yardstick(name="marginal-roi-min", unit="ratio", better="neither", value=marginal_roi_min),
    Yardstick(name="marginal-roi-max", unit="ratio", better="neither", value=marginal_roi_max),
    Yardstick(name="channels-funded", unit="count", better="more", value=channels_funded),
    Yardstick(name="cells-funded", unit="count", better="more", value=cells_funded),
)
