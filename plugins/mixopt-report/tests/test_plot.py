"""Charts in notebooks and as pictures."""

from __future__ import annotations

import json
import sys

import pytest
from mixopt_report.plot import image, plots

from mixopt import MixoptError, NoPlanError

OF_PLAN = ("allocation", "curves", "heatmap", "waterfall")
OF_RESULT = (*OF_PLAN, "price", "marginal", "shocks")


@pytest.mark.parametrize("name", OF_PLAN)
def test_a_plan_draws_itself_beside_today(result, name):
    spec = getattr(result.plans["balanced"].plot, name)().to_dict()
    assert "var(--" not in json.dumps(spec)
    assert spec["title"]["text"]


@pytest.mark.parametrize("name", OF_RESULT)
def test_a_result_draws_all_plans(result, name):
    spec = getattr(result.plot, name)().to_dict()
    assert spec.get("width") != "container"
    assert "Pure ROI" in json.dumps(spec) or name in {"price", "waterfall"}


@pytest.mark.parametrize(("form", "start"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")])
def test_pictures_need_no_browser(result, form, start):
    data = image(plots(result, theme="dark").allocation(), form)
    assert data.startswith(start)
    if form == "svg":
        assert b"var(--" not in data
        assert "£".encode() in data


def test_what_a_plan_cannot_show_is_said(result, case):
    with pytest.raises(MixoptError, match=r"use result\.plot\.shocks\(\)"):
        result.plans["balanced"].plot.shocks()
    alone = case(segments=["all"], today=False).result().plans["balanced"]
    with pytest.raises(MixoptError, match="nothing to show in the chart heatmap"):
        alone.plot.heatmap()
    assert alone.plot.allocation().to_dict()["title"]["text"].startswith("Balanced puts the most into")


def test_a_plan_that_was_not_found_has_no_charts(case):
    nothing = {"evaluation": None, "objective": None, "bound": None, "gap": None}
    missing = case().result(balanced={**nothing, "status": "no-plan"}).plans["balanced"]
    with pytest.raises(NoPlanError):
        _ = missing.plot
    assert missing._repr_html_() == "<p>balanced: no-plan (gap)</p>"


def test_without_the_distribution_its_name_is_told(result, monkeypatch):
    monkeypatch.setitem(sys.modules, "mixopt_report.plot", None)
    with pytest.raises(MixoptError, match="pip install mixopt-report"):
        _ = result.plot


def test_a_plan_shows_its_channels_in_a_notebook(result):
    shown = result.plans["balanced"]._repr_html_()
    assert "<td>search</td>" in shown
    assert "balanced: optimal (gap)" in shown
