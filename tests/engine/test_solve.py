from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from engine_instances import Sketch, featured, mixed_curves, s_curves, tiny

from mixopt.curves import Curves, Hill, Linear, MichaelisMenten
from mixopt.engine import Options, solve
from mixopt.engine.certify import proven
from mixopt.errors import FormulationError, SolverError


def two_cells(budget=100.0, equal=False):
    curves = MichaelisMenten(np.array([300.0, 200.0]), np.array([100.0, 50.0]))
    sketch = Sketch(Curves((("mm", np.arange(2), curves),)), np.zeros(2), np.full(2, 1000.0), budget)
    total = sketch.spend(np.ones(2))
    sketch.row({total: 1.0}, budget if equal else -np.inf, budget)
    return sketch, sketch.response(np.ones(2))


def test_two_concave_cells_meet_their_closed_form():
    sketch, back = two_cells()
    answer = solve(sketch.program({back: 1.0}), Options(gap=1e-9))
    # equal slopes: 300 * 100 / (100 + x)^2 = 200 * 50 / (50 + y)^2, x + y = 100
    ratio = np.sqrt(3.0)
    x = (ratio * 150 - 100) / (1 + ratio)
    np.testing.assert_allclose(answer.spend, [x, 100 - x], rtol=1e-4)
    assert answer.status == "optimal"
    assert answer.reason == "gap"
    assert answer.source == "multipliers"
    assert answer.prices[0] == pytest.approx(300 * 100 / (100 + x) ** 2, rel=1e-4)


def test_spend_all_is_kept_to_the_last_digits():
    for seed in range(5):
        program = s_curves(seed, 50, 0.1, 5, spend_all=True)
        answer = solve(program)
        assert answer.status == "optimal"
        assert abs(answer.spend.sum() - program.budget) <= 1e-12 * program.budget


def test_prices_say_what_another_unit_is_worth():
    sketch, back = two_cells()
    program = sketch.program({back: 1.0})
    more = replace(program, row_upper=program.row_upper + 0.01)
    options = Options(gap=1e-10)
    one, other = solve(program, options), solve(more, options)
    assert (other.objective - one.objective) / 0.01 == pytest.approx(one.prices[0], rel=1e-3)


def test_a_floor_that_binds_has_a_negative_price():
    sketch, back = two_cells()
    second = sketch.spend(np.array([0.0, 1.0]))
    sketch.row({second: 1.0}, lower=90.0)
    answer = solve(sketch.program({back: 1.0}))
    assert answer.spend[1] == pytest.approx(90.0, abs=1e-9)
    assert answer.prices[1] < 0.0 < answer.prices[0]


def test_a_rule_that_bounds_already_imply_changes_nothing_and_costs_nothing():
    sketch, back = two_cells()
    plain = solve(sketch.program({back: 1.0}))
    sketch.row({sketch.spends[0][0]: 1.0}, upper=5000.0)
    answer = solve(sketch.program({back: 1.0}))
    assert answer.objective == pytest.approx(plain.objective, rel=1e-9)
    assert answer.prices[1] == 0.0


def test_cells_in_another_order_have_the_same_optimum(rng):
    program = s_curves(3, 40, 0.1, 5)
    order = rng.permutation(40)
    other = replace(
        program,
        curves=program.curves.take(order),
        upper=program.upper[order],
        spend_matrix=sp.csr_array(program.spend_matrix[:, order]),
        response_matrix=sp.csr_array(program.response_matrix[:, order]),
    )
    one, two = solve(program), solve(other)
    assert one.objective <= two.bound * (1 + 1e-9)
    assert two.objective <= one.bound * (1 + 1e-9)


def test_no_money_gives_no_spend():
    sketch, back = two_cells(budget=0.0)
    answer = solve(sketch.program({back: 1.0}))
    assert (answer.status, answer.objective) == ("optimal", 0.0)
    np.testing.assert_array_equal(answer.spend, 0.0)


def test_dead_cells_are_solved():
    curves = Hill(np.zeros(3), np.ones(3), np.full(3, 2.0))
    sketch = Sketch(Curves((("hill", np.arange(3), curves),)), np.zeros(3), np.ones(3), 1.0)
    total = sketch.spend(np.ones(3))
    sketch.row({total: 1.0}, upper=1.0)
    answer = solve(sketch.program({sketch.response(np.ones(3)): 1.0}))
    assert (answer.status, answer.objective, answer.bound) == ("optimal", 0.0, 0.0)


def test_fixed_cells_leave_nothing_to_choose():
    program = s_curves(0, 10, 0.3, 0)
    at = program.upper * 0.2
    answer = solve(replace(program, lower=at, upper=at))
    np.testing.assert_array_equal(answer.spend, at)
    assert answer.gap <= 1e-11


def test_linear_cells_and_rules_are_a_linear_program():
    curves = Curves((("linear", np.arange(3), Linear(np.array([3.0, 2.0, 1.0]))),))
    sketch = Sketch(curves, np.zeros(3), np.array([10.0, 10.0, 10.0]), 20.0)
    total, first = sketch.spend(np.ones(3)), sketch.spend(np.array([1.0, 1.0, 0.0]))
    sketch.row({total: 1.0}, 20.0, 20.0)
    sketch.row({first: 1.0}, upper=12.0)
    answer = solve(sketch.program({sketch.response(np.ones(3)): 1.0}))
    np.testing.assert_allclose(answer.spend, [10.0, 2.0, 8.0], atol=1e-8)
    assert answer.objective == pytest.approx(42.0, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "wishes"),
    [
        ("hhi", {"hhi": 0.3}),
        ("entropy", {"entropy": 0.1}),
        ("cvar", {"shocks": 20}),
        ("priced shocks", {"shocks": 8, "priced": 3}),
        ("floor", {"floor": 0.5}),
        ("switches", {"switches": 4}),
        ("all", {"hhi": 0.3, "shocks": 15, "floor": 0.5, "switches": 2}),
    ],
)
def test_what_plugins_add_is_solved_to_the_gap(name, wishes):
    program = featured(2, 40, **wishes)
    answer = solve(program)
    assert answer.status == "optimal", (name, answer.reason, answer.gap)
    assert proven(program, answer.proof)[0] == pytest.approx(answer.bound, rel=1e-12)
    assert answer.violation <= 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_small_and_hard_is_proven_by_leaves(seed):
    program = s_curves(seed, 30, 0.1, 20)
    answer = solve(program)
    assert answer.status == "optimal"
    leaves = (answer.proof.node_kind == 0).sum()
    assert answer.source == ("leaves" if leaves > 1 else "multipliers")
    assert proven(program, answer.proof)[0] == pytest.approx(answer.bound, rel=1e-12)


def test_ten_thousand_cells_are_solved():
    program = s_curves(1, 10_000, 0.1, 5)
    answer = solve(program)
    assert answer.status == "optimal"
    assert answer.counts["nodes"] <= 3


def test_an_earlier_solution_is_where_the_work_begins():
    program = s_curves(2, 150, 0.1, 3)
    first = solve(program)
    more = replace(program, row_upper=np.append(program.row_upper[:1] * 1.01, program.row_upper[1:]))
    warm, cold = solve(more, start=first), solve(more)
    assert warm.status == cold.status == "optimal"
    assert warm.counts["rounds"] <= cold.counts["rounds"]
    assert warm.objective <= cold.bound * (1 + 1e-9)


def test_an_earlier_solution_of_another_program_is_ignored():
    first = solve(s_curves(2, 30, 0.1, 3))
    assert solve(s_curves(2, 30, 0.1, 4), start=first).status == "optimal"


def test_impossible_floors_are_proven_impossible():
    sketch, back = two_cells()
    sketch.row({sketch.spends[0][0]: 1.0}, lower=101.0)
    program = sketch.program({back: 1.0})
    answer = solve(program)
    assert (answer.status, answer.reason, answer.bound, answer.spend) == (
        "infeasible",
        "infeasible",
        None,
        None,
    )
    assert (answer.proof.scale == 0.0).all()
    assert proven(program, answer.proof)[0] == -np.inf


@pytest.mark.parametrize("short", [1e-3, 1e-6, 1e-8])
def test_a_response_that_cannot_be_reached_is_proven_impossible(short):
    sketch, back = two_cells()
    best = solve(sketch.program({back: 1.0}), Options(gap=1e-12)).bound
    sketch.row({back: 1.0}, lower=best * (1 + short))
    assert solve(sketch.program({back: 1.0})).status == "infeasible"
    reachable, target = two_cells()
    reachable.row({target: 1.0}, lower=best * (1 - short))
    assert solve(reachable.program({target: 1.0})).status == "optimal"


def test_s_curves_that_cannot_reach_a_level_need_a_tree_to_be_proven_impossible():
    curves = Hill(np.full(4, 100.0), np.full(4, 50.0), np.full(4, 4.0))
    sketch = Sketch(Curves((("hill", np.arange(4), curves),)), np.zeros(4), np.full(4, 100.0), 90.0)
    total = sketch.spend(np.ones(4))
    sketch.row({total: 1.0}, upper=90.0)
    back = sketch.response(np.ones(4))
    best = solve(sketch.program({back: 1.0})).bound
    sketch.row({back: 1.0}, lower=best * 1.01)
    program = sketch.program({total: -1.0})
    answer = solve(program)
    assert answer.status == "infeasible"
    assert proven(program, answer.proof)[0] == -np.inf


def test_an_open_column_that_nothing_holds_is_named():
    sketch, back = two_cells()
    free = sketch.own("drift", 0.0, np.inf)
    sketch.row({free: 1.0, back: -1.0}, lower=0.0)
    with pytest.raises(FormulationError, match="drift: it may grow without limit"):
        solve(sketch.program({back: 1.0, free: 1.0}))


def test_an_open_column_that_rows_hold_is_solved():
    sketch, back = two_cells()
    least = sketch.own("least", -np.inf, np.inf)
    sketch.row({least: 1.0, back: -1.0}, upper=0.0)
    answer = solve(sketch.program({least: 1.0}))
    assert answer.status == "optimal"
    assert answer.columns[least] == pytest.approx(answer.columns[back], rel=1e-9)


def test_a_punished_response_is_refused_by_name():
    sketch, back = two_cells(equal=True)
    sketch.row({back: 1.0}, upper=100.0)
    with pytest.raises(FormulationError, match="response 0"):
        solve(sketch.program({back: 1.0}))


def test_a_penalty_on_response_is_refused_by_name():
    sketch, back = two_cells()
    theta = sketch.concave([back], lambda v: (-0.01 * float(v @ v), -0.02 * v), 0.0)
    with pytest.raises(FormulationError, match="response 0: a smaller response would be better here"):
        solve(sketch.program({back: 0.5, theta: 1.0}))


def test_a_plan_above_its_bound_is_a_defect(monkeypatch):
    room = importlib.import_module("mixopt.engine.solve")
    monkeypatch.setattr(room, "proven", lambda *_: (1.0, 0))
    sketch, back = two_cells()
    with pytest.raises(SolverError, match="exceeds its bound"):
        solve(sketch.program({back: 1.0}))


def test_mixed_families_with_many_cells_are_solved(rng):
    n = 200
    curves = mixed_curves(rng, n)
    upper = rng.uniform(0.5, 4.0, n)
    sketch = Sketch(curves, np.zeros(n), upper, 0.1 * upper.sum())
    total = sketch.spend(np.ones(n))
    sketch.row({total: 1.0}, upper=sketch.budget)
    answer = solve(sketch.program({sketch.response(np.ones(n)): 1.0}))
    assert answer.status == "optimal"


@pytest.mark.parametrize("seed", range(4))
def test_a_cell_fixed_at_the_plans_spend_leaves_the_same_optimum(seed):
    case = tiny(300 + seed, features=("groups",), n=3)
    answer = solve(case.program)
    cell = seed % 3
    lower, upper = case.program.lower.copy(), case.program.upper.copy()
    lower[cell] = upper[cell] = answer.spend[cell]
    again = solve(replace(case.program, lower=lower, upper=upper))
    assert again.bound >= answer.objective - 1e-9 * abs(answer.objective)
    assert again.objective <= answer.bound + 1e-9 * abs(answer.bound)
