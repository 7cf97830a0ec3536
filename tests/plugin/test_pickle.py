"""Every error of mixopt's comes back from another process as it was: no class that does not unpickle breaks a pool."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil

import pytest

import mixopt
from mixopt import Fault, InputError, MixoptError


def subclasses(kind):
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def everything():
    for module in pkgutil.walk_packages(mixopt.__path__, "mixopt."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return sorted({MixoptError, *subclasses(MixoptError)}, key=lambda kind: kind.__qualname__)


def made(kind):
    """Return an error with a text for every argument its constructor asks for."""
    if issubclass(kind, InputError):
        return kind(Fault(where="a.yaml:1:2", problem="is wrong", wanted="right", hint="this"))
    if kind.__init__ is Exception.__init__:
        return kind("it went wrong")
    names = [p.name for p in inspect.signature(kind).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    return kind(*(f"some {name}" for name in names))


def test_all_of_them_are_found():
    assert {kind.__name__ for kind in everything()} >= {
        *("ConfigError", "FormulationError", "InputError", "MixoptError", "NoPlanError"),
        *("PluginError", "ProofError", "SolverError", "TableError"),
    }


@pytest.mark.parametrize("kind", everything(), ids=lambda kind: kind.__name__)
def test_an_error_pickles_whole(kind):
    error = made(kind)
    error.add_note("in plan best")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), again.args, again.exit_code) == (str(error), error.args, error.exit_code)


def test_an_error_comes_back_from_a_worker_process():
    with mixopt.open_executor("processes:1", mixopt.discover([])) as executor:
        error = executor.submit(mixopt.read_config, {"mixopt": 1}, mixopt.discover([])).exception(timeout=120)
        assert isinstance(error, mixopt.ConfigError)
        assert len(error.faults) >= 2
        assert executor.submit(abs, -1).result(timeout=120) == 1
