"""Is response punished? A linear program may leave response unused; a plan cannot.

``w <= response_matrix f(x)`` is exact only where nothing is gained by a smaller w. Where the relaxation leaves response
unused, and using it would break a row or lower the objective, the program punishes response: it is refused.
"""

from __future__ import annotations

import numpy as np

from mixopt.engine.complete import violation
from mixopt.engine.layout import Layout
from mixopt.engine.master import Proposal
from mixopt.engine.relax import worth_of
from mixopt.errors import FormulationError

UNUSED = 1e-6
OPEN = 1e-9  # of a state


def refuse_punished(layout: Layout, proposal: Proposal) -> None:
    """Refuse a program whose relaxation gains by leaving response unused.

    Parameters
    ----------
    layout : Layout
    proposal : Proposal
        Of the whole box's relaxation.

    Raises
    ------
    FormulationError
        Naming the response total.
    """
    program = layout.program
    truth = program.curves.value(proposal.spend[program.component_cell])
    if layout.gated:  # a cell that is neither off nor on has no response of its own
        partly = (proposal.state > OPEN) & (proposal.state < 1.0 - OPEN)
        truth = np.where(partly[program.component_cell], 0.0, truth)
    earned = program.response_matrix @ np.maximum(truth, proposal.credited)
    unused = earned - proposal.columns[program.response_columns]
    share = unused / np.maximum(np.abs(earned), np.finfo(float).tiny)
    if not len(share) or share.max() <= UNUSED:
        return
    used = proposal.columns.copy()
    used[program.response_columns] = np.maximum(earned, used[program.response_columns])
    loss = worth_of(layout, proposal.columns) - worth_of(layout, used)
    size = float(np.abs(program.objective) @ np.abs(used))
    broken = violation(layout, used) > max(UNUSED, 2.0 * violation(layout, proposal.columns))
    if broken or loss > UNUSED * size:
        worst = int(program.response_columns[np.argmax(share)])
        raise FormulationError(
            program.column_names[worst],
            "a smaller response would be better here: response may only be rewarded, never punished or capped",
            "limit spend instead, or put the penalty on spend",
        )
