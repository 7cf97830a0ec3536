"""What is being planned: the cells in their one order, the budget, the currency, the tables that plugins asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from mixopt.errors import ConfigError, Fault, TableError, listed, printable, shown
from mixopt.scope.remembered import Remembered
from mixopt.scope.where import selection

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
KEYS = ("channel", "segment")


def read_only(array: Floats) -> Floats:
    """Return a view of an array that cannot be written through; the array itself stays as it is.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    ndarray
    """
    view = np.asarray(array, dtype=float).view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The money to allocate.

    Parameters
    ----------
    total : float
        In the run's currency, above 0.
    rule : {"spend-all", "at-most"}
        Whether money may be left.
    """

    total: float
    rule: Literal["spend-all", "at-most"] = "spend-all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The cells of a run and what all plans share. Its arrays are read-only.

    Parameters
    ----------
    cells : DataFrame, n_cells rows
        Text columns ``channel``, ``segment``, ``curve`` and every tag column, as read, ``RangeIndex``. This order is
        the order of every array.
    value : ndarray (n_cells,), currency per unit of response
    lower, upper : ndarray (n_cells,), currency
        Bounds of spend per plan.
    current_spend : ndarray (n_cells,), currency, or None
        Today's spend; ``None`` where the table does not tell.
    weights : Mapping of str to ndarray (n_cells,)
        Every further column of the cells table whose entries are all numbers, as numbers: what the rule ``linear`` and
        plugins take as weights.
    budget : Budget
    currency : str
        ISO 4217 code.
    tables : Mapping of str to DataFrame
        The other tables named under ``data:``, as text; read them with :func:`mixopt.read_table`.
    draws : tuple of str
        Names of the posterior draws that every cell's curve is given for, sorted; empty where curves are certain.
    remembered : Remembered or None
        Selections and labels asked for before; scopes of the same cells share it. Made anew where it is of other cells.
    """

    cells: pd.DataFrame
    value: Floats
    lower: Floats
    upper: Floats
    current_spend: Floats | None
    weights: Mapping[str, Floats]
    budget: Budget
    currency: str
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    draws: tuple[str, ...] = ()
    remembered: Remembered | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("value", "lower", "upper", "current_spend"):
            array = getattr(self, name)
            object.__setattr__(self, name, None if array is None else read_only(array))
        if self.remembered is None or self.remembered.frame is not self.cells:
            object.__setattr__(self, "remembered", Remembered(self.cells))
        weights = {name: read_only(column) for name, column in self.weights.items()}
        object.__setattr__(self, "weights", weights)

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.cells)

    def labels(self, over: str) -> npt.NDArray[Any]:
        """Return what each cell is called in column `over`.

        Parameters
        ----------
        over : str
            ``channel``, ``segment`` or a tag column.

        Returns
        -------
        ndarray (n_cells,) of str

        Raises
        ------
        ConfigError
            If there is no such column.
        """
        self._known(over)
        return self.cells[over].to_numpy(dtype=object)

    def _known(self, over: str) -> None:
        if over not in self.cells.columns:
            near = get_close_matches(over, [str(c) for c in self.cells.columns], n=3)
            problem = f"the cells table has no column {shown(over)}"
            if over in self.weights:
                problem = f"column {shown(over)} of the cells table holds numbers, not names"
            wanted = f"one of {listed(str(c) for c in self.cells.columns)}"
            raise ConfigError(Fault(where="", problem=problem, wanted=wanted, hint=listed(near)))

    def names(self, over: str) -> tuple[str, ...]:
        """Return the distinct labels of column `over`, in order of first appearance.

        Parameters
        ----------
        over : str
            ``channel``, ``segment`` or a tag column.

        Returns
        -------
        tuple of str
        """
        return tuple(self.codes(over)[1])

    def codes(self, over: str) -> tuple[Indices, dict[str, int]]:
        """Return each cell's label in column `over` as a number, and the numbers of the labels.

        Parameters
        ----------
        over : str
            ``channel``, ``segment`` or a tag column.

        Returns
        -------
        codes : ndarray (n_cells,) of int64, read-only
        numbers : dict of str to int
            In order of first appearance.
        """
        self._known(over)
        assert self.remembered is not None
        return self.remembered.codes(over)

    def select(self, where: Any = None) -> Indices:
        """Return the positions of the cells that `where` selects, ascending.

        Parameters
        ----------
        where : Mapping, Selection or None
            ``{"channel": ["search", "social"]}``; ``None`` selects all cells.

        Returns
        -------
        ndarray of int64

        Raises
        ------
        ConfigError
            If a key is no column or nothing matches.
        """
        asked = selection(where)
        for key, names in asked:
            known = self.codes(key)[1]
            unknown = [name for name in names if name not in known]
            if unknown:
                near = get_close_matches(unknown[0], known, n=3)
                raise ConfigError(
                    Fault(
                        where="",
                        problem=f"no cell has {printable(key)} {shown(unknown[0])}",
                        wanted=f"one of the {len(known)} names in column {printable(key)}",
                        hint=listed(near),
                    )
                )
        assert self.remembered is not None
        found = self.remembered.cells(asked)
        if not len(found):
            said = ", ".join(f"{printable(key)}: {listed(names)}" for key, names in asked)
            raise ConfigError(Fault(where="", problem=f"the selection {{{said}}} matches no cell"))
        return found

    def table(self, name: str) -> pd.DataFrame:
        """Return the text table that the config names `name` under ``data:``.

        Parameters
        ----------
        name : str

        Returns
        -------
        DataFrame of str

        Raises
        ------
        TableError
            If the config names no such table.
        """
        if name not in self.tables:
            raise TableError(
                Fault(
                    where=f"data.{name}",
                    problem=f"no table is called {shown(name)}",
                    wanted="a file or frame under `data:`",
                    hint=f"data: {{{name}: {name}.csv}}",
                )
            )
        return self.tables[name]
