"""From data entries to scope and curves: the same whatever the tables came as, each input hashed."""

# ruff: noqa: E501, ISC004 - messages stand whole

from __future__ import annotations

import hashlib
import io

import numpy as np
import pandas as pd
import pytest

from mixopt.config import read_config
from mixopt.errors import ConfigError, InputError, PluginError, TableError
from mixopt.plugin import CurveEntry, hookimpl, registry_of
from mixopt.problem.gather import gather
from mixopt.scope import Number, Settings

CELLS = """\
channel,segment,curve,scale,half_saturation,value,current_spend,lower,upper,region,hours
tv,new,michaelis-menten,10.1,5,2,30,1,60,north,0.25
tv,old,michaelis-menten,20,6.3,2,20,0,70,south,1
01,new,tabulated,,,3,50,0,100,north,2
NA,new,tabulated,,,3,50,0,100,north,2
"""
POINTS = "channel,segment,spend,response\n01,new,40,8\n01,new,10,4\nNA,new,50,3\n01,new,100,10\n"


def frame_of(text):
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""], dtype={"channel": str})


def as_scope(scope):
    arrays = {name: getattr(scope, name).tolist() for name in ("value", "lower", "upper", "current_spend")}
    weights = {name: array.tolist() for name, array in scope.weights.items()}
    return scope.cells.to_dict("list"), arrays, weights, scope.budget, scope.currency


def test_csv_parquet_and_frames_give_the_same_scope_and_curves(tmp_path, config, registry):
    (tmp_path / "cells.csv").write_text(CELLS)
    (tmp_path / "points.csv").write_text(POINTS)
    frames = {"cells": frame_of(CELLS), "points": frame_of(POINTS)}
    tables = [
        frames,
        {name: frame.astype(object).where(frame.notna(), None) for name, frame in frames.items()},
    ]
    ways = [
        gather(config({"cells": f"{tmp_path}/cells.csv", "points": f"{tmp_path}/points.csv"}), registry, {})
    ]
    ways += [gather(config({"cells": "cells", "points": None}), registry, some) for some in tables]
    pytest.importorskip("pyarrow")
    for name, frame in frames.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    ways.append(
        gather(
            config({"cells": f"{tmp_path}/cells.parquet", "points": f"{tmp_path}/points.parquet"}),
            registry,
            {},
        )
    )
    spend = np.array([10.0, 20.0, 30.0, 40.0])
    first = ways[0]
    for way in ways:
        parts = way.curve_tables
        assert as_scope(way.scope) == as_scope(first.scope)
        assert way.curves.value(spend).tolist() == first.curves.value(spend).tolist()
        assert way.uncapped.tolist() == [False] * 4
        assert [(part.kind, part.cells.tolist()) for part in parts] == [
            ("michaelis-menten", [0, 1]),
            ("tabulated", [2, 3]),
        ]
        assert parts[1].points.to_dict("list") == {
            "cell": [0, 0, 0, 1],
            "spend": [10, 40, 100, 50],
            "response": [4, 8, 10, 3],
        }
        assert {name: array.tolist() for name, array in parts[0].parameters.items()} == {
            "scale": [10.1, 20.0],
            "half_saturation": [5.0, 6.3],
        }
        assert set(way.hashes) == {"cells", "points"}
    assert as_scope(first.scope)[0]["channel"] == ["tv", "tv", "01", "NA"]


def test_paths_are_relative_to_the_config_and_inputs_are_hashed(tmp_path, registry):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cells.csv").write_text("channel,curve,scale\ntv,linear,2\n")
    (tmp_path / "config.yaml").write_text(
        "mixopt: 1\ncurrency: GBP\nbudget: {total: 100}\ndata: {cells: data/cells.csv}\nplans: {a: {objective: [{kind: response}]}}\n"
    )
    read = read_config(tmp_path / "config.yaml", registry)
    hashes = gather(read, registry, {}).hashes
    assert hashes == {"cells": hashlib.sha256(b"channel,curve,scale\ntv,linear,2\n").hexdigest()}


def test_the_hash_of_a_frame_changes_with_any_value(config, registry):
    frame = pd.DataFrame({"channel": ["a", "b"], "curve": "linear", "scale": [1.0, 2.0]})

    def hashed(one):
        return gather(config(), registry, {"cells": one}).hashes["cells"]

    same = hashed(frame)
    assert hashed(frame.copy()) == same
    others = [
        frame.assign(scale=[1.0, 2.0000000000000004]),
        frame.assign(channel=["a", "c"]),
        frame[::-1],
        frame.rename(columns={"channel": "channel "}).assign(channel=["a", "b"]),
    ]
    assert same not in {hashed(one) for one in others[:3]}
    assert len({hashed(one) for one in others[:3]}) == 3


def test_other_tables_reach_plugins_as_text(tmp_path, config, registry):
    (tmp_path / "shocks.csv").write_text("shock,probability\noutage,5%\n")
    cells = pd.DataFrame({"channel": ["a"], "curve": "linear", "scale": [1.0]})
    scope = gather(config({"shocks": str(tmp_path / "shocks.csv")}), registry, {"cells": cells}).scope
    assert scope.table("shocks").to_dict("list") == {"shock": ["outage"], "probability": ["5%"]}


def told(call):
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value).splitlines()


def test_every_table_that_cannot_be_read_is_told_at_once(tmp_path, registry):
    (tmp_path / "config.yaml").write_text(
        "mixopt: 1\ncurrency: GBP\nbudget: {total: 100}\ndata:\n  cells: cels.csv\n  points: http://x/points.csv\n"
        "  shocks: .\n  past:\nplans: {a: {objective: [{kind: response}]}}\n"
    )
    (tmp_path / "cells.csv").write_text("x")
    faults = told(lambda: gather(read_config(tmp_path / "config.yaml", registry), registry, {}))
    assert [line.partition(": ")[0] for line in faults] == [
        f"config.yaml:{place}" for place in ("5:10", "6:11", "7:11", "8:3")
    ]
    assert faults[0].endswith("wanted: a local file; try: 'cells.csv'")
    assert faults[1] == "config.yaml:6:11: 'http://x/points.csv' is a network address; wanted: a local file"
    assert faults[2].endswith("is a folder; wanted: a file")
    assert faults[3] == "config.yaml:8:3: no frame is called 'past'; wanted: a file or a frame"


def test_no_cells_table_is_told(config, registry):
    assert told(lambda: gather(config(), registry, {})) == [
        "data: there is no table 'cells'; wanted: the cells table; try: data: {cells: cells.csv}"
    ]


def test_a_frame_beside_a_file_of_the_same_name_is_refused(config, registry):
    frame = pd.DataFrame({"channel": ["a"], "curve": "linear", "scale": [1.0]})
    assert told(lambda: gather(config({"cells": "cells.csv"}), registry, {"cells": frame})) == [
        "data.cells: the table 'cells' is given as a frame, and the config names the file 'cells.csv'; wanted: one of the two; "
        "try: data: {cells: cells}"
    ]


@pytest.mark.parametrize("table", [{"channel": ["a"]}, [["a"]], None, "cells.csv"])
def test_a_table_that_is_no_frame_is_refused(table, config, registry):
    assert told(lambda: gather(config(), registry, {"cells": table})) == [
        f"data.cells: the table 'cells' is a {type(table).__name__}; wanted: a pandas DataFrame"
    ]


def test_the_callers_frame_is_not_changed(config, registry):
    frame = frame_of(CELLS.replace("tabulated,,,3", "linear,5,,3"))
    frame.attrs["mine"] = 1
    before = frame.copy()
    scope = gather(config(), registry, {"cells": frame}).scope
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == {"mine": 1}
    assert not scope.value.flags.writeable


POINT_MISTAKES = {
    "an unknown cell": ("NA,new,50", "N/A,new,50", ["points.csv: no points for 'NA, new'; wanted: points for each tabulated cell",
        "points.csv: row 3 (line 4), column channel: no tabulated cell is called 'N/A, new'; wanted: a channel and segment that the cells table lists as tabulated"]),
    "a cell that is not tabulated": ("NA,new,50,3", "NA,new,50,3\ntv,new,1,1", [
        "points.csv: row 4 (line 5), column channel: no tabulated cell is called 'tv, new'; wanted: a channel and segment that the cells table lists as tabulated"]),
    "a spend twice": ("01,new,10,4", "01,new,40,4", ["points.csv: row 2 (line 3), column spend: spend 40 stands twice for '01, new'; wanted: each spend once"]),
    "text": ("10,4", "10,four", ["points.csv: row 2 (line 3), column response: 'four' is no finite number; wanted: a number, units of response"]),
    "a negative spend": ("10,4", "-10,4", ["points.csv: row 2 (line 3), column spend: '-10' is not at least 0; wanted: a number of at least 0, currency"]),
    "draws": ("segment,spend", "segment,draw,spend", None),
}  # fmt: skip


@pytest.mark.parametrize("what", POINT_MISTAKES)
def test_a_mistake_in_the_points_is_told_whole(what, tmp_path, config, registry):
    old, new, said = POINT_MISTAKES[what]
    points = POINTS.replace(old, new, 1)
    if what == "draws":
        points = points.replace(",new,", ",new,1,")
        said = [
            "points.csv: draws stand here, and the other cells have one set of parameters each; wanted: the same draws for every channel and segment"
        ]
    (tmp_path / "cells.csv").write_text(CELLS)
    (tmp_path / "points.csv").write_text(points)
    data = {name: str(tmp_path / f"{name}.csv") for name in ("cells", "points")}
    assert told(lambda: gather(config(data), registry, {})) == said


def test_a_tabulated_curve_without_the_points_table_is_told(config, registry):
    faults = told(lambda: gather(config(), registry, {"cells": frame_of(CELLS)}))
    assert faults == [
        "data: the curve tabulated needs the table 'points'; wanted: the points table; try: data: {points: points.csv}"
    ]


class Height(Settings):
    scale: Number


def build_nothing(parameters):
    raise KeyError("depth")


class Broken:
    @hookimpl
    def mixopt_curves(self):
        return [
            CurveEntry(
                name="broken",
                summary="Broken.",
                settings=Height,
                examples=(Height(scale=1.0),),
                build=build_nothing,
            )
        ]


def test_a_family_that_cannot_be_built_names_its_plugin(config):
    import mixopt.builtin

    registry = registry_of(("core", mixopt.builtin), ("mixopt-broken", Broken()))
    cells = pd.DataFrame({"channel": ["a"], "curve": "broken", "scale": [1.0]})
    with pytest.raises(PluginError) as caught:
        gather(config(), registry, {"cells": cells})
    assert "mixopt-broken" in str(caught.value)
    assert "KeyError" in str(caught.value)


def test_faults_of_tables_are_table_errors_with_exit_code_2(config, registry):
    with pytest.raises(TableError) as caught:
        gather(config(), registry, {"cells": pd.DataFrame({"channel": ["a"]})})
    assert caught.value.exit_code == 2
    assert not isinstance(caught.value, ConfigError)
