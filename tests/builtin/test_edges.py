"""The core's own importer, report, command and executors: the numbers they give, and what they refuse."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

import mixopt
from mixopt.builtin.importers import Points, PointsSettings, nearest_hill, sample
from mixopt.builtin.reports import ByLabel, ByLabelSettings
from mixopt.cli import main
from mixopt.testing import small_result


@pytest.fixture
def points(tmp_path):
    """points(text, **settings): the importer of a file with that text."""

    def read(text, **settings):
        file = tmp_path / "given.csv"
        file.write_text(text)
        return Points(PointsSettings(file=file, **settings))

    return read


TWO = "channel,spend,incremental_outcome\ntv,100,10\ntv,200,30\ntv,300,35\nsearch,50,10\nsearch,100,15\n"


def test_points_become_tabulated_curves_that_meet_them(points):
    importer = points(TWO)
    tables = importer.read()
    assert tables["cells"].to_dict("list") == {
        "channel": ["search", "tv"],
        "segment": ["all", "all"],
        "curve": ["tabulated", "tabulated"],
    }
    assert tables["points"]["response"].tolist() == [10.0, 15.0, 10.0, 30.0, 35.0]
    assert importer.replay() <= 1e-12


@pytest.mark.parametrize("fit", ["tabulated", "hill"])
def test_points_per_draw_become_curves_per_draw(points, fit):
    rows = [
        f"tv,{draw},{x},{top * x / (half + x)}"
        for draw, top, half in (("one", 100.0, 50.0), ("two", 140.0, 90.0))
        for x in (10.0, 30.0, 80.0, 200.0)
    ]
    importer = points("\n".join(["channel,draw,spend,response", *rows]), fit=fit)
    tables = importer.read()
    assert tables["cells"].to_dict("list") == {"channel": ["tv"], "segment": ["all"], "curve": [fit]}
    assert importer.replay() <= 1e-6
    name = "draws" if fit == "hill" else "points"
    assert tables[name]["draw"].drop_duplicates().tolist() == ["one", "two"]
    config = {
        "mixopt": 1,
        "name": "drawn",
        "currency": "EUR",
        "budget": {"total": 80.0},
        "data": {name: name for name in tables},
        "plans": {"mean": {"objective": [{"kind": "response"}]}},
        "reports": [],
    }
    plan = mixopt.run(config, tables).plans["mean"]
    assert plan.evaluation.draw_returns == pytest.approx([100 * 80 / 130, 140 * 80 / 170], rel=1e-5)


def test_other_names_of_the_columns_are_read(points):
    tables = points("channel,geo,spend,response\ntv,north,100,10\ntv,south,100,5\n").read()
    assert tables["cells"]["segment"].tolist() == ["north", "south"]


def test_the_nearest_hill_curve_is_found_again():
    x = np.array([10.0, 30.0, 60.0, 100.0, 200.0, 500.0])
    for half, slope in ((80.0, 1.0), (120.0, 2.7), (40.0, 0.8)):
        y = 250.0 * x**slope / (half**slope + x**slope)
        found = nearest_hill(x, y)
        got = float(found.scale[0]), float(found.half_saturation[0]), float(found.steepness[0])
        assert got == pytest.approx((250.0, half, slope), rel=1e-4)


def test_a_fit_tells_how_far_it_is_off(points):
    rows = "".join(f"tv,{x},{y}\n" for x, y in ((50, 30), (100, 55), (200, 70), (400, 80)))
    importer = points("channel,spend,incremental_outcome\n" + rows, fit="hill")
    cells = importer.read()["cells"]
    x, y = np.array([50.0, 100.0, 200.0, 400.0]), np.array([30.0, 55.0, 70.0, 80.0])
    scale, half, slope = cells.loc[0, ["scale", "half_saturation", "slope"]].to_numpy(dtype=float)
    by_hand = np.max(np.abs(scale * x**slope / (half**slope + x**slope) - y)) / 80.0
    assert importer.replay() == pytest.approx(by_hand, rel=1e-9)
    assert 1e-4 < by_hand < 0.05


def test_too_few_points_for_a_fit_are_told(points):
    with pytest.raises(
        mixopt.TableError, match="channel search, segment all: 2 points above spend 0 do not make"
    ):
        points(TWO, fit="hill").read()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channel,spend\ntv,1\n", "incremental_outcome"),
        ("channel,spend,incremental_outcome\ntv,-1,2\n", "spend"),
        ("channel,spend,incremental_outcome\ntv,1,x\n", "row 1|line 2"),
        ("channel,spend,incremental_outcome\ntv,1,2\ntv,1,3\n", "spend 1 stands there twice"),
        ("channel,spend,incremental_outcome\ntv,1,5\ntv,2,3\n", "breaks the curve's shape"),
    ],
)
def test_what_is_wrong_with_the_points_is_told(points, text, told):
    with pytest.raises(mixopt.TableError, match=told):
        points(text).read()


def test_import_makes_a_config_that_runs(tmp_path, capsys):
    file = sample(tmp_path).file
    out = tmp_path / "new"
    words = ["import", "points", str(file), "--out", str(out), "--budget", "500", "--currency", "GBP"]
    assert main([*words, "--option", "fit=hill", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == ["config.yaml", "cells.csv"]
    assert said["largest_relative_error"] < 1e-6
    plan = mixopt.run(out / "config.yaml", registry=mixopt.discover([])).plans["best-return"]
    assert plan.status == "optimal"
    assert plan.evaluation.spend.sum() == pytest.approx(500.0)
    assert main([*words]) == 2
    assert "config.yaml: it is already there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["points", "FILE", "--out", "new"], "--budget: points.csv does not tell today's spend"),
        (["points", "nowhere.csv", "--out", "new", "--budget", "5"], "nowhere.csv"),
        (["points", "FILE", "--out", "new", "--budget", "5", "--option", "fit=cubic"], "--option fit"),
        (["points", "FILE", "--out", "new", "--budget", "5", "--option", "fut=hill"], "--option fut"),
        (["excel", "FILE", "--out", "new"], "there is no importer 'excel'; wanted: one of"),
    ],
)
def test_a_wrong_import_is_told_and_writes_nothing(words, told, tmp_path, monkeypatch, capsys):
    file = sample(tmp_path).file
    monkeypatch.chdir(tmp_path)
    assert main(["import", *(str(file) if word == "FILE" else word for word in words)]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_the_sheet_by_label_adds_up():
    result = small_result()
    rows = list(
        csv.DictReader(io.StringIO(ByLabel(ByLabelSettings()).render(result)["channel.csv"].decode()))
    )
    frame = pd.DataFrame(rows)
    for name, plan in result.plans.items():
        mine = frame[frame["plan"] == name]
        assert mine["spend"].astype(float).sum() == pytest.approx(plan.evaluation.spend.sum())
        assert mine["return"].astype(float).sum() == pytest.approx(plan.evaluation.returns.sum())
        assert mine["share"].astype(float).sum() == pytest.approx(1.0)
        assert mine["change"].astype(float).sum() == pytest.approx(
            plan.evaluation.spend.sum() - result.references["today"].spend.sum()
        )


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("serial:2", "--executor: serial takes nothing after a colon; try: serial"),
        ("processes:many", "--executor: 'processes:many' is no executor: input should be a valid integer"),
        ("processes:0", "input should be greater than or equal to 1"),
        ("dask:tcp://x", "there is no executor 'dask'; wanted: one of processes, serial"),
    ],
)
def test_a_wrong_executor_is_told(spec, told):
    with pytest.raises(mixopt.InputError) as caught:
        mixopt.open_executor(spec, mixopt.discover([]))
    assert told in str(caught.value)


def test_serial_and_processes_give_the_same():
    found = []
    for spec in ("serial", "processes:2"):
        with mixopt.open_executor(spec, mixopt.discover([])) as executor:
            found.append(list(executor.map(divmod, range(10, 16), range(1, 7), timeout=120)))
    assert found[0] == found[1]


def test_the_command_shows_a_curve(capsys):
    assert (
        main(["curve", "hill", "scale=100", "half_saturation=50", "slope=1", "--spend", "0", "--spend", "50"])
        == 0
    )
    told = capsys.readouterr()
    assert told.out == "spend,response,average,marginal\n0,0,,2\n50,50,1,0.5\n"
    assert told.err == "concave from a spend of 0\n"
    assert main(["curve", "hill", "scale=100"]) == 2
    assert "hill: half_saturation: Field required" in capsys.readouterr().err
    assert main(["curve", "tabulated"]) == 2
