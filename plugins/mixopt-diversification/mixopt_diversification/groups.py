"""The cells grouped by one column: what "over channel" means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mixopt import ConfigError, Evaluation, Fault, Scope, Totals
from mixopt.curves import Floats, Indices


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of cells that share a label.

    Parameters
    ----------
    over : str
        ``channel``, ``segment`` or a tag column.
    names : tuple of str
        The labels, in order of first appearance: the order of every vector.
    codes : ndarray (n_cells,) of int64
        Position in `names` of each cell's label.
    """

    over: str
    names: tuple[str, ...]
    codes: Indices

    def spend(self, plan: Evaluation) -> Floats:
        """Return the spend of each group on a given plan.

        Parameters
        ----------
        plan : Evaluation

        Returns
        -------
        ndarray (n_groups,), currency
        """
        sums: Floats = np.bincount(self.codes, weights=plan.spend, minlength=len(self.names)).astype(float)
        return sums

    def totals(self, totals: Totals) -> list[Any]:
        """Return the spend total of each group.

        Parameters
        ----------
        totals : Totals

        Returns
        -------
        list of Pyomo variables
        """
        return [totals.spend({self.over: name}) for name in self.names]

    def among(self, names: Sequence[str]) -> tuple[int, ...]:
        """Return the positions of some groups; of all groups for none.

        Parameters
        ----------
        names : sequence of str

        Returns
        -------
        tuple of int

        Raises
        ------
        ConfigError
            If a name is no group.
        """
        unknown = [name for name in names if name not in self.names]
        if unknown:
            raise ConfigError(
                *(
                    Fault(
                        where="",
                        problem=f"no cell has {self.over} '{name}'",
                        wanted=f"among the names in column {self.over}",
                        hint=", ".join(self.names[:8]),
                    )
                    for name in unknown
                )
            )
        return tuple(self.names.index(name) for name in names) if names else tuple(range(len(self.names)))


def group(scope: Scope, over: str) -> Groups:
    """Return the cells of a scope by the labels of a column.

    Parameters
    ----------
    scope : Scope
    over : str
        ``channel``, ``segment`` or a tag column.

    Returns
    -------
    Groups

    Raises
    ------
    ConfigError
        If there is no such column, or only one label in it: one group cannot be diverse.
    """
    labels = scope.labels(over)
    names = scope.names(over)
    if len(names) < 2:
        raise ConfigError(
            Fault(
                where="",
                problem=f"all cells have the same {over}",
                wanted="a column with at least two different names to spread over",
            )
        )
    index = {name: position for position, name in enumerate(names)}
    codes = np.fromiter((index[str(label)] for label in labels), dtype=np.int64, count=len(labels))
    codes.flags.writeable = False
    return Groups(over=over, names=names, codes=codes)
