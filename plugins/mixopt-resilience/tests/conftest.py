"""Shocks for the tests of resilience."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture
def table():
    """Return a function that makes a text table of shocks."""

    def make(*rows, **always):
        frame = pd.DataFrame([{**always, **row} for row in rows], dtype=object).astype(object)
        return frame.where(frame.notna(), "").map(str)

    return make


@pytest.fixture
def shocks(table):
    """Return four shocks that overlap: one channel, one tag, one segment, everything."""
    return table(
        {"shock": "tv dark", "probability": "5%", "channel": "tv", "response": 0},
        {"shock": "digital dear", "probability": 0.2, "role": "activation", "price": 1.25},
        {"shock": "prospects shy", "probability": 0.3, "segment": "prospects", "response": "70%"},
        {"shock": "slump", "probability": 0.1, "response": 0.85, "price": 0.95},
    )
