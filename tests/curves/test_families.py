"""What every family promises, tried on a specimen of each."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt.curves import Hill, Linear, Logistic, MichaelisMenten, Power, Pricing, Tanh

EXTREMES = np.array([0.0, 5e-324, 2.3e-308, 1e-300, 1e-12, 1e-6, 1.0, 1e6, 1e12, 1e15, 1e300])


def size(family):
    return len(family.inflection())


def at(family, spend):
    return np.full(size(family), spend)


def grid(family, points=400, longest=50.0):
    """Spends (points, m) from 0 to `longest`, and slopes at them."""
    spends = np.concatenate(([0.0], np.geomspace(1e-3, longest, points)))
    return spends, np.array([family.slope(at(family, x)) for x in spends])


def test_value_is_the_equation_in_60_digits(smooth):
    for x in (0.0, 1e-12, 1e-3, 0.7, 3.0, 10.0, 55.5, 1e4, 1e12):
        got = smooth.family.value(at(smooth.family, x))
        exact = [smooth.exact(curve, x) for curve in range(len(got))]
        np.testing.assert_allclose(got, exact, rtol=4e-13, atol=0.0, err_msg=f"spend {x}")


def test_no_spend_no_response(specimen):
    assert np.array_equal(specimen.family.value(at(specimen.family, 0.0)), at(specimen.family, 0.0))


def test_more_spend_is_never_less_response(specimen):
    values = np.array([specimen.family.value(at(specimen.family, x)) for x in grid(specimen.family)[0]])
    assert (np.diff(values, axis=0) >= -1e-14 * values[1:]).all()


def test_slope_is_the_central_difference(specimen):
    family, step = specimen.family, 1e-5
    for x in np.geomspace(0.013, 60.0, 61):
        spend = at(family, x)
        rise = family.value(spend * (1 + step)) - family.value(spend * (1 - step))
        # corners of the second derivative, rounding of the difference
        slack = 1e-11 * family.value(spend) / (step * x) + 1e-4 * family.slope(spend)
        np.testing.assert_array_less(np.abs(family.slope(spend) - rise / (2 * step * x)), slack + 1e-300)


def test_convex_up_to_the_inflection_and_concave_from_there(specimen):
    family = specimen.family
    spends, slopes = grid(family)
    turn = family.inflection()
    change = np.diff(slopes, axis=0)
    noise = 1e-13 * np.maximum(np.nan_to_num(slopes[:-1], posinf=0.0), slopes[1:])
    assert (change >= -noise)[spends[1:, None] <= turn].all()
    assert (change <= noise)[spends[:-1, None] >= turn].all()


def test_the_inflection_is_where_the_slope_is_greatest(specimen):
    family = specimen.family
    turn = family.inflection()
    humped = np.flatnonzero(turn > 0.0)
    part, x = family.take(humped), turn[humped]
    peak = part.slope(x)
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert (part.slope(x * factor) <= peak * (1 + 1e-12)).all()


def test_extreme_spends_give_numbers_without_warnings(specimen):
    for x in EXTREMES:
        value, slope = (
            specimen.family.value(at(specimen.family, x)),
            specimen.family.slope(at(specimen.family, x)),
        )
        assert np.isfinite(value).all(), f"value at {x}"
        assert not np.isnan(slope).any(), f"slope at {x}"
        assert (slope >= 0.0).all()
        assert x < 1e-290 or np.isfinite(slope).all(), f"slope at {x}"


def test_extreme_parameters_give_numbers_without_warnings():
    sizes = np.array([1e-300, 1e-12, 1e-6, 1.0, 1e6, 1e12, 1e300])
    scale, k, s = (
        a.ravel() for a in np.meshgrid([0.0, 1e-12, 1.0, 1e12], sizes, [1e-3, 0.5, 1.0, 2.0, 50.0, 100.0])
    )
    ones = np.ones_like(k)
    for family in (Hill(scale, k, s), MichaelisMenten(scale, k), Tanh(scale, k), Logistic(scale, k, k)):
        for x in EXTREMES:
            assert np.isfinite(family.value(x * ones)).all()
            assert not np.isnan(family.slope(x * ones)).any()
        best = family.best(ones, ones, 0.0 * ones, 1e15 * ones)
        assert ((best >= 0.0) & (best <= 1e15)).all()


def test_the_naive_hill_fails_where_ours_holds():
    # x^s overflows, and 0/0 at the origin with half_saturation so small that its power is 0
    curve = Hill(np.array([1.0, 1.0]), np.array([1e6, 1e-10]), np.array([50.0, 50.0]))
    assert curve.value(np.array([1e7, 0.0])).tolist() == [1.0, 0.0]


def test_the_logistic_keeps_its_digits_near_zero():
    curve = Logistic(np.array([1.0]), np.array([30.0]), np.array([1.0]))
    x = np.array([1e-9])
    rate = np.exp(-30.0) / (1.0 + np.exp(-30.0)) ** 2
    assert curve.value(x)[0] == pytest.approx(rate * 1e-9, rel=1e-8)


def test_the_slope_at_zero_is_the_limit():
    zero = np.zeros(4)
    curves = Hill(np.array([6.0, 6.0, 6.0, 0.0]), np.full(4, 3.0), np.array([0.5, 1.0, 2.0, 0.5]))
    assert curves.slope(zero).tolist() == [np.inf, 2.0, 0.0, 0.0]
    powers = Power(np.array([6.0, 6.0, 0.0]), np.array([0.5, 1.0, 0.5]))
    assert powers.slope(zero[:3]).tolist() == [np.inf, 6.0, 0.0]


def test_stretched_curves_are_the_curve_at_a_smaller_spend(specimen):
    family = specimen.family
    factor = np.linspace(0.3, 2.7, size(family))
    for x in (0.0, 0.01, 1.0, 7.0, 100.0):
        spend = at(family, x)
        np.testing.assert_allclose(
            family.stretch(factor).value(spend), family.value(spend / factor), rtol=1e-12
        )
        if x:
            narrow = family.slope(spend / factor) / factor
            np.testing.assert_allclose(family.stretch(factor).slope(spend), narrow, rtol=1e-9)
    np.testing.assert_allclose(family.stretch(factor).inflection(), family.inflection() * factor, rtol=1e-14)


def test_taken_curves_are_the_same_curves_in_another_order(specimen):
    family = specimen.family
    cells = np.array([size(family) - 1, 0, 0])
    taken = family.take(cells)
    spend = np.array([2.0, 3.0, 40.0])
    every = np.array([family.value(at(family, x)) for x in spend])
    assert np.array_equal(taken.value(spend), every[np.arange(3), cells])
    assert np.array_equal(taken.inflection(), family.inflection()[cells])


def test_families_price_themselves_and_travel(specimen):
    family = specimen.family
    assert isinstance(family, Pricing)
    for other in (pickle.loads(pickle.dumps(family)), copy.deepcopy(family)):
        assert np.array_equal(other.value(at(family, 3.0)), family.value(at(family, 3.0)))


def test_nothing_given_is_changed(specimen):
    arrays = [np.array(column, dtype=float) for column in zip(*specimen.parameters, strict=True)]
    for array in arrays:
        array.flags.writeable = False
    family = specimen.build(*arrays)
    spend = at(family, 3.0)
    spend.flags.writeable = False
    family.value(spend), family.slope(spend), family.best(spend, spend, spend, spend)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(1e-6, 1e6))
def test_a_hill_of_slope_one_is_michaelis_menten(scale, half, spend):
    scale, half, spend = (np.array([number]) for number in (scale, half, spend))
    hill, other = Hill(scale, half, np.ones(1)), MichaelisMenten(scale, half)
    np.testing.assert_allclose(hill.value(spend), other.value(spend), rtol=1e-14)
    np.testing.assert_allclose(hill.slope(spend), other.slope(spend), rtol=1e-13)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 50.0))
def test_tanh_is_the_logistic_saturation_of_pymc_marketing(rate, spend):
    shrunk = np.exp(-rate * spend)
    curve = Tanh(np.ones(1), np.array([2.0 / rate]))
    assert curve.value(np.array([spend]))[0] == pytest.approx((1 - shrunk) / (1 + shrunk), rel=1e-9)


def test_a_line_is_a_power_of_one():
    scale, spend = np.array([0.3, 2.0]), np.array([7.0, 11.0])
    assert np.array_equal(Linear(scale).value(spend), Power(scale, np.ones(2)).value(spend))
