"""From solved plans to the certificate of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mixopt.engine import Solution
from mixopt.model import Model
from mixopt.problem.problem import Problem
from mixopt.proof.certificate import Certificate
from mixopt.proof.record import KeptTerm, SolvedPlan, make_certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One plan as it was solved.

    Parameters
    ----------
    model : Model
    solution : Solution
    references : Mapping of str to float
        For each ``keep`` rule, the value of its term on the other plan, currency.
    """

    model: Model
    solution: Solution
    references: Mapping[str, float]


def certify(problem: Problem, attempts: Sequence[Attempt]) -> Certificate:
    """Return the certificate of the plans that were tried.

    Parameters
    ----------
    problem : Problem
    attempts : sequence of Attempt
        In the order in which they were solved.

    Returns
    -------
    Certificate
    """
    scope = problem.scope
    return make_certificate(
        name=problem.config.name,
        currency=scope.currency,
        budget=scope.budget.total,
        rule=scope.budget.rule,
        channels=scope.labels("channel").tolist(),
        segments=scope.labels("segment").tolist(),
        curve_tables=problem.curve_tables,
        plans=[_solved(problem, attempt) for attempt in attempts],
    )


def _solved(problem: Problem, attempt: Attempt) -> SolvedPlan:
    plan = problem.plans[attempt.model.plan]
    return SolvedPlan(
        name=plan.name,
        program=attempt.model.program,
        rows=attempt.model.rows,
        solution=attempt.solution,
        gap=problem.config.solver.gap,
        keeps=[
            KeptTerm(
                rule=keep.name,
                of=keep.of,
                term=keep.term.name,
                at_least=keep.at_least,
                reference=attempt.references[keep.name],
            )
            for keep in plan.keeps
        ],
    )
