"""A plan as people use it: its spend, what that is worth, how good it is proven to be, and what its rules cost."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mixopt.engine.solution import Status
from mixopt.errors import NoPlanError
from mixopt.plan.allocation import allocation
from mixopt.plan.conflict import Conflict
from mixopt.plan.levels import RuleLevel, TermValue
from mixopt.plan.plot import plots
from mixopt.plugin import Evaluation
from mixopt.scope import Floats

TERM_COLUMNS = ("plan", "term", "weight", "value")
RULE_COLUMNS = ("plan", "rule", "value", "at_least", "at_most", "binding", "shadow_price")


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """One plan of a result.

    Parameters
    ----------
    name : str
    status : {"optimal", "feasible", "infeasible", "no-plan"}
        ``optimal``: the gap is at most the one asked for. ``feasible``: a limit came first. ``infeasible``: proven, and
        `conflict` says why. ``no-plan``: a limit came before any plan was found.
    reason : str
        What ended the work: ``gap``, ``time-limit``, ``interrupted`` …; ``reference`` where the plan keeps something of
        another plan that was not found.
    objective : float or None
        Sum of weight × term, recomputed from the spend with the exact curves, currency.
    bound : float or None
        No plan that keeps the rules can score more, currency.
    gap : float or None
        (bound - objective) / abs(objective).
    source : str
        Where the bound comes from: ``multipliers`` or ``leaves``.
    seconds : float
        Wall time of the solve.
    evaluation : Evaluation or None
        The spend per cell and what follows from it.
    term_values : tuple of TermValue
        The plan's own terms, in the config's order.
    rule_levels : tuple of RuleLevel
        The budget first, then the rules in the config's order.
    measures : Mapping of str to float
        The measures of the contrast.
    conflict : Conflict or None
        Why nothing fits, for an infeasible plan.
    """

    name: str
    status: Status
    reason: str
    objective: float | None
    bound: float | None
    gap: float | None
    source: str
    seconds: float
    evaluation: Evaluation | None
    term_values: tuple[TermValue, ...] = ()
    rule_levels: tuple[RuleLevel, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)
    conflict: Conflict | None = None

    @property
    def found(self) -> bool:
        """Whether there is a spend."""
        return self.evaluation is not None

    @property
    def evaluated(self) -> Evaluation:
        """The spend per cell and what follows from it.

        Raises
        ------
        NoPlanError
            If no plan was found.
        """
        if self.evaluation is None:
            raise NoPlanError(self.name, self.status)
        return self.evaluation

    @property
    def spend(self) -> Floats:
        """Spend per cell, currency, (n_cells,), order of the cells table; raises NoPlanError if there is none."""
        return self.evaluated.spend

    @property
    def allocation(self) -> pd.DataFrame:
        """The rows of ``allocation.csv`` for this plan; raises NoPlanError if there are none."""
        return allocation(self.name, self.evaluated)

    @property
    def terms(self) -> pd.DataFrame:
        """The plan's own terms: ``plan, term, weight, value``."""
        rows = [(self.name, term.name, term.weight, term.value) for term in self.term_values]
        return pd.DataFrame(rows, columns=list(TERM_COLUMNS))

    @property
    def rules(self) -> pd.DataFrame:
        """The rows of ``rules.csv`` for this plan."""
        rows = [
            (
                self.name,
                level.rule,
                level.value,
                level.at_least,
                level.at_most,
                level.binding,
                level.shadow_price,
            )
            for level in self.rule_levels
        ]
        frame = pd.DataFrame(rows, columns=list(RULE_COLUMNS))
        numbers = ["value", "at_least", "at_most", "shadow_price"]
        return frame.astype(dict.fromkeys(numbers, float) | {"binding": bool})

    @property
    def plot(self) -> Any:
        """The plan's charts beside today, drawn by mixopt-report: ``plan.plot.allocation()``."""
        return plots(self)

    def to_frame(self) -> pd.DataFrame:
        """Return the plan as a table, one row per cell.

        Returns
        -------
        DataFrame
            As :attr:`allocation`.

        Raises
        ------
        NoPlanError
            If no plan was found.
        """
        return self.allocation

    def _repr_html_(self) -> str:
        said = f"{self.name}: {self.status} ({self.reason})"
        if self.evaluation is None:
            return f"<p>{html.escape(said)}</p>"
        sums = {
            what: self.evaluation.by(getattr(self.evaluation, what), "channel")
            for what in ("spend", "returns")
        }
        frame = pd.DataFrame({"spend": sums["spend"], "return": sums["returns"]}).rename_axis("channel")
        return f"<p>{html.escape(said)}</p>{frame.reset_index().to_html(index=False, escape=True)}"

    def __repr__(self) -> str:
        if self.objective is None or self.gap is None:
            return f"<plan {self.name!r}: {self.status} ({self.reason})>"
        return f"<plan {self.name!r}: {self.status}, objective {self.objective:,.6g}, gap {self.gap:.1e}>"
