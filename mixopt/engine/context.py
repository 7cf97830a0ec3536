"""What one solve carries along: the program's derived arrays, the linear solver, the cuts found so far, and counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from mixopt.engine.assemble import Shop
from mixopt.engine.clock import Clock
from mixopt.engine.highs import LinearSolver
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Tangent
from mixopt.engine.options import Options
from mixopt.engine.price import Pricer


@dataclass(slots=True)
class Context:
    """The state of one solve; it never outlives it.

    Parameters
    ----------
    layout, shop, pricer : the program's derived arrays
    solver : LinearSolver
    clock : Clock
    options : Options
    tangents : list of Tangent
        Cuts on the concave terms; valid everywhere.
    counts : dict of str to int
    """

    layout: Layout
    shop: Shop
    pricer: Pricer
    solver: LinearSolver
    clock: Clock
    options: Options
    tangents: list[Tangent] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, by: int = 1) -> None:
        """Count an event.

        Parameters
        ----------
        what : str
        by : int
        """
        self.counts[what] = self.counts.get(what, 0) + by
