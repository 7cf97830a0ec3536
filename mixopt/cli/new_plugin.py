"""``mixopt new-plugin``: a distribution to start from, one small working thing of the kind asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from mixopt.cli.exit import DONE
from mixopt.cli.fresh import write_fresh
from mixopt.cli.output import show

if TYPE_CHECKING:
    from mixopt.errors import Fault

SUMMARIES = {
    "term": "A fee on spend, in currency.",
    "rule": "No label gets more than so much.",
    "curve": "A square-root curve: concave, without a ceiling.",
    "measure": "The share of spend that goes to some cells.",
    "importer": "Curves from a JSON file of points.",
    "report": "What each plan spends per channel, as text.",
    "command": "Show what each plan of a run spends per channel.",
}
NEEDS = {"importer": ("pandas>=2.2",), "command": ("typer>=0.15",)}
TARGETS = {
    "common/pyproject.txt": "pyproject.toml",
    "common/readme.txt": "README.md",
    "common/docs.txt": "docs/@NAME@.md",
    "common/ci.txt": ".github/workflows/ci.yml",
    "common/ignore.txt": ".gitignore",
    "common/init.txt": "@PACKAGE@/__init__.py",
    "@KIND@/plugin.txt": "@PACKAGE@/plugin.py",
    "@KIND@/command.txt": "@PACKAGE@/command.py",
    "@KIND@/trial.txt": "tests/test_@SNAKE@.py",
}
NAME = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")


def new_plugin(name: str, kind: str, out: Path) -> int:
    """Write a new distribution.

    Parameters
    ----------
    name : str
        kebab-case: what a config will write after ``kind:``.
    kind : {"term", "rule", "curve", "measure", "importer", "report", "command"}
    out : Path
        Where its folder, ``mixopt-<name>``, goes.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    ConfigError
        If the name is of another form or taken, or there is no such kind; if a file is already there.
    """
    from mixopt.errors import ConfigError

    name = name.removeprefix("mixopt-")
    if faults := [*_misnamed(name), *_no_kind(kind)] or [*_taken(name, kind)]:
        raise ConfigError(*faults)
    folder = out / f"mixopt-{name}"
    files = distribution(name, kind)
    write_fresh(files, folder, hint="another name, or --out another-folder")
    show(f"Wrote {len(files)} files to {folder}")
    show(f"Next: cd {folder} && pip install -e '.[dev]' && pytest && mixopt plugins show {name}")
    return DONE


def distribution(name: str, kind: str) -> dict[str, bytes]:
    """Return the files of a new distribution.

    Parameters
    ----------
    name, kind : str
        As :func:`new_plugin`.

    Returns
    -------
    dict of str to bytes
        By path within the distribution's folder.
    """
    from mixopt import __version__

    home = resources.files("mixopt.cli") / "templates"
    words = {
        "@NAME@": name,
        "@SNAKE@": name.replace("-", "_"),
        "@PACKAGE@": f"mixopt_{name.replace('-', '_')}",
        "@DISTRIBUTION@": f"mixopt-{name}",
        "@CLASS@": "".join(word.capitalize() for word in name.split("-")),
        "@TITLE@": name.replace("-", " ").capitalize(),
        "@KIND@": kind,
        "@SUMMARY@": SUMMARIES[kind],
        "@MORE@": "".join(f', "{need}"' for need in NEEDS.get(kind, ())),
        "@MIXOPT@": __version__,
    }
    words["@EXAMPLE@"] = _filled((home / kind / "example.txt").read_text(encoding="utf-8").strip(), words)
    files = {f"{words['@PACKAGE@']}/py.typed": b""}
    for source, target in TARGETS.items():
        template = home / _filled(source, words)
        if template.is_file():
            files[_filled(target, words)] = _filled(template.read_text(encoding="utf-8"), words).encode()
    return files


def _misnamed(name: str) -> Iterator[Fault]:
    from mixopt.errors import Fault, shown

    if not NAME.match(name):
        near = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()))
        yield Fault(
            where="NAME",
            problem=f"{shown(name)} is no name",
            wanted="lower-case words and hyphens",
            hint=near if NAME.match(near) else "",
        )


def _no_kind(kind: str) -> Iterator[Fault]:
    from mixopt.errors import Fault, shown

    if kind not in SUMMARIES:
        yield Fault(
            where="--kind",
            problem=f"there is no kind {shown(kind)}",
            wanted=f"one of {', '.join(SUMMARIES)}",
            hint=", ".join(get_close_matches(kind, SUMMARIES, n=1)),
        )


def _taken(name: str, kind: str) -> Iterator[Fault]:
    """Yield what says that somebody else's plugin registers the name: two of them would stop each other."""
    from mixopt.errors import Fault, shown
    from mixopt.plugin import discover
    from mixopt.plugin.allowed import normal

    registry = discover()
    everyone = registry.entries(kind) if name in registry.entries(kind) else {}
    owner = registry.provider_of(kind, name).distribution if everyone else f"mixopt-{name}"
    if normal(owner) != f"mixopt-{name}":
        yield Fault(
            where="NAME",
            problem=f"there is a {kind} {shown(name)} already, from {owner}",
            hint=f"acme-{name}, or any other name",
        )


def _filled(text: str, words: dict[str, str]) -> str:
    for token, word in words.items():
        text = text.replace(token, word)
    return text
