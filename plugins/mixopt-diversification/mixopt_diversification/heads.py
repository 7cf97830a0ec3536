"""How many people stand behind each group, from where the settings say: inline, a table, or a column of the cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mixopt import Column, ConfigError, Fault, Scope, TableError, read_table
from mixopt.curves import Floats
from mixopt_diversification.groups import Groups


def inline(heads: Mapping[str, float], groups: Groups) -> Floats:
    """Return the heads of each group from a mapping.

    Parameters
    ----------
    heads : Mapping of str to float
        Group to heads, in any unit of people.
    groups : Groups

    Returns
    -------
    ndarray (n_groups,)

    Raises
    ------
    ConfigError
        If a group has no heads, heads not above 0, or a name is no group.
    """
    groups.among(tuple(heads))
    wanted = "heads above 0 for every group"
    faults = [
        Fault(where="", problem=f"{groups.over} '{name}' {_lacks(heads.get(name))}", wanted=wanted)
        for name in groups.names
        if not heads.get(name, 0.0) > 0.0
    ]
    if faults:
        raise ConfigError(*faults)
    return np.array([heads[name] for name in groups.names])


def _lacks(number: float | None) -> str:
    return "has no heads" if number is None else f"has {number:g} heads"


def from_table(scope: Scope, table: str, groups: Groups) -> Floats:
    """Return the heads of each group from a table: a column called as the groups' own, and ``heads``.

    Parameters
    ----------
    scope : Scope
    table : str
        As the config names it under ``data:``.
    groups : Groups

    Returns
    -------
    ndarray (n_groups,)

    Raises
    ------
    TableError
        If there is no such table, or it cannot be read.
    ConfigError
        As :func:`inline`.
    """
    columns = [Column(groups.over), Column("heads", "number", gt=0, unit="people")]
    read = read_table(scope.table(table), columns, name=table, keys=[groups.over])
    return inline(dict(zip(read[groups.over].tolist(), read["heads"].tolist(), strict=True)), groups)


def from_column(scope: Scope, column: str, groups: Groups) -> Floats:
    """Return the heads of each group from a numeric column of the cells table.

    The column says how many people a cell's segment has, the same in all cells of the segment; a group has the people
    of all its segments, each counted once.

    Parameters
    ----------
    scope : Scope
    column : str
    groups : Groups

    Returns
    -------
    ndarray (n_groups,)

    Raises
    ------
    ConfigError
        If there is no such column, or a segment has two different numbers in it.
    """
    if column not in scope.weights:
        raise ConfigError(
            Fault(
                where="",
                problem=f"the cells table has no numeric column '{column}'",
                wanted="a column with the number of people of each cell's segment",
                hint=", ".join(sorted(scope.weights)) or f"heads: {{{groups.names[0]}: 1000, …}}",
            )
        )
    people: dict[tuple[int, str], float] = {}
    faults = []
    for code, segment, number in zip(
        groups.codes, scope.labels("segment"), scope.weights[column], strict=True
    ):
        known = people.setdefault((int(code), str(segment)), float(number))
        if known != number:
            faults.append(
                Fault(
                    where=f"cells: column {column}",
                    problem=f"segment '{segment}' has {known:g} in one row and {number:g} in another",
                    wanted="the same number of people in all rows of a segment",
                )
            )
    if faults:
        raise TableError(*dict.fromkeys(faults))
    sums = np.zeros(len(groups.names))
    for (code, _), number in people.items():
        sums[code] += number
    return inline(dict(zip(groups.names, sums.tolist(), strict=True)), groups)
