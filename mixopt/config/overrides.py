"""Values from the environment and from ``--set``, laid over the document: defaults < file < environment < --set.

A path names what exists: ``budget.total``, ``plans.balanced.objective[3].price``, or by name
``constraints[tv-contract].at_least``.
The environment writes it as ``MIXOPT__BUDGET__TOTAL``.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from mixopt.config.document import Document, read_text
from mixopt.config.events import Gate
from mixopt.config.path import put, steps_of
from mixopt.config.place import Loc
from mixopt.errors import ConfigError, Fault, InputError, printable, shown

PREFIX = "MIXOPT__"
NOT_BY_ENVIRONMENT = ("plugins", "data", "mixopt")
LONGEST = 100_000  # characters of a value


def override(
    document: Document, overrides: Sequence[str], environ: Mapping[str, str] | None
) -> tuple[dict[str, Any], dict[Loc, str]]:
    """Return the document's data with overrides laid over it, and what replaced which value.

    Parameters
    ----------
    document : Document
        Not changed.
    overrides : sequence of str
        ``path=value``, as given to ``--set``, in order; the last one wins.
    environ : Mapping of str to str, or None
        Variables that begin with ``MIXOPT__`` are read, the others ignored.

    Returns
    -------
    tuple of dict and dict
        The data; path to ``--set budget.total`` or the variable's name.

    Raises
    ------
    ConfigError
        For every path that leads nowhere and every value that is no YAML.
    """
    data = copy.deepcopy(document.data)
    origins: dict[Loc, str] = {}
    faults: list[Fault] = []
    for label, steps, value in [*_variables(environ or {}, faults), *_settings(overrides, faults)]:
        try:
            loc = put(data, steps, value, label, loose=label.startswith(PREFIX))
        except InputError as error:
            faults.extend(error.faults)
            continue
        for old in [path for path in origins if path[: len(loc)] == loc]:
            del origins[old]
        origins[loc] = label
    if faults:
        raise ConfigError(*faults)
    return data, origins


def _settings(overrides: Sequence[str], faults: list[Fault]) -> list[tuple[str, list[str], Any]]:
    found = []
    for text in overrides:
        path, equals, value = text.partition("=")
        label = f"--set {printable(path.strip())}"
        steps = steps_of(path.strip())
        if not equals or not steps:
            wanted, hint = "path=value", "--set budget.total=9e6"
            faults.append(
                Fault(where="--set", problem=f"{shown(text)} sets nothing", wanted=wanted, hint=hint)
            )
            continue
        try:
            found.append((label, steps, _value(value, label)))
        except InputError as error:
            faults.extend(error.faults)
    return found


def _variables(environ: Mapping[str, str], faults: list[Fault]) -> list[tuple[str, list[str], Any]]:
    found = []
    for name in sorted(name for name in environ if name.startswith(PREFIX)):
        steps = [step.lower() for step in name.removeprefix(PREFIX).split("__")]
        if not all(steps):
            faults.append(
                Fault(
                    where=printable(name),
                    problem="names no value",
                    wanted="a name such as MIXOPT__BUDGET__TOTAL",
                )
            )
            continue
        if steps[0] in NOT_BY_ENVIRONMENT:
            problem = f"{steps[0]} cannot be set by the environment"
            faults.append(
                Fault(
                    where=printable(name),
                    problem=problem,
                    hint=f"unset {printable(name)}, and write it in the config",
                )
            )
            continue
        try:
            found.append((printable(name), steps, _value(environ[name], printable(name))))
        except InputError as error:
            faults.extend(error.faults)
    return found


def _value(text: str, label: str) -> Any:
    try:
        if len(text) > LONGEST:
            raise ConfigError(
                Fault(where="", problem=f"a value of {len(text):,} characters", wanted="at most {LONGEST:,}")
            )
        gate = Gate(read_text(text.encode("utf-8", "surrogatepass"), ""), "")
        value = gate.read()
        if gate.faults:
            raise ConfigError(*gate.faults)
    except InputError as error:
        raise ConfigError(
            *(Fault(where=label, problem=f.problem, wanted=f.wanted, hint=f.hint) for f in error.faults)
        ) from None
    return value
