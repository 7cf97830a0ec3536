"""A run's folder tells what its certificate proves, or is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import mixopt
from mixopt.errors import ProofError
from mixopt.proof import ARRAYS, PROBLEM, read, verify, verify_run

CONFIG = {
    "mixopt": 1,
    "name": "small-run",
    "currency": "EUR",
    "budget": {"total": 300.0},
    "data": {"cells": "cells"},
    "constraints": [{"name": "tv", "kind": "spend", "where": {"channel": "=tv"}, "at_most": 120.0}],
    "plans": {
        "pure-roi": {"objective": [{"kind": "response"}]},
        "balanced": {
            "objective": [{"kind": "response"}, {"kind": "diversification", "price": 80.0}],
            "constraints": [{"kind": "keep", "term": "response", "of": "pure-roi", "at_least": "90%"}],
        },
        "impossible": {
            "objective": [{"kind": "response"}],
            "constraints": [
                {"name": "floor", "kind": "spend", "where": {"channel": "=tv"}, "at_least": 200.0}
            ],
        },
    },
}
CELLS = pd.DataFrame(
    {
        "channel": ["=tv", "search", "radio"],
        "curve": ["hill", "hill", "tabulated"],
        "scale": ["300", "200", ""],
        "half_saturation": ["100", "50", ""],
        "slope": ["2.5", "0.8", ""],
    }
)
POINTS = pd.DataFrame(
    {
        "channel": "radio",
        "segment": "all",
        "spend": [0.0, 50.0, 100.0, 200.0, 300.0],
        "response": [0, 60, 100, 140, 150],
    }
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    config = {**CONFIG, "data": {"cells": "cells", "points": "points"}}
    result = mixopt.run(config, tables={"cells": CELLS, "points": POINTS})
    return result.save(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def folder(saved, tmp_path):
    return shutil.copytree(saved, tmp_path / "run")


def resealed(folder):
    """Write the sums of all files into the summary anew, as a careful forger would."""
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    summary["files"] = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in summary["files"]
    }
    path.write_text(json.dumps(summary))


def told(folder, change):
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    change(summary)
    path.write_text(json.dumps(summary))


def table(folder, change):
    path = folder / "allocation.csv"
    rows = list(csv.reader(io.StringIO(path.read_text())))
    rows = change(rows) or rows
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue())
    resealed(folder)


def test_a_run_is_what_its_certificate_proves(small, folder):
    found = verify_run(folder, small.curves_of)
    assert [(plan.plan, plan.status) for plan in found.plans] == [
        ("pure-roi", "optimal"),
        ("impossible", "infeasible"),
        ("balanced", "optimal"),  # keeps something of the first, so it is solved last
    ]
    assert all(plan.rests_on == () for plan in found.plans)
    summary = json.loads((folder / "summary.json").read_text())
    for plan in (found.plans[0], found.plans[2]):
        assert plan.bound <= summary["plans"][plan.plan]["bound"] * (1 + 1e-9)


def test_two_runs_of_one_config_have_the_same_certificate(saved, tmp_path):
    config = {**CONFIG, "data": {"cells": "cells", "points": "points"}}
    again = mixopt.run(config, tables={"cells": CELLS, "points": POINTS}).save(tmp_path)
    for name in (ARRAYS, PROBLEM):
        assert (again / name).read_bytes() == (saved / name).read_bytes()


def test_5_times_and_versions_may_say_anything(small, folder):
    def change(summary):
        summary["plans"]["pure-roi"]["seconds"] = 1e9
        summary["versions"] = {}

    told(folder, change)
    verify_run(folder, small.curves_of)


def raised(*path, by=1.001):
    def change(summary):
        for key in path[:-1]:
            summary = summary[key]
        summary[path[-1]] = summary[path[-1]] * by

    return change


def put(value, *path):
    def change(summary):
        for key in path[:-1]:
            summary = summary[key]
        summary[path[-1]] = value

    return change


SUMMARIES = {
    "1-objective": (raised("plans", "pure-roi", "objective"), "summary-objective"),
    "2-bound": (raised("plans", "pure-roi", "bound", by=1 - 1e-6), "summary-bound"),
    "3-gap": (put(0.5, "plans", "pure-roi", "gap"), "summary-gap"),
    "4-status": (put("feasible", "plans", "pure-roi", "status"), "summary-status"),
    "4-infeasible-plan-with-objective": (put(1.0, "plans", "impossible", "objective"), "summary-objective"),
    "spend": (raised("plans", "balanced", "spend"), "summary-spend"),
    "objective-text": (put("much", "plans", "pure-roi", "objective"), "summary-objective"),
    "objective-flag": (put(True, "plans", "pure-roi", "objective"), "summary-objective"),  # noqa: FBT003
    "another-plan": (put({"status": "optimal", "objective": 1.0}, "plans", "better"), "summary-plans"),
    "plan-missing": (lambda summary: summary["plans"].pop("balanced"), "summary-plans"),
    "plans-missing": (put([], "plans"), "summary-plans"),
    "no-files": (lambda summary: summary.pop("files"), "summary-files"),
    "files-without-proof": (lambda summary: summary["files"].pop(ARRAYS), "summary-files"),
    "file-elsewhere": (put("0" * 64, "files", "../secret"), "summary-files"),
    "file-that-is-not-there": (put("0" * 64, "files", "more.csv"), "file-missing"),
    "wrong-hash": (put("0" * 64, "files", "terms.csv"), "file-hash"),
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_that_tells_something_else_is_refused(small, folder, name):
    change, check = SUMMARIES[name]
    told(folder, change)
    with pytest.raises(ProofError) as caught:
        verify_run(folder, small.curves_of)
    assert caught.value.check == check


def cell(row, column, value):
    def change(rows):
        rows[row][rows[0].index(column)] = value

    return change


ALLOCATIONS = {
    "spend": (cell(1, "spend", "1.0"), "allocation-spend"),
    "spend-nan": (cell(1, "spend", "nan"), "allocation-spend"),
    "spend-text": (cell(1, "spend", "much"), "allocation-spend"),
    "response": (cell(2, "response", "1e9"), "allocation-response"),
    "plan": (cell(1, "plan", "balanced"), "allocation-rows"),
    "channel": (cell(1, "channel", "search"), "allocation-rows"),
    "row-missing": (lambda rows: rows[:-1], "allocation-rows"),
    "row-twice": (lambda rows: [*rows, rows[-1]], "allocation-rows"),
    "rows-swapped": (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], "allocation-rows"),
    "column-missing": (lambda rows: [row[:4] for row in rows], "allocation-unreadable"),
    "row-cut": (lambda rows: [*rows[:-1], rows[-1][:3]], "allocation-unreadable"),
    "nothing": (lambda rows: [[]], "allocation-unreadable"),
}


@pytest.mark.parametrize("name", ALLOCATIONS)
def test_a_table_that_tells_something_else_is_refused(small, folder, name):
    change, check = ALLOCATIONS[name]
    table(folder, change)
    with pytest.raises(ProofError) as caught:
        verify_run(folder, small.curves_of)
    assert caught.value.check == check


def test_33_the_certificate_of_an_older_run_is_refused(small, folder, tmp_path):
    other = {**CONFIG, "budget": {"total": 310.0}, "data": {"cells": "cells", "points": "points"}}
    older = mixopt.run(other, tables={"cells": CELLS, "points": POINTS}).save(tmp_path / "older")
    for name in (ARRAYS, PROBLEM):
        shutil.copy(older / name, folder / name)
    with pytest.raises(ProofError, match="file-hash"):
        verify_run(folder, small.curves_of)
    resealed(folder)
    with pytest.raises(ProofError, match="summary-"):
        verify_run(folder, small.curves_of)


@pytest.mark.parametrize("name", ["summary.json", "allocation.csv", ARRAYS, PROBLEM])
def test_a_missing_file_is_named(small, folder, name):
    (folder / name).unlink()
    with pytest.raises(ProofError, match=f"file-missing: {name}"):
        verify_run(folder, small.curves_of)


def test_verifying_imports_neither_pyomo_nor_a_solver_nor_pandas(saved):
    code = f"""
import sys
from mixopt.proof import read, verify, verify_run
found = [name for name in ("pyomo", "highspy", "pandas", "mixopt.engine") if name in sys.modules]
assert not found, found
assert read({str(saved)!r}).problem.plans
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_certificate_in_the_folder_verifies_alone(small, saved):
    assert len(verify(read(saved), small.curves_of).plans) == 3
