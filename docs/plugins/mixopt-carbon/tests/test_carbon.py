from __future__ import annotations

import mixopt_carbon
import numpy as np
import pytest

from mixopt import Evaluation
from mixopt.testing import parametrize_checks, small_problem


@parametrize_checks(mixopt_carbon)
def test_the_plugin_keeps_its_promises(check):
    check()


def test_a_tonne_costs_its_price():
    problem = small_problem()
    spend = np.zeros(problem.scope.n_cells)
    spend[0] = 1000.0 / problem.scope.weights["carbon"][0]  # kg per unit of currency: one tonne
    plan = Evaluation(scope=problem.scope, curves=problem.curves, spend=spend)
    term = mixopt_carbon.build(mixopt_carbon.CarbonSettings(price=90.0), problem.scope)
    assert term.value(plan) == pytest.approx(-90.0)
