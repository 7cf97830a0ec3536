"""Points that are kept: after a kill nothing half-written is there, and what is done is not solved again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from mixopt.report.frontier_files import frontier_files
from mixopt.sweep import rounds
from mixopt.sweep.store import kept

HANGS = """
import sys, time
import os
sys.path.insert(0, sys.argv[1])
from conftest import CELLS, config_of
import mixopt
from mixopt.sweep import store

written = []
fsync = os.fsync

def hang(handle):
    written.append(handle)
    if len(written) == 4:  # the fourth point is on its way to the disk
        os.write(handle, b"half")
        print("hangs", flush=True)
        time.sleep(3600)
    fsync(handle)

store.os.fsync = hang
mixopt.frontier(config_of(), {"cells": CELLS}, points=7, folder=sys.argv[2])
"""


@pytest.fixture
def counted(monkeypatch):
    """Return the names of the points that are solved."""
    names = []

    def counting(task, stop=None):
        names.append(task.name)
        return real(task, stop)

    real = rounds.solve_task
    monkeypatch.setattr(rounds, "solve_task", counting)
    return names


def points_in(folder: Path) -> list[Path]:
    return [path for store in folder.glob("*.points") for path in kept(store)]


def test_a_killed_frontier_goes_on_where_it_was(tmp_path, ask, counted):
    script = tmp_path / "hangs.py"
    script.write_text(textwrap.dedent(HANGS))
    runs = tmp_path / "runs"
    child = subprocess.Popen(
        [sys.executable, str(script), str(Path(__file__).parent), str(runs)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "hangs\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    done = {path: path.stat().st_mtime_ns for path in points_in(runs)}
    assert len(done) == 3, "three points are whole, the fourth is not there"
    assert len(list(next(runs.glob("*.points")).iterdir())) == 4, "its beginnings lie under another name"
    resumed = ask(folder=runs, points=7)
    assert len(counted) == 4
    assert {path: path.stat().st_mtime_ns for path in done} == done
    del counted[:]
    whole = ask(points=7)
    assert len(counted) == 7
    assert frontier_files(resumed) == frontier_files(whole)


def test_more_points_begin_with_those_that_are_done(tmp_path, ask, counted):
    ask(folder=tmp_path, points=5)
    before = len(counted)
    more = ask(folder=tmp_path, points=8)
    assert len(more.points) == 8
    assert len(counted) == before + 3
    del counted[:]
    assert frontier_files(ask(points=8)) == frontier_files(more)


def test_what_was_changed_is_solved_again(tmp_path, ask, counted):
    whole = frontier_files(ask(folder=tmp_path, points=5))
    paths = points_in(tmp_path)
    assert len(paths) == 5
    del counted[:]
    assert frontier_files(ask(folder=tmp_path, points=5)) == whole
    assert counted == []
    _change(paths[0], lambda found: found | {"spend": found["spend"][::-1]})
    _change(paths[1], lambda found: found | {"proof_row": found["proof_row"] * 0.5 - 1.0})
    paths[2].write_bytes(paths[2].read_bytes()[:200])
    paths[3].write_bytes(b"")
    assert frontier_files(ask(folder=tmp_path, points=5)) == whole
    assert len(counted) == 4


def _change(path, change):
    with np.load(path) as found:
        arrays = change(dict(found))
    with path.open("wb") as file:
        np.savez(file, **arrays)


def test_another_config_has_points_of_its_own(tmp_path, ask, counted):
    ask(folder=tmp_path, points=3)
    ask({"budget": {"total": 90.0}}, folder=tmp_path, points=3)
    ask(folder=tmp_path, terms=("response", "brand"), points=3)
    assert len(counted) == 9
    assert len(list(tmp_path.glob("*.points"))) == 3


def test_a_folder_that_cannot_be_written_is_named(tmp_path, ask):
    (tmp_path / "file").write_text("")
    with pytest.raises(Exception, match="a point cannot be kept"):
        ask(folder=tmp_path / "file", points=3)


def test_nothing_is_kept_unasked(tmp_path, ask, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask(points=3)
    assert list(tmp_path.iterdir()) == []
