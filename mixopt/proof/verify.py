"""The verifier: recomputes what a certificate claims, from its numbers alone, and refuses what does not hold.

It shares no code with the engine, and knows neither Pyomo nor a solver: curves (value, slope, inflection), numpy and
sparse matrices are all it needs. Feasibility and objective come from :mod:`mixopt.proof.feasible`, the bound from
:mod:`mixopt.proof.lagrangian`; here the claims are compared with them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from mixopt.errors import ProofError, shown
from mixopt.proof.certificate import Certificate
from mixopt.proof.claims import ROUNDED, check_bound, check_budget_row, check_gap, check_status
from mixopt.proof.components import CurveShop, CurvesOf, Floats
from mixopt.proof.conjugate import STEPS
from mixopt.proof.feasible import exact_columns
from mixopt.proof.keep import check_keeps
from mixopt.proof.lagrangian import leaf_bounds
from mixopt.proof.plan_data import PlanData, plan_data
from mixopt.proof.tree import leaves_of

CLOSE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVerification:
    """What was found to hold of one plan.

    Parameters
    ----------
    plan, status : str
    objective, bound : float or None
        Recomputed, currency.
    gap : float or None
        (bound - objective) / abs(objective), of the recomputed numbers.
    violation : float or None
        Largest violation of anything, as a share of its size.
    leaves : int
    rests_on : tuple of str
        What had to be taken as stated.
    seconds : float
    """

    plan: str
    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    violation: float | None
    leaves: int
    rests_on: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found to hold of all plans of a certificate."""

    plans: tuple[PlanVerification, ...]


def verify(certificate: Certificate, curves_of: CurvesOf, *, steps: int = STEPS) -> Verification:
    """Recompute feasibility, objective and bound of every plan.

    Parameters
    ----------
    certificate : Certificate
    curves_of : callable
        ``curves_of(kind, parameters, points)`` returns the curves of one family: an object with ``value``, ``slope``
        and ``inflection``. `parameters` maps each name to an array; `points` maps ``cell``, ``spend`` and
        ``response`` to arrays, or is ``None``.
    steps : int
        Of bisection: fewer are faster and give looser bounds, never false ones.

    Returns
    -------
    Verification

    Raises
    ------
    ProofError
        Naming the first check that failed, with plan and numbers.
    """
    problem = certificate.problem
    names = [plan.name for plan in problem.plans]
    if len(set(names)) != len(names):
        raise ProofError("plan-names", "two plans have one name")
    if len(problem.segments) != problem.n_cells:
        raise ProofError("cell-names", f"{problem.n_cells} cells have {len(problem.segments)} segments")
    if problem.budget.rule not in {"spend-all", "at-most"} or problem.budget.total < 0.0:
        raise ProofError("budget", f"the rule {shown(problem.budget.rule)} or the total cannot be")
    shop = CurveShop.of(certificate, curves_of)
    found = []
    for k, plan in enumerate(problem.plans):
        try:
            # absurd numbers may overflow: what comes out compares with nothing, and is refused
            with np.errstate(all="ignore"):
                found.append(_verify_plan(certificate, shop, k, steps))
        except ProofError as reason:
            raise ProofError(reason.check, f"plan {shown(plan.name)}: {reason.args[1]}") from None
    return Verification(plans=tuple(found))


def _verify_plan(certificate: Certificate, shop: CurveShop, k: int, steps: int) -> PlanVerification:
    start = time.perf_counter()
    data, budget = plan_data(certificate, k), certificate.problem.budget
    record = data.record
    check_status(record)
    check_budget_row(data, budget)
    rests_on = list(check_keeps(certificate, shop, data, k))
    objective, violation, natural = None, None, 0.0
    if record.objective is not None:
        exact = exact_columns(data, shop, budget)
        objective, violation = _objective(data, exact.columns), exact.violation
        natural = _size(data, exact.sizes)
        size = CLOSE * _size(data, exact.columns) + ROUNDED * natural
        if not abs(objective - record.objective) <= size:
            raise ProofError("objective", f"it is {objective!r}, not {record.objective!r}")
    check_gap(record, natural)
    leaves, bound = [], None
    if record.sizes.nodes:
        leaves = leaves_of(data)
        bounds = leaf_bounds(data, shop, leaves, steps)
        bound = check_bound(data, leaves, bounds, objective)
        rests_on += [f"{name}: its ceiling is as stated" for name in bounds.ceilings]
    rests_on += _rests_on(data, len(leaves))
    gap = None
    if bound is not None and objective is not None:
        gap = 0.0 if bound <= objective else (bound - objective) / abs(objective) if objective else None
    return PlanVerification(
        plan=record.name,
        status=record.status,
        objective=objective,
        bound=bound,
        gap=gap,
        violation=violation,
        leaves=len(leaves),
        rests_on=tuple(rests_on),
        seconds=time.perf_counter() - start,
    )


def _objective(data: PlanData, columns: Floats) -> float:
    return float(data.record.offset + data["objective"] @ columns)


def _size(data: PlanData, columns: Floats) -> float:
    return float(abs(data.record.offset) + np.abs(data["objective"]) @ np.abs(columns))


def _rests_on(data: PlanData, leaves: int) -> list[str]:
    stated = [term.name for term in data.record.concave if not term.atom]
    found = [f"{name}: its values and tangents are as its plugin states them" for name in stated]
    if not leaves:
        found.append("nothing is proven: there is no bound")
    return found
