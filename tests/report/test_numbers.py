"""Numbers in three digits, in their unit, with their sign: a table of cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt.report.coin import Coin
from mixopt.report.numbers import (
    MINUS,
    difference_in_unit,
    differences_alike,
    duration,
    exact_money,
    in_unit,
    money,
    money_alike,
    money_difference,
    pence,
    percent,
)

POUND = Coin("GBP", budget=12e6)
EURO = Coin("EUR", budget=180e3)
NAN = float("nan")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (23_312_000, "£23.3m"),
        (430_000, "£0.43m"),
        (99_400, "£99k"),
        (99_600, "£0.10m"),
        (999_600, "£1.00m"),
        (21_400, "£21k"),
        (1_240, "£1.2k"),
        (999, "£999"),
        (12.345, "£12.35"),
        (12, "£12"),
        (0.5, "£0.50"),
        (0, "£0"),
        (-0.0, "£0"),
        (1.2e9, "£1.20bn"),
        (3e13, "£30.0tn"),
        (-430_000, f"{MINUS}£0.43m"),
        (1e-5, "£1e-05"),
        (NAN, ""),
        (None, ""),
        (float("inf"), "£∞"),
    ],
)
def test_money_has_three_digits_at_most(amount, said):
    assert money(amount, POUND) == said


@pytest.mark.parametrize(("amount", "said"), [(430_000, "€430k"), (99_600, "€100k"), (2e6, "€2.00m")])
def test_small_runs_are_told_in_thousands(amount, said):
    assert money(amount, EURO) == said


def test_a_currency_without_a_symbol_stands_with_its_code():
    assert money(21_400, Coin("CHF")) == "CHF\N{NO-BREAK SPACE}21k"


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ([23_312_000, 950_000, 0.0], ["£23.3m", "£0.9m", "£0"]),
        ([210.0, 4.5, NAN], ["£210", "£4", ""]),
        ([12e6, 20e3], ["£12.00m", "£0.02m"]),
        ([21_000.0, 300.0], ["£21k", "£0k"]),
        ([0.25, 0.5], ["£0.25", "£0.50"]),
        ([], []),
    ],
)
def test_a_row_of_money_shares_one_format(amounts, said):
    assert money_alike(amounts, POUND) == said


def test_differences_are_signed_and_vanish_where_no_digit_is_left():
    assert differences_alike([11_000, -6_900, 41.0, NAN], EURO) == ["+€11k", f"{MINUS}€7k", "0", ""]
    assert money_difference(1_830_000, POUND) == "+£1.83m"
    assert money_difference(-430_000, POUND) == f"{MINUS}£0.43m"
    assert money_difference(0.0, POUND) == "0"
    assert money_difference(None, POUND) == ""


@pytest.mark.parametrize(
    ("value", "unit", "said", "difference"),
    [
        (0.752, "share", "75.2%", "+75.2 pts"),
        (1.978, "ratio", "1.98", "+1.98"),
        (12.0, "count", "12", "+12"),
        (5.44, "ratio-like", "5.4", "+5.4"),
        (0.0123, "ratio-like", "0.0123", "+0.0123"),
        (12_345.6, "tonnes", "12,346", "+12,346"),
        (21_400.0, "currency", "£21k", "+£21k"),
        (NAN, "ratio", "", ""),
        (float("inf"), "ratio", "∞", ""),
        (-2.0, "ratio", f"{MINUS}2.00", f"{MINUS}2.00"),
        (0.0001, "share", "0.0%", "0"),
        (-0.001, "ratio", f"{MINUS}0.00", "0"),
    ],
)
def test_every_unit_has_its_own_form(value, unit, said, difference):
    assert in_unit(value, unit, POUND) == said
    assert difference_in_unit(value, unit, POUND) == difference


def test_a_difference_has_as_many_decimals_as_what_it_is_of():
    assert difference_in_unit(0.417, "channels", POUND, like=3.6) == "+0.4"


@pytest.mark.parametrize(
    ("amount", "coin", "said"),
    [
        (0.28, POUND, "28p"),
        (0.0012, POUND, "0.1p"),
        (1.5, POUND, "£1.50"),
        (0.999, POUND, "£1.00"),
        (-0.28, POUND, f"{MINUS}28p"),
        (0.28, Coin("CHF"), "CHF\N{NO-BREAK SPACE}0.28"),
        (0.004, Coin("JPY"), "¥0.004"),
        (0.0, POUND, "£0.00"),
    ],
)
def test_money_per_money_is_in_the_small_coin_below_one(amount, coin, said):
    assert pence(amount, coin) == said


def test_proofs_show_more_digits():
    assert exact_money(23_743_512.4, POUND) == "£23,743,512"
    assert exact_money(181.57812, POUND) == "£181.578"
    assert exact_money(-5.0, POUND) == f"{MINUS}£5"
    assert exact_money(float("inf"), POUND) == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.04 s"), (2.345, "2.3 s"), (60.0, "60 s"), (600.0, "10 min"), (7300.0, "2 h 2 min")],
)
def test_times_are_short(seconds, said):
    assert duration(seconds) == said


@given(st.floats(-1e15, 1e15))
def test_no_number_breaks_the_forms_and_signs_agree(number):
    for text in (
        money(number, POUND),
        money_difference(number, POUND),
        percent(number),
        pence(number, POUND),
    ):
        assert text
        assert "-" not in text.replace("e-", "")
    assert money_difference(number, POUND).startswith(("+", MINUS)) or money_difference(number, POUND) == "0"
