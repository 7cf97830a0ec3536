"""Response curves rebuilt from the parameters in a certificate: value, slope and inflection, and nothing else of them.

Component c of a plan is its cell's own curve at another price: f_c(x) = f(x / price_c). Where a cell has a curve per
posterior draw, a component is one of them, or their mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mixopt.curves.family import Family
from mixopt.errors import MixoptError, ProofError, shown
from mixopt.proof.certificate import Certificate

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Points = Mapping[str, npt.NDArray[Any]]
CurvesOf = Callable[[str, Mapping[str, Floats], Points | None], Family]


@dataclass(frozen=True, slots=True)
class CurveShop:
    """The curves of all cells of a certificate, to be had at any price.

    Parameters
    ----------
    kinds : tuple of str
        Of the families.
    parameters : tuple of Mapping of str to ndarray
        Of each family, over its cells.
    points : tuple of Mapping of str to ndarray or None
        For families that are tables: ``cell`` (position within the family), ``spend``, ``response``.
    draws : tuple of int
        Posterior draws of the cells of each family; 0 where they have one curve each.
    family, place : ndarray (n_cells,) of int64
        The family of each cell, and its position there.
    curves_of : callable
        ``curves_of(kind, parameters, points)`` builds the curves of one family.
    """

    kinds: tuple[str, ...]
    parameters: tuple[Mapping[str, Floats], ...]
    points: tuple[Points | None, ...]
    draws: tuple[int, ...]
    family: Indices
    place: Indices
    curves_of: CurvesOf

    @classmethod
    def of(cls, certificate: Certificate, curves_of: CurvesOf) -> CurveShop:
        """Return the curves that a certificate tells of.

        Parameters
        ----------
        certificate : Certificate
        curves_of : callable

        Returns
        -------
        CurveShop

        Raises
        ------
        ProofError
            ``curve-cells`` if the families' cells are not all cells exactly once.
        """
        problem, arrays = certificate.problem, certificate.arrays
        cells = [arrays[f"curve{k}/cells"] for k in range(len(problem.curves))]
        every = np.concatenate([np.empty(0, dtype=np.int64), *cells])
        if not np.array_equal(np.sort(every), np.arange(problem.n_cells)):
            raise ProofError("curve-cells", "the families' cells are not every cell exactly once")
        family, place = np.empty((2, problem.n_cells), dtype=np.int64)
        for k, mine in enumerate(cells):
            family[mine], place[mine] = k, np.arange(len(mine))
        parameters, points = [], []
        for k, curve in enumerate(problem.curves):
            names = enumerate(curve.parameters)
            parameters.append({name: arrays[f"curve{k}/parameter{j}"] for j, name in names})
            columns = ("cell", "spend", "response")
            table = None if curve.points is None else {c: arrays[f"curve{k}/point_{c}"] for c in columns}
            points.append(table)
        kinds = tuple(curve.kind for curve in problem.curves)
        draws = tuple(curve.draws for curve in problem.curves)
        return cls(kinds, tuple(parameters), tuple(points), draws, family, place, curves_of)

    def apart(self, cells: Indices, draw: Indices) -> tuple[Indices, Indices, Floats]:
        """Return components with every mean over draws as the draws it is the mean of.

        Parameters
        ----------
        cells, draw : ndarray (m,) of int64
            -1 for the mean.

        Returns
        -------
        among, draw : ndarray (k,) of int64
            The position each comes from, in order, and its draw.
        share : ndarray (k,)
            What it counts there.
        """
        many = np.array([*self.draws, 0], dtype=np.int64)[self.family[cells]]
        count = np.where((draw < 0) & (many > 0), many, 1)
        among = np.repeat(np.arange(len(cells)), count)
        within = np.arange(len(among)) - np.repeat(np.cumsum(count) - count, count)
        split = (draw < 0) & (many > 0)
        return among, np.where(split[among], within, draw[among]), 1.0 / count[among]

    def at(self, cells: Indices, price: Floats, draw: Indices) -> Components:
        """Return curves of some cells, each at a price.

        Parameters
        ----------
        cells : ndarray (m,) of int64
            May repeat.
        price : ndarray (m,), above 0
        draw : ndarray (m,) of int64
            -1 for the mean over draws, or where there are none.

        Returns
        -------
        Components

        Raises
        ------
        ProofError
            ``curve-parameters`` if a family refuses its parameters.
        """
        parts = []
        which = self.family[cells]
        for k, draws in enumerate(self.draws):
            for mean in (False, True):
                mine = np.flatnonzero((which == k) & ((draw < 0) == (mean or not draws)))
                if not len(mine) or (mean and not draws):
                    continue
                first = self.place[cells[mine]] * max(draws, 1)
                own = np.arange(draws) if mean else np.maximum(draw[mine], 0)[:, None]
                places = (first[:, None] + own).ravel()
                parts.append((mine, self._family(k, places), price[mine], draws if mean else 1))
        return Components(len(cells), tuple(parts))

    def _family(self, k: int, places: Indices) -> Family:
        parameters = {name: values[places] for name, values in self.parameters[k].items()}
        try:
            return self.curves_of(self.kinds[k], parameters, _picked(self.points[k], places))
        except MixoptError:
            raise
        except Exception as reason:
            problem = f"the curves '{self.kinds[k]}' cannot be built: {shown(str(reason))}"
            raise ProofError("curve-parameters", problem) from reason


@dataclass(frozen=True, slots=True)
class Components:
    """m curves, each at its price; answers that no curve can give are refused.

    Parameters
    ----------
    size : int
    parts : tuple of (ndarray of int64, Family, ndarray, int)
        The positions a family fills, its curves, their prices, and how many curves each position is the mean of.
    """

    size: int
    parts: tuple[tuple[Indices, Family, Floats, int], ...]

    def value(self, spend: Floats) -> Floats:
        """Return the responses at `spend` (m,), currency."""
        out = np.empty(self.size)
        for mine, family, price, many in self.parts:
            out[mine] = family.value(np.repeat(spend[mine] / price, many)).reshape(-1, many).mean(axis=1)
        if not np.isfinite(out).all() or (out < 0.0).any():
            raise ProofError("curve-value", "a curve's response is negative or no finite number")
        return out

    def slope(self, spend: Floats) -> Floats:
        """Return the slopes at `spend` (m,), currency; ``inf`` is possible at 0."""
        out = np.empty(self.size)
        for mine, family, price, many in self.parts:
            slope = family.slope(np.repeat(spend[mine] / price, many)).reshape(-1, many).mean(axis=1)
            out[mine] = slope / price
        if not (out >= 0.0).all():
            raise ProofError("curve-slope", "a curve falls, or its slope is not a number")
        return out

    def inflection(self) -> Floats:
        """Return where each curve turns concave, currency (m,); a mean over draws has no such point."""
        out = np.empty(self.size)
        for mine, family, price, many in self.parts:
            if many > 1:
                raise ProofError("curve-inflection", "a mean over draws was taken for one curve")
            out[mine] = family.inflection() * price
        if not (out >= 0.0).all():
            raise ProofError("curve-inflection", "a curve's inflection is negative or not a number")
        return out


def _picked(points: Points | None, places: Indices) -> Points | None:
    """Return the points of some curves of a family, numbered anew."""
    if points is None:
        return None
    order = np.argsort(points["cell"], kind="stable")
    ends = np.searchsorted(points["cell"][order], [places, places + 1])
    counts = ends[1] - ends[0]
    cell = np.repeat(np.arange(len(places)), counts)
    within = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = order[np.repeat(ends[0], counts) + within]
    return {"cell": cell, "spend": points["spend"][rows], "response": points["response"][rows]}
