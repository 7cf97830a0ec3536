"""``mixopt frontier`` as people call it: words, one JSON document, exit codes, and a folder that verifies."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest

from mixopt.cli import main

PLANS = {
    "pure-roi": {"objective": [{"kind": "response"}]},
    "new-first": {
        "objective": [
            {"kind": "response"},
            {"kind": "response", "name": "new people", "where": {"segment": "new"}, "weight": 2.0},
        ],
        "constraints": [{"name": "cap", "kind": "share", "where": {"channel": "tv"}, "at_most": 0.9}],
    },
}
CALL = ["--executor", "serial", "--points", "4", "--out"]


@pytest.fixture
def made(config, tmp_path, capsys, monkeypatch):
    """Return the folder of a frontier and what was printed where there is room for its table."""
    monkeypatch.setenv("COLUMNS", "120")
    path = config(plans=PLANS)
    assert main(["frontier", str(path), *CALL, str(tmp_path / "runs")]) == 0
    told = capsys.readouterr()
    (folder,) = [one for one in (tmp_path / "runs").iterdir() if one.suffix != ".points"]
    return folder, told


def test_it_says_what_is_gained_and_how_well_that_is_proven(made):
    folder, told = made
    assert told.err == ""
    assert "Return given up   Other aims of New first: gained" in told.out
    assert "At most" in told.out
    said = " ".join(told.out.split())
    assert "Not every plan has these rules, so they hold at no point: cap (new-first)." in said
    assert f"mixopt verify {folder}" in told.out.replace("\n", " ")


def test_the_folder_is_a_run_with_the_points_in_it(made, capsys):
    folder, _ = made
    assert main(["verify", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "pure-roi: optimal" in said
    assert "floor 1: optimal" in said
    rows = list(csv.DictReader((folder / "frontier.csv").read_text().splitlines()))
    assert [row["point"] for row in rows] == ["1", "2", "3", "4"]
    assert main(["explain", str(folder)]) == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "check"),
    [
        ("frontier.csv", "bound", 0.5, "frontier-bound"),
        ("frontier.csv", "second", 0.9, "frontier-value"),
        ("frontier-allocation.csv", "spend", 0.5, "frontier-spend"),
        ("frontier.csv", "solve", "floor 9", "frontier-solve"),
        ("frontier-allocation.csv", "point", "7", "frontier-rows"),
        ("frontier.csv", "first", "much", "frontier-unreadable"),
    ],
)
def test_a_changed_number_is_found(made, capsys, file, old, new, check):
    folder, _ = made
    rows = list(csv.reader((folder / file).read_text().splitlines()))
    place = rows[0].index(old)
    row = next(row for row in rows[2:] if row[place] not in {"0.0", ""})
    row[place] = new if isinstance(new, str) else repr(float(row[place]) * new)
    with (folder / file).open("w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    summary = json.loads((folder / "summary.json").read_text())
    summary["files"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    (folder / "summary.json").write_text(json.dumps(summary))
    assert main(["verify", str(folder)]) == 2
    assert check in capsys.readouterr().err


def test_json_is_one_document(config, tmp_path, capsys):
    path = config(plans=PLANS)
    words = ["frontier", str(path), "--between-terms", "response", "new people", "--json", *CALL]
    assert main([*words, str(tmp_path / "runs")]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == "terms"
    assert document["complete"]
    assert len(document["points"]) == 4
    assert document["points"][0]["at_least"] is None
    assert (tmp_path / "runs").joinpath(document["folder"]).is_dir()


def test_it_says_in_narrow_places_the_same(config, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["frontier", str(config(plans=PLANS)), *CALL, str(tmp_path / "runs")]) == 0
    assert max(map(len, capsys.readouterr().out.partition("Run:")[0].splitlines())) <= 60


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--between", "pure-roi", "old-first"], 2, "there is no plan 'old-first'"),
        (["--points", "1"], 2, "from 2 to 1,000"),
        (["--points", "many"], 2, "valid integer"),
        (["--executor", "processes:0"], 2, "--executor"),
        (["--set", "budget.total=-1"], 2, "budget"),
        (["--set", "constraints=[{name: much, kind: spend, at_least: 200}]"], 3, "These clash"),
    ],
)
def test_exit_codes(config, tmp_path, capsys, words, code, said):
    path = config(plans=PLANS)
    assert main(["frontier", str(path), *CALL, str(tmp_path / "runs"), *words]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert not [one for one in (tmp_path).glob("runs/*") if one.suffix != ".points"]
