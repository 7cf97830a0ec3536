"""Newton's method on the rows' multipliers, for programs whose columns are totals alone: no linear program at all.

With multipliers y of the rows, a cell's response is worth W and its spend costs p, both linear in y; so the bound

    D(y) = offset + sum max(y row_lower, y row_upper) + sum over cells of max W f(x) - p x

is convex, and its gradient is what the rows' limits and the best responses x differ by. Its curvature, sum of
s a a' over cells with s = -dx/dp, is taken as a secant over the last step's change of prices: cells that jump between
nothing and their hump then count as what they are, a smooth crowd. A step solves the quadratic model with the signs of
the multipliers as bounds. Once D is low enough, every cell is kept on its branch, where its curve is concave, and the
same steps lead to a spend that keeps the rows exactly. What is found is a proposal like any other: the bound and the
plan are computed anew where they count.

Source: D. P. Bertsekas (1982), SIAM J. Control Optim. 20(2), doi:10.1137/0320018 (projected Newton).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from mixopt.curves import Curves, Floats, Indices
from mixopt.curves.draws import draws_of
from mixopt.engine.clock import Clock
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.program import Flags, Program

LEAST = 200  # cells: below, linear programs cost less and their plans are better
MOST_ROWS = 600
SAMPLE = 3000  # cells that the multipliers are first found for
STEPS, FIRM = 40, 14
ENOUGH = 1e-2  # of the wanted gap: steps that gain less are the last
WIDE, FINE = 0.3, 1e-7
ARMIJO, HALVINGS = 1e-4, 12
SMALL, LARGE, FULL = (
    4_000_000,
    30_000_000,
    0.1,
)  # entries, and share of them, of matrices that are laid out dense
ROUGH, EXACT = 1e-9, 2e-12  # of the rows' limits: what they may miss before, and after the last shifts
ONE_THREAD = 200_000  # multiplications that BLAS does not share among threads

Matrix = Floats | sp.csr_array


@dataclass(frozen=True, slots=True)
class Crowd:
    """A program of totals alone, as rows over cells.

    Parameters
    ----------
    curves : Curves
    inflection, lower, upper : ndarray (n,), currency
    on_spend : ndarray (m, k), on_response : ndarray (m, l)
        The rows' coefficients of the totals.
    gain_spend : ndarray (k,), gain_response : ndarray (l,)
        The objective's.
    spend : ndarray or csr_array (k, n), response : ndarray or csr_array (l, n)
        Dense where that is quicker.
    side, size : ndarray (m,)
        The one limit of each row that counts, and what is missed of it is measured by.
    low, high : ndarray (m,)
        Bounds of the multipliers: their signs.
    offset : float
    worst : float, currency
        No spend is worth less, whether it keeps the rows or not.
    """

    curves: Curves
    inflection: Floats
    lower: Floats
    upper: Floats
    on_spend: Floats
    on_response: Floats
    gain_spend: Floats
    gain_response: Floats
    spend: Matrix
    response: Matrix
    side: Floats
    size: Floats
    low: Floats
    high: Floats
    offset: float
    worst: float

    def prices(self, y: Floats) -> tuple[Floats, Floats]:
        """Return what responses are worth and what spends cost, cell by cell."""
        weight = _spread(self.response, np.maximum(self.gain_response - _spread(self.on_response, y), 0.0))
        price = _spread(self.spend, _spread(self.on_spend, y) - self.gain_spend)
        return weight, price

    def activity(self, x: Floats, response: Floats) -> Floats:
        """Return the rows' left sides."""
        money = _totals(self.on_spend, _totals(self.spend, x))
        return money + _totals(self.on_response, _totals(self.response, response))


@dataclass(frozen=True, slots=True)
class Point:
    """Multipliers, and what the cells do at them."""

    y: Floats
    weight: Floats
    price: Floats
    x: Floats
    value: float
    gradient: Floats


def crowd_of(layout: Layout) -> Crowd | None:
    """Return a program as rows over cells, or None where it is more than totals, or punishes response.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    Crowd or None
    """
    program = layout.program
    if layout.own.any() or program.concave or program.integer.any() or layout.gated or not layout.simple:
        return None
    if not 0 < program.n_rows <= MOST_ROWS:
        return None
    on_response = layout.matrix[:, program.response_columns].toarray()
    up, down = np.isfinite(program.row_upper), np.isfinite(program.row_lower)
    equal = up & down
    if (equal & (program.row_lower != program.row_upper)).any():
        return None
    punished = ((on_response > 0.0) & up[:, None]) | ((on_response < 0.0) & down[:, None])
    gain = program.objective[program.response_columns]
    if punished.any() or (gain < 0.0).any():
        return None
    return Crowd(
        curves=program.curves,
        inflection=layout.inflection,
        lower=program.lower,
        upper=program.upper,
        on_spend=layout.matrix[:, program.spend_columns].toarray(),
        on_response=on_response,
        gain_spend=program.objective[program.spend_columns],
        gain_response=gain,
        spend=_laid_out(program.spend_matrix),
        response=_laid_out(program.response_matrix),
        side=np.where(up, program.row_upper, np.where(down, program.row_lower, 0.0)),
        size=layout.row_size,
        low=np.where(down, -np.inf, 0.0),
        high=np.where(up, np.inf, 0.0),
        offset=program.offset,
        worst=program.offset + _least(program),
    )


def _laid_out(matrix: sp.csr_array) -> Matrix:
    """Return a matrix dense where it is small, or full enough."""
    size = matrix.shape[0] * matrix.shape[1]
    return matrix.toarray() if size <= SMALL or (size <= LARGE and matrix.nnz > FULL * size) else matrix


def _least(program: Program) -> float:
    """Return what money can take from the objective at most: responses only add to it."""
    gain = program.objective[program.spend_columns]
    ends = (
        gain * program.column_lower[program.spend_columns],
        gain * program.column_upper[program.spend_columns],
    )
    return float(np.minimum(*ends).sum())


@dataclass(frozen=True, slots=True)
class Found:
    """Where a descent has led.

    Parameters
    ----------
    multipliers : Multipliers
        Not clean. Of scale 0 where they should prove that no spend keeps the rows.
    spend : ndarray (n_cells,), currency, or None
        Should keep the rows.
    """

    multipliers: Multipliers
    spend: Floats | None


def descend(layout: Layout, start: Multipliers, clock: Clock, gap: float) -> Found | None:
    """Return multipliers that bound a program well, and a spend that should keep its rows; None for other programs.

    Parameters
    ----------
    layout : Layout
    start : Multipliers
        Where to begin; all 0 where nothing is known.
    clock : Clock
    gap : float
        Relative gap wanted.

    Returns
    -------
    Found or None
    """
    # a mean over draws costs as many curves as there are draws: linear programs need fewer prices
    if layout.program.n_cells < LEAST or draws_of(layout.program.curves):
        return None
    crowd = crowd_of(layout)
    if crowd is None:
        return None
    with np.errstate(all="ignore"):
        y = np.clip(start.row, crowd.low, crowd.high)
        if not y.any():
            y = _first(crowd, clock, gap)
        point = lowest(crowd, y, clock, gap)
        empty = point.value < crowd.worst
        spend = None if empty else firm(crowd, point, clock)
    if not np.isfinite(point.y).all():
        return None
    return Found(_multipliers(crowd, point.y, 0.0 if empty else 1.0), spend)


def _multipliers(crowd: Crowd, y: Floats, scale: float) -> Multipliers:
    """Return the multipliers of all links that go with those of the rows: no column keeps a reduced price."""
    return Multipliers(
        scale=scale,
        row=y,
        spend=_spread(crowd.on_spend, y) - scale * crowd.gain_spend,
        response=np.maximum(scale * crowd.gain_response - _spread(crowd.on_response, y), 0.0),
    )


def _first(crowd: Crowd, clock: Clock, gap: float) -> Floats:
    """Return multipliers to begin with: of a sample of the cells, from the one price that balances the widest row."""
    n = len(crowd.lower)
    some = crowd
    if n > 2 * SAMPLE:
        step = n // SAMPLE
        cells = np.sort(np.argsort(crowd.upper, kind="stable")[step // 2 :: step]).astype(np.int64)
        some = thinned(crowd, cells)
    y = _balanced(some)
    return lowest(some, y, clock, 0.1 * gap).y if some is not crowd else y


def thinned(crowd: Crowd, cells: Indices) -> Crowd:
    """Return some cells of a crowd, each standing for as many as there are per chosen one."""
    factor = len(crowd.lower) / len(cells)
    return replace(
        crowd,
        curves=crowd.curves.take(cells),
        inflection=crowd.inflection[cells],
        lower=crowd.lower[cells],
        upper=crowd.upper[cells],
        spend=_columns(crowd.spend, cells) * factor,
        response=_columns(crowd.response, cells) * factor,
    )


def _columns(matrix: Matrix, cells: Indices) -> Floats:
    dense = matrix[:, cells] if isinstance(matrix, np.ndarray) else sp.csc_array(matrix)[:, cells].toarray()
    return np.asarray(dense)


def _balanced(crowd: Crowd) -> Floats:
    """Return the multiplier of the row that limits the most money, all others 0, where that row balances."""
    y = np.zeros(len(crowd.side))
    reach = _totals(crowd.on_spend, _totals(crowd.spend, crowd.upper))
    over = np.where(np.isposinf(crowd.high), reach, 0.0)
    if not len(over) or over.max() <= 0.0:
        return y
    row = int(np.argmax(over))
    unit = y.copy()
    unit[row] = 1.0
    _, price = crowd.prices(unit)
    weight, _ = crowd.prices(y)
    steep = weight * crowd.curves.value(crowd.upper) / np.maximum(crowd.upper, 1e-300)
    rate = np.median(steep[price > 0.0] / price[price > 0.0]) if (price > 0.0).any() else 1.0
    low, high = 1e-6 * rate, 1e6 * rate
    for _ in range(26):
        y[row] = np.sqrt(low * high)
        gradient = point_at(crowd, y).gradient[row]
        low, high = (low, y[row]) if gradient > 0.0 else (y[row], high)
    return y


def point_at(crowd: Crowd, y: Floats, box: tuple[Floats, Floats] | None = None) -> Point:
    """Return what the cells do at some multipliers."""
    lower, upper = (crowd.lower, crowd.upper) if box is None else box
    weight, price = crowd.prices(y)
    x = crowd.curves.best(weight, price, lower, upper)
    response = crowd.curves.value(x)
    value = crowd.offset + float((y * crowd.side).sum()) + float((weight * response - price * x).sum())
    return Point(y, weight, price, x, value, crowd.side - crowd.activity(x, response))


def lowest(crowd: Crowd, y: Floats, clock: Clock, gap: float) -> Point:
    """Return multipliers near the lowest bound."""
    point = point_at(crowd, y)
    width = WIDE
    for _ in range(STEPS):
        if clock.over() is not None:
            break
        hessian = curvature(crowd, point, width)
        move = model_step(hessian, point.gradient, crowd.low - point.y, crowd.high - point.y)
        expected = -float(((point.gradient + 0.5 * _totals(hessian, move)) * move).sum())
        new = _searched(crowd, point, move)
        if new is None:
            if width <= FINE:
                break
            width = max(0.1 * width, FINE)
            continue
        width = float(np.clip(_change(point, new), FINE, WIDE))
        gained, point = point.value - new.value, new
        if max(gained, expected) <= ENOUGH * gap * abs(point.value) or point.value < crowd.worst:
            break
    return point


def _change(point: Point, new: Point) -> float:
    """Return the largest usual change of a price."""
    moved = np.abs(new.price - point.price) / np.maximum(np.abs(point.price), 1e-300)
    return float(np.quantile(moved, 0.9)) if len(moved) else 0.0


def _searched(crowd: Crowd, point: Point, move: Floats) -> Point | None:
    slope = float((point.gradient * move).sum())
    if not slope < 0.0:
        return None
    share = 1.0
    for _ in range(HALVINGS):
        new = point_at(crowd, np.clip(point.y + share * move, crowd.low, crowd.high))
        if new.value <= point.value + ARMIJO * share * slope:
            return new
        share *= 0.5
    return None


def curvature(crowd: Crowd, point: Point, width: float, box: tuple[Floats, Floats] | None = None) -> Floats:
    """Return the curvature of the bound over a relative change of prices, (m, m)."""
    give = yielding(crowd, point, width, box)
    return summed(crowd, point, give)


def yielding(crowd: Crowd, point: Point, width: float, box: tuple[Floats, Floats] | None = None) -> Floats:
    """Return by how much each cell's spend falls per unit of price: half of the cells dearer, half cheaper."""
    lower, upper = (crowd.lower, crowd.upper) if box is None else box
    factor = np.full(len(point.x), 1.0 + width)
    factor[::2] = 1.0 - width
    other = crowd.curves.best(point.weight, point.price * factor, lower, upper)
    step = np.abs(point.price) * width
    return np.where(step > 0.0, np.abs(other - point.x) / np.where(step > 0.0, step, 1.0), 0.0)


def summed(crowd: Crowd, point: Point, give: Floats) -> Floats:
    """Return sum of give a a' over the cells, with a the rows' coefficients of a cell's next unit of spend."""
    on_x, on_y = sp.csr_array(crowd.on_spend), sp.csr_array(crowd.on_response)
    total = on_x @ _products(crowd.spend, give, crowd.spend) @ on_x.T
    if on_y.nnz:
        steep = np.where(
            point.weight > 0.0, point.price / np.where(point.weight > 0.0, point.weight, 1.0), 0.0
        )
        mixed = on_x @ _products(crowd.spend, give * steep, crowd.response) @ on_y.T
        own = on_y @ _products(crowd.response, give * steep * steep, crowd.response) @ on_y.T
        total = total + mixed + mixed.T + own
    return np.asarray(total)


def _spread(matrix: Matrix, values: Floats) -> Floats:
    """Return matrix' values, cell by cell. Never by BLAS, whose digits depend on its number of threads."""
    if isinstance(matrix, np.ndarray):
        return np.asarray(np.einsum("kn,k->n", matrix, values))
    return np.asarray(matrix.T @ values)


def _totals(matrix: Matrix, amounts: Floats) -> Floats:
    """Return matrix amounts; never by BLAS either."""
    if isinstance(matrix, np.ndarray):
        return np.asarray(np.einsum("kn,n->k", matrix, amounts))
    return np.asarray(matrix @ amounts)


def _dense_products(left: Floats, middle: Floats, right: Floats) -> Floats:
    """Return the products summed in blocks so small that BLAS keeps each to one thread."""
    out = np.zeros((len(left), len(right)))
    block = max(8, ONE_THREAD // max(1, out.size))
    for first in range(0, left.shape[1], block):
        some = slice(first, first + block)
        out += (left[:, some] * middle[some]) @ right[:, some].T
    return out


def _products(left: Matrix, middle: Floats, right: Matrix) -> Floats:
    """Return left diag(middle) right' as a dense array."""
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return _dense_products(left, middle, right)
    first, second = sp.csr_array(left), sp.csr_array(right)
    scaled = sp.csr_array(
        (first.data * middle[first.indices], first.indices, first.indptr), shape=first.shape
    )
    return np.asarray((scaled @ second.T).toarray())


def model_step(hessian: Floats, gradient: Floats, low: Floats, high: Floats) -> Floats:
    """Return the move within bounds that a quadratic model likes best: active sets in turns, then one at a time."""
    size = np.diag(hessian).copy()
    firm_ = size.max(initial=0.0)
    size[size <= 1e-14 * firm_] = max(firm_, 1e-300)
    unit = 1.0 / np.sqrt(size)
    scaled = hessian * unit[:, None] * unit[None, :]
    scaled[np.diag_indices_from(scaled)] += 1e-9
    g, down, up = gradient * unit, low / unit, high / unit
    move = np.zeros(len(g))
    at_low, at_high = (low == 0.0) & (g > 0.0), (high == 0.0) & (g < 0.0)
    for _ in range(50):
        free = ~(at_low | at_high)
        move = np.where(at_low, down, np.where(at_high, up, 0.0))
        if free.any():
            pull = -g[free] - _totals(scaled[np.ix_(free, ~free)], move[~free])
            move[free] = _solved(scaled[np.ix_(free, free)], pull)
        force = _totals(scaled, move) + g
        new_low = (free & (move < down)) | (at_low & (force > 0.0))
        new_high = (free & (move > up)) | (at_high & (force < 0.0))
        if np.array_equal(new_low, at_low) and np.array_equal(new_high, at_high):
            break
        at_low, at_high = new_low, new_high
    return np.clip(move, down, up) * unit


def _solved(matrix: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(scipy.linalg.solve(matrix, right, assume_a="pos", check_finite=False))
    except (np.linalg.LinAlgError, ValueError):
        return np.asarray(np.linalg.lstsq(matrix, right, rcond=1e-10)[0])


def firm(crowd: Crowd, point: Point, clock: Clock) -> Floats | None:
    """Return a spend near a point that keeps the rows: every cell on its branch, prices moved until all balance."""
    up = (point.x > crowd.lower) | (crowd.inflection <= crowd.lower)
    box = branches(crowd, up)
    now = point_at(crowd, point.y, box)
    width = 1e-3
    for _ in range(FIRM):
        if clock.over() is not None:
            break
        hessian = curvature(crowd, now, width, box)
        move = model_step(hessian, now.gradient, crowd.low - now.y, crowd.high - now.y)
        new = point_at(crowd, np.clip(now.y + move, crowd.low, crowd.high), box)
        width = float(np.clip(_change(now, new), FINE, 1e-2))
        now = new
        if missed(crowd, now.y, now.gradient) <= ROUGH:
            break
    return shifted(crowd, now, box)


def active_rows(crowd: Crowd, y: Floats, missing: Floats) -> Indices:
    """Return the rows that bind: equalities, those with a price, and those that are broken."""
    equal, capped = np.isinf(crowd.low) & np.isinf(crowd.high), np.isposinf(crowd.high)
    short = np.where(capped, missing < 0.0, missing > 0.0) & (crowd.low != crowd.high)
    return np.flatnonzero(equal | (y != 0.0) | short).astype(np.int64)


def missed(crowd: Crowd, y: Floats, missing: Floats) -> float:
    """Return the most that a binding row is off its limit, relative to it."""
    active = active_rows(crowd, y, missing)
    return float((np.abs(missing[active]) / np.maximum(crowd.size[active], 1e-300)).max(initial=0.0))


def branches(crowd: Crowd, up: Flags) -> tuple[Floats, Floats]:
    """Return boxes over which every curve is concave: the concave part, or the lower end alone."""
    start = np.clip(crowd.inflection, crowd.lower, crowd.upper)
    return np.where(up, start, crowd.lower), np.where(up, crowd.upper, crowd.lower)


def shifted(crowd: Crowd, point: Point, box: tuple[Floats, Floats]) -> Floats:
    """Return a spend that keeps the rows to rounding: the least change, weighed by how easily each cell gives."""
    x = point.x
    for _ in range(6):
        response = crowd.curves.value(x)
        missing = crowd.side - crowd.activity(x, response)
        active = active_rows(crowd, point.y, missing)
        if missed(crowd, point.y, missing) <= EXACT:
            break
        moved = replace(point, x=x)
        give = yielding(crowd, moved, 1e-4, box)
        give = np.where((x > box[0]) & (x < box[1]), give, 0.0)
        hessian = summed(crowd, moved, give)[np.ix_(active, active)]
        unit = 1.0 / np.sqrt(np.maximum(np.diag(hessian), 1e-300))
        scaled = hessian * unit[:, None] * unit + 1e-12 * np.eye(len(active))
        push = np.zeros(len(point.y))
        push[active] = _solved(scaled, missing[active] * unit) * unit
        steep = np.where(
            point.weight > 0.0, point.price / np.where(point.weight > 0.0, point.weight, 1.0), 0.0
        )
        along = _spread(crowd.spend, _spread(crowd.on_spend, push))
        along = along + steep * _spread(crowd.response, _spread(crowd.on_response, push))
        x = np.clip(x + give * along, *box)
    return np.asarray(x)
