"""``mixopt run`` and ``check``: results on stdout, messages on stderr, exit codes, folders whole or absent."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from mixopt.plan import load

CLASH = [
    {"name": "tv-floor", "kind": "spend", "where": {"channel": "tv"}, "at_least": 80},
    {"name": "search-floor", "kind": "spend", "where": {"channel": "search"}, "at_least": 50},
]


def test_a_run_prints_the_contrast_and_writes_its_folder(config, mixopt, two_plans, tmp_path):
    code, out, err = mixopt("run", config(plans=two_plans), "--out", tmp_path / "runs")
    assert code == 0
    assert err == ""
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("small-")
    assert "● Pure ROI   ◆ Steady" in out
    assert out.endswith(f"\nRun: {folder}   (check it with: mixopt verify {folder})\n")
    assert "\x1b" not in out
    assert sorted(path.name for path in folder.iterdir()) == [
        *(
            "allocation.csv",
            "certificate.npz",
            "contrast.csv",
            "inputs.json",
            "problem.json",
            "rules.csv",
            "summary.json",
            "terms.csv",
        )
    ]


def test_json_is_one_document_with_the_summary_and_the_folder(config, mixopt, two_plans, tmp_path):
    code, out, err = mixopt("run", config(plans=two_plans), "--out", tmp_path / "runs", "--json")
    said = json.loads(out)
    folder = said.pop("folder")
    assert (code, err) == (0, "")
    assert said == json.loads((tmp_path / "runs" / folder / "summary.json").read_text())
    assert said["plans"]["steady"]["status"] == "optimal"
    assert said["plans"]["steady"]["gap"] <= 1e-4


def test_the_same_config_gives_the_same_folder_and_numbers(config, mixopt, tmp_path):
    path = config()
    folders = [
        json.loads(mixopt("run", path, "--out", tmp_path / "r", "--json")[1])["folder"] for _ in range(2)
    ]
    other = json.loads(mixopt("run", path, "--out", tmp_path / "r", "--json", "--set", "budget.total=90")[1])
    assert folders[0] == folders[1] != other["folder"]
    assert other["plans"]["pure-roi"]["spend"] == pytest.approx(90.0)


def test_a_saved_run_opens_with_the_numbers_that_were_printed(config, mixopt, two_plans, tmp_path):
    said = json.loads(mixopt("run", config(plans=two_plans), "--out", tmp_path / "r", "--json")[1])
    saved = load(said["folder"])
    frame = saved.plans["steady"].allocation
    assert frame["spend"].sum() == pytest.approx(100.0)
    assert frame["return"].sum() == pytest.approx(said["plans"]["steady"]["return"], rel=1e-12)
    assert frame.loc[frame["channel"] == "search", "spend"].sum() >= 60 - 1e-6
    rules = saved.rules.set_index(["plan", "rule"])
    assert rules.loc[("steady", "floor"), "binding"]
    assert rules.loc[("steady", "floor"), "shadow_price"] > 0
    assert rules.loc[("pure-roi", "budget"), "shadow_price"] > 0


def test_only_the_plans_asked_for_are_solved(config, mixopt, two_plans, tmp_path):
    out = mixopt("run", config(plans=two_plans), "--plan", "steady", "--out", tmp_path / "r", "--json")[1]
    assert list(json.loads(out)["plans"]) == ["steady"]


def test_an_unknown_plan_is_a_wrong_call_with_the_nearest_name(config, mixopt, tmp_path):
    code, out, err = mixopt("run", config(), "--plan", "pure-rio", "--out", tmp_path / "r")
    assert (code, out) == (2, "")
    assert "pure-roi" in err
    assert not (tmp_path / "r").exists()


def test_limits_and_gaps_of_the_call_override_the_config(config, mixopt, tmp_path):
    code, _, err = mixopt("run", config(), "--gap", "60%", "--out", tmp_path / "r")
    assert code == 2
    assert "gap" in err
    code, out, _ = mixopt(
        "run", config(), "--time-limit", "120s", "--gap", "1e-6", "--json", "--out", tmp_path / "r"
    )
    assert code == 0
    assert json.loads(out)["plans"]["pure-roi"]["gap"] <= 1e-6


def test_rules_that_clash_are_exit_code_3_with_the_clash_and_nothing_written(config, mixopt, tmp_path):
    code, out, err = mixopt("run", config(constraints=CLASH), "--out", tmp_path / "r")
    assert code == 3
    assert "tv-floor: spend on tv is at least 80" in err
    assert "search-floor: spend on search is at least 50" in err
    assert "gives way by £30" in err
    assert out.startswith("No Pure ROI keeps all rules.")
    assert out.endswith("Nothing was written.\n")
    assert not (tmp_path / "r").exists()


def test_where_another_plan_was_found_the_run_is_written_with_the_clash(config, mixopt, tmp_path):
    plans = {
        "pure-roi": {"objective": [{"kind": "response"}]},
        "strict": {"objective": [{"kind": "response"}], "constraints": CLASH},
        "after": {
            "objective": [{"kind": "response"}],
            "constraints": [
                {"name": "most", "kind": "keep", "term": "response", "of": "strict", "at_least": "90%"}
            ],
        },
    }
    code, out, err = mixopt("run", config(plans=plans), "--out", tmp_path / "r", "--json")
    said = json.loads(out)
    assert code == 3
    assert {name: plan["status"] for name, plan in said["plans"].items()} == {
        "pure-roi": "optimal",
        "strict": "infeasible",
        "after": "no-plan",
    }
    assert {rule["rule"] for rule in said["plans"]["strict"]["conflict"]["rules"]} == {
        "budget",
        "tv-floor",
        "search-floor",
    }
    assert said["plans"]["strict"]["objective"] is None
    saved = load(said["folder"])
    assert set(saved.allocation["plan"]) == {"pure-roi"}
    assert saved.plans["strict"].conflict["total"] == pytest.approx(30.0, rel=1e-4)
    assert "No Strict keeps all rules." in err
    assert mixopt("verify", said["folder"])[0] == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"plans": {"pure-roi": {"objective": [{"kind": "respnse"}]}}}, ["respnse", "response"]),
        ({"budget": {"total": 0}}, ["total is 0; wanted: a number above 0"]),
        ({"cells": "channel,curve\ntv,hill\n"}, ["scale", "half_saturation", "slope"]),
        ({"plans": {"today": {"objective": [{"kind": "response"}]}}}, ["today"]),
        ({"constraints": [{"kind": "spend", "where": {"channel": "tvv"}, "at_most": 1}]}, ["tvv", "tv"]),
    ],
)
def test_bad_input_is_exit_code_2_with_what_to_write_and_nothing_written(
    config, mixopt, tmp_path, changes, words
):
    budget = changes.pop("budget", None)
    path = config(**changes, **({} if budget is None else {"budget": budget["total"]}))
    for command in (["run", path, "--out", tmp_path / "r"], ["check", path]):
        code, out, err = mixopt(*command)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
        for word in words:
            assert word in err
    assert not (tmp_path / "r").exists()


def test_all_faults_are_told_at_once(config, mixopt):
    path = config(constraints=[{"kind": "nope"}, {"kind": "spend", "at_most": "x"}], currency="pounds")
    code, _, err = mixopt("check", path)
    assert code == 2
    assert len(err.strip().splitlines()) >= 3


def test_a_file_that_is_not_there_is_told(mixopt, tmp_path):
    code, out, err = mixopt("run", tmp_path / "none.yaml", "--out", tmp_path / "r")
    assert (code, out) == (2, "")
    assert "none.yaml" in err


def test_check_says_that_a_plan_exists_and_writes_nothing(config, mixopt, tmp_path):
    path = config()
    code, out, err = mixopt("check", path)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "config.json: the config and its tables are right",
        "  4 cells: 2 channels, 2 segments",
        "  curves: hill, michaelis-menten",
        "  budget £100, spend-all",
        "pure-roi: a plan exists",
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cells.csv", "config.json"]


def test_check_says_why_none_exists(config, mixopt):
    path = config(constraints=CLASH)
    code, out, _ = mixopt("check", path)
    assert code == 3
    assert "pure-roi: No Pure ROI keeps all rules." in out
    assert "Smallest change that makes room: " in out
    code, out, _ = mixopt("check", path, "--json")
    assert code == 3
    assert json.loads(out)["plans"]["pure-roi"]["exists"] is False


def test_variables_of_the_environment_override_the_config(config, mixopt, monkeypatch, tmp_path):
    monkeypatch.setenv("MIXOPT__BUDGET__TOTAL", "80")
    said = json.loads(mixopt("run", config(), "--out", tmp_path / "r", "--json")[1])
    assert said["plans"]["pure-roi"]["spend"] == pytest.approx(80.0)


def test_a_result_in_a_notebook_is_the_result_on_the_command_line(config, mixopt, tmp_path):
    import mixopt as package

    path = config()
    said = json.loads(mixopt("run", path, "--out", tmp_path / "r", "--json")[1])
    result = package.run(path)
    assert result.plans["pure-roi"].objective == said["plans"]["pure-roi"]["objective"]
    assert str(result.save(tmp_path / "r")) == said["folder"]
    pd.testing.assert_frame_equal(
        package.load(said["folder"]).contrast, result.contrast, check_dtype=False, check_exact=True
    )
