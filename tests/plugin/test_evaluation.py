"""What follows from a spend."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mixopt.curves import Curves, Power
from mixopt.plugin import Evaluation
from mixopt.scope import Budget, Scope


def test_response_that_is_worth_nothing_has_no_marginal_return_where_its_curve_starts_upright():
    cells = pd.DataFrame({"channel": ["tv", "search"], "segment": "all", "curve": "power"})
    scope = Scope(
        cells=cells,
        value=np.array([0.0, 2.0]),
        lower=np.zeros(2),
        upper=np.full(2, 10.0),
        current_spend=None,
        weights={},
        budget=Budget(total=10.0),
        currency="EUR",
    )
    curves = Curves((("power", np.arange(2), Power(scale=np.ones(2), exponent=np.full(2, 0.5))),))
    plan = Evaluation(scope=scope, curves=curves, spend=np.zeros(2))
    assert plan.marginal_roi.tolist() == [0.0, np.inf]
