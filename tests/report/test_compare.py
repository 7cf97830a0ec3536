"""Two runs compared: inputs by path and by cell, scores by their proofs, ties called ties."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

import mixopt
from mixopt.cli import main
from mixopt.report.changes import input_changes
from mixopt.report.compare_words import comparison_words

CELLS = pd.DataFrame(
    {
        "channel": ["tv", "search", "social"],
        "curve": "michaelis-menten",
        "scale": [300.0, 200.0, 120.0],
        "half_saturation": [100.0, 50.0, 60.0],
        "current_spend": [50.0, 30.0, 20.0],
    }
)
PLANS = {
    "pure-roi": {"objective": [{"kind": "response"}]},
    "capped": {
        "objective": [{"kind": "response"}],
        "constraints": [{"name": "tv-cap", "kind": "spend", "where": {"channel": "tv"}, "at_most": 30}],
    },
}


@pytest.fixture(scope="module")
def solve():
    """Return a function that runs the small config with some changes."""

    def solving(cells=CELLS, *, plans=None, overrides=(), currency="EUR"):
        config = {
            "mixopt": 1,
            "name": "three",
            "currency": currency,
            "budget": {"total": 100},
            "data": {"cells": "cells"},
            "plans": plans or PLANS,
            "reports": [],
        }
        return mixopt.run(config, {"cells": cells}, overrides=overrides)

    return solving


@pytest.fixture(scope="module")
def base(solve):
    """Return the run that others are compared with."""
    return solve()


def test_a_run_is_no_different_from_itself(base):
    found = mixopt.compare(base, base)
    assert found.same_inputs
    assert found.plans["verdict"].tolist() == ["tie", "tie"]
    assert set(found.results["verdict"]) <= {"same", ""}
    assert found.rules.empty
    assert (found.spends["difference"] == 0).all()
    said = comparison_words(found)
    assert said[0] == "Both runs have the same config and the same inputs."
    assert "cannot be told apart within the proofs" in said[1]


def test_more_money_is_proven_to_bring_more(base, solve):
    found = mixopt.compare(base, solve(overrides=["budget.total=120"]))
    assert found.inputs.to_numpy().tolist() == [["config", "budget.total", 100, 120]]
    assert found.plans["verdict"].tolist() == ["rose", "rose"]
    row = found.plans.iloc[0]
    assert 0 < row["least"] <= row["objective_after"] - row["objective_before"] <= row["most"]
    spend = found.results[(found.results["plan"] == "capped") & (found.results["measure"] == "spend")]
    assert spend["difference"].tolist() == pytest.approx([20.0])
    assert ["budget", "exactly", 100.0, 120.0] in found.rules[
        ["rule", "what", "before", "after"]
    ].to_numpy().tolist()
    moved = found.spends.groupby("plan")["difference"].sum()
    assert moved.tolist() == pytest.approx([20.0, 20.0])


def test_what_overlaps_is_a_tie_whatever_the_plans_say(base, solve):
    after = solve(overrides=["budget.total=100.5"])
    widened = {
        name: replace(plan, objective=plan.objective - 5, bound=plan.bound + 5)
        for name, plan in after.plans.items()
    }
    found = mixopt.compare(base, replace(after, plans=widened))
    assert found.plans["verdict"].tolist() == ["tie", "tie"]
    money = found.results[(found.results["unit"] == "currency") & (found.results["verdict"] != "same")]
    assert set(money["verdict"]) <= {"tie", ""}
    said = " ".join(comparison_words(found))
    assert "cannot be told apart within the proofs" in said
    assert "Hardly any money moves" in said


def test_rules_that_move_come_and_go_are_told(base, solve):
    changed = json.loads(json.dumps(PLANS))
    changed["capped"]["constraints"][0]["at_most"] = 99
    changed["pure-roi"]["constraints"] = [
        {"name": "floor", "kind": "spend", "where": {"channel": "social"}, "at_least": 40}
    ]
    found = mixopt.compare(base, solve(plans=changed))
    told = found.rules[["plan", "rule", "what"]].to_numpy().tolist()
    assert ["pure-roi", "floor", "new"] in told
    assert ["capped", "tv-cap", "at_most"] in told
    assert ["capped", "tv-cap", "no longer binds"] in told
    assert ["config", "plans.capped.constraints[tv-cap].at_most", 30, 99] in found.inputs.to_numpy().tolist()
    assert found.plans.set_index("plan")["verdict"].to_dict() == {"pure-roi": "fell", "capped": "rose"}
    back = mixopt.compare(solve(plans=changed), base)
    assert ["pure-roi", "floor", "gone"] in back.rules[["plan", "rule", "what"]].to_numpy().tolist()


def test_other_terms_make_other_scores_and_other_plans_are_named(base, solve):
    plans = {
        "pure-roi": {"objective": [{"kind": "profit"}]},
        "third": {"objective": [{"kind": "response"}]},
    }
    found = mixopt.compare(base, solve(plans=plans))
    verdicts = found.plans.set_index("plan")["verdict"].to_dict()
    assert verdicts == {"pure-roi": "other terms", "capped": "gone", "third": "new"}
    said = "\n".join(comparison_words(found))
    assert "Pure ROI scores by other terms now" in said
    assert "Capped is only in the first run." in said
    assert "Third is only in the second run." in said
    assert set(found.results["plan"]) == {"pure-roi"}


def test_a_plan_that_no_longer_exists_is_not_ranked(base, solve):
    plans = json.loads(json.dumps(PLANS))
    plans["capped"]["constraints"].append({"name": "much", "kind": "spend", "at_least": 1000})
    found = mixopt.compare(base, solve(plans=plans))
    row = found.plans.set_index("plan").loc["capped"]
    assert (row["before"], row["after"], row["verdict"]) == ("optimal", "infeasible", "unknown")
    assert "was optimal and is infeasible" in "\n".join(comparison_words(found))


def test_cells_are_told_by_their_keys(base, solve):
    cells = CELLS.copy()
    cells.loc[1, "scale"] = 210.0
    cells.loc[3] = ["radio", "michaelis-menten", 50.0, 30.0, 0.0]
    cells = cells[cells["channel"] != "social"].assign(region="uk")
    told = mixopt.compare(base, solve(cells)).inputs.to_numpy().tolist()
    assert ["cells", "search / all / michaelis-menten: scale", 200.0, 210.0] in told or [
        "cells",
        "search: scale",
        200.0,
        210.0,
    ] in told
    assert ["cells", "column region", None, "there"] in told
    assert any(where.startswith("radio") and (old, new) == (None, "row") for _, where, old, new in told)
    assert any(where.startswith("social") and (old, new) == ("row", None) for _, where, old, new in told)


def test_a_table_written_otherwise_is_no_change(base, solve):
    assert mixopt.compare(base, solve(CELLS.assign(upper=100.0))).inputs.empty
    assert mixopt.compare(base, solve(CELLS[list(reversed(CELLS.columns))])).inputs.empty


def test_saved_runs_compare_as_their_results(base, solve, tmp_path):
    after = solve(overrides=["budget.total=120"])
    folders = [result.save(tmp_path / str(k)) for k, result in enumerate((base, after))]
    saved, fresh = mixopt.compare(*folders), mixopt.compare(base, after)
    for name in ("inputs", "rules", "spends", "plans", "results"):
        pd.testing.assert_frame_equal(getattr(saved, name), getattr(fresh, name), check_dtype=False)
    assert mixopt.compare(mixopt.load(folders[0]), folders[1]).before == folders[0].name


def test_a_run_without_its_inputs_is_compared_by_sums(base, solve, tmp_path):
    after = solve(CELLS.assign(scale=CELLS["scale"] * 1.1))
    folders = [result.save(tmp_path / str(k)) for k, result in enumerate((base, after))]
    summary = json.loads((folders[0] / "summary.json").read_text())
    del summary["files"]["inputs.json"]
    (folders[0] / "summary.json").write_text(json.dumps(summary))
    found = mixopt.compare(*folders)
    assert not found.inputs_kept
    assert found.inputs["part"].tolist() == ["cells"]
    assert "does not hold its inputs" in comparison_words(found)[0]


def test_what_cannot_be_compared_is_refused(base, solve, tmp_path):
    with pytest.raises(mixopt.ConfigError, match="its money is in GBP, that of three in EUR"):
        mixopt.compare(base, solve(currency="GBP"))
    with pytest.raises(mixopt.ConfigError, match="no such file"):
        mixopt.compare(base, tmp_path)
    folder = base.save(tmp_path)
    (folder / "inputs.json").write_text("{}")
    with pytest.raises(mixopt.ConfigError, match="not what this run wrote"):
        mixopt.compare(folder, base)


def test_the_command_says_it_in_words_and_as_one_document(base, solve, tmp_path, capsys, monkeypatch):
    folders = [
        str(result.save(tmp_path / str(k)))
        for k, result in enumerate((base, solve(overrides=["budget.total=120"])))
    ]
    assert main(["compare", *folders]) == 0
    told = capsys.readouterr()
    assert "1 input changed: config budget.total (100 → 120)." in told.out
    assert "Pure ROI: the best possible score rose by" in told.out
    assert told.err == ""
    monkeypatch.setenv("COLUMNS", "45")
    assert main(["compare", *folders]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 62
    assert main(["compare", *folders, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["inputs"] == [{"part": "config", "where": "budget.total", "before": 100, "after": 120}]
    assert document["plans"][0]["verdict"] == "rose"
    assert main(["compare", folders[0], str(tmp_path)]) == 2
    assert "summary.json" in capsys.readouterr().err


def table(rows, columns=("key", "value")):
    return {"columns": list(columns), "rows": rows}


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (table([["a", 1], ["b", 2]]), table([["b", 2], ["a", 1]]), []),
        (table([["a", 1]]), table([["a", 2]]), [("t", "a: value", 1, 2)]),
        (table([["a", 1], ["a", 1]]), table([["a", 1]]), [("t", "a / 1", "2 rows", "1 rows")]),
        (None, table([["a", 1]]), []),
    ],
)
def test_rows_are_matched_by_the_columns_that_tell_them_apart(before, after, wanted):
    sides = [{"config": {}, "tables": {"t": side}} for side in (before, after)]
    assert input_changes(*sides) == wanted


def test_lists_without_names_are_compared_whole():
    sides = [{"config": {"plugins": side}, "tables": {}} for side in (["a"], ["a", "b"])]
    assert input_changes(*sides) == [("config", "plugins", ["a"], ["a", "b"])]
    twice = [{"kind": "spend"}, {"kind": "spend", "at_most": 3}]
    sides = [{"config": {"constraints": side}, "tables": {}} for side in (twice, twice[:1])]
    assert input_changes(*sides)[0][1] == "constraints"
