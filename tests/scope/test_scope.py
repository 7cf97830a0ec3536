"""The scope: cells in one order, selected by key and tag; what selects nothing is told."""

# ruff: noqa: E501 - messages stand whole

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mixopt.errors import ConfigError, TableError
from mixopt.scope import Budget, Scope


@pytest.fixture
def scope():
    cells = pd.DataFrame(
        {
            "channel": ["tv", "tv", "search", "social"],
            "segment": ["new", "old", "new", "new"],
            "curve": "linear",
            "region": ["north", "south", "north", ""],
        },
        dtype=str,
    )
    return Scope(
        cells=cells,
        value=np.ones(4),
        lower=np.zeros(4),
        upper=np.full(4, 10.0),
        current_spend=None,
        weights={"hours": np.array([0.5, 1.0, 1.5, 2.0])},
        budget=Budget(total=10.0),
        currency="GBP",
        tables={"shocks": pd.DataFrame({"shock": ["outage"]})},
    )


@pytest.mark.parametrize(
    ("where", "cells"),
    [
        (None, [0, 1, 2, 3]),
        ({}, [0, 1, 2, 3]),
        ({"channel": "tv"}, [0, 1]),
        ({"channel": ["social", "tv"]}, [0, 1, 3]),
        ({"channel": "tv", "segment": "new"}, [0]),
        ({"region": "north"}, [0, 2]),
    ],
)
def test_cells_are_selected_by_key_and_tag_in_their_own_order(scope, where, cells):
    assert scope.select(where).tolist() == cells


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (
            {"channel": "tvv"},
            "no cell has channel 'tvv'; wanted: one of the 3 names in column channel; try: tv",
        ),
        (
            {"chanel": "tv"},
            "the cells table has no column 'chanel'; wanted: one of channel, segment, curve, region; try: channel",
        ),
        (
            {"hours": "0.5"},
            "column 'hours' of the cells table holds numbers, not names; wanted: one of channel, segment, curve, region",
        ),
        (
            {"channel": "search", "segment": "old"},
            "the selection {channel: search, segment: old} matches no cell",
        ),
        (
            {"channel": "\u202e"},
            "no cell has channel '\\u202e'; wanted: one of the 3 names in column channel",
        ),
    ],
)
def test_a_selection_of_nothing_is_told_whole(scope, where, said):
    with pytest.raises(ConfigError) as caught:
        scope.select(where)
    assert str(caught.value) == said


def test_labels_and_names_keep_the_order_of_the_cells(scope):
    assert scope.labels("channel").tolist() == ["tv", "tv", "search", "social"]
    assert scope.names("channel") == ("tv", "search", "social")


def test_a_table_that_is_not_there_is_told(scope):
    assert scope.table("shocks")["shock"].tolist() == ["outage"]
    with pytest.raises(TableError) as caught:
        scope.table("history")
    assert str(caught.value) == (
        "data.history: no table is called 'history'; wanted: a file or frame under `data:`; try: data: {history: history.csv}"
    )
