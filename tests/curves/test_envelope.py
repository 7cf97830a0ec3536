"""Concave envelopes: above the curve, concave, and touching it where they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt.curves import Curves, Hill, Logistic, envelope
from mixopt.curves.envelope import _met

ONE = np.ones(1)


def boxes(family, seed=0):
    rng = np.random.default_rng(seed)
    taken = family.take(rng.integers(0, len(family.inflection()), 300))
    lower = np.where(rng.random(300) < 0.5, 0.0, rng.uniform(0.0, 12.0, 300))
    return taken, lower, lower + rng.choice([0.0, 1e-9, 1.0, 10.0, 1e3], 300)


def inside(lower, upper, points=201):
    return [lower + (upper - lower) * share for share in np.linspace(0.0, 1.0, points)]


def test_no_response_exceeds_it(specimen):
    family, lower, upper = boxes(specimen.family)
    above = envelope(family, lower, upper)
    for spend in inside(lower, upper):
        value = family.value(spend)
        assert (above.value(spend) - value >= -1e-14 * family.value(upper)).all()


def test_it_is_concave(specimen):
    family, lower, upper = boxes(specimen.family)
    above = envelope(family, lower, upper)
    slopes = np.array([above.slope(spend) for spend in inside(lower, upper)])
    finite = np.where(np.isinf(slopes), 1e300, slopes)
    assert (np.diff(finite, axis=0) <= 1e-9 * finite[:-1]).all()


def test_it_meets_the_curve_at_the_ends_and_at_the_tangent_point(specimen):
    family, lower, upper = boxes(specimen.family)
    above = envelope(family, lower, upper)
    for spend in (lower, above.tangent, upper):
        np.testing.assert_allclose(above.value(spend), family.value(spend), rtol=1e-12, atol=0.0)


def test_concave_curves_are_their_own_envelope():
    family = Hill(np.full(2, 5.0), np.full(2, 3.0), np.array([0.5, 1.0]))
    above = envelope(family, np.zeros(2), np.full(2, 50.0))
    assert above.tangent.tolist() == [0.0, 0.0]
    spend = np.array([2.0, 7.0])
    assert np.array_equal(above.value(spend), family.value(spend))


@given(st.floats(1.001, 50.0), st.floats(1e-3, 1e6))
def test_hill_tangents_in_closed_form_are_those_of_the_search(steepness, half):
    family = Hill(ONE, half * ONE, steepness * ONE)
    zero, far = np.zeros(1), 1e12 * half * ONE
    closed = envelope(family, zero, far)
    searched = _met(family, zero, far)
    # near the tangent point the chord is flat against the curve: compare what it is worth
    assert family.value(searched)[0] / searched[0] == pytest.approx(closed.chord[0], rel=1e-12)
    assert family.value(closed.tangent)[0] == pytest.approx(1.0 - 1.0 / steepness, rel=1e-9)


def test_a_box_that_ends_on_the_convex_side_has_a_chord():
    family = Logistic(ONE, 50.0 * ONE, 5.0 * ONE)
    above = envelope(family, 10.0 * ONE, 40.0 * ONE)
    assert above.tangent[0] == 40.0
    middle = 0.5 * (family.value(10.0 * ONE) + family.value(40.0 * ONE))
    assert above.value(25.0 * ONE)[0] == pytest.approx(middle[0])


def test_mixtures_have_the_envelopes_of_their_parts():
    hill, logistic = (
        Hill(np.ones(2), np.full(2, 9.0), np.array([2.0, 3.0])),
        Logistic(ONE, 20.0 * ONE, 3.0 * ONE),
    )
    mixture = Curves((("hill", np.array([2, 0]), hill), ("logistic", np.array([1]), logistic)))
    above = envelope(mixture, np.zeros(3), np.full(3, 100.0))
    assert above.tangent[[2, 0]].tolist() == envelope(hill, np.zeros(2), np.full(2, 100.0)).tangent.tolist()
    assert above.tangent[1] == envelope(logistic, np.zeros(1), np.full(1, 100.0)).tangent[0]
