"""Which rules clash: the smallest relaxation that makes room, and a set of rules of which none can be left out.

The smallest relaxation is one elastic solve. Rules with a price there are where the clash lies; a deletion filter makes
them irreducible: leave one out, and if the rest still has no room, it stays out (Chinneck & Dravnieks 1991,
doi:10.1287/ijoc.3.2.157).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mixopt import engine
from mixopt.engine import Options, Solution
from mixopt.model.model import Model
from mixopt.plan.audit import beyond, limit_size
from mixopt.plan.conflict import Clashing, Conflict
from mixopt.plan.elastic import elastic, without_rows
from mixopt.plan.references import equal_split, evaluate
from mixopt.plan.rules import stated_levels
from mixopt.plugin import Level
from mixopt.problem.problem import PlanProblem, Problem
from mixopt.scope import Floats, Indices

NOTHING = 1e-7  # of the budget: a relaxation below this is rounding
PRECISION = 1e-7  # of the budget: how exactly the smallest relaxation is found
SOLVE_SECONDS = 10.0
SEARCH_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """One limit that may give way: name, words, its rows in the program, and what its unit counts for."""

    name: str
    sentence: str
    unit: str
    worth: float
    rows: Indices
    row_worth: float


@dataclass(frozen=True, slots=True)
class Search:
    """What all steps of the search share."""

    problem: Problem
    plan: PlanProblem
    model: Model
    limits: tuple[Limit, ...]
    options: Options
    until: float

    @property
    def late(self) -> bool:
        """Whether the search must stop."""
        return time.monotonic() > self.until or self.options.stop.is_set()

    def missing(self, kept: Sequence[Limit], giving: Sequence[Limit]) -> Solution:
        """Return the cheapest relaxation of `giving` when the limits in `kept` hold and all others are left out."""
        out = [limit for limit in self.limits if limit not in kept and limit not in giving]
        gone = _rows(out)
        program = without_rows(self.model.program, gone)
        place = np.cumsum(~np.isin(np.arange(self.model.program.n_rows), gone)) - 1
        worth = np.concatenate([np.full(len(limit.rows), limit.row_worth) for limit in giving])
        return engine.solve(elastic(program, place[_rows(giving)], worth), self._limited())

    def _limited(self) -> Options:
        left = max(self.until - time.monotonic(), 0.1)
        return Options(gap=PRECISION, time_limit=min(SOLVE_SECONDS, left), stop=self.options.stop)


def find_conflict(
    problem: Problem, plan: PlanProblem, model: Model, options: Options | None = None
) -> Conflict | None:
    """Return why an infeasible plan is infeasible.

    Parameters
    ----------
    problem : Problem
    plan : PlanProblem
    model : Model
        What was found infeasible.
    options : Options, optional
        Its ``stop`` ends the search early.

    Returns
    -------
    Conflict or None
        ``None`` where no relaxation of rules makes room in the time given.
    """
    limits = tuple(_limits(problem, plan, model))
    search = Search(problem, plan, model, limits, options or Options(), time.monotonic() + SEARCH_SECONDS)
    whole = search.missing((), limits)
    if whole.spend is None:
        return None
    amounts = relaxations(search, whole.spend)
    clash, complete = _irreducible(search, _suspects(search, whole, amounts))
    found = [
        _clashing(limit, amounts.get(limit.name, 0.0), _alone(search, limit, len(clash))) for limit in clash
    ]
    relaxed = [_clashing(limit, amounts[limit.name], None) for limit in limits if limit.name in amounts]
    return Conflict(
        rules=tuple(sorted(found, key=_cheapest)),
        total=float(sum(amounts[limit.name] * limit.worth for limit in limits if limit.name in amounts)),
        relaxed=tuple(sorted(relaxed, key=lambda rule: -rule.relaxation * rule.worth)),
        complete=complete,
    )


def relaxations(search: Search, spend: Floats) -> dict[str, float]:
    """Return by how much each limit is broken by a spend, in its own unit; kept limits are left out.

    Parameters
    ----------
    search : Search
    spend : ndarray (n_cells,), currency

    Returns
    -------
    dict of str to float
    """
    problem = search.problem
    evaluation = evaluate(problem.scope, problem.curves, spend)
    worth = {limit.name: limit.worth for limit in search.limits}
    broken = {}
    for _, name, _, level in stated_levels(search.plan, search.model.keep_levels, evaluation):
        amount = beyond(level)
        if amount * worth.get(name, 0.0) > NOTHING * problem.scope.budget.total:
            broken[name] = amount
    return broken


def _limits(problem: Problem, plan: PlanProblem, model: Model) -> Iterable[Limit]:
    scope = problem.scope
    base = evaluate(scope, problem.curves, equal_split(scope))
    for part, name, sentence, level in stated_levels(plan, model.keep_levels, base):
        rows = [k for k, row in enumerate(model.rows) if row.part == part and level.row in {"", row.label}]
        if part.startswith("keep:"):
            rows = [k for k in rows if model.rows[k].label == "limit"]
        if rows:
            worth = _worth(level, scope.budget.total)
            scale = abs(level.scale) if np.isfinite(level.scale) and level.scale else 1.0
            yield Limit(
                name=name,
                sentence=sentence,
                unit=level.unit,
                worth=worth,
                rows=np.array(rows, dtype=np.int64),
                row_worth=worth / scale,
            )


def _worth(level: Level, budget: float) -> float:
    """Return what one unit of a limit counts for: money itself, a share of the budget, else 1 % of it counts as 1 %."""
    if level.unit == "currency":
        return 1.0
    return budget if level.unit == "share" else budget / limit_size(level)


def _suspects(search: Search, whole: Solution, amounts: dict[str, float]) -> list[Limit]:
    """Return the limits that give way or have a price in the smallest relaxation, if they clash by themselves."""
    priced = np.abs(whole.prices) > 1e-9 * max(limit.row_worth for limit in search.limits)
    near = [limit for limit in search.limits if limit.name in amounts or priced[limit.rows].any()]
    if len(near) < len(search.limits) and near and _clashes(search, near):
        return near
    return list(search.limits)


def _irreducible(search: Search, suspects: list[Limit]) -> tuple[list[Limit], bool]:
    clash = list(suspects)
    for limit in suspects:
        if search.late:
            return clash, False
        rest = [other for other in clash if other is not limit]
        if rest and _clashes(search, rest):
            clash = rest
    return clash, True


def _clashes(search: Search, limits: Sequence[Limit]) -> bool:
    answer = search.missing((), limits)
    if answer.bound is None:
        return False
    budget = search.problem.scope.budget.total
    return -answer.bound - budget > NOTHING * budget


def _alone(search: Search, limit: Limit, clashing: int) -> float | None:
    """Return how far one limit must give way while all others hold; ``None`` where that is not enough."""
    if search.late and clashing > 1:
        return None
    others = [other for other in search.limits if other.name != limit.name]
    answer = search.missing(others, [limit])
    return None if answer.spend is None else relaxations(search, answer.spend).get(limit.name)


def _clashing(limit: Limit, relaxation: float, alone: float | None) -> Clashing:
    return Clashing(
        name=limit.name,
        sentence=limit.sentence,
        unit=limit.unit,
        relaxation=relaxation,
        alone=alone,
        worth=limit.worth,
    )


def _cheapest(rule: Clashing) -> tuple[bool, float, str]:
    return (rule.alone is None, (rule.alone or 0.0) * rule.worth, rule.name)


def _rows(limits: Sequence[Limit]) -> Indices:
    return np.concatenate([limit.rows for limit in limits]) if limits else np.empty(0, dtype=np.int64)
