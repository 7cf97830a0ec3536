"""Curves through points: they pass through them, keep their shape exactly, and refuse points that have none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt import TableError
from mixopt.curves import Hill, Logistic, MichaelisMenten, NegativeExponential, Power, tabulate
from mixopt.curves.points import Points, shaped

ONE = np.ones(1)
HINT = "smooth the points, or fit one of the other families to them"
APART = "spends that differ by more than rounding"
PIECEWISE = ([1.0, 2.0, 3.0, 10.0], [2.0, 4.0, 5.0, 5.0])


def one(spend, response):
    return tabulate(np.zeros(len(spend)), spend, response)


def along(family, spends):
    """Values and slopes of a single curve at many spends."""
    many = family.take(np.zeros(len(spends), dtype=np.int64))
    return many.value(np.asarray(spends)), many.slope(np.asarray(spends))


def sampled(smooth, points, longest):
    spend = np.linspace(longest / points, longest, points)
    return spend, along(smooth, spend)[0]


def assert_shape(family, longest):
    """Exactly: the slope never falls before the inflection and never rises after it."""
    turn = family.inflection()[0]
    spends = np.unique(np.concatenate((np.linspace(0.0, longest, 5_001), family.pieces.start, [turn])))
    slope = along(family, spends)[1]
    assert (np.diff(slope[spends < turn]) >= 0.0).all()
    assert (np.diff(slope[spends >= turn]) <= 0.0).all()
    assert (slope >= 0.0).all()


def test_it_passes_through_its_points():
    spend, response = [1.0, 2.0, 4.0, 5.0, 9.0], [0.5, 2.0, 7.0, 9.0, 10.0]
    np.testing.assert_allclose(along(one(spend, response), spend)[0], response, rtol=1e-15)


def test_it_starts_at_zero_whether_given_or_not():
    without, given_ = one([1.0, 2.0], [3.0, 4.0]), one([0.0, 1.0, 2.0], [0.0, 3.0, 4.0])
    spends = np.linspace(0.0, 3.0, 50)
    assert np.array_equal(along(without, spends), along(given_, spends))
    assert along(without, [0.0])[0][0] == 0.0


def test_it_is_flat_beyond_its_last_point():
    value, slope = along(one(*PIECEWISE), [10.0, 11.0, 1e12])
    assert value.tolist() == [5.0, 5.0, 5.0]
    assert slope.tolist() == [0.0, 0.0, 0.0]


def test_one_point_is_a_line_with_a_cap():
    family = one([4.0], [8.0])
    value, slope = along(family, [0.0, 1.0, 3.0, 4.0, 5.0])
    assert value.tolist() == [0.0, 2.0, 6.0, 8.0, 8.0]
    assert slope.tolist() == [2.0, 2.0, 2.0, 0.0, 0.0]
    assert family.inflection()[0] == 0.0


def test_straight_pieces_stay_straight():
    spends = [0.5, 1.5, 7.0]
    np.testing.assert_allclose(
        along(one([1.0, 2.0, 5.0, 9.0], [2.0, 4.0, 4.0, 4.0]), spends)[0], [1.0, 3.0, 4.0]
    )


def test_convex_points_turn_at_the_last_one():
    family = one([1.0, 2.0, 3.0], [1.0, 4.0, 9.0])
    assert family.inflection()[0] == 3.0
    assert_shape(family, 5.0)


def test_concave_points_never_were_convex():
    family = one([1.0, 2.0, 3.0], [5.0, 8.0, 9.0])
    assert family.inflection()[0] == 0.0
    assert_shape(family, 5.0)


def test_points_of_no_response_are_a_dead_curve():
    value, slope = along(one([1.0, 2.0], [0.0, 0.0]), [0.0, 1.5, 9.0])
    assert not value.any()
    assert not slope.any()


@pytest.mark.parametrize(
    "origin",
    [
        Hill(ONE, ONE, 2.5 * ONE),
        Hill(ONE, ONE, 6.0 * ONE),
        Logistic(ONE, ONE, 0.2 * ONE),
        MichaelisMenten(ONE, ONE),
        NegativeExponential(ONE, ONE),
    ],
    ids=lambda family: f"{type(family).__name__}",
)
def test_four_hundred_points_are_the_smooth_curve_within_the_interpolation_error(origin):
    spends = np.linspace(0.0, 5.0, 4_001)
    truth = along(origin, spends)[0]
    errors = [
        np.abs(along(one(*sampled(origin, points, 5.0)), spends)[0] - truth).max()
        for points in (100, 200, 400)
    ]
    assert errors[-1] < 1e-5
    assert errors[0] / errors[2] > 4.0**2.5, "the error does not shrink as the third power of the step"
    turn = one(*sampled(origin, 400, 5.0)).inflection()[0]
    assert abs(turn - origin.inflection()[0]) < 5.0 / 400


def test_an_infinite_slope_at_zero_costs_digits_near_zero_only():
    smooth = Power(ONE, 0.5 * ONE)
    spends = np.linspace(0.1, 5.0, 1_001)
    assert np.abs(along(one(*sampled(smooth, 400, 5.0)), spends)[0] - along(smooth, spends)[0]).max() < 1e-3


shapes = st.tuples(
    st.lists(st.floats(0.0, 10.0), max_size=6),
    st.lists(st.floats(0.0, 10.0), max_size=6),
    st.lists(st.floats(1e-3, 10.0), min_size=13, max_size=13),
)


@given(shapes)
def test_any_convex_then_concave_points_are_kept_exactly(shape):
    rising, falling, widths = shape
    slopes = np.array([*sorted(rising), 10.5, *sorted(falling, reverse=True)])
    width = np.array(widths[: len(slopes)])
    spend, response = np.cumsum(width), np.cumsum(width * slopes)
    family = one(spend, response)
    # sums round: points may be moved by as much
    np.testing.assert_allclose(along(family, spend)[0], response, rtol=1e-13)
    assert_shape(family, 1.2 * spend[-1])


@given(shapes, st.integers(0, 2**32 - 1))
def test_rounded_points_are_met_within_the_tolerance_and_shaped_exactly(shape, seed):
    rising, falling, widths = shape
    slopes = np.array([*sorted(rising), 10.5, *sorted(falling, reverse=True)])
    width = np.array(widths[: len(slopes)])
    spend, response = np.cumsum(width), np.cumsum(width * slopes)
    noise = np.random.default_rng(seed).uniform(-4e-4, 4e-4, len(spend))
    given_ = np.maximum(response + noise * response[-1], 0.0)
    family = one(spend, given_)
    assert np.abs(along(family, spend)[0] - given_).max() <= 1e-3 * given_.max()
    assert_shape(family, 1.2 * spend[-1])


def test_the_nearest_shape_moves_least():
    # the one bad point can be lowered to the chord, or its neighbours be lifted: the junction decides
    points = Points(np.zeros(6, dtype=np.int64), np.arange(6.0), np.array([0.0, 1.0, 1.9, 3.0, 5.0, 6.0]))
    found = shaped(points)
    assert np.abs(found.move).max() == pytest.approx(0.05)
    assert (np.diff(found.chord[:4]) >= 0.0).all()


def test_many_curves_are_as_each_alone():
    rng = np.random.default_rng(1)
    cells, spends, responses = [], [], []
    for cell in range(40):
        count = rng.integers(1, 12)
        spend = np.sort(rng.uniform(0.1, 9.0, count))
        smooth = Hill(rng.lognormal(0, 2, 1), 3.0 * ONE, rng.uniform(0.5, 4.0, 1))
        cells.append(np.full(count, cell))
        spends.append(spend)
        responses.append(along(smooth, spend)[0])
    order = rng.permutation(sum(map(len, cells)))
    together = tabulate(*(np.concatenate(column)[order] for column in (cells, spends, responses)))
    for x in (0.0, 0.3, 1.0, 2.7, 5.0, 8.0, 20.0):
        alone = [one(*pair).value(x * ONE)[0] for pair in zip(spends, responses, strict=True)]
        assert together.value(np.full(40, x)).tolist() == alone


def test_a_price_between_two_slopes_of_a_corner_stops_at_the_corner():
    family = one([1.0, 2.0, 3.0, 4.0], [3.0, 6.0, 7.0, 8.0])  # slope 3, then 1
    assert family.best(ONE, 2.0 * ONE, 0.0 * ONE, 9.0 * ONE)[0] == pytest.approx(2.0)
    assert family.best(ONE, 0.5 * ONE, 0.0 * ONE, 9.0 * ONE)[0] == pytest.approx(4.0)


def test_all_faults_are_named_at_once():
    with pytest.raises(TableError) as caught:
        tabulate(
            [0, 0, 1, 2, 2, 3, 4, 4, 6, 7, 7, 8, 9],
            [0.0, 1.0, np.nan, 1.0, 1.0, -4.0, 1.0, 2.0, 0.0, 1.0, 2.0, 1.0, 5e-324],
            [5.0, 6.0, 1.0, 2.0, 3.0, 1.0, 1.0, np.inf, 0.0, 2.0, 1.0, 1.0, 1.0],
            size=10,
            named=lambda cell: f"channel {'abcdefghij'[cell]}",
        )
    broken = "breaks the curve's shape: there it would have to be"
    shape = "responses that never fall and rise ever faster up to some spend, ever slower from there on"
    assert str(caught.value).splitlines() == [
        "points: channel a: response 5 at spend 0; wanted: the response that spend adds: 0 at spend 0",
        "points: channel b: spend nan is not a number of currency; wanted: finite spends, 0 or more",
        "points: channel c: spend 1 stands there twice; wanted: each spend once",
        "points: channel d: spend -4 is not a number of currency; wanted: finite spends, 0 or more",
        "points: channel e: response inf at spend 2 is not a number; wanted: finite responses",
        "points: channel f: no point above spend 0; wanted: one row or more",
        "points: channel g: no point above spend 0; wanted: one row or more",
        f"points: channel h: response 1 at spend 2 {broken} 2; wanted: {shape}; try: {HINT}",
        f"points: channel j: spend 4.94066e-324 is too close to the one before; wanted: {APART}",
    ]


@pytest.mark.parametrize(
    ("spend", "response", "at", "there"),
    [
        ([1, 2, 3, 4], [4, 8, 3, 9], 3, 8.5),  # falls
        ([1, 2, 3, 4, 5, 6], [1, 3, 4, 6, 7, 7.5], 2, 2.5),  # two humps
        ([1, 2], [-1, 3], 1, 0),  # negative
    ],
)
def test_points_without_the_shape_are_refused_by_name(spend, response, at, there):
    with pytest.raises(TableError) as caught:
        one(np.array(spend, dtype=float), np.array(response, dtype=float))
    assert str(caught.value) == (
        f"points: curve 0: response {response[spend.index(at)]:g} at spend {at} breaks the curve's shape: there it "
        f"would have to be {there:g}; wanted: responses that never fall and rise ever faster up to some spend, ever "
        "slower from there on; try: smooth the points, or fit one of the other families to them"
    )


def test_points_of_any_size_are_interpolated():
    for size in (1e-300, 1e-100, 1e-12, 1e12, 1e15):
        for height in (1e-300, 1e-100, 1.0, 1e15):
            if height / size < 1e99:
                spend, response = (
                    size * np.array([1.0, 2.0, 3.0, 4.0]),
                    height * np.array([1.0, 3.0, 6.0, 7.0]),
                )
                value, slope = along(one(spend, response), np.append(spend, size * 2.5))
                np.testing.assert_allclose(value[:4], response, rtol=1e-14)
                assert np.isfinite(slope).all()


def test_a_thousand_faults_are_counted_not_listed():
    with pytest.raises(TableError) as caught:
        tabulate([], [], [], size=1_000)
    assert len(caught.value.faults) == 21
    assert str(caught.value.faults[-1]) == "points: 980 more curves have faults"


def test_no_curves_are_no_fault():
    assert len(tabulate([], [], []).inflection()) == 0
