"""Spread by the Herfindahl-Hirschman index: price · (1 - Σ (X_g/B)²), concave in the spends X_g."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mixopt import Atom, Evaluation, Totals
from mixopt.curves import Floats
from mixopt_diversification.groups import Groups


@dataclass(frozen=True, slots=True)
class Herfindahl:
    """The term by its Herfindahl index.

    Parameters
    ----------
    groups : Groups
    price : float
        Currency for an index that falls from 1 to 0.
    budget : float
        B, currency.
    """

    groups: Groups
    price: float
    budget: float

    def totals(self, totals: Totals) -> Sequence[Any]:
        """Return the spend of each group."""
        return self.groups.totals(totals)

    def value_and_gradient(self, vector: Floats) -> tuple[float, Floats]:
        """Return the value, currency, and its gradient at the groups' spends."""
        share = vector / self.budget
        return self.price * (1.0 - float(share @ share)), (-2.0 * self.price / self.budget) * share

    def ceiling(self) -> float:
        """Return the price: what an index of 0 would be worth."""
        return self.price

    def value(self, plan: Evaluation) -> float:
        """Return the value on a given plan, currency."""
        return self.value_and_gradient(self.groups.spend(plan))[0]

    def atom(self) -> Atom:
        """Return the standard form: price - Σ price · (X_g/B)²."""
        n = len(self.groups.names)
        return Atom(
            kind="negative-square",
            scale=np.full(n, self.price),
            unit=np.full(n, self.budget),
            constant=self.price,
        )
