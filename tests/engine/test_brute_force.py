"""The engine against dense grids: no plan of the grid may beat a bound, no grid may hold a plan of an empty program."""

from __future__ import annotations

import numpy as np
import pytest
from engine_instances import best_on_grid, tiny

from mixopt.engine import Options, solve
from mixopt.engine.certify import proven

FEATURES = (
    ("floors",), ("groups",), ("level",), ("hhi",), ("cvar",), ("cvar", "shocks"), ("switch",), ("profit",), ("tight",),
    ("groups", "level", "tight"), ("hhi", "level"), ("cvar", "shocks", "tight"), ("switch", "level"), ("hhi", "switch"),
    ("groups", "cvar", "profit"),
)  # fmt: skip


def check(case):
    answer = solve(case.program, Options(time_limit=60))
    steps = 24 if case.program.n_cells < 3 else 14
    best, plan = best_on_grid(case, steps=steps)
    if answer.status == "infeasible":
        assert plan is None, f"{plan} keeps the rules"
        assert proven(case.program, answer.proof)[0] == -np.inf
        return answer
    assert answer.bound >= best - 1e-9 * max(1.0, abs(best))
    assert answer.status == "optimal", (answer.reason, answer.gap, case.features)
    worth, slack = case.judge(answer.spend[None])
    assert slack[0] >= -1e-9
    assert worth[0] == pytest.approx(answer.objective, rel=1e-9, abs=1e-9)
    assert answer.bound >= answer.objective
    assert answer.violation <= 1e-9
    return answer


@pytest.mark.parametrize("features", FEATURES, ids="+".join)
@pytest.mark.parametrize("seed", range(4))
def test_every_feature_is_solved_to_its_true_optimum(features, seed):
    check(tiny(1000 + seed, features=features, n=2))


@pytest.mark.parametrize("seed", range(60))
def test_random_mixtures_of_features_are_solved_to_their_true_optimum(seed):
    check(tiny(seed))


@pytest.mark.parametrize("money", [1e-3, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("seed", range(6))
def test_any_unit_of_money_gives_the_same_answer(seed, money):
    one = solve(tiny(seed).program)
    other = solve(tiny(seed, money=money).program)
    assert one.status == other.status
    if one.objective is not None:
        slack = 1e-9 * max(1.0, abs(one.bound))
        assert other.objective / money <= one.bound + slack
        assert one.objective <= other.bound / money + slack
