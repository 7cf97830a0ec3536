"""Plugins installed for real: a module and its metadata in a folder on the path."""

import importlib
import sys

import pytest

PLUGIN = """
from mixopt import Settings, TermEntry, hookimpl
from pydantic import Field

class Nothing(Settings):
    price: float = Field(1.0, description="Price, currency.")

class Term:
    def __init__(self, settings, scope):
        self.settings = settings
    def build(self, block, totals):
        return self.settings.price * totals.returns()
    def value(self, plan):
        return float(self.settings.price * plan.returns.sum())

@hookimpl
def mixopt_terms():
    yield TermEntry(name="NAME", summary="A term.", settings=Nothing, examples=(Nothing(),), build=Term)
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return install(distribution, code, version, group, record): a distribution whose plugin is the given code."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(distribution, code, version="1.0", group="mixopt.v1", record=None):
        module = distribution.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code)
        info = tmp_path / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{module} = {module}\n")
        if record is not None:
            (info / "RECORD").write_text(record)
        importlib.invalidate_caches()
        monkeypatch.delitem(sys.modules, module, raising=False)
        return module

    yield put
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.fixture
def plugin_code():
    """Return plugin_code(name): the source of a plugin that registers one term."""
    return lambda name: PLUGIN.replace("NAME", name)
