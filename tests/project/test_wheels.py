"""What is shipped: one wheel a distribution, with what it needs and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name if path != ROOT else "mixopt")
def test_the_wheel_holds_the_package_its_types_and_its_entry_point(project: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    told = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    package = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "name"
    ].replace("-", "_")
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {package}
    assert f"{package}/py.typed" in names
    assert not [name for name in names if "test" in name and not name.startswith("mixopt/testing/")]
    assert "mixopt.v1" in read(wheel, "entry_points.txt")
    metadata = Parser().parsestr(read(wheel, "METADATA"))
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_core_ships_its_licence_and_its_command(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert any(name.endswith("licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())
    assert "mixopt = mixopt.cli:main" in read(wheel, "entry_points.txt")


def read(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (path for path in archive.namelist() if path.endswith(f".dist-info/{name}"))
        return archive.read(path).decode("utf-8")
