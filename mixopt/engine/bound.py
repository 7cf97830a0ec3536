"""What multipliers prove: the formula of :class:`mixopt.engine.Proof`, over one box, never under-estimated.

    scale offset + sum max(y row_lower, y row_upper) + sum max(d column_lower, d column_upper)
        + sum of the cells' worths + sum of the tangents' constants

Every part is exact to rounding or over-estimated; rounding itself is covered by 1e-12 of the sizes of all parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.activity import attainable
from mixopt.engine.conjugate import Worth
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.price import Box, Pricer
from mixopt.errors import FormulationError

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A box of spends and columns.

    Parameters
    ----------
    lower, upper : ndarray (n_cells,), currency
    column_lower, column_upper : ndarray (n_columns,)
    """

    lower: Floats
    upper: Floats
    column_lower: Floats
    column_upper: Floats

    @property
    def cells(self) -> Box:
        """The cells' box."""
        return self.lower, self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What one set of multipliers proves for one region.

    Parameters
    ----------
    value : float, currency
        No plan of the region scores more; ``inf`` where an open column is priced the wrong way.
    fixed, fixed_size : float, currency
        All but the cells, and the sizes of its parts.
    worth : Worth
        The cells'.
    weight, price, reduced : ndarray
        What responses are worth, what spends cost, and the columns' reduced prices.
    toll : ndarray (n_cells,) or None
        What it costs a cell to be on.
    """

    value: float
    fixed: float
    fixed_size: float
    worth: Worth
    weight: Floats
    price: Floats
    reduced: Floats
    toll: Floats | None = None

    def with_cell(self, cell: int, worth: Worth, at: int) -> Bound:
        """Return the same with one cell's worth over another box.

        Parameters
        ----------
        cell : int
        worth : Worth
            Of that cell, over some boxes.
        at : int
            Which of them.

        Returns
        -------
        Bound
        """
        arrays = [part.copy() for part in (self.worth.over, self.worth.spend, self.worth.size, self.worth.on)]
        for array, new in zip(arrays, (worth.over, worth.spend, worth.size, worth.on), strict=True):
            array[cell] = new[at]
        fresh = Worth(*arrays)
        return replace(self, worth=fresh, value=total(self.fixed, self.fixed_size, fresh))


def whole(layout: Layout) -> Region:
    """Return the region of the program itself, without spends that no cell can have.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    Region
    """
    program = layout.program
    lower, upper = attainable(layout.least, (program.lower, program.upper))
    return Region(
        lower=lower,
        upper=upper,
        column_lower=program.column_lower,
        column_upper=program.column_upper,
    )


def bound(layout: Layout, pricer: Pricer, multipliers: Multipliers, region: Region) -> Bound:
    """Return what multipliers prove for a region.

    Parameters
    ----------
    layout : Layout
    pricer : Pricer
    multipliers : Multipliers
        Clean.
    region : Region

    Returns
    -------
    Bound
    """
    weight, price = multipliers.weights(layout)
    toll = multipliers.toll(layout)
    worth = pricer.all(weight, price, region.cells, toll)
    fixed, fixed_size, reduced = frame(layout, multipliers, region)
    return Bound(
        value=total(fixed, fixed_size, worth),
        fixed=fixed,
        fixed_size=fixed_size,
        worth=worth,
        weight=weight,
        price=price,
        reduced=reduced,
        toll=toll,
    )


def total(fixed: float, fixed_size: float, worth: Worth) -> float:
    """Return a bound from its parts, with their rounding covered.

    Parameters
    ----------
    fixed, fixed_size : float, currency
    worth : Worth

    Returns
    -------
    float, currency
    """
    return fixed + float(worth.over.sum()) + ROUNDING * (fixed_size + float(worth.size.sum()))


def frame(layout: Layout, multipliers: Multipliers, region: Region) -> tuple[float, float, Floats]:
    """Return everything of the bound but the cells: its value, the size of its parts, the reduced prices.

    Parameters
    ----------
    layout : Layout
    multipliers : Multipliers
    region : Region

    Returns
    -------
    value, size : float
    reduced : ndarray (n_columns,)
    """
    program = layout.program
    reduced, parts = multipliers.reduced(layout)
    rows = support(multipliers.row, program.row_lower, program.row_upper)
    columns = column_worth(reduced, parts, region.column_lower, region.column_upper)
    constants = [
        worth * (tangent.value - float(tangent.gradient @ tangent.point))
        for tangent, worth in multipliers.tangents
    ]
    sizes = [
        worth * (abs(tangent.value) + float(np.abs(tangent.gradient) @ np.abs(tangent.point)))
        for tangent, worth in multipliers.tangents
    ]
    offset = multipliers.scale * program.offset
    value = offset + float(rows.sum()) + float(columns.sum()) + sum(constants)
    size = abs(offset) + float(np.abs(rows).sum()) + float(np.abs(columns).sum()) + sum(sizes)
    with np.errstate(invalid="ignore"):
        ends = np.maximum(np.abs(region.column_lower), np.abs(region.column_upper))
        size += float((parts * np.where(np.isfinite(ends), ends, 0.0)).sum()) * 1e-3
    return value, size, reduced


def support(price: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the greatest of price * t over lower <= t <= upper; 0 times an open side is 0.

    Parameters
    ----------
    price, lower, upper : ndarray (k,)

    Returns
    -------
    ndarray (k,)
    """
    side = np.where(price > 0.0, upper, np.where(price < 0.0, lower, 0.0))
    return price * side


def column_worth(reduced: Floats, parts: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return each column's part of the bound.

    Parameters
    ----------
    reduced, parts : ndarray (n_columns,)
        Reduced prices, and the sizes of what they were summed from.
    lower, upper : ndarray (n_columns,)

    Returns
    -------
    ndarray (n_columns,)
        ``inf`` where an open side is priced by more than rounding.
    """
    open_ = np.where(reduced > 0.0, np.isinf(upper), np.isinf(lower))
    reduced = np.where(open_ & (np.abs(reduced) <= ROUNDING * parts), 0.0, reduced)
    return support(reduced, lower, upper)


def refuse_open(layout: Layout, multipliers: Multipliers, region: Region) -> None:
    """Refuse a program whose bound an open column makes infinite.

    Parameters
    ----------
    layout : Layout
    multipliers : Multipliers
    region : Region

    Raises
    ------
    FormulationError
        Naming the column.
    """
    reduced, parts = multipliers.reduced(layout)
    columns = column_worth(reduced, parts, region.column_lower, region.column_upper)
    for k in np.flatnonzero(np.isinf(columns)):
        raise FormulationError(
            layout.program.column_names[k],
            "it may grow without limit, so nothing can be proven about the plan",
            "give it finite bounds, from the totals it depends on",
        )
