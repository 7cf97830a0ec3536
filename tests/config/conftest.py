"""Configs as text, read with the core's own kinds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mixopt.builtin
from mixopt.config import RunConfig, read_config
from mixopt.errors import ConfigError
from mixopt.plugin import Registry, registry_of

SMALL = """\
mixopt: 1
name: small
currency: GBP
budget: {total: 12_000_000, rule: spend-all}
data: {cells: cells.csv}
constraints:
  - {name: tv-contract, kind: spend, where: {channel: tv}, at_least: 500_000}
  - {name: digital-cap, kind: share, where: {channel: [search, social]}, at_most: 60%}
plans:
  pure-roi:
    objective:
      - {kind: response}
  balanced:
    objective:
      - {kind: response, weight: 2.0}
      - {kind: profit, name: money, where: {channel: tv}}
    constraints:
      - {name: at least 97 % of the best return, kind: keep, term: response, of: pure-roi, at_least: 97%}
solver: {gap: 1e-4, time_limit: 60s}
"""


@pytest.fixture(scope="session")
def registry() -> Registry:
    return registry_of(("core", mixopt.builtin))


@pytest.fixture
def small() -> str:
    """A config without a fault."""
    return SMALL


@pytest.fixture
def read(tmp_path: Path, registry: Registry) -> Callable[..., RunConfig]:
    """Read a text as ``config.yaml``, or as another file."""

    def reader(text: str | bytes, name: str = "config.yaml", **options: Any) -> RunConfig:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_config(path, registry, **options)

    return reader


@pytest.fixture
def faults_of(read: Callable[..., RunConfig]) -> Callable[..., list[str]]:
    """The faults that a text gets, one line each."""

    def told(text: str | bytes, name: str = "config.yaml", **options: Any) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            read(text, name, **options)
        assert caught.value.exit_code == 2
        return str(caught.value).splitlines()

    return told
