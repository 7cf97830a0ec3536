"""What a table of cells is asked again and again: its labels as numbers, and the cells of selections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mixopt.scope.where import Selection

if TYPE_CHECKING:
    import pandas as pd

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Answers about one frame of cells, each worked out once.

    Parameters
    ----------
    frame : DataFrame
        Not changed by anyone.
    """

    frame: pd.DataFrame
    coded: dict[str, tuple[Indices, dict[str, int]]] = field(default_factory=dict)
    selected: dict[Selection, Indices] = field(default_factory=dict)

    def codes(self, over: str) -> tuple[Indices, dict[str, int]]:
        """Return each cell's label as a number, and the labels' numbers in order of first appearance.

        Parameters
        ----------
        over : str
            A column of the frame.

        Returns
        -------
        codes : ndarray (n_cells,) of int64
        numbers : dict of str to int
        """
        import pandas as pd  # noqa: PLC0415 - the scope stays light to import

        if over not in self.coded:
            codes, labels = pd.factorize(self.frame[over])
            found = codes.astype(np.int64)
            found.flags.writeable = False
            self.coded[over] = found, {str(label): k for k, label in enumerate(labels)}
        return self.coded[over]

    def cells(self, chosen: Selection) -> Indices:
        """Return the positions of the cells of a selection whose keys and names are known to exist.

        Parameters
        ----------
        chosen : Selection

        Returns
        -------
        ndarray of int64, ascending, read-only
        """
        if chosen not in self.selected:
            taken = np.ones(len(self.frame), dtype=bool)
            for key, names in chosen:
                codes, numbers = self.codes(key)
                wanted = np.zeros(len(numbers) + 1, dtype=bool)
                wanted[[numbers[name] for name in names]] = True
                taken &= wanted[codes]
            found = np.flatnonzero(taken).astype(np.int64)
            found.flags.writeable = False
            self.selected[chosen] = found
        return self.selected[chosen]
