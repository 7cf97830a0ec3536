"""A saved run opens only if it is what was written."""

from __future__ import annotations

import json

import pytest

from mixopt.errors import ConfigError
from mixopt.plan import load
from mixopt.report import save


@pytest.fixture
def saved(pair, tmp_path):
    return save(pair[1], tmp_path)


def test_a_folder_without_a_summary_is_no_run(tmp_path):
    with pytest.raises(ConfigError, match=r"summary.json: there is no such file; wanted: a run's folder"):
        load(tmp_path)


def test_another_format_says_which_version_to_use(saved):
    said = json.loads((saved / "summary.json").read_text())
    (saved / "summary.json").write_text(json.dumps({**said, "format": 99}))
    with pytest.raises(
        ConfigError, match="it is of format 99; wanted: format 1; try: open it with the version"
    ):
        load(saved)


@pytest.mark.parametrize("name", ["allocation.csv", "contrast.csv", "terms.csv", "rules.csv"])
def test_a_changed_table_is_refused(saved, name):
    data = (saved / name).read_bytes()
    (saved / name).write_bytes(data.replace(b"1", b"2", 1))
    with pytest.raises(ConfigError, match=f"{name}: it is not what this run wrote"):
        load(saved)


def test_a_missing_table_is_told(saved):
    (saved / "terms.csv").unlink()
    with pytest.raises(ConfigError, match="terms.csv: it cannot be read: No such file"):
        load(saved)


@pytest.mark.parametrize("text", ["", "[", "[]", "null", '{"format": 1}', "[" * 100_000])
def test_a_broken_summary_is_told(saved, text):
    (saved / "summary.json").write_text(text)
    with pytest.raises(ConfigError, match=r"summary.json: it (cannot be read|is of format|lacks)"):
        load(saved)


def test_a_summary_that_names_files_elsewhere_is_refused(saved):
    said = json.loads((saved / "summary.json").read_text())
    said["files"] = {"../secret.csv": "0" * 64}
    (saved / "summary.json").write_text(json.dumps(said))
    with pytest.raises(ConfigError, match="names a file outside its folder"):
        load(saved)
