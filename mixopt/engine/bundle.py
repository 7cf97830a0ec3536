"""Many pieces as few columns: cells that the totals cannot tell apart share theirs, where they earn nearly the same.

Cells whose columns of the spend matrix are equal, and whose columns of the response matrix are multiples of each
other, form a *kind*. A piece of a cell of kind g gives its totals (A_g, s R_g) per unit of currency, so pieces of one
kind with nearly the same s make one column, a *bundle*. Inside a bundle they fill in the order of falling s, so at most
one cell of each bundle is left half way, and each cell's pieces keep their order. Bundles are narrow around the price
that decides, wide far from it: hundreds of columns a kind, however many cells there are.

The linear program only proposes; bounds are priced with every cell's own curve, so a bundle costs no truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves import Floats, Indices
from mixopt.engine.layout import Layout, ragged
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.pieces import Pieces

WORTH = 100_000  # pieces: fewer are passed as they are
SAVING = 0.5  # bundles are used where they are at most so many columns per piece
NEAR = 1e-5  # relative distance from the deciding price below which slopes are told apart evenly
WIDTH = 0.03  # of a bundle, in the logarithm of that distance
DIGITS = 12  # to which the entries of two cells' columns must agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles(Pieces):
    """Bundles in the place of pieces; each stands under the cell that comes first in it.

    Parameters
    ----------
    parts : Pieces
        What they are made of.
    order : ndarray (p,) of int64
        The parts, bundle by bundle, in the order in which they fill.
    bundle : ndarray (p,) of int64
        The bundle of each, in that order.
    before : ndarray (p,), currency
        What fills before it in its bundle.
    """

    parts: Pieces
    order: Indices
    bundle: Indices
    before: Floats

    def spend(self, amount: Floats) -> Floats:
        """Return the cells' spends at given amounts of the bundles."""
        return self.parts.spend(self.spread(amount))

    def response(self, amount: Floats) -> Floats:
        """Return the responses the cells are credited with at given amounts of the bundles."""
        return self.parts.response(self.spread(amount))

    def state(self, amount: Floats) -> Floats:
        """Return to which share each gated cell is on: along pieces, all that they are."""
        return self.parts.state(self.spread(amount))

    def spread(self, amount: Floats) -> Floats:
        """Return the amounts of the parts at given amounts of the bundles.

        Parameters
        ----------
        amount : ndarray (number of bundles,), currency

        Returns
        -------
        ndarray (p,), currency
        """
        out = np.empty(len(self.order))
        out[self.order] = np.clip(amount[self.bundle] - self.before, 0.0, self.parts.length[self.order])
        return out


def bundled(layout: Layout, pieces: Pieces, prices: Multipliers) -> Pieces:
    """Return bundles of pieces where they are fewer by far, else the pieces themselves.

    Parameters
    ----------
    layout : Layout
    pieces : Pieces
    prices : Multipliers
        Around these the bundles are narrow.

    Returns
    -------
    Pieces
    """
    if len(pieces.owner) < WORTH or not layout.simple or len(pieces.combined):
        return pieces
    kind, rate = layout.kinds
    if kind.max() + 1 > SAVING * layout.program.n_cells:
        return pieces
    slope = pieces.slope * rate[pieces.owner]
    weight, price = prices.weights(layout)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.log(weight[pieces.owner] * pieces.slope) - np.log(price[pieces.owner])
        plain = np.log(slope)
    apart = np.where(np.isfinite(apart), apart, np.where(np.isfinite(plain), plain, -700.0))
    place = np.floor(np.sign(apart) * np.log1p(np.abs(apart) / NEAR) / WIDTH).astype(np.int64)
    place -= place.min()
    label = kind[pieces.owner] * (int(place.max()) + 1) - place
    _, bundle = np.unique(label, return_inverse=True)
    bundle = bundle.reshape(-1).astype(np.int64)
    count = int(bundle.max()) + 1
    return _made(pieces, (slope, rate), bundle, count) if count <= SAVING * len(bundle) else pieces


def _made(pieces: Pieces, rates: tuple[Floats, Floats], bundle: Indices, count: int) -> Bundles:
    slope, rate = rates
    order = np.lexsort((pieces.owner, -slope, bundle)).astype(np.int64)
    start = np.searchsorted(bundle[order], np.arange(count + 1))
    reach = np.concatenate([[0.0], np.cumsum(pieces.length[order])])
    total = np.bincount(bundle, pieces.length, minlength=count).astype(np.float64)
    gain = np.bincount(bundle, pieces.length * slope, minlength=count)
    first = pieces.owner[order[start[:-1]]]
    everyone = np.arange(count, dtype=np.int64)
    return Bundles(
        owner=first,
        step=np.ones(count),
        length=total,
        unit=pieces.unit[order[start[:-1]]],
        component=first,
        column=everyone,
        slope=gain / total / rate[first],
        combined=pieces.combined,
        first_point=count,
        point_start=pieces.point_start,
        on=np.zeros(count, dtype=bool),
        off=np.zeros(count, dtype=bool),
        spend_start=pieces.spend_start,
        response_start=pieces.response_start,
        state_start=pieces.state_start,
        parts=pieces,
        order=order,
        bundle=bundle[order],
        before=reach[:-1] - np.repeat(reach[start[:-1]], np.diff(start)),
    )


def kinds_of(layout: Layout) -> tuple[Indices, Floats]:
    """Return the kind of each cell, and how many times its kind's response it gives per unit of its curve.

    Parameters
    ----------
    layout : Layout
        One curve per cell.

    Returns
    -------
    kind : ndarray (n_cells,) of int64
    rate : ndarray (n_cells,), above 0
    """
    links, of_response, counts = layout.links
    n = layout.program.n_cells
    owner, _ = ragged(links.indptr[:-1], counts)
    rate = np.zeros(n)
    np.maximum.at(rate, owner[of_response], np.abs(links.data[of_response]))
    rate[rate == 0.0] = 1.0
    entry = links.data / np.where(of_response, rate[owner], 1.0)
    exponent = np.floor(np.log10(np.maximum(np.abs(entry), np.finfo(float).tiny)))
    mantissa = np.round(entry * 10.0**-exponent, DIGITS)
    words = np.stack([links.indices.astype(np.float64), exponent, mantissa + 0.0])
    label = np.zeros(n, dtype=np.uint64)
    for k, word in enumerate(words):
        np.add.at(label, owner, _mixed(word.view(np.uint64), k) * _mixed(words[0].view(np.uint64), k + 7))
    _, kind = np.unique(label, return_inverse=True)
    return kind.reshape(-1).astype(np.int64), rate


def _mixed(word: np.ndarray, salt: int) -> np.ndarray:
    """Return well scattered numbers, equal for equal words (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        z = word + np.uint64((0x9E3779B97F4A7C15 * (salt + 1)) % 2**64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return (z ^ (z >> np.uint64(31))) | np.uint64(1)
