"""The core's rules: levels by hand, limits relative to today, sentences, and what they refuse."""

import pytest
from pydantic import ValidationError

from mixopt import ConfigError
from mixopt.builtin.rules import Linear, LinearSettings, Share, ShareSettings, Spend, SpendSettings


def spend(**settings):
    return SpendSettings.model_validate(settings)


def share(**settings):
    return ShareSettings.model_validate(settings)


def linear(**settings):
    return LinearSettings.model_validate(settings)


def test_spend_is_the_sum_of_the_selected_cells(scope, plan):
    (level,) = Spend(spend(where={"channel": "tv"}, at_least=15), scope).levels(plan)
    assert (level.row, level.value, level.at_least, level.at_most, level.unit) == (
        "at_least",
        20.0,
        15.0,
        None,
        "currency",
    )


def test_limits_relative_to_today_follow_todays_spend(scope, plan):
    low, high = Spend(
        spend(where={"channel": "tv"}, at_least={"today": "50%"}, at_most={"today": 1.3}), scope
    ).levels(plan)
    assert (low.at_least, high.at_most) == (15.0, pytest.approx(39.0))


def test_share_is_of_all_spend_or_of_a_selection(scope, plan):
    (level,) = Share(share(where={"segment": "x"}, at_most="60%"), scope).levels(plan)
    assert (level.value, level.at_most, level.scale) == (pytest.approx(0.6), 0.6, 100.0)
    (level,) = Share(share(where={"segment": "x"}, of={"channel": "web"}, at_most=0.6), scope).levels(plan)
    assert level.value == pytest.approx(60 / 80)


def test_share_relative_to_today_is_a_multiple_of_todays_share(scope, plan):
    (level,) = Share(share(where={"channel": "tv"}, at_least={"today": "100%"}), scope).levels(plan)
    assert level.at_least == pytest.approx(0.3)


def test_equal_is_one_row_with_both_limits(scope, plan):
    (level,) = Spend(spend(equal=100), scope).levels(plan)
    assert (level.row, level.at_least, level.at_most) == ("limit", 100.0, 100.0)


def test_linear_weighs_spend_or_response(scope, plan):
    (level,) = Linear(linear(weights="hours", at_most=50), scope).levels(plan)
    assert (level.value, level.unit) == (20.0 + 20.0, "hours")
    (level,) = Linear(linear(weights="hours", on="response", at_least={"today": "100%"}), scope).levels(plan)
    assert level.value == pytest.approx(1.0 * 30.0 + 0.5 * 40.0)
    assert level.at_least == pytest.approx(1.0 * 20.0 + 2.0 * 30.0 + 0.5 * 36.0)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            lambda s: Spend(spend(where={"channel": "tv"}, at_least=500_000), s),
            "spend on tv is at least 500,000",
        ),
        (
            lambda s: Spend(spend(at_most={"today": "130%"}), s),
            "spend on all cells is at most 1.3 times today",
        ),
        (
            lambda s: Share(share(where={"channel": ["tv", "web"]}, at_least=0.2, at_most="60%"), s),
            "the share of spend that goes to tv, web is at least 20% and at most 60%",
        ),
        (
            lambda s: Share(share(where={"segment": "x"}, of={"channel": "web"}, equal="12.5%"), s),
            "the share of spend on web that goes to x is exactly 12.5%",
        ),
        (
            lambda s: Linear(linear(weights="hours", at_most=1234.5), s),
            "hours × spend of all cells is at most 1,234.5",
        ),
    ],
)
def test_rules_speak(scope, rule, sentence):
    assert rule(scope).sentence() == sentence


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "give at_least, at_most or equal"),
        ({"equal": 1, "at_most": 2}, "give either equal, or at_least and at_most"),
        ({"at_least": 2, "at_most": 1}, "at_least 2 is above at_most 1"),
        ({"at_least": True}, "wanted a number"),
        ({"at_least": float("nan")}, "wanted a finite number"),
        ({"at_least": 1, "where": {"channel": []}}, "wanted a mapping"),
        ({"at_least": 1, "wher": {}}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ValidationError, match=message):
        spend(**settings)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda s: Spend(spend(where={"channel": "tvv"}, at_least=1), s),
            "no cell has channel 'tvv'.*try: tv",
        ),
        (lambda s: Spend(spend(where={"chanel": "tv"}, at_least=1), s), "no column 'chanel'.*try: channel"),
        (
            lambda s: Share(share(where={"channel": "tv"}, of={"segment": "z"}, at_most=1), s),
            "no cell has segment 'z'",
        ),
        (
            lambda s: Linear(linear(weights="hour", at_most=1), s),
            "no numeric column 'hour'.*try: hours, loss",
        ),
        (
            lambda s: Linear(linear(weights="hours", on="response", at_most=1), s),
            "more response is never punished",
        ),
        (
            lambda s: Linear(linear(weights="hours", on="response", equal=1), s),
            "more response is never punished",
        ),
        (
            lambda s: Linear(linear(weights="loss", on="response", at_least=1), s),
            "weights below 0 on response",
        ),
    ],
)
def test_what_does_not_fit_the_cells_is_refused(scope, build, message):
    with pytest.raises(ConfigError, match=message):
        build(scope)


def test_relative_limits_need_todays_spend(untold):
    with pytest.raises(ConfigError, match="a column current_spend in the cells table"):
        Spend(spend(at_most={"today": "130%"}), untold)
