"""Calibration: the curves pass through what was said about them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt import InputError
from mixopt.curves import calibrate

spends, responses = st.floats(1e-2, 1e9), st.floats(1e-3, 1e9)


def elasticity_of(curve, spend):
    x = np.array([spend])
    return (curve.slope(x) * x / curve.value(x))[0]


@given(spends, responses, st.floats(0.01, 0.99), st.floats(0.3, 8.0))
def test_a_hill_curve_has_the_response_and_the_elasticity_asked_for(spend, response, share, steepness):
    curve = calibrate.hill(spend, response, share * steepness, steepness)
    assert curve.value(np.array([spend]))[0] == pytest.approx(response, rel=1e-11)
    assert elasticity_of(curve, spend) == pytest.approx(share * steepness, rel=1e-9)


@given(spends, responses, st.floats(0.01, 0.99))
def test_a_michaelis_menten_curve_has_them_too(spend, response, elasticity):
    curve = calibrate.michaelis_menten(spend, response, elasticity)
    assert curve.value(np.array([spend]))[0] == pytest.approx(response, rel=1e-12)
    assert elasticity_of(curve, spend) == pytest.approx(elasticity, rel=1e-11)
    assert curve.half_saturation[0] == pytest.approx(spend * elasticity / (1.0 - elasticity), rel=1e-12)


@given(spends, responses, st.floats(1e-6, 1.0 - 1e-6))
def test_a_negative_exponential_curve_has_them_too(spend, response, elasticity):
    curve = calibrate.negative_exponential(spend, response, elasticity)
    assert curve.value(np.array([spend]))[0] == pytest.approx(response, rel=1e-12)
    assert elasticity_of(curve, spend) == pytest.approx(elasticity, rel=1e-9)


def test_adbudg_answers_the_four_questions():
    curve = calibrate.adbudg(spend=100.0, zero=50.0, today=100.0, more=115.0, most=150.0)
    answers = 50.0 + curve.value(np.array([0.0])), 50.0 + curve.value(np.array([100.0]))
    assert [answer[0] for answer in answers] == pytest.approx([50.0, 100.0])
    assert 50.0 + curve.value(np.array([150.0]))[0] == pytest.approx(115.0)
    assert 50.0 + curve.value(np.array([1e9]))[0] == pytest.approx(150.0)


@given(spends, st.floats(0.0, 10.0), st.tuples(*[st.floats(0.1, 10.0)] * 3), st.floats(1.1, 3.0))
def test_adbudg_answers_any_four_questions(spend, zero, steps, step):
    today, more, most = zero + np.cumsum(steps)
    curve = calibrate.adbudg(spend=spend, zero=zero, today=today, more=more, most=most, step=step)
    got = zero + np.array([curve.value(np.array([x]))[0] for x in (spend, step * spend)])
    np.testing.assert_allclose(got, [today, more], rtol=1e-9)
    assert curve.scale[0] == pytest.approx(most - zero)


def test_an_elasticity_of_all_sales_is_larger_for_the_part_that_advertising_brings():
    # Sethuraman, Tellis and Briesch (2011): 0.12 of total sales; with 15 % of sales from advertising
    assert calibrate.incremental_elasticity(0.12, 100.0, 15.0)[0] == pytest.approx(0.8)


def test_many_curves_are_calibrated_at_once():
    curve = calibrate.hill([100.0, 200.0, 300.0], 50.0, [0.3, 0.5, 0.7], 1.2)
    assert curve.value(np.array([100.0, 200.0, 300.0])).tolist() == pytest.approx([50.0] * 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: calibrate.hill(0.0, 1.0, 0.5, 1.0),
            "spend, curve 0: 0.0 cannot be; wanted: above 0, currency",
        ),
        (
            lambda: calibrate.hill(1.0, 1.0, [0.5, 1.0], 1.0),
            "elasticity, curve 1: 1.0 cannot be; wanted: above 0 and below the steepness",
        ),
        (
            lambda: calibrate.negative_exponential(1.0, 1.0, np.nan),
            "elasticity, curve 0: nan cannot be; wanted: above 0 and below 1",
        ),
        (
            lambda: calibrate.michaelis_menten(1.0, -1.0, 0.5),
            "response, curve 0: -1.0 cannot be; wanted: 0 or more, units of response",
        ),
        (
            lambda: calibrate.adbudg(spend=1.0, zero=2.0, today=1.0, more=3.0, most=4.0),
            "today, curve 0: 1.0 cannot be; wanted: above `zero`",
        ),
        (
            lambda: calibrate.incremental_elasticity(0.1, 10.0, 11.0),
            "incremental, curve 0: 11.0 cannot be; wanted: above 0 and at most `total`",
        ),
    ],
)
def test_what_cannot_be_is_said(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == message
