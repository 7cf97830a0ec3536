"""Values from the environment and from ``--set``, laid over the document: defaults < file < environment < --set.

A path names what exists: ``budget.total``, ``plans.balanced.objective[3].price``, ``constraints[tv-contract].at_least``.
The environment writes it as ``MIXOPT__BUDGET__TOTAL``.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from mixopt.config.document import Document, read_text
from mixopt.config.events import Gate
from mixopt.config.form import ConfigForm
from mixopt.config.place import Loc, dotted
from mixopt.errors import ConfigError, Fault, InputError, shown

PREFIX = "MIXOPT__"
NOT_BY_ENVIRONMENT = ("plugins", "data", "mixopt")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")
_MADE = ("budget", "solver", "horizon", "data")


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
            loc = _put(data, steps, value, label, loose=label.startswith(PREFIX))
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
        label = f"--set {path.strip()}"
        steps = _steps(path.strip())
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
                Fault(where=name, problem="names no value", wanted="a name such as MIXOPT__BUDGET__TOTAL")
            )
            continue
        if steps[0] in NOT_BY_ENVIRONMENT:
            problem = f"{steps[0]} cannot be set by the environment"
            faults.append(
                Fault(where=name, problem=problem, hint=f"unset {name}, and write it in the config")
            )
            continue
        try:
            found.append((name, steps, _value(environ[name], name)))
        except InputError as error:
            faults.extend(error.faults)
    return found


def _value(text: str, label: str) -> Any:
    try:
        if len(text) > 100_000:
            raise ConfigError(
                Fault(where="", problem=f"a value of {len(text):,} characters", wanted="at most 100,000")
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


def _steps(path: str) -> list[str]:
    steps, at = [], 0
    while at < len(path):
        match = _STEP.match(path, at)
        if not match:
            return []
        steps.append(match.group(1) or match.group(2))
        at = match.end()
    return steps


def _put(data: dict[str, Any], steps: list[str], value: Any, label: str, *, loose: bool) -> Loc:
    node: Any = data
    loc: Loc = ()
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        key = _find(node, step, loc, label, loose=loose, last=last)
        if not last and isinstance(node, dict) and (node.get(key) is None):
            node[key] = {}
        loc = (*loc, key)
        if last:
            node[key] = value
        else:
            node = node[key]
    return loc


def _find(node: Any, step: str, loc: Loc, label: str, *, loose: bool, last: bool) -> str | int:
    """Return the key or index that a step means, or say what there is instead."""
    if isinstance(node, dict):
        names = {str(name): name for name in node}
        known = [*names, *(_known(loc, node) if last or loc == () else ())]
        same = [
            name for name in dict.fromkeys(known) if name == step or (loose and _loose(name) == _loose(step))
        ]
        if len(same) == 1 and (last or same[0] in node or (loc == () and same[0] in _MADE)):
            return same[0]
        if last and not same and len(loc) > 0 and loc != ("plans",) and not loose:
            return step  # a key that is left out here: its section says whether it knows it
        names_here = list(dict.fromkeys(known))
    elif isinstance(node, list):
        called = [_called(item) for item in node]
        if re.match(r"^[0-9]{1,6}\Z", step) and int(step) < len(node):
            return int(step)
        indices = [
            i for i, name in enumerate(called) if name == step or (loose and _loose(name) == _loose(step))
        ]
        if len(indices) == 1:
            return indices[0]
        names_here = [name for name in called if name]
        same = [called[i] for i in indices]
    else:
        problem = f"{dotted(loc)} holds a plain value, there is nothing called {shown(step)} in it"
        raise ConfigError(Fault(where=label, problem=problem))
    inside = f"in {dotted(loc)}" if loc else "in the config"
    if len(same) > 1:
        raise ConfigError(
            Fault(
                where=label,
                problem=f"{shown(step)} means more than one thing {inside}",
                wanted="one",
                hint="its index",
            )
        )
    near = get_close_matches(step, names_here, n=3, cutoff=0.5)
    wanted = f"one of {', '.join(names_here[:20])}" if names_here else ""
    raise ConfigError(
        Fault(where=label, problem=f"there is no {shown(step)} {inside}", wanted=wanted, hint=", ".join(near))
    )


def _known(loc: Loc, node: dict[str, Any]) -> list[str]:
    if loc == ():
        return list(ConfigForm.model_fields)
    if loc in {("budget",), ("solver",), ("horizon",)}:
        form = ConfigForm.model_fields[str(loc[0])].annotation
        forms = [form, *getattr(form, "__args__", ())]
        return [name for part in forms for name in getattr(part, "model_fields", {})]
    if len(loc) > 1 and "kind" in node:
        return ["name", "weight"]
    return []


def _called(item: Any) -> str:
    return str(item.get("name") or item.get("kind") or "") if isinstance(item, dict) else ""


def _loose(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", name.lower())
