"""The best response to a price, of every family and of the general search, against grids and against its conditions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt.curves import Hill, Linear, Logistic, Power, best_response
from mixopt.curves.response import least_float

ONE = np.ones(1)


def gain(family, weight, price, spend):
    return weight * family.value(spend) - price * spend


def shortfall(case, spend, points=400):
    """How much a grid beats `spend`, as a share of what is at stake; even, and dense near the lower end."""
    family, weight, price, lower, upper = case
    steps = np.concatenate((np.linspace(0.0, 1.0, points), np.geomspace(1e-9, 1.0, points)))
    best = np.max([gain(family, weight, price, lower + (upper - lower) * step) for step in steps], axis=0)
    stake = weight * family.value(upper) + np.abs(price) * upper
    return (best - gain(family, weight, price, spend)) / np.where(stake > 0.0, stake, 1.0)


def nasty(family, seed, size):
    """Boxes, weights and prices of many kinds for `size` curves of a family."""
    rng = np.random.default_rng(seed)
    taken = family.take(rng.integers(0, len(family.inflection()), size))
    turn = taken.inflection()
    lower = np.where(
        rng.random(size) < 0.5, 0.0, rng.choice([1e-9, 0.5, 1.0, 1.5], size) * np.where(turn > 0, turn, 3.0)
    )
    width = rng.choice([0.0, 1e-12, 0.1, 1.0, 10.0, 1e3, 1e9], size) * rng.lognormal(1.0, 1.0, size)
    weight = rng.choice([0.0, 1e-9, 0.3, 1.0, 1e6], size)
    slope = taken.value(lower + width) / np.maximum(lower + width, 1e-12)
    price = weight * slope * rng.lognormal(0.0, 1.5, size) * rng.choice([-1.0, 0.0, 1.0, 1.0, 1.0, 1.0], size)
    price = np.where(weight == 0.0, rng.choice([-1.0, 0.0, 1.0], size), price)
    return taken, weight, price, lower, lower + width


@pytest.mark.parametrize("seed", range(4))
def test_no_grid_point_beats_the_best_response(specimen, seed):
    case = nasty(specimen.family, seed, 500)
    family, lower, upper = case[0], case[3], case[4]
    for spend in (family.best(*case[1:]), best_response(*case)):
        assert ((lower <= spend) & (spend <= upper)).all()
        assert shortfall(case, spend).max() < 1e-13


def test_closed_forms_and_the_search_are_worth_the_same(specimen):
    family, weight, price, lower, upper = nasty(specimen.family, 9, 2_000)
    one, other = family.best(weight, price, lower, upper), best_response(family, weight, price, lower, upper)
    stake = weight * family.value(upper) + np.abs(price) * upper
    difference = np.abs(gain(family, weight, price, one) - gain(family, weight, price, other))
    assert (difference <= 1e-14 * stake).all()


@given(
    st.tuples(st.floats(0.05, 20.0), st.floats(1e-3, 1e3)),
    st.tuples(st.floats(1e-6, 1e6), st.floats(-1.0, 1e6)),
    st.tuples(st.floats(0.0, 1e3), st.floats(0.0, 1e6)),
)
def test_a_hill_curve_meets_its_price(curve, worth, box):
    (steepness, half), (weight, price), (lower, width) = curve, worth, box
    family = Hill(ONE, half * ONE, steepness * ONE)
    case = (weight * ONE, price * ONE, lower * ONE, (lower + width) * ONE)
    spend = family.best(*case)
    assert shortfall((family, *case), spend).max() < 1e-13
    if lower < spend[0] < lower + width:  # inside the box the slope is the price, on the concave side
        x = np.array([spend[0]])
        assert weight * family.slope(x)[0] == pytest.approx(price, rel=1e-6)
        assert x[0] >= family.inflection()[0] * (1 - 1e-12)


@given(st.floats(0.5, 100.0), st.floats(0.0, 2.0), st.floats(0.01, 3.0))
def test_a_hill_curve_at_its_tangent_price_is_a_tie_and_takes_nothing(half, below, above):
    family = Hill(ONE, half * ONE, 3.0 * ONE)
    tangent = half * 2.0 ** (1.0 / 3.0) * ONE
    price = family.slope(tangent)
    box = (0.0 * ONE, 10.0 * half * ONE)
    assert family.best(ONE, price * (1.0 + 1e-9 + below), *box)[0] == 0.0
    assert family.best(ONE, price * (1.0 - 1e-9) / (1.0 + above), *box)[0] >= tangent[0] * (1 - 1e-6)


def test_free_money_goes_where_it_earns_and_nowhere_else(specimen):
    family = specimen.family
    zero, many = np.zeros(len(family.inflection())), np.full(len(family.inflection()), 1e4)
    alive = family.value(many) > 0.0
    got = family.best(zero + 1.0, zero, zero, many)
    np.testing.assert_allclose(family.value(got), family.value(many), rtol=1e-14)
    assert (got[~alive] == 0.0).all()
    assert np.array_equal(family.best(zero, zero, zero, many), zero)


def test_a_subsidy_fills_the_box(specimen):
    zero = np.zeros(len(specimen.family.inflection()))
    assert np.array_equal(specimen.family.best(zero, zero - 1.0, zero, zero + 7.0), zero + 7.0)
    assert np.array_equal(best_response(specimen.family, zero, zero - 1.0, zero, zero + 7.0), zero + 7.0)


def test_worthless_response_buys_nothing(specimen):
    zero = np.zeros(len(specimen.family.inflection()))
    assert np.array_equal(specimen.family.best(zero, zero + 1.0, zero + 2.0, zero + 7.0), zero + 2.0)
    assert np.array_equal(
        best_response(specimen.family, zero, zero + 1.0, zero + 2.0, zero + 7.0), zero + 2.0
    )


def test_an_empty_box_has_one_answer(specimen):
    some = np.full(len(specimen.family.inflection()), 3.0)
    assert np.array_equal(specimen.family.best(some, some, some, some), some)
    assert np.array_equal(best_response(specimen.family, some, some, some, some), some)


def test_an_infinite_slope_at_zero_always_gets_something():
    for family in (Hill(ONE, ONE, 0.5 * ONE), Power(ONE, 0.5 * ONE)):
        spend = family.best(ONE, 1e9 * ONE, 0.0 * ONE, ONE)
        assert 0.0 < spend[0] < 1e-17
        np.testing.assert_allclose(best_response(family, ONE, 1e9 * ONE, 0.0 * ONE, ONE), spend, rtol=1e-12)


def test_the_search_finds_answers_of_any_size():
    for answer in (1e-300, 1e-12, 1.0, 1e12):
        family = Power(ONE, 0.5 * ONE)
        price = family.slope(answer * ONE)
        np.testing.assert_allclose(
            best_response(family, ONE, price, 0.0 * ONE, 1e15 * ONE), answer, rtol=1e-13
        )


def test_a_line_is_all_or_nothing():
    family = Linear(np.array([2.0, 2.0, 2.0, 0.0]))
    price = np.array([1.9, 2.0, 2.1, 0.0])
    assert family.best(np.ones(4), price, np.ones(4), np.full(4, 5.0)).tolist() == [5.0, 1.0, 1.0, 1.0]


def test_a_hump_inside_a_high_floor_is_skipped_only_where_it_does_not_pay():
    family = Logistic(np.full(3, 100.0), np.full(3, 50.0), np.full(3, 5.0))
    lower, upper = np.array([0.0, 30.0, 70.0]), np.full(3, 100.0)
    spend = family.best(np.ones(3), np.full(3, 1.6), lower, upper)
    assert spend[0] == 0.0
    assert spend[1] > 50.0
    assert spend[2] == 70.0


@given(st.floats(0.0, 1e300), st.floats(0.0, 1e300), st.floats(0.0, 1e300))
def test_the_least_float_is_found_exactly(first, second, threshold):
    start, end = min(first, second), max(first, second)
    found = least_float(lambda x: x >= threshold, np.array([start]), np.array([end]))[0]
    assert found == min(max(start, threshold), end)


def test_negative_zero_is_zero():
    assert least_float(lambda x: x >= 3.0, np.array([-0.0]), np.array([5.0]))[0] == 3.0


def test_no_answer_depends_on_the_company_a_cell_is_in(specimen):
    family, *case = nasty(specimen.family, 11, 300)
    together, searched = family.best(*case), best_response(family, *case)
    for at in range(0, 300, 7):
        cell = np.array([at])
        alone = [column[cell] for column in case]
        assert family.take(cell).best(*alone)[0] == together[at]
        assert best_response(family.take(cell), *alone)[0] == searched[at]
