"""Terms that count the same money are refused in one plan, told once."""

from types import SimpleNamespace

import pytest

import mixopt.builtin
from mixopt import ConfigError, Settings, TermEntry, hookimpl, read_config, read_problem, registry_of
from mixopt.testing import small_tables


class Bare(Settings):
    """Nothing to say."""


class Nothing:
    def build(self, block, totals):
        return 0.0

    def value(self, plan):
        return 0.0


def entry(name, *excludes):
    return TermEntry(
        name=name,
        summary="Nothing at all.",
        settings=Bare,
        examples=(Bare(),),
        build=lambda _settings, _scope: Nothing(),
        excludes=excludes,
    )


@pytest.fixture
def registry():
    @hookimpl
    def mixopt_terms():
        yield entry("stock", "flow")
        yield entry("flow", "stock")
        yield entry("lonely", "stock")

    return registry_of(("core", mixopt.builtin), ("own", SimpleNamespace(mixopt_terms=mixopt_terms)))


def bound(registry, *objective):
    config = {
        "mixopt": 1,
        "name": "n",
        "currency": "EUR",
        "budget": {"total": 100},
        "data": {"cells": "cells"},
        "plans": {"plan": {"objective": [{"kind": "response"}, *objective]}},
    }
    read = read_config(config, registry)
    return read_problem(read, registry, {"cells": small_tables()["cells"]})


def test_a_pair_that_excludes_each_other_is_told_once(registry):
    with pytest.raises(ConfigError) as caught:
        bound(registry, {"kind": "stock"}, {"kind": "flow", "name": "stream"})
    (fault,) = caught.value.faults
    assert fault.problem == "plan 'plan' rewards both 'stream' and 'stock', which count the same money"
    assert fault.hint == "leave one of them out"


def test_one_that_excludes_the_other_is_enough(registry):
    with pytest.raises(ConfigError, match="both 'lonely' and 'stock'"):
        bound(registry, {"kind": "lonely"}, {"kind": "stock"})


def test_a_term_without_a_say_excludes_nothing(registry):
    assert bound(registry, {"kind": "stock"}, {"kind": "flow", "weight": 0})
    assert bound(registry, {"kind": "lonely"}, {"kind": "flow"})
