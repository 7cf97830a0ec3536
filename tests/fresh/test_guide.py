"""The guide for authors, followed word for word: its commands in their order, its files where it puts them.

In ``docs/guide/index.md`` a block of ``shell-session`` is typed into a shell, and what stands below a command must be
what it prints (``...`` is anything); a ``literalinclude`` of ``mixopt-carbon/…`` is a file that the author writes.
At the end the author's folder is the one in the guide, file for file, and its wheel works in another environment.
"""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
PAGE = GUIDE / "index.md"
CARBON = GUIDE / "mixopt-carbon"
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
LEFT_OVER = {"dist", "runs", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}


@dataclass(frozen=True)
class Step:
    """A command with what it prints, or a file to write."""

    command: str = ""
    prints: str = ""
    file: str = ""


def steps(text: str) -> Iterator[Step]:
    for block in re.finditer(r"^```(\S+)([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        kind, rest, body = block.groups()
        if kind == "{literalinclude}" and rest.strip().startswith("mixopt-carbon/"):
            yield Step(file=rest.strip().removeprefix("mixopt-carbon/"))
        if kind == "shell-session":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, prints = part.partition("\n")
                yield Step(command=command, prints=prints)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in found
        if not LEFT_OVER & set(path.relative_to(folder).parts)
    }


@pytest.fixture(scope="module")
def author(fresh, tmp_path_factory):
    """The author's shell: ``author(command)`` in the folder it is in; pip looks nothing up."""
    environment = fresh.another(tmp_path_factory.mktemp("author"))
    return environment, tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def followed(author):
    """The guide, followed: where the author's folder is, and what was printed where something else was expected."""
    environment, desk = author
    here, wrong, done = desk, [], 0
    for step in steps(PAGE.read_text(encoding="utf-8")):
        if step.file:
            target = desk / "mixopt-carbon" / step.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((CARBON / step.file).read_bytes())
            continue
        if step.command.startswith("cd "):
            here /= step.command.removeprefix("cd ")
            continue
        told = environment.run("bash", "-c", step.command, cwd=here, check=False)
        printed = told.stdout + told.stderr
        right = not step.prints.strip() or doctest.OutputChecker().check_output(step.prints, printed, OPTIONS)
        done += 1
        if told.returncode != 0 or not right:
            wrong.append(
                f"$ {step.command}\nleft with {told.returncode}:\n{printed}\nthe page has:\n{step.prints}"
            )
            break
    assert not wrong, wrong[0]
    assert done >= 9
    return desk / "mixopt-carbon"


@pytest.mark.slow
def test_the_guide_ends_with_the_plugin_that_it_shows(followed):
    mine, shown = files(followed), files(CARBON)
    assert sorted(mine) == sorted(shown)
    assert not [name for name in shown if mine[name] != shown[name]]


@pytest.mark.slow
def test_the_published_package_works_beside_mixopts_wheel(followed, fresh, tmp_path):
    user = fresh.another(tmp_path)
    (wheel,) = (followed / "dist").glob("*.whl")
    user.run("pip", "install", "--quiet", wheel)
    listed = json.loads(user.run("mixopt", "plugins", "--check", "--json").stdout)
    carbon = next(each for each in listed if each["distribution"] == "mixopt-carbon")
    assert carbon["registers"] == {"term": ["carbon-price"], "rule": ["carbon-budget"], "measure": ["carbon"]}
    told = user.run("mixopt", "run", CARBON / "example" / "carbon.yaml", "--out", tmp_path / "runs", "--json")
    result = json.loads(told.stdout)
    assert result["plugins"]["mixopt-carbon"] == {"version": "0.1.0", "record": carbon["record"]}
    assert result["plans"]["within-80-tonnes"]["measures"]["carbon"] == pytest.approx(80.0)
    assert {plan["status"] for plan in result["plans"].values()} == {"optimal"}
    assert user.run("mixopt", "verify", result["folder"]).returncode == 0
    tests = user.run(
        user.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", followed / "tests", cwd=tmp_path
    )
    assert re.search(r"^\d+ passed, \d+ skipped in", tests.stdout, re.MULTILINE), tests.stdout


@pytest.mark.slow
def test_the_wheel_holds_the_package_alone(followed):
    import zipfile

    (wheel,) = (followed / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"mixopt_carbon", "mixopt_carbon-0.1.0.dist-info"}
    assert "mixopt_carbon/py.typed" in names


def test_the_guides_plugin_imports_public_names_alone():
    wrong = [
        (path.name, home)
        for folder in ("mixopt-carbon", "more")
        for path in sorted((GUIDE / folder).rglob("*.py"))
        for home in re.findall(
            r"^\s*(?:from|import) (mixopt[\w.]*)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        if not home.startswith("mixopt_carbon") and home not in {"mixopt", "mixopt.curves", "mixopt.testing"}
    ]
    assert not wrong


def test_the_page_shows_every_file_that_the_author_writes():
    shown = {step.file for step in steps(PAGE.read_text(encoding="utf-8")) if step.file}
    generated = {".gitignore", ".github/workflows/ci.yml", "mixopt_carbon/py.typed"}
    assert shown | generated == set(files(CARBON))
