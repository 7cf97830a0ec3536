"""Means of curves over draws."""

from __future__ import annotations

import numpy as np
import pytest

from mixopt.curves import Curves, Hill, Linear, over_draws
from mixopt.curves.draws import draw, draws_of, responses, single, uneven
from mixopt.curves.falling import falling_root

CELLS, DRAWS = 7, 5


@pytest.fixture
def hills():
    rng = np.random.default_rng(3)
    shape = CELLS * DRAWS
    return Hill(rng.lognormal(3.0, 0.5, shape), rng.lognormal(2.0, 0.5, shape), rng.uniform(0.5, 1.0, shape))


@pytest.fixture
def means(hills):
    return over_draws(hills, CELLS, DRAWS)


def test_a_mean_is_the_mean_of_its_draws(hills, means):
    spend = np.linspace(1.0, 40.0, CELLS)
    each = hills.value(np.repeat(spend, DRAWS)).reshape(CELLS, DRAWS)
    np.testing.assert_allclose(means.value(spend), each.mean(axis=1), rtol=1e-14)
    np.testing.assert_array_equal(means.responses(spend), each)
    np.testing.assert_array_equal(means.draw(2).value(spend), each[:, 2])


def test_its_slope_is_the_derivative(means):
    spend = np.linspace(1.0, 40.0, CELLS)
    step = 1e-5 * spend
    there = (means.value(spend + step) - means.value(spend - step)) / (2.0 * step)
    np.testing.assert_allclose(means.slope(spend), there, rtol=1e-6)


def test_some_of_them_stretched_are_the_same_curves(means):
    some, factor = np.array([4, 0, 4]), np.array([2.0, 0.5, 3.0])
    spend = np.array([5.0, 6.0, 7.0])
    expected = means.value(np.full(CELLS, 2.5))[4], means.value(np.full(CELLS, 12.0))[0]
    np.testing.assert_allclose(means.take(some).stretch(factor).value(spend)[:2], expected, rtol=1e-14)


def test_the_best_response_is_no_worse_than_any_point_of_a_grid(means):
    weight, price = np.full(CELLS, 2.0), np.geomspace(0.05, 20.0, CELLS)
    lower, upper = np.zeros(CELLS), np.full(CELLS, 100.0)
    best = means.best(weight, price, lower, upper)
    worth = weight * means.value(best) - price * best
    for x in np.linspace(0.0, 100.0, 301):
        spend = np.full(CELLS, x)
        assert (weight * means.value(spend) - price * spend <= worth + 1e-12 * np.abs(worth) + 1e-12).all()


def test_a_mean_of_s_shapes_says_where_its_last_draw_turns(hills):
    steep = Hill(hills.scale, hills.half_saturation, hills.steepness + 1.0)
    means = over_draws(steep, CELLS, DRAWS)
    assert np.array_equal(means.inflection(), steep.inflection().reshape(CELLS, DRAWS).max(axis=1))
    assert not means.concave().any()


def test_curves_know_their_draws(means):
    curves = Curves(
        (("hill", np.arange(1, CELLS + 1), means), ("linear", np.zeros(1, int), Linear(np.ones(1))))
    )
    spend = np.full(CELLS + 1, 4.0)
    every = responses(curves, spend)
    assert draws_of(curves) == DRAWS
    assert not uneven(curves, np.zeros(CELLS + 1)).any()
    np.testing.assert_allclose(every.mean(axis=1), curves.value(spend), rtol=1e-14)
    np.testing.assert_array_equal(draw(curves, 3).value(spend), every[:, 3])
    some = single(curves, np.array([2, 0, 2]), np.array([1, -1, -1]))
    np.testing.assert_allclose(some.value(spend[:3]), [every[2, 1], every[0, 0], every[2].mean()], rtol=1e-14)


def test_a_falling_function_is_met_where_it_is_or_at_an_end():
    low, high = np.array([0.0, 1.0, 1.0]), np.array([100.0, 2.0, 9.0])
    found = falling_root(
        lambda x, some: 1.0 / np.maximum(x, 1e-300) + 0.0 * some, np.array([0.1, 0.1, 5.0]), low, high
    )
    np.testing.assert_allclose(found, [10.0, 2.0, 1.0], rtol=1e-14)
