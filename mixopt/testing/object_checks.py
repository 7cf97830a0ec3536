"""Checks of what terms, rules and measures build: it repeats itself, pickles, prints nothing and changes nothing."""

from __future__ import annotations

import contextlib
import io
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np

from mixopt import Evaluation, Problem
from mixopt.testing.kit import IN_SCOPE, Subject, promise
from mixopt.testing.sample import sampled


@promise(*IN_SCOPE, "curve", "report", since="0.1")
def built_object_pickles(subject: Subject) -> None:
    """What the entry builds survives pickling: sweeps send it to other processes."""
    built = _built(subject)
    again = pickle.loads(pickle.dumps(built))  # noqa: S301 - our own bytes
    assert type(again) is type(built), f"{type(built).__name__} comes back as {type(again).__name__}"


@promise(*IN_SCOPE, since="0.1")
def prints_nothing(subject: Subject) -> None:
    """Building and evaluating write nothing to stdout or stderr: they belong to whoever runs mixopt."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for _ in _answers(subject, subject.problem):
            pass
    said = (out.getvalue() + err.getvalue()).strip()
    assert not said, f"it printed {said.splitlines()[0]!r}"


@promise(*IN_SCOPE, since="0.1")
def value_is_deterministic(subject: Subject) -> None:
    """The same plan has the same answer, bit for bit, on a new object too."""
    once, again = list(_answers(subject, subject.problem)), list(_answers(subject, subject.problem))
    for first, second in zip(once, again, strict=True):
        # as text: every digit of a float, and nan is nan
        assert repr(first) == repr(second), f"{first!r} is not {second!r}"


@promise("term", "measure", since="0.1")
def value_is_one_number(subject: Subject) -> None:
    """The value is a float, and finite for a term."""
    for value in _answers(subject, subject.problem):
        assert isinstance(value, float), f"{type(value).__name__}, wanted float"
        if subject.section == "term":
            assert np.isfinite(value), f"{value!r}"


@promise(*IN_SCOPE, since="0.1")
def inputs_stay_as_they_are(subject: Subject) -> None:
    """Building and evaluating change neither spends, nor arrays, nor tables."""
    before = _snapshot(subject.problem)
    for plan in sampled(subject.problem):
        spend = plan.spend.copy()
        spend.flags.writeable = False
        kept = spend.copy()
        _answer(subject, subject.built(), Evaluation(scope=plan.scope, curves=plan.curves, spend=spend))
        assert np.array_equal(spend, kept), "the spends were changed"
    after = _snapshot(subject.problem)
    changed = [name for name in before if not _same(before[name], after.get(name))]
    changed += [name for name in after if name not in before]
    assert not changed, f"it changed {', '.join(changed)} of the scope"


@promise("rule", since="0.1")
def sentence_reads_well(subject: Subject) -> None:
    """The rule says itself in words, on one line, without a full stop."""
    rule = subject.built()
    assert hasattr(rule, "sentence"), "no method sentence"
    sentence = rule.sentence()
    assert isinstance(sentence, str), f"the sentence is a {type(sentence).__name__}"
    assert sentence.strip(), "the sentence is empty"
    assert "\n" not in sentence, "the sentence has a line break"
    assert not sentence.endswith("."), "the sentence ends with a full stop"


@promise("measure", since="0.1")
def default_is_settings_or_nothing(subject: Subject) -> None:
    """``default(scope)`` returns settings of the measure, or ``None`` where it does not stand in every contrast."""
    default = subject.entry.default(subject.problem.scope)
    assert default is None or isinstance(default, subject.entry.settings), f"{default!r}"
    assert subject.entry.unit, "the measure has no unit"


def _built(subject: Subject) -> Any:
    if subject.section != "curve":
        return subject.built()
    from mixopt.testing.curve_checks import built_curves  # noqa: PLC0415 - the two use each other

    return built_curves(subject)


def _answers(subject: Subject, problem: Problem) -> Iterator[Any]:
    for plan in sampled(problem):
        yield _answer(subject, subject.built_in(problem), plan)


def _answer(subject: Subject, built: Any, plan: Evaluation) -> Any:
    return tuple(built.levels(plan)) if subject.section == "rule" else built.value(plan)


def _snapshot(problem: Problem) -> dict[str, Any]:
    scope = problem.scope
    arrays = {
        "value": scope.value,
        "lower": scope.lower,
        "upper": scope.upper,
        "current_spend": scope.current_spend,
    }
    found = {name: None if array is None else array.copy() for name, array in arrays.items()}
    found |= {f"weights {name}": array.copy() for name, array in scope.weights.items()}
    frames = {"cells": scope.cells, **scope.tables}
    return found | {f"table {name}": frame.copy(deep=True) for name, frame in frames.items()}


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return (
        bool(one.equals(other))
        if hasattr(one, "equals")
        else bool(np.array_equal(one, other, equal_nan=True))
    )
