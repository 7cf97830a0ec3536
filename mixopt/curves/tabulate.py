"""Tables of points, checked and made into curves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mixopt.curves.family import Flags, Floats, Indices
from mixopt.curves.points import Points, shaped
from mixopt.curves.spline import interpolate
from mixopt.curves.tabulated import Tabulated
from mixopt.errors import Fault, TableError

ROUNDING = 1e-3  # of a curve's largest response: points may move by this much to rise convex, then concave
SHOWN_FAULTS = 20
STEEPEST = 1e100


def tabulate(
    cell: npt.ArrayLike,
    spend: npt.ArrayLike,
    response: npt.ArrayLike,
    *,
    size: int | None = None,
    named: Callable[[int], str] = "curve {}".format,
) -> Tabulated:
    """Return smooth curves through points, one curve per cell, flat beyond its last point.

    Every curve starts at (0, 0), given or not. Points that are not exactly convex and then concave are moved, by at
    most a thousandth of the curve's largest response; those that would have to move further are refused.

    Parameters
    ----------
    cell : array_like (n,) of int
        Curve of each point, 0 … m-1; in any order.
    spend : array_like (n,), currency
    response : array_like (n,), units of response
    size : int or None
        m; the largest cell and one if left out.
    named : callable
        ``named(cell)`` is how messages call a cell.

    Returns
    -------
    Tabulated

    Raises
    ------
    TableError
        With one fault per curve: no point, a number that is not finite, a negative spend, one spend twice, a response
        at spend 0, responses that are negative, fall, or do not rise convex and then concave.

    Examples
    --------
    >>> import numpy as np
    >>> from mixopt.curves import tabulate
    >>> curve = tabulate([0, 0, 0], [100.0, 200.0, 300.0], [10.0, 30.0, 35.0])
    >>> curve.value(np.array([200.0])), curve.value(np.array([1e6]))
    (array([30.]), array([35.]))
    """
    cells = np.asarray(cell, dtype=np.int64)
    x, y = np.asarray(spend, dtype=float), np.asarray(response, dtype=float)
    many = int(cells.max(initial=-1)) + 1 if size is None else size
    order = np.lexsort((x, cells))
    given = Points(cells[order], x[order] + 0.0, y[order] + 0.0)
    faults = _wrong_points(given, many, named)
    sound = np.setdiff1d(np.arange(many, dtype=np.int64), list(faults))
    points = _from_zero(given, sound)
    found = shaped(points)
    faults |= _wrong_shapes(points, found.move, sound, named)
    _raise_if_any([faults[at] for at in sorted(faults)])
    return interpolate(found.points, found.chord)


def _raise_if_any(faults: list[Fault]) -> None:
    if len(faults) > SHOWN_FAULTS:
        more = len(faults) - SHOWN_FAULTS
        faults = [*faults[:SHOWN_FAULTS], Fault(where="points", problem=f"{more} more curves have faults")]
    if faults:
        raise TableError(*faults)


def _wrong_points(points: Points, many: int, named: Callable[[int], str]) -> dict[int, Fault]:
    """Return one fault for each cell with points that cannot be."""
    cell, x, y = points.cell, points.spend, points.response
    twice = np.append(False, (cell[1:] == cell[:-1]) & (x[1:] == x[:-1]))
    empty = np.bincount(cell[(x > 0.0) & np.isfinite(x)], minlength=many)[:many] == 0
    checks = (
        (~np.isfinite(x) | (x < 0.0), "spend {x:g} is not a number of currency", "finite spends, 0 or more"),
        (~np.isfinite(y), "response {y:g} at spend {x:g} is not a number", "finite responses"),
        ((x == 0.0) & (y != 0.0), "response {y:g} at spend 0", "the response that spend adds: 0 at spend 0"),
        (twice, "spend {x:g} stands there twice", "each spend once"),
        (
            _too_close(points),
            "spend {x:g} is too close to the one before",
            "spends that differ by more than rounding",
        ),
    )
    found: dict[int, Fault] = {}
    for wrong, problem, wanted in checks:
        for at in _first_of_each(cell, wrong):
            said = problem.format(x=x[at], y=y[at])
            found.setdefault(
                int(cell[at]), Fault(where=f"points: {named(int(cell[at]))}", problem=said, wanted=wanted)
            )
    for at in np.flatnonzero(empty):
        fault = Fault(
            where=f"points: {named(int(at))}", problem="no point above spend 0", wanted="one row or more"
        )
        found.setdefault(int(at), fault)
    return found


def _too_close(points: Points) -> Flags:
    """Return which points lie so close to the one before, or to 0, that the slope between them says nothing."""
    before = np.append(-1, points.cell[:-1]) == points.cell
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        gap = points.spend - np.where(before, np.roll(points.spend, 1), 0.0)
        rise = points.response - np.where(before, np.roll(points.response, 1), 0.0)
        return (gap > 0.0) & ~(np.abs(rise / gap) <= STEEPEST)


def _wrong_shapes(
    points: Points, move: Floats, cells: Indices, named: Callable[[int], str]
) -> dict[int, Fault]:
    """Return one fault, at the worst point, for each curve that is too far from convex and then concave."""
    top = np.maximum.reduceat(np.abs(points.response), points.first)
    far = np.abs(move) / np.where(top > 0.0, top, 1.0)[points.cell]
    worst = np.maximum.reduceat(far, points.first)
    at = _first_of_each(points.cell, (far > ROUNDING) & (far == worst[points.cell]))
    own = [int(cells[points.cell[k]]) for k in at]
    where = (points.spend[at], points.response[at], points.response[at] + move[at])
    return {c: _shape_fault(named(c), *numbers) for c, *numbers in zip(own, *where, strict=True)}


def _shape_fault(name: str, spend: float, response: float, nearest: float) -> Fault:
    return Fault(
        where=f"points: {name}",
        problem=(
            f"response {response:g} at spend {spend:g} breaks the curve's shape: "
            f"there it would have to be {nearest:g}"
        ),
        wanted="responses that never fall and rise ever faster up to some spend, ever slower from there on",
        hint="smooth the points, or fit one of the other families to them",
    )


def _first_of_each(cell: Indices, wrong: Flags) -> Indices:
    at = np.flatnonzero(wrong)
    return at[np.unique(cell[at], return_index=True)[1]].astype(np.int64)


def _from_zero(points: Points, cells: Indices) -> Points:
    """Return the points of some cells, numbered anew, with (0, 0) at the start of every curve that lacks it."""
    kept = np.isin(points.cell, cells)
    number, spend, response = (
        np.searchsorted(cells, points.cell[kept]),
        points.spend[kept],
        points.response[kept],
    )
    lacking = np.setdiff1d(np.arange(len(cells)), number[spend == 0.0])
    at = np.searchsorted(number, lacking)
    return Points(np.insert(number, at, lacking), np.insert(spend, at, 0.0), np.insert(response, at, 0.0))
