"""The attacker, the instances and the test that brings them together, as modules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def module(name):
    known = sys.modules.get(f"oracle_{name}")
    if known is not None:
        return known
    spec = importlib.util.spec_from_file_location(f"oracle_{name}", HERE / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="session")
def attacker():
    return module("attacker")


@pytest.fixture(scope="session")
def instances():
    return module("instances")


@pytest.fixture(scope="session")
def lies():
    return module("test_attack")
