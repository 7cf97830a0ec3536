"""From the engine's answer to a plan: everything is recomputed in numpy from the spend, nothing is believed."""

from __future__ import annotations

from mixopt.engine import Options, Solution
from mixopt.model.model import Model
from mixopt.plan.audit import audited_objective, check_cells, check_rules
from mixopt.plan.clash import find_conflict
from mixopt.plan.levels import TermValue
from mixopt.plan.plan import Plan
from mixopt.plan.references import evaluate
from mixopt.plan.rules import rule_levels
from mixopt.plugin import Evaluation
from mixopt.problem.problem import PlanProblem, Problem


def make_plan(
    problem: Problem, plan: PlanProblem, model: Model, solution: Solution, options: Options | None = None
) -> Plan:
    """Return a plan, recomputed from the engine's spend with the exact curves.

    Parameters
    ----------
    problem : Problem
    plan : PlanProblem
    model : Model
        What was solved.
    solution : Solution
        What the engine answered.
    options : Options, optional
        Limits of the search for the rules that clash, if nothing fits.

    Returns
    -------
    Plan
        ``measures`` is still empty: they come with the contrast.

    Raises
    ------
    SolverError
        If the engine's answer and the numpy twins disagree.
    """
    if solution.spend is None:
        conflict = find_conflict(problem, plan, model, options) if solution.status == "infeasible" else None
        return Plan(
            name=plan.name,
            status=solution.status,
            reason=solution.reason,
            objective=None,
            bound=solution.bound,
            gap=None,
            source=solution.source,
            seconds=solution.seconds,
            evaluation=None,
            conflict=conflict,
        )
    scope = problem.scope
    check_cells(plan.name, solution.spend, scope.lower, scope.upper, scope.budget.total)
    evaluation = evaluate(scope, problem.curves, solution.spend)
    terms = term_values(plan, evaluation)
    objective = audited_objective(plan.name, terms, model.program, solution)
    levels = rule_levels(plan, model, evaluation, solution)
    check_rules(plan.name, levels)
    return Plan(
        name=plan.name,
        status=solution.status,
        reason=solution.reason,
        objective=objective,
        bound=solution.bound,
        gap=relative_gap(objective, solution.bound),
        source=solution.source,
        seconds=solution.seconds,
        evaluation=evaluation,
        term_values=terms,
        rule_levels=levels,
    )


def unreachable_plan(plan: PlanProblem) -> Plan:
    """Return a plan that cannot be tried, since it keeps something of a plan that was not found.

    Parameters
    ----------
    plan : PlanProblem

    Returns
    -------
    Plan
        Status ``no-plan``, reason ``reference``.
    """
    return Plan(
        name=plan.name,
        status="no-plan",
        reason="reference",
        objective=None,
        bound=None,
        gap=None,
        source="",
        seconds=0.0,
        evaluation=None,
    )


def term_values(plan: PlanProblem, evaluation: Evaluation) -> tuple[TermValue, ...]:
    """Return what each term of a plan is worth on a spend.

    Parameters
    ----------
    plan : PlanProblem
    evaluation : Evaluation

    Returns
    -------
    tuple of TermValue
    """
    return tuple(
        TermValue(
            name=term.name, kind=term.kind, weight=term.weight, value=float(term.term.value(evaluation))
        )
        for term in plan.terms
    )


def relative_gap(objective: float, bound: float | None) -> float | None:
    """Return (bound - objective) / abs(objective), at least 0: the audit has refused what is below it.

    Parameters
    ----------
    objective : float
    bound : float or None

    Returns
    -------
    float or None
        ``inf`` where the objective is 0 and the bound is not.
    """
    if bound is None:
        return None
    missing = max(bound - objective, 0.0)
    if missing == 0.0:
        return 0.0
    return missing / abs(objective) if objective else float("inf")
