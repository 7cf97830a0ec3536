"""A run's folder is whole or absent: after crashes, next to other writers, on full or read-only disks."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mixopt.errors import ConfigError
from mixopt.plan import load
from mixopt.plan.load import SUMMARY
from mixopt.report import save, turn, write
from mixopt.report.write import holds, run_folder, sweep


def run_of(text: str = "x", **more: bytes) -> dict[str, bytes]:
    files = {"a.csv": text.encode(), "b.bin": text.encode() * 50_000, **more}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return {**files, SUMMARY: json.dumps({"files": sums}).encode()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def hidden(folder: Path) -> list[str]:
    return [name for name in names(folder) if name.startswith(".")]


def test_what_was_written_is_there_and_nothing_else(tmp_path):
    folder = write(run_of(), tmp_path / "runs" / "x-1")
    assert holds(folder, run_of())
    assert names(tmp_path / "runs") == ["x-1"]


def test_the_same_run_is_left_as_it_is(tmp_path):
    folder = write(run_of(), tmp_path / "x-1")
    before = (folder / "a.csv").stat().st_ino
    write({**run_of(), SUMMARY: run_of()[SUMMARY] + b" "}, folder)
    assert (folder / "a.csv").stat().st_ino == before


def test_a_run_that_was_damaged_is_written_again(tmp_path):
    folder = write(run_of(), tmp_path / "x-1")
    (folder / "a.csv").write_bytes(b"tampered")
    write(run_of(), folder)
    assert (folder / "a.csv").read_bytes() == b"x"


@pytest.mark.parametrize("broken", [b"", b"{}", b"[]", b'{"files": 1}', b"\xff"])
def test_a_run_whose_summary_is_broken_is_written_again(tmp_path, broken):
    folder = write(run_of(), tmp_path / "x-1")
    (folder / SUMMARY).write_bytes(broken)
    write(run_of(), folder)
    assert holds(folder, run_of())


def test_another_run_in_the_same_place_is_replaced_and_foreign_files_stay(tmp_path):
    folder = write(run_of("old", extra=b"1"), tmp_path / "x-1")
    (folder / "notes.txt").write_text("mine")
    write(run_of("new"), folder)
    assert names(folder) == ["a.csv", "b.bin", "notes.txt", SUMMARY]
    assert holds(folder, run_of("new"))
    assert hidden(tmp_path) == []


def test_what_is_no_run_is_never_replaced(tmp_path):
    folder = tmp_path / "x-1"
    folder.mkdir()
    (folder / "thesis.txt").write_text("ten years")
    with pytest.raises(
        ConfigError, match=r"x-1: the run cannot be written: something that is no run lies there"
    ):
        write(run_of(), folder)
    assert names(folder) == ["thesis.txt"]
    assert hidden(tmp_path) == []


def test_an_empty_folder_in_the_way_is_no_obstacle(tmp_path):
    (tmp_path / "x-1").mkdir()
    assert holds(write(run_of(), tmp_path / "x-1"), run_of())


def test_a_file_in_the_way_of_the_runs_is_told(tmp_path):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(ConfigError, match="the run cannot be written"):
        write(run_of(), tmp_path / "runs" / "x-1")


@pytest.mark.parametrize("call", ["mkdir", "fsync", "rename", "open"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_an_operation_that_fails_at_any_point_leaves_nothing_and_the_next_run_is_fine(
    tmp_path, monkeypatch, call, code
):
    targets = {"mkdir": Path, "fsync": os, "rename": Path, "open": Path}
    real = getattr(targets[call], call)
    for k in range(1, 30):
        count = [0]

        def failing(*args, count=count, k=k, **kwargs):
            count[0] += 1
            if count[0] == k:
                raise OSError(code, os.strerror(code))
            return real(*args, **kwargs)

        folder = tmp_path / str(k) / "x-1"
        folder.parent.mkdir()
        with monkeypatch.context() as patch:
            patch.setattr(targets[call], call, failing)
            try:
                write(run_of(), folder)
                told = ""
            except ConfigError as error:
                told = str(error)
        assert holds(folder, run_of()) if not told else os.strerror(code) in told
        assert not folder.exists() or holds(folder, run_of())
        assert holds(write(run_of(), folder), run_of())
        assert hidden(folder.parent) == []
        if count[0] < k:
            return
    pytest.fail("the operation was never reached often enough")


WRITERS = """
import os, sys, hashlib, json
from pathlib import Path
from mixopt.report.write import write

def files(n):
    found = {f"{k}.bin": f"{n % 3}".encode() * 200_000 for k in range(4)}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    return {**found, "summary.json": json.dumps({"files": sums}).encode()}

for _ in sys.stdin:  # a line on stdin starts a writer of its own; its pid goes to stdout once it has written
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        print("gone", flush=True)
        continue
    n = 0
    while True:
        n += 1
        write(files(n), Path(sys.argv[1]) / "x-1")
        if n == 1:
            print(os.getpid(), flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_time_the_run_is_whole_and_nothing_is_left_behind(tmp_path):
    command = [sys.executable, "-c", WRITERS, str(tmp_path)]
    stuck = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writers:
        for kill in range(12):
            writers.stdin.write("\n")
            writers.stdin.flush()
            pid = int(writers.stdout.readline())
            time.sleep(0.003 + 0.007 * (kill * 7 % 12))
            os.kill(pid, signal.SIGKILL)
            assert writers.stdout.readline() == "gone\n"
            stuck += len(hidden(tmp_path))
            sweep(tmp_path)
            assert names(tmp_path) == ["x-1"]  # a run that the writer had moved aside was put back
            folder = tmp_path / "x-1"
            sums = json.loads((folder / SUMMARY).read_bytes())["files"]
            found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sums}
            assert found == sums
            assert names(folder) == sorted([*sums, SUMMARY])
            assert len(set(found.values())) == 1
        writers.stdin.close()
    assert stuck > 0  # the kills came in the middle of the work


@pytest.fixture
def hurried():
    """Switch threads as often as can be: what may come between two calls then does."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize("locks", [True, False])
def test_many_writers_of_one_run_all_succeed_and_foreign_files_stay(tmp_path, hurried, monkeypatch, locks):
    if (
        not locks
    ):  # as on a system without locks of folders; few writers, for each may be overtaken by all others
        monkeypatch.setitem(sys.modules, "fcntl", None)
    for attempt in range(8):
        folder = write(run_of("first"), tmp_path / f"x-{attempt}")
        (folder / "notes.txt").write_text("mine")

        def one(k, folder=folder):
            return write(run_of("same" if k % 2 else "other"), folder)

        with ThreadPoolExecutor(8) as pool:
            folders = list(pool.map(one, range(40 if locks else 16)))
        assert set(folders) == {folder}
        assert holds(folder, run_of("same")) or holds(folder, run_of("other"))
        assert (folder / "notes.txt").read_text() == "mine"
        assert hidden(tmp_path) == []


def test_nobody_waits_for_a_lock_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(turn, "PATIENCE", 0.05)
    with turn.in_turn(tmp_path):
        assert holds(write(run_of(), tmp_path / "x-1"), run_of())


def test_the_folders_of_living_writers_are_not_swept(tmp_path):
    from mixopt.report.write import _beside

    mine = _beside(tmp_path / "x-1", "new")
    mine.mkdir()
    (tmp_path / ".x-1.00000000-1.abcdef01.new").mkdir()  # of another machine, just now
    (tmp_path / ".git").mkdir()
    sweep(tmp_path)
    assert len(hidden(tmp_path)) == 3


def test_a_full_result_is_saved_under_its_name_and_hash_and_opens_again(pair, tmp_path):
    _, result = pair
    folder = save(result, tmp_path)
    assert folder == tmp_path / f"small-{result.hash[:8]}"
    assert load(folder).name == "small"
    assert save(result, tmp_path) == folder


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("uk-brand_2027.v1", "uk-brand_2027.v1"),
        ("../../etc", "etc"),
        ("née / x", "n-e-x"),
        ("日本", "run"),
        ("a" * 200, "a" * 64),
    ],
)
def test_a_folders_name_is_always_one_plain_name(name, slug):
    assert run_folder(name, "0123456789abcdef") == f"{slug}-01234567"
