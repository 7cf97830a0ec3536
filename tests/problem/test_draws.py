# ruff: noqa: E501, ISC004
"""Parameters per posterior draw, in the cells table or in a table of their own."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from mixopt.errors import InputError
from mixopt.problem.cells import read_cells
from mixopt.problem.points import read_points
from mixopt.scope import Budget

CELLS = """channel,segment,curve,value,region
tv,new,hill,2,north
tv,old,tanh,3,south
"""
DRAWS = """channel,segment,draw,scale,half_saturation,slope,spend_scale
tv,new,7,10,5,1,
tv,new,12,11,6,0.9,
tv,old,12,9,,,4
tv,old,7,8,,,3
"""


def table(text):
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)


def read(registry, cells=CELLS, draws=DRAWS):
    beside = None if draws is None else table(draws)
    return read_cells(table(cells), registry, Budget(total=100.0), draws=beside)


def told(work, *args, **kwargs):
    with pytest.raises(InputError) as caught:
        work(*args, **kwargs)
    return [str(fault) for fault in caught.value.faults]


def test_draws_are_names_in_their_order_cell_by_cell(registry):
    cells = read(registry)
    assert cells.draws == ("12", "7")
    parameters = {group.entry.name: group.parameters for group in cells.groups}
    assert parameters["hill"]["scale"].tolist() == [11.0, 10.0]
    assert parameters["tanh"]["spend_scale"].tolist() == [4.0, 3.0]


def test_rows_per_draw_in_the_cells_table_are_the_same(registry):
    whole = table(DRAWS).merge(table(CELLS), on=["channel", "segment"])
    for frame in (whole, whole.sample(frac=1.0, random_state=2)):
        one, other = read_cells(frame, registry, Budget(total=100.0)), read(registry)
        assert one.draws == other.draws
        for cell in range(2):
            mine = one.labels.index[one.labels["segment"] == other.labels["segment"][cell]][0]
            assert one.value[mine] == other.value[cell]
        parts = [{group.entry.name: group.parameters for group in read_.groups} for read_ in (one, other)]
        for family, parameters in parts[0].items():
            for name, values in parameters.items():
                assert np.array_equal(values, parts[1][family][name])


MISTAKES = {
    "a missing draw": ("tv,old,7,8,,,3\n", "", ["draws: 'tv, old' lacks 1 of 2 draws, the first of them '7'; wanted: the same draws for every channel and segment"]),
    "a draw twice": ("tv,old,7", "tv,old,12", [
        "draws: 'tv, old' lacks 1 of 2 draws, the first of them '7'; wanted: the same draws for every channel and segment",
        "draws: row 4, column draw: draw '12' stands twice for 'tv, old'; wanted: each draw once per channel and segment"]),
    "NaN": ("new,12,11", "new,12,nan", ["draws: row 2, column scale: 'nan' is no finite number; wanted: a number of at least 0"]),
    "no name": ("new,7", "new,", [
        "draws: 'tv, new' lacks 1 of 2 draws, the first of them '7'; wanted: the same draws for every channel and segment",
        "draws: row 1, column draw: the cell is empty; wanted: text"]),
    "an unknown cell": ("tv,new,7", "tv,nwe,7", [
        "draws: 'tv, new' lacks 1 of 2 draws, the first of them '7'; wanted: the same draws for every channel and segment",
        "draws: row 1, column channel: no cell is called 'tv, nwe'; wanted: a channel and segment of the cells table"]),
    "no draws of a cell": ("tv,old,12,9,,,4\ntv,old,7,8,,,3\n", "", ["draws: 'tv, old' has no draws; wanted: the same draws for every channel and segment"]),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_in_the_draws_is_told_whole(what, registry):
    old, new, said = MISTAKES[what]
    assert old in DRAWS
    assert told(read, registry, draws=DRAWS.replace(old, new, 1)) == said


def test_both_tables_tell_their_mistakes_at_once(registry):
    said = told(read, registry, CELLS.replace(",2,", ",-2,"), DRAWS.replace("11,6", "11,x"))
    assert [line.split(":")[0] for line in said] == ["cells", "draws"]


def test_only_parameters_may_differ_between_draws(registry):
    whole = table(DRAWS).merge(table(CELLS), on=["channel", "segment"])
    whole.loc[1, "curve"], whole.loc[2, "value"] = "log", "4"
    said = told(read_cells, whole, registry, Budget(total=100.0))
    assert said == [
        "cells: row 2, column curve: 'log' differs from 'hill' in row 1, another draw of 'tv, new'; "
        "wanted: the same in all draws of a cell: only parameters may differ",
        "cells: row 4, column value: '3' differs from '4' in row 3, another draw of 'tv, old'; "
        "wanted: the same in all draws of a cell: only parameters may differ",
    ]


def test_parameters_stand_in_one_table(registry):
    said = told(read, registry, CELLS.replace("region", "slope").replace("north", "1").replace("south", "1"))
    assert said == [
        "cells: column 'slope' stands here and belongs to the table 'draws'; wanted: parameters in one of the two "
        "tables; try: leave the column slope out here"
    ]


def test_half_a_million_rows_are_read_as_arrays(registry):
    cells, draws = 50, 200
    names = [f"c{k}" for k in range(cells)]
    frame = pd.DataFrame({"channel": names, "curve": "michaelis-menten"})
    rows = pd.DataFrame({"channel": np.repeat(names, draws), "draw": np.tile(np.arange(draws), cells)})
    rows["scale"], rows["half_saturation"] = np.arange(len(rows), dtype=float), 1.0
    read_ = read_cells(frame, registry, Budget(total=1.0), draws=rows)
    assert len(read_.draws) == draws
    order = np.argsort([str(k) for k in range(draws)])
    assert np.array_equal(read_.groups[0].parameters["scale"].reshape(cells, draws)[3], 3 * draws + order)


POINTS = "channel,segment,draw,spend,response\na,x,1,10,5\na,x,2,10,6\nb,x,2,10,7\nb,x,1,20,8\n"


def test_points_are_read_per_cell_and_draw():
    labels = pd.DataFrame({"channel": ["b", "a"], "segment": ["x", "x"]})
    points, draws = read_points(table(POINTS), labels, np.array([0, 1]))
    assert draws == ("1", "2")
    assert points[["cell", "response"]].to_numpy().tolist() == [[0, 8], [1, 7], [2, 5], [3, 6]]


@pytest.mark.parametrize(
    ("text", "known", "said"),
    [
        (POINTS.replace("b,x,1", "b,x,3"), None, ["points: no points for 'a, x' in draw '3'", "points: no points for 'b, x' in draw '1'"]),
        (POINTS, ("1", "2", "9"), ["points: draw '9' is of the other cells alone"]),
        (POINTS.replace("draw,", "").replace(",1,", ",").replace(",2,", ","), ("1",), ["points: there is no column 'draw', and the other cells have parameters per draw"]),
    ],
)  # fmt: skip
def test_a_mistake_in_the_points_draws_is_told(text, known, said):
    labels = pd.DataFrame({"channel": ["a", "b"], "segment": ["x", "x"]})
    found = told(read_points, table(text), labels, np.array([0, 1]), draws=known)
    assert [line.split(";")[0] for line in found] == said
