"""A spend that somebody has in mind, judged by a plan's terms and rules: nothing is solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixopt.plan.allocation import allocation
from mixopt.plan.audit import beyond, limit_size
from mixopt.plan.levels import TermValue
from mixopt.plan.make import term_values
from mixopt.plan.plan import TERM_COLUMNS
from mixopt.plan.rules import stated_levels
from mixopt.plugin import Evaluation, Level
from mixopt.problem.problem import PlanProblem

KEPT = 1e-9  # of a limit's size, the budget for money: how far beyond a limit still counts as rounding
COLUMNS = ("plan", "rule", "value", "at_least", "at_most", "kept")


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """What a given spend is worth to a plan, and which rules it breaks.

    Parameters
    ----------
    name : str
        The plan whose terms and rules judge.
    evaluation : Evaluation
        The spend per cell and what follows from it.
    objective : float
        Sum of weight × term, currency.
    term_values : tuple of TermValue
    levels : tuple of (str, Level, bool)
        Name of the rule, where the spend stands, and whether that is within the limits.
    bound : float or None
        What no spend that keeps the rules exceeds, currency, where that was proven for the same rules and weights.
    outside : ndarray of int64
        Cells whose spend is outside their bounds.
    """

    name: str
    evaluation: Evaluation
    objective: float
    term_values: tuple[TermValue, ...]
    levels: tuple[tuple[str, Level, bool], ...]
    bound: float | None
    outside: np.ndarray[tuple[int], np.dtype[np.int64]]

    @property
    def kept(self) -> bool:
        """Whether every rule, the budget and every cell's bounds are kept."""
        return not len(self.outside) and all(kept for _, _, kept in self.levels)

    @property
    def behind(self) -> float | None:
        """How far the objective lies below the bound, as a share of the bound; ``None`` where there is none."""
        if self.bound is None or self.bound == 0.0:
            return None
        return (self.bound - self.objective) / abs(self.bound)

    @property
    def allocation(self) -> pd.DataFrame:
        """The rows of ``allocation.csv`` for this spend."""
        return allocation(self.name, self.evaluation)

    @property
    def terms(self) -> pd.DataFrame:
        """``plan, term, weight, value``."""
        rows = [(self.name, term.name, term.weight, term.value) for term in self.term_values]
        return pd.DataFrame(rows, columns=list(TERM_COLUMNS))

    @property
    def rules(self) -> pd.DataFrame:
        """``plan, rule, value, at_least, at_most, kept``; the budget first."""
        rows = [
            (self.name, name, level.value, level.at_least, level.at_most, kept)
            for name, level, kept in self.levels
        ]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        return frame.astype(dict.fromkeys(("value", "at_least", "at_most"), float) | {"kept": bool})

    def __repr__(self) -> str:
        said = "keeps every rule" if self.kept else "breaks a rule"
        return f"<spend judged by {self.name!r}: objective {self.objective:,.6g}, {said}>"


def judge(
    plan: PlanProblem,
    evaluation: Evaluation,
    keep_levels: Mapping[str, float],
    bound: float | None = None,
) -> Judged:
    """Return what a spend is worth to a plan, and which rules it breaks.

    Parameters
    ----------
    plan : PlanProblem
    evaluation : Evaluation
    keep_levels : Mapping of str to float
        Least value of the term of each ``keep`` rule, currency.
    bound : float or None
        A proven bound of the same plan, currency.

    Returns
    -------
    Judged
    """
    scope, budget = evaluation.scope, evaluation.scope.budget.total
    terms = term_values(plan, evaluation)
    stated = stated_levels(plan, keep_levels, evaluation)
    slack = KEPT * budget
    outside = (evaluation.spend < scope.lower - slack) | (evaluation.spend > scope.upper + slack)
    return Judged(
        name=plan.name,
        evaluation=evaluation,
        objective=float(sum(term.weight * term.value for term in terms)),
        term_values=terms,
        levels=tuple((name, level, _kept(level, budget)) for _, name, _, level in stated),
        bound=bound,
        outside=np.flatnonzero(outside).astype(np.int64),
    )


def _kept(level: Level, budget: float) -> bool:
    size = budget if level.unit == "currency" else limit_size(level)
    return bool(np.isfinite(level.value)) and beyond(level) <= KEPT * size
