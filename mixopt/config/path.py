"""Paths into a document: ``budget.total``, ``plans[my plan].objective[3].price``, ``constraints[tv].at_least``.

An item of a list is meant by its index, its name, or its kind where it has no name.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from mixopt.config.form import BudgetForm, ConfigForm, Form, HorizonForm, RangesForm, SolverForm
from mixopt.config.place import Loc, dotted
from mixopt.errors import ConfigError, Fault, listed, shown

_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")
_FORMS: dict[str, type[Form]] = {
    "budget": BudgetForm,
    "solver": SolverForm,
    "horizon": HorizonForm,
    "ranges": RangesForm,
}


def steps_of(path: str) -> list[str]:
    """Return the steps of a path; none if it is no path.

    Parameters
    ----------
    path : str

    Returns
    -------
    list of str
    """
    steps, at = [], 0
    while at < len(path):
        match = _STEP.match(path, at)
        if not match:
            return []
        steps.append(match.group(1) or match.group(2))
        at = match.end()
    return steps


def put(data: dict[str, Any], steps: list[str], value: Any, label: str, *, loose: bool) -> Loc:
    """Put a value where a path leads.

    Parameters
    ----------
    data : dict
        Changed in place.
    steps : list of str
        At least one.
    value : object
    label : str
        How a fault names the path.
    loose : bool
        Whether case and punctuation of names count for nothing, as in names of variables.

    Returns
    -------
    tuple of str and int
        The path with the names and indices that were meant.

    Raises
    ------
    ConfigError
        If it leads nowhere, or to more than one place.
    """
    node: Any = data
    loc: Loc = ()
    for step in steps[:-1]:
        key = _meant(node, step, loc, label, loose=loose, last=False)
        if isinstance(node, dict) and node.get(key) is None:
            node[key] = {}
        node, loc = node[key], (*loc, key)
    key = _meant(node, steps[-1], loc, label, loose=loose, last=True)
    node[key] = value
    return (*loc, key)


def _meant(node: Any, step: str, loc: Loc, label: str, *, loose: bool, last: bool) -> Any:
    """Return the key or index that a step means."""
    if isinstance(node, list) and re.fullmatch("[0-9]{1,6}", step) and int(step) < len(node):
        return int(step)
    there = _names(node, loc, last=last)
    keys = [key for name, key in there if name == step or (loose and _loose(name) == _loose(step))]
    if len(keys) == 1:
        return keys[0]
    if not keys and last and isinstance(node, dict) and loc not in {(), ("plans",)}:
        return step  # left out so far; whoever owns the mapping says whether it knows the key
    inside = f"in {dotted(loc)}" if loc else "in the config"
    if keys:
        problem = f"{shown(step)} means more than one thing {inside}"
        raise ConfigError(Fault(where=label, problem=problem, wanted="one", hint="its index"))
    known = [name for name, _ in there]
    raise ConfigError(
        Fault(
            where=label,
            problem=f"there is no {shown(step)} {inside}",
            wanted=f"one of {listed(known)}" if known else "a path that exists",
            hint=listed(get_close_matches(step, known, n=3, cutoff=0.5)),
        )
    )


def _names(node: Any, loc: Loc, *, last: bool) -> list[tuple[str, str | int]]:
    """Return what is called how in a mapping or a list, what is left out but known included."""
    if isinstance(node, list):
        named = [(item, index) for index, item in enumerate(node) if isinstance(item, dict)]
        return [(str(item.get("name") or item.get("kind") or ""), index) for item, index in named]
    if not isinstance(node, dict):
        return []
    known: list[str] = []
    if not loc:
        known = list(ConfigForm.model_fields) if last else [*_FORMS, "data"]
    elif len(loc) == 1 and loc[0] in _FORMS:
        known = list(_FORMS[str(loc[0])].model_fields)
    return [(name, name) for name in dict.fromkeys([*node, *known])]


def _loose(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", name.lower())
