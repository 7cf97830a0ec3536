"""A plan is recomputed from its spend; what disagrees with the engine is a defect that names the part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixopt.errors import NoPlanError, SolverError
from mixopt.plan import make_plan, unreachable_plan
from mixopt.plan.allocation import COLUMNS
from mixopt.scope import Budget


@pytest.fixture
def made(world):
    w = world()
    return w, make_plan(w.problem, w.plan(), w.model(), w.solution(w.best()))


def test_the_allocation_has_the_columns_of_the_contract_and_a_row_per_cell(made):
    w, plan = made
    frame = plan.allocation
    assert tuple(frame.columns) == COLUMNS
    assert frame[["channel", "segment"]].to_numpy().tolist() == [
        ["tv", "new"],
        ["tv", "old"],
        ["search", "new"],
        ["search", "old"],
    ]
    assert (frame["plan"] == "pure-roi").all()
    assert (frame["period"] == 1).all()
    np.testing.assert_array_equal(frame["spend"], w.best())
    np.testing.assert_allclose(frame["return"], w.problem.scope.value * frame["response"])
    np.testing.assert_allclose(frame["roi"] * frame["spend"], frame["return"])
    np.testing.assert_array_equal(frame["current_spend"], [40.0, 30.0, 20.0, 10.0])


def test_marginal_roi_is_level_where_only_the_budget_binds(made):
    _, plan = made
    np.testing.assert_allclose(plan.allocation["marginal_roi"], plan.allocation["marginal_roi"][0], rtol=1e-6)


def test_roi_is_missing_where_nothing_is_spent(world):
    w = world(budget=Budget(total=100.0, rule="at-most"))
    plan = make_plan(w.problem, w.plan(), w.model(), w.solution([0.0, 40.0, 30.0, 30.0]))
    assert np.isnan(plan.allocation["roi"][0])
    assert plan.allocation["roi"][1:].notna().all()


def test_current_spend_is_missing_where_today_is_not_known(world):
    w = world(today=False)
    plan = make_plan(w.problem, w.plan(), w.model(), w.solution(w.best()))
    assert plan.allocation["current_spend"].isna().all()


def test_the_objective_is_the_sum_of_weight_times_twin(world, sections):
    tv = replace(sections.response("tv-return", {"channel": "tv"}), weight=0.5)
    w = world({"both": ([sections.response(), tv], [])})
    plan = make_plan(w.problem, w.plan("both"), w.model("both"), w.solution(w.best(), "both"))
    returns = plan.evaluated.returns
    assert plan.objective == pytest.approx(returns.sum() + 0.5 * returns[:2].sum(), rel=1e-12)
    assert plan.terms.to_numpy().tolist() == [
        ["both", "response", 1.0, pytest.approx(returns.sum())],
        ["both", "tv-return", 0.5, pytest.approx(returns[:2].sum())],
    ]


def test_an_objective_that_the_twins_do_not_confirm_is_a_defect_that_names_the_term(world):
    w = world()
    honest = w.solution(w.best())
    lying = replace(honest, objective=honest.objective * 1.0001)
    with pytest.raises(SolverError, match="term 'response' is worth"):
        make_plan(w.problem, w.plan(), w.model(), lying)


def test_a_concave_term_whose_column_is_off_is_named_alone(world, sections):
    w = world({"both": ([sections.response(), sections.response("other", {"channel": "tv"})], [])})
    model = w.model("both")
    honest = w.solution(w.best(), "both")
    twin = w.plan("both").terms[1].term.value(w.evaluation(w.best()))

    class Part:
        name = "term 'other'"
        theta = 0

    program = replace(model.program, concave=(Part(),))
    lying = replace(honest, objective=honest.objective + 1.0, columns=np.array([twin + 1.0]))
    with pytest.raises(SolverError, match="term 'other' is worth"):
        make_plan(w.problem, w.plan("both"), replace(model, program=program), lying)


def test_an_objective_above_its_bound_is_a_defect(world):
    w = world()
    honest = w.solution(w.best())
    with pytest.raises(SolverError, match="above its bound"):
        make_plan(w.problem, w.plan(), w.model(), replace(honest, bound=honest.objective * 0.999))


def test_a_gap_within_rounding_is_zero(world):
    w = world()
    honest = w.solution(w.best())
    same = replace(honest, bound=honest.objective * (1 - 1e-13))
    assert make_plan(w.problem, w.plan(), w.model(), same).gap == 0.0


def test_a_spend_outside_a_cell_is_a_defect(world):
    w = world()
    with pytest.raises(SolverError, match="cell 3 spends 101, outside 0 … 100"):
        make_plan(w.problem, w.plan(), w.model(), w.solution([0.0, 0.0, 101.0, 0.0]))


def test_a_spend_that_is_no_number_is_a_defect(world):
    w = world()
    nan = replace(w.solution(w.best()), spend=np.array([np.nan, 1.0, 1.0, 1.0]))
    with pytest.raises(SolverError, match="no finite number"):
        make_plan(w.problem, w.plan(), w.model(), nan)


def test_a_rule_that_the_plan_breaks_is_a_defect_that_names_the_rule(world, sections):
    w = world(
        {"pure-roi": ([sections.response()], [sections.spend("tv", where={"channel": "tv"}, at_most=10)])}
    )
    with pytest.raises(SolverError, match="breaks rule 'tv'"):
        make_plan(w.problem, w.plan(), w.model(), w.solution(w.best()))


def test_a_budget_that_is_not_all_spent_is_a_defect(world):
    w = world()
    with pytest.raises(SolverError, match="breaks rule 'budget'"):
        make_plan(w.problem, w.plan(), w.model(), w.solution(0.5 * w.best()))


def test_the_plan_does_not_share_the_engines_array(world):
    w = world()
    solution = w.solution(w.best())
    plan = make_plan(w.problem, w.plan(), w.model(), solution)
    solution.spend[0] = -1.0
    assert plan.spend[0] > 0
    with pytest.raises(ValueError, match="read-only"):
        plan.spend[0] = 1.0


@pytest.mark.parametrize("accessor", ["spend", "allocation", "evaluated"])
def test_a_plan_that_was_not_found_says_so(world, accessor):
    w = world()
    nothing = {"spend": None, "columns": None, "objective": None, "bound": None, "gap": None}
    solution = replace(w.solution(w.best()), status="no-plan", reason="time-limit", **nothing)
    plan = make_plan(w.problem, w.plan(), w.model(), solution)
    assert (plan.status, plan.reason, plan.objective, plan.conflict) == ("no-plan", "time-limit", None, None)
    with pytest.raises(NoPlanError, match="plan 'pure-roi' has no spend: its status is no-plan"):
        getattr(plan, accessor)


def test_a_plan_that_keeps_something_of_a_missing_plan_is_no_plan(world):
    plan = unreachable_plan(world().plan())
    assert (plan.status, plan.reason, plan.found) == ("no-plan", "reference", False)
    assert plan.rules.empty
    assert plan.terms.empty
