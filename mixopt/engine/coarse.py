"""Where to begin with many cells: the multipliers of a sample.

Every k-th cell in the order of their upper bounds stands for k cells. The sample has the program's rows and columns, so
its multipliers are multipliers of the program: never optimal, always valid.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Indices
from mixopt.engine.activity import Activity
from mixopt.engine.assemble import Shop
from mixopt.engine.bound import whole
from mixopt.engine.chain import touched
from mixopt.engine.context import Context
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.price import Pricer
from mixopt.engine.program import Program
from mixopt.engine.relax import relax

SAMPLES = (400, 2500)
MANY = 3  # a sample is taken of at least so many times its number
CLOSE = 1e-3


def sampled(context: Context, start: Multipliers) -> Multipliers:
    """Return multipliers to begin with: those of a sample where the cells are many.

    Parameters
    ----------
    context : Context
    start : Multipliers
        Clean.

    Returns
    -------
    Multipliers
        Clean; `start` itself where the cells are few or the sample has no plan.
    """
    program = context.layout.program
    for size in SAMPLES:
        if program.n_cells > MANY * size:
            start = _of_sample(context, start, size)
    return start


def _of_sample(context: Context, start: Multipliers, size: int) -> Multipliers:
    program = context.layout.program
    step = program.n_cells // size
    order = np.argsort(program.upper, kind="stable")
    cells = np.sort(order[step // 2 :: step]).astype(np.int64)
    small = Layout(_thinned(context.layout, cells))
    below = replace(context, layout=small, shop=Shop(small, context.shop.scale), pricer=Pricer(small))
    region = whole(small)
    touch = touched(below, np.arange(len(cells), dtype=np.int64), region.cells)
    found = relax(below, region, touch, start, goal=-np.inf, close=CLOSE, floor=0.0, first=True)
    return found.multipliers


def _thinned(layout: Layout, cells: Indices) -> Program:
    """Return the program of some cells, each of which stands for as many as there are per chosen one."""
    program = layout.program
    component, owner = layout.components_of(cells)
    first = np.searchsorted(owner, np.arange(len(cells)))
    order = np.concatenate([first, np.setdiff1d(np.arange(len(component)), first)])
    component, owner = component[order], owner[order]
    factor = program.n_cells / len(cells)
    return replace(
        program,
        curves=program.curves.take(component),
        component_cell=owner,
        component_price=program.component_price[component],
        lower=program.lower[cells],
        upper=program.upper[cells],
        spend_matrix=sp.csr_array(layout.spend[:, cells] * factor),
        response_matrix=sp.csr_array(layout.response[:, component] * factor),
        activity=_thinned_activity(layout, cells, factor),
    )


def _thinned_activity(layout: Layout, cells: Indices, factor: float) -> Activity:
    kept = np.flatnonzero(layout.least[cells] > 0.0).astype(np.int64)
    return Activity(
        cell=kept,
        least=layout.least[cells[kept]],
        columns=layout.program.activity.columns,
        matrix=sp.csr_array(layout.activity[:, cells[kept]] * factor),
    )
