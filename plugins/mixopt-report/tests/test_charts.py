"""Charts: valid specs, numbers of the result, labels of their own, colours that can be told apart."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mixopt_report.charts.base import money_expression, ticks
from mixopt_report.charts.next_money import _level, marginal
from mixopt_report.charts.segments import _step
from mixopt_report.facts import facts_of, labels, largest
from mixopt_report.page.sections import sections
from mixopt_report.palette import DARK, HEAT, LIGHT, PLANS, TODAY, painted, var

from mixopt.report import Coin


@pytest.mark.parametrize("wide", [True, False])
def test_every_chart_is_a_valid_spec(result, wide):
    figures = [figure for section in sections(facts_of(result)) for figure in section.figures]
    assert len(figures) == 7
    for figure in figures:
        spec = figure.draw(wide).to_dict(validate=True)
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec
        assert figure.table.rows
        assert all(len(row) == len(figure.table.head) for row in figure.table.rows)
        assert figure.said.endswith(".")


def test_marginal_return_is_that_of_one_more_unit(result):
    plan = result.plans["balanced"].evaluated
    scope, curves = plan.scope, plan.curves
    channel = scope.labels("channel").astype(str)
    for name, slope in marginal(plan).items():
        mine = channel == name
        more = plan.spend + np.where(mine, plan.spend / plan.spend[mine].sum(), 0.0) * 1e-4
        gained = float((scope.value * (curves.value(more) - curves.value(plan.spend))).sum()) / 1e-4
        assert slope == pytest.approx(gained, rel=1e-5)


@pytest.mark.parametrize("wide", [True, False])
def test_curves_run_through_today(result, wide):
    figure = next(f for s in sections(facts_of(result)) for f in s.figures if f.name == "curves")
    rows = figure.draw(wide).to_dict(validate=False)["datasets"].popitem()[1]
    today = [row for row in rows if row.get("plan") == "Today"]
    assert len(today) == 4
    assert all(row["x"] == pytest.approx(1.0) and row["y"] == pytest.approx(1.0) for row in today)
    for row in today:
        line = sorted((r["x"], r["y"]) for r in rows if r["panel"] == row["panel"] and "dashed" in r)
        assert np.interp(1.0, *zip(*line, strict=True)) == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("wide", [True, False])
def test_channels_without_effect_do_not_hide_the_others(case, wide):
    made = case(channels=list("abcdef"), segments=["all"])
    problem = made.problem()
    spend = np.array([problem.scope.budget.total, 0, 0, 0, 0, 0.0])
    found = made.result({"pure-roi": spend, "balanced": spend})
    figure = next(f for s in sections(facts_of(found)) for f in s.figures if f.name == "next")
    rows = [row for data in figure.draw(wide).to_dict(validate=False)["datasets"].values() for row in data]
    slopes = marginal(found.plans["pure-roi"].evaluated)
    drawn = {row["row"]: row["back"] for row in rows if row.get("plan") == "Pure ROI"}
    assert drawn == pytest.approx(slopes)


def test_the_middle_is_that_of_channels_that_return_something():
    assert _level([0.0, 0.0, 0.0, 1.5, float("inf")]) == 1.5
    assert _level([0.0]) == 1.0


def test_shocks_are_recomputed(result):
    figure = next(f for s in sections(facts_of(result)) for f in s.figures if f.name == "shocks")
    plan = result.plans["pure-roi"].evaluated
    by = plan.by(plan.returns, "channel")
    kept = {row[0].text: row[2].text for row in figure.table.rows}
    assert kept["search dark"] == f"{100 * (1 - by['search'] / sum(by.values())):.1f}%"
    assert kept["demand down"] == "80.0%"


@given(st.lists(st.text(max_size=60), unique=True, max_size=12))
def test_every_row_has_a_label_of_its_own(names):
    found = labels(names, 10)
    assert len(set(found.values())) == len(names)
    assert all(label.strip() for label in found.values())


def test_the_largest_are_kept_in_their_order():
    names = [str(k) for k in range(30)]
    assert largest(names, list(range(30)), 22, 3) == ["27", "28", "29"]
    assert largest(names[:22], [0.0] * 22) == names[:22]


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 4.4, [0, 1, 2, 3, 4]),
        (-1.1, 0.3, [-1.0, -0.5, 0.0]),
        (0, 0, [0]),
        (60, 101, [60, 70, 80, 90, 100]),
    ],
)
def test_ticks_are_round(low, high, found):
    assert ticks(low, high, 5 if high != 0.3 else 3) == pytest.approx(found)


def test_money_on_axes_is_written_as_elsewhere():
    said = money_expression(Coin("GBP", 12e6), 4e6)
    assert '"\\u00a3"' in said
    assert "1e+06" in said
    assert '"m"' in said


@pytest.mark.parametrize(
    ("value", "step"), [(0, 0), (1, 3), (-1, -3), (0.1, 0), (0.2, 1), (-0.5, -2), (9, 3)]
)
def test_heat_has_seven_steps(value, step):
    assert _step(value, 1.0) == step


def luminance(color):
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_marks_stand_out_from_their_ground(theme):
    for ground in ("page", "panel"):
        for text in ("ink", "muted", "today", "first", "second"):
            assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
    for plan in ("third", "fourth"):
        assert contrast(theme[plan], theme["page"]) >= 4.5
    for tint in HEAT:
        assert contrast(theme["ink"], theme[tint]) >= 5.7, tint
    assert set(LIGHT) == set(DARK)


def test_no_two_plans_share_shape_and_colour():
    looks = [(style.shape, style.color) for style in (TODAY, *PLANS)]
    assert len(set(looks)) == len(looks)
    assert len({style.shape for style in (TODAY, *PLANS)}) == len(looks)


@pytest.mark.parametrize("wide", [True, False])
def test_painted_charts_hold_no_variables(result, wide):
    for section in sections(facts_of(result)):
        for figure in section.figures:
            spec = figure.draw(wide).to_dict(validate=False)
            assert "var(--" in json.dumps(spec)
            assert "var(--" not in json.dumps(painted(spec, DARK))
    assert var("ink") == "var(--ink)"
