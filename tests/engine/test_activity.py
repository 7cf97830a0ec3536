"""Cells that may be off: minimum spends, counts and fixed costs, against dense grids and by the parts."""

from __future__ import annotations

import numpy as np
import pytest
from engine_instances import best_on_grid, tiny

from mixopt.engine import Options, solve
from mixopt.engine.certify import proven

GATES = ("gates", "gates+count", "gates+fixed", "gates+count+fixed")
OTHERS = ("", "floors", "groups", "level", "hhi", "cvar+shocks", "switch", "profit", "tight", "groups+tight")


def check(case):
    answer = solve(case.program, Options(time_limit=60))
    steps = 24 if case.program.n_cells < 3 else 12
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
    assert not case.program.activity.between(answer.spend).any()
    return answer


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("gates", GATES)
@pytest.mark.parametrize("seed", range(2))
def test_gated_cells_are_planned_to_their_true_optimum(seed, gates, other):
    features = tuple(f"{gates}+{other}".strip("+").split("+"))
    check(tiny(4000 + seed, features=features))
