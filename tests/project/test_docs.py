"""The documentation builds without a warning, without the net, and leaves nothing out."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mixopt
from mixopt.config import json_schema
from mixopt.testing import CHECKS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site, built once for all processes that run tests."""
    base = tmp_path_factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = home / "site"
    with (home / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            build(folder)
    told = (folder / "told.txt").read_text(encoding="utf-8")
    assert told.startswith("0\n"), told
    return folder / "html"


def build(folder: Path) -> None:
    """Build the site, with warnings as errors and proxies that lead nowhere; leave the exit code and what was told."""
    folder.mkdir()
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    words = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    places = ["-d", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")]
    told = subprocess.run(
        [*words, *places], capture_output=True, text=True, check=False, env=os.environ | nowhere
    )
    (folder / "told.txt").write_text(f"{told.returncode}\n{told.stderr}", encoding="utf-8")


@pytest.mark.slow
def test_every_page_is_built(built: Path) -> None:
    sources = [
        path for path in (ROOT / "docs").rglob("*.md") if not {"_build", "mixopt-carbon"} & set(path.parts)
    ]
    missing = [
        path
        for path in sources
        if not (built / path.relative_to(ROOT / "docs")).with_suffix(".html").is_file()
    ]
    assert not missing
    assert len(sources) > 15


@pytest.mark.slow
def test_every_kind_is_in_the_reference(built: Path) -> None:
    page = (built / "_generated" / "kinds.html").read_text(encoding="utf-8")
    registry = mixopt.discover()
    names = [name for section in ("term", "rule", "curve", "measure") for name in registry.entries(section)]
    assert len(names) > 12
    assert not [name for name in names if f">{name}<" not in page]


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(built: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (built / "reference").glob("*.html"))
    missing = [name for name in mixopt.__all__ if f'id="mixopt.{name}"' not in pages]
    assert set(missing) <= {"__version__"}


@pytest.mark.slow
def test_pages_load_nothing_from_elsewhere(built: Path) -> None:
    remote = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?:https?:)?//[^\"]+\"")
    found = {
        (str(path.relative_to(built)), tag)
        for path in built.rglob("*.html")
        for tag in remote.findall(path.read_text(encoding="utf-8"))
    }
    assert not found


@pytest.mark.slow
def test_formulas_are_markup_that_needs_no_script(built: Path) -> None:
    page = (built / "concepts" / "proof.html").read_text(encoding="utf-8")
    assert page.count("<math") > 5
    assert "<munder" in page
    assert "mathjax.js" not in page
    everything = "".join(path.read_text(encoding="utf-8") for path in built.rglob("*.html"))
    assert everything.count("<math") > 150


@pytest.mark.slow
def test_pictures_are_made_by_the_build_in_both_themes(built: Path) -> None:
    page = (built / "tutorial.html").read_text(encoding="utf-8")
    shown = re.findall(r'<img alt="([^"]+)" class="only-(light|dark)[^"]*" src="([^"]+)"', page)
    assert [theme for _, theme, _ in shown] == ["light", "dark"] * 3
    for said, _, source in shown:
        picture = (built / source).read_bytes()
        assert len(said) > 20
        assert picture.startswith((b"\x89PNG", b"<svg"))
        assert len(picture) > 10_000
    drawn = (built / "_images" / "run-light.svg").read_text(encoding="utf-8")
    assert "Balanced" in drawn
    assert "@font-face" not in drawn


@pytest.mark.slow
def test_every_key_of_the_config_is_in_the_reference(built: Path) -> None:
    page = (built / "reference" / "config.html").read_text(encoding="utf-8")
    schema = json_schema(mixopt.discover())
    solver = [f"solver.{key}" for key in schema["$defs"]["SolverForm"]["properties"]]
    keys = [*(set(schema["properties"]) - {"solver"}), *solver, "plans.NAME.objective", "budget.total"]
    assert not [key for key in keys if f'<span class="pre">{key}</span>' not in page]
    assert '<span class="pre">spend-all</span>' in page


@pytest.mark.slow
def test_every_check_of_the_kit_is_in_the_guide(built: Path) -> None:
    page = (built / "_generated" / "checks.html").read_text(encoding="utf-8")
    assert not [check.name for check in CHECKS if f'<span class="pre">{check.name}</span>' not in page]
