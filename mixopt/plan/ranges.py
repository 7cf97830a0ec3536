"""How sure the money figures are: what each is in every posterior draw, and the ranges and differences of that.

Plans stand still and the curves are drawn anew: a range lies between two quantiles over the draws, and a difference is
taken draw by draw, both plans under the same curves, so what they share cancels. A difference is *inside the noise*
where its range includes zero. Figures that are themselves taken over draws, such as the mean of the worst, have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixopt.curves import Floats
from mixopt.errors import MixoptError
from mixopt.plan.measures import Yardstick
from mixopt.plan.plan import Plan
from mixopt.plugin import Evaluation

LOOPED = 200  # draws at most in which terms and measures of plugins are evaluated: every k-th of all
CLOSED = {"return", "profit", "roi"}
CERTAIN = {"spend", "marginal-roi-min", "marginal-roi-max"}
COLUMNS = ("measure", "unit", "plan", "against", "mean", "low", "high", "probability", "tie")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A figure or a difference over draws: its mean, two quantiles, and the share of draws in which it is above 0."""

    mean: float
    low: float
    high: float
    above: float

    def times(self, weight: float) -> Range:
        """Return the range of a multiple, of at least 0."""
        return Range(
            mean=weight * self.mean, low=weight * self.low, high=weight * self.high, above=self.above
        )

    @property
    def noise(self) -> bool:
        """Whether it includes zero."""
        return self.low <= 0.0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Money figures over the posterior draws.

    Parameters
    ----------
    draws : int
        Of the curves.
    low, high : float
        Quantiles that ranges lie between.
    worst : float
        Share of the draws that the mean of the worst is taken of.
    units : Mapping of str to str
        Of each figure.
    figures : Mapping of (str, str) to ndarray
        By figure and column: one number per draw, the same draws in every column.
    """

    draws: int
    low: float
    high: float
    worst: float
    units: Mapping[str, str]
    figures: Mapping[tuple[str, str], Floats]

    def of(self, measure: str, column: str) -> Range | None:
        """Return a figure's range, or None where it has none.

        Parameters
        ----------
        measure, column : str

        Returns
        -------
        Range or None
        """
        found = self.figures.get((measure, column))
        return None if found is None else self._range(found)

    def between(self, measure: str, column: str, against: str) -> Range | None:
        """Return the range of a difference, taken draw by draw, or None where the figure has none.

        Parameters
        ----------
        measure, column, against : str

        Returns
        -------
        Range or None
        """
        one, other = self.figures.get((measure, column)), self.figures.get((measure, against))
        return None if one is None or other is None else self._range(one - other)

    def sum_between(self, parts: Sequence[tuple[str, float]], column: str, against: str) -> Range | None:
        """Return the range of a weighted sum of differences, or None where one of the figures has none.

        Parameters
        ----------
        parts : sequence of (str, float)
            Figures and weights.
        column, against : str

        Returns
        -------
        Range or None
        """
        total: Floats = np.zeros(1)
        for measure, weight in parts:
            one, other = self.figures.get((measure, column)), self.figures.get((measure, against))
            if one is None or other is None or len(total) not in (1, len(one)):
                return None
            total = total + weight * (one - other)
        return self._range(total) if parts else None

    def tail(self, column: str) -> float:
        """Return the mean of the worst draws' returns, currency."""
        ordered = np.sort(self.figures["return", column])
        share = self.worst * len(ordered)
        counted = np.clip(share - np.arange(len(ordered)), 0.0, 1.0)
        return float(ordered @ counted) / share

    def _range(self, values: Floats) -> Range:
        low, high = (float(end) for end in np.quantile(values, [self.low, self.high]))
        return Range(mean=float(values.mean()), low=low, high=high, above=float((values > 0.0).mean()))


def ranges_over_draws(
    sticks: Sequence[Yardstick],
    columns: Mapping[str, Evaluation | None],
    *,
    low: float,
    high: float,
    worst: float,
) -> Ranges | None:
    """Return the money figures of a contrast over the posterior draws.

    Parameters
    ----------
    sticks : sequence of Yardstick
    columns : Mapping of str to Evaluation or None
    low, high, worst : float
        As :class:`Ranges`.

    Returns
    -------
    Ranges or None
        ``None`` where curves are certain, or nothing was found.
    """
    found = {name: column for name, column in columns.items() if column is not None}
    draws = len(next(iter(found.values())).scope.draws) if found else 0
    if not draws:
        return None
    units = {stick.name: stick.unit for stick in sticks if stick.unit == "currency" or stick.name == "roi"}
    values: dict[tuple[str, str], Floats] = {}
    for name, column in found.items():
        spend, returned = float(column.spend.sum()), np.asarray(column.draw_returns)
        values["return", name], values["profit", name] = returned, returned - spend
        if spend > 0.0:
            values["roi", name] = returned / spend
    others = [stick for stick in sticks if stick.name in units and stick.name not in CLOSED | CERTAIN]
    values |= _looped(others, found, range(0, draws, -(-draws // LOOPED)))
    return Ranges(draws=draws, low=low, high=high, worst=worst, units=units, figures=values)


def _looped(
    sticks: Sequence[Yardstick], columns: Mapping[str, Evaluation], draws: Iterable[int]
) -> dict[tuple[str, str], Floats]:
    """Evaluate figures draw by draw; those that no single draw has are left out."""
    found: dict[tuple[str, str], list[float]] = {
        (stick.name, name): [] for stick in sticks for name in columns
    }
    for number in draws:
        for name, column in columns.items():
            here = column.in_draw(number)
            for stick in sticks:
                if (stick.name, name) in found:
                    try:
                        found[stick.name, name].append(stick.value(here))
                    except MixoptError:
                        del found[stick.name, name]
    arrays = {key: np.array(values) for key, values in found.items()}
    return {key: values for key, values in arrays.items() if np.isfinite(values).all()}


def ranges_table(ranges: Ranges | None, plans: Mapping[str, Plan]) -> pd.DataFrame:
    """Return the rows of ``ranges.csv``.

    Parameters
    ----------
    ranges : Ranges or None
    plans : Mapping of str to Plan

    Returns
    -------
    DataFrame
        ``measure, unit, plan, against, mean, low, high, probability, tie``: one row per figure and column, and one per
        figure and plan against the first plan; ``probability`` is the share of draws in which the figure, or the
        difference, is above 0; ``tie`` says of differences that their range includes zero, or that both plans are not
        proven far enough to tell.
    """
    rows: list[tuple[object, ...]] = []
    if ranges is None:
        return pd.DataFrame(rows, columns=list(COLUMNS))
    first = next(iter(plans))
    for measure, column in ranges.figures:
        one = ranges.of(measure, column)
        assert one is not None
        unit = ranges.units[measure]
        rows.append((measure, unit, column, "", one.mean, one.low, one.high, one.above, ""))
        gap = ranges.between(measure, column, first)
        if gap is not None and column != first:
            tie = gap.noise or (unit == "currency" and abs(gap.mean) <= _room(plans, column, first))
            rows.append(
                (measure, unit, column, first, gap.mean, gap.low, gap.high, gap.above, str(tie).lower())
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _room(plans: Mapping[str, Plan], *names: str) -> float:
    """Return what is missing to the ceilings of some plans; 0 for references, which have none."""
    missing = 0.0
    for name in names:
        plan = plans.get(name)
        if plan is not None and plan.bound is not None and plan.objective is not None:
            missing += max(plan.bound - plan.objective, 0.0)
    return missing


def contrast_rows(ranges: Ranges, columns: Iterable[str], first: str) -> list[tuple[object, ...]]:
    """Return what a contrast says of the returns over draws.

    Parameters
    ----------
    ranges : Ranges
    columns : iterable of str
    first : str
        The plan that the others are compared with.

    Returns
    -------
    list of tuple
        ``measure, unit`` and one number per column.
    """
    nothing = float("nan")
    rows: dict[str, list[float]] = {name: [] for name in ("low", "high", "tail", "from", "to", "above")}
    for column in columns:
        own = ranges.of("return", column)
        gap = ranges.between("return", column, first) if column != first else None
        rows["low"].append(nothing if own is None else own.low)
        rows["high"].append(nothing if own is None else own.high)
        rows["tail"].append(nothing if own is None else ranges.tail(column))
        rows["from"].append(nothing if gap is None else gap.low)
        rows["to"].append(nothing if gap is None else gap.high)
        rows["above"].append(nothing if gap is None else gap.above)
    return [
        ("return-low", "currency", *rows["low"]),
        ("return-high", "currency", *rows["high"]),
        ("return-worst-draws", "currency", *rows["tail"]),
        ("return-difference-low", "currency", *rows["from"]),
        ("return-difference-high", "currency", *rows["to"]),
        ("return-above-first", "share", *rows["above"]),
    ]
