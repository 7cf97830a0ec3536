"""What changed between the inputs of two runs: paths of the config, and cells of the tables, by their keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

INPUT_COLUMNS = ("part", "where", "before", "after")
Change = tuple[str, str, Any, Any]
ABSENT = None


def input_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return every difference between two runs' inputs.

    Parameters
    ----------
    before, after : Mapping
        Contents of ``inputs.json``.

    Returns
    -------
    list of (part, where, before, after)
        Of the config first; ``None`` where there is nothing.
    """
    found: list[Change] = [
        ("config", path, old, new) for path, old, new in _paths(before["config"], after["config"], "")
    ]
    tables = {**before["tables"], **after["tables"]}
    for name in sorted(tables):
        old, new = before["tables"].get(name), after["tables"].get(name)
        if name not in before["tables"] or name not in after["tables"]:
            there = name in before["tables"]
            found.append((name, "table", "there" if there else ABSENT, ABSENT if there else "there"))
        elif old is not None and new is not None and old != new:
            found += [(name, *change) for change in _table_changes(old, new)]
    return found


def _paths(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            below = f"{path}.{key}" if path else str(key)
            yield from _paths(before.get(key), after.get(key), below)
        return
    if isinstance(before, list) and isinstance(after, list):
        old, new = _labelled(before), _labelled(after)
        if old is not None and new is not None:
            for label in dict.fromkeys([*old, *new]):
                yield from _paths(old.get(label), new.get(label), f"{path}[{label}]")
            return
    if before != after:
        yield path, before, after


def _labelled(items: Sequence[Any]) -> dict[str, Any] | None:
    """Return sections by their name, else their kind; ``None`` where two share one, or they are no sections."""
    if not all(isinstance(item, dict) and ("name" in item or "kind" in item) for item in items):
        return None
    labels = [str(item.get("name", item.get("kind"))) for item in items]
    return dict(zip(labels, items, strict=True)) if len(set(labels)) == len(labels) else None


def _table_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    old_columns, new_columns = before["columns"], after["columns"]
    for name in dict.fromkeys([*old_columns, *new_columns]):
        if name not in old_columns or name not in new_columns:
            there = name in old_columns
            yield f"column {name}", "there" if there else ABSENT, ABSENT if there else "there"
    common = [name for name in old_columns if name in new_columns]
    old, new = ([dict(zip(t["columns"], row, strict=True)) for row in t["rows"]] for t in (before, after))
    width = _key_width(old, new, common)
    if width is None:
        yield from _row_counts(old, new, common)
        return
    first, second = _keyed(old, common[:width]), _keyed(new, common[:width])
    for key in dict.fromkeys([*first, *second]):
        where = " / ".join(str(part) for part in key)
        if key not in first or key not in second:
            there = key in first
            yield where, "row" if there else ABSENT, ABSENT if there else "row"
            continue
        for name in common[width:]:
            if first[key][name] != second[key][name]:
                yield f"{where}: {name}", first[key][name], second[key][name]


def _key_width(
    old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], columns: list[str]
) -> int | None:
    """Return how many of the first columns tell the rows of both tables apart; ``None`` where none do."""
    for width in range(1, len(columns)):
        if all(len(_keyed(rows, columns[:width])) == len(rows) for rows in (old, new)):
            return width
    return None


def _keyed(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in columns): row for row in rows}


def _row_counts(
    old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], columns: Sequence[str]
) -> Iterator[tuple[str, Any, Any]]:
    first, second = (Counter(tuple(row[name] for name in columns) for row in rows) for rows in (old, new))
    for row in dict.fromkeys([*first, *second]):
        if first[row] != second[row]:
            where = " / ".join("" if part is None else str(part) for part in row)
            yield where, f"{first[row]} rows", f"{second[row]} rows"
