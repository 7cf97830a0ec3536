"""Tables as plugins read them: typed, aligned, and every bad cell named by table, row, column and value."""

# ruff: noqa: E501 - messages stand whole

from __future__ import annotations

import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt import Column, read_table
from mixopt.errors import PluginError, TableError
from mixopt.scope.frames import parse_frame

SHOCKS = (
    Column("shock", description="name of the shock"),
    Column("probability", "fraction", gt=0, le=1),
    Column("loss", "number", ge=0, unit="currency"),
    Column("note", required=False),
    Column("factor", "number", default=1.0, gt=0),
)
GOOD = "shock,probability,loss,note,factor\noutage,5%,100,,\nslump,0.2,1e3,seen in 2020,0.5\n"


def read(text, columns=SHOCKS, **options):
    return read_table(parse_frame(text.encode(), "shocks.csv"), columns, name="shocks", **options)


def faults(text, columns=SHOCKS, **options):
    with pytest.raises(TableError) as caught:
        read(text, columns, **options)
    return str(caught.value).splitlines()


def test_a_table_comes_back_typed_with_its_defaults():
    table = read(GOOD + "\n", keys=["shock"])
    assert list(table.columns) == ["shock", "probability", "loss", "note", "factor"]
    assert table["shock"].tolist() == ["outage", "slump"]
    assert table["probability"].tolist() == [0.05, 0.2]
    assert table["loss"].tolist() == [100.0, 1000.0]
    assert table["note"].tolist() == ["", "seen in 2020"]
    assert table["factor"].tolist() == [1.0, 0.5]
    assert table["probability"].dtype == table["factor"].dtype == np.float64
    assert isinstance(table.index, pd.RangeIndex)


def test_columns_that_are_left_out_get_their_default_or_stay_out():
    table = read("loss,shock,probability,region\n1,a,1,north\n")
    assert list(table.columns) == ["shock", "probability", "loss", "factor", "region"]
    assert table["factor"].tolist() == [1.0]
    assert table["region"].tolist() == ["north"]


BAD_CELLS = {
    "text": ("five", "'five' is no finite number; wanted: a number of at least 0, currency"),
    "nothing": ("", "the cell is empty; wanted: a number of at least 0, currency"),
    "spaces": ("  ", "the cell is empty; wanted: a number of at least 0, currency"),
    "nan": ("nan", "'nan' is no finite number; wanted: a number of at least 0, currency"),
    "inf": ("-inf", "'-inf' is no finite number; wanted: a number of at least 0, currency"),
    "true": ("true", "'true' is no finite number; wanted: a number of at least 0, currency"),
    "below": ("-1", "'-1' is not at least 0; wanted: a number of at least 0, currency"),
    "overflow": ("1e400", "'1e400' is no number of magnitude at most 1e+15 that a double can hold; wanted: a number of at least 0, currency"),
    "too large": ("1e16", "'1e16' is no number of magnitude at most 1e+15 that a double can hold; wanted: a number of at least 0, currency"),
    "underflow": ("1e-400", "'1e-400' is no number of magnitude at most 1e+15 that a double can hold; wanted: a number of at least 0, currency"),
    "5,000 digits": ("9" * 5_000, "'" + "9" * 79 + "…' is no number of magnitude at most 1e+15 that a double can hold; wanted: a number of at least 0, currency"),
    "percent": ("5%", "'5%' is no finite number; wanted: a number of at least 0, currency; try: a plain number, without %"),
    "decimal comma": ('"1,5"', "'1,5' is no finite number; wanted: a number of at least 0, currency; try: a decimal point: 1.5"),
    "thousands": ('"1,000"', "'1,000' is no finite number; wanted: a number of at least 0, currency; try: no separators between thousands"),
    "thousands of money": ('"12,000,000.50"', "'12,000,000.50' is no finite number; wanted: a number of at least 0, currency; try: no separators between thousands"),
    "spaces between thousands": ("12 000", "'12 000' is no finite number; wanted: a number of at least 0, currency; try: no separators between thousands"),
    "underscores": ("1_000", "'1_000' is no finite number; wanted: a number of at least 0, currency; try: no separators between thousands"),
    "currency": ("£5", "'£5' is no finite number; wanted: a number of at least 0, currency"),
    "hexadecimal": ("0x10", "'0x10' is no finite number; wanted: a number of at least 0, currency"),
    "other digits": ("٣", "'٣' is no finite number; wanted: a number of at least 0, currency"),
    "two numbers": ("1-2", "'1-2' is no finite number; wanted: a number of at least 0, currency"),
    "an escape": ("\x1b[31m", "'\\u001b[31m' is no finite number; wanted: a number of at least 0, currency"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_CELLS)
def test_a_bad_cell_is_named_with_its_row_line_column_and_value(what):
    written, said = BAD_CELLS[what]
    text = f"shock,probability,loss\na,1,0\n\nb,1,{written}\n"
    assert faults(text) == [f"shocks.csv: row 2 (line 4), column loss: {said}"]


def test_all_faults_come_at_once_in_the_order_of_the_table():
    text = "shock,probability,loss,factor\n,0,x,0\nA,120%,-1,\na,5,1,zero\n"
    assert faults(text, keys=["shock"]) == [
        "shocks.csv: row 1 (line 2), column shock: the cell is empty; wanted: text",
        "shocks.csv: row 1 (line 2), column probability: '0' is not above 0; wanted: a share such as 60% or 0.6 above 0 and of at most 1",
        "shocks.csv: row 1 (line 2), column loss: 'x' is no finite number; wanted: a number of at least 0, currency",
        "shocks.csv: row 1 (line 2), column factor: '0' is not above 0; wanted: a number above 0",
        "shocks.csv: row 2 (line 3), column probability: '120%' is not at most 1; wanted: a share such as 60% or 0.6 above 0 and of at most 1",
        "shocks.csv: row 2 (line 3), column loss: '-1' is not at least 0; wanted: a number of at least 0, currency",
        "shocks.csv: row 3 (line 4), column probability: '5' is not at most 1; wanted: a share such as 60% or 0.6 above 0 and of at most 1",
        "shocks.csv: row 3 (line 4), column factor: 'zero' is no finite number; wanted: a number above 0",
        "shocks.csv: row 3 (line 4), column shock: 'a' and 'A' in row 2 differ by case or spaces alone; wanted: one spelling for each name",
    ]


def test_missing_and_misspelt_columns_are_told_with_the_nearest_names():
    assert faults("Shock,propability,los,factr\na,1,1,1\n") == [
        "shocks.csv: there is no column 'shock'; wanted: text: name of the shock; try: rename column 'Shock'",
        "shocks.csv: there is no column 'probability'; wanted: a share such as 60% or 0.6 above 0 and of at most 1; try: rename column 'propability'",
        "shocks.csv: there is no column 'loss'; wanted: a number of at least 0, currency; try: rename column 'los'",
        "shocks.csv: column 'factr' looks like 'factor', which is not there; wanted: names that cannot be mistaken for another column; try: rename it to factor, or to something else",
    ]


def test_keys_that_stand_twice_are_named_with_both_rows():
    columns = [Column("channel"), Column("segment", default="all")]
    text = "channel,segment\ntv,all\nradio,\ntv,\ncafe\u0301,x\n tv ,all\ncaf\u00e9,x\n"
    assert faults(text, columns, keys=["channel", "segment"]) == [
        "shocks.csv: row 3 (line 4), column channel, segment: 'tv, all' stands already in row 1; wanted: each key once",
        "shocks.csv: row 5 (line 6), column channel, segment: 'tv, all' stands already in row 1; wanted: each key once",
        "shocks.csv: row 6 (line 7), column channel, segment: 'café, x' stands already in row 4; wanted: each key once",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tv\u202ev", "the name holds the invisible character U+202E; wanted: a name that people can see"),
        ("tv\u200b", "the name holds the invisible character U+200B; wanted: a name that people can see"),
        ("t\x07v", "the name holds the invisible character U+0007; wanted: a name that people can see"),
        ("x" * 501, "the name has 501 characters, more than 500; wanted: a name that people can see"),
    ],
)
def test_names_that_people_cannot_see_are_refused(name, said):
    assert faults(f"shock\n{name}\n", [Column("shock")]) == [
        f"shocks.csv: row 1 (line 2), column shock: {said}"
    ]


@pytest.mark.parametrize(
    "name", ["NA", "null", "01", "nan", "कन्नड़", "می‌خواهم", "👩‍💻", "=cmd()", "x" * 500, "a, b"]
)
def test_names_of_any_script_stay_what_they_are(name):
    assert read(f'shock\n"{name}"\n', [Column("shock")])["shock"].tolist() == [name]


def test_a_thousand_bad_cells_are_counted():
    told = faults("shock,probability,loss\n" + "a,1,x\n" * 1_000)
    assert len(told) == 21
    assert told[-1] == "shocks.csv: and 980 more bad cells"


def test_a_million_rows_take_seconds():
    n = 1_000_000
    frame = pd.DataFrame({"shock": np.arange(n), "probability": np.full(n, 0.5), "loss": np.arange(n) * 0.1})
    began = time.process_time()
    table = read_table(frame, SHOCKS, name="shocks", keys=["shock"])
    assert time.process_time() - began < 60
    assert table["loss"].to_numpy().tobytes() == frame["loss"].to_numpy().tobytes()


def test_numbers_of_a_frame_pass_through_exactly():
    values = np.array([0.1, 1 / 3, 1e-308, 5e-324, 1e15, 0.0])
    frame = pd.DataFrame({"shock": list("abcdef"), "probability": 1, "loss": values})
    table = read_table(frame, SHOCKS, name="shocks")
    assert table["loss"].to_numpy().tobytes() == values.tobytes()
    for kind in ("float32", "Float64", "int64", "Int16", "uint8"):
        whole = frame.assign(loss=pd.Series([1, 2, 3, 4, 5, 6], dtype=kind))
        assert read_table(whole, SHOCKS, name="shocks")["loss"].tolist() == [1, 2, 3, 4, 5, 6]
    mixed = frame.assign(loss=pd.Series([1, 2.5, "3", np.float64(4), Decimal("5.5"), " 6 "], dtype=object))
    assert read_table(mixed, SHOCKS, name="shocks")["loss"].tolist() == [1, 2.5, 3, 4, 5.5, 6]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, np.nan], "nan is no finite number"),
        ([1.0, np.inf], "inf is no finite number"),
        (pd.Series([1, 2], dtype=object).where([True, False], None), "the cell is empty"),
        (pd.array([1, None], dtype="Int64"), "the cell is empty"),
        (pd.Series([1, float("nan")], dtype=object), "nan is no finite number"),
        (pd.Series([1, True], dtype=object), "true is no finite number"),
        (pd.Series([1, b"5"], dtype=object), "b'5' is no finite number"),
        (pd.Series([1, pd.Timestamp("2027-01-04")], dtype=object), "2027-01-04 00:00:00 is no finite number"),
        ([1.0, 1e16], "1e+16 is no number of magnitude at most 1e+15 that a double can hold"),
        ([1, 10**17], "100000000000000000 is no number of magnitude at most 1e+15 that a double can hold"),
    ],
)
def test_a_bad_cell_of_a_frame_is_named_by_row(values, said):
    frame = pd.DataFrame({"shock": ["a", "b"], "probability": 1, "loss": values})
    with pytest.raises(TableError) as caught:
        read_table(frame, SHOCKS, name="shocks")
    assert (
        str(caught.value) == f"shocks: row 2, column loss: {said}; wanted: a number of at least 0, currency"
    )


def test_a_column_of_booleans_is_no_column_of_numbers():
    frame = pd.DataFrame({"shock": ["a"], "probability": [True], "loss": [1]})
    with pytest.raises(TableError, match="row 1, column probability: true is no finite number"):
        read_table(frame, SHOCKS, name="shocks")


@pytest.mark.parametrize(
    "values", [[1.0, 2.0], [True, False], [pd.Timestamp("2027-01-04")] * 2, [b"a", b"b"], [("a",), ("b",)]]
)
def test_names_of_a_frame_are_texts_or_whole_numbers(values):
    frame = pd.DataFrame({"shock": values})
    with pytest.raises(TableError, match=r"is no text; wanted: text; try: frame\['shock'\].astype\(str\)"):
        read_table(frame, [Column("shock")], name="shocks")
    assert read_table(pd.DataFrame({"shock": [1, 2]}), [Column("shock")], name="shocks")[
        "shock"
    ].tolist() == ["1", "2"]


def test_a_frame_with_strange_columns_is_refused():
    with pytest.raises(TableError) as caught:
        read_table(pd.DataFrame([[1, 2, 3]], columns=["a", 5, "a"]), [Column("a")], name="shocks")
    assert str(caught.value).splitlines() == [
        "shocks: the column name '5' is no text; wanted: names of columns; try: frame.columns.astype(str)",
        "shocks: the column 'a' stands twice, in places 1 and 3; wanted: each column once",
    ]


def test_the_given_frame_is_not_changed_and_its_index_does_not_matter():
    frame = pd.DataFrame({"shock": [" a", "b"], "probability": ["1", "1"], "loss": ["1", ""]}, index=[7, 7])
    before = frame.copy()
    with pytest.raises(TableError, match="shocks: row 2, column loss"):
        read_table(frame, SHOCKS, name="shocks")
    pd.testing.assert_frame_equal(frame, before)
    table = read_table(frame.iloc[:1], SHOCKS, name="shocks")
    table["loss"] = 0.0
    pd.testing.assert_frame_equal(frame, before)


def test_a_key_that_is_no_text_column_is_a_mistake_of_the_plugin():
    with pytest.raises(PluginError, match="the key 'loss' is no text column"):
        read(GOOD, keys=["loss"])


def test_an_empty_table_is_empty():
    assert len(read("shock,probability,loss\n", keys=["shock"])) == 0


@given(st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=20))
def test_numbers_survive_the_way_through_csv(values):
    frame = pd.DataFrame({"x": values})
    parsed = parse_frame(frame.to_csv(index=False).encode(), "t.csv")
    found = read_table(parsed, [Column("x", "number")], name="t")["x"].to_numpy()
    assert (found == frame["x"].to_numpy()).all()
