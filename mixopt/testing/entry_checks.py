"""Checks of every entry: settings that are documented, frozen and strict; objects that repeat themselves and pickle."""

from __future__ import annotations

import pickle

import numpy as np
from pydantic import ValidationError

from mixopt import Evaluation
from mixopt.testing.kit import Skip, Subject, promise
from mixopt.testing.sample import sampled

ALL = ("curve", "term", "rule", "measure")
BUILT = ("term", "rule", "measure")


@promise(*ALL, since="0.1")
def settings_are_documented(subject: Subject) -> None:
    """Every field of the settings has a description."""
    bare = [name for name, field in subject.entry.settings.model_fields.items() if not field.description]
    assert not bare, f"settings without description: {', '.join(bare)}"


@promise(*ALL, since="0.1")
def settings_are_frozen_and_strict(subject: Subject) -> None:
    """Settings cannot be changed, and refuse unknown keys."""
    config = subject.entry.settings.model_config
    assert config.get("frozen"), "settings are not frozen"
    assert config.get("extra") == "forbid", "settings accept unknown keys"
    data = subject.example.model_dump() | {"no_such_key": 1}
    try:
        subject.entry.settings.model_validate(data)
    except ValidationError:
        return
    raise AssertionError("settings took the unknown key no_such_key")


@promise(*ALL, since="0.1")
def example_survives_json(subject: Subject) -> None:
    """An example written to JSON and read back is the same."""
    again = subject.entry.settings.model_validate_json(subject.example.model_dump_json())
    assert again == subject.example, f"{again!r} is not {subject.example!r}"


@promise(*ALL, since="0.1")
def summary_is_a_sentence(subject: Subject) -> None:
    """The summary starts with a capital and ends with a full stop."""
    summary = subject.entry.summary
    assert summary.endswith("."), f"no full stop: {summary!r}"
    assert summary[0].isupper(), f"no capital: {summary!r}"


@promise(*BUILT, since="0.1")
def built_object_pickles(subject: Subject) -> None:
    """What the entry builds survives pickling: sweeps send it to other processes."""
    built = subject.built()
    again = pickle.loads(pickle.dumps(built))  # noqa: S301 - our own bytes
    assert type(again) is type(built)


@promise("term", "measure", since="0.1")
def value_is_deterministic(subject: Subject) -> None:
    """The same plan has the same value, bit for bit, on a new object too."""
    for plan in sampled(subject.problem):
        first, second = subject.built().value(plan), subject.built().value(plan)
        assert np.array_equal(first, second, equal_nan=True), f"{first!r} is not {second!r}"


@promise("term", "measure", since="0.1")
def value_is_one_number(subject: Subject) -> None:
    """The value is a float, and finite for a term."""
    for plan in sampled(subject.problem):
        value = subject.built().value(plan)
        assert isinstance(value, float), f"{type(value).__name__}, wanted float"
        if subject.section == "term":
            assert np.isfinite(value), f"{value!r}"


@promise("term", "measure", since="0.1")
def inputs_stay_as_they_are(subject: Subject) -> None:
    """Read-only spends work and are not changed."""
    for plan in sampled(subject.problem):
        spend = plan.spend.copy()
        spend.flags.writeable = False
        subject.built().value(Evaluation(scope=plan.scope, curves=plan.curves, spend=spend))
        assert np.array_equal(spend, plan.spend), "the spends were changed"


@promise("rule", since="0.1")
def sentence_reads_well(subject: Subject) -> None:
    """The rule says itself in words, on one line, without a full stop."""
    if not hasattr(subject.built(), "sentence"):
        raise AssertionError("no method sentence")
    sentence = subject.built().sentence()
    if not isinstance(sentence, str) or not sentence.strip():
        raise AssertionError("the sentence is empty")
    assert "\n" not in sentence, "the sentence has a line break"
    assert not sentence.endswith("."), "the sentence ends with a full stop"


__all__ = ["Skip"]
