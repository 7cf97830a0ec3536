"""A config as two columns, path and value, and back: ``plans.balanced.objective[1].weight`` and ``0.5``.

Keys that are no plain words stand in quotes, list items by their place from 0. A value reads as YAML would read it: a
number, ``true``, ``false``, ``null``, ``[]``, ``{}``; text that looks like one of these stands in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Loc = tuple[str | int, ...]
_PLAIN = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_STEP = re.compile(r'\.?("(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*)|\[([0-9]{1,6})\]', re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "[]": [], "{}": {}}


def flat(node: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Yield the leaves of a plain document with their paths; empty lists and mappings are leaves.

    Parameters
    ----------
    node : object
    loc : tuple of str and int

    Yields
    ------
    tuple of path and value
    """
    inner = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    found = False
    for key, value in inner:
        found = True
        yield from flat(value, (*loc, key))
    if not found:
        yield loc, node


def path_text(loc: Loc) -> str:
    """Return a path as text.

    Parameters
    ----------
    loc : tuple of str and int

    Returns
    -------
    str

    Examples
    --------
    >>> path_text(("plans", "plan b", "objective", 1, "weight"))
    'plans."plan b".objective[1].weight'
    """
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            word = part if _PLAIN.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            text += f".{word}" if text else word
    return text


def path_of(text: str) -> Loc | None:
    """Return the path in a text; ``None`` where it is none.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of str and int, or None

    Examples
    --------
    >>> path_of('plans."plan b".objective[1].weight')
    ('plans', 'plan b', 'objective', 1, 'weight')
    """
    found: list[str | int] = []
    place = 0
    while place < len(text):
        match = _STEP.match(text, place)
        if match is None:
            return None
        word, number = match.groups()
        try:
            found.append(int(number) if number is not None else json.loads(word) if word[0] == '"' else word)
        except ValueError:
            return None
        place = match.end()
    return tuple(found) or None


def value_text(value: Any) -> str:
    """Return a leaf as text that :func:`value_of` reads back.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    if not isinstance(value, str):
        return json.dumps(value)
    read = value_of(value)
    return value if isinstance(read, str) and read == value else json.dumps(value, ensure_ascii=False)


def value_of(text: str) -> Any:
    """Return the leaf that a text stands for.

    Parameters
    ----------
    text : str

    Returns
    -------
    object

    Examples
    --------
    >>> value_of("0.5"), value_of("TRUE"), value_of("97%"), value_of('"12"')
    (0.5, True, '97%', '12')
    """
    bare = text.strip()
    if bare.lower() in WORDS:
        return json.loads(bare.lower())
    if _NUMBER.fullmatch(bare):
        number = float(bare)
        return int(number) if abs(number) < 1e15 and number == int(number) else number
    if bare.startswith('"'):
        try:
            return json.loads(bare)
        except ValueError:
            return text
    return text


def grown(leaves: Mapping[Loc, Any]) -> tuple[dict[str, Any], list[Loc]]:
    """Return the document of some leaves, and the paths that do not fit the others.

    Parameters
    ----------
    leaves : Mapping of path to value

    Returns
    -------
    tuple of dict and list of paths
        List items count by their order; gaps between their numbers close.
    """
    root: dict[str | int, Any] = {}
    odd: list[Loc] = []
    for loc, value in leaves.items():
        node: Any = root
        for part in loc[:-1]:
            node = node.setdefault(part, {}) if isinstance(node, dict) else None
        kinds = {type(key) for key in node} | {type(loc[-1])} if isinstance(node, dict) else set()
        if len(kinds) != 1 or (node.get(loc[-1], value) is not value):
            odd.append(loc)
            continue
        node[loc[-1]] = value if not isinstance(value, dict) else dict(value)
    return _lists(root), odd


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(key, int) for key in node):
        return [_lists(node[key]) for key in sorted(node)]
    return {str(key): _lists(value) for key, value in node.items()}
