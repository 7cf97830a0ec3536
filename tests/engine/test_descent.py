"""Descents: what they find is what linear programs find, and nothing rests on them but time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engine_instances import Sketch, mixed_curves, s_curves

from mixopt.engine import branch, descent, solve
from mixopt.engine.bound import bound, whole
from mixopt.engine.certify import proven
from mixopt.engine.complete import complete
from mixopt.engine.descent import LEAST, crowd_of, descend, model_step
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import clean, zero


def without_descent(monkeypatch, program):
    with monkeypatch.context() as patched:
        patched.setattr(branch, "descend", lambda *_: None)
        return solve(program)


def intersect(one, other):
    slack = 1e-9 * abs(other.bound)
    return one.objective <= other.bound + slack and other.objective <= one.bound + slack


def mixed(seed, n=260):
    """All families, floors of spends and responses, a share, a weighted total, an equality, spends that cost."""
    rng = np.random.default_rng(seed)
    upper = rng.uniform(50, 300, n)
    lower = np.where(rng.random(n) < 0.2, 0.05 * upper, 0.0)
    budget = 0.25 * float(upper.sum())
    sketch = Sketch(mixed_curves(rng, n), lower, upper, budget)
    total = sketch.spend(np.ones(n))
    sketch.row({total: 1.0}, budget if seed % 2 else -np.inf, budget)
    some, others = rng.random((2, n)) < 0.3
    sketch.row({sketch.spend(some.astype(float)): 1.0, total: -0.4}, upper=0.0)
    sketch.row({sketch.spend(others.astype(float)): 1.0}, 0.1 * budget, np.inf)
    third = sketch.spend((rng.random(n) < 0.2).astype(float))
    sketch.row({third: 1.0}, 0.15 * budget, 0.15 * budget)
    sketch.row({sketch.spend(rng.uniform(-1, 2, n)): 1.0}, upper=0.6 * budget)
    response = sketch.response(np.ones(n))
    value = sketch.curves.value(np.full(n, budget / n))
    part = sketch.response(others.astype(float))
    sketch.row({part: 1.0}, lower=0.9 * float(value[others].sum()))
    return sketch.program({response: 1.0, total: -0.01 * (seed % 3)}, offset=float(seed))


@pytest.mark.parametrize("seed", range(6))
def test_mixed_programs_end_where_linear_programs_end(monkeypatch, seed):
    program = mixed(seed)
    assert crowd_of(Layout(program)) is not None
    quick, slow = solve(program), without_descent(monkeypatch, program)
    assert "descents" in quick.counts
    assert "descents" not in slow.counts
    assert quick.status == slow.status == "optimal"
    assert intersect(quick, slow)
    assert proven(program, quick.proof)[0] == pytest.approx(quick.bound, rel=1e-12)


@pytest.mark.parametrize(("n", "groups"), [(250, 0), (400, 3), (1000, 30)])
@pytest.mark.parametrize("share", [0.05, 0.3])
def test_s_curves_end_where_linear_programs_end(monkeypatch, n, groups, share):
    program = s_curves(3, n, share, groups)
    quick, slow = solve(program), without_descent(monkeypatch, program)
    assert quick.status == slow.status == "optimal"
    assert intersect(quick, slow)


def test_many_cells_need_no_linear_program():
    answer = solve(s_curves(2, 20_000, 0.1, 12))
    assert answer.status == "optimal"
    assert answer.gap < 1e-6
    assert "lps" not in answer.counts


def test_a_descent_keeps_the_rows_by_itself(context_of):
    program = s_curves(1, 2000, 0.1, 20)
    context = context_of(program)
    found = descend(context.layout, zero(context.layout), context.clock, 1e-4)
    plan = complete(context, found.spend, whole(context.layout))
    assert plan is not None
    assert plan.violation <= 1e-10
    priced = bound(
        context.layout, context.pricer, clean(context.layout, found.multipliers), whole(context.layout)
    )
    assert plan.objective <= priced.value <= plan.objective * (1 + 2e-4)


def test_what_cannot_be_kept_is_proven_empty_without_a_linear_program():
    program = s_curves(1, 500, 0.1, 4)
    floors = np.where(np.isfinite(program.row_lower), program.row_lower * 20, program.row_lower)
    answer = solve(replace(program, row_lower=floors))
    assert answer.status == "infeasible"
    assert proven(replace(program, row_lower=floors), answer.proof)[0] == -np.inf


def test_the_earlier_multipliers_are_where_a_descent_begins():
    program = s_curves(4, 3000, 0.1, 8)
    first = solve(program)
    more = replace(program, row_upper=np.append(program.row_upper[:1] * 1.02, program.row_upper[1:]))
    warm, cold = solve(more, start=first), solve(more)
    assert intersect(warm, cold)


def test_other_programs_are_left_to_linear_programs(context_of):
    few = s_curves(1, LEAST - 1, 0.1, 2)
    context = context_of(few)
    assert descend(context.layout, zero(context.layout), context.clock, 1e-4) is None
    program = s_curves(1, LEAST, 0.1, 2)
    own = replace(program, integer=np.ones(program.n_columns, dtype=bool))
    assert crowd_of(Layout(own)) is None
    punished = replace(program, objective=-program.objective)
    assert crowd_of(Layout(punished)) is None
    ranged = replace(program, row_lower=np.where(np.isinf(program.row_lower), 1.0, program.row_lower))
    assert crowd_of(Layout(ranged)) is None


@pytest.mark.parametrize("seed", range(20))
def test_a_step_is_the_best_of_its_model_within_bounds(seed):
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, 9))
    root = rng.normal(size=(m, m + 2))
    hessian, gradient = root @ root.T, rng.normal(size=m)
    low = np.where(rng.random(m) < 0.5, 0.0, -rng.random(m))
    high = np.where(rng.random(m) < 0.3, np.inf, rng.random(m))
    move = model_step(hessian, gradient, low, high)
    assert (move >= low - 1e-12).all()
    assert (move <= high + 1e-12).all()
    force = hessian @ move + gradient
    inside = (move > low + 1e-9) & (move < high - 1e-9)
    scale = np.abs(gradient).max() + np.abs(hessian).max()
    assert (np.abs(force[inside]) <= 1e-6 * scale).all()
    assert (force[move <= low + 1e-9] >= -1e-6 * scale).all()
    assert (force[move >= high - 1e-9] <= 1e-6 * scale).all()


def test_a_stopped_clock_ends_a_descent(context_of):
    context = context_of(s_curves(1, 5000, 0.1, 10), time_limit=0.0)
    found = descend(context.layout, zero(context.layout), context.clock, 1e-4)
    assert found is None or np.isfinite(found.multipliers.row).all()


def test_nothing_rests_on_a_descent(monkeypatch):
    """A descent that lies costs time; the bound and the plan are computed anew."""
    program = s_curves(5, 300, 0.1, 3)
    honest = descent.descend

    def lying(layout, *rest):
        found = honest(layout, *rest)
        row = found.multipliers.row * 3.0 + 1.0
        return replace(found, multipliers=replace(found.multipliers, row=row), spend=found.spend * 1.5)

    monkeypatch.setattr(branch, "descend", lying)
    answer = solve(program)
    monkeypatch.undo()
    assert answer.status == "optimal"
    assert intersect(answer, solve(program))
