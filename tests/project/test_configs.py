"""Every example under configs/ is a regression test, and the main one is what its README says it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mixopt

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = sorted(path.parent.name for path in ROOT.glob("configs/*/config.yaml"))
UK = ROOT / "configs" / "uk-media"


@pytest.fixture(scope="module")
def results() -> dict[str, mixopt.Result]:
    """Return the result of every example, solved once."""
    return {name: mixopt.run(ROOT / "configs" / name / "config.yaml") for name in CONFIGS}


def test_every_folder_has_a_config_a_readme_and_a_record() -> None:
    record = json.loads((ROOT / "tests" / "golden" / "configs.json").read_text(encoding="utf-8"))
    folders = sorted(path.name for path in (ROOT / "configs").iterdir() if path.is_dir())
    assert folders == CONFIGS == sorted(record)
    assert all((ROOT / "configs" / name / "README.md").is_file() for name in folders)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_plan_is_solved_to_the_gap_asked_for(results: dict[str, mixopt.Result], name: str) -> None:
    for plan in results[name].plans.values():
        assert plan.status == "optimal"
        assert 0 <= plan.gap <= 1e-4
        assert plan.rules["binding"].dtype == bool
        spent = plan.allocation["spend"].sum()
        assert spent == pytest.approx(results[name].problem.config.budget.total, rel=1e-9)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_best_value_lies_where_it_lay_before(results: dict[str, mixopt.Result], name: str) -> None:
    record = json.loads((ROOT / "tests" / "golden" / "configs.json").read_text(encoding="utf-8"))[name]
    assert list(record) == list(results[name].plans)
    for plan in results[name].plans.values():
        objective, bound = record[plan.name]
        slack = 1e-6 * abs(objective)
        assert plan.objective <= bound + slack, "better than what was proven to be the best: a bound is wrong"
        assert plan.bound >= objective - slack, "a bound below a plan that was found before"


@pytest.mark.parametrize(
    "script", ["uk-media/calibrate.py", "s-curves/make_cells.py", "posterior-draws/make_draws.py"]
)
def test_the_tables_are_what_their_script_writes(script: str, tmp_path: Path) -> None:
    path = ROOT / "configs" / script
    name = "draws.csv" if path.stem == "make_draws" else "cells.csv"
    subprocess.run([sys.executable, str(path), "--out", str(tmp_path / name)], check=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / name), pd.read_csv(path.parent / name), rtol=1e-6)


def test_the_published_figures_are_the_published_ones(shared_cases: Path) -> None:
    pd.testing.assert_frame_equal(
        pd.read_csv(UK / "published.csv"), pd.read_csv(shared_cases / "profit_ability_2.csv")
    )


def test_today_is_what_was_published(results: dict[str, mixopt.Result]) -> None:
    published = pd.read_csv(UK / "published.csv").set_index("channel")
    assumed = pd.read_csv(UK / "assumptions.csv").set_index("channel")
    today = results["uk-media"].references["today"]
    spend, returned = today.by(today.spend, "channel"), today.by(today.returns, "channel")
    assert len(spend) == 10
    for channel, amount in spend.items():
        source = published.loc[assumed.loc[channel, "published_as"]]
        assert amount == pytest.approx(12e6 * source["share_of_investment"] / 100, rel=1e-6)
        assert returned[channel] / amount == pytest.approx(source["short_term_roi"], rel=1e-6)


def test_marginal_returns_today_are_the_assumed_ones(results: dict[str, mixopt.Result]) -> None:
    today = results["uk-media"].references["today"]
    assumed = pd.read_csv(UK / "assumptions.csv").set_index("channel")["marginal_to_average"]
    ratio = today.marginal_roi / (today.returns / today.spend)
    np.testing.assert_allclose(ratio, assumed.loc[today.scope.labels("channel")], rtol=1e-6)


def test_the_main_example_mixes_concave_and_s_shaped_cells(results: dict[str, mixopt.Result]) -> None:
    bends = results["uk-media"].problem.curves.inflection()
    assert 0 < (bends > 0).sum() < len(bends) == 20


def test_the_main_example_has_a_contrast_that_costs_something(results: dict[str, mixopt.Result]) -> None:
    terms = results["uk-media"].terms.pivot_table(index="term", columns="plan", values="value")
    pure, balanced = terms["pure-roi"], terms["balanced"]
    assert 0.97 * pure["response"] - 1.0 <= balanced["response"] < pure["response"]
    assert balanced["brand"] > pure["brand"]
