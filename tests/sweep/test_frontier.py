"""Frontiers against enumeration, in every executor, and what is said of a wrong call."""

from __future__ import annotations

import itertools
import json
import re
import threading

import numpy as np
import pytest

import mixopt
from mixopt.plan.frontier import Solve, ceiling, efficient
from mixopt.plan.references import evaluate
from mixopt.report.frontier_files import frontier_files
from mixopt.sweep.boxes import Box, Range, chosen, split


def grid_plans(front, step=2.5):
    """Return both criteria of every plan on a grid that spends the budget."""
    problem = front.base.problem
    total = problem.scope.budget.total
    steps = np.arange(0.0, total + step / 2, step)
    parts = [part for part in itertools.product(steps, repeat=3) if sum(part) <= total]
    spends = np.array([(*part, total - sum(part)) for part in parts])
    cells = np.tile(np.arange(4), len(spends))
    returns = problem.curves.take(cells).value(spends.ravel()).reshape(spends.shape) * problem.scope.value
    brand = problem.scope.labels("kind").astype(str) == "brand"
    first = returns.sum(axis=1)
    return first, first + 3.0 * returns[:, brand].sum(axis=1)


def test_no_plan_on_a_grid_lies_above_the_ceiling_and_none_beats_a_point(front):
    assert front.complete
    assert len(front.points) == 9
    first, second = grid_plans(front)
    for x, y in zip(first, second, strict=True):
        if x <= front.solves[0].first:
            assert y <= front.ceiling(x) + 1e-6
    for row in front.points.itertuples():
        better = (first >= row.first) & (second > row.bound + 1e-9)
        assert not better.any()
        assert row.second <= row.bound
    # and the grid comes close to every point, so that the points are not beyond what can be reached
    for row in front.points.itertuples():
        near = (first >= row.first - 3.0) & (second >= row.second - 6.0)
        assert near.any()


def test_points_are_recomputed_from_their_spends(front):
    scope, curves = front.base.problem.scope, front.base.problem.curves
    for number, row in enumerate(front.points.itertuples(), 1):
        spend = front.allocation.loc[front.allocation["point"] == number, "spend"].to_numpy()
        plan = evaluate(scope, curves, spend)
        assert float(plan.returns.sum()) == pytest.approx(row.first)
        given_up, gained = front.place(plan)
        assert given_up == pytest.approx(row.given_up, abs=1e-9)
        assert gained == pytest.approx(row.gained, abs=1e-9)
        assert spend.sum() == pytest.approx(100.0)
    assert list(front.points["given_up"]) == sorted(front.points["given_up"])
    assert list(front.points["gained"]) == sorted(front.points["gained"])


def test_floors_find_points_that_no_weighted_sum_reaches(ask):
    plans = {
        "tv": {"objective": [{"kind": "response", "where": {"channel": "tv"}}]},
        "search": {"objective": [{"kind": "response", "name": "search", "where": {"channel": "search"}}]},
    }
    front = ask({"plans": plans, "budget": {"total": 70.0}}, points=9)
    x, y = front.points["first"].to_numpy(), front.points["second"].to_numpy()
    chord = y[0] + (y[-1] - y[0]) * (x - x[0]) / (x[-1] - x[0])
    assert (y[1:-1] < chord[1:-1] - 5.0).any(), "S-curves bend the frontier inwards"
    assert (front.points["gap"].iloc[1:] < 0.01).all()


def test_the_ends_are_the_plans_themselves(front):
    plans = front.base.plans
    assert front.points["first"].iloc[0] == pytest.approx(plans["everything"].objective, rel=1e-4)
    assert front.points["second"].iloc[-1] == pytest.approx(plans["brand-too"].objective, rel=1e-4)
    assert front.nested
    assert front.result.frontier is front


def test_two_terms_at_weight_one_between_their_best(ask):
    front = ask(terms=("response", "brand"), points=5)
    assert not front.nested
    assert front.kind == "terms"
    last = front.efficient[-1].plan.evaluated
    brand = last.total(last.returns, {"kind": "brand"})
    assert front.points["second"].iloc[-1] == pytest.approx(brand)
    assert front.points["gained"].iloc[-1] == pytest.approx(brand - front.points["second"].iloc[0])


@pytest.mark.parametrize("executor", ["processes:1", "processes:2"])
def test_every_executor_gives_the_same_bytes(front, ask, executor):
    there = ask(points=9, executor=executor)
    assert frontier_files(there) == frontier_files(front)


def test_rules_of_one_plan_only_hold_at_no_point_and_are_named(ask):
    rule = {"name": "tv-cap", "kind": "spend", "where": {"channel": "tv"}, "at_most": 10}
    both = {"name": "print-floor", "kind": "spend", "where": {"channel": "print"}, "at_least": 20}
    plans = {
        "everything": {"objective": [{"kind": "response"}], "constraints": [both]},
        "brand-too": {
            "objective": [{"kind": "response", "where": {"kind": "brand"}}],
            "constraints": [both, rule],
        },
    }
    front = ask({"plans": plans}, points=4)
    assert front.left_out == ("tv-cap (brand-too)",)
    spends = front.allocation.pivot(index="point", columns="channel", values="spend")
    assert (spends["print"] >= 20 - 1e-6).all()
    assert (spends["tv"] > 10).any()


def test_a_frontier_of_one_point_is_one_point(ask):
    plans = {
        "one": {"objective": [{"kind": "response"}]},
        "twice": {"objective": [{"kind": "response", "weight": 2.0}]},
    }
    front = ask({"plans": plans})
    assert len(front.points) == 1
    assert front.complete


def test_a_frontier_that_is_stopped_says_so(ask):
    stop = threading.Event()
    seen = []

    def progress(name, event):
        seen.append(event.step)
        if name == "frontier" and event.step.startswith("4 of"):
            stop.set()

    front = ask(progress=progress, stop=stop, points=9)
    assert not front.complete
    assert 4 <= len(front.points) < 9
    assert "2 of 9 points, most score of brand-too" in seen


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"between": ("everything", "brand-to")}, r"--between: there is no plan 'brand-to'.*'?brand-too"),
        ({"between": ("everything", "everything")}, "score by the same terms and weights"),
        ({"terms": ("response", "brnd")}, r"--between-terms: there is no term 'brnd'.*response, brand"),
        ({"terms": ("response", "response")}, "'response' is given twice"),
        ({"terms": ("response", "brand"), "between": ("a", "b")}, "plans and terms are both given"),
        ({"between": ("everything",)}, "are not two names"),
        ({"between": "ab"}, "are not two names"),
        ({"points": 1}, r"--points: 1 points.*from 2 to 1,000"),
        ({"points": True}, "--points: true points"),
        ({"points": 5000, "between": ("a",)}, r"two names[\s\S]*--points"),
        ({"executor": "quantum"}, "quantum"),
        ({"executor": "processes:many"}, "no executor"),
    ],
)
def test_mistakes_are_named(ask, wishes, said):
    with pytest.raises(mixopt.InputError) as caught:
        ask(**wishes)
    assert re.search(said, str(caught.value)), str(caught.value)


def test_one_plan_is_told_what_to_do(ask):
    with pytest.raises(mixopt.ConfigError, match=r"the config has one plan, 'only'.*--between-terms"):
        ask({"plans": {"only": {"objective": [{"kind": "response"}]}}})


def test_an_infeasible_problem_has_no_points(ask):
    rule = {"name": "too-much", "kind": "spend", "where": {"channel": "tv"}, "at_least": 99}
    more = {"name": "and-more", "kind": "spend", "where": {"channel": "search"}, "at_least": 50}
    front = ask({"constraints": [rule, more]})
    assert front.solves == ()
    assert {plan.status for plan in front.base.plans.values()} == {"infeasible"}
    assert json.loads(frontier_files(front)["frontier.json"])["points"] == []


def solve_of(first, second, floor=None, bound=None):
    return Solve(
        name="x", floor=floor, plan=None, first=first, second=second, bound=second if bound is None else bound
    )


def test_only_plans_that_are_proven_dominated_are_left_out():
    a, b, c = solve_of(10, 1), solve_of(5, 5), solve_of(6, 5)
    near = solve_of(4, 5 + 1e-12)
    worse = solve_of(5, 0.5)
    assert efficient([a, b, c, near, worse]) == (a, c)
    assert efficient([solve_of(10, 1), solve_of(10, 2)])[0].second == 2
    assert efficient([]) == ()


def test_a_floor_proves_its_ceiling_for_all_that_is_above_it():
    solves = [solve_of(10, 1, bound=np.inf), solve_of(2, 9, bound=9.5), solve_of(6, 6, floor=6.0, bound=6.1)]
    assert ceiling(solves, 10.0) == 6.1
    assert ceiling(solves, 5.9) == 9.5


def test_boxes_shrink_and_the_largest_are_split_first():
    box = Box(right=0, left=1, low=0.0, high=10.0, bottom=0.0, top=10.0)
    below, above = split(box, 2, 7.0, 4.0)
    assert (below.low, below.high, below.bottom, below.top) == (0.0, 5.0, 4.0, 10.0)
    assert (above.low, above.high, above.bottom, above.top) == (7.0, 10.0, 0.0, 4.0)
    span = Range(10.0, 10.0)
    assert span.share(box) == 1.0
    assert chosen([above, below], span, 9) == [below, above]
    assert chosen([above, below], span, 1) == [below]
    gone = split(box, 2, 10.0, 0.0)[1]
    assert span.share(gone) == 0.0
    assert chosen([gone], span, 3) == []
