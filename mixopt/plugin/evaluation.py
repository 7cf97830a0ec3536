"""A given plan, evaluated with the exact curves: what numpy twins, rules and measures read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from mixopt.curves import Curves, Floats
from mixopt.curves.draws import draw, responses
from mixopt.errors import ConfigError, Fault
from mixopt.scope import Scope
from mixopt.scope.scope import read_only


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A spend per cell and all that follows from it.

    Parameters
    ----------
    scope : Scope
    curves : Curves
        One per cell.
    spend : ndarray (n_cells,), currency, order of ``scope.cells``, read-only
    """

    scope: Scope
    curves: Curves
    spend: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "spend", read_only(self.spend))

    @cached_property
    def response(self) -> Floats:
        """Response per cell, units of response, (n_cells,)."""
        return read_only(self.curves.value(self.spend))

    @cached_property
    def returns(self) -> Floats:
        """Return per cell: value × response, currency, (n_cells,)."""
        return read_only(self.scope.value * self.response)

    @cached_property
    def marginal_roi(self) -> Floats:
        """Return of the next unit of currency per cell, (n_cells,); may be ``inf`` at spend 0."""
        slope = self.curves.slope(self.spend)
        # response that is worth nothing stays worth nothing where its curve starts upright
        return read_only(self.scope.value * np.where(self.scope.value == 0.0, 0.0, slope))

    @cached_property
    def draw_returns(self) -> Floats:
        """Return of the whole plan in each posterior draw, currency, (n_draws,); empty where curves are certain."""
        if not self.scope.draws:
            return read_only(np.empty(0))
        return read_only(self.scope.value @ responses(self.curves, self.spend))

    def in_draw(self, number: int) -> Evaluation:
        """Return the same spend under the curves of one posterior draw, which are then taken for certain.

        Parameters
        ----------
        number : int
            From 0, in the order of ``scope.draws``.

        Returns
        -------
        Evaluation
        """
        scope = replace(self.scope, draws=())
        return Evaluation(scope=scope, curves=draw(self.curves, number), spend=self.spend)

    @property
    def today(self) -> Evaluation:
        """Today's spend, evaluated.

        Raises
        ------
        ConfigError
            If the cells table has no ``current_spend``.
        """
        return today(self.scope, self.curves)

    def response_at(self, price: Floats) -> Floats:
        """Return the response when the price of each cell is multiplied by `price`.

        Parameters
        ----------
        price : ndarray (n_cells,), above 0

        Returns
        -------
        ndarray (n_cells,), units of response
        """
        return self.curves.value(self.spend / price)

    def total(self, amounts: Floats, where: Any = None, weights: Floats | None = None) -> float:
        """Return the sum of `amounts` over a selection of cells.

        Parameters
        ----------
        amounts : ndarray (n_cells,)
            ``plan.spend``, ``plan.response``, ``plan.returns``.
        where : Mapping or None
            Selection; ``None`` for all cells.
        weights : ndarray (n_cells,) or None

        Returns
        -------
        float
        """
        cells = self.scope.select(where)
        picked = amounts[cells] if weights is None else amounts[cells] * weights[cells]
        return float(picked.sum())

    def by(self, amounts: Floats, over: str) -> dict[str, float]:
        """Return the sums of `amounts` per label of a column, in order of first appearance.

        Parameters
        ----------
        amounts : ndarray (n_cells,)
        over : str
            ``channel``, ``segment`` or a tag column.

        Returns
        -------
        dict of str to float
        """
        codes, names = self.scope.codes(over)
        sums = np.bincount(codes, weights=amounts, minlength=len(names))
        return dict(zip(names, (float(total) for total in sums), strict=True))


def today(scope: Scope, curves: Curves) -> Evaluation:
    """Return today's spend, evaluated.

    Parameters
    ----------
    scope : Scope
    curves : Curves

    Returns
    -------
    Evaluation

    Raises
    ------
    ConfigError
        If the cells table has no ``current_spend``.
    """
    if scope.current_spend is None:
        raise ConfigError(
            Fault(
                where="",
                problem="a level relative to today needs today's spend",
                wanted="a column current_spend in the cells table, in currency",
            )
        )
    return Evaluation(scope=scope, curves=curves, spend=scope.current_spend)
