"""Every snippet of the documentation is run: Python as it stands, consoles in a shell, YAML against the kinds.

Each page runs from top to bottom in an empty folder that holds a copy of ``configs/``.

- ``python``: run, or compared as a doctest where it has prompts; names live on through the page.
- ``console``: each ``$ command`` must leave with exit code 0 (``; echo $?`` shows another one), and what stands
  below it must be what it prints; ``...`` stands for anything.
- ``yaml``: ``# file: NAME`` in the first line writes the block to that file; elsewhere every ``kind:`` must be known
  and its settings valid.
"""

from __future__ import annotations

import doctest
import glob
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sybil import Sybil
from sybil.example import Example, SybilFailure
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

import mixopt
from mixopt.cli import main

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PAGES = sorted(
    path
    for pattern in (
        "README.md",
        "docs/**/*.md",
        "configs/*/README.md",
        "plugins/*/README.md",
        "plugins/*/docs/*.md",
    )
    for path in ROOT.glob(pattern)
    if not {"_generated", "_build"} & set(path.parts)
)
NESTED = {"term", "of"}


def run_console(example: Example) -> str | None:
    for command, wanted in commands(example.parsed):
        code, out, err = told_here(command) if is_plain(command) else told_by_shell(command)
        if code != 0:
            return f"$ {command}\nleft with exit code {code}:\n{out}{err}"
        if wanted.strip() and not any(check(wanted, printed) for printed in (out, out + err)):
            return f"$ {command}\nprinted:\n{out}{err}\nwhere the page has:\n{wanted}"
    return None


def check(wanted: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(wanted, printed, OPTIONS)


def is_plain(command: str) -> bool:
    """Tell whether a command is mixopt alone: then it runs here, without a new process that imports everything."""
    return command.startswith("mixopt ") and not set("|&;<>$`") & set(command)


def told_here(command: str) -> tuple[int, str, str]:
    words = [found for word in shlex.split(command)[1:] for found in (sorted(glob.glob(word)) or [word])]  # noqa: PTH207
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(words)
    return code, out.getvalue(), err.getvalue()


def told_by_shell(command: str) -> tuple[int, str, str]:
    told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    return told.returncode, told.stdout, told.stderr


def commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            command = f"{command[:-1]} {more}"
        yield command, output


def read_yaml(example: Example) -> str | None:
    first, _, rest = example.parsed.partition("\n")
    if match := re.fullmatch(r"#\s*file:\s*(\S+)", first.strip()):
        path = Path(match.group(1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rest, encoding="utf-8")
        return None
    registry = mixopt.discover()
    for section in sections(YAML(typ="safe").load(example.parsed)):
        name = section.pop("kind")
        settings = {key: value for key, value in section.items() if key not in {"name", "weight"}}
        found = [
            registry.entries(which)[name]
            for which in ("term", "rule", "measure", "report")
            if name in registry.entries(which)
        ]
        if not found:
            return f"no plugin registers the kind {name!r}"
        errors = [error for error in (invalid(entry, settings) for entry in found) if error]
        if len(errors) == len(found):
            return f"kind {name!r}: {errors[0]}"
    return None


def invalid(entry: Any, settings: dict[str, Any]) -> str:
    try:
        entry.settings.model_validate(settings)
    except ValueError as error:
        return str(error)
    return ""


def sections(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict) and isinstance(document.get("kind"), str):
        yield dict(document)
    elif isinstance(document, dict):
        for value in document.values():
            yield from sections(value)
    elif isinstance(document, list):
        for value in document:
            yield from sections(value)


SYBIL = Sybil(
    [
        PythonCodeBlockParser(doctest_optionflags=OPTIONS),
        CodeBlockParser("console", run_console),
        CodeBlockParser("yaml", read_yaml),
        SkipParser(),
    ],
    path=str(ROOT),
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder that a page runs in, with the commands of this environment on the path."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "110")
    yield tmp_path
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or ROOT).resolve().is_relative_to(tmp_path):
            del sys.modules[name]


def run_page(page: Path) -> int:
    """Run a page's snippets in order; return how many there were."""
    examples = list(SYBIL.parse(page).examples())
    for example in examples:
        example.evaluate()
    return len(examples)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_snippet_of_the_page_runs(page: Path) -> None:
    run_page(page)


@pytest.mark.parametrize(
    "text",
    [
        "```python\n>>> 1 + 1\n3\n```\n",
        "```python\nraise ValueError\n```\n",
        "```console\n$ false\n```\n",
        "```console\n$ echo one\ntwo\n```\n",
        "```yaml\n- {kind: no-such-kind}\n```\n",
        "```yaml\n- {kind: spend, at_leest: 3}\n```\n",
    ],
)
def test_a_wrong_snippet_is_caught(text: str, shop: Path) -> None:
    (shop / "page.md").write_text(text)
    with pytest.raises((SybilFailure, ValueError)):
        run_page(shop / "page.md")


def test_a_right_snippet_passes(shop: Path) -> None:
    python, console, yaml = ">>> 1 + 1\n2", "$ echo one two\none ...", "- {kind: response}"
    text = f"```python\n{python}\n```\n\n```console\n{console}\n```\n\n```yaml\n{yaml}\n```\n"
    (shop / "page.md").write_text(text)
    assert run_page(shop / "page.md") == 3
