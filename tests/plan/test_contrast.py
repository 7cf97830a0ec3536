"""The contrast compares plans with today and an equal split, in money, by the exact curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixopt.errors import ConfigError, MixoptError
from mixopt.plan import make_plan, make_result, unreachable_plan
from mixopt.problem.problem import BoundMeasure

STANDING = [
    "spend",
    "return",
    "roi",
    "profit",
    "marginal-roi-min",
    "marginal-roi-max",
    "channels-funded",
    "cells-funded",
    "cost-of-balance",
]


def test_the_columns_are_the_references_and_then_the_plans(pair):
    _, result = pair
    assert list(result.contrast.columns) == [
        "measure",
        "unit",
        "today",
        "equal-split",
        "pure-roi",
        "balanced",
    ]


def test_without_todays_spend_there_is_no_column_for_it(world):
    w = world(today=False)
    plan = make_plan(w.problem, w.plan(), w.model(), w.solution(w.best()))
    result = make_result(w.problem, {"pure-roi": plan})
    assert list(result.contrast.columns) == ["measure", "unit", "equal-split", "pure-roi"]


def test_the_standing_measures_and_the_terms_each_stand_once(pair):
    _, result = pair
    assert result.contrast["measure"].tolist() == [*STANDING[:4], "tv-return", *STANDING[4:]]


def test_the_numbers_follow_from_the_spend(pair):
    w, result = pair
    table = result.contrast.set_index("measure")
    today = w.evaluation([40.0, 30.0, 20.0, 10.0])
    assert table.loc["spend", "today"] == 100.0
    assert table.loc["return", "today"] == pytest.approx(today.returns.sum())
    assert table.loc["roi", "today"] == pytest.approx(today.returns.sum() / 100.0)
    assert table.loc["profit", "today"] == pytest.approx(today.returns.sum() - 100.0)
    assert table.loc["tv-return", "today"] == pytest.approx(today.returns[:2].sum())
    assert table.loc["marginal-roi-max", "today"] == pytest.approx(today.marginal_roi.max())
    assert table.loc["cells-funded", "balanced"] == 3.0
    assert table.loc["channels-funded", "balanced"] == 2.0


def test_the_cost_of_balance_is_the_return_given_up_against_the_first_plan(pair):
    _, result = pair
    table = result.contrast.set_index("measure")
    assert table.loc["cost-of-balance", "pure-roi"] == 0.0
    given_up = table.loc["return", "pure-roi"] - table.loc["return", "balanced"]
    assert table.loc["cost-of-balance", "balanced"] == pytest.approx(given_up)
    assert given_up > 0


def test_every_plan_carries_its_own_column_as_measures(pair):
    _, result = pair
    for name, plan in result.plans.items():
        table = result.contrast.set_index("measure")
        assert plan.measures == {m: pytest.approx(table.loc[m, name], nan_ok=True) for m in table.index}


def test_every_term_is_evaluated_on_every_plan(pair):
    _, result = pair
    frame = result.terms
    assert frame[["plan", "term", "weight"]].to_numpy().tolist() == [
        ["pure-roi", "response", 1.0],
        ["pure-roi", "tv-return", 0.0],
        ["balanced", "response", 1.0],
        ["balanced", "tv-return", 2.0],
    ]
    assert frame["value"][1] == pytest.approx(result.plans["pure-roi"].evaluated.returns[:2].sum())


def test_one_name_for_two_settings_is_told_apart_by_plan(world, sections):
    w = world(
        {
            "a": ([sections.response("aim", {"channel": "tv"})], []),
            "b": ([sections.response("aim", {"channel": "search"})], []),
        }
    )
    plans = {
        name: make_plan(w.problem, w.plan(name), w.model(name), w.solution(w.best(), name)) for name in "ab"
    }
    frame = make_result(w.problem, plans).terms
    assert frame["term"].tolist() == ["aim [a]", "aim [b]"] * 2
    assert frame["weight"].tolist() == [1.0, 0.0, 0.0, 1.0]


def test_registered_measures_stand_in_the_contrast(world):
    w = world()

    class Largest:
        def value(self, plan):
            return plan.spend.max() / plan.spend.sum()

    measure = BoundMeasure(
        name="largest-cell", kind="largest-cell", unit="share", better="less", measure=Largest()
    )
    problem = replace(w.problem, measures=(measure,))
    plan = make_plan(problem, w.plan(), w.model(), w.solution(w.best()))
    table = make_result(problem, {"pure-roi": plan}).contrast.set_index("measure")
    assert table.loc["largest-cell", "unit"] == "share"
    assert table.loc["largest-cell", "today"] == 0.4


@pytest.mark.parametrize(
    ("twin", "scale", "rows"),
    [("response", 1.0, 0), ("response", 1.1, 1), ("", 1.0, 1), ("brand", 1.0, 1)],
)
def test_a_measure_that_repeats_a_term_is_not_shown_twice(pair, twin, scale, rows):
    _, result = pair

    class Again:
        def value(self, plan):
            return scale * plan.total(plan.returns, {"channel": "tv"})

    measure = BoundMeasure(
        name="tv-again", kind="tv-again", unit="currency", better="more", measure=Again(), term=twin
    )
    shown = replace(result, problem=replace(result.problem, measures=(measure,))).contrast["measure"].tolist()
    assert shown.count("tv-again") == rows
    assert shown.count("tv-return") == 1


def test_a_plan_that_was_not_found_is_an_empty_column(pair):
    w, result = pair
    plans = {**result.plans, "balanced": unreachable_plan(w.plan("balanced"))}
    again = make_result(w.problem, plans)
    assert again.contrast["balanced"].isna().all()
    assert again.plans["balanced"].measures == {}
    assert set(again.terms["plan"]) == {"pure-roi"}
    assert set(again.allocation["plan"]) == {"pure-roi"}


def test_plans_stand_in_the_configs_order_whatever_the_order_of_the_solves(pair):
    w, result = pair
    backwards = dict(reversed(result.plans.items()))
    again = make_result(replace(w.problem, plans=dict(reversed(w.problem.plans.items()))), backwards)
    assert list(again.plans) == ["pure-roi", "balanced"]


def test_channels_add_up_to_the_whole(pair):
    _, result = pair
    frame = result.by("channel")
    sums = frame.groupby("plan", sort=False)["spend"].sum()
    assert sums.to_dict() == pytest.approx(
        dict.fromkeys(["today", "equal-split", "pure-roi", "balanced"], 100.0)
    )


def test_the_equal_split_is_equal_over_channels_and_then_over_segments(world):
    from mixopt.plan.references import equal_split

    scope = world().problem.scope
    cells = scope.cells.copy()
    cells["channel"] = ["tv", "tv", "tv", "search"]
    np.testing.assert_allclose(equal_split(replace(scope, cells=cells)), [50 / 3, 50 / 3, 50 / 3, 50.0])


@pytest.mark.parametrize("name", ["today", "equal-split", "measure", "unit"])
def test_a_plan_may_not_be_called_what_the_contrast_uses_itself(world, sections, name):
    w = world({name: ([sections.response()], [])})
    plan = make_plan(w.problem, w.plan(name), w.model(name), w.solution(w.best(), name))
    with pytest.raises(ConfigError, match=f"a plan cannot be called '{name}'"):
        make_result(w.problem, {name: plan})


def test_a_result_without_a_writer_says_so(pair):
    _, result = pair
    with pytest.raises(MixoptError, match="without a writer"):
        result.save("runs")


def test_the_notebook_view_escapes_names(world, sections):
    name = "<script>alert(1)</script>"
    w = world({name: ([sections.response()], [])})
    plan = make_plan(w.problem, w.plan(name), w.model(name), w.solution(w.best(), name))
    shown = make_result(w.problem, {name: plan})._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_the_hash_tells_config_inputs_and_plans_apart():
    from mixopt.plan.provenance import config_hash

    base = config_hash({"a": 1, "b": [2]}, {"cells": "x"}, ["p", "q"])
    assert config_hash({"b": [2], "a": 1}, {"cells": "x"}, ["q", "p"]) == base
    others = [
        config_hash({"a": 2, "b": [2]}, {"cells": "x"}, ["p", "q"]),
        config_hash({"a": 1, "b": [2]}, {"cells": "y"}, ["p", "q"]),
        config_hash({"a": 1, "b": [2]}, {"cells": "x"}, ["p"]),
    ]
    assert len({base, *others}) == 4
