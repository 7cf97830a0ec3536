"""The core's own importer: curves from a table of points, which any model and any spreadsheet can give.

    channel, spend, incremental_outcome[, segment][, draw]

Each channel × segment becomes a tabulated curve through its points, or the Hill curve nearest to them in least squares,
over half-saturation k and slope s, with the best scale for each in closed form:

    min over k, s, c   Σ_j (y_j - c g_j)²,   g_j = x_j^s / (k^s + x_j^s),   c = Σ y_j g_j / Σ g_j²

With a column ``draw`` there is a curve per posterior draw: points per draw, or the parameters in a table ``draws``.

`replay` tells the largest distance of the curve from a point, relative to the curve's largest response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from mixopt import Column, Fault, ImporterEntry, ImportSettings, TableError, read_frame, read_table
from mixopt.curves import Family, Floats, Hill, tabulate

if TYPE_CHECKING:
    import pandas as pd

SLOPES = (0.7, 1.0, 1.5, 2.5, 4.0)  # where the search for a Hill curve starts
ALIASES = {"response": "incremental_outcome", "geo": "segment"}


class PointsSettings(ImportSettings):
    """A table of points, and what to make of it."""

    file: Path = Field(
        description="CSV or Parquet: channel, spend, incremental_outcome, and segment and draw if any."
    )
    fit: Literal["tabulated", "hill"] = Field(
        "tabulated", description="A smooth curve through the points, or the nearest Hill curve."
    )


@dataclass(frozen=True)
class Points:
    """Curves of one table of points."""

    settings: PointsSettings

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """The points with numbers in them, sorted by cell and spend."""
        frame = read_frame(self.settings.file)
        frame = frame.rename(columns={old: new for old, new in ALIASES.items() if new not in frame})
        if "segment" not in frame:
            frame = frame.assign(segment="all")
        columns: tuple[Column, ...] = (
            Column("channel", "text", description="the channel"),
            Column("segment", "text", description="the segment"),
            Column("spend", "number", ge=0, unit="currency"),
            Column("incremental_outcome", "number", description="what the spend adds"),
        )
        if "draw" in frame:
            columns = (*columns[:2], Column("draw", "text", description="the posterior draw"), *columns[2:])
        names = [column.name for column in columns]
        rows = read_table(frame, columns, name=self.settings.file.name)[names]
        return rows.sort_values([*names[:-2], "spend"], kind="stable", ignore_index=True)

    @cached_property
    def _keys(self) -> list[str]:
        """What tells one curve from another."""
        return [name for name in ("channel", "segment", "draw") if name in self._rows]

    @cached_property
    def _fitted(self) -> pd.DataFrame:
        """One row per curve: its keys, and its parameters where it is fitted."""
        keys = self._rows[self._keys].drop_duplicates(ignore_index=True)
        if self.settings.fit == "tabulated":
            return keys.assign(curve="tabulated")
        fitted = [self._hill(key) for key in keys.itertuples(index=False)]
        return keys.assign(
            curve="hill",
            scale=[float(curve.scale[0]) for curve in fitted],
            half_saturation=[float(curve.half_saturation[0]) for curve in fitted],
            slope=[float(curve.steepness[0]) for curve in fitted],
        )

    def _of(self, key: tuple[str, ...]) -> tuple[Floats, Floats]:
        rows = self._rows
        for name, label in zip(self._keys, key, strict=True):
            rows = rows[rows[name] == label]
        return rows["spend"].to_numpy(float), rows["incremental_outcome"].to_numpy(float)

    def _named(self, key: tuple[str, ...]) -> str:
        return ", ".join(f"{name} {label}" for name, label in zip(self._keys, key, strict=True))

    def _hill(self, key: tuple[str, ...]) -> Hill:
        x, y = self._of(key)
        above = x > 0
        if above.sum() < 3 or not (y[above] > 0).any():
            where = f"{self.settings.file.name}: {self._named(key)}"
            problem = f"{int(above.sum())} points above spend 0 do not make a Hill curve"
            raise TableError(
                Fault(
                    where=where,
                    problem=problem,
                    wanted="3 points or more, with responses above 0",
                    hint="fit=tabulated",
                )
            )
        return nearest_hill(x[above], y[above])

    def read(self) -> Mapping[str, pd.DataFrame]:
        """Return the cells; the points where the curves are tabulated, the draws where they are fitted per draw."""
        drawn = "draw" in self._keys
        cells = self._fitted[["channel", "segment", "curve"]].drop_duplicates(ignore_index=True)
        if self.settings.fit == "hill":
            if not drawn:
                return {"cells": self._fitted}
            return {"cells": cells, "draws": self._fitted.drop(columns="curve")}
        points = self._rows.rename(columns={"incremental_outcome": "response"})
        self._curves  # noqa: B018 - points that make no curve are told here
        return {"cells": cells, "points": points}

    @cached_property
    def _curves(self) -> Family:
        """One curve per cell, or per cell and draw."""
        if self.settings.fit == "hill":
            columns = (self._fitted[name].to_numpy(float) for name in ("scale", "half_saturation", "slope"))
            return Hill(*columns)
        rows = self._rows
        names = [self._named(key) for key in self._fitted[self._keys].itertuples(index=False)]
        return tabulate(
            self._cell_of_rows(),
            rows["spend"],
            rows["incremental_outcome"],
            size=len(names),
            named=names.__getitem__,
        )

    def _cell_of_rows(self) -> Any:
        keys = [tuple(key) for key in self._fitted[self._keys].itertuples(index=False)]
        position = {key: k for k, key in enumerate(keys)}
        rows = self._rows[self._keys].itertuples(index=False)
        return np.array([position[tuple(key)] for key in rows], dtype=np.int64)

    def replay(self) -> float:
        """Return the largest distance of a curve from one of its points, relative to its largest response."""
        cell = self._cell_of_rows()
        x, y = (self._rows[name].to_numpy(float) for name in ("spend", "incremental_outcome"))
        found = self._curves.take(cell).value(x)
        top = np.zeros(len(self._fitted))
        np.maximum.at(top, cell, np.abs(y))
        return float(np.max(np.abs(found - y) / np.where(top > 0, top, 1.0)[cell]))


def nearest_hill(x: Floats, y: Floats) -> Hill:
    """Return the Hill curve nearest to points in least squares.

    Parameters
    ----------
    x : ndarray (n,), currency, above 0
    y : ndarray (n,), units of response

    Returns
    -------
    Hill
        Of one cell; slope between 0.2 and 20, half-saturation between a hundredth of the least and a hundred times the
        largest spend.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415 - only where a curve is fitted

    low = np.log([x.min() / 100.0, 0.2])
    high = np.log([x.max() * 100.0, 20.0])
    size = float(np.abs(y).max())

    def part(z: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(np.exp(z[1]) * (z[0] - np.log(x)), -700.0, 700.0))))

    def height(z: Floats) -> float:
        g = part(z)
        return max(float(y @ g / (g @ g)), 0.0)

    def residual(z: Floats) -> Floats:
        return np.asarray((height(z) * part(z) - y) / size)

    middle = np.log(np.median(x))
    tries = [
        least_squares(
            residual, [middle, np.log(slope)], bounds=(low, high), xtol=1e-14, ftol=1e-14, gtol=1e-14
        )
        for slope in SLOPES
    ]
    best = min(tries, key=lambda found: float(found.cost)).x
    k, s = np.exp(best)
    return Hill(np.array([height(best)]), np.array([k]), np.array([s]))


def sample(folder: Path) -> PointsSettings:
    """Write points of two channels and return the settings that read them.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    PointsSettings
    """
    spend = [0, 50, 100, 200, 400, 800]
    rows = [f"search,{x},{100 * x / (150 + x):.6f}" for x in spend]
    rows += [f"tv,{x},{400 * x**2 / (300**2 + x**2):.6f}" for x in spend]
    file = folder / "points.csv"
    file.write_text("\n".join(["channel,spend,incremental_outcome", *rows]) + "\n", encoding="utf-8")
    return PointsSettings(file=file)


IMPORTERS = (
    ImporterEntry(
        name="points",
        summary="Curves from a table of spends and incremental outcomes per channel.",
        settings=PointsSettings,
        examples=(
            PointsSettings(file=Path("points.csv")),
            PointsSettings(file=Path("points.csv"), fit="hill"),
        ),
        build=Points,
        sample=sample,
    ),
)
