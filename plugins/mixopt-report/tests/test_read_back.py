"""A workbook that nobody edited gives its run again, to the digit; one that somebody edited gives what they asked for."""

# ruff: noqa: E501 - messages stand whole

from __future__ import annotations

import copy

import numpy as np
import openpyxl
import pandas as pd
import pytest
from mixopt_report.book.render import workbook
from mixopt_report.book.values import flat, grown, path_of, path_text, value_of, value_text

import mixopt
from mixopt import InputError
from mixopt.testing import small_tables

CONFIG = {
    "mixopt": 1,
    "name": "small",
    "currency": "EUR",
    "budget": {"total": 400.0},
    "data": {"cells": "cells", "shocks": "shocks"},
    "constraints": [{"name": "tv floor", "kind": "spend", "where": {"channel": "tv"}, "at_least": 50}],
    "plans": {
        "pure-roi": {"objective": [{"kind": "response"}]},
        "Plan B": {
            "objective": [{"kind": "response"}, {"kind": "brand", "weight": 0.5, "name": "=1+1"}],
            "constraints": [{"kind": "keep", "term": "response", "of": "pure-roi", "at_least": "97%"}],
        },
    },
    "solver": {"gap": 1e-3},
}


def tables():
    made = small_tables()
    cells = made["cells"]
    cells["channel"] = cells["channel"].replace({"radio": "01", "social": "NA"})
    cells["upper"] = ["", "300", *["250.5"] * (len(cells) - 2)]
    cells["lock"] = ["x", "007"] * (len(cells) // 2)
    cells["[odd"] = "=1+1"
    cells["scale"] = cells["scale"] / 3
    return made | {"cells": cells}


@pytest.fixture(scope="module")
def solved():
    result = mixopt.run(CONFIG, tables=tables())
    return result, workbook(result)


@pytest.fixture
def plan(solved, tmp_path):
    """Return the workbook as a file, and a function that edits its cells as another program would."""
    file = tmp_path / "plan.xlsx"
    file.write_bytes(solved[1])

    def edit(*changes, sheet="Input"):
        book = openpyxl.load_workbook(file)
        for address, value in changes:
            book[sheet][address] = value
        book.save(file)
        return file

    return file, edit


def column(file, name):
    heads = openpyxl.load_workbook(file)["Input"][9]
    return next(cell.column_letter for cell in heads if cell.value == name)


def same(first, second):
    for name, one in first.plans.items():
        other = second.plans[name]
        assert np.array_equal(one.spend, other.spend)
        assert (one.objective, one.bound, one.status) == (other.objective, other.bound, other.status)
    return first.contrast.equals(second.contrast)


def test_nothing_edited_nothing_changed(solved, plan):
    again = mixopt.run(plan[0])
    assert same(solved[0], again)
    assert again.problem.scope.cells.equals(
        solved[0].problem.scope.cells[list(again.problem.scope.cells.columns)]
    )
    assert again.problem.uncapped.tolist() == [True, *[False] * 7]
    assert again.name == "small"


def test_reading_back_twice_is_reading_back_once(plan, tmp_path):
    once = mixopt.run(plan[0])
    (tmp_path / "second.xlsx").write_bytes(workbook(once))
    twice = mixopt.run(tmp_path / "second.xlsx")
    assert once.hash == twice.hash
    assert workbook(twice) == workbook(once)


def test_edits_are_those_of_the_config(solved, plan):
    file, edit = plan
    edit(("B4", 450), ("B5", "at-most"), ("C10", 60), ("D11", 80.5))
    cells = tables()["cells"]
    assert cells["channel"].tolist()[:2] == ["tv", "tv"]
    cells["lower"] = [60.0, *[0.0] * 7]
    cells["upper"] = ["", "80.5", *["250.5"] * 6]
    config = copy.deepcopy(CONFIG) | {"budget": {"total": 450, "rule": "at-most"}}
    expected = mixopt.run(config, tables=tables() | {"cells": cells})
    got = mixopt.run(file)
    for name, one in expected.plans.items():  # the other program writes 16 digits
        assert got.plans[name].spend == pytest.approx(one.spend, rel=1e-6, abs=1e-6)
        assert got.plans[name].objective == pytest.approx(one.objective, rel=1e-9)
    assert got.problem.scope.upper[0] == 450  # no ceiling of its own: the budget, whatever it is now


def test_a_lock_is_an_amount_or_today_or_a_plan(solved, plan):
    file, edit = plan
    edit(("E10", 33.25), ("E11", "Today"), ("E12", "plan b"), ("E13", 0))
    plans = mixopt.run(file, plans=["pure-roi"]).plans
    first = solved[0]
    today = first.problem.scope.current_spend[1]
    assert plans["pure-roi"].spend[:4] == pytest.approx(
        [33.25, today, first.plans["Plan B"].spend[2], 0], abs=1e-9
    )


def test_rows_may_move_and_columns_too(solved, plan):
    file, _ = plan
    book = openpyxl.load_workbook(file)
    sheet = book["Input"]
    sheet.insert_rows(3, 2)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=11)]
    for k, row in enumerate(rows, 11):
        for c, value in enumerate(reversed(row), 1):
            cell = sheet.cell(k, c)
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(file)
    again = mixopt.run(file)
    for name, one in solved[0].plans.items():
        assert again.plans[name].spend == pytest.approx(one.spend, rel=1e-9)


def test_every_mistake_in_the_sheets_is_told_by_its_cell(plan):
    file, edit = plan
    edit(("E10", "maybe"), ("E11", "12,5"), ("E12", "-3"), ("C13", "=1+1"))
    edit(("A7", "no path!"), ("A8", "name"), sheet="Settings")
    with pytest.raises(InputError) as caught:
        mixopt.run(file)
    assert str(caught.value).splitlines() == [
        "plan.xlsx: sheet Settings, cell A7: 'no path!' is no path; wanted: a path such as plans.balanced.objective[1].weight",
        "plan.xlsx: sheet Settings, cell A8: the path stands twice; wanted: it once",
        "plan.xlsx: sheet Input, cell C13: a formula without a stored value; wanted: a value; try: open it in a spreadsheet program and save it again",
    ]
    edit(("C13", 1), ("C14", "ten"))
    edit(("A7", "currency"), ("A8", "constraints[0].name"), sheet="Settings")
    with pytest.raises(InputError) as caught:
        mixopt.run(file)
    assert str(caught.value).splitlines() == [
        "plan.xlsx: sheet Input, cell E10 (lock): 'maybe' is no amount; wanted: an amount of at least 0, or one of plan b, pure-roi, today",
        "plan.xlsx: sheet Input, cell E11 (lock): '12,5' is no amount; wanted: an amount of at least 0, or one of plan b, pure-roi, today; try: a decimal point: 12.5",
        "plan.xlsx: sheet Input, cell E12 (lock): '-3' is no amount; wanted: an amount of at least 0, or one of plan b, pure-roi, today",
        "plan.xlsx: sheet Input, cell C14 (lower): 'ten' is no finite number; wanted: a number of at least 0, currency",
    ]
    assert caught.value.exit_code == 2


def test_every_mistake_in_the_cells_table_is_told_by_its_cell(plan):
    file, edit = plan
    scale = column(file, "scale")
    edit(("C10", "ten"), ("D11", -5), ("C12", 400), (f"{scale}13", None), ("A14", "TV"))
    with pytest.raises(InputError) as caught:
        mixopt.run(file)
    told = str(caught.value).splitlines()
    assert [line.split(": ")[1] for line in told] == [
        "sheet Input, cell C10 (lower)",
        "sheet Input, cell D11 (upper)",
        "sheet Input, cell C12 (lower)",
        f"sheet Input, cell {scale}13 (scale)",
        "sheet Input, cell A14 (channel)",
    ]
    assert "lower 400 is above upper 250.5" in told[2]


def test_every_mistake_in_the_settings_is_told_by_its_cell(plan):
    file, edit = plan
    edit(("B4", "a lot"))
    settings = openpyxl.load_workbook(file)["Settings"]
    rows = {row[0].value: row[0].row for row in settings.iter_rows(min_row=5)}
    gap, kind = rows["solver.gap"], rows['plans."Plan B".objective[1].kind']
    edit((f"B{gap}", 7), (f"B{kind}", "brandd"), sheet="Settings")
    with pytest.raises(InputError) as caught:
        mixopt.run(file)
    told = str(caught.value).splitlines()
    assert sorted(line.split("; ")[0].split(": ", 2)[1] for line in told) == sorted(
        ["sheet Input, cell B4", f"sheet Settings, cell B{gap}", f"sheet Settings, cell B{kind}"]
    )
    assert "'a lot'" in str(caught.value)
    assert "brand" in str(caught.value)


def test_other_workbooks_are_no_configs(tmp_path):
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match=r"other\.xlsx: there is no sheet 'Input' and no sheet 'Settings'"):
        mixopt.run(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="there is no file"):
        mixopt.run(tmp_path / "none.xlsx")


def test_a_workbook_becomes_a_config_folder(solved, plan, tmp_path):
    from mixopt.cli.import_tables import import_tables

    code = import_tables("workbook", plan[0], tmp_path / "new", [], budget=None, currency="XXX", as_json=True)
    assert code == 0
    assert same(solved[0], mixopt.run(tmp_path / "new" / "config.yaml"))


@pytest.mark.parametrize(
    "document",
    [
        CONFIG,
        {
            "a": {},
            "b": [],
            "c": [[1, 2], [3]],
            "d": None,
            "e": True,
            "f": "true",
            "g": "1e6",
            "h": 0.1,
            "i": ' "x" ',
        },
        {"plans": {"a.b": 1, "[0]": 2, "": 3, "\u05e2": "null", '"': "x\ny"}, "z": "", "y": "01", "x": "[]"},
    ],
)
def test_a_document_survives_as_paths_and_values(document):
    lines = [(path_text(loc), value_text(value)) for loc, value in flat(document)]
    leaves = {path_of(path): value_of(text) for path, text in lines}
    assert grown(leaves) == (document, [])


def test_paths_that_do_not_fit_are_told():
    leaves = {("a",): 1, ("a", "b"): 2, ("c", 0): 1, ("c", "d"): 2}
    assert grown(leaves)[1] == [("a", "b"), ("c", "d")]
    assert [path_of(text) for text in ("", "a b", "a..b", '"a', "a[x]", "a]")] == [None] * 6


def test_points_of_tabulated_curves_come_back(tmp_path):
    cells = pd.DataFrame({"channel": ["tv", "search"], "curve": "tabulated"})
    points = pd.DataFrame(
        {
            "channel": np.repeat(["tv", "search"], 4),
            "spend": [0, 10, 20, 40.5] * 2,
            "response": [0, 8 / 3, 5, 6.1, 0, 4, 5, 5.5],
        }
    )
    config = {
        "currency": "EUR",
        "budget": {"total": 30},
        "data": {"cells": "cells", "points": "points"},
        "plans": {"best": {"objective": [{"kind": "response"}]}},
    }
    first = mixopt.run(config, tables={"cells": cells, "points": points})
    (tmp_path / "plan.xlsx").write_bytes(workbook(first))
    assert same(first, mixopt.run(tmp_path / "plan.xlsx"))


def test_parameters_per_draw_come_back(tmp_path):
    chance = np.random.default_rng(3)
    cells = pd.DataFrame(
        {"channel": ["tv", "01"], "curve": ["hill", "michaelis-menten"], "current_spend": [20, 10]}
    )
    draws = pd.DataFrame(
        {
            "channel": np.repeat(["tv", "01"], 4),
            "draw": ["1", "2", "10", "x"] * 2,
            "scale": chance.uniform(40, 80, 8),
            "half_saturation": chance.uniform(5, 9, 8),
            "slope": [*chance.uniform(1, 2, 4), *[None] * 4],
        }
    ).astype({"slope": object})
    config = {
        "currency": "EUR",
        "budget": {"total": 30},
        "data": {"cells": "cells", "draws": "draws"},
        "plans": {"best": {"objective": [{"kind": "response"}]}},
    }
    first = mixopt.run(config, tables={"cells": cells, "draws": draws})
    (tmp_path / "plan.xlsx").write_bytes(workbook(first))
    again = mixopt.run(tmp_path / "plan.xlsx")
    assert again.problem.scope.draws == first.problem.scope.draws == ("1", "10", "2", "x")
    assert same(first, again)


def test_the_command_line_takes_a_workbook_and_leaves_with_2_where_it_is_wrong(plan, tmp_path, capsys):
    from mixopt.cli import main

    file, edit = plan
    assert main(["check", str(file), "--plan", "pure-roi"]) == 0
    assert "plan.xlsx: the config and its tables are right" in capsys.readouterr().out
    assert main(["run", str(file), "--plan", "pure-roi", "--out", str(tmp_path / "runs"), "--quiet"]) == 0
    assert len(list((tmp_path / "runs").glob("small-*/plan.xlsx"))) == 1
    edit(("E10", "x"))
    capsys.readouterr()
    assert main(["run", str(file), "--out", str(tmp_path / "none"), "--quiet"]) == 2
    assert "sheet Input, cell E10 (lock)" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
