"""Response curves of mixed families in one order: the families' answers, put back where they belong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Family, Floats, Indices, Pricing
from mixopt.curves.response import best_response

BLOCK = 16_384  # cells at a time: what a family makes on the way then stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Curves:
    """n response curves, each of one of some families.

    Parameters
    ----------
    parts : tuple of (str, Indices, Family)
        Name of the family (what the cells table writes under ``curve``), the positions it fills, and the curves.
        Together the positions are a permutation of 0 … n-1.
    """

    parts: tuple[tuple[str, Indices, Family], ...]

    @property
    def size(self) -> int:
        """Number of curves."""
        return sum(len(cells) for _, cells, _ in self.parts)

    def _gather(self, answer: Callable[[Family, Indices], Floats]) -> Floats:
        if len(self.parts) == 1 and self.size <= BLOCK and _is_identity(self.parts[0][1]):
            return answer(self.parts[0][2], self.parts[0][1])
        out = np.empty(self.size)
        for _, cells, family in self.parts:
            for at in _blocks(len(cells)):
                out[cells[at]] = answer(family if len(at) == len(cells) else family.take(at), cells[at])
        return out

    def value(self, spend: Floats) -> Floats:
        """Return the response at each spend.

        Parameters
        ----------
        spend : ndarray (n,), currency

        Returns
        -------
        ndarray (n,), units of response
        """
        return self._gather(lambda family, cells: family.value(spend[cells]))

    def slope(self, spend: Floats) -> Floats:
        """Return the derivative of the response at each spend.

        Parameters
        ----------
        spend : ndarray (n,), currency

        Returns
        -------
        ndarray (n,), units of response per currency; ``inf`` is possible at spend 0
        """
        return self._gather(lambda family, cells: family.slope(spend[cells]))

    def inflection(self) -> Floats:
        """Return the spend where each curve turns from convex to concave; 0 for concave curves.

        Returns
        -------
        ndarray (n,), currency
        """
        return self._gather(lambda family, _: family.inflection())

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """Return a maximiser of weight * value(x) - price * x over lower <= x <= upper, exact to rounding.

        Parameters
        ----------
        weight : ndarray (n,), currency per unit of response, >= 0
        price : ndarray (n,), any sign
        lower, upper : ndarray (n,), currency

        Returns
        -------
        ndarray (n,), currency
        """

        def answer(family: Family, cells: Indices) -> Floats:
            args = (weight[cells], price[cells], lower[cells], upper[cells])
            return family.best(*args) if isinstance(family, Pricing) else best_response(family, *args)

        return self._gather(answer)

    def take(self, cells: Indices) -> Curves:
        """Return the curves at some positions, in the order given; positions may repeat.

        Parameters
        ----------
        cells : ndarray of int64

        Returns
        -------
        Curves
        """
        which = np.empty(self.size, dtype=np.int64)
        inside = np.empty(self.size, dtype=np.int64)
        for part, (_, positions, _) in enumerate(self.parts):
            which[positions] = part
            inside[positions] = np.arange(len(positions))
        parts = []
        for part, (name, _, family) in enumerate(self.parts):
            mine = np.flatnonzero(which[cells] == part).astype(np.int64)
            if len(mine):
                parts.append((name, mine, family.take(inside[cells[mine]])))
        return Curves(tuple(parts))

    def stretch(self, factor: Floats) -> Curves:
        """Return the curves f(x / factor).

        Parameters
        ----------
        factor : ndarray (n,), above 0

        Returns
        -------
        Curves
        """
        return Curves(
            tuple((name, cells, family.stretch(factor[cells])) for name, cells, family in self.parts)
        )


def _blocks(size: int) -> Iterator[Indices]:
    """Yield the positions 0 … size-1 in blocks."""
    for start in range(0, size, BLOCK):
        yield np.arange(start, min(start + BLOCK, size), dtype=np.int64)


def _is_identity(cells: Indices) -> bool:
    return bool(np.array_equal(cells, np.arange(len(cells))))


def join(first: Curves, second: Curves) -> Curves:
    """Return the curves of `first` followed by those of `second`.

    Parameters
    ----------
    first, second : Curves

    Returns
    -------
    Curves
        ``first.size + second.size`` curves.
    """
    shift = first.size
    return Curves(first.parts + tuple((name, cells + shift, family) for name, cells, family in second.parts))
