"""Excel tables as pure text: written by another program, read exactly, refused with the address of each fault."""

# ruff: noqa: E501 - messages stand whole

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mixopt
from mixopt.errors import TableError
from mixopt.scope.frames import parse_frame, read_frame, read_workbook, sheet_of
from mixopt.scope.xlsx import read_grids


def book(rows, change=None, title="Sheet1"):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(workbook)
    return saved(workbook)


def saved(workbook):
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def faults(content, sheet=""):
    with pytest.raises(TableError) as caught:
        parse_frame(content, "t.xlsx", sheet)
    return str(caught.value).splitlines()


VALUES = [
    ("01", "01"),
    ("NA", "NA"),
    (" tv ", " tv "),
    ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ("12,5", "12,5"),
    ("60%", "60%"),
    ("<b>&amp;\n\u05e2\u05d1", "<b>&amp;\n\u05e2\u05d1"),
    (12, "12"),
    (12.0, "12"),
    (0.1, "0.1"),
    (1.5e-300, "1.5e-300"),
    (1.5e20, "1.5e+20"),
    (True, "TRUE"),
    (dt.date(2027, 1, 4), "2027-01-04"),
    (dt.datetime.fromisoformat("2027-01-04T18:30"), "2027-01-04 18:30:00"),
    (dt.time(18, 30), "18:30:00"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_cell_is_read_as_it_was_stored(value, text):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "a"
    cell = workbook.active["A2"]
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    assert parse_frame(saved(workbook), "t.xlsx")["a"].tolist() == [text]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("0%", "0.125"),
        ('[$£-809]#,##0.00;[Red]-"days"', "0.125"),
        ("0.00E+00", "0.125"),
        ("[h]:mm", "03:00:00"),
        ("d. mmm yyyy", "03:00:00"),
    ],
)
def test_only_formats_of_dates_make_dates(code, text):
    content = book([["a"], [0.125]], lambda book: setattr(book.active["A2"], "number_format", code))
    assert parse_frame(content, "t.xlsx")["a"].tolist() == [text]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@settings(max_examples=15)
def test_numbers_come_back_to_the_digit_that_was_written(numbers):
    frame = parse_frame(book([["x"], *([number] for number in numbers)]), "t.xlsx")
    assert [float(text) for text in frame["x"]] == [float(f"{number:.16g}") for number in numbers]


def test_rows_know_their_place_and_blank_ones_are_none():
    frame = parse_frame(book([[], ["a", "b"], ["x", 1], [], [None, 2]]), "t.xlsx")
    assert frame.index.tolist() == [3, 5]
    assert frame.to_numpy().tolist() == [["x", "1"], ["", "2"]]


def test_hidden_rows_are_rows():
    content = book([["a"], [1], [2]], lambda book: setattr(book.active.row_dimensions[2], "hidden", True))
    assert parse_frame(content, "t.xlsx")["a"].tolist() == ["1", "2"]


def test_all_that_is_no_value_is_told_at_once_by_address():
    def change(workbook):
        sheet = workbook.active
        sheet["B2"] = "=1+1"
        sheet["B3"] = "#REF!"
        sheet["B3"].data_type = "e"
        sheet["C4"] = 7
        sheet.merge_cells("A3:A4")

    assert faults(book([["a", "b"], ["x", 1], ["y", 2], ["z", 3]], change)) == [
        "t.xlsx: sheet Sheet1, cell B2: a formula without a stored value; wanted: a value; try: open it in a spreadsheet program and save it again",
        "t.xlsx: sheet Sheet1, cell B3: the error #REF!; wanted: a value",
        "t.xlsx: sheet Sheet1, cell A3: the cells A3:A4 are merged; wanted: one value per cell; try: unmerge them, and write the value into each",
        "t.xlsx: sheet Sheet1, cell C1: column C has no name, and there are values below; wanted: a name",
    ]


def test_a_column_stands_once():
    assert faults(book([["a", "a "], [1, 2]])) == [
        "t.xlsx: sheet Sheet1, cell B1: the column 'a' stands already in A1; wanted: each column once"
    ]


def test_bad_cells_of_a_table_are_told_by_address(tmp_path):
    rows = [
        ["channel", "curve", "scale", "half_saturation"],
        ["tv", "michaelis-menten", "12,5", 3],
        ["01", "michaelis-menten", -1, 4],
    ]
    (tmp_path / "cells.xlsx").write_bytes(book(rows))
    config = {
        "currency": "EUR",
        "budget": {"total": 10},
        "data": {"cells": str(tmp_path / "cells.xlsx")},
        "plans": {"best": {"objective": [{"kind": "response"}]}},
    }
    with pytest.raises(TableError) as caught:
        mixopt.run(config)
    assert str(caught.value).splitlines() == [
        "cells.xlsx: sheet Sheet1, cell C2 (scale): '12,5' is no finite number; wanted: a number of at least 0; try: a decimal point: 12.5",
        "cells.xlsx: sheet Sheet1, cell C3 (scale): '-1' is not at least 0; wanted: a number of at least 0",
    ]


def test_an_excel_table_gives_the_plan_of_the_same_csv_table(tmp_path):
    rows = [
        ["channel", "curve", "scale", "half_saturation"],
        ["NA", "michaelis-menten", 120.5, 40],
        ["01", "michaelis-menten", 80, 20],
    ]
    (tmp_path / "cells.xlsx").write_bytes(book(rows, lambda b: b.create_sheet("notes").append(["x"])))
    (tmp_path / "cells.csv").write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")
    spends = []
    for file in ("cells.csv", "cells.xlsx#Sheet1"):
        config = {
            "currency": "EUR",
            "budget": {"total": 60},
            "data": {"cells": str(tmp_path / file)},
            "plans": {"best": {"objective": [{"kind": "response"}]}},
        }
        allocation = mixopt.run(config).plans["best"].allocation
        spends.append(allocation[["channel", "spend"]].to_numpy().tolist())
    assert spends[0] == spends[1]
    assert [channel for channel, _ in spends[0]] == ["NA", "01"]


def test_the_sheet_is_named_where_several_hold_something(tmp_path):
    def change(workbook):
        workbook.create_sheet("second & last").append(["b"])
        hidden = workbook.create_sheet("hidden")
        hidden.append(["c"])
        hidden.sheet_state = "hidden"

    content = book([["a"]], change)
    assert faults(content) == [
        "t.xlsx: 2 sheets hold something: Sheet1, second & last; wanted: the sheet that is meant; try: t.xlsx#Sheet1"
    ]
    assert faults(content, "none") == [
        "t.xlsx: there is no sheet 'none'; wanted: one of Sheet1, second & last, hidden"
    ]
    (tmp_path / "t.xlsx").write_bytes(content)
    assert list(read_frame(f"{tmp_path}/t.xlsx#second & last").columns) == ["b"]
    assert [grid.visible for grid in read_workbook(tmp_path / "t.xlsx").values()] == [True, True, False]
    assert sheet_of("a#b/cells.csv") == ("a#b/cells.csv", "")


def test_dates_of_workbooks_that_count_from_1904():
    content = book(
        [["a"], [dt.date(2027, 1, 4)]], lambda b: setattr(b, "epoch", dt.datetime.fromisoformat("1904-01-01"))
    )
    assert parse_frame(content, "t.xlsx")["a"].tolist() == ["2027-01-04"]


def repacked(content, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


BOMB = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x>&b;</x>"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda n, d: BOMB if n.endswith("sheet1.xml") else d, "no Excel workbook, or a damaged one: xl/worksheets/sheet1.xml is no part of a workbook"),
        (lambda n, d: d[:-40] if n.endswith("sheet1.xml") else d, "no Excel workbook, or a damaged one: "),
        (lambda n, d: d if "rels" not in n else b"<x/>", "no Excel workbook, or a damaged one"),
        (lambda n, d: b"<x>" + b" " * 3_000_000 + b"</x>" if n.endswith("theme1.xml") else d, "a part of it unpacks to more than 200 times its size"),
    ],
)  # fmt: skip
def test_damaged_and_hostile_workbooks_are_refused(change, said):
    assert said in faults(repacked(book([["a"], [1]]), change))[0]


def test_files_that_are_no_workbooks_are_refused():
    whole = book([["a"], [1]])
    assert "protected by a password" in faults(b"\xd0\xcf\x11\xe0" + b"\0" * 100)[0]
    for content in (b"", b"a,b\n1,2\n", whole[: len(whole) // 2], b"PK\x03\x04" + b"\0" * 50):
        assert faults(content)[0].startswith("t.xlsx: no Excel workbook")


def test_two_far_cells_cost_nothing():
    grids = read_grids(book([["a"]], lambda b: b.active.cell(1_048_576, 16_384, 1)), "t.xlsx")
    assert grids["Sheet1"].text(1_048_576, 16_384) == "1"


def test_no_damage_becomes_another_error():
    chance = random.Random(7)
    whole = book([["channel", "x"], ["tv", 0.5], ["01", 2]])
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            parse_frame(bytes(content), "t.xlsx")
        except TableError:
            continue
