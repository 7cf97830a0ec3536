"""The term ``brand``: what arrives after the window, by long-run multipliers.

    value = Σ_cells (μ_c - 1) · v_c · f_c(x_c)        currency

μ is full over short-run return, so that μ - 1 is what arrives later, per unit of what arrives within the window; v is
the value of a unit of response, f the response curve. μ below 1 is refused: response is never punished.

The published ratios of *Profit Ability 2* (Thinkbox and others 2024: UK, 141 brands, 24 months over 13 weeks) lie
between 1.5 (generic search) and 3.3 (linear TV). Use either this term or ``goodwill``: both count the same money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from mixopt import ByName, ConfigError, Evaluation, Fault, Number, Scope, Settings, TermEntry, Totals
from mixopt.curves import Floats
from mixopt_brand.per_cell import Source, per_cell

COLUMN = "long_run_multiplier"


class MultiplierSettings(Settings):
    """Where the long-run multipliers stand: inline, in a table, or, with neither, in a column of the cells table."""

    multipliers: ByName = Field(
        (), description="Full over short-run return by channel, a ratio of at least 1."
    )
    table: str = Field(
        "", description="Table under `data:` with columns channel, multiplier and, if they differ, segment."
    )
    column: str = Field("", description=f"Numeric column of the cells table with them; {COLUMN} if left out.")
    multiplier: Number | None = Field(
        None, description="Ratio for cells that have none elsewhere; 1 adds nothing for them.", ge=1
    )

    @model_validator(mode="after")
    def _one_source(self) -> MultiplierSettings:
        if sum((bool(self.multipliers), bool(self.table), bool(self.column))) > 1:
            raise ValueError("give the multipliers in one of multipliers, table and column")
        return self


@dataclass(frozen=True, slots=True)
class Later:
    """What arrives after the window.

    Parameters
    ----------
    share : ndarray (n_cells,)
        μ - 1: later return per unit of return within the window.
    """

    share: Floats

    def build(self, block: Any, totals: Totals) -> Any:  # noqa: ARG002
        """Return the total of (μ - 1) × value × response."""
        return totals.returns(weights=self.share)

    def value(self, plan: Evaluation) -> float:
        """Return the same on a given plan, currency."""
        return float(self.share @ plan.returns)


def multipliers(settings: MultiplierSettings, scope: Scope) -> Floats:
    """Return the long-run multiplier of every cell.

    Parameters
    ----------
    settings : MultiplierSettings
    scope : Scope

    Returns
    -------
    ndarray (n_cells,), ratio, at least 1

    Raises
    ------
    ConfigError
        If a cell has none, or one below 1.
    TableError
        If the table cannot be read.
    """
    found = per_cell(
        scope,
        Source(
            what="long-run multiplier",
            key="multipliers",
            inline=dict(settings.multipliers),
            table=settings.table,
            table_column="multiplier",
            column=settings.column or COLUMN,
            column_asked=bool(settings.column),
            default=settings.multiplier,
            default_key="multiplier",
        ),
    )
    channels = scope.labels("channel")
    low = dict.fromkeys((str(channels[i]), float(found[i])) for i in np.flatnonzero(~(found >= 1.0)))
    if low:
        raise ConfigError(
            *(
                Fault(
                    where="",
                    problem=f"{channel} has a long-run multiplier of {number:g}",
                    wanted="full over short-run return, at least 1: response is never punished",
                )
                for channel, number in low
            )
        )
    return found


def build(settings: MultiplierSettings, scope: Scope) -> Later:
    """Return the term for a scope.

    Parameters
    ----------
    settings : MultiplierSettings
    scope : Scope

    Returns
    -------
    Later

    Raises
    ------
    ConfigError, TableError
        As :func:`multipliers`.
    """
    return Later(multipliers(settings, scope) - 1.0)


TERM = TermEntry(
    name="brand",
    summary="What arrives after the window: (long-run multiplier - 1) × value × response, in currency.",
    settings=MultiplierSettings,
    examples=(
        MultiplierSettings(),
        MultiplierSettings(multipliers=(("tv", 3.26),), multiplier=1.5),
    ),
    build=build,
    excludes=("goodwill",),
)
