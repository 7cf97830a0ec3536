"""What the engine says, checked against the numpy twins: the objective, the bound, every rule and every cell.

objective = Σ weight × twin(spend),   objective <= bound,   every level within its limits
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixopt.engine import Program, Solution
from mixopt.errors import SolverError
from mixopt.plan.levels import RuleLevel, TermValue
from mixopt.plugin import Level
from mixopt.scope import Floats

AGREE = 1e-6  # relative: the engine's objective against the twins
FAINT = 1e-3  # of what the objective could reach: a smaller worth counts as this much
PROVEN = 1e-9  # relative: how far rounding alone may lift the objective above the bound
KEPT = 1e-6  # of a limit's size: how far a plan may stand beyond it


def audited_objective(plan: str, terms: Sequence[TermValue], program: Program, solution: Solution) -> float:
    """Return the sum of weight × twin, once it agrees with the engine.

    Parameters
    ----------
    plan : str
    terms : sequence of TermValue
    program : Program
    solution : Solution
        With a spend.

    Returns
    -------
    float
        Currency.

    Raises
    ------
    SolverError
        If the twins and the engine disagree: it names the terms; or if the objective stands above its bound.
    """
    total = float(sum(term.weight * term.value for term in terms))
    size = max(
        abs(total), sum(abs(term.weight * term.value) for term in terms), _reach(program) * FAINT, 1e-300
    )
    assert solution.objective is not None
    if not np.isfinite(total) or abs(total - solution.objective) > AGREE * size:
        raise SolverError(
            f"plan '{plan}': {_suspects(terms, program, solution)} worth {total:.9g} by numpy, "
            f"the engine says {solution.objective:.9g}: the expression of a term and its `value` disagree"
        )
    if solution.bound is not None and total > solution.bound + PROVEN * max(size, abs(solution.bound)):
        raise SolverError(
            f"plan '{plan}': the objective {total:.12g} stands above its bound {solution.bound:.12g}"
        )
    return total


def _reach(program: Program) -> float:
    """Return the most that the objective's parts could be worth, each taken by its amount."""
    with np.errstate(invalid="ignore"):
        ends = np.maximum(np.abs(program.column_lower), np.abs(program.column_upper)) * np.abs(
            program.objective
        )
    return float(ends[np.isfinite(ends)].sum())


def _suspects(terms: Sequence[TermValue], program: Program, solution: Solution) -> str:
    """Name the concave terms whose column disagrees with the twin, else all terms that have none."""
    values = {term.name: term.value for term in terms}
    spoken = {f"term '{name}'": name for name in values}
    concave = {}
    for part in program.concave:
        if solution.columns is not None and part.name in spoken:
            concave[spoken[part.name]] = float(solution.columns[part.theta])
    wrong = [
        name for name, theta in concave.items() if not np.isclose(theta, values[name], rtol=AGREE, atol=0.0)
    ]
    wrong = wrong or [name for name in values if name not in concave] or list(values)
    return (
        ("term " if len(wrong) == 1 else "one of the terms ")
        + ", ".join(f"'{name}'" for name in wrong)
        + " is"
    )


def check_rules(plan: str, levels: Sequence[RuleLevel]) -> None:
    """Check that a plan keeps every limit, by the rules' own twins.

    Parameters
    ----------
    plan : str
    levels : sequence of RuleLevel

    Raises
    ------
    SolverError
        If a limit is broken: it names the rule.
    """
    for level in levels:
        if beyond(level) > KEPT * level.size:
            raise SolverError(
                f"plan '{plan}' breaks rule '{level.rule}': {level.value:.9g} against "
                f"{level.at_least} … {level.at_most}: the rows of the rule and its `levels` disagree"
            )


def beyond(level: RuleLevel | Level) -> float:
    """Return how far a value stands beyond its limits; 0 within them.

    Parameters
    ----------
    level : RuleLevel or Level
        Anything with ``value``, ``at_least`` and ``at_most``.

    Returns
    -------
    float
        In the unit of the limit.
    """
    low = level.at_least - level.value if level.at_least is not None else 0.0
    high = level.value - level.at_most if level.at_most is not None else 0.0
    return float(np.nanmax([low, high, 0.0]))


def limit_size(level: RuleLevel | Level) -> float:
    """Return what deviations from a limit are measured by: 1 for shares, else the limit's own size.

    Parameters
    ----------
    level : RuleLevel or Level

    Returns
    -------
    float
    """
    sides = [abs(side) for side in (level.at_least, level.at_most) if side is not None]
    return (
        1.0
        if level.unit == "share"
        else max([*sides, abs(level.value) if np.isfinite(level.value) else 0.0, 1e-9])
    )


def check_cells(plan: str, spend: Floats, lower: Floats, upper: Floats, budget: float) -> None:
    """Check that the spend is finite and within the bounds of every cell.

    Parameters
    ----------
    plan : str
    spend, lower, upper : ndarray (n_cells,), currency
    budget : float

    Raises
    ------
    SolverError
    """
    if spend.shape != lower.shape or not np.isfinite(spend).all():
        raise SolverError(f"plan '{plan}': the engine's spend is no finite number for every cell")
    off = np.maximum(lower - spend, spend - upper)
    if off.max(initial=0.0) > 1e-9 * budget:
        cell = int(off.argmax())
        raise SolverError(
            f"plan '{plan}': cell {cell + 1} spends {spend[cell]:.9g}, outside {lower[cell]:.9g} … {upper[cell]:.9g}"
        )
