"""Small tables, read with the core's own families."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import mixopt.builtin
from mixopt.config import read_config
from mixopt.errors import InputError
from mixopt.plugin import Registry, registry_of
from mixopt.problem.cells import Cells, read_cells
from mixopt.scope import Budget
from mixopt.scope.frames import parse_frame


@pytest.fixture(scope="session")
def registry() -> Registry:
    return registry_of(("core", mixopt.builtin))


@pytest.fixture
def cells(registry: Registry) -> Callable[..., Cells]:
    """Read a text or a frame as the cells table, with a budget of 100."""

    def read(table: str | pd.DataFrame, registry: Registry = registry) -> Cells:
        frame = parse_frame(table.encode(), "cells.csv") if isinstance(table, str) else table
        return read_cells(frame, registry, Budget(total=100.0))

    return read


@pytest.fixture
def faults_of(cells: Callable[..., Cells]) -> Callable[..., list[str]]:
    """The faults that a cells table gets, one line each."""

    def told(table: str | pd.DataFrame, **options: Any) -> list[str]:
        with pytest.raises(InputError) as caught:
            cells(table, **options)
        assert caught.value.exit_code == 2
        return str(caught.value).splitlines()

    return told


@pytest.fixture
def config(registry: Registry) -> Callable[..., Any]:
    """A config of one plan with the given data."""

    def make(data: dict[str, Any] | None = None, **further: Any) -> Any:
        document = {
            "currency": "GBP",
            "budget": {"total": 100},
            "data": data or {},
            "plans": {"pure-roi": {"objective": [{"kind": "response"}]}},
        }
        return read_config(document | further, registry)

    return make
