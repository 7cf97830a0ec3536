"""One kind of number: finite, never a boolean, written as people write them."""

# ruff: noqa: E501 - a list of numbers

from __future__ import annotations

import math
from fractions import Fraction as Exact

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mixopt.scope import Fraction, Limits, Money, Number, Seconds, ShareLimits
from mixopt.scope.units import finite, fraction, seconds

REFUSED = [
    True, False, None, b"5", [], {}, "", " ", "five", "1,5", "1 5", "0x10", "nan", "inf", "-Infinity", "1e400", "1e-400",
    "1" * 500, 10**400, 1e16, -1e16, math.nan, math.inf, "１２", "٣", "1e", "e5", "--5", "_1", "5%", "5s", "1\n", "1e999999999999",
]  # fmt: skip


@pytest.mark.parametrize("value", REFUSED, ids=lambda v: repr(v)[:20])
def test_what_is_no_finite_number_is_refused(value):
    for kind in (Number, Money):
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(kind).validate_python(value)
        assert "wanted a " in str(caught.value)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12_000_000", 12e6),
        ("1e6", 1e6),
        (" 5 ", 5.0),
        ("+.5", 0.5),
        ("-1.", -1.0),
        ("007", 7.0),
        (-0.0, 0.0),
        ("0e5", 0.0),
        (10**15, 1e15),
    ],
)
def test_numbers_read_as_written(written, number):
    assert finite(written) == number


@given(st.floats(-1e15, 1e15).filter(lambda x: x == 0 or abs(x) >= 5e-324))
def test_a_number_written_by_python_is_read_exactly(number):
    assert finite(repr(number)) == number
    assert finite(number) == number


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_are_read_exactly(number):
    assert finite(f"{number:_}") == finite(number) == float(number)


@given(st.integers(-10_000, 10_000), st.integers(0, 3))
def test_a_percentage_is_a_fraction(number, places):
    text = f"{Exact(number, 10**places).__float__():.{places}f}%"
    assert fraction(text) == float(text[:-1]) / 100.0


@pytest.mark.parametrize(
    ("text", "value"), [("60%", 0.6), ("0.6", 0.6), (0.6, 0.6), (" 5 % ", 0.05), ("130%", 1.3), ("1e2%", 1.0)]
)
def test_fractions_read_as_written(text, value):
    assert fraction(text) == value


@pytest.mark.parametrize("text", ["%", "5%%", "a%", "nan%", "1e400%", True])
def test_what_is_no_fraction_is_refused(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Fraction).validate_python(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60s", 60.0),
        ("2min", 120.0),
        ("2 m", 120.0),
        ("1h", 3600.0),
        ("5ms", 0.005),
        (90, 90.0),
        (".5s", 0.5),
    ],
)
def test_durations_read_as_written(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["-5s", "5 days", "soon", "", "1e400s", True, "5s s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Seconds).validate_python(text)


@pytest.mark.parametrize("kind", [Limits, ShareLimits])
@pytest.mark.parametrize(
    ("given_limits", "said"),
    [
        ({}, "give at_least, at_most or equal"),
        ({"at_least": 0.5, "equal": 0.6}, "give either equal, or at_least and at_most"),
        ({"at_least": 0.5, "at_most": 0.25}, "at_least 0.5 is above at_most 0.25"),
    ],
)
def test_limits_that_say_nothing_or_too_much_are_refused(kind, given_limits, said):
    with pytest.raises(ValidationError, match=said):
        kind(**given_limits)


def test_the_json_schema_keeps_the_limits_of_a_number_and_accepts_what_people_write():
    validator = pytest.importorskip(
        "jsonschema", reason="the schema is judged by jsonschema"
    ).Draft202012Validator
    from mixopt.scope import RelativeToToday

    check = validator(RelativeToToday.model_json_schema()).is_valid
    assert check({"today": 1.3})
    assert check({"today": "130%"})
    assert check({"today": "1_000"})
    assert not check({"today": -0.1})
    assert not check({"today": "a lot"})
    assert not check({"today": True})
    assert not check({})
