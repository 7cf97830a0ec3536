"""Checks of every entry: settings that are documented, frozen and strict, a summary, and an import that stays light."""

from __future__ import annotations

import functools
import subprocess
import sys
from types import ModuleType

from pydantic import ValidationError

from mixopt.testing.kit import SECTIONS, Skip, Subject, promise

HEAVY = ("pyomo", "highspy", "altair")


@promise(*SECTIONS, since="0.1")
def settings_are_documented(subject: Subject) -> None:
    """Every field of the settings has a description."""
    bare = [name for name, field in subject.entry.settings.model_fields.items() if not field.description]
    assert not bare, f"settings without description: {', '.join(bare)}"


@promise(*SECTIONS, since="0.1")
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


@promise(*SECTIONS, since="0.1")
def settings_refuse_what_is_no_number(subject: Subject) -> None:
    """A number of the settings is finite, and no yes or no: its type is Money, Number, Fraction or Seconds."""
    data = subject.example.model_dump()
    fields = [
        name
        for name, value in data.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    for name in fields:
        wrongs = [float("nan"), float("inf"), *([True] if isinstance(data[name], float) else [])]
        for wrong in wrongs:
            try:
                subject.entry.settings.model_validate(data | {name: wrong})
            except ValidationError:
                continue
            raise AssertionError(f"{name} took {wrong!r}: give it the type mixopt.Number, Money or Fraction")


@promise(*SECTIONS, since="0.1")
def example_survives_json(subject: Subject) -> None:
    """An example written to JSON and read back is the same."""
    again = subject.entry.settings.model_validate_json(subject.example.model_dump_json())
    assert again == subject.example, f"{again!r} is not {subject.example!r}"


@promise(*SECTIONS, since="0.1")
def summary_is_a_sentence(subject: Subject) -> None:
    """The summary starts with a capital and ends with a full stop."""
    summary = subject.entry.summary
    assert summary.endswith("."), f"no full stop: {summary!r}"
    assert summary[0].isupper(), f"no capital: {summary!r}"


@promise(*SECTIONS, since="0.1")
def importing_stays_light(subject: Subject) -> None:
    """Importing the plugin loads neither Pyomo, nor HiGHS, nor charts: they are imported inside functions."""
    if not isinstance(subject.plugin, ModuleType):
        raise Skip("the plugin is no module")
    loaded = heavy_imports(subject.plugin.__name__, tuple(sys.path))
    assert not loaded, f"importing {subject.plugin.__name__} loads {', '.join(loaded)}"


@functools.lru_cache(maxsize=64)
def heavy_imports(module: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return which heavy modules a fresh interpreter has loaded after importing one.

    Parameters
    ----------
    module : str
    path : tuple of str
        Where it looks for modules.

    Returns
    -------
    tuple of str
    """
    code = (
        f"import sys; sys.path[:] = {list(path)!r}; import {module}; "
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    words = [sys.executable, "-W", "ignore", "-c", code]
    told = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    if told.returncode != 0:
        raise Skip(f"{module} cannot be imported on its own: {told.stderr.strip().splitlines()[-1:]}")
    return tuple(told.stdout.split())
