"""Return and profit by hand."""

import pytest

from mixopt import ConfigError
from mixopt.builtin.terms import Profit, ProfitSettings, Response, ResponseSettings


def test_return_is_value_times_response(scope, plan):
    assert Response(ResponseSettings(), scope).value(plan) == pytest.approx(2 * 30.0 + 40.0 + 40.0)
    some = ResponseSettings.model_validate({"where": {"channel": "web", "segment": "x"}})
    assert Response(some, scope).value(plan) == pytest.approx(40.0)


def test_profit_is_return_less_spend(scope, plan):
    assert Profit(ProfitSettings(), scope).value(plan) == pytest.approx(140.0 - 100.0)


def test_a_selection_of_nothing_is_refused(scope):
    with pytest.raises(ConfigError, match="no cell has channel 'radio'"):
        Response(ResponseSettings.model_validate({"where": {"channel": "radio"}}), scope)
