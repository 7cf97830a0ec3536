"""Scenarios: combinations of shocks, and returns as linear forms of few totals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from mixopt_resilience.scenarios import MOST_INDEPENDENT, scenarios
from mixopt_resilience.shocks import read_shocks

from mixopt import TableError


@pytest.fixture
def made(bench, grid_cells):
    def answer(frame, dependence=None):
        scope = bench.scope(grid_cells, tables={"shocks": frame})
        return scope, scenarios(read_shocks(scope, "shocks", dependence))

    return answer


def by_brute_force(scope, curves, spend, frame):
    """Return probability and return of every combination of independent shocks, cell by cell."""
    read = read_shocks(scope, "shocks")
    found = []
    for happens in product((False, True), repeat=len(read.shocks)):
        probability, response, price = 1.0, np.ones(scope.n_cells), np.ones(scope.n_cells)
        for yes, shock in zip(happens, read.shocks, strict=True):
            probability *= shock.probability if yes else 1 - shock.probability
            if yes:
                response, price = response * shock.response[read.group], price * shock.price[read.group]
        found.append((probability, float((scope.value * response * curves.value(spend / price)).sum())))
    return found


def test_independent_shocks_combine_exactly(bench, made, shocks):
    scope, found = made(shocks)
    curves = bench.hill(8)
    for spend in bench.spends(scope, 6, seed=1):
        values = found.returns(bench.plan(scope, curves, spend))
        direct = by_brute_force(scope, curves, spend, shocks)
        assert len(values) == 16
        assert found.probability.sum() == pytest.approx(1.0)
        for moment in (1, 2, 3):
            assert found.probability @ values**moment == pytest.approx(sum(p * r**moment for p, r in direct))
        assert values.min() == pytest.approx(min(r for _, r in direct))
        assert values.max() == pytest.approx(max(r for _, r in direct))


def test_joint_shocks_exclude_each_other_and_the_rest_is_nothing(bench, made, shocks):
    scope, found = made(shocks, "joint")
    plan = bench.plan(scope, bench.hill(8), np.full(8, 12.5))
    assert sorted(found.probability) == pytest.approx(sorted([0.05, 0.2, 0.3, 0.1, 0.35]))
    assert found.returns(plan).max() == pytest.approx(plan.returns.sum())


def test_few_totals_carry_all_scenarios(bench, made, shocks):
    _scope, found = made(shocks)
    # groups: tv / paid and search / ooh, each by segment; prices 1, 1.25, 0.95, 1.1875 where digital is dear
    assert len(set(found.group.tolist())) == 6
    assert len(found.state_price) == 2 * 2 + 2 * 4 + 2 * 2
    assert found.weights.shape == (16, 16)


def test_a_shock_that_hits_nothing_is_no_shock(made, shocks, table):
    _scope, _ = made(shocks)
    idle = table({"shock": "rumor", "probability": 0.5})
    _, found = made(idle)
    assert found.probability.tolist() == [1.0]
    assert found.weights.tolist() == [[1.0]]


def test_what_cannot_happen_is_left_out_and_what_must_is_sure(made, table):
    _, found = made(
        table(
            {"shock": "never", "probability": 0, "response": 0},
            {"shock": "always", "probability": "100%", "response": 0.9},
        )
    )
    assert found.probability.tolist() == [1.0]
    assert found.weights.tolist() == [[0.9]]


def test_combinations_that_do_the_same_are_one(made, table):
    _, found = made(*[table(*({"shock": name, "probability": 0.5, "response": 0.5} for name in "abc"))])
    assert found.weights.ravel().tolist() == [0.125, 0.25, 0.5, 1.0]
    assert found.probability == pytest.approx([0.125, 0.375, 0.375, 0.125])


def test_twelve_independent_shocks_are_combined_and_thirteen_refused(made, table):
    rows = [{"shock": f"s{k}", "probability": 0.1, "response": 1 - 0.03 * k} for k in range(1, 14)]
    _, found = made(table(*rows[:MOST_INDEPENDENT]))
    assert len(found.probability) == 4096
    with pytest.raises(TableError) as caught:
        made(table(*rows))
    assert str(caught.value) == (
        "shocks: 13 independent shocks have 2^13 combinations; wanted: at most 12 independent shocks, or joint ones"
        " that exclude each other; try: dependence: joint"
    )
    _, joint = made(table(*({**row, "probability": 0.05} for row in rows)), "joint")
    assert len(joint.probability) == 14


def test_price_factors_must_not_explode(made, table):
    rows = [{"shock": f"s{k}", "probability": 0.1, "price": 1 + 0.0123 * k} for k in range(1, 11)]
    with pytest.raises(TableError, match="price factors combine to"):
        made(table(*rows))


def test_joint_probabilities_add_up_to_at_most_one(made, table):
    rows = [
        {"shock": name, "probability": 0.2, "response": r} for name, r in zip("abcde", range(5), strict=True)
    ]
    _, found = made(table(*rows), "joint")
    assert found.probability == pytest.approx([0.2] * 5)
    with pytest.raises(TableError) as caught:
        made(table(*rows, {"shock": "f", "probability": 0.01}), "joint")
    assert str(caught.value) == (
        "shocks: column probability: joint shocks exclude each other, but add up to 1.01; wanted: at most 1 in all;"
        " try: dependence: independent"
    )
