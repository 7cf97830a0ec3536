"""Minimum spends of what is on, fixed costs and counts: levels by hand, sentences, and whole runs."""

import itertools

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

import mixopt
from mixopt.builtin.activity_rules import Count, CountSettings, MinimumIfActive, MinimumSettings
from mixopt.plugin import Evaluation
from mixopt.proof import read, verify
from mixopt.testing.small import small_tables


@pytest.fixture
def curves_of():
    entries = mixopt.discover([]).entries("curve")

    def build(kind, parameters, points):
        entry = entries[kind]
        return entry.build(parameters, pd.DataFrame(points)) if entry.table else entry.build(parameters)

    return build


def minimum(**settings):
    return MinimumSettings.model_validate(settings)


def count(**settings):
    return CountSettings.model_validate(settings)


def config(*constraints, budget=300, rule="spend-all", **more):
    return {
        "mixopt": 1,
        "name": "gates",
        "currency": "EUR",
        "budget": {"total": budget, "rule": rule},
        "data": {"cells": "cells"},
        "constraints": list(constraints),
        "plans": {"plan": {"objective": [{"kind": "response"}]}, **more},
    }


def planned(*constraints, **wishes):
    result = mixopt.run(config(*constraints, **wishes), small_tables())
    return result, result.plans["plan"]


def test_the_smallest_spend_of_what_is_on_stands_against_the_minimum(scope, plan):
    (level,) = MinimumIfActive(minimum(at_least=30), scope).levels(plan)
    assert (level.row, level.value, level.at_least) == ("minimum", 20.0, 30.0)
    rule = MinimumIfActive(minimum(at_least=30, where={"channel": "tv", "segment": "y"}), scope)
    assert np.isnan(rule.levels(plan)[0].value)


def test_a_minimum_over_channels_has_a_level_for_each(scope, plan):
    rows = MinimumIfActive(minimum(at_least=30, over="channel"), scope).levels(plan)
    assert [(level.row, level.value) for level in rows] == [("minimum[tv]", 20.0), ("minimum[web]", 80.0)]


def test_a_fixed_cost_is_paid_by_all_that_is_on(scope, plan):
    assert MinimumIfActive(minimum(at_least=10), scope).cost() is None
    assert MinimumIfActive(minimum(at_least=10, fixed_cost=7), scope).cost().value(plan) == -21.0
    over = MinimumIfActive(minimum(at_least=10, fixed_cost=7, over="channel"), scope)
    assert over.cost().value(plan) == -14.0


def test_a_count_says_how_many_spend(scope, plan):
    low, high = Count(count(at_least=1, at_most=2, over="channel"), scope).levels(plan)
    assert (low.value, low.at_least, high.at_most, high.unit) == (2.0, 1.0, 2.0, "channels")
    number, smallest = Count(count(equal=3, smallest=5), scope).levels(plan)
    assert (number.value, number.at_least, number.at_most) == (3.0, 3.0, 3.0)
    assert (smallest.row, smallest.value, smallest.at_least) == ("minimum", 20.0, 5.0)


@pytest.mark.parametrize(
    ("build", "settings", "sentence"),
    [
        (MinimumIfActive, minimum(at_least=9e3), "each cell spends nothing, or at least 9,000"),
        (
            MinimumIfActive,
            minimum(at_least=9e3, where={"channel": "tv"}, over="segment", fixed_cost=50),
            "each segment of tv spends nothing, or at least 9,000, and costs 50 more",
        ),
        (Count, count(at_most=3), "at most 3 cells spend anything"),
        (
            Count,
            count(at_least=1, at_most=2, over="channel", smallest=10, where={"channel": ["tv", "web"]}),
            "at least 1 and at most 2 channels of tv, web spend anything, each of them at least 10",
        ),
    ],
)
def test_rules_say_themselves(scope, build, settings, sentence):
    assert build(settings, scope).sentence() == sentence


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"at_least": 1}, "give smallest"),
        ({"equal": 1}, "give smallest"),
        ({"smallest": 5}, "give at_least"),
        ({"equal": 1, "at_most": 2, "smallest": 5}, "either equal"),
        ({"at_least": 3, "at_most": 2}, "above at_most"),
        ({"at_most": -1}, "greater than or equal to 0"),
        ({"at_most": 2, "smallest": 0}, "greater than 0"),
    ],
)
def test_counts_refuse_what_cannot_be_meant(settings, told):
    with pytest.raises(ValidationError, match=told):
        count(**settings)


def test_an_unknown_column_is_refused(scope):
    with pytest.raises(mixopt.ConfigError, match="country"):
        Count(count(at_most=2, over="country"), scope)


def truth(result, keeps, cost=0.0, steps=30):
    """Return the best of a grid of plans of four cells that keep a rule."""
    problem = result.problem
    axis = np.linspace(0.0, problem.scope.budget.total, steps + 1)
    best = -np.inf
    for few in itertools.product(axis, repeat=3):
        spend = np.array([*few, problem.scope.budget.total - sum(few)])
        if spend[3] >= -1e-9 and keeps(np.maximum(spend, 0.0)):
            spend = np.maximum(spend, 0.0)
            evaluation = Evaluation(scope=problem.scope, curves=problem.curves, spend=spend)
            best = max(best, evaluation.returns.sum() - cost * (spend > 0).sum())
    return best


@pytest.mark.parametrize(
    ("rule", "keeps", "cost"),
    [
        (
            {"kind": "minimum-if-active", "at_least": 80, "fixed_cost": 40},
            lambda x: (x[x > 0] >= 80).all(),
            40.0,
        ),
        ({"kind": "count", "at_most": 1}, lambda x: (x > 0).sum() <= 1, 0.0),
        (
            {"kind": "count", "equal": 4, "smallest": 40},
            lambda x: (x >= 40).all(),
            0.0,
        ),
        (
            {"kind": "count", "over": "channel", "at_most": 1},
            lambda x: sum(s > 0 for s in (x[:2].sum(), x[2:].sum())) <= 1,
            0.0,
        ),
        (
            {"kind": "minimum-if-active", "over": "channel", "at_least": 200},
            lambda x: all(s == 0 or s >= 200 for s in (x[:2].sum(), x[2:].sum())),
            0.0,
        ),
    ],
    ids=["minimum", "few", "all", "few-channels", "channels"],
)
def test_a_plan_is_the_best_that_keeps_the_rule(rule, keeps, cost):
    tables = small_tables()
    tables["cells"] = tables["cells"].iloc[:4]
    result = mixopt.run(config({"name": "it", **rule}), tables)
    plan = result.plans["plan"]
    assert plan.status == "optimal"
    assert keeps(plan.spend)
    best = truth(result, keeps, cost)
    assert plan.bound >= best * (1 - 1e-12)
    assert plan.objective >= best * (1 - 1e-4)


def test_a_fixed_cost_stands_among_the_terms_of_every_plan(tmp_path, curves_of):
    rule = {"name": "start-up", "kind": "minimum-if-active", "at_least": 60, "fixed_cost": 50}
    terms = [{"kind": "response"}]
    keep = {"kind": "keep", "term": "response", "of": "plan", "at_least": "90%"}
    result = mixopt.run(
        config(rule, other={"objective": [*terms, {"kind": "profit"}], "constraints": [keep]}), small_tables()
    )
    plan = result.plans["plan"]
    paid = result.terms[result.terms["term"] == "cost of start-up"].set_index("plan")
    number = int((plan.spend > 0.0).sum())
    assert paid.loc["plan", "value"] == -50.0 * number
    assert paid.loc["plan", "weight"] == 1.0
    assert list(result.terms["term"].unique()) == ["response", "cost of start-up", "profit"]
    of_plan = result.terms[result.terms["plan"] == "plan"].set_index("term")["value"]
    assert plan.objective == pytest.approx(of_plan["response"] + of_plan["cost of start-up"])
    found = verify(read(result.save(tmp_path)), curves_of)
    assert [one.rests_on for one in found.plans] == [(), ()]


def test_always_spending_cells_are_always_on():
    tables = small_tables()
    tables["cells"]["lower"] = np.where(tables["cells"]["channel"] == "tv", 10.0, 0.0)
    result = mixopt.run(config({"name": "few", "kind": "count", "at_most": 3}), tables)
    plan = result.plans["plan"]
    assert plan.status == "optimal"
    assert (plan.spend > 0).sum() <= 3
    assert (plan.spend[:2] >= 10.0).all()
    none = mixopt.run(config({"name": "few", "kind": "count", "at_most": 1}), tables).plans["plan"]
    assert none.status == "infeasible"


def test_money_that_cannot_be_spent_in_minimum_parts_is_told():
    _, plan = planned({"name": "start-up", "kind": "minimum-if-active", "at_least": 301})
    assert plan.status == "infeasible"
