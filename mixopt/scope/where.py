"""Selections of cells by key or tag: ``{channel: [search, social], region: north}``.

A list means any of, several keys mean all of, nothing means every cell. A selection that matches nothing is an
error, and so is a key that is no column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from mixopt.scope.labels import cleaned

Selection = tuple[tuple[str, tuple[str, ...]], ...]


def selection(value: Any) -> Selection:
    """Return a ``where:`` mapping in its normal form, sorted by key.

    Parameters
    ----------
    value : Mapping of str to str or list of str, Selection, or None
        What stands after ``where:``.

    Returns
    -------
    Selection
        Pairs of key and accepted values; empty for all cells.

    Raises
    ------
    ValueError
        If it is no mapping of names to names.
    """
    if value is None:
        return ()
    if isinstance(value, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
        value = dict(value)
    if not isinstance(value, Mapping):
        raise ValueError("wanted a mapping such as {channel: tv}")  # noqa: TRY004 - pydantic gathers ValueErrors
    pairs = []
    for key, given in value.items():
        names = (given,) if isinstance(given, (str, int, float)) and not isinstance(given, bool) else given
        if not isinstance(key, str) or not isinstance(names, Sequence) or not names:
            raise ValueError("wanted a mapping such as {channel: tv} or {channel: [search, social]}")
        if any(isinstance(name, bool) or not isinstance(name, (str, int, float)) for name in names):
            raise ValueError("wanted names of cells: write them in quotes if they look like something else")
        pairs.append((cleaned(key), tuple(dict.fromkeys(cleaned(str(name)) for name in names))))
    return tuple(sorted(pairs))


_NAMES = {
    "anyOf": [
        {"type": ["string", "number"]},
        {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1},
    ]
}


def written(chosen: Selection) -> dict[str, list[str]]:
    """Return a selection as a config writes it.

    Parameters
    ----------
    chosen : Selection

    Returns
    -------
    dict of str to list of str
    """
    return {key: list(names) for key, names in chosen}


Where = Annotated[
    Selection,
    BeforeValidator(selection),
    PlainSerializer(written, return_type=dict[str, list[str]], when_used="json"),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": _NAMES,
            "description": "cells by key or tag; a list means any of",
        }
    ),
]
