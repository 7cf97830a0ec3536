"""What must not stand anywhere in the tree, and what must."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout: there is no list of the project's files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: str, files: list[Path]) -> list[str]:
    found = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(text.splitlines(), 1)
            if re.search(pattern, line)
        ]
    return found


def outside_tests(files: list[Path]) -> list[Path]:
    return [path for path in files if "tests" not in path.relative_to(ROOT).parts]


def test_no_package_registry_is_named() -> None:
    hosts = [
        "py" + "pi.org",
        "python" + "hosted",
        "npm" + "js",
        "conda" + r"\.org",
        "deb" + r"ian\.org",
        "proxy.go" + "lang",
    ]
    assert not lines_with("|".join(hosts), tracked())


def test_nothing_depends_on_where_it_was_written() -> None:
    assert not lines_with(r"(?<![\w.])/(work|root|home)/\w", outside_tests(tracked()))


def test_no_pyomo_solver_is_ever_called() -> None:
    code = [path for path in outside_tests(tracked()) if path.suffix == ".py"]
    assert code
    assert not lines_with(r"Solver" + r"Factory|pyomo\.(contrib\.)?(appsi|solver|opt)\b", code)


def test_no_test_needs_the_folder_of_cases() -> None:
    tests = [path for path in tracked() if "tests" in path.relative_to(ROOT).parts]
    assert not lines_with(r"(?<![\w.])/work" + "/", tests), "ask for the fixture `shared_cases`, which skips"


@pytest.mark.parametrize(
    "name",
    ["README.md", "CHANGELOG.md", "LICENSE", "Makefile", "requirements.lock", ".ci/run", "mixopt/py.typed"],
)
def test_the_checkout_is_complete(name: str) -> None:
    assert (ROOT / name).is_file()


def test_the_changelog_names_the_version() -> None:
    import mixopt

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(mixopt.__version__)}\]|^## \[Unreleased\]", text, re.MULTILINE)
