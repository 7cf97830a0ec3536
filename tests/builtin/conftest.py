"""A scope of four cells by hand."""

import numpy as np
import pandas as pd
import pytest

from mixopt import Evaluation
from mixopt.curves import Curves
from mixopt.curves.hill import Hill
from mixopt.scope import Budget, Scope


@pytest.fixture
def scope():
    return Scope(
        cells=pd.DataFrame(
            {"channel": ["tv", "tv", "web", "web"], "segment": list("xyxy"), "curve": ["hill"] * 4}
        ),
        value=np.array([2.0, 2.0, 1.0, 1.0]),
        lower=np.zeros(4),
        upper=np.full(4, 100.0),
        current_spend=np.array([10.0, 20.0, 30.0, 40.0]),
        weights={"hours": np.array([1.0, 2.0, 0.5, 0.0]), "loss": np.array([1.0, -1.0, 0.0, 0.0])},
        budget=Budget(total=100.0),
        currency="GBP",
    )


@pytest.fixture
def untold(scope):
    """The same without today's spend."""
    from dataclasses import replace

    return replace(scope, current_spend=None)


@pytest.fixture
def plan(scope):
    curves = Curves((("hill", np.arange(4), Hill(np.full(4, 60.0), np.full(4, 20.0), np.ones(4))),))
    return Evaluation(scope=scope, curves=curves, spend=np.array([20.0, 0.0, 40.0, 40.0]))
