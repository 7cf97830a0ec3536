"""``mixopt verify``: honest runs pass, changed ones are refused by the check that failed, no solver is imported."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest


@pytest.fixture
def run(config, mixopt, two_plans, tmp_path):
    out = mixopt("run", config(plans=two_plans), "--out", tmp_path / "runs", "--json")[1]
    from pathlib import Path

    return Path(json.loads(out)["folder"])


def test_an_honest_run_passes_with_what_it_scores_and_what_it_rests_on(run, mixopt):
    code, out, err = mixopt("verify", run)
    assert (code, err) == (0, "")
    assert "pure-roi: optimal" in out
    assert "  cannot be beaten beyond " in out
    assert "the curves alone, without the solver" in out
    code, out, _ = mixopt("verify", run, "--json")
    plans = json.loads(out)["plans"]
    assert [plan["plan"] for plan in plans] == ["pure-roi", "steady"]
    assert all(plan["gap"] <= 1e-4 for plan in plans)


def change_number(text: bytes) -> bytes:
    at = next(k for k, c in enumerate(text) if chr(c) in "12345678" and k > len(text) // 2)
    return text[:at] + bytes([text[at] + 1]) + text[at + 1 :]


@pytest.mark.parametrize("name", ["allocation.csv", "contrast.csv", "rules.csv", "terms.csv", "problem.json"])
def test_one_number_changed_in_a_file_is_refused(run, mixopt, name):
    (run / name).write_bytes(change_number((run / name).read_bytes()))
    code, out, err = mixopt("verify", run)
    assert (code, out) == (2, "")
    assert err.startswith("Verification failed: file-hash: ")
    assert name in err


@pytest.mark.parametrize("key", ["objective", "bound", "spend"])
def test_one_number_changed_in_the_summary_is_refused(run, mixopt, key):
    said = json.loads((run / "summary.json").read_text())
    said["plans"]["steady"][key] *= 1.001
    (run / "summary.json").write_text(json.dumps(said))
    code, _, err = mixopt("verify", run)
    assert code == 2
    assert err.startswith("Verification failed: summary-")


def test_an_allocation_with_the_summary_made_to_fit_is_refused(run, mixopt):
    path = run / "allocation.csv"
    lines = path.read_text().splitlines()
    cells = lines[1].split(",")
    cells[4] = repr(float(cells[4]) + 1.0)
    lines[1] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")
    said = json.loads((run / "summary.json").read_text())
    said["files"]["allocation.csv"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (run / "summary.json").write_text(json.dumps(said))
    code, _, err = mixopt("verify", run)
    assert code == 2
    assert err.startswith("Verification failed: allocation-spend: ")


def test_what_is_no_run_is_told(tmp_path, mixopt):
    code, _, err = mixopt("verify", tmp_path)
    assert code == 2
    assert err.startswith("Verification failed: file-missing: ")


def test_times_and_versions_may_say_anything(run, mixopt):
    said = json.loads((run / "summary.json").read_text())
    said["plans"]["steady"]["seconds"] = 1e9
    said["versions"] = {}
    (run / "summary.json").write_text(json.dumps(said))
    assert mixopt("verify", run)[0] == 0


def test_neither_pyomo_nor_the_solver_is_imported(run):
    script = (
        "import sys; from mixopt.cli import main; code = main(['verify', sys.argv[1]]);"
        "print(code, sorted({'pyomo', 'highspy', 'ruamel', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(run)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"
