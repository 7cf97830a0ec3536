"""One plugin of each kind, generated, built, installed beside mixopt's wheel, and run through its own tests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mixopt.cli.new_plugin import SUMMARIES, distribution

KINDS = tuple(SUMMARIES)


@pytest.fixture(scope="module")
def generated(fresh, tmp_path_factory) -> Path:
    """A folder with a distribution of each kind, all of them installed."""
    home = tmp_path_factory.mktemp("generated")
    for kind in KINDS:
        fresh.run("mixopt", "new-plugin", f"acme-{kind}", "--kind", kind, "--out", home)
        fresh.install(home / f"mixopt-acme-{kind}")
    return home


@pytest.mark.slow
def test_seven_generated_plugins_are_green_in_a_fresh_environment(fresh, generated):
    tests = [generated / f"mixopt-acme-{kind}" / "tests" for kind in KINDS]
    told = fresh.run(
        fresh.python,
        "-W",
        "error",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        *tests,
        cwd=generated,
    )
    passed = int(re.search(r"(\d+) passed", told.stdout)[1])
    assert passed > 80, told.stdout
    assert "failed" not in told.stdout


@pytest.mark.slow
def test_they_are_listed_without_a_fault_and_show_what_they_are(fresh, generated):
    listed = json.loads(fresh.run("mixopt", "plugins", "--check", "--json").stdout)
    found = {each["distribution"]: each["registers"] for each in listed}
    assert set(found) == {"mixopt", *(f"mixopt-acme-{kind}" for kind in KINDS)}
    assert all(found[f"mixopt-acme-{kind}"] == {kind: [f"acme-{kind}"]} for kind in KINDS)
    said = fresh.run("mixopt", "plugins", "show", "acme-term").stdout
    assert said.startswith("term acme-term\n  A fee on spend, in currency.\n  from mixopt-acme-term\n")
    assert "rate (>= 0, needed): Fee per unit of spend: 0.05 is 5 %." in said
    assert "value = - rate" in said


@pytest.mark.slow
def test_their_settings_are_in_the_schema(fresh, generated):
    definitions = json.loads(fresh.run("mixopt", "schema").stdout)["$defs"]
    for kind in ("term", "rule", "measure", "report"):
        assert f"{kind}.acme-{kind}" in definitions
    assert definitions["rule.acme-rule"]["properties"]["at_most"]["description"] == (
        "The most that any label gets, currency."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_generated_code_is_tidy_and_whole(kind, tmp_path):
    for name, data in distribution("acme-halo", kind).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        assert "@" not in re.sub(r"@(dataclass|hookimpl|parametrize_checks|v\d)", "", data.decode()), name
    for words in (
        ["check", "--isolated", "--select", "E,F,I,UP", "--ignore", "E501"],
        ["format", "--check", "--isolated"],
    ):
        told = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--line-length", "110", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert told.returncode == 0, told.stdout


def test_public_names_alone_are_imported(tmp_path):
    for kind in KINDS:
        for name, data in distribution("acme-halo", kind).items():
            if name.endswith(".py"):
                homes = re.findall(r"^\s*(?:from|import) (mixopt[\w.]*)", data.decode(), re.MULTILINE)
                ours = {home for home in homes if not home.startswith("mixopt_acme_halo")}
                assert ours <= {"mixopt", "mixopt.curves", "mixopt.testing"}, (kind, name)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["Halo", "--kind", "term"], "'Halo' is no name; wanted: lower-case words and hyphens; try: halo\n"),
        (
            ["Brand Halo", "--kind", "term"],
            "NAME: 'Brand Halo' is no name; wanted: lower-case words and hyphens; try: brand-halo\n",
        ),
        (["brandHalo", "--kind", "term"], "try: brand-halo\n"),
        (["ハロー", "--kind", "term"], "NAME: 'ハロー' is no name; wanted: lower-case words and hyphens\n"),
        (["halo", "--kind", "tern"], "--kind: there is no kind 'tern'; wanted: one of term, rule, curve"),
        (["halo", "--kind", "rules"], "report, command; try: rule\n"),
        (
            ["share", "--kind", "rule"],
            "NAME: there is a rule 'share' already, from mixopt; try: acme-share, or any other name\n",
        ),
    ],
)
def test_a_wrong_call_is_told(words, told, tmp_path, capsys):
    from mixopt.cli import main

    assert main(["new-plugin", *words, "--out", str(tmp_path)]) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path, capsys):
    from mixopt.cli import main

    assert main(["new-plugin", "mixopt-halo", "--kind", "term", "--out", str(tmp_path)]) == 0
    before = (tmp_path / "mixopt-halo" / "README.md").read_bytes()
    assert main(["new-plugin", "halo", "--kind", "rule", "--out", str(tmp_path)]) == 2
    assert "README.md: it is already there; try: another name" in capsys.readouterr().err
    assert (tmp_path / "mixopt-halo" / "README.md").read_bytes() == before
