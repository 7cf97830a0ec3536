"""Totals: the Pyomo variables that stand for sums over cells, made when a term or rule first asks for one.

    spend(where, weights)            X  =  Σ a_i x_i
    active(where, least, weights)    Z  =  Σ a_i z_i,   z_i = 1 where cell i spends: then at least `least`
    switch(where)                    y in {0, 1},   Σ x_i <= (what the cells can take) y
    response(where, weights, price)  Y <=  Σ r_i f_i(x_i / π_i),   r >= 0
    returns(where, weights, price)   the same with r_i v_i: currency
    tail(level, where, weights)      T <=  the mean of the worst 1 - level of the posterior draws' returns

The variables carry bounds from the cells' own bounds, so that a plugin can bound what it builds on them. The links to
the cells never enter Pyomo: the engine keeps them as matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp

from mixopt.curves import Curves, Floats, Indices
from mixopt.curves.draws import responses
from mixopt.engine import Activity
from mixopt.errors import FormulationError
from mixopt.model.components import Total, components
from mixopt.model.oracle import Oracle
from mixopt.model.tail import Tail
from mixopt.plugin import Evaluation
from mixopt.plugin.evaluation import today
from mixopt.scope import Scope, selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """How totals hang on cells, in arrays; see :class:`mixopt.engine.Program`."""

    spend_matrix: sp.csr_array
    response_matrix: sp.csr_array
    component_cell: Indices
    component_price: Floats
    component_draw: Indices
    curves: Curves
    activity: Activity


class Book:
    """The totals of one model; equal requests get the same variable.

    Parameters
    ----------
    scope : Scope
    curves : Curves
        One per cell.
    block : pyomo Block
        Where the variables live.
    """

    def __init__(self, scope: Scope, curves: Curves, block: Any) -> None:
        self.scope = scope
        self.curves = curves
        self.part = "the model"
        self.spends: list[Total] = []
        self.responses: list[Total] = []
        self.actives: list[Total] = []
        self._least = np.zeros(scope.n_cells)
        self._made: dict[tuple[Any, ...], Any] = {}
        self._block = block
        block.spend = pyo.VarList()
        block.response = pyo.VarList()
        block.tail = pyo.VarList()
        block.state = pyo.VarList()
        block.switch = pyo.VarList(domain=pyo.Binary)
        block.only_if = pyo.ConstraintList()
        self.oracles: list[Any] = []
        self._full: dict[bytes, Floats] = {}
        self._tops: Floats | None = None

    @property
    def today(self) -> Evaluation:
        """Today's spend, evaluated."""
        return today(self.scope, self.curves)

    def spend(self, where: Any = None, *, weights: Floats | None = None, **keys: Any) -> Any:
        """Return the variable for the sum of weights × spend over a selection.

        Parameters
        ----------
        where : Mapping or None
        weights : ndarray (n_cells,) or None
            Any sign; 1 if left out.
        **keys
            Further keys to select by: ``channel="tv"``.

        Returns
        -------
        pyomo Var
            Currency × unit of the weights.
        """
        cells, taken = self._weighted(self._cells(where, keys), weights)
        ends = (taken * self.scope.lower[cells], taken * self.scope.upper[cells])
        bounds = (float(np.minimum(*ends).sum()), float(np.maximum(*ends).sum()))
        return self._total(self._block.spend, self.spends, Total(None, cells, taken), bounds)

    def response(
        self,
        where: Any = None,
        *,
        weights: Floats | None = None,
        price: Floats | None = None,
        **keys: Any,
    ) -> Any:
        """Return the variable for the sum of weights × response over a selection; it may only be rewarded.

        Parameters
        ----------
        where : Mapping or None
        weights : ndarray (n_cells,) or None
            At least 0; 1 if left out.
        price : ndarray (n_cells,) or None
            Factors on the cells' prices, above 0: the response is then f(x / price).
        **keys
            Further keys to select by.

        Returns
        -------
        pyomo Var
            Units of response × unit of the weights.

        Raises
        ------
        FormulationError
            If a weight is below 0 or a price not above 0.
        """
        cells, taken = self._weighted(self._cells(where, keys), weights)
        if (taken < 0).any():
            raise FormulationError(
                self.part,
                "a weight below 0 on response: more response may only be rewarded",
                "weights of at least 0",
            )
        prices = None if price is None else self._price(cells, price)
        top = self._response_at_upper(prices, cells)
        bounds = (0.0, float((taken * top).sum()))
        return self._total(self._block.response, self.responses, Total(None, cells, taken, prices), bounds)

    def returns(
        self,
        where: Any = None,
        *,
        weights: Floats | None = None,
        price: Floats | None = None,
        **keys: Any,
    ) -> Any:
        """Return the variable for the sum of weights × value × response over a selection; it may only be rewarded.

        Parameters
        ----------
        where, weights, price, **keys
            As :meth:`response`.

        Returns
        -------
        pyomo Var
            Currency × unit of the weights.
        """
        value = self.scope.value if weights is None else self.scope.value * weights
        return self.response(where, weights=value, price=price, **keys)

    def tail(self, level: float, where: Any = None, *, weights: Floats | None = None, **keys: Any) -> Any:
        """Return the variable for the mean of the worst ``1 - level`` of the draws' returns; it may only be rewarded.

        Parameters
        ----------
        level : float
            At least 0, below 1.
        where : Mapping or None
        weights : ndarray (n_cells,) or None
            At least 0; 1 if left out.
        **keys
            Further keys to select by.

        Returns
        -------
        pyomo Var
            Currency × unit of the weights; the whole return where the curves are not given per draw.

        Raises
        ------
        FormulationError
            If a weight is below 0.
        """
        draws = len(self.scope.draws)
        if not draws:
            return self.returns(where, weights=weights, **keys)
        value = self.scope.value if weights is None else self.scope.value * weights
        cells, taken = self._weighted(self._cells(where, keys), value)
        if (taken < 0).any():
            raise FormulationError(
                self.part,
                "a weight below 0 on response: more response may only be rewarded",
                "weights of at least 0",
            )
        if self._tops is None:
            self._tops = responses(self.curves, self.scope.upper)
        tops = taken @ self._tops[cells]
        parts = [
            self._total(
                self._block.response,
                self.responses,
                Total(None, cells, taken, None, number),
                (0.0, float(tops[number])),
            )
            for number in range(draws)
        ]
        return self._oracle(Tail(tuple(parts), level), ("tail", level, cells.tobytes(), taken.tobytes()))

    def _oracle(self, term: Tail, key: tuple[Any, ...]) -> Any:
        if key not in self._made:
            theta = self._block.tail.add()
            theta.setub(term.ceiling())
            self.oracles.append(Oracle(self.part, theta, term.reads, term.value_and_gradient, term.atom()))
            self._made[key] = theta
        return self._made[key]

    def active(self, where: Any = None, *, least: float, weights: Floats | None = None, **keys: Any) -> Any:
        """Return the variable for the sum of weights × state over a selection; 1 is the state of a cell that spends.

        Parameters
        ----------
        where : Mapping or None
        least : float, currency
            Above 0. From now on each of these cells spends nothing, or at least this; the greatest counts.
        weights : ndarray (n_cells,) or None
            Any sign; 1 if left out: the number of cells that spend.
        **keys
            Further keys to select by.

        Returns
        -------
        pyomo Var
            Unit of the weights.

        Raises
        ------
        FormulationError
            If `least` is not above 0.
        """
        if not (np.isfinite(least) and least > 0.0):
            raise FormulationError(self.part, f"a least active spend of {least}", "a sum of money above 0")
        cells = self._cells(where, keys)
        self._least[cells] = np.maximum(self._least[cells], least)
        cells, taken = self._weighted(cells, weights)
        # a cell may also be unable to be off or on: the engine knows
        bounds = (float(np.minimum(taken, 0.0).sum()), float(np.maximum(taken, 0.0).sum()))
        return self._total(self._block.state, self.actives, Total(None, cells, taken), bounds)

    def switch(self, where: Any = None, **keys: Any) -> Any:
        """Return a binary that is 1 wherever the cells spend anything together.

        Parameters
        ----------
        where : Mapping or None
        **keys
            Further keys to select by.

        Returns
        -------
        pyomo Var
            It may be 1 where they spend nothing, unless a row of yours forbids that.
        """
        cells = self._cells(where, keys)
        key = (b"switch", cells.tobytes())
        if key not in self._made:
            spend, binary = self.spend(where, **keys), self._block.switch.add()
            self._block.only_if.add(spend - spend.ub * binary <= 0)
            self._made[key] = binary
        return self._made[key]

    def _cells(self, where: Any, keys: Mapping[str, Any]) -> Indices:
        cells = self.scope.select(where)
        return np.intersect1d(cells, self.scope.select(selection(keys))) if keys else cells

    def _weighted(self, cells: Indices, weights: Floats | None) -> tuple[Indices, Floats]:
        """Return the cells that count, and their weights: a weight of 0 leaves a cell out of the total."""
        taken = self._weights(cells, weights)
        return cells[taken != 0], taken[taken != 0]

    def _weights(self, cells: Indices, weights: Floats | None) -> Floats:
        if weights is None:
            return np.ones(len(cells))
        weights = np.asarray(weights, dtype=float)
        if weights.shape != (self.scope.n_cells,):
            raise FormulationError(
                self.part, f"weights of shape {weights.shape}, wanted one per cell: ({self.scope.n_cells},)"
            )
        if not np.isfinite(weights[cells]).all():
            raise FormulationError(self.part, "a weight that is not a finite number")
        return weights[cells]

    def _price(self, cells: Indices, price: Floats) -> Floats | None:
        taken = self._weights(cells, price)
        if (taken <= 0).any():
            raise FormulationError(self.part, "a price factor that is not above 0")
        return None if (taken == 1.0).all() else taken

    def _response_at_upper(self, price: Floats | None, cells: Indices) -> Floats:
        key = b"" if price is None else price.tobytes() + cells.tobytes()
        if key not in self._full:
            spend = self.scope.upper.copy()
            if price is not None:
                spend[cells] = spend[cells] / price
            self._full[key] = self.curves.value(spend)
        return self._full[key][cells]

    def _total(self, variables: Any, made: list[Total], total: Total, bounds: tuple[float, float]) -> Any:
        price = b"" if total.price is None else total.price.tobytes()
        key = (variables.name, total.cells.tobytes(), total.weights.tobytes(), price, total.draw)
        if key not in self._made:
            variable = variables.add()
            variable.setlb(bounds[0])
            variable.setub(bounds[1])
            made.append(replace(total, variable=variable))
            self._made[key] = variable
        return self._made[key]

    def links(self) -> Links:
        """Return the matrices that tie all totals made so far to the cells.

        Returns
        -------
        Links
        """
        n = self.scope.n_cells
        parts = components(self.curves, self.scope.lower, self.responses)
        return Links(
            spend_matrix=_stack([t.cells for t in self.spends], [t.weights for t in self.spends], n),
            response_matrix=parts.matrix,
            component_cell=parts.cell,
            component_price=parts.price,
            component_draw=parts.draw,
            curves=parts.curves,
            activity=self._activity(),
        )

    def _activity(self) -> Activity:
        cells = np.flatnonzero(self._least > 0.0).astype(np.int64)
        place = np.searchsorted(cells, np.arange(self.scope.n_cells))
        within = [place[total.cells] for total in self.actives]
        return Activity(
            cell=cells,
            least=self._least[cells],
            columns=np.empty(0, dtype=np.int64),
            matrix=_stack(within, [t.weights for t in self.actives], len(cells)),
        )


def _stack(columns: list[Indices], weights: list[Floats], width: int) -> sp.csr_array:
    starts = np.concatenate(([0], np.cumsum([len(c) for c in columns]))).astype(np.int64)
    flat = np.concatenate(columns) if columns else np.empty(0, dtype=np.int64)
    data = np.concatenate(weights) if weights else np.empty(0)
    return sp.csr_array((data, flat, starts), shape=(len(columns), width))
