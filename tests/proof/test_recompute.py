"""The short verifier of the docs: it confirms honest runs, and no false number gets past it."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mixopt

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "docs" / "recompute.py"
FORGERIES = {}
GATED = {"channel": ["c0", "c1"]}


@pytest.fixture(scope="module")
def recompute():
    spec = importlib.util.spec_from_file_location("recompute", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """Return the folder of a run with S-curves, leaves, a concave term, a share and a plan that keeps another's."""
    rng = np.random.default_rng(5)
    n = 9
    cells = pd.DataFrame(
        {
            "channel": [f"c{k // 3}" for k in range(n)],
            "segment": [f"s{k % 3}" for k in range(n)],
            "curve": ["hill"] * 5 + ["logistic"] * 2 + ["log", "linear"],
            "scale": [*rng.lognormal(6.0, 0.6, 7), 80.0, 0.8],
            "half_saturation": [*rng.lognormal(4.0, 0.5, 5), *[np.nan] * 4],
            "slope": [*rng.uniform(1.5, 4.0, 5), *[np.nan] * 4],
            "midpoint": [*[np.nan] * 5, 90.0, 120.0, np.nan, np.nan],
            "spend_scale": [*[np.nan] * 5, 20.0, 30.0, 25.0, np.nan],
            "lower": [1.0, *[0.0] * 8],
            "upper": 260.0,
        }
    )
    spread = {"kind": "diversification", "over": "channel", "measure": "hhi", "price": 300.0}
    config = {
        "mixopt": 1,
        "name": "by-hand",
        "currency": "EUR",
        "budget": {"total": 330.0},
        "data": {"cells": "cells"},
        "constraints": [
            {"name": "cap", "kind": "spend", "where": {"channel": "c0"}, "at_most": 150.0},
            {"name": "part", "kind": "share", "where": {"segment": "s1"}, "at_least": "20%"},
            {
                "name": "start",
                "kind": "minimum-if-active",
                "where": GATED,
                "at_least": 35.0,
                "fixed_cost": 4.0,
            },
            {"name": "few", "kind": "count", "at_most": 5},
        ],
        "plans": {
            "pure": {"objective": [{"kind": "response"}]},
            "spread": {
                "objective": [{"kind": "response"}, spread],
                "constraints": [
                    {"name": "kept", "kind": "keep", "term": "response", "of": "pure", "at_least": "95%"}
                ],
            },
        },
        "solver": {"gap": 1e-6},
    }
    folder = mixopt.run(config, {"cells": cells}).save(tmp_path_factory.mktemp("runs"))
    document = json.loads((folder / "problem.json").read_text())
    assert {plan["source"] for plan in document["plans"]} >= {"leaves"}
    return folder


def forgery(forge):
    FORGERIES[forge.__name__.strip("_").replace("_", "-")] = forge
    return forge


@forgery
def _objective_raised(document, arrays):
    document["plans"][0]["objective"] *= 1.0 + 1e-6


@forgery
def _spend_below_its_least(document, arrays):
    spend = arrays["plan0/plan_spend"]
    gated = arrays["plan0/gated_cells"]
    k = gated[np.argmax(spend[gated])]
    spend[(k + 1) % 9] += spend[k] - 0.5
    spend[k] = 0.5


@forgery
def _fixed_cost_lowered(document, arrays):
    arrays["plan0/active_data"] *= 0.5


@forgery
def _least_spend_raised(document, arrays):
    arrays["plan0/gated_least"] += 200.0


@forgery
def _state_multiplier_lowered(document, arrays):
    arrays["plan0/multiplier_active"] -= 1.0


@forgery
def _bound_lowered(document, arrays):
    plan = document["plans"][0]
    plan["bound"] -= 1e-5 * abs(plan["bound"])


@forgery
def _bound_of_the_other_plan_lowered(document, arrays):
    plan = document["plans"][1]
    plan["bound"] -= 1e-5 * abs(plan["bound"])


@forgery
def _bound_without_proof(document, arrays):
    for name in ("kind", "index", "at", "left", "right"):
        arrays[f"plan0/node_{name}"] = arrays[f"plan0/node_{name}"][:0]


@forgery
def _bound_withdrawn(document, arrays):
    document["plans"][0]["bound"] = None


@forgery
def _spend_moved(document, arrays):
    arrays["plan0/plan_spend"][:2] += -0.5, 0.5


@forgery
def _spend_raised(document, arrays):
    arrays["plan0/plan_spend"][3] += 1.0


@forgery
def _spend_negative(document, arrays):
    arrays["plan0/plan_spend"][:2] += -300.0, 300.0


@forgery
def _spend_below_its_lower(document, arrays):
    arrays["plan0/plan_spend"][:2] += (
        -arrays["plan0/plan_spend"][0] + 0.5,
        arrays["plan0/plan_spend"][0] - 0.5,
    )


@forgery
def _curve_changed(document, arrays):
    arrays["curve0/parameter0"] *= 1.0 + 1e-4


@forgery
def _curve_steeper(document, arrays):
    arrays["curve0/parameter2"] *= 1.01


@forgery
def _cap_tightened(document, arrays):
    arrays["plan0/row_upper"][rows(document, "rule:cap")] = 1.0


@forgery
def _floor_raised(document, arrays):
    arrays["plan0/row_lower"][rows(document, "rule:part")] += 40.0


@forgery
def _rows_price_raised(document, arrays):
    arrays["plan0/multiplier_row"] *= 1.05


@forgery
def _rows_price_forgotten(document, arrays):
    arrays["plan0/multiplier_row"][:] = 0.0


@forgery
def _worth_of_response_negative(document, arrays):
    arrays["plan0/multiplier_response"] *= -1.0


@forgery
def _worth_of_response_lowered(document, arrays):
    arrays["plan0/multiplier_response"] *= 0.99


@forgery
def _money_too_cheap(document, arrays):
    arrays["plan0/multiplier_spend"] *= 0.95


@forgery
def _cut_weighs_less(document, arrays):
    arrays["plan1/tangent_weight"] *= 0.5


@forgery
def _cut_of_another_slope(document, arrays):
    arrays["plan1/tangent_gradient"] *= 0.5


@forgery
def _worth_of_a_term_negative(document, arrays):
    arrays["plan1/multiplier_concave"][:] = -1.0


@forgery
def _leaf_cut_off(document, arrays):
    kind, at = arrays["plan0/node_kind"], arrays["plan0/node_at"]
    at[kind == 1] = arrays["plan0/upper"][arrays["plan0/node_index"][kind == 1]]


@forgery
def _scale_of_the_objective_left_out(document, arrays):
    arrays["plan0/multiplier_scale"][:] = 0.0


@forgery
def _tree_in_a_ring(document, arrays):
    arrays["plan0/node_left"][:] = 0


def rows(document, part):
    return [k for k, row in enumerate(document["plans"][0]["rows"]) if row["part"] == part]


def test_an_honest_run_is_confirmed(recompute, honest, capsys):
    recompute.main(honest)
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.filterwarnings("ignore:invalid value encountered")
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(recompute, honest, tmp_path, name):
    document = json.loads((honest / "problem.json").read_text())
    with np.load(honest / "certificate.npz") as file:
        arrays = {member: file[member].copy() for member in file.files}
    FORGERIES[name](document, arrays)
    (tmp_path / "problem.json").write_text(json.dumps(document))
    np.savez(tmp_path / "certificate.npz", **arrays)
    with pytest.raises(AssertionError):
        recompute.main(tmp_path)


@pytest.mark.parametrize(
    "config", sorted(ROOT.glob("configs/*/config.yaml")), ids=lambda path: path.parent.name
)
def test_every_example_is_confirmed(recompute, config, tmp_path, capsys):
    result = mixopt.run(config)
    folder = result.save(tmp_path)
    curves = json.loads((folder / "problem.json").read_text())["curves"]
    if any(curve["kind"] not in recompute.CURVES or curve["draws"] for curve in curves):
        with pytest.raises(SystemExit, match="mixopt verify does"):
            recompute.main(folder)
        return
    recompute.main(folder)
    told = capsys.readouterr().out
    for plan in result.plans.values():
        if plan.bound is not None:
            top = re.search(rf"^{plan.name}: .* more than \S*?([-\d.e+]+)\)?$", told, re.MULTILINE)
            assert float(top[1]) == pytest.approx(plan.bound, rel=1e-5)


def test_it_is_short_and_stands_alone():
    lines = PROGRAM.read_text().splitlines()
    assert sum(bool(line.strip()) for line in lines) <= 200
    imported = {line.split()[1] for line in lines if re.match(r"(import|from) ", line)}
    assert imported == {"json", "sys", "pathlib", "numpy"}
