"""Ranges over posterior draws: their numbers by hand, ties, the run's folder, and the words."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import mixopt
from mixopt.plan.ranges import Range, Ranges
from mixopt.report import decision, tell
from mixopt.report.terminal import terminal

DRAWS = 41


def made(spread, seed=1):
    """A sure channel and one whose scale is spread over the draws; a plan that must favour the sure one."""
    rng = np.random.default_rng(seed)
    cells = pd.DataFrame({"channel": ["sure", "wild"], "curve": "michaelis-menten", "current_spend": 50.0})
    draws = pd.DataFrame(
        {
            "channel": np.repeat(["sure", "wild"], DRAWS),
            "draw": np.tile(np.arange(DRAWS), 2),
            "scale": [*np.full(DRAWS, 300.0), *300.0 * np.exp(spread * rng.standard_normal(DRAWS))],
            "half_saturation": 100.0,
        }
    )
    cap = {"name": "cap", "kind": "spend", "where": {"channel": "wild"}, "at_most": 35}
    config = {
        "mixopt": 1,
        "name": "ranges",
        "currency": "EUR",
        "budget": {"total": 100},
        "data": {"cells": "cells", "draws": "draws"},
        "plans": {
            "free": {"objective": [{"kind": "response"}]},
            "capped": {"objective": [{"kind": "response"}], "constraints": [cap]},
        },
        "reports": [],
    }
    return config, {"cells": cells, "draws": draws}


def test_a_range_lies_between_quantiles_and_a_difference_is_taken_draw_by_draw():
    config, tables = made(0.5)
    result = mixopt.run({**config, "ranges": {"low": "10%", "high": "80%"}}, tables)
    free, capped = (result.plans[name].evaluation.draw_returns for name in config["plans"])
    rows = result.ranges.set_index(["measure", "plan", "against"])
    own, gap = rows.loc[("return", "free", "")], rows.loc[("return", "capped", "free")]
    assert [own["low"], own["high"]] == pytest.approx(np.quantile(free, [0.1, 0.8]).tolist())
    assert [gap["low"], gap["high"]] == pytest.approx(np.quantile(capped - free, [0.1, 0.8]).tolist())
    assert gap["probability"] == np.mean(capped > free)
    assert rows.loc[("profit", "capped", "free"), "low"] == pytest.approx(gap["low"])


def test_the_contrast_tells_the_returns_over_draws():
    config, tables = made(0.5)
    result = mixopt.run(config, tables)
    table = result.contrast.set_index("measure")
    returns = np.sort(result.plans["free"].evaluation.draw_returns)
    worst = (returns[:4].sum() + 0.1 * returns[4]) / 4.1  # a tenth of 41 draws
    assert table.loc["return-worst-draws", "free"] == pytest.approx(worst)
    assert np.isnan(table.loc["return-above-first", "free"])
    assert 0.0 <= table.loc["return-above-first", "capped"] <= 1.0
    assert result.plans["free"].measures["return-low"] == table.loc["return-low", "free"]


@pytest.mark.parametrize(("spread", "tie"), [(0.5, True), (0.002, False)])
def test_a_difference_inside_the_noise_is_a_tie_and_said_to_be_one(spread, tie):
    config, tables = made(spread)
    result = mixopt.run(config, tables)
    pair = tell(result).pairs[0]
    assert pair.even == tie
    text = " ".join(terminal(result, columns=10_000).split())
    assert ("inside the noise of the response curves (90% range" in text) == tie
    assert ("cannot be told apart" in text) == tie
    ahead = int(
        np.sum(np.subtract(*(result.plans[n].evaluation.draw_returns for n in ("capped", "free"))) > 0)
    )
    sure = next(said.text for said in decision(tell(result)) if said.label == "How sure")
    assert f"in {ahead} of {DRAWS} posterior draws" in sure
    assert "no range can be given" not in text


def test_the_folder_holds_the_ranges_and_reads_them_back(tmp_path):
    config, tables = made(0.3)
    result = mixopt.run(config, tables)
    folder = result.save(tmp_path)
    saved = mixopt.load(folder)
    pd.testing.assert_series_equal(saved.ranges["low"], result.ranges["low"])
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["over_draws"]["draws"] == DRAWS
    assert len(summary["over_draws"]["ranges"]) == len(result.ranges)


def test_certain_curves_have_no_ranges(tmp_path):
    config, tables = made(0.0)
    sure = tables["cells"].assign(scale=300.0, half_saturation=100.0)
    result = mixopt.run({**config, "data": {"cells": "cells"}}, {"cells": sure})
    assert result.over_draws is None
    assert result.ranges.empty
    assert not (result.save(tmp_path) / "ranges.csv").exists()
    assert "return-low" not in set(result.contrast["measure"])
    assert mixopt.load(next(tmp_path.iterdir())).ranges is None


def test_sums_of_figures_need_all_of_them():
    values = {
        ("a", "x"): np.arange(5.0),
        ("a", "y"): np.zeros(5),
        ("b", "x"): np.ones(3),
        ("b", "y"): np.ones(3),
    }
    ranges = Ranges(
        draws=5, low=0.05, high=0.95, worst=0.1, units={"a": "currency", "b": "currency"}, figures=values
    )
    found = ranges.sum_between([("a", 2.0)], "x", "y")
    assert (found.mean, found.above) == (4.0, 0.8)
    assert ranges.sum_between([("a", 1.0), ("b", 1.0)], "x", "y") is None
    assert ranges.sum_between([("a", 1.0), ("c", 1.0)], "x", "y") is None
    assert Range(mean=0.0, low=-1.0, high=1.0, above=0.5).noise
