"""Laws of posterior draws: what must not change the plan, brute force, and the proof that goes with it."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import mixopt
from mixopt.cli.verify import curves_of
from mixopt.engine import drawn
from mixopt.errors import ProofError
from mixopt.proof import verify

TAIL = {"kind": "resilience", "scenarios": "draws", "measure": "cvar", "level": 0.75}
SHAPES = {"concave": (0.5, 1.0), "s-shaped": (1.5, 3.0)}


def made(n, draws, shape="concave", seed=0, rule="spend-all"):
    rng = np.random.default_rng(seed)
    names = [f"c{k}" for k in range(n)]
    cells = pd.DataFrame({"channel": names, "curve": "hill", "value": 2.0, "current_spend": 10.0})
    cells["upper"] = rng.uniform(60.0, 120.0, n)
    table = pd.DataFrame({"channel": np.repeat(names, draws), "draw": [f"d{k:03}" for k in range(draws)] * n})
    table["scale"] = (rng.lognormal(4.0, 0.4, (n, 1)) * rng.lognormal(0.0, 0.4, (n, draws))).ravel()
    table["half_saturation"] = (rng.uniform(10.0, 40.0, (n, 1)) * rng.lognormal(0.0, 0.3, (n, draws))).ravel()
    table["slope"] = rng.uniform(*SHAPES[shape], n * draws)
    config = {
        "mixopt": 1,
        "name": "draws",
        "currency": "EUR",
        "budget": {"total": 30.0 * n, "rule": rule},
        "data": {"cells": "cells", "draws": "draws"},
        "plans": {
            "mean": {"objective": [{"kind": "response"}]},
            "tail": {"objective": [{"kind": "response", "weight": 0.3}, TAIL]},
        },
        "reports": [],
    }
    return config, {"cells": cells, "draws": table}


def met(one, other):
    """Tell whether two plans' intervals [objective, bound] meet."""
    slack = 1e-9 * max(1.0, abs(one.bound))
    return one.objective <= other.bound + slack and other.objective <= one.bound + slack


def copied(tables, times):
    parts = [tables["draws"].assign(draw=tables["draws"]["draw"] + f"-{k}") for k in range(times)]
    return {**tables, "draws": pd.concat(parts, ignore_index=True)}


@pytest.mark.parametrize("shape", SHAPES)
def test_identical_draws_are_no_draws(shape):
    config, tables = made(4, 1, shape)
    plain = dict(config, data={"cells": "cells"}, plans={"mean": config["plans"]["mean"]})
    both = tables["cells"].merge(tables["draws"].drop(columns="draw"), on="channel")
    certain = mixopt.run(plain, {"cells": both}).plans["mean"]
    for times in (1, 4):
        result = mixopt.run(config, copied(tables, times))
        assert met(result.plans["mean"], certain)
        spend = result.plans["tail"].evaluation
        assert spend.draw_returns == pytest.approx(np.full(times, spend.returns.sum()))


@pytest.mark.parametrize("shape", SHAPES)
def test_neither_the_order_of_rows_nor_doubling_every_draw_matters(shape):
    config, tables = made(3, 6, shape, seed=1)
    first = mixopt.run(config, tables)
    mixed = {**tables, "draws": tables["draws"].sample(frac=1.0, random_state=3)}
    again, twice = mixopt.run(config, mixed), mixopt.run(config, copied(tables, 2))
    for name in config["plans"]:
        assert np.array_equal(first.plans[name].evaluation.spend, again.plans[name].evaluation.spend)
        assert met(first.plans[name], twice.plans[name])


@pytest.mark.parametrize(("shape", "seed"), list(itertools.product(SHAPES, range(4))))
def test_no_plan_of_a_grid_beats_the_bound(shape, seed):
    config, tables = made(3, 5, shape, seed=seed, rule="at-most")
    result = mixopt.run(config, tables)
    scope = result.plans["mean"].evaluation
    axes = [np.linspace(0.0, top, 61) for top in tables["cells"]["upper"]]
    spends = np.array(list(itertools.product(*axes)))
    spends = spends[spends.sum(axis=1) <= config["budget"]["total"]]
    table = tables["draws"]
    totals = np.zeros((len(spends), 5))
    for k, name in enumerate(tables["cells"]["channel"]):
        rows = table[table["channel"] == name]
        x = spends[:, [k]] ** rows["slope"].to_numpy()
        totals += (
            2.0
            * rows["scale"].to_numpy()
            * x
            / (rows["half_saturation"].to_numpy() ** rows["slope"].to_numpy() + x)
        )
    mean, worst = totals.mean(axis=1), np.sort(totals, axis=1)
    tail = (worst[:, 0] + 0.25 * worst[:, 1]) / 1.25  # the worst quarter of five draws
    assert scope.draw_returns.shape == (5,)
    for name, best in (("mean", mean.max()), ("tail", (0.3 * mean + tail).max())):
        plan = result.plans[name]
        assert plan.status == "optimal"
        assert best <= plan.bound * (1.0 + 1e-12)
        assert plan.objective >= best * (1.0 - 2e-4)


def test_folding_draws_into_cuts_changes_no_interval(monkeypatch):
    config, tables = made(5, 20, seed=5)
    config["constraints"] = [
        {"name": "cap", "kind": "share", "where": {"channel": "c0"}, "at_most": "25%"},
        {"name": "floor", "kind": "resilience-floor", "scenarios": "draws", "at_least": {"today": "110%"}},
    ]
    config["plans"]["kept"] = {
        "objective": [TAIL],
        "constraints": [
            {"name": "keep", "kind": "keep", "term": "response", "of": "mean", "at_least": "99%"}
        ],
    }
    plans = []
    for least in (1, 10_000):
        monkeypatch.setattr(drawn, "MANY", least)
        plans.append(mixopt.run(config, tables).plans)
    for name, plan in plans[0].items():
        assert plan.status == "optimal"
        assert met(plan, plans[1][name])


def test_the_worst_part_falls_with_the_level_and_is_the_mean_at_none():
    config, tables = made(3, 8, seed=6)
    config["plans"] = {f"at-{k}": {"objective": [{**TAIL, "level": k / 4}]} for k in range(4)}
    config["plans"]["worst"] = {
        "objective": [{**{k: TAIL[k] for k in ("kind", "scenarios")}, "measure": "worst-case"}]
    }
    config["plans"]["mean"] = {"objective": [{"kind": "response"}]}
    plans = mixopt.run(config, tables).plans
    assert met(plans["at-0"], plans["mean"])
    order = [plans[name] for name in ("at-0", "at-1", "at-2", "at-3", "worst")]
    assert all(low.objective <= high.bound for high, low in itertools.pairwise(order))


FORGERIES = {
    "component_draw": (lambda array: array.__setitem__(-1, 99), "index"),
    "concave0_scale": (lambda array: array.__setitem__(slice(None), 1e-3), "concave-term"),
    "tangent_gradient": (lambda array: array.__imul__(0.5), "tangent"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_proof_is_recomputed_and_no_forgery_passes(shape):
    config, tables = made(3, 6, shape, seed=7)
    certificate = mixopt.run(config, tables).certificate
    checked = verify(certificate, curves_of)
    assert [plan.status for plan in checked.plans] == ["optimal", "optimal"]
    for name, (forge, check) in FORGERIES.items():
        arrays = {key: array.copy() for key, array in certificate.arrays.items()}
        forge(arrays[f"plan1/{name}"])
        with pytest.raises(ProofError) as refused:
            verify(type(certificate)(problem=certificate.problem, arrays=arrays), curves_of)
        assert refused.value.check == check


def test_a_term_over_draws_needs_draws():
    config, tables = made(2, 1)
    config["data"] = {"cells": "cells"}
    both = tables["cells"].merge(tables["draws"].drop(columns="draw"), on="channel")
    with pytest.raises(mixopt.InputError, match="not given per posterior draw"):
        mixopt.run(config, {"cells": both})
