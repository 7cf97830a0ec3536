"""The files of a run: exact numbers, harmless text, the same bytes for the same result, and readable again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixopt.plan import Clashing, Conflict, load, unreachable_plan
from mixopt.report import render, save
from mixopt.report.summary import json_bytes
from mixopt.report.table import csv_bytes
from mixopt.scope.cell_text import escaped, unescaped

FILES = ["allocation.csv", "contrast.csv", "inputs.json", "rules.csv", "summary.json", "terms.csv"]


def test_a_run_has_the_files_of_the_contract(pair):
    _, result = pair
    assert sorted(render(result)) == FILES


def test_the_same_result_gives_the_same_bytes_but_for_times(pair):
    _, result = pair
    plan = replace(result.plans["pure-roi"], seconds=99.0)
    slower = replace(result, plans={**result.plans, "pure-roi": plan})
    first, second = render(result), render(slower)
    assert {name for name in first if first[name] != second[name]} == {"summary.json"}


def test_the_summary_holds_what_the_contract_lists(pair):
    _, result = pair
    files = render(result)
    said = json.loads(files["summary.json"])
    assert said["format"] == 1
    assert said["config_hash"] == result.hash
    assert {"mixopt", "python", "numpy", "highspy", "pyomo"} <= set(said["versions"])
    plan = said["plans"]["balanced"]
    assert {
        "status",
        "reason",
        "objective",
        "bound",
        "gap",
        "spend",
        "return",
        "roi",
        "seconds",
        "measures",
    } <= set(plan)
    assert plan["objective"] == result.plans["balanced"].objective
    assert plan["measures"]["tv-return"] == result.plans["balanced"].measures["tv-return"]
    assert list(said["references"]) == ["today", "equal-split"]
    assert said["references"]["today"]["measures"]["spend"] == 100.0
    assert said["files"] == {n: hashlib.sha256(files[n]).hexdigest() for n in FILES if n != "summary.json"}


def test_json_holds_no_nan(pair):
    _, result = pair
    odd = replace(result.plans["balanced"], gap=float("inf"), measures={"roi": float("nan")})
    text = render(replace(result, plans={**result.plans, "balanced": odd}))["summary.json"].decode()
    said = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert said["plans"]["balanced"]["gap"] is None
    assert said["plans"]["balanced"]["measures"] == {"roi": None}


def test_numpy_numbers_are_plain_numbers_in_json():
    assert json.loads(json_bytes({"x": [np.float64(0.1), float("inf")], "s": "é"})) == {
        "x": [0.1, None],
        "s": "é",
    }


@given(st.floats(allow_nan=False))
def test_every_number_reads_back_as_itself(number):
    text = csv_bytes(pd.DataFrame({"x": [number]})).decode().splitlines()[1]
    assert float(text) == number


@given(st.text(max_size=20))
def test_no_text_cell_can_be_a_formula_and_every_one_reads_back(text):
    data = csv_bytes(pd.DataFrame({"plan": pd.Series([text, "x"], dtype=object)}))
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert not rows[1][:1] or rows[1][0][:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
    assert unescaped(rows[1][0] if rows[1] else "") == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'quoted'", "＝1"])
def test_dangerous_texts_get_an_apostrophe(text):
    assert escaped(text) == "'" + text


def test_negative_numbers_are_no_text():
    assert (
        csv_bytes(pd.DataFrame({"x": [-1.5, float("nan")], "b": [True, False]}))
        == b"x,b\n-1.5,true\n,false\n"
    )


def test_hostile_names_come_back_from_a_saved_run(world, sections, tmp_path):
    from mixopt.plan import make_plan, make_result

    name = '=HYPERLINK("x"),\n"quoted"'
    w = world({name: ([sections.response("@term")], [sections.spend("+rule", at_least=1)])})
    cells = w.problem.scope.cells.copy()
    cells["segment"] = ["=new", "-old", "\tx", "'y"]
    problem = replace(w.problem, scope=replace(w.problem.scope, cells=cells))
    plan = make_plan(problem, w.plan(name), w.model(name), w.solution(w.best(), name))
    result = make_result(problem, {name: plan})
    loaded = load(save(result, tmp_path))
    assert loaded.contrast.columns.tolist() == result.contrast.columns.tolist()
    assert loaded.allocation["segment"].tolist() == ["=new", "-old", "\tx", "'y"]
    assert loaded.rules["rule"].tolist() == ["budget", "+rule"]
    assert loaded.terms["term"].tolist() == ["@term"]


def test_a_saved_run_reads_back_as_it_was(pair, tmp_path):
    _, result = pair
    loaded = load(save(result, tmp_path))
    for name in ("allocation", "contrast", "terms", "rules"):
        pd.testing.assert_frame_equal(
            getattr(loaded, name), getattr(result, name), check_dtype=False, check_exact=True
        )
    plan = loaded.plans["balanced"]
    assert (plan.status, plan.objective, plan.gap) == (
        "optimal",
        result.plans["balanced"].objective,
        pytest.approx(1e-5),
    )
    assert plan.allocation["spend"].tolist() == [40.0, 40.0, 20.0, 0.0]


def test_a_plan_that_was_not_found_is_saved_with_its_conflict(pair, tmp_path):
    w, result = pair
    rule = Clashing(name="a", sentence="a is 1", unit="currency", relaxation=2.0, alone=None, worth=1.0)
    conflict = Conflict(rules=(rule,), total=2.0, relaxed=(rule,))
    missing = replace(unreachable_plan(w.plan("balanced")), status="infeasible", conflict=conflict)
    loaded = load(save(replace(result, plans={**result.plans, "balanced": missing}), tmp_path))
    plan = loaded.plans["balanced"]
    assert (plan.status, plan.objective, len(plan.allocation)) == ("infeasible", None, 0)
    assert plan.conflict["rules"][0]["rule"] == "a"
