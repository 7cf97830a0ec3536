"""The term ``goodwill``: Nerlove and Arrow's stock of goodwill over one period, with the value that it has afterwards.

    G = (1 - δ) G₀ + Σ_c b_c f_c(x_c)                      goodwill at the end of the period
    q = (1 - δ) / (1 + r)                                  what is left of a unit after a period, discounted
    linear     value = m κ (G - G̲) + φ (G - G̲)
    concave    value = m S₀ [(G/G₀)^β - (G̲/G₀)^β] + φ (G - G̲)
    φ = m κ q / (1 - q) = m κ (1 - δ) / (r + δ)            terminal value of a unit, κ = β S₀/G₀ in the concave form

G̲ = (1 - δ) G₀ is what is left without any spend, so that a plan counts what it builds. m is the margin on base
sales, κ base sales per period and unit of goodwill, S₀ base sales at G₀, β their elasticity. The first part is the lift
of base sales within the period (left out with ``in_window: false``), the second all later periods: the sum of m κ q^t.

At a stationary optimum the marginal value of a unit is its cost of 1: m κ + φ = m κ / (1 - q) = 1, that is
m κ = (r + δ)/(1 + r), the discrete form of m K β G^(β-1) = ρ + δ (M. Nerlove and K. J. Arrow 1962, Economica 29,
doi:10.2307/2551549), and φ = q. Started at that G₀ the one-period plan spends δ G₀, as the endless one does. Elsewhere
the linear φ is an approximation, whose κ is taken at G₀.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from mixopt import (
    ByName,
    ConcaveTerm,
    ConfigError,
    Evaluation,
    Fault,
    Fraction,
    Money,
    Number,
    Scope,
    Settings,
    Term,
    TermEntry,
    Totals,
)
from mixopt.curves import Floats
from mixopt_brand.per_cell import Source, per_cell

COLUMN = "goodwill_per_response"


class GoodwillSettings(Settings):
    """How goodwill is built, how it fades, and what it is worth. A period is the time that the plan covers."""

    builds: ByName = Field((), description="Goodwill per unit of response, by channel.")
    table: str = Field(
        "", description="Table under `data:` with columns channel, goodwill and, if they differ, segment."
    )
    column: str = Field("", description=f"Numeric column of the cells table with them; {COLUMN} if left out.")
    build: Number | None = Field(
        None,
        description="Goodwill per unit of response for cells that have none elsewhere; 0 builds none.",
        ge=0,
    )
    form: Literal["linear", "concave"] = Field("linear", description="How base sales rise with goodwill.")
    margin: Number = Field(1.0, description="Currency of margin per unit of base sales.", gt=0)
    lift: Number | None = Field(
        None, description="Base sales per period and unit of goodwill (linear form).", gt=0
    )
    start: Number | None = Field(None, description="Goodwill at the start, in its own unit.", gt=0)
    base_sales: Number | None = Field(
        None, description="Base sales per period at the start, in their own unit.", gt=0
    )
    elasticity: Fraction | None = Field(
        None,
        description="Percent more base sales per percent more goodwill: 0.1 to 0.25 is usual.",
        gt=0,
        lt=1,
    )
    decay: Fraction = Field(
        0.72,
        description="Share of goodwill lost per period; the default is 10 % a month over a year.",
        ge=0,
        le=1,
    )
    discount: Fraction = Field(0.09, description="Discount rate per period; the default is for a year.", ge=0)
    terminal_value: Money | None = Field(
        None,
        description="Currency per unit of goodwill at the end; worked out from the rest if left out.",
        ge=0,
    )
    in_window: bool = Field(
        default=True,
        description="Whether base sales within the period count: false where the response curves hold them.",
    )

    @model_validator(mode="after")
    def _whole(self) -> GoodwillSettings:
        if sum((bool(self.builds), bool(self.table), bool(self.column))) > 1:
            raise ValueError("give goodwill per response in one of builds, table and column")
        stock = (self.start, self.base_sales, self.elasticity)
        if self.form == "concave" and (None in stock or self.lift is not None or not self.in_window):
            raise ValueError(
                "the concave form takes start, base_sales and elasticity, no lift, and counts the window"
            )
        if self.form == "linear" and (self.lift is None) == (None in stock):
            raise ValueError("the linear form takes either lift, or start, base_sales and elasticity")
        if self.form == "concave" and self.decay >= 1:
            raise ValueError("the concave form needs some goodwill left after a period: decay below 100%")
        if self.decay == 0 and self.discount == 0 and self.terminal_value is None:
            raise ValueError("goodwill that never fades and is never discounted has no finite value")
        return self

    @property
    def slope(self) -> float:
        """κ: base sales per period and unit of goodwill, at the start."""
        if self.lift is not None:
            return self.lift
        assert self.elasticity is not None
        assert self.base_sales is not None
        assert self.start is not None
        return self.elasticity * self.base_sales / self.start

    @property
    def terminal(self) -> float:
        """φ: currency per unit of goodwill at the end of the period."""
        if self.terminal_value is not None:
            return self.terminal_value
        return self.margin * self.slope * (1.0 - self.decay) / (self.discount + self.decay)


@dataclass(frozen=True, slots=True)
class LinearGoodwill:
    """The linear form.

    Parameters
    ----------
    builds : ndarray (n_cells,)
        b: goodwill per unit of response.
    worth : float
        Currency per unit of goodwill: m κ + φ, or φ alone.
    """

    builds: Floats
    worth: float

    def build(self, block: Any, totals: Totals) -> Any:  # noqa: ARG002
        """Return the worth of the goodwill built."""
        return self.worth * totals.response(weights=self.builds)

    def value(self, plan: Evaluation) -> float:
        """Return the same on a given plan, currency."""
        return self.worth * float(self.builds @ plan.response)


@dataclass(frozen=True, slots=True)
class ConcaveGoodwill:
    """The concave form, a function of the goodwill that is built.

    Parameters
    ----------
    builds : ndarray (n_cells,)
        b: goodwill per unit of response.
    settings : GoodwillSettings
    """

    builds: Floats
    settings: GoodwillSettings

    def totals(self, totals: Totals) -> Sequence[Any]:
        """Return the goodwill built."""
        return [totals.response(weights=self.builds)]

    def value_and_gradient(self, vector: Floats) -> tuple[float, Floats]:
        """Return the value, currency, and its slope at an amount of goodwill built."""
        start, sales, power = self.settings.start, self.settings.base_sales, self.settings.elasticity
        assert start is not None
        assert sales is not None
        assert power is not None
        left = 1.0 - self.settings.decay
        level = left + float(vector[0]) / start
        now = self.settings.margin * sales * (level**power - left**power)
        rise = self.settings.margin * sales * power / start * level ** (power - 1.0)
        after = self.settings.terminal
        return now + after * float(vector[0]), np.array([rise + after])

    def ceiling(self) -> float:
        """Return infinity: only the response that the cells can give caps goodwill."""
        return math.inf

    def value(self, plan: Evaluation) -> float:
        """Return the value on a given plan, currency."""
        return self.value_and_gradient(np.array([self.builds @ plan.response]))[0]


def build(settings: GoodwillSettings, scope: Scope) -> Term | ConcaveTerm:
    """Return the term for a scope.

    Parameters
    ----------
    settings : GoodwillSettings
    scope : Scope

    Returns
    -------
    LinearGoodwill or ConcaveGoodwill

    Raises
    ------
    ConfigError
        If a cell's goodwill per response is missing or below 0.
    TableError
        If the table cannot be read.
    """
    builds = per_cell(
        scope,
        Source(
            what="goodwill per response",
            key="builds",
            inline=dict(settings.builds),
            table=settings.table,
            table_column="goodwill",
            column=settings.column or COLUMN,
            column_asked=bool(settings.column),
            default=settings.build,
            default_key="build",
        ),
    )
    if (builds < 0).any():
        raise ConfigError(
            Fault(
                where="",
                problem=f"goodwill per response of {builds.min():g}",
                wanted="at least 0: response is never punished",
            )
        )
    if settings.form == "concave":
        return ConcaveGoodwill(builds, settings)
    now = settings.margin * settings.slope if settings.in_window else 0.0
    return LinearGoodwill(builds, now + settings.terminal)


TERM = TermEntry(
    name="goodwill",
    summary="Goodwill that the plan builds: its lift of base sales in the period, and its value afterwards.",
    settings=GoodwillSettings,
    examples=(
        GoodwillSettings(build=1.0, lift=0.05),
        GoodwillSettings(build=1.0, form="concave", start=500.0, base_sales=2_000.0, elasticity=0.15),
    ),
    build=build,
    excludes=("brand",),
)
