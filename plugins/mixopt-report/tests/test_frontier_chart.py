"""The frontier on the page: points, ceiling, plans in their places, and nothing where there is none."""

from __future__ import annotations

import pytest
from mixopt_report.charts.frontier import frontier
from mixopt_report.facts import facts_of
from mixopt_report.page.render import page
from mixopt_report.page.sections import sections
from mixopt_report.plot import image

import mixopt
from mixopt import MixoptError

PLANS = {
    "pure-roi": {"objective": [{"kind": "response"}]},
    "balanced": {"objective": [{"kind": "response"}, {"kind": "diversification", "price": 400}]},
}


@pytest.fixture(scope="module")
def front(case):
    """Return a frontier of a linear and a concave aim."""
    made = case(segments=["all"], shocks=False)
    config = {
        "mixopt": 1,
        "name": "case",
        "currency": "GBP",
        "budget": {"total": 160.0},
        "data": {"cells": "cells"},
        "plans": PLANS,
    }
    return mixopt.frontier(config, {"cells": made.cells()}, points=5)


def test_points_of_a_concave_aim_are_proven(front):
    assert front.nested
    assert len(front.points) == 5
    assert (front.points["gap"].iloc[1:] < 1e-3).all()
    assert front.points["gained"].iloc[-1] > 0


@pytest.mark.parametrize("wide", [True, False])
def test_the_chart_draws_points_plans_and_what_is_unknown(front, wide):
    figure = frontier(facts_of(front.result))
    spec = figure.draw(wide).to_dict(validate=True)
    rows = [row for data in spec["datasets"].values() for row in data]
    assert sum(row.get("said", "").startswith("Point ") for row in rows) == 5
    marks = {row["plan"]: row for row in rows if row.get("mark")}
    assert marks["Pure ROI"]["given_up"] == pytest.approx(0.0, abs=1e-2)
    assert marks["Balanced"]["gained"] == pytest.approx(front.points["gained"].iloc[-1], rel=1e-2)
    areas = [row for row in rows if "most" in row]
    assert areas
    assert all(row["most"] >= row["gained"] for row in areas)
    assert len(figure.table.rows) == 5


def test_the_page_has_a_section_for_it(front, read):
    text = read(page(front.result)).seen
    assert "How far to go" in text
    assert "Other aims of Balanced" in text
    assert "is missing to any point but the first: proven" in text


def test_without_a_frontier_there_is_no_section_and_no_chart(result):
    assert "frontier" not in [section.name for section in sections(facts_of(result))]
    with pytest.raises(MixoptError, match="nothing to show in the chart frontier"):
        result.plot.frontier()


def test_it_is_a_picture_too(front):
    assert image(front.plot.frontier(), "svg").startswith(b"<svg")
