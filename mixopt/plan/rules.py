"""Where a plan stands against its rules, and what each binding rule costs at the margin.

The price of a limit is the sum of its rows' multipliers at the root, turned from the row's unit into the limit's by
:attr:`mixopt.plugin.Level.scale`. It says what the objective gains when the limit gives way by one unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from mixopt.engine import Solution
from mixopt.model.model import Model
from mixopt.plan.audit import limit_size
from mixopt.plan.levels import RuleLevel
from mixopt.plugin import Evaluation, Level
from mixopt.problem.problem import PlanProblem
from mixopt.scope import Budget, Floats

AT_LIMIT = 1e-6  # of a limit's size: closer than this is at the limit
BUDGET = "budget"


def stated_levels(
    plan: PlanProblem, keep_levels: Mapping[str, float], evaluation: Evaluation
) -> Iterator[tuple[str, str, str, Level]]:
    """Yield every limit of a plan: part of the model, name for people, the rule in words, and the level.

    Parameters
    ----------
    plan : PlanProblem
    keep_levels : Mapping of str to float
        The levels that ``keep`` rules were set to, currency.
    evaluation : Evaluation

    Yields
    ------
    tuple of (str, str, str, Level)
        The budget first, then the rules, then the ``keep`` rules.
    """
    yield BUDGET, BUDGET, budget_sentence(evaluation.scope.budget), budget_level(evaluation)
    for rule in plan.rules:
        levels = tuple(rule.rule.levels(evaluation))
        labels = _labels(levels)
        for level, label in zip(levels, labels, strict=True):
            name = rule.name if len(levels) == 1 else f"{rule.name}[{label}]"
            yield f"rule:{rule.name}", name, rule.rule.sentence(), level
    for keep in plan.keeps:
        value = keep.value(evaluation)
        level = Level(row="", value=value, at_least=keep_levels[keep.name], unit="currency")
        yield (
            f"keep:{keep.name}",
            keep.name,
            f"{keep.term.name} is at least {keep.at_least:.6g} of {keep.of}'s",
            level,
        )


def rule_levels(
    plan: PlanProblem, model: Model, evaluation: Evaluation, solution: Solution
) -> tuple[RuleLevel, ...]:
    """Return where a plan stands against every limit, with prices.

    Parameters
    ----------
    plan : PlanProblem
    model : Model
    evaluation : Evaluation
        Of the plan's spend.
    solution : Solution
        For the multipliers.

    Returns
    -------
    tuple of RuleLevel
        The budget, the rules, the ``keep`` rules.
    """
    budget = evaluation.scope.budget.total
    sizes = _row_sizes(model, solution)
    found = []
    for part, name, sentence, level in stated_levels(plan, model.keep_levels, evaluation):
        size = (
            budget if level.unit == "currency" else max(limit_size(level), _summed(part, level, model, sizes))
        )
        sides = binding_sides(level, AT_LIMIT * size)
        price = limit_price(part, level, sides, model, solution)
        found.append(
            RuleLevel(
                rule=name,
                value=float(level.value),
                at_least=level.at_least,
                at_most=level.at_most,
                unit=level.unit,
                binding=bool(sides),
                shadow_price=price,
                sentence=sentence,
                size=size,
            )
        )
    return tuple(found)


def budget_level(evaluation: Evaluation) -> Level:
    """Return where a spend stands against the budget.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    Level
    """
    budget = evaluation.scope.budget
    floor = budget.total if budget.rule == "spend-all" else None
    return Level(row="", value=float(evaluation.spend.sum()), at_least=floor, at_most=budget.total)


def binding_sides(level: Level, slack: float) -> frozenset[str]:
    """Return the sides of a limit that a value stands at.

    Parameters
    ----------
    level : Level
    slack : float
        How far from the limit still counts as at it.

    Returns
    -------
    frozenset of {"lower", "upper"}
    """
    sides = (("lower", level.at_least), ("upper", level.at_most))
    return frozenset(side for side, limit in sides if limit is not None and abs(level.value - limit) <= slack)


def limit_price(part: str, level: Level, sides: frozenset[str], model: Model, solution: Solution) -> float:
    """Return what the objective gains when a limit gives way by one unit.

    Parameters
    ----------
    part : str
        The part of the model that the rows belong to.
    level : Level
        Its ``row`` is the label of its rows; empty for all rows of the part.
    sides : frozenset of str
        The sides that bind.
    model : Model
    solution : Solution

    Returns
    -------
    float
        Currency per unit of the limit, never below 0; 0 where nothing binds.
    """
    total = 0.0
    for row, price in zip(model.rows, solution.prices, strict=True):
        if row.part == part and level.row in {"", row.label} and ("upper" if price > 0 else "lower") in sides:
            total += abs(float(price))
    scale = abs(level.scale)
    return total * scale if np.isfinite(scale) else 0.0


def _row_sizes(model: Model, solution: Solution) -> Floats:
    """Return the size of what each row sums, down to the cells: totals may cancel."""
    program = model.program
    if solution.columns is None or solution.spend is None:
        return np.zeros(program.n_rows)
    sizes = np.abs(solution.columns)
    sizes[program.spend_columns] = abs(program.spend_matrix) @ np.abs(solution.spend)
    return np.asarray(abs(program.matrix) @ sizes, dtype=float)


def _summed(part: str, level: Level, model: Model, sizes: Floats) -> float:
    """Return the size of the numbers that a limit's rows sum, in the limit's unit."""
    rows = [k for k, row in enumerate(model.rows) if row.part == part and level.row in {"", row.label}]
    scale = abs(level.scale) or 1.0
    return float(sizes[rows].max(initial=0.0)) / scale if np.isfinite(scale) else 0.0


def _labels(levels: Sequence[Level]) -> list[str]:
    """Return what tells the rows of one rule apart: the index where all share a name, else the row's name."""
    stems = {level.row.partition("[")[0] for level in levels}
    indexed = len(stems) == 1 and all(level.row.endswith("]") for level in levels)
    return [level.row.partition("[")[2][:-1] if indexed else level.row for level in levels]


def budget_sentence(budget: Budget) -> str:
    """Return the budget in words.

    Parameters
    ----------
    budget : Budget

    Returns
    -------
    str
    """
    return f"{'all of' if budget.rule == 'spend-all' else 'at most'} {budget.total:,.10g} is spent"
