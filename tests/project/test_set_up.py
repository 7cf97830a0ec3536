"""Set-up: the lock is whole, has hashes and no addresses; the stamp knows what it stands for."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("demo", "test", "check", "lock", "docs", "bench", "clean")


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """Return the set-up tool, pointed at a copy of what it reads."""
    module = tool("set_up")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "set_up.py", tmp_path / ".ci" / "set_up.py")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / ".set-up")
    monkeypatch.setattr(module, "__file__", str(tmp_path / ".ci" / "set_up.py"))
    return module


def pins() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)
    }


def test_the_lock_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"index-url|find-links| @ ", text)


def test_every_pin_has_a_hash() -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    blocks = [block for block in blocks if not block.startswith("#")]
    assert len(blocks) > 50
    assert not [block for block in blocks if "--hash=sha256:" not in block]


def test_every_requirement_is_in_the_lock_in_a_version_it_allows() -> None:
    locked = pins()
    wanted = [Requirement(text) for text in tool("lock").requirements()]
    missing = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(locked.get(canonicalize_name(requirement.name), "0"))
    ]
    assert not missing, "run: make lock"


def test_the_lock_leaves_out_what_is_ours() -> None:
    assert not [name for name in pins() if name.startswith("mixopt")]


def test_the_pin_of_the_installer_is_found_with_its_hashes() -> None:
    pin = tool("set_up").locked("uv")
    assert pin.startswith("uv==")
    assert pin.count("--hash=sha256:") > 5
    assert "\n" not in tool("set_up").version_of(pin)


def test_a_finished_set_up_is_not_repeated(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(set_up, "install", lambda: calls.append("install"))
    assert [set_up.main(), set_up.main()] == [0, 0]
    assert calls == ["install"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_input_sets_up_anew(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    calls: list[str] = []
    monkeypatch.setattr(set_up, "install", lambda: calls.append("install"))
    set_up.main()
    with (set_up.ROOT / name).open("a") as handle:
        handle.write("\n# changed\n")
    set_up.main()
    assert calls == ["install", "install"]


def test_a_new_plugin_sets_up_anew(set_up: ModuleType) -> None:
    before = set_up.fingerprint()
    (set_up.ROOT / "plugins" / "mixopt-new").mkdir(parents=True)
    (set_up.ROOT / "plugins" / "mixopt-new" / "pyproject.toml").write_text("[project]\n")
    assert set_up.fingerprint() != before
    assert [path.name for path in set_up.projects()][1:] == ["mixopt-new"]


@pytest.mark.parametrize(
    ("error", "code"), [(subprocess.CalledProcessError(7, ["uv", "pip"]), 1), (KeyboardInterrupt(), 130)]
)
def test_a_set_up_that_stops_half_way_leaves_no_stamp(
    set_up: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
) -> None:
    def stop() -> None:
        raise error

    monkeypatch.setattr(set_up, "install", stop)
    assert set_up.main() == code
    assert not set_up.STAMP.exists()
    assert "Traceback" not in capsys.readouterr().err


def test_an_old_python_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = tool("set_up")
    monkeypatch.setattr(module.sys, "version_info", (3, 9, 18))
    assert module.main() == 2
    assert capsys.readouterr().err == (
        f"mixopt needs Python 3.11 or newer, and {sys.executable} is 3.9.18; try: make PYTHON=python3.12\n"
    )


@pytest.mark.parametrize("target", TARGETS)
def test_the_makefile_has_the_target(target: str) -> None:
    make = shutil.which("make")
    if not make:
        pytest.skip("make is not on the path")
    told = subprocess.run([make, "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout


def test_the_verdict_runs_the_tests() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert "make test" in text
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
