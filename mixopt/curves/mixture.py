"""The mean of several possible curves per cell: f(x) = Σ_d w_d f_d(x), one f_d per posterior draw.

Where every draw is concave the mean is concave, and a curve like any other. A mean of S-shaped curves need not be
convex first and concave then: it is evaluated here, but never priced as one curve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mixopt.curves.falling import falling_root
from mixopt.curves.family import Family, Flags, Floats, Indices
from mixopt.curves.response import asked_slope, better_of

ELEMENTS = (
    65_536  # curves evaluated at a time: what a family makes on the way then stays in the processor's cache
)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weighted means of curves, one mean per cell.

    Parameters
    ----------
    draws : Family
        The curves of all cells and draws, cell by cell: draw d of cell i is number i * n_draws + d.
    cells : ndarray (m,) of int64
        Which cells of `draws` these are; may repeat.
    weight : ndarray (n_draws,), >= 0
        Of each draw; 1 / n_draws for the mean over draws.
    factor : ndarray (m,), above 0
        Spends are divided by it.
    """

    draws: Family
    cells: Indices
    weight: Floats
    factor: Floats

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return len(self.weight)

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        return self._mean(lambda family, x: family.value(x), spend)

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency; ``inf`` where that of a draw is."""
        return self._mean(lambda family, x: family.slope(x), spend) / self.factor

    def inflection(self) -> Floats:
        """Spend from which every draw is concave; 0 where all of them are concave throughout."""
        top = np.empty(len(self.cells))
        for at, family in self._blocks():
            top[at] = family.inflection().reshape(len(at), -1).max(axis=1)
        return top * self.factor

    def take(self, cells: Indices) -> Mixture:
        """The curves at some positions."""
        return Mixture(self.draws, self.cells[cells], self.weight, self.factor[cells])

    def stretch(self, factor: Floats) -> Mixture:
        """The curves f(x / factor)."""
        return Mixture(self.draws, self.cells, self.weight, self.factor * factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper, for concave means."""
        wanted = asked_slope(weight, price)
        start = np.clip(self.inflection(), lower, upper)

        def slope(x: Floats, some: Indices) -> Floats:
            return self.take(some).slope(x)

        found = falling_root(slope, wanted, start, upper)
        return better_of(self, weight, price, np.where(price <= 0.0, upper, found), lower)

    def responses(self, spend: Floats) -> Floats:
        """Return every draw's response.

        Parameters
        ----------
        spend : ndarray (m,), currency

        Returns
        -------
        ndarray (m, n_draws), units of response
        """
        x, out = spend / self.factor, np.empty((len(self.cells), self.n_draws))
        for at, family in self._blocks():
            out[at] = family.value(np.repeat(x[at], self.n_draws)).reshape(len(at), -1)
        return out

    def draw(self, number: int) -> Family:
        """Return the curves of one draw.

        Parameters
        ----------
        number : int
            From 0.

        Returns
        -------
        Family
            m curves.
        """
        return self.single(np.arange(len(self.cells), dtype=np.int64), np.full(len(self.cells), number))

    def single(self, cells: Indices, draws: Indices) -> Family:
        """Return single draws' curves.

        Parameters
        ----------
        cells, draws : ndarray (k,) of int64
            Position among these cells, and number of the draw.

        Returns
        -------
        Family
            k curves.
        """
        family = self.draws.take(self.cells[cells] * self.n_draws + draws)
        factor = self.factor[cells]
        return family if (factor == 1.0).all() else family.stretch(factor)

    def concave(self) -> Flags:
        """Return whether all draws of a cell are concave throughout (m,)."""
        return np.equal(self.inflection(), 0.0)

    def _mean(self, answer: Callable[[Family, Floats], Floats], spend: Floats) -> Floats:
        x, out = spend / self.factor, np.empty(len(self.cells))
        used = self.weight > 0.0
        every = bool(used.all())
        for at, family in self._blocks():
            found = answer(family, np.repeat(x[at], self.n_draws)).reshape(len(at), -1)
            out[at] = found @ self.weight if every else found[:, used] @ self.weight[used]
        return out

    def _blocks(self) -> Iterator[tuple[Indices, Family]]:
        """Yield positions of cells in blocks, and the curves of all their draws."""
        many = max(1, ELEMENTS // self.n_draws)
        inside = np.arange(self.n_draws, dtype=np.int64)
        for start in range(0, len(self.cells), many):
            at = np.arange(start, min(start + many, len(self.cells)), dtype=np.int64)
            yield at, self.draws.take((self.cells[at, None] * self.n_draws + inside).ravel())


def over_draws(draws: Family, n_cells: int, n_draws: int) -> Mixture:
    """Return the means of curves over draws that count alike.

    Parameters
    ----------
    draws : Family
        n_cells * n_draws curves, cell by cell.
    n_cells, n_draws : int

    Returns
    -------
    Mixture

    Examples
    --------
    >>> import numpy as np
    >>> from mixopt.curves import MichaelisMenten, over_draws
    >>> draws = MichaelisMenten(scale=np.array([100.0, 200.0]), half_saturation=np.array([10.0, 10.0]))
    >>> over_draws(draws, n_cells=1, n_draws=2).value(np.array([10.0]))
    array([75.])
    """
    return Mixture(
        draws, np.arange(n_cells, dtype=np.int64), np.full(n_draws, 1.0 / n_draws), np.ones(n_cells)
    )
