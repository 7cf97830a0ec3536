"""The shocks table: what it says, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from mixopt_resilience.scenarios import scenarios
from mixopt_resilience.shocks import read_shocks

from mixopt import TableError


@pytest.fixture
def read(bench, grid_cells):
    def answer(frame, dependence=None):
        return read_shocks(bench.scope(grid_cells, tables={"shocks": frame}), "shocks", dependence)

    return answer


def by_cell(found):
    """Return the shocks with a factor per cell."""
    return [replace(s, response=s.response[found.group], price=s.price[found.group]) for s in found.shocks]


def test_rows_say_what_they_hit_and_how(read, shocks):
    tv, digital, prospects, slump = by_cell(read(shocks))
    assert (tv.name, tv.probability) == ("tv dark", 0.05)
    assert tv.response.tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    assert digital.price.tolist() == [1, 1, 1.25, 1.25, 1.25, 1.25, 1, 1]
    assert prospects.response.tolist() == [1, 0.7] * 4
    assert slump.response.tolist() == [0.85] * 8
    assert slump.price.tolist() == [0.95] * 8


def test_factors_left_out_are_one(read, table):
    (shock,) = by_cell(read(table({"shock": "nothing", "probability": "1%"})))
    assert np.array_equal(shock.response, np.ones(8))
    assert np.array_equal(shock.price, np.ones(8))


def test_rows_of_one_shock_multiply_where_they_overlap(read, table):
    frame = table(
        {"shock": "storm", "probability": "0.1", "channel": "tv", "response": "0.5"},
        {"shock": "storm", "probability": "10%", "segment": "prospects", "response": "0.5"},
    )
    (storm,) = by_cell(read(frame))
    assert storm.response.tolist() == [0.5, 0.25, 1, 0.5, 1, 0.5, 1, 0.5]


def test_the_table_says_whether_shocks_exclude_each_other_and_the_settings_may_overrule(read, table):
    rows = ({"shock": "a", "probability": 0.1}, {"shock": "b", "probability": 0.1})
    assert read(table(*rows)).dependence == "independent"
    assert read(table(*rows, dependence="joint")).dependence == "joint"
    assert read(table(*rows, dependence="joint"), "independent").dependence == "independent"


def test_the_typical_set_hits_what_is_tagged(bench, grid_cells):
    medium = {"tv": "tv", "ooh, roadside": "offline"}
    cells = grid_cells.assign(medium=[medium.get(channel, "digital") for channel in grid_cells["channel"]])
    found = read_shocks(bench.scope(cells), "typical")
    assert [shock.name for shock in found.shocks][:3] == [
        "digital prices up",
        "digital prices far up",
        "tv prices up",
    ]
    assert by_cell(found)[0].price.tolist() == [1, 1, 1.25, 1.25, 1.25, 1.25, 1, 1]
    offline = read_shocks(bench.scope(cells.assign(medium="offline")), "typical")
    assert [shock.name for shock in offline.shocks] == ["demand down", "demand far down"]
    with pytest.raises(TableError, match="the cells table has no column medium"):
        read_shocks(bench.scope(grid_cells), "typical")


def test_all_faults_come_at_once(read, table):
    frame = table(
        {"shock": "a", "probability": "0.1", "channel": "tvv", "regin": "north"},
        {"shock": "b", "probability": "0.1", "segment": "nobody"},
    )
    with pytest.raises(TableError) as caught:
        read(frame)
    assert str(caught.value).split("\n") == [
        (
            "shocks: column regin: neither a column of a shocks table nor a key or tag of the cells; wanted: shock,"
            " probability, response, price, dependence, note, or columns of the cells table"
        ),
        "shocks: row 1: no cell has channel 'tvv'; wanted: one of the 4 names in column channel; try: tv",
        "shocks: row 2: no cell has segment 'nobody'; wanted: one of the 2 names in column segment",
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"probability": "120%"}, "probability"),
        ({"probability": "-1%"}, "probability"),
        ({"probability": "likely"}, "likely"),
        ({"probability": ""}, "probability"),
        ({"response": "-0.1"}, "response"),
        ({"response": "nan"}, "nan"),
        ({"price": "0"}, "price"),
        ({"price": "inf"}, "inf"),
    ],
)
def test_bad_cells_are_named(read, table, row, said):
    with pytest.raises(TableError, match=said):
        read(table({"shock": "a", "probability": "10%", **row}))


def test_a_shock_has_one_probability(read, table):
    frame = table({"shock": "a", "probability": "0.1"}, {"shock": "a", "probability": "0.2"})
    with pytest.raises(TableError) as caught:
        read(frame)
    assert str(caught.value) == (
        "shocks: shock 'a': probability 0.1 in one row and 0.2 in another;"
        " wanted: one probability in all rows of a shock"
    )


def test_dependence_is_one_for_all_rows(read, table):
    rows = [{"shock": "a", "probability": 0.1, "dependence": "joint"}, {"shock": "b", "probability": 0.1}]
    assert read(table(*rows)).dependence == "joint"
    with pytest.raises(TableError, match="it says independent and joint"):
        read(table(rows[0], {**rows[1], "dependence": "independent"}))
    with pytest.raises(TableError, match="it says copula"):
        read(table({**rows[0], "dependence": "copula"}))


def test_a_table_must_be_there_and_have_rows(bench, grid_cells, read, shocks):
    with pytest.raises(TableError, match="no table is called 'storms'"):
        read_shocks(bench.scope(grid_cells), "storms")
    with pytest.raises(TableError, match="no rows"):
        read(shocks.iloc[:0])


def test_many_shocks_on_many_cells_cost_no_more_than_their_groups(bench, table):
    channels, segments = 5, 4_000
    cells = pd.DataFrame(
        {"channel": np.repeat([f"c{k}" for k in range(channels)], segments)}
        | {"segment": np.tile([f"s{k}" for k in range(segments)], channels), "upper": 1.0}
    )
    rows = [
        {"shock": f"k{k}", "probability": 0.001, "channel": f"c{k % channels}", "response": k / 500}
        for k in range(500)
    ]
    found = read_shocks(bench.scope(cells, tables={"shocks": table(*rows)}), "shocks", "joint")
    assert {len(shock.response) for shock in found.shocks} == {channels}
    assert scenarios(found).group.shape == (channels * segments,)
