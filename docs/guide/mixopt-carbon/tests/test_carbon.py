"""The plugin keeps mixopt's promises, gives the numbers worked out by hand, and takes part in runs."""

from __future__ import annotations

import mixopt
import numpy as np
import pandas as pd
import pytest
from mixopt.testing import parametrize_checks, small_problem

from mixopt_carbon import plugin
from mixopt_carbon.budget import Budget, BudgetSettings
from mixopt_carbon.measure import Tonnes
from mixopt_carbon.price import Price, PriceSettings

REGISTRY = mixopt.Registry(
    (*mixopt.discover([]).providers, *mixopt.registry_of(("carbon", plugin)).providers)
)


@parametrize_checks(plugin, registry=REGISTRY)
def test_the_plugin_keeps_its_promises(check):
    check()


@pytest.fixture
def one_tonne():
    """A problem, and a plan that emits one tonne: its first cell alone spends."""
    problem = small_problem(registry=REGISTRY)
    spend = np.zeros(problem.scope.n_cells)
    spend[0] = 1000.0 / problem.scope.weights["carbon"][0]  # kg per unit of currency
    return problem, mixopt.Evaluation(scope=problem.scope, curves=problem.curves, spend=spend)


def test_a_tonne_at_ninety_costs_ninety(one_tonne):
    problem, plan = one_tonne
    assert Price(PriceSettings(price=90.0), problem.scope).value(plan) == pytest.approx(-90.0)


def test_a_tonne_is_twice_half_a_tonne(one_tonne):
    problem, plan = one_tonne
    (level,) = Budget(BudgetSettings(at_most=0.5), problem.scope).levels(plan)
    assert (level.value, level.at_most, level.unit) == (pytest.approx(1.0), 0.5, "t")
    assert Tonnes(PriceSettings(price=0.0), problem.scope).value(plan) == pytest.approx(1.0)


def test_cells_that_do_not_count_emit_nothing(one_tonne):
    problem, plan = one_tonne
    settings = PriceSettings(price=90.0, where={"channel": "search"})
    assert Price(settings, problem.scope).value(plan) == 0.0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"column": "co2"},
            "the cells table has no numeric column 'co2'; wanted: kg CO2e per unit of currency",
        ),
        ({"where": {"channel": "radoi"}}, "no cell has channel 'radoi'"),
    ],
)
def test_what_does_not_fit_the_cells_is_told(settings, told):
    problem = small_problem(registry=REGISTRY)
    with pytest.raises(mixopt.ConfigError, match=told):
        Budget(BudgetSettings(at_most=1.0, **settings), problem.scope)


CELLS = pd.DataFrame(
    {
        "channel": ["tv", "search"],
        "curve": "linear",
        "scale": [3.0, 2.0],
        "carbon": [4.0, 1.0],
        "upper": 1000.0,
    }
)


def run(**plans):
    config = {
        "mixopt": 1,
        "name": "carbon",
        "currency": "EUR",
        "budget": {"total": 1000, "rule": "at-most"},
        "data": {"cells": "cells"},
        "plans": {
            name: {"objective": [{"kind": "response"}, *terms], "constraints": rules}
            for name, (terms, rules) in plans.items()
        },
    }
    return mixopt.run(config, tables={"cells": CELLS}, registry=REGISTRY)


def test_under_a_budget_of_two_tonnes_a_tonne_is_worth_a_third_of_a_thousand():
    # tv: 3 a unit and 4 kg; search: 2 a unit and 1 kg. All money on tv emits 4 t. With at most 2 t:
    # x_tv + x_search = 1000 and 4 x_tv + x_search = 2000, so x_tv = 1000/3; one tonne more moves 1000/3 to tv
    # for 1 a unit more.
    result = run(free=([], []), budgeted=([], [{"kind": "carbon-budget", "at_most": 2}]))
    contrast = result.contrast.set_index("measure")
    assert contrast.loc["carbon", "free"] == pytest.approx(4.0)
    assert contrast.loc["carbon", "budgeted"] == pytest.approx(2.0)
    assert result.plans["budgeted"].objective == pytest.approx(3 * 1000 / 3 + 2 * 2000 / 3)
    row = result.rules.set_index("rule").loc["carbon-budget"]
    assert row["shadow_price"] == pytest.approx(1000 / 3)


def test_above_a_third_of_a_thousand_per_tonne_the_money_goes_to_search():
    # a unit on tv is worth 3 - 4 p / 1000, one on search 2 - p / 1000: equal at p = 1000/3
    result = run(
        cheap=([{"kind": "carbon-price", "price": 330}], []),
        dear=([{"kind": "carbon-price", "price": 340}], []),
    )
    spend = {name: plan.allocation.set_index("channel")["spend"] for name, plan in result.plans.items()}
    assert spend["cheap"].to_dict() == pytest.approx({"tv": 1000.0, "search": 0.0})
    assert spend["dear"].to_dict() == pytest.approx({"tv": 0.0, "search": 1000.0})
