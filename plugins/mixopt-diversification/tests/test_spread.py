"""The term ``diversification``: twin, tangents, standard form, numbers by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from mixopt_diversification.spread import SpreadSettings, build
from pydantic import ValidationError

from mixopt import ConcaveTerm, ConfigError

MEASURES = ("hhi", "entropy", "largest-share")
CONCAVE = ("hhi", "entropy")


@pytest.fixture
def scope(bench, grid_cells):
    return bench.scope(grid_cells)


def term(scope, measure, over="channel", price=1000.0):
    return build(SpreadSettings(over=over, measure=measure, price=price), scope)


@pytest.mark.parametrize("over", ["channel", "segment", "role"])
@pytest.mark.parametrize("measure", MEASURES)
def test_the_model_and_the_numpy_twin_agree(bench, scope, measure, over):
    built = term(scope, measure, over)
    curves = bench.hill(scope.n_cells)
    for spend in bench.spends(scope, 12, seed=3):
        twin = built.value(bench.plan(scope, curves, spend))
        assert bench.pinned(scope, curves, spend, term=built).value == pytest.approx(twin, abs=1e-6)


@pytest.mark.parametrize("measure", CONCAVE)
def test_the_gradient_is_the_central_difference(scope, measure):
    built = term(scope, measure)
    rng = np.random.default_rng(0)
    for _ in range(20):
        point = rng.uniform(0.5, 60.0, 4)
        _, gradient = built.value_and_gradient(point)
        for g, step in enumerate(1e-5 * np.eye(4)):
            slope = (
                built.value_and_gradient(point + step)[0] - built.value_and_gradient(point - step)[0]
            ) / 2e-5
            assert gradient[g] == pytest.approx(slope, rel=1e-5, abs=1e-5), (point, g)


@pytest.mark.parametrize("measure", CONCAVE)
def test_every_tangent_lies_above_the_exact_function_also_from_zero(bench, scope, measure):
    built = term(scope, measure)
    curves = bench.hill(scope.n_cells)
    points = [
        np.zeros(4),
        np.array([100.0, 0.0, 0.0, 0.0]),
        np.array([1e-14, 1e-9, 50.0, 50.0]),
        np.full(4, 25.0),
    ]
    others = [*bench.spends(scope, 30, seed=5), np.zeros(8), 1e-11 * np.ones(8)]
    for point in points:
        value, gradient = built.value_and_gradient(point)
        assert math.isfinite(value)
        assert np.isfinite(gradient).all()
        for spend in others:
            there = built.groups.spend(bench.plan(scope, curves, spend))
            exact = built.value(bench.plan(scope, curves, spend))
            assert value + gradient @ (there - point) >= exact - 1e-9


@pytest.mark.parametrize("measure", CONCAVE)
def test_the_standard_form_is_the_same_function(scope, measure):
    built = term(scope, measure)
    atom = built.atom()
    kinds = {"negative-square": lambda t: -t * t, "entropy": lambda t: -t * np.log(np.where(t > 0, t, 1.0))}
    for point in (np.full(4, 25.0), np.array([0.0, 10.0, 30.0, 60.0]), np.zeros(4)):
        stated = atom.constant + (atom.scale * kinds[atom.kind](point / atom.unit)).sum()
        assert built.value_and_gradient(point)[0] == pytest.approx(stated, abs=1e-8)


@pytest.mark.parametrize("measure", CONCAVE)
def test_nothing_exceeds_the_ceiling(scope, measure):
    built = term(scope, measure)
    assert isinstance(built, ConcaveTerm)
    rng = np.random.default_rng(2)
    for scale in (1e-9, 1.0, 30.0, 100.0):
        for _ in range(50):
            assert built.value_and_gradient(scale * rng.uniform(0, 1, 4))[0] <= built.ceiling()
    assert built.value_and_gradient(np.full(4, 100.0 / math.e))[0] <= built.ceiling()


def test_numbers_by_hand(bench):
    cells = pd.DataFrame({"channel": ["a", "b", "c", "d"]})
    scope = bench.scope(cells)
    plan = bench.plan(scope, bench.hill(4), [30.0, 30.0, 20.0, 20.0])
    assert term(scope, "hhi").value(plan) == pytest.approx(740.0)
    assert term(scope, "entropy").value(plan) == pytest.approx(1000 * math.log(3.9201) / math.log(4), abs=0.1)
    assert term(scope, "largest-share").value(plan) == pytest.approx(700.0)
    equal = bench.plan(scope, bench.hill(4), [25.0] * 4)
    assert term(scope, "entropy").value(equal) == pytest.approx(1000.0)


@pytest.mark.parametrize("measure", MEASURES)
def test_one_group_cannot_be_spread(bench, measure):
    scope = bench.scope(pd.DataFrame({"channel": ["a", "b"]}))
    with pytest.raises(ConfigError) as caught:
        term(scope, measure, over="segment")
    assert str(caught.value) == (
        "all cells have the same segment; wanted: a column with at least two different names to spread over"
    )


def test_a_column_that_is_not_there_is_named(scope):
    with pytest.raises(ConfigError, match=r"no column 'chanel'.*try: channel"):
        term(scope, "hhi", over="chanel")


@pytest.mark.parametrize(
    "wrong", [{}, {"price": 0}, {"price": -1}, {"price": 1, "measure": "gini"}, {"price": 1, "pirce": 2}]
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        SpreadSettings.model_validate(wrong)
