"""Spread by the largest share: price · (1 - max_g X_g/B), linear with one variable m >= X_g/B."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mixopt import Evaluation, Totals
from mixopt_diversification.groups import Groups


@dataclass(frozen=True, slots=True)
class Largest:
    """The term by the largest share.

    Parameters
    ----------
    groups : Groups
    price : float
        Currency for a largest share that falls from 1 to 0.
    budget : float
        B, currency.
    """

    groups: Groups
    price: float
    budget: float

    def build(self, block: Any, totals: Totals) -> Any:
        """Put the largest share and a row per group on the block; return the value, currency."""
        import pyomo.environ as pyo  # noqa: PLC0415

        spends = self.groups.totals(totals)
        most = max(self.budget, *(spend.ub for spend in spends))
        block.largest = pyo.Var(bounds=(0.0, most / self.budget))
        block.above = pyo.Constraint(
            range(len(spends)), rule=lambda _, g: self.budget * block.largest - spends[g] >= 0
        )
        return self.price * (1.0 - block.largest)

    def value(self, plan: Evaluation) -> float:
        """Return the value on a given plan, currency."""
        return self.price * (1.0 - float(self.groups.spend(plan).max()) / self.budget)
