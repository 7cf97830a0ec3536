"""The charts' library: made once, kept whole, never believed when somebody else may have written it."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from mixopt_report.page import library


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Return how often the text is made; it is kept in a folder of the test's own."""
    calls = []

    def make():
        calls.append(1)
        return "(function(){draw()})();"

    monkeypatch.setattr(library, "_make", make)
    monkeypatch.setenv(library.VARIABLE, str(tmp_path / "kept"))
    return calls


def again():
    library.bundle.cache_clear()
    try:
        return library.bundle()
    finally:
        library.bundle.cache_clear()


def test_it_is_made_once(made, tmp_path):
    assert again() == again() == "(function(){draw()})();"
    assert len(made) == 1
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.name.startswith("charts-")
    assert kept.stat().st_mode & 0o077 == 0


def test_what_is_damaged_is_made_again(made, tmp_path):
    again()
    (kept,) = (tmp_path / "kept").iterdir()
    for damaged in (kept.read_bytes()[:-3], b"", b"\xff\xfe", kept.read_bytes().replace(b"draw", b"evil")):
        kept.write_bytes(damaged)
        before = len(made)
        assert again() == "(function(){draw()})();"
        assert len(made) == before + 1


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no file modes here")
@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_others_may_write_is_not_believed(made, tmp_path, which):
    again()
    (kept,) = (tmp_path / "kept").iterdir()
    (kept if which == "file" else kept.parent).chmod(0o777)
    again()
    assert len(made) == 2


def test_nothing_is_kept_where_nothing_is_asked_for_or_can_be_written(made, monkeypatch, tmp_path):
    monkeypatch.setenv(library.VARIABLE, "")
    assert again()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(library.VARIABLE, str(tmp_path / "file" / "below"))
    assert again()
    monkeypatch.setenv(library.VARIABLE, "relative")
    assert again()
    assert len(made) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_writers_at_the_same_time_leave_one_whole_file(made, tmp_path):
    path = library._path()
    texts = ["x" * 200_000] * 8
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda text: library._keep(path, text), texts))
    assert library._read(path) == texts[0]
    assert [one.name for one in (tmp_path / "kept").iterdir()] == [path.name]
    assert made == []


def test_a_kept_library_spares_the_import(tmp_path):
    code = (
        "import sys; from mixopt_report.page.library import bundle; text = bundle(); "
        "print(len(text) > 500_000, 'vl_convert' in sys.modules)"
    )
    words = [sys.executable, "-c", code]
    environment = os.environ | {library.VARIABLE: str(tmp_path)}
    told = [
        subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout.split()
        for _ in range(2)
    ]
    assert told == [["True", "True"], ["True", "False"]]
