"""The wide sheet that planners have: read with its totals checked, each mistake told by its cell."""

# ruff: noqa: E501 - messages stand whole

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from mixopt_report.workbook.wide import Wide, WideSettings

from mixopt import InputError

CURVES = "channel,segment,curve,scale,half_saturation\nTV,new,michaelis-menten,300,80\nTV,old,michaelis-menten,200,70\n01,new,michaelis-menten,100,30\n01,old,michaelis-menten,90,20\n"
ROWS = [
    ["Media plan 2027"],
    [],
    [None, "new", "old", "Total"],
    ["TV", 200, 120.5, 320.5],
    ["01", 80, None, 80],
    ["Total", 280, 120.5, 400.5],
    [],
    ["Notes: signed in March"],
]


@pytest.fixture
def wide(tmp_path):
    """Return a function that writes a sheet and reads it."""

    def reading(rows=ROWS, *, curves=CURVES, change=None, **settings):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if change is not None:
            change(book)
        book.save(tmp_path / "media.xlsx")
        (tmp_path / "curves.csv").write_text(curves)
        return Wide(WideSettings(file=tmp_path / "media.xlsx", curves="curves.csv", **settings))

    return reading


def told(importer):
    with pytest.raises(InputError) as caught:
        importer.read()
    return [line.removeprefix("media.xlsx: sheet Sheet, ") for line in str(caught.value).splitlines()]


def test_amounts_meet_their_curves(wide):
    importer = wide()
    cells = importer.read()["cells"]
    assert cells["current_spend"].map(float).tolist() == [200, 120.5, 80, 0]
    assert importer.replay() == 0.0
    assert "current_spend" not in wide(into="upper").read()["cells"]


def test_periods_are_summed_and_their_heads_may_be_dates(wide):
    weeks = [dt.date(2027, 1, 4) + dt.timedelta(weeks=k) for k in range(3)]
    rows = [["Channel", *weeks], ["TV", 1, 2, 3.5], ["Search", 0.1, 0.2, None]]
    curves = "channel,curve,scale,half_saturation\nSearch,michaelis-menten,1,1\nTV,michaelis-menten,1,1\n"
    cells = wide(rows, curves=curves, across="period").read()["cells"]
    assert cells["current_spend"].map(float).tolist() == [pytest.approx(0.3), 6.5]


def test_money_formats_and_percentages_are_numbers(wide):
    def change(book):
        book.active["B4"].number_format = '"£"#,##0'
        book.active["C4"].number_format = "0%"

    assert wide(change=change).read()["cells"]["current_spend"].map(float).tolist() == [200, 120.5, 80, 0]


def test_every_mistake_is_told_by_its_cell(wide):
    rows = [[None, "new", "old", "new"], ["TV", "12,5", "£300", -4], ["tv", "n/a", 2, 3, 9], [None, 1]]
    assert told(wide(rows)) == [
        "cell A3: 'tv' stands already in A2; wanted: each name once",
        "cell A4: the row has no name; wanted: a channel",
        "cell D1: 'new' stands already in B1; wanted: each name once",
        "cell E3: its column has no head; wanted: a head",
        "cell B2: '12,5' is no amount; wanted: an amount of at least 0, or an empty cell; try: a decimal point: 12.5",
        "cell C2: '£300' is no amount; wanted: an amount of at least 0, or an empty cell; try: a number, formatted as money if you like, not text",
        "cell D2: '-4' is no amount; wanted: an amount of at least 0, or an empty cell; try: a number, formatted as money if you like, not text",
        "cell B3: 'n/a' is no amount; wanted: an amount of at least 0, or an empty cell",
    ]


def test_totals_must_be_right(wide):
    rows = [list(row) for row in ROWS]
    rows[3][3] = 321
    rows[5][2] = 0
    assert told(wide(rows)) == [
        "cell D4: the total says 321, and its parts add up to 320.5; wanted: one truth; try: correct the one or the other, or leave the total out",
        "cell C6: the total says 0, and its parts add up to 120.5; wanted: one truth; try: correct the one or the other, or leave the total out",
    ]


def test_names_must_meet_both_ways(wide):
    rows = [[None, "new", "old"], ["Tv", 1, 2], ["radio", 3, 4]]
    assert told(wide(rows)) == [
        "cell B2: there is no curve for 'Tv, new'; wanted: one of those in curves.csv; try: write it as TV, new",
        "cell C2: there is no curve for 'Tv, old'; wanted: one of those in curves.csv; try: write it as TV, old",
        "cell B3: there is no curve for 'radio, new'; wanted: one of those in curves.csv",
        "cell C3: there is no curve for 'radio, old'; wanted: one of those in curves.csv",
        *(
            f"curves.csv: the sheet has no amount for '{key}'; wanted: the same names in both"
            for key in ("TV, new", "TV, old", "01, new", "01, old")
        ),
    ]


def test_merged_cells_and_formulas_without_values_are_told(wide):
    def change(book):
        book.active.merge_cells("A4:A5")
        book.active["C5"] = "=1+1"

    assert [line.split(";")[0] for line in told(wide(change=change))] == [
        "cell C5: a formula without a stored value",
        "cell A4: the cells A4:A5 are merged",
        "cell A5: the row has no name",
    ]


def test_what_is_no_wide_sheet_is_refused(wide):
    assert told(wide([["only a title"]])) == [
        "media.xlsx: sheet Sheet: there is no table; wanted: a row of heads, and a row per channel"
    ]
    several = wide(change=lambda book: book.create_sheet("other").append([1]))
    assert told(several) == [
        "media.xlsx: 2 sheets hold something; wanted: one of Sheet, other; try: --option sheet=Sheet"
    ]
    assert "several rows" in told(wide(across="period"))[0]
    assert "no column 'segment'" in told(wide(curves="channel,curve\nTV,hill\n"))[0]
