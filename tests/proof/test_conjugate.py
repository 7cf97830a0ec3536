"""The largest worth of a cell is never under-estimated, and barely over-estimated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixopt.proof.boxes import Boxes, tangents
from mixopt.proof.components import CurveShop
from mixopt.proof.conjugate import over_estimates

SEEDS = st.integers(0, 2**32 - 1)
FAMILIES = (
    *("hill", "michaelis-menten", "negative-exponential", "tanh", "logistic", "power", "log", "linear"),
    "tabulated",
)


def shop_of(small, tables):
    cells = sum(len(t.cells) for t in tables)
    family, place = np.empty((2, cells), dtype=np.int64)
    for k, t in enumerate(tables):
        family[t.cells], place[t.cells] = k, np.arange(len(t.cells))
    points = [
        None if t.points is None else {c: np.asarray(t.points[c]) for c in ("cell", "spend", "response")}
        for t in tables
    ]
    parameters = tuple(dict(t.parameters) for t in tables)
    return CurveShop(
        tuple(t.kind for t in tables),
        parameters,
        tuple(points),
        (0,) * len(tables),
        family,
        place,
        small.curves_of,
    )


def random_boxes(rng, cells, states):
    """Return boxes around 100, some of them points, some starting at 0; `states` curves per box at random prices."""
    lower = np.where(rng.random(cells) < 0.5, 0.0, rng.uniform(0, 80, cells))
    upper = lower + np.where(rng.random(cells) < 0.1, 0.0, rng.uniform(0, 150, cells))
    owner = np.repeat(np.arange(cells), states)
    return Boxes(
        lower=lower,
        upper=upper,
        price=rng.normal(1.0, 1.0, cells) * rng.choice([0.01, 1.0], cells),
        owner=owner,
        weight=rng.uniform(0.1, 2.0, len(owner)) / states,
        cell=owner.copy(),
        at_price=np.ones(len(owner)) if states == 1 else rng.uniform(0.4, 2.5, len(owner)),
        draw=np.full(len(owner), -1),
    )


def best_on_a_grid(small, shop, boxes):
    """Return the sup of each box on a grid, from below."""
    found = []
    for box in range(len(boxes.lower)):
        mine = np.flatnonzero(boxes.owner == box)
        low, high = boxes.lower[box], boxes.upper[box]
        x = np.concatenate([np.linspace(low, high, 801), low + (high - low) * np.geomspace(1e-12, 1, 100)])
        total = -boxes.price[box] * x
        for c in mine:
            curves = shop.at(
                np.full(len(x), boxes.cell[c]), np.full(len(x), boxes.at_price[c]), np.full(len(x), -1)
            )
            total += boxes.weight[c] * curves.value(x)
        found.append(total.max())
    return np.array(found)


@pytest.mark.parametrize("kind", FAMILIES)
@settings(max_examples=10)
@given(seed=SEEDS, states=st.sampled_from([1, 2, 4]))
def test_never_below_a_dense_grid_and_hardly_above(small, kind, seed, states):
    rng = np.random.default_rng(seed)
    shop = shop_of(small, small.random_tables(rng, [kind] * 6))
    boxes = random_boxes(rng, 6, states)
    over, size = over_estimates(shop, boxes)
    best = best_on_a_grid(small, shop, boxes)
    assert (over >= best - 1e-13 * size).all()
    # the grid misses the top by its spacing squared, or by the spacing where the curve has a corner
    assert (over <= best + 1e-3 * size).all()


@pytest.mark.parametrize("steps", [0, 1, 3, 8])
@settings(max_examples=10)
@given(seed=SEEDS, states=st.sampled_from([1, 3]))
def test_a_coarse_bisection_is_looser_but_never_false(small, steps, seed, states):
    rng = np.random.default_rng(seed)
    shop = shop_of(small, small.random_tables(rng, rng.choice(FAMILIES, 8)))
    boxes = random_boxes(rng, 8, states)
    coarse, size = over_estimates(shop, boxes, steps)
    fine, _ = over_estimates(shop, boxes)
    assert (coarse >= fine - 1e-12 * size).all()
    assert (coarse >= best_on_a_grid(small, shop, boxes) - 1e-13 * size).all()


@settings(max_examples=30)
@given(seed=SEEDS)
def test_one_curve_is_priced_to_the_last_digits(small, seed):
    """Against the families' own best response, which finds the top by another way."""
    rng = np.random.default_rng(seed)
    tables = small.random_tables(rng, rng.choice(FAMILIES, 12))
    boxes = random_boxes(rng, 12, 1)
    over, size = over_estimates(shop_of(small, tables), boxes)
    parts = tuple((t.kind, t.cells, small.curves_of(t.kind, t.parameters, t.points)) for t in tables)
    curves = small.Curves(parts)
    best = curves.best(boxes.weight, boxes.price, boxes.lower, boxes.upper)
    top = boxes.weight * curves.value(best) - boxes.price * best
    assert np.abs(over - top).max() <= 2e-13 * size.max()


@settings(max_examples=20)
@given(seed=SEEDS)
def test_curves_in_several_states_are_priced_to_the_last_digits(small, seed):
    """A cell in equal states is the cell itself; S-curves of different inflections make the humps between them."""
    rng = np.random.default_rng(seed)
    shop = shop_of(small, small.random_tables(rng, rng.choice(FAMILIES, 6)))
    one = random_boxes(rng, 6, 1)
    owner = np.repeat(np.arange(6), 3)
    three = Boxes(
        lower=one.lower,
        upper=one.upper,
        price=one.price,
        owner=owner,
        weight=np.repeat(one.weight, 3) / 3,
        cell=owner,
        at_price=np.ones(18),
        draw=np.full(18, -1),
    )
    size = over_estimates(shop, one)[1]
    assert over_estimates(shop, three)[0] == pytest.approx(
        over_estimates(shop, one)[0], abs=1e-12 * size.max()
    )


def test_an_upright_start_and_a_tiny_optimum_end_early(small):
    tables = [small.table("power", [0, 1], scale=1.0, exponent=[0.02, 0.5])]
    boxes = Boxes(
        lower=np.zeros(2),
        upper=np.full(2, 1e6),
        price=np.array([1e12, 1e-3]),
        owner=np.arange(2),
        weight=np.ones(2),
        cell=np.arange(2),
        at_price=np.ones(2),
        draw=np.full(2, -1),
    )
    over, size = over_estimates(shop_of(small, tables), boxes)
    assert over[1] == pytest.approx(1 / (4 * 1e-3), rel=1e-12)
    assert 0.0 <= over[0] <= 1e-12 * size[0]


def test_a_cell_without_a_worth_earns_nothing_where_spending_costs_least(small):
    tables = [small.table("linear", [0, 1], scale=1.0)]
    nothing = np.empty(0, dtype=np.int64)
    boxes = Boxes(
        lower=np.array([2.0, 2.0]),
        upper=np.array([5.0, 5.0]),
        price=np.array([3.0, -3.0]),
        owner=nothing,
        weight=np.empty(0),
        cell=nothing,
        at_price=np.empty(0),
        draw=nothing,
    )
    over, _ = over_estimates(shop_of(small, tables), boxes)
    assert over.tolist() == [-6.0, 15.0]


def test_tangents_meet_above_a_concave_function():
    rise, fall = np.array([2.0, np.inf, 0.0]), np.array([-1.0, -1.0, -5.0])
    left, right, width = np.array([0.0, 0.0, 3.0]), np.array([1.0, 1.0, 1.0]), np.ones(3)
    assert tangents(left, rise, right, fall, width) == pytest.approx([4.0 / 3.0, 2.0, 3.0])
