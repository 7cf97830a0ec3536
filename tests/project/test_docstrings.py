"""Public functions and methods say what they take and what they give, in numpydoc's form."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator

import pytest
from numpydoc.validate import validate

import mixopt

WRONG = {"GL08", "PR01", "PR02", "PR04", "RT01", "SS01"}  # no docstring; parameters or return not as they are
OURS = [
    (name, thing)
    for name in sorted(mixopt.__all__)
    if str(getattr(thing := getattr(mixopt, name), "__module__", "")).startswith("mixopt")
]


def functions() -> Iterator[str]:
    for name, thing in OURS:
        if inspect.isfunction(thing):
            yield f"mixopt.{name}"
        elif inspect.isclass(thing) and not getattr(thing, "_is_protocol", False):
            yield from (f"mixopt.{name}.{method}" for method, _ in methods(thing))


def methods(kind: type) -> Iterator[tuple[str, object]]:
    for name, member in vars(kind).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            yield name, member


@pytest.mark.parametrize("name", list(functions()))
def test_the_docstring_says_what_goes_in_and_out(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = validate(name)["errors"]
    assert not [f"{code}: {text}" for code, text in found if code in WRONG]


def test_every_public_class_says_what_it_is() -> None:
    assert len(OURS) > 50
    assert not [name for name, thing in OURS if inspect.isclass(thing) and not (thing.__doc__ or "").strip()]
