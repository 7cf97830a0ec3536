"""All cells' worth at some multipliers, whatever the number of their curves."""

from __future__ import annotations

import numpy as np

from mixopt.curves import Curves, Floats, Indices
from mixopt.engine.conjugate import Worth, single
from mixopt.engine.layout import Layout
from mixopt.engine.several import Bundle, several

Box = tuple[Floats, Floats]


class Pricer:
    """Prices cells of one program; keeps what does not change between calls.

    Parameters
    ----------
    layout : Layout
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._tiled: dict[int, Curves] = {}
        program = layout.program
        if not layout.simple:
            self._steepest = program.curves.slope(layout.inflection)
            self._sorted = program.curves.take(layout.component_order)

    def all(self, weight: Floats, price: Floats, box: Box) -> Worth:
        """Return the worth of every cell.

        Parameters
        ----------
        weight : ndarray (n_components,)
        price : ndarray (n_cells,)
        box : pair of ndarray (n_cells,)

        Returns
        -------
        Worth
        """
        layout = self._layout
        if layout.simple:
            return single(layout.program.curves, layout.inflection, weight, price, box)
        order = layout.component_order
        bundle = Bundle(
            self._sorted,
            layout.component_start,
            layout.inflection[order],
            self._steepest[order],
            weight[order],
            price,
        )
        return several(bundle, box)

    def some(self, cells: Indices, weight: Floats, price: Floats, box: Box) -> Worth:
        """Return the worth of some cells, each over a box of its own.

        Parameters
        ----------
        cells : ndarray (k,) of int64
            May repeat.
        weight : ndarray (c,)
            One per component, in the order of ``layout.components_of(cells)``.
        price : ndarray (k,)
        box : pair of ndarray (k,)

        Returns
        -------
        Worth
        """
        layout = self._layout
        component, owner = layout.components_of(cells)
        curves = layout.program.curves.take(component)
        if layout.simple:
            return single(curves, layout.inflection[component], weight, price, box)
        start = np.searchsorted(owner, np.arange(len(cells) + 1)).astype(np.int64)
        bundle = Bundle(curves, start, layout.inflection[component], self._steepest[component], weight, price)
        return several(bundle, box)

    def values(self, points: Floats) -> Floats:
        """Return every component's response at several spends of its cell.

        Parameters
        ----------
        points : ndarray (n_cells, k), currency

        Returns
        -------
        ndarray (n_components, k)
        """
        program = self._layout.program
        k = points.shape[1]
        if k not in self._tiled:
            self._tiled = {
                k: program.curves.take(np.repeat(np.arange(program.curves.size, dtype=np.int64), k))
            }
        flat = points[program.component_cell].ravel()
        return self._tiled[k].value(flat).reshape(-1, k)
