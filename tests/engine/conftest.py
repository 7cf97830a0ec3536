"""The instance generator, importable from the engine's tests by one name, and what they share."""

from __future__ import annotations

import importlib.util
import sys
import threading
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from mixopt.engine import Options
from mixopt.engine.assemble import Shop
from mixopt.engine.clock import Clock
from mixopt.engine.context import Context
from mixopt.engine.highs import LinearSolver
from mixopt.engine.layout import Layout
from mixopt.engine.price import Pricer
from mixopt.engine.scale import scale_of


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "engine_instances", Path(__file__).with_name("instances.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_load()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20270104)


@pytest.fixture
def context_of():
    """Contexts of programs, whose solver threads end with the test."""
    solvers = []

    def make(program, **wishes):
        options = Options(**wishes)
        clock = Clock(options.time_limit, options.stop)
        layout = Layout(program)
        solver = LinearSolver(clock)
        solvers.append(solver.__enter__())
        return Context(layout, Shop(layout, scale_of(layout)), Pricer(layout), solver, clock, options)

    yield make
    for solver in solvers:
        solver.__exit__(None, None, None)


@pytest.fixture
def clock() -> Clock:
    return Clock(60.0, threading.Event())
