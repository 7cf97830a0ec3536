"""Resolve what mixopt, its plugins and its developers need into requirements.lock: hashes, no addresses.

The first-party distributions are left out (they are installed from their folders), so the lock names only what
comes from a package registry, whichever that is on the machine at hand. One version serves every platform and Python.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"


def main() -> int:
    """Write requirements.lock; return the exit code."""
    wanted = "\n".join(requirements()) + "\n"
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *(
            "--fork-strategy",
            "fewest",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-annotate",
            "--upgrade",
        ),
        *("--custom-compile-command", "make lock", "--output-file", str(LOCK), "-"),
    ]
    return subprocess.run(command, input=wanted, text=True, check=False, cwd=ROOT).returncode


def requirements() -> list[str]:
    """Return every third-party requirement of the distributions, their extras, groups and build systems."""
    found: set[str] = set()
    for path in (ROOT / "pyproject.toml", *sorted(ROOT.glob("plugins/*/pyproject.toml"))):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        project = document["project"]
        found.update(document["build-system"]["requires"], project.get("dependencies", ()))
        for group in (
            *project.get("optional-dependencies", {}).values(),
            *document.get("dependency-groups", {}).values(),
        ):
            found.update(group)
    return sorted(requirement for requirement in found if not is_first_party(requirement))


def is_first_party(requirement: str) -> bool:
    """Tell whether a requirement is mixopt or one of the plugins in this repository."""
    name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()
    return name == "mixopt" or name.startswith("mixopt-")


if __name__ == "__main__":
    sys.exit(main())
