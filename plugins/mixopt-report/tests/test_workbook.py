"""The workbook as another program reads it: sheets, totals, formats, harmless names, the same bytes each time."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
from dataclasses import replace

import openpyxl
import pytest
from mixopt_report.book import inputs, shown
from mixopt_report.book.pen import sheet_name
from mixopt_report.book.render import workbook

from mixopt.plan.result import make_result
from mixopt.scope.xlsx import read_grids

SHEETS = [
    *("Summary", "Allocation", "Changes", "Measures", "Rules", "Curves", "Curve data", "Assumptions"),
    *("Input", "Settings", "Table shocks"),
]
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "{=1+1}",
    "'quoted'",
    "http://evil.example",
    "01",
    "NA",
    "\u05e2\u05d1\u05e8\u05d9\u05ea",
    "x" * 200,
    "_x0041_",
    "a*b?c~",
    "tab\tbell\x07",
)
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(scope="module")
def content(result):
    return workbook(result)


def opened(content, *, values=True):
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


def formulas(content):
    book = opened(content, values=False)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def test_the_same_result_gives_the_same_bytes(result, content):
    assert workbook(result) == content


def test_the_sheets_stand_in_reading_order_with_frozen_panes_names_and_charts(content):
    book = opened(content)
    assert book.sheetnames == SHEETS
    assert [name for name in SHEETS if book[name].freeze_panes is None] == ["Summary"]
    named = {"allocation", "changes", "measures", "rules", "curve_data", "budget", "input", "settings"}
    assert named <= set(book.defined_names)
    assert [len(book[name]._charts) for name in ("Summary", "Changes", "Curves")] == [1, 1, 1]
    assert book["Allocation"]["C6"].number_format.startswith('"£"')


def test_every_total_is_a_formula_that_holds_what_the_run_says(result, content):
    values, written = opened(content)["Allocation"], formulas(content)
    for k, name in enumerate(["today", *result.plans]):
        made = result.columns[name]
        spend, returns = values.cell(4, 3 + k), values.cell(4, 6 + k)
        assert written["Allocation", spend.coordinate].startswith("=SUM(")
        assert spend.value == pytest.approx(made.spend.sum(), rel=1e-12)
        assert returns.value == pytest.approx(made.returns.sum(), rel=1e-12)
        assert values.cell(4, 9 + k).value == pytest.approx(made.returns.sum() / made.spend.sum())
    changes = opened(content)["Changes"]
    channels = {row[0].value: row for row in changes.iter_rows(min_row=5)}
    spends = {name: made.by(made.spend, "channel") for name, made in result.columns.items()}
    for channel, spend in spends["balanced"].items():
        assert channels[channel][5].value == pytest.approx(spend)
        assert channels[channel][6].value == pytest.approx(spend - spends["today"][channel], abs=1e-4)


def test_numbers_are_the_run_s_to_the_digit(result, content):
    grid = read_grids(content, "plan.xlsx")["Input"]
    table = grid.table(9)
    assert [float(text) for text in table["[balanced]"]] == result.plans["balanced"].spend.tolist()
    assert [float(text) for text in table["current_spend"]] == result.problem.scope.current_spend.tolist()


@pytest.fixture(scope="module")
def hostile(case):
    made = case(channels=[f"c{k}" for k in range(len(HOSTILE))], segments=["s0"])
    problem = made.problem()
    spends = made.spends(problem)
    cells = problem.scope.cells.copy()
    cells["channel"] = list(HOSTILE)
    cells["segment"] = [f"={name}" for name in HOSTILE]
    changed = replace(problem, scope=replace(problem.scope, cells=cells))
    results = [
        make_result(one, {name: made.plan(one, name, spend) for name, spend in spends.items()})
        for one in (problem, changed)
    ]
    return [workbook(one) for one in results]


def test_hostile_names_are_text_and_no_more_is_a_formula_than_with_harmless_ones(hostile):
    harmless, nasty = (formulas(content) for content in hostile)
    assert len(nasty) == len(harmless)
    assert {key for key in nasty if key[0] != "Summary"} == {key for key in harmless if key[0] != "Summary"}
    assert not [value for value in nasty.values() if "HYPERLINK" in value or "cmd" in value]
    book = opened(hostile[1])
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    shown_names = [book["Allocation"].cell(row, 1).value for row in range(6, 6 + len(HOSTILE))]
    assert shown_names[:-3] == list(HOSTILE[:-3])
    assert shown_names[-2:] == ["a*b?c~", "tab\ufffdbell\ufffd"]
    sheet = read_grids(hostile[1], "plan.xlsx")["Input"].table(9)
    assert sheet["channel"].tolist() == [*HOSTILE[:-1], "tab\tbell\ufffd"]
    assert sheet["segment"].tolist()[:-1] == [f"={name}" for name in HOSTILE[:-1]]


def test_what_has_no_data_has_no_sheet(case):
    alone = case(today=False, shocks=False, plans={"only": {"objective": [{"kind": "response"}]}})
    book = opened(workbook(alone.result()))
    assert "Table shocks" not in book.sheetnames
    assert book["Changes"]["A1"].value == "Spend by channel"
    assert "current_spend" not in [cell.value for cell in book["Input"][9]]


def test_a_plan_that_does_not_exist_is_told_of(case):
    made = case(shocks=False)
    problem = made.problem()
    nothing = {
        name: made.plan(
            problem,
            name,
            spend,
            evaluation=None,
            objective=None,
            bound=None,
            gap=None,
            status="no-plan",
            reason="time-limit",
            rule_levels=(),
        )
        for name, spend in made.spends(problem).items()
    }
    book = opened(workbook(make_result(problem, nothing)))
    assert "not found" in [cell.value for row in book["Summary"].iter_rows() for cell in row]
    assert "Input" in book.sheetnames


def test_more_cells_than_a_workbook_bears_are_summed_and_it_says_so(case, monkeypatch):
    monkeypatch.setattr(shown, "MOST_CELLS", 7)
    monkeypatch.setattr(inputs, "MOST_CELLS", 7)
    made = case().result()
    content = workbook(made)
    book = opened(content)
    assert book["Allocation"]["A2"].value.startswith("8 cells are more than the 7 that a workbook shows")
    assert [book["Allocation"].cell(row, 1).value for row in range(6, 10)] == [
        *made.problem.scope.names("channel")
    ]
    assert book["Input"]["A2"].value == (
        "This workbook cannot be read back: 8 cells are more than the 7 that a workbook holds for editing. "
        "Edit the config and its tables instead."
    )
    assert "Settings" not in book.sheetnames
    assert not [f for (sheet, _), f in formulas(content).items() if "Allocation" in f and sheet == "Changes"]


def test_names_of_sheets_are_ones_that_a_workbook_bears():
    taken: dict[str, str] = {}
    asked = [
        "Table " + "x" * 40,
        "Table " + "x" * 41,
        "a/b\\c?*[d]:",
        "'",
        "history",
        "\U0001f469" * 31,
        "A",
        "a",
    ]
    for name in asked:
        taken[name] = sheet_name(name, taken)
    assert len({name.casefold() for name in taken.values()}) == len(asked)
    assert all(0 < len(name.encode("utf-16-le")) <= 62 for name in taken.values())
    assert not [name for name in taken.values() if set(name) & set("[]:*?/\\") or name.strip("'") != name]


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-calc")
    profile = tmp_path_factory.mktemp("profile")

    def converted(file, ending):
        command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", ending, "--outdir", str(file.parent / "out"), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return file.parent / "out" / f"{file.stem}.{ending}"

    return converted


def without_values(content):
    """Return the workbook with no value stored beside any formula: what opens it must calculate."""
    book = opened(content, values=False)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("which", ["plain", "hostile"])
def test_libreoffice_calculates_the_same_numbers(content, hostile, office, tmp_path, which):
    whole = content if which == "plain" else hostile[1]
    file = tmp_path / "plan.xlsx"
    file.write_bytes(without_values(whole))
    assert list(formulas(file.read_bytes())) == list(formulas(whole))
    calculated, ours = opened(office(file, "xlsx").read_bytes()), opened(whole)
    compared = 0
    for sheet, place in formulas(whole):
        there, here = calculated[sheet][place].value, ours[sheet][place].value
        if isinstance(here, (int, float)):
            assert math.isclose(there, here, rel_tol=1e-9, abs_tol=2e-4), (sheet, place, there, here)
            compared += 1
        else:
            assert there in (here, None, "")
    assert compared > 60


@pytest.mark.slow
def test_libreoffice_saves_a_workbook_that_reads_back_alike(content, office, tmp_path):
    file = tmp_path / "plan.xlsx"
    file.write_bytes(content)
    again = read_grids(office(file, "xlsx").read_bytes(), "plan.xlsx")
    before = read_grids(content, "plan.xlsx")
    for sheet in ("Settings", "Table shocks"):
        assert again[sheet].rows == before[sheet].rows
    first, second = before["Input"].table(9), again["Input"].table(9)
    assert list(first.columns) == list(second.columns)
    for name in first:
        for a, b in zip(first[name], second[name], strict=True):
            assert a == b or math.isclose(float(a), float(b), rel_tol=1e-14), (name, a, b)
