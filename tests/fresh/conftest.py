"""A fresh environment: an interpreter of its own, mixopt from its wheel, and what it depends on."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Fresh:
    """An environment, and where wheels are built for it."""

    folder: Path
    wheels: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def run(
        self, *words: object, cwd: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its commands, with no trace of the environment that the tests run in."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))
        }
        environment |= {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{environment['PATH']}",
            "NO_COLOR": "1",
            "COLUMNS": "110",
        }
        told = subprocess.run(
            [str(word) for word in words],
            cwd=cwd or self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or told.returncode == 0, f"{words}\n{told.stdout}\n{told.stderr}"
        return told

    def install(self, project: Path) -> None:
        """Build a distribution and install its wheel, without looking anything up."""
        out = self.wheels / project.name
        build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", out]
        self.run(*build, cwd=project)
        (wheel,) = out.glob("*.whl")
        install = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--quiet"]
        self.run(*install, "--python", self.python, wheel)


def dependencies(folder: Path) -> Path:
    """Return a folder of links to all that is installed here, but for mixopt, its plugins and what is editable."""
    folder.mkdir()
    for home in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in Path(home).iterdir():
            name = path.name.lower()
            if "mixopt" not in name and "editable" not in name and path.suffix != ".pth":
                (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Return an environment with mixopt and its dependencies, as an author or a user has it."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home / "env", with_pip=False, symlinks=True)
    site = next((home / "env" / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(f"{dependencies(home / 'dependencies')}\n")
    made = Fresh(home / "env", home / "wheels")
    made.install(ROOT)
    return made
