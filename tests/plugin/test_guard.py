"""The guard between the core and a plugin's objects: what it lets through, what it names, what it remembers."""

from __future__ import annotations

import pickle
import threading
import time

import numpy as np
import pytest

from mixopt import Atom, ConcaveTerm, Measure, PluginError, Rule, Separable, Term
from mixopt.curves import Family, Hill, Pricing
from mixopt.plugin.guard import Owner, guarded
from mixopt.plugin.guard_family import GuardedFamily, guarded_family
from mixopt.plugin.patience import TooSlowError, patiently

THEIRS = Owner(section="term", kind="halo", provider="acme 1.0")


class Square:
    """-x², concave."""

    def totals(self, totals):
        return []

    def value_and_gradient(self, x):
        return -float(x @ x), -2.0 * x

    def ceiling(self):
        return 0.0

    def value(self, plan):
        return 0.0


class Stated(Square):
    def atom(self):
        return Atom(kind="negative-square", scale=np.ones(1), unit=np.ones(1))


def test_guarded_objects_keep_their_contracts_and_pickle():
    for built, contract in ((Square(), ConcaveTerm), (Stated(), Separable)):
        held = guarded(THEIRS, built)
        assert isinstance(held, contract)
        assert isinstance(pickle.loads(pickle.dumps(held)), contract)
    assert not isinstance(guarded(THEIRS, Square()), Separable)
    linear = type("Linear", (), {"build": print, "value": print})()
    assert isinstance(guarded(THEIRS, linear), Term)
    rule = type("Some", (), {"build": print, "levels": print, "sentence": print})()
    assert isinstance(guarded(Owner(section="rule", kind="x"), rule), Rule)
    assert isinstance(guarded(Owner(section="measure", kind="x"), linear), Measure)


def test_a_concave_term_may_be_asked_for_many_points():
    held = guarded(THEIRS, Square())
    rng = np.random.default_rng(3)
    for point in rng.uniform(0.0, 1e6, (200, 3)):
        value, gradient = held.value_and_gradient(point)
        assert value == -float(point @ point)
        assert np.array_equal(gradient, -2.0 * point)
    assert len(held.touched) == 16


def test_a_bump_is_found_when_it_is_met():
    class Bumped(Square):
        def value_and_gradient(self, x):
            bump = 50.0 if 3.0 < x[0] < 4.0 else 0.0
            return -float(x @ x) + bump, -2.0 * x

        def ceiling(self):
            return 100.0

    held = guarded(THEIRS, Bumped())
    held.value_and_gradient(np.array([1.0]))
    with pytest.raises(
        PluginError, match="term 'halo' of acme 1.0: its value .* is above a tangent of its own"
    ):
        held.value_and_gradient(np.array([3.5]))


def test_ctrl_c_says_where_it_was():
    def work():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        THEIRS.call("value", work)
    assert caught.value.__notes__ == ["interrupted in value of term 'halo' of acme 1.0"]


def test_the_owner_of_the_core_goes_without_a_name():
    assert str(Owner(section="rule", kind="spend")) == "rule 'spend'"
    assert str(Owner(section="rule", kind="cap", provider="acme 1.0")) == "rule 'cap' of acme 1.0"


def test_patience_gives_back_what_the_work_gives_and_raises_what_it_raises():
    assert patiently(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        patiently(divmod, 7, 0)
    with pytest.raises(SystemExit):
        patiently(exit, 3)


def test_patience_ends_and_leaves_no_thread_where_there_is_an_answer():
    before = threading.active_count()
    for _ in range(50):
        patiently(abs, -1)
    assert threading.active_count() == before
    stop = threading.Event()
    began = time.monotonic()
    with pytest.raises(TooSlowError, match="no answer within 0.05 s"):
        patiently(stop.wait, seconds=0.05)
    assert time.monotonic() - began < 60.0
    stop.set()


def test_numpy_settings_reach_the_work():
    with np.errstate(over="raise"):
        with pytest.raises(FloatingPointError):
            patiently(np.exp, np.array([1e9]))
        assert patiently(np.geterr)["over"] == "raise"


def test_curves_of_the_core_stay_as_they_are_and_others_are_priced_by_bisection():
    hill = Hill(np.array([100.0]), np.array([50.0]), np.array([2.0]))
    assert guarded_family(Owner(section="curve", kind="hill"), hill, np.array([200.0])) is hill
    held = guarded_family(Owner(section="curve", kind="hill", provider="acme 1.0"), hill, np.array([200.0]))
    assert isinstance(held, GuardedFamily)
    assert isinstance(held, Family)
    assert not isinstance(held, Pricing)
    assert held.value(np.array([50.0])) == hill.value(np.array([50.0]))
    assert held.take(np.array([0, 0])).stretch(np.array([1.0, 2.0])).value(
        np.array([50.0, 100.0])
    ) == pytest.approx([50.0, 50.0])


def test_sampling_passes_curves_of_every_family_of_the_core():
    import mixopt

    owner = Owner(section="curve", kind="x", provider="acme 1.0")
    for name, entry in mixopt.discover([]).entries("curve").items():
        if entry.table:
            continue
        for example in entry.examples:
            values = {field: np.array([number] * 2) for field, number in example.model_dump().items()}
            family = entry.build(values)
            for upper in (0.0, 1.0, 5e4, 1e9):
                guarded_family(owner, family, np.array([upper, 100.0])), name
