"""Small configs on disk, and the command line called as a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mixopt.cli import main

CELLS = """channel,segment,curve,scale,half_saturation,slope,value,current_spend
tv,new,hill,100,60,1.6,2,40
tv,old,hill,90,50,1.0,1,30
search,new,michaelis-menten,40,30,,3,20
search,old,michaelis-menten,30,20,,1.5,10
"""


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Path]:
    """Write a config with its table: ``config(budget=100, constraints=[…], plans={…})``."""

    def write(*, budget: float = 100, cells: str = CELLS, **changes: Any) -> Path:
        (tmp_path / "cells.csv").write_text(cells)
        document = {
            "mixopt": 1,
            "name": "small",
            "currency": "GBP",
            "budget": {"total": budget},
            "data": {"cells": "cells.csv"},
            "plans": {"pure-roi": {"objective": [{"kind": "response"}]}},
            "reports": [],
            **changes,
        }
        path = tmp_path / "config.json"
        path.write_text(json.dumps(document))
        return path

    return write


TWO_PLANS = {
    "pure-roi": {"objective": [{"kind": "response"}]},
    "steady": {
        "objective": [{"kind": "response"}],
        "constraints": [{"name": "floor", "kind": "spend", "where": {"channel": "search"}, "at_least": 60}],
    },
}


@pytest.fixture
def two_plans() -> dict[str, Any]:
    """A pure plan and one with a floor of its own."""
    return TWO_PLANS


@pytest.fixture
def mixopt(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Call the command line: ``code, out, err = mixopt("run", path)``."""

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
