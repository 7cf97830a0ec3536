"""All cells' worth at some multipliers, whatever the number of their curves."""

from __future__ import annotations

import numpy as np

from mixopt.curves import Curves, Floats, Indices
from mixopt.engine.conjugate import Worth, single
from mixopt.engine.gated import gated, states
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

    def all(self, weight: Floats, price: Floats, box: Box, toll: Floats | None = None) -> Worth:
        """Return the worth of every cell.

        Parameters
        ----------
        weight : ndarray (n_components,)
        price : ndarray (n_cells,)
        box : pair of ndarray (n_cells,)
        toll : ndarray (n_cells,) or None
            What it costs to be on; None where no cell may be off, or where their boxes are to be taken as they are.

        Returns
        -------
        Worth
        """
        layout = self._layout
        if toll is None or not layout.gated:
            return self._all(weight, price, box)
        nothing = self._nothing(weight, layout.program.component_cell, layout.program.n_cells)
        return gated(lambda ends: self._all(weight, price, ends), box, layout.least, toll, nothing)

    def _all(self, weight: Floats, price: Floats, box: Box) -> Worth:
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

    def _nothing(
        self, weight: Floats, owner: Indices, cells: int, component: Indices | None = None
    ) -> Floats:
        """Return what cells are worth that spend nothing."""
        start = self._layout.at_nothing
        if not start.any():
            return np.zeros(cells)
        at = start if component is None else start[component]
        return np.bincount(owner, weight * at, minlength=cells).astype(np.float64)

    def some(
        self, cells: Indices, weight: Floats, price: Floats, box: Box, toll: Floats | None = None
    ) -> Worth:
        """Return the worth of some cells, each over a box of its own.

        Parameters
        ----------
        cells : ndarray (k,) of int64
            May repeat.
        weight : ndarray (c,)
            One per component, in the order of ``layout.components_of(cells)``.
        price : ndarray (k,)
        box : pair of ndarray (k,)
        toll : ndarray (k,) or None

        Returns
        -------
        Worth
        """
        layout = self._layout
        if toll is None or not layout.gated:
            return self._some(cells, weight, price, box)
        component, owner = layout.components_of(cells)
        nothing = self._nothing(weight, owner, len(cells), component)
        return gated(
            lambda ends: self._some(cells, weight, price, ends), box, layout.least[cells], toll, nothing
        )

    def states(
        self, cells: Indices, weight: Floats, price: Floats, box: Box, toll: Floats
    ) -> tuple[Floats, Floats]:
        """Return what some gated cells are worth off, and what they are worth on.

        Parameters
        ----------
        cells, weight, price, box, toll
            As for :meth:`some`.

        Returns
        -------
        off, on : ndarray (k,), currency
        """
        layout = self._layout
        component, owner = layout.components_of(cells)
        nothing = self._nothing(weight, owner, len(cells), component)
        return states(
            lambda ends: self._some(cells, weight, price, ends), box, layout.least[cells], toll, nothing
        )

    def _some(self, cells: Indices, weight: Floats, price: Floats, box: Box) -> Worth:
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
