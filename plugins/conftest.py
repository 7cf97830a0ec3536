"""What the tests of all first-party plugins share: small scopes, and a plan's model with its totals pinned to the plan.

``pinned(scope, curves, spend, term=…)`` builds the real Pyomo model of a term or rule over totals, holds every total at
what the given spends make it, and maximises over the plugin's own variables: what comes out must be the numpy twin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

import mixopt
from mixopt import Budget, Evaluation, Scope
from mixopt.curves import Curves, Hill, Linear
from mixopt.model.compile import compile_parts
from mixopt.model.parts import assemble
from mixopt.model.totals import Book
from mixopt.problem.problem import BoundRule, BoundTerm, PlanProblem

KEY_COLUMNS = ("channel", "segment", "curve")


def make_scope(
    cells: pd.DataFrame,
    *,
    budget: float = 100.0,
    rule: Any = "spend-all",
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Scope:
    """Return a scope; numeric columns become weights, text columns keys and tags."""
    cells = cells.reset_index(drop=True)
    n = len(cells)
    text = {c: cells[c].astype(str) for c in cells.columns if not pd.api.types.is_numeric_dtype(cells[c])}
    text.setdefault("segment", pd.Series(["all"] * n))
    text.setdefault("curve", pd.Series(["hill"] * n))
    known = {"value", "lower", "upper", "current_spend"}
    numbers = {c: cells[c].to_numpy(float) for c in cells.columns if c not in text}
    return Scope(
        cells=pd.DataFrame(text),
        value=numbers.get("value", np.ones(n)),
        lower=numbers.get("lower", np.zeros(n)),
        upper=numbers.get("upper", np.full(n, budget)),
        current_spend=numbers.get("current_spend"),
        weights={name: column for name, column in numbers.items() if name not in known},
        budget=Budget(total=budget, rule=rule),
        currency="GBP",
        tables=dict(tables or {}),
    )


def hill_curves(n: int, seed: int = 1) -> Curves:
    """Return n Hill curves, concave and S-shaped mixed."""
    rng = np.random.default_rng(seed)
    family = Hill(rng.uniform(20, 80, n), rng.uniform(5, 60, n), rng.uniform(0.8, 2.5, n))
    return Curves((("hill", np.arange(n), family),))


def linear_curves(scale: Any) -> Curves:
    """Return straight lines."""
    slopes = np.asarray(scale, dtype=float)
    return Curves((("linear", np.arange(len(slopes)), Linear(slopes)),))


@dataclass(frozen=True)
class Pinned:
    """A pinned model: its best value, or ``None`` where the rule forbids the plan; row labels; totals' vector."""

    value: float | None
    rows: tuple[str, ...]
    program: Any


def compiled(
    scope: Scope, curves: Curves, *, term: Any = None, rule: Any = None
) -> tuple[Any, tuple[Any, ...]]:
    """Return the program of a plan with one term and one rule, and its rows."""
    terms = () if term is None else (BoundTerm(name="t", kind="t", weight=1.0, term=term),)
    rules = () if rule is None else (BoundRule(name="r", kind="r", rule=rule),)
    model = pyo.ConcreteModel()
    model.totals = pyo.Block()
    model.parts = pyo.Block(pyo.Any)
    plan = PlanProblem(name="p", terms=terms, rules=rules)
    return compile_parts(assemble(plan, Book(scope, curves, model.totals), model, {}))


def best_line(scope: Scope, curves: Curves, *, term: Any = None, rule: Any = None) -> tuple[float, Any]:
    """Return the best objective and spends of a plan whose curves are all straight lines, by one linear program."""
    program, _ = compiled(scope, curves, term=term, rule=rule)
    n, columns = program.n_cells, program.n_columns
    slope = program.curves.slope(np.ones(len(program.component_cell)))
    spread = np.zeros((len(slope), n))
    spread[np.arange(len(slope)), program.component_cell] = slope
    blocks, sides = [], []
    for place, links, low in (
        (program.spend_columns, program.spend_matrix.toarray(), 0.0),
        (program.response_columns, program.response_matrix.toarray() @ spread, -np.inf),
    ):
        picked = np.zeros((len(place), columns))
        picked[np.arange(len(place)), place] = 1.0
        blocks.append(np.hstack((picked, -links)))
        sides.append((np.full(len(place), low), np.zeros(len(place))))
    blocks.append(np.hstack((program.matrix.toarray(), np.zeros((program.n_rows, n)))))
    sides.append((program.row_lower, program.row_upper))
    answer = milp(
        -np.concatenate((program.objective, np.zeros(n))),
        constraints=LinearConstraint(
            np.vstack(blocks),
            np.concatenate([low for low, _ in sides]),
            np.concatenate([up for _, up in sides]),
        ),
        bounds=Bounds(
            np.concatenate((program.column_lower, scope.lower)),
            np.concatenate((program.column_upper, scope.upper)),
        ),
    )
    assert answer.success, answer.message
    return program.offset - answer.fun, answer.x[columns:]


def pinned(scope: Scope, curves: Curves, spend: Any, *, term: Any = None, rule: Any = None) -> Pinned:
    """Return the model of a term or rule, with totals held at a plan."""
    spend = np.asarray(spend, dtype=float)
    program, rows = compiled(scope, curves, term=term, rule=rule)
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    amounts = program.curves.value(spend[program.component_cell])
    for columns, at in (
        (program.spend_columns, program.spend_matrix @ spend),
        (program.response_columns, program.response_matrix @ amounts),
    ):
        lower[columns] = upper[columns] = at
    mine = [k for k, row in enumerate(rows) if row.part != "budget"]
    labels = tuple(rows[k].label for k in mine)
    for oracle in program.concave:
        point = lower[oracle.columns]
        lower[oracle.theta] = upper[oracle.theta] = oracle.function(point)[0]
    matrix = program.matrix.toarray()[mine]
    high, low = np.isfinite(program.row_upper[mine]), np.isfinite(program.row_lower[mine])
    slack = 1e-9 * scope.budget.total if rule is not None else 0.0
    answer = linprog(
        -program.objective,
        A_ub=np.vstack((matrix[high], -matrix[low])),
        b_ub=np.concatenate((program.row_upper[mine][high], -program.row_lower[mine][low])) + slack,
        bounds=list(zip(lower.tolist(), upper.tolist(), strict=True)),
        method="highs",
    )
    assert answer.status in {0, 2}, answer.message
    best = program.offset - answer.fun if answer.fun is not None else None
    return Pinned(best, labels, program)


def plan_of(scope: Scope, curves: Curves, spend: Any) -> Evaluation:
    """Return a plan, evaluated."""
    return Evaluation(scope=scope, curves=curves, spend=np.asarray(spend, dtype=float))


def three_cells(currency: float = 1.0) -> pd.DataFrame:
    """Return the cells table of three channels, one S-shaped, as a config reads it, in some currency."""
    cells = pd.DataFrame(
        {
            "channel": ["tv", "search", "social"],
            "segment": ["old", "new", "new"],
            "kind": ["brand", "activation", "activation"],
            "medium": ["tv", "digital", "digital"],
            "curve": "hill",
            "scale": [90.0, 60.0, 50.0],
            "half_saturation": [45.0, 20.0, 25.0],
            "slope": [2.2, 0.9, 1.0],
            "value": [1.0, 1.2, 1.0],
            "current_spend": [40.0, 30.0, 30.0],
            "long_run_multiplier": [3.0, 1.5, 2.0],
            "goodwill_per_response": [1.0, 0.2, 0.4],
            "heads": [4.0, 6.0, 6.0],
        }
    )
    money = ["half_saturation", "value", "current_spend"]
    return cells.assign(**{column: cells[column] * currency for column in money})


def solved(objective: Any, constraints: Any = (), tables: Any = None, currency: float = 1.0) -> Any:
    """Return the result of a run of one plan on three cells with a budget of 100, in some currency."""
    tables = {"cells": three_cells(currency), **(tables or {})}
    config = {
        "mixopt": 1,
        "name": "three",
        "currency": "EUR",
        "budget": {"total": 100.0 * currency},
        "data": {name: name for name in tables},
        "plans": {"plan": {"objective": list(objective), "constraints": list(constraints)}},
    }
    return mixopt.run(config, tables=tables)


def assert_best_on_a_grid(
    objective: Any, constraints: Any = (), tables: Any = None, step: float = 2.0
) -> Any:
    """Assert that no plan on a dense grid beats what a run proves, and that its bound lies above all of them."""
    result = solved(objective, constraints, tables)
    plan = result.plans["plan"]
    assert plan.status == "optimal", plan.status
    problem = result.problem
    bound_plan = problem.plans["plan"]
    best = -np.inf
    for a in np.arange(0.0, 100.0 + step / 2, step):
        for b in np.arange(0.0, 100.0 - a + step / 2, step):
            spend = np.array([a, b, max(100.0 - a - b, 0.0)])
            made = Evaluation(scope=problem.scope, curves=problem.curves, spend=spend)
            if not all(_kept(level) for rule in bound_plan.rules for level in rule.rule.levels(made)):
                continue
            best = max(best, sum(term.weight * term.term.value(made) for term in bound_plan.terms))
    own = Evaluation(
        scope=problem.scope, curves=problem.curves, spend=plan.allocation["spend"].to_numpy(float)
    )
    value = sum(term.weight * term.term.value(own) for term in bound_plan.terms)
    assert plan.objective == pytest.approx(value, rel=1e-9)
    assert plan.bound >= best - 1e-9 * abs(best)
    assert plan.objective >= best - 1.01e-4 * abs(plan.bound)
    assert all(_kept(level, 1e-6) for rule in bound_plan.rules for level in rule.rule.levels(own))
    return plan


def _kept(level: Any, slack: float = 1e-9) -> bool:
    low = level.at_least is None or level.value >= level.at_least - slack * max(1.0, abs(level.at_least))
    return low and (
        level.at_most is None or level.value <= level.at_most + slack * max(1.0, abs(level.at_most))
    )


class Bench:
    """The functions above, for tests to take as one fixture."""

    scope = staticmethod(make_scope)
    hill = staticmethod(hill_curves)
    linear = staticmethod(linear_curves)
    pinned = staticmethod(pinned)
    plan = staticmethod(plan_of)
    best_line = staticmethod(best_line)
    cells = staticmethod(three_cells)
    solved = staticmethod(solved)
    best_on_a_grid = staticmethod(assert_best_on_a_grid)

    @staticmethod
    def spends(scope: Scope, count: int, seed: int) -> list[np.ndarray]:
        """Return random plans that spend the budget: some smooth, some with cells at 0."""
        rng = np.random.default_rng(seed)
        found = []
        for k in range(count):
            part = rng.dirichlet(np.full(scope.n_cells, 0.3 if k % 2 else 2.0))
            if k % 3 == 0:
                part[rng.integers(scope.n_cells)] = 0.0
            found.append(scope.budget.total * part / part.sum())
        return found


@pytest.fixture(scope="session")
def bench() -> Bench:
    """Return the shared functions."""
    return Bench()


@pytest.fixture
def grid_cells() -> pd.DataFrame:
    """Return 4 channels × 2 segments with a tag, heads and long-run multipliers."""
    rows = [
        {
            "channel": channel,
            "segment": segment,
            "role": role,
            "heads": heads,
            "long_run_multiplier": multiplier,
            "value": value,
            "current_spend": 12.5,
        }
        for channel, role, multiplier in (
            ("tv", "brand", 3.1),
            ("paid social", "activation", 2.0),
            ("search (generic)", "activation", 1.5),
            ("ooh, roadside", "brand", 2.3),
        )
        for segment, heads, value in (("existing", 200.0, 1.5), ("prospects", 600.0, 2.0))
    ]
    return pd.DataFrame(rows)
