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
FOREIGN = ("PYTHON", "PYTEST", "PIP", "UV", "VIRTUAL_ENV", "MIXOPT")


@dataclass(frozen=True)
class Fresh:
    """An environment, what it sees of the dependencies, and where wheels are built for it."""

    folder: Path
    dependencies: Path
    wheels: Path

    @classmethod
    def make(cls, folder: Path, dependencies: Path, wheels: Path) -> Fresh:
        """Make an environment with mixopt from its wheel, and pip."""
        venv.create(folder, with_pip=True, symlinks=True)
        site = next((folder / "lib").glob("python*/site-packages"))
        (site / "dependencies.pth").write_text(f"{dependencies}\n")
        made = cls(folder, dependencies, wheels)
        made._add_commands()
        made.install(ROOT)
        return made

    def _add_commands(self) -> None:
        """Add what installing the dependencies in this environment would have put beside its interpreter."""
        script = self.folder / "bin" / "pytest"
        script.write_text(f"#!{self.python}\nimport sys, pytest\nsys.exit(pytest.console_main())\n")
        script.chmod(0o755)
        (self.folder / "bin" / "ruff").symlink_to(Path(sys.executable).parent / "ruff")

    def another(self, home: Path) -> Fresh:
        """Make another environment of the same kind."""
        return self.make(home / "env", self.dependencies, self.wheels)

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def run(
        self, *words: object, cwd: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its commands, with no trace of the environment that the tests run in; pip looks nothing up."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        mine = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "COLUMNS": "110",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as: no isolation
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        told = subprocess.run(
            [str(word) for word in words],
            cwd=cwd or self.folder,
            env=kept | mine,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or told.returncode == 0, f"{words}\n{told.stdout}\n{told.stderr}"
        return told

    def install(self, project: Path) -> None:
        """Build a distribution's wheel, if that has not been done yet, and install it."""
        out = self.wheels / project.name
        if not out.exists():
            build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", out]
            self.run(*build, cwd=project)
        (wheel,) = out.glob("*.whl")
        self.run("pip", "install", "--quiet", "--no-deps", wheel)


def dependencies(folder: Path) -> Path:
    """Return a folder of links to all that is installed here, but for mixopt, its plugins and what is editable."""
    folder.mkdir()
    for home in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in Path(home).iterdir():
            name = path.name.lower()
            left_out = "mixopt" in name or name.startswith(("_editable", "__editable__", "pip"))
            if not left_out and path.suffix != ".pth":
                (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Return an environment with mixopt and its dependencies, as an author or a user has it."""
    home = tmp_path_factory.mktemp("fresh")
    return Fresh.make(home / "env", dependencies(home / "dependencies"), home / "wheels")
