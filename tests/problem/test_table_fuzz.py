"""Whatever stands in a table: it is read whole and finite, or refused by an error that can be shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixopt.errors import TableError
from mixopt.problem.cells import read_cells
from mixopt.scope import Budget
from mixopt.scope.frames import parse_frame

TABLES = sorted((Path(__file__).resolve().parents[2] / "configs").glob("*/cells.csv"))
PIECES = [
    b",",
    b'"',
    b"\n",
    b"\r",
    b" ",
    b"NA",
    b"nan",
    b"-",
    b"1e400",
    b"1e-400",
    b"%",
    b"\xff",
    b"\x00",
    b";",
    b"\xe2\x80\xae",
    b"tv",
    b"0",
]
CELLS = [
    None,
    np.nan,
    np.inf,
    -1,
    0,
    1e16,
    10**400,
    True,
    "x",
    "",
    "5%",
    b"x",
    pd.NA,
    pd.NaT,
    [1],
    {"a": 1},
    "\u202e",
    np.float32(0.1),
]
MODEST = settings(
    max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def read_or_refused(frame, registry):
    """Anything but whole, finite cells or an error that can be shown fails the test."""
    try:
        cells = read_cells(frame, registry, Budget(total=100.0))
    except TableError as error:
        faults = error.faults
    else:
        arrays = [cells.value, cells.lower, cells.upper, *cells.weights.values()]
        arrays += [array for group in cells.groups for array in group.parameters.values()]
        assert all(np.isfinite(array).all() for array in arrays)
        assert len(cells.labels) == len(frame) == sum(len(group.cells) for group in cells.groups)
        assert (cells.lower <= cells.upper).all()
        return
    assert faults
    assert all(str(fault).isprintable() and len(str(fault)) < 2_000 for fault in faults)


@MODEST
@given(data=st.data())
def test_a_damaged_file_is_read_whole_or_refused(data, registry):
    content = bytearray(data.draw(st.sampled_from([path.read_bytes()[:3_000] for path in TABLES])))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content) - 1))
        what = data.draw(st.sampled_from(["flip", "insert", "cut"]))
        if what == "flip":
            content[place] ^= data.draw(st.integers(1, 255))
        elif what == "insert":
            content[place:place] = data.draw(st.sampled_from(PIECES))
        else:
            del content[place : place + data.draw(st.integers(1, 20))]
    try:
        frame = parse_frame(bytes(content), "cells.csv")
    except TableError:
        return
    read_or_refused(frame, registry)


@MODEST
@given(data=st.data())
def test_a_frame_with_anything_in_any_cell_is_read_whole_or_refused(data, registry):
    frame = pd.read_csv(data.draw(st.sampled_from(TABLES)))
    for _ in range(data.draw(st.integers(1, 3))):
        column = data.draw(st.sampled_from(list(frame.columns)))
        cells = frame[column].astype(object).to_list()
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.sampled_from(CELLS))
        frame[column] = pd.Series(cells, dtype=object)
    read_or_refused(frame, registry)


@pytest.mark.parametrize("kind", ["float32", "Float64", "Int64", "category", "object", "string"])
def test_a_frame_reads_the_same_in_any_type_that_holds_its_numbers(kind, registry):
    frame = pd.DataFrame({"channel": ["a", "b"], "curve": "linear", "scale": [1, 2], "hours": [3, 4]})
    other = frame.assign(scale=frame["scale"].astype(kind), hours=frame["hours"].astype(kind))
    first, second = (read_cells(one, registry, Budget(total=100.0)) for one in (frame, other))
    assert second.groups[0].parameters["scale"].tolist() == first.groups[0].parameters["scale"].tolist()
    assert second.weights["hours"].tolist() == [3.0, 4.0]
    pd.testing.assert_frame_equal(first.labels, second.labels)


def test_keys_in_the_index_are_told(registry):
    frame = pd.DataFrame({"channel": ["a"], "curve": ["linear"], "scale": [1]}).set_index("channel")
    with pytest.raises(TableError, match=r"there is no column 'channel'; .*try: frame.reset_index\(\)"):
        read_cells(frame, registry, Budget(total=1.0))


def test_an_index_called_line_is_no_line_of_a_file(registry):
    frame = pd.DataFrame(
        {"channel": ["a"], "curve": ["linear"], "scale": ["x"]}, index=pd.Index(["z"], name="line")
    )
    with pytest.raises(TableError, match="^cells: row 1, column scale: 'x' is no finite number"):
        read_cells(frame, registry, Budget(total=1.0))
