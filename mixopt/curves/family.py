"""What a family of response curves promises: arrays in, arrays out, one object for many cells of the family."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@runtime_checkable
class Family(Protocol):
    """Response curves of one family for m cells: from 0 at spend 0, never falling, convex and then concave.

    Every method takes and returns arrays of shape (m,), in the order of the cells the family was built for. Nothing
    is mutated; values are finite for spends from 0 to 1e15, and so are slopes, but for ``inf`` at spend 0.

    ``inflection()`` must be exact: the curve is convex on [0, inflection] and concave on [inflection, ∞), also at
    corners, where the slope is that from the right. Bounds are proved by chords on the one side and by tangents on the
    other, so a curve that is only nearly so would make a false proof.
    """

    def value(self, spend: Floats) -> Floats:
        """Response at `spend` (currency), in units of response."""
        ...

    def slope(self, spend: Floats) -> Floats:
        """Derivative of the response at `spend`, units of response per unit of currency."""
        ...

    def inflection(self) -> Floats:
        """Spend up to which the curve is convex and from which it is concave; 0 where it is concave throughout."""
        ...

    def take(self, cells: Indices) -> Family:
        """The same family for some of its cells, in the order given."""
        ...

    def stretch(self, factor: Floats) -> Family:
        """The curves f(x / factor): what a price multiplied by `factor` (m,) does to them."""
        ...


@runtime_checkable
class Pricing(Protocol):
    """A family that knows its best response to a price in closed form or by Newton; others are priced by bisection."""

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        ...
