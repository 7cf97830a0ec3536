from __future__ import annotations

import numpy as np
import pytest
from engine_instances import FAMILIES, mixed_curves, tiny

from mixopt.engine.conjugate import single
from mixopt.engine.layout import Layout
from mixopt.engine.price import Pricer

GRID = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, 400), np.linspace(0.0, 1.0, 2001)])


def dense_best(curves, weight, price, box):
    lower, upper = box
    x = lower[:, None] + (upper - lower)[:, None] * np.sort(GRID)
    tiled = curves.take(np.repeat(np.arange(len(lower)), x.shape[1]))
    net = weight[:, None] * tiled.value(x.ravel()).reshape(x.shape) - price[:, None] * x
    return net.max(axis=1)


def random_boxes(rng, n):
    lower = np.where(rng.random(n) < 0.5, 0.0, rng.uniform(0, 2, n))
    return lower, lower + rng.uniform(0, 4, n) * (rng.random(n) < 0.9)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_cells_worth_is_never_below_a_dense_grid_and_hardly_above(family, rng):
    n = 60
    curves = mixed_curves(rng, n, (family,))
    weight, price, box = (
        rng.lognormal(0, 1, n) * (rng.random(n) < 0.9),
        rng.normal(0.3, 0.7, n),
        random_boxes(rng, n),
    )
    worth = single(curves, curves.inflection(), weight, price, box)
    best = dense_best(curves, weight, price, box)
    size = 1e-12 + np.abs(worth.size)
    assert (worth.over >= best - 1e-14 * size).all()
    at = weight * curves.value(worth.spend) - price * worth.spend
    np.testing.assert_array_less(worth.over - at, 1e-7 * size + 1e-13)


def test_a_poor_maximiser_makes_the_worth_larger_not_smaller(rng):
    n = 40
    curves = mixed_curves(rng, n)
    weight, price, box = rng.lognormal(0, 1, n), rng.uniform(0.05, 1, n), random_boxes(rng, n)

    class Poor:
        value, slope = curves.value, curves.slope

        @staticmethod
        def best(w, p, lower, upper):
            return lower + rng.random(n) * (upper - lower)

    worth = single(Poor(), curves.inflection(), weight, price, box)
    assert (worth.over >= dense_best(curves, weight, price, box) - 1e-12).all()


def test_an_infinite_slope_at_zero_and_a_price_beyond_it_cost_nothing(rng):
    curves = mixed_curves(rng, 8, ("power",))
    box = np.zeros(8), np.full(8, 3.0)
    worth = single(curves, curves.inflection(), np.ones(8), np.full(8, 1e12), box)
    assert np.isfinite(worth.over).all()
    assert (worth.over <= 1e-3).all()


@pytest.mark.parametrize("seed", range(12))
def test_cells_with_several_curves_are_bounded_over_boxes_of_their_own(seed):
    rng = np.random.default_rng(seed)
    program = tiny(seed, features=("cvar", "shocks"), n=3).program
    layout = Layout(program)
    k = 50
    cells = rng.integers(3, size=k)
    component, owner = layout.components_of(cells)
    weight, price = rng.lognormal(0, 1, len(component)), rng.uniform(-0.2, 2.0, k)
    lower = rng.random(k) * program.upper[cells] * 0.5
    box = lower, lower + rng.random(k) * (program.upper[cells] - lower)
    worth = Pricer(layout).some(cells, weight, price, box)
    x = box[0][:, None] + (box[1] - box[0])[:, None] * np.sort(GRID)
    curves = program.curves.take(np.repeat(component, x.shape[1]))
    value = weight[:, None] * curves.value(x[owner].ravel()).reshape(len(component), -1)
    net = np.zeros_like(x)
    np.add.at(net, owner, value)
    net -= price[:, None] * x
    assert (worth.over >= net.max(axis=1) - 1e-12 * (1 + worth.size)).all()
    assert (worth.over <= net.max(axis=1) + 1e-4 * (1 + worth.size)).all()
