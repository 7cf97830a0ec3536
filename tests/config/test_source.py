"""Configs that an importer reads: found by a file's ending, checked as any other, faults told at their places."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import mixopt
import mixopt.builtin
from mixopt import ImporterEntry, ImportSettings, InputError, hookimpl
from mixopt.config import read_config
from mixopt.plugin import discover

CELLS = pd.DataFrame(
    {"channel": ["tv", "01"], "curve": "michaelis-menten", "scale": [9.0, 8.0], "half_saturation": 3.0}
)
DOCUMENT = {
    "mixopt": 1,
    "currency": "EUR",
    "budget": {"total": 10},
    "data": {"cells": None},
    "plans": {"best": {"objective": [{"kind": "response"}]}},
}


class Brought:
    """A config that stands nowhere but here."""

    def __init__(self, settings):
        self.settings = settings

    def read(self):
        return {"cells": CELLS}

    def replay(self):
        return 0.0

    def document(self):
        text = self.settings.file.read_text()
        return {**DOCUMENT, "budget": {"total": -1}} if text == "wrong" else DOCUMENT

    def places(self):
        return {("budget",): "page 1", ("budget", "total"): "page 1, line 7", ("plans", "best"): "page 2"}


def entry(name="brought", build=Brought):
    return ImporterEntry(
        name=name,
        summary="Brings a config.",
        settings=ImportSettings,
        examples=(ImportSettings(file=Path("a.brought")),),
        build=build,
        sample=lambda folder: ImportSettings(file=folder / "a.brought"),
        endings=(".brought",),
    )


def registry(*entries):
    class Plugin:
        @hookimpl
        def mixopt_importers(self):
            return entries

    return mixopt.registry_of(("core", mixopt.builtin), ("theirs", Plugin()))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.Brought"
    path.write_text("right")
    return path


def test_a_file_is_read_by_the_importer_of_its_ending(file):
    result = mixopt.run(file, registry=registry(entry()))
    assert result.plans["best"].spend.sum() == pytest.approx(10)
    assert list(result.problem.scope.names("channel")) == ["tv", "01"]


def test_overrides_lie_over_it(file):
    read = read_config(file, registry(entry()), overrides=["budget.total=20"])
    assert (read.budget.total, read.origins["budget.total"]) == (20, "--set budget.total")


def test_faults_are_told_where_the_importer_says(file):
    file.write_text("wrong")
    with pytest.raises(InputError) as caught:
        mixopt.run(file, registry=registry(entry()), overrides=["plans.best.objective[0].kind=respond"])
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("page 1, line 7: total is -1")
    assert lines[1].startswith("--set plans.best.objective[0].kind: there is no term 'respond'")


def test_a_file_of_no_importer_is_told_what_to_install(tmp_path):
    (tmp_path / "plan.xlsx").write_bytes(b"PK")
    bare = discover().allow([])
    with pytest.raises(
        InputError, match="no installed plugin reads a config from '.xlsx'.*pip install mixopt-report"
    ):
        read_config(tmp_path / "plan.xlsx", bare)


def test_two_importers_of_one_ending_are_told(file):
    with pytest.raises(InputError, match=r"brought, other all read configs from \.brought"):
        read_config(file, registry(entry(), entry("other")))


def test_an_importer_that_knows_no_config_is_told_to_its_author(file):
    class Tables:
        def __init__(self, settings):
            pass

        def read(self):
            return {"cells": CELLS}

        def replay(self):
            return 0.0

    with pytest.raises(InputError, match="names endings, and has no document"):
        read_config(file, registry(entry(build=Tables)))


def test_endings_are_endings():
    with pytest.raises(InputError, match="'xlsx' is no ending of a file"):
        ImporterEntry(
            name="odd",
            summary="Odd.",
            settings=ImportSettings,
            examples=(ImportSettings(file=Path("a")),),
            build=Brought,
            sample=lambda folder: ImportSettings(file=folder / "a"),
            endings=("xlsx",),
        )
