"""Why nothing fits: a clash that is real and irreducible, and the smallest relaxation that makes room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixopt.engine import Options, solve
from mixopt.model import build_model
from mixopt.plan import make_plan
from mixopt.plan.elastic import elastic, without_rows
from mixopt.problem.problem import Keep
from mixopt.scope import Budget


def conflict_of(w, name="p", references=None):
    model = w.model(name, references)
    solution = solve(model.program, Options())
    assert solution.status == "infeasible"
    plan = make_plan(w.problem, w.plan(name), model, solution)
    assert plan.status == "infeasible"
    return plan.conflict


def solvable(w, name="p", references=None):
    return solve(w.model(name, references).program, Options()).status in {"optimal", "feasible"}


def test_two_floors_above_the_budget_clash_with_it(world, sections):
    rules = [
        sections.spend("tv", where={"channel": "tv"}, at_least=80),
        sections.spend("search", where={"channel": "search"}, at_least=50),
        sections.spend("new", where={"segment": "new"}, at_most=90),
    ]
    found = conflict_of(world({"p": ([sections.response()], rules)}))
    assert set(found.names) == {"budget", "tv", "search"}
    assert found.total == pytest.approx(30.0, rel=1e-4)
    assert [rule.alone for rule in found.rules] == [pytest.approx(30.0, rel=1e-4)] * 3
    assert found.complete


def test_a_rule_that_is_not_part_of_the_clash_is_not_named(world, sections):
    rules = [
        sections.spend("low", where={"channel": "tv"}, at_most=20),
        sections.spend("high", where={"channel": "tv"}, at_least=45),
        sections.spend("new", where={"segment": "new"}, at_least=5),
    ]
    found = conflict_of(world({"p": ([sections.response()], rules)}))
    assert set(found.names) == {"low", "high"}
    assert found.total == pytest.approx(25.0, rel=1e-4)


def test_law_25_relaxed_by_the_amount_it_fits_and_by_one_percent_less_it_does_not(world, sections):
    def w(floor):
        rules = [
            sections.share("digital", where={"channel": "search"}, at_most=0.3),
            sections.spend("floor", where={"channel": "search"}, at_least=floor),
        ]
        return world({"p": ([sections.response()], rules)})

    found = conflict_of(w(60.0))
    floor = next(rule for rule in found.rules if rule.name == "floor")
    assert floor.alone == pytest.approx(30.0, rel=1e-4)
    assert solvable(w(60.0 - floor.alone * (1 + 1e-6)))
    assert not solvable(w(60.0 - floor.alone * 0.99))


def test_a_share_gives_way_in_points_of_share(world, sections):
    def w(cap):
        rules = [
            sections.share("digital", where={"channel": "search"}, at_most=cap),
            sections.spend("floor", where={"channel": "search"}, at_least=60),
        ]
        return world({"p": ([sections.response()], rules)})

    found = conflict_of(w(0.3))
    digital = next(rule for rule in found.rules if rule.name == "digital")
    assert digital.unit == "share"
    assert digital.alone == pytest.approx(0.3, rel=1e-4)
    assert solvable(w(0.3 + digital.alone * (1 + 1e-6)))
    assert not solvable(w(0.3 + digital.alone * 0.99))


def test_floors_of_cells_above_the_budget_clash_with_the_budget_alone(world):
    w = world(lower=30.0)
    found = conflict_of(w, "pure-roi")
    assert found.names == ("budget",)
    assert found.total == pytest.approx(20.0, rel=1e-4)
    assert found.rules[0].alone == pytest.approx(20.0, rel=1e-4)


def test_money_that_must_be_spent_and_cannot_clashes_with_the_cells_alone(world):
    found = conflict_of(world(upper=20.0), "pure-roi")
    assert found.names == ("budget",)
    assert found.total == pytest.approx(20.0, rel=1e-4)


def test_a_return_to_keep_that_rules_do_not_allow_is_told_in_money(world, sections):
    w = world({"p": ([sections.response()], [sections.spend("tv", where={"channel": "tv"}, at_most=5)])})
    keep = Keep(name="most of it", of="best", term=w.plan("p").terms[0], at_least=0.99)
    problem = replace(w.problem, plans={"p": replace(w.plan("p"), keeps=(keep,))})
    best = float(w.evaluation(w.best()).returns.sum())
    references = {"most of it": best}
    model = build_model(problem, problem.plans["p"], references)
    solution = solve(model.program, Options())
    assert solution.status == "infeasible"
    found = make_plan(problem, problem.plans["p"], model, solution).conflict
    assert {"tv", "most of it"} <= set(found.names)
    kept = next(rule for rule in found.rules if rule.name == "most of it")
    without = build_model(w.problem, w.plan("p"), {})
    reached = solve(without.program, Options(gap=1e-7)).objective
    assert kept.unit == "currency"
    assert kept.alone == pytest.approx(0.99 * best - reached, rel=1e-3)


def test_a_weighted_rule_is_measured_in_its_own_unit(world):
    from mixopt.builtin.rules import Linear, LinearSettings
    from mixopt.problem.problem import BoundRule

    w = world()
    settings = LinearSettings.model_validate({"weights": "carbon", "at_most": 80})
    rule = BoundRule(name="carbon", kind="linear", rule=Linear(settings, w.problem.scope))
    problem = replace(w.problem, plans={"pure-roi": replace(w.plan(), rules=(rule,))})
    model = build_model(problem, problem.plans["pure-roi"], {})
    solution = solve(model.program, Options())
    assert solution.status == "infeasible"
    found = make_plan(problem, problem.plans["pure-roi"], model, solution).conflict
    assert set(found.names) == {"budget", "carbon"}
    carbon = next(rule for rule in found.rules if rule.name == "carbon")
    assert carbon.unit == "carbon"
    assert carbon.alone == pytest.approx(20.0, rel=1e-4)


def test_a_search_that_is_stopped_says_that_it_is_not_complete(world, sections):
    rules = [
        sections.spend("tv", where={"channel": "tv"}, at_least=80),
        sections.spend("search", where={"channel": "search"}, at_least=50),
    ]
    w = world({"p": ([sections.response()], rules)})
    model = w.model("p")
    solution = solve(model.program, Options())
    options = Options()
    options.stop.set()
    found = make_plan(w.problem, w.plan("p"), model, solution, options).conflict
    assert found is None or not found.complete


def test_the_elastic_program_of_a_feasible_one_misses_nothing(world, sections):
    w = world({"p": ([sections.response()], [sections.spend("tv", where={"channel": "tv"}, at_least=10)])})
    program = w.model("p").program
    rows = np.arange(program.n_rows)
    answer = solve(elastic(program, rows, np.ones(len(rows))), Options(gap=1e-7))
    assert answer.objective == pytest.approx(-program.budget, rel=1e-6)


def test_rows_can_be_left_out(world, sections):
    w = world({"p": ([sections.response()], [sections.spend("tv", where={"channel": "tv"}, at_least=10)])})
    program = w.model("p").program
    fewer = without_rows(program, np.array([0]))
    assert fewer.row_names == program.row_names[1:]
    np.testing.assert_array_equal(fewer.matrix.toarray(), program.matrix.toarray()[1:])


def test_a_run_of_at_most_can_always_spend_nothing(world, sections):
    w = world({"p": ([sections.response()], [])}, budget=Budget(total=1.0, rule="at-most"))
    assert solvable(w)
