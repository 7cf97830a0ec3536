"""Plans to test terms, rules and measures on: nothing, today, even, and random corners of a small problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mixopt import BoundTerm, Budget, Evaluation, PlanProblem, Problem
from mixopt.curves import Floats


def sampled(problem: Problem, seed: int = 7, count: int = 4) -> Iterator[Evaluation]:
    """Yield plans within the cells' bounds: at the lower bounds, even, at the upper bounds, and `count` random ones.

    Parameters
    ----------
    problem : Problem
    seed, count : int

    Yields
    ------
    Evaluation
    """
    rng = np.random.default_rng(seed)
    low, high = problem.scope.lower, problem.scope.upper
    for part in (0.0, 0.2, 1.0):
        yield at(problem, low + part * (high - low))
    for _ in range(count):
        share = rng.random(problem.scope.n_cells) * (rng.random(problem.scope.n_cells) < 0.8)
        yield at(problem, low + share * (high - low))


def at(problem: Problem, spend: Floats) -> Evaluation:
    """Return a spend, evaluated.

    Parameters
    ----------
    problem : Problem
    spend : ndarray (n_cells,), currency

    Returns
    -------
    Evaluation
    """
    return Evaluation(scope=problem.scope, curves=problem.curves, spend=spend)


def pinned(problem: Problem, plan: PlanProblem, spend: Floats) -> tuple[Problem, PlanProblem]:
    """Return a problem in which every cell can only spend what it is given, with all that money as its budget.

    Parameters
    ----------
    problem : Problem
    plan : PlanProblem
    spend : ndarray (n_cells,), currency

    Returns
    -------
    problem : Problem
    plan : PlanProblem
    """
    budget = Budget(total=max(float(spend.sum()), 1.0), rule="at-most")
    scope = replace(problem.scope, lower=spend, upper=spend, budget=budget)
    return replace(problem, scope=scope, plans={plan.name: plan}), plan


def lone_plan(*terms: BoundTerm) -> PlanProblem:
    """Return a plan of some terms and no rules.

    Parameters
    ----------
    *terms : BoundTerm

    Returns
    -------
    PlanProblem
    """
    return PlanProblem(name="plan", terms=terms, rules=())
