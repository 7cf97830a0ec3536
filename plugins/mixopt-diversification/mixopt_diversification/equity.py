"""The rule ``equitable-share``: spend per head differs between groups by no more than a ratio.

    X_g / n_g >= ratio · max_r X_r / n_r        for every group g

Exact and linear with one variable m >= X_r / n_r for all r, and X_g / n_g >= ratio · m. With ratio 80 % it is the
four-fifths comparison of the US Uniform Guidelines on Employee Selection Procedures (1978), 29 CFR 1607.4 D, applied to
spend per head; whether that has any legal meaning for a plan is for the user to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from mixopt import ByName, Evaluation, Fraction, Level, RuleEntry, Scope, Settings, Totals
from mixopt.curves import Floats
from mixopt_diversification.groups import Groups, group
from mixopt_diversification.heads import from_column, from_table, inline
from mixopt_diversification.share_rules import percent


class EquitableShareSettings(Settings):
    """How far spend per head may differ between groups. Heads come from one of ``heads``, ``table`` and ``column``."""

    over: str = Field(
        "segment", description="Column whose groups are compared: segment, or a tag of segments."
    )
    ratio: Fraction = Field(
        0.8,
        description="Least spend per head of any group, as a share of the greatest (80% or 0.8).",
        gt=0,
        le=1,
    )
    heads: ByName = Field((), description="People in each group, by name, in any one unit.")
    table: str = Field(
        "", description="Table under `data:` with the people per group: a column called as `over`, and heads."
    )
    column: str = Field("", description="Numeric column of the cells table: people in the cell's segment.")

    @model_validator(mode="after")
    def _one_source(self) -> EquitableShareSettings:
        if sum(map(bool, (self.heads, self.table, self.column))) != 1:
            raise ValueError("give the people per group in one of heads, table and column")
        return self


@dataclass(frozen=True, slots=True)
class EquitableShare:
    """Spend per head of every group against the greatest.

    Parameters
    ----------
    groups : Groups
    heads : ndarray (n_groups,)
        People, above 0; any unit.
    ratio : float
        Above 0, at most 1.
    """

    groups: Groups
    heads: Floats
    ratio: float

    @property
    def _part(self) -> Floats:
        """Each group's part of all heads: keeps the numbers of the model in the size of spends."""
        return np.asarray(self.heads / self.heads.sum())

    def build(self, block: Any, totals: Totals) -> None:
        """Put the greatest spend per head, and two rows per group, on the block."""
        import pyomo.environ as pyo  # noqa: PLC0415

        part = dict(zip(self.groups.names, self._part.tolist(), strict=True))
        spends = dict(zip(self.groups.names, self.groups.totals(totals), strict=True))
        block.greatest = pyo.Var(bounds=(0.0, max(spends[name].ub / part[name] for name in part)))
        block.above = pyo.Constraint(
            list(part), rule=lambda _, name: part[name] * block.greatest - spends[name] >= 0
        )
        block.per_head = pyo.Constraint(
            list(part), rule=lambda _, name: spends[name] - self.ratio * part[name] * block.greatest >= 0
        )

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return each group's spend per head as a share of the greatest."""
        per_head = self.groups.spend(plan) / self._part
        greatest = float(per_head.max())
        share = per_head / greatest if greatest > 0 else np.full(len(per_head), np.nan)
        return [
            Level(
                row=f"per_head[{name}]",
                value=float(share[g]),
                at_least=self.ratio,
                unit="share",
                scale=float(self._part[g]) * greatest,
            )
            for g, name in enumerate(self.groups.names)
        ]

    def sentence(self) -> str:
        """Return the rule in words."""
        return f"spend per head of every {self.groups.over} is at least {percent(self.ratio)} of the greatest"


def build(settings: EquitableShareSettings, scope: Scope) -> EquitableShare:
    """Return the rule for a scope.

    Parameters
    ----------
    settings : EquitableShareSettings
    scope : Scope

    Returns
    -------
    EquitableShare

    Raises
    ------
    ConfigError
        If a group has no people, or names do not fit the cells.
    TableError
        If the table cannot be read.
    """
    groups = group(scope, settings.over)
    if settings.column:
        heads = from_column(scope, settings.column, groups)
    elif settings.table:
        heads = from_table(scope, settings.table, groups)
    else:
        heads = inline(dict(settings.heads), groups)
    return EquitableShare(groups, heads, settings.ratio)


RULE = RuleEntry(
    name="equitable-share",
    summary="Spend per head differs between segments by no more than a ratio, four fifths by default.",
    settings=EquitableShareSettings,
    examples=(
        EquitableShareSettings(heads=(("existing", 4_000.0), ("prospects", 9_000.0))),
        EquitableShareSettings(column="heads", ratio=0.5),
    ),
    build=build,
)
