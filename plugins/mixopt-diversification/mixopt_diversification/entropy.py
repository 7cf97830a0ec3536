"""Spread by Shannon's entropy: price / ln N · Σ -(X_g/B) ln (X_g/B), concave in the spends X_g.

The slope of -t ln t is infinite at t = 0, where a cut needs a finite one. Below t = 1e-12 the curve is therefore
continued by its tangent at 1e-12, which lies above it by 1e-12 at most: every tangent of what is left is a valid cut of
the entropy itself, and the value given at X_g = 0 is too high by price/ln N · 1e-12.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mixopt import Atom, Evaluation, Totals
from mixopt.curves import Floats
from mixopt_diversification.concentration import minus_t_log_t
from mixopt_diversification.groups import Groups

TANGENT_BELOW = 1e-12  # share of the budget


@dataclass(frozen=True, slots=True)
class Entropy:
    """The term by its entropy.

    Parameters
    ----------
    groups : Groups
    price : float
        Currency for an entropy that rises from 0 (all on one group) to ln N (all groups equal).
    budget : float
        B, currency.
    """

    groups: Groups
    price: float
    budget: float

    @property
    def _scale(self) -> float:
        return self.price / math.log(len(self.groups.names))

    def totals(self, totals: Totals) -> Sequence[Any]:
        """Return the spend of each group."""
        return self.groups.totals(totals)

    def value_and_gradient(self, vector: Floats) -> tuple[float, Floats]:
        """Return the value, currency, and a finite gradient at the groups' spends."""
        share = vector / self.budget
        point = np.maximum(share, TANGENT_BELOW)
        slope = -np.log(point) - 1.0
        value = minus_t_log_t(point) + slope * (share - point)
        return self._scale * float(value.sum()), (self._scale / self.budget) * slope

    def ceiling(self) -> float:
        """Return the sum of each group's own greatest value: -t ln t is at most 1/e."""
        return self._scale * len(self.groups.names) / math.e * (1.0 + 1e-12)

    def value(self, plan: Evaluation) -> float:
        """Return the value on a given plan, currency."""
        return self._scale * float(minus_t_log_t(self.groups.spend(plan) / self.budget).sum())

    def atom(self) -> Atom:
        """Return the standard form: Σ price/ln N · h(X_g/B) with h(t) = -t ln t."""
        n = len(self.groups.names)
        return Atom(kind="entropy", scale=np.full(n, self._scale), unit=np.full(n, self.budget))
