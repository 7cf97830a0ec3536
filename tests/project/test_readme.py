"""What README.md shows is what `make demo` prints: the same words, and the same numbers but for the last digit."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
LOOSE = (
    "Score",
    "Ceiling",
    "At most missing",
    "  as a share",
    "Rules",
    "Pure ROI:",
    "Balanced:",
    "    gains",
)


@pytest.fixture(scope="module")
def readme() -> ModuleType:
    """Return the tool that writes the block."""
    spec = importlib.util.spec_from_file_location("tools_readme", ROOT / ".ci" / "readme.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(text: str) -> list[str]:
    return NUMBER.sub("#", text).replace("#k", "#").replace("#m", "#").split()


def numbers(text: str) -> list[float]:
    tables = text.partition("Rules that bind")[0].splitlines()
    tight = [line for line in tables if not line.startswith(LOOSE)]
    return [float(number.replace(",", "")) for number in NUMBER.findall("\n".join(tight))]


@pytest.mark.slow
def test_the_demo_prints_what_the_readme_shows(readme: ModuleType) -> None:
    shown, printed = readme.recorded(), readme.demo()
    assert words(printed) == words(shown), "run: .venv/bin/python .ci/readme.py"
    assert numbers(printed) == pytest.approx(numbers(shown), rel=0.02, abs=0.11)


def test_a_changed_number_is_noticed(readme: ModuleType) -> None:
    shown = readme.recorded()
    changed = re.sub(r"(Spend +£)12", r"\g<1>13", shown, count=1)
    assert changed != shown
    assert numbers(changed) != pytest.approx(numbers(shown), rel=0.02, abs=0.11)


def test_what_differs_from_run_to_run_is_left_out(readme: ModuleType) -> None:
    assert (
        readme.settled("Run: runs/uk-media-0f9e8d7c  \n\nin 12.5 s")
        == "Run: runs/uk-media-1a2b3c4d\n\nin 1 s"
    )
