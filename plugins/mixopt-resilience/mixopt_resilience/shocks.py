"""The shocks table: what may happen, how likely it is, what it hits, and what it does to response and price.

| column | what |
|---|---|
| ``shock`` | name; a shock may have several rows, which hit different cells |
| ``probability`` | of the shock within the time of the plan, the same in all its rows |
| ``channel``, ``segment``, any tag | which cells the row hits; empty means all |
| ``response`` | factor on the response of these cells, 1 if left out: 0 is an outage |
| ``price`` | factor on their media price, 1 if left out: the response at spend x is then f(x / price) |
| ``dependence`` | ``independent`` (the default) or ``joint``, the same in all rows |
| ``note`` | free text |

Where two rows of one shock hit one cell, their factors multiply.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixopt import Column, ConfigError, Fault, Scope, TableError, read_table
from mixopt.curves import Floats, Indices

Dependence = Literal["independent", "joint"]

TYPICAL = "typical"  # the name of the set that ships with the plugin
OWN = (
    Column("shock"),
    Column("probability", "fraction", ge=0.0, le=1.0),
    Column("response", "fraction", default=1.0, ge=0.0),
    Column("price", "fraction", default=1.0, gt=0.0),
    Column("dependence", default=""),
    Column("note", default=""),
)


@dataclass(frozen=True, slots=True)
class Shock:
    """One thing that may happen.

    Parameters
    ----------
    name : str
    probability : float
    response, price : ndarray (n_groups,)
        Factors on the response and the price of a group's cells; 1 where the shock does not hit.
    """

    name: str
    probability: float
    response: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class Shocks:
    """All shocks of a table, and how they depend on each other.

    Parameters
    ----------
    name : str
        Of the table.
    group : ndarray (n_cells,) of int64
        Cells of one group have the same keys and tags, as far as the table asks for them.
    shocks : tuple of Shock
    dependence : {"independent", "joint"}
    """

    name: str
    group: Indices
    shocks: tuple[Shock, ...]
    dependence: Dependence


def read_shocks(scope: Scope, name: str, dependence: Dependence | None = None) -> Shocks:
    """Return the shocks of a table.

    Parameters
    ----------
    scope : Scope
    name : str
        The table under ``data:``; ``typical`` for the set that ships with the plugin, where no table has that name.
    dependence : {"independent", "joint"} or None
        ``None`` for what the table says.

    Returns
    -------
    Shocks

    Raises
    ------
    TableError
        If there is no such table, or with everything that is wrong in it.
    """
    shipped = name == TYPICAL and name not in scope.tables
    frame = typical(scope) if shipped else scope.table(name)
    tags = [str(c) for c in frame.columns if str(c) not in {column.name for column in OWN}]
    known = [tag for tag in tags if tag in scope.cells.columns]
    faults = [
        Fault(
            where=f"{name}: column {tag}",
            problem="neither a column of a shocks table nor a key or tag of the cells",
            wanted="shock, probability, response, price, dependence, note, or columns of the cells table",
        )
        for tag in tags
        if tag not in known
    ]
    table = read_table(frame, [*OWN, *(Column(tag, default="") for tag in known)], name=name)
    group, labels = _groups(scope, known)
    rows = []
    for number, row in enumerate(table.to_dict("records")):
        where = {tag: str(row[tag]) for tag in known if row[tag]}
        hit = np.ones(int(group.max(initial=0)) + 1, dtype=bool)
        for tag, value in where.items():
            hit &= labels[tag] == value
        if not hit.any():
            faults += _missed(scope, where, f"{name}: row {number + 1}")
        rows.append(_shock(row, hit))
    if not rows:
        faults.append(Fault(where=name, problem="the table has no rows", wanted="at least one shock"))
    agreed = dependence or _dependence(table["dependence"].tolist(), name, faults)
    if faults:
        raise TableError(*faults)
    return Shocks(name, group, _merged(rows, name), agreed)


def typical(scope: Scope) -> pd.DataFrame:
    """Return the shocks that ship with the plugin, as far as they hit any cell: assumptions, not measurements.

    Parameters
    ----------
    scope : Scope
        Its cells must have a tag ``medium``, in which ``digital`` and ``tv`` mean what they say.

    Returns
    -------
    DataFrame of str

    Raises
    ------
    TableError
        If the cells have no tag ``medium``.
    """
    if "medium" not in scope.cells.columns:
        raise TableError(
            Fault(
                where=f"shocks: {TYPICAL}",
                problem="the cells table has no column medium",
                wanted="a tag medium with digital or tv in it, which the typical shocks hit",
                hint="a table of your own: data: {shocks: shocks.csv}",
            )
        )
    text = resources.files("mixopt_resilience").joinpath("typical_shocks.csv").read_text(encoding="utf-8")
    frame = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    return frame[frame["medium"].isin(["", *scope.names("medium")])].reset_index(drop=True)


def _groups(scope: Scope, tags: Sequence[str]) -> tuple[Indices, dict[str, npt.NDArray[np.object_]]]:
    """Return the group of each cell, and what each tag is in each group."""
    group = np.zeros(scope.n_cells, dtype=np.int64)
    for tag in tags:
        codes, names = pd.factorize(scope.cells[tag])
        group = np.unique(group * (len(names) + 1) + codes, return_inverse=True)[1].reshape(-1)
    firsts = np.unique(group, return_index=True)[1]
    return group, {tag: scope.cells[tag].to_numpy(dtype=object)[firsts] for tag in tags}


def _missed(scope: Scope, where: dict[str, str], at: str) -> list[Fault]:
    """Return why a row hits no cell."""
    try:
        scope.select(where)
    except ConfigError as error:
        return [Fault(where=at, problem=f.problem, wanted=f.wanted, hint=f.hint) for f in error.faults]
    raise AssertionError(at)


def _shock(row: Mapping[Hashable, Any], hit: npt.NDArray[np.bool_]) -> Shock:
    response, price = np.where(hit, row["response"], 1.0), np.where(hit, row["price"], 1.0)
    return Shock(str(row["shock"]), float(row["probability"]), response, price)


def _dependence(said: list[str], name: str, faults: list[Fault]) -> Dependence:
    words = set(said) - {""}
    if words <= {"joint"}:
        return "joint" if words else "independent"
    if words != {"independent"}:
        faults.append(
            Fault(
                where=f"{name}: column dependence",
                problem=f"it says {' and '.join(sorted(words))}",
                wanted="independent in all rows, or joint in all rows",
            )
        )
    return "independent"


def _merged(rows: list[Shock], name: str) -> tuple[Shock, ...]:
    found: dict[str, Shock] = {}
    faults = []
    for row in rows:
        known = found.get(row.name)
        if known is not None and known.probability != row.probability:
            faults.append(
                Fault(
                    where=f"{name}: shock '{row.name}'",
                    problem=f"probability {known.probability:g} in one row and {row.probability:g} in another",
                    wanted="one probability in all rows of a shock",
                )
            )
        first = known or Shock(row.name, row.probability, np.ones_like(row.response), np.ones_like(row.price))
        found[row.name] = Shock(
            row.name, first.probability, first.response * row.response, first.price * row.price
        )
    if faults:
        raise TableError(*faults)
    return tuple(found.values())
