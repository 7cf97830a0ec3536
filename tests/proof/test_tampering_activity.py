"""Certificates of plans with cells that may be off: honest ones hold, every forgery is refused for its own reason."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import mixopt
from mixopt.errors import ProofError
from mixopt.proof import Certificate, read, verify, write

FORGERIES = {}
KINDS = mixopt.discover([]).entries("curve")


def curves_of(kind, parameters, points):
    return (
        KINDS[kind].build(parameters, pd.DataFrame(points))
        if points is not None
        else KINDS[kind].build(parameters)
    )


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """Return the certificate of a plan with minimum spends, fixed costs, a count, and leaves that split states."""
    rng = np.random.default_rng(6)
    n = 12
    cells = pd.DataFrame(
        {
            "channel": [f"c{k // 3}" for k in range(n)],
            "segment": [f"s{k % 3}" for k in range(n)],
            "curve": "hill",
            "scale": rng.lognormal(6.0, 0.3, n),
            "half_saturation": rng.lognormal(4.0, 0.5, n),
            "slope": rng.uniform(0.8, 2.5, n),
            "upper": 200.0,
        }
    )
    config = {
        "mixopt": 1,
        "name": "gates",
        "currency": "EUR",
        "budget": {"total": 400.0, "rule": "at-most"},
        "data": {"cells": "cells"},
        "constraints": [
            {"name": "start", "kind": "minimum-if-active", "at_least": 72.0, "fixed_cost": 30.0},
            {"name": "few", "kind": "count", "at_most": 4},
            {"name": "cap", "kind": "spend", "where": {"segment": "s0"}, "at_most": 100.0},
        ],
        "plans": {"plan": {"objective": [{"kind": "response"}]}},
        "solver": {"gap": 1e-7},
    }
    result = mixopt.run(config, {"cells": cells})
    assert result.plans["plan"].status == "optimal"
    found = read(result.save(tmp_path_factory.mktemp("runs")))
    arrays, least = found.arrays, found.arrays["plan0/gated_least"][0]
    states = (arrays["plan0/node_kind"] == 1) & (arrays["plan0/node_at"] < least)
    assert states.any(), "no leaf splits a state: the case tells nothing"
    assert arrays["plan0/multiplier_active"].any()
    return found


def forgery(check):
    def register(forge):
        FORGERIES[forge.__name__.strip("_").replace("_", "-")] = (forge, check)
        return forge

    return register


def split_of_states(arrays):
    kind, at = arrays["plan0/node_kind"], arrays["plan0/node_at"]
    return int(np.flatnonzero((kind == 1) & (at < arrays["plan0/gated_least"][0]))[0])


def on(arrays):
    return int(np.argmax(arrays["plan0/plan_spend"]))


@forgery("tree")
def _a_state_left_out(arrays):
    node = split_of_states(arrays)
    arrays["plan0/node_kind"][node] = 0
    arrays["plan0/node_index"][node] = 0


@forgery("bound")
def _states_swapped(arrays):
    node = split_of_states(arrays)
    left, right = arrays["plan0/node_left"], arrays["plan0/node_right"]
    left[node], right[node] = right[node], left[node]


@forgery("bound")
def _off_stretched_over_spends_that_are_on(arrays):
    node = split_of_states(arrays)
    arrays["plan0/node_at"][node] = 150.0


@forgery("split")
def _a_split_outside_of_its_cell(arrays):
    arrays["plan0/node_at"][split_of_states(arrays)] = -1.0


@forgery("active-total")
def _fixed_costs_halved(arrays):
    arrays["plan0/active_data"] *= 0.5


@forgery("objective")
def _fixed_costs_not_counted(arrays):
    columns = arrays["plan0/active_columns"]
    arrays["plan0/objective"][columns] = 0.0


@forgery("active-total")
def _fewer_said_to_be_on(arrays):
    arrays["plan0/plan_columns"][arrays["plan0/active_columns"]] -= 1.0


@forgery("bound")
def _a_price_of_being_on_forgotten(arrays):
    arrays["plan0/multiplier_active"][:] = 0.0


@forgery("bound")
def _a_price_of_being_on_turned_around(arrays):
    arrays["plan0/multiplier_active"] *= -1.0


@forgery("not-a-number")
def _a_price_that_is_none(arrays):
    arrays["plan0/multiplier_active"].ravel()[0] = np.nan


@forgery("off-or-on")
def _a_least_spend_above_the_plan(arrays):
    arrays["plan0/gated_least"] += 150.0


@forgery("off-or-on")
def _a_trace_of_money(arrays):
    spend = arrays["plan0/plan_spend"]
    spend[int(np.argmin(spend))] = 1e-9


@forgery("off-or-on")
def _a_spend_below_its_least(arrays):
    spend = arrays["plan0/plan_spend"]
    spend[on(arrays)] = 71.999


@forgery("gates")
def _no_least_spend(arrays):
    arrays["plan0/gated_least"][0] = 0.0


@forgery("gates")
def _cells_in_disorder(arrays):
    arrays["plan0/gated_cells"][:2] = arrays["plan0/gated_cells"][1::-1].copy()


@forgery("index")
def _a_cell_that_is_not_there(arrays):
    arrays["plan0/gated_cells"][-1] = 12


@forgery("index")
def _a_state_of_no_cell(arrays):
    arrays["plan0/active_indices"][-1] = 40


@forgery("columns-overlap")
def _a_total_of_states_that_is_money(arrays):
    arrays["plan0/active_columns"][0] = arrays["plan0/spend_columns"][0]


@forgery("matrix")
def _totals_out_of_step(arrays):
    arrays["plan0/active_indptr"][0] = 1


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_forged_is_refused(honest, name):
    forge, check = FORGERIES[name]
    arrays = {key: array.copy() for key, array in honest.arrays.items()}
    forge(arrays)
    with pytest.raises(ProofError) as caught:
        verify(read(write(Certificate(problem=honest.problem, arrays=arrays))), curves_of)
    assert caught.value.check == check, str(caught.value)


def test_a_count_that_is_loosened_is_refused(honest):
    arrays = {key: array.copy() for key, array in honest.arrays.items()}
    rows = [k for k, row in enumerate(honest.problem.plans[0].rows) if row.part == "rule:few"]
    at = [k for k in rows if np.isfinite(arrays["plan0/row_upper"][k])]
    arrays["plan0/row_upper"][at] += 3.0
    with pytest.raises(ProofError, match="bound"):
        verify(Certificate(problem=honest.problem, arrays=arrays), curves_of)
    arrays["plan0/row_upper"][at] -= 4.0
    with pytest.raises(ProofError, match="row: "):
        verify(Certificate(problem=honest.problem, arrays=arrays), curves_of)


def test_what_is_honest_holds(honest):
    (found,) = verify(read(write(honest)), curves_of).plans
    assert found.rests_on == ()
    assert found.gap <= 1e-7 * (1 + 1e-6)
    raised = dataclasses.replace(honest.problem.plans[0], bound=found.bound - 1e-6 * found.bound)
    with pytest.raises(ProofError):
        verify(
            Certificate(problem=dataclasses.replace(honest.problem, plans=(raised,)), arrays=honest.arrays),
            curves_of,
        )


def test_proofs_that_nothing_keeps_the_rules_hold(tmp_path):
    cells = pd.DataFrame(
        {"channel": list("ab"), "curve": "linear", "scale": 1.0, "lower": [5.0, 0.0], "upper": [20.0, 40.0]}
    )
    config = {
        "mixopt": 1,
        "name": "none",
        "currency": "EUR",
        "budget": {"total": 50.0, "rule": "at-most"},
        "data": {"cells": "cells"},
        "plans": {
            name: {"objective": [{"kind": "response"}], "constraints": [{"name": "it", **rule}]}
            for name, rule in {
                "too-much": {"kind": "minimum-if-active", "at_least": 45.0},
                "too-few": {"kind": "count", "equal": 2, "smallest": 31.0},
                "always": {"kind": "count", "at_most": 0},
            }.items()
        },
    }
    result = mixopt.run(config, {"cells": cells})
    assert [plan.status for plan in result.plans.values()] == ["infeasible"] * 3
    found = verify(read(result.save(tmp_path)), curves_of)
    assert all(one.bound is None for one in found.plans)
