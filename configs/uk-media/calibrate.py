"""Write cells.csv from published.csv and assumptions.csv; the README says which number is which.

A cell's curve has to pass through today's point (spend x0, return R0) with elasticity e, the ratio of marginal to
average return there. With u the part of the ceiling that is reached today, each family gives u, and R0 / u is the
ceiling:

    hill, slope s          e = s (1 - u)                      half_saturation = x0 ((1 - u) / u)^(1/s)
    michaelis-menten       e = 1 - u                          half_saturation = x0 (1 - u) / u
    negative-exponential   e = t / (exp(t) - 1), t = x0 / spend_scale,   u = 1 - exp(-t)

Run it from anywhere: ``python configs/uk-media/calibrate.py``.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import pandas as pd
from scipy.optimize import brentq

HERE = Path(__file__).resolve().parent
BUDGET = 12_000_000.0  # assumed: pounds a year
EXISTING_TO_PROSPECTS = (
    1.3  # assumed: short-term ROI on existing buyers over that on prospects, in every channel
)
DIGITS = 9  # significant digits written

COLUMNS = [
    *(
        "channel",
        "segment",
        "kind",
        "medium",
        "curve",
        "scale",
        "half_saturation",
        "slope",
        "spend_scale",
        "value",
    ),
    *("current_spend", "lower", "upper", "long_run_multiplier"),
]


def main() -> None:
    """Write the cells table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=HERE / "cells.csv")
    calibrated().to_csv(parser.parse_args().out, index=False, lineterminator="\n")


def calibrated() -> pd.DataFrame:
    """Return the cells table: two rows a channel, existing buyers and prospects."""
    published = pd.read_csv(HERE / "published.csv").set_index("channel")
    assumed = pd.read_csv(HERE / "assumptions.csv")
    rows = []
    for channel in assumed.itertuples(index=False):
        source = published.loc[channel.published_as]
        spend = BUDGET * source["share_of_investment"] / 100.0
        for segment, share, roi in split(source["short_term_roi"], channel.existing_share_of_spend):
            rows.append(
                {
                    "channel": channel.channel,
                    "segment": segment,
                    "kind": channel.kind,
                    "medium": channel.medium,
                    "curve": channel.curve,
                    **curve(
                        channel.curve,
                        spend * share,
                        spend * share * roi,
                        channel.marginal_to_average,
                        channel.slope,
                    ),
                    "value": 1,
                    "current_spend": spend * share,
                    "lower": spend * share * channel.lower_of_today,
                    "upper": spend * share * channel.upper_of_today,
                    "long_run_multiplier": source["full_payback_roi"] / source["short_term_roi"],
                }
            )
    table = pd.DataFrame(rows, columns=COLUMNS)
    numbers = table.columns[5:]
    return table.assign(**{name: table[name].map(written) for name in numbers})


def split(roi: float, existing: float) -> list[tuple[str, float, float]]:
    """Return segment, share of the channel's spend and ROI, such that the two together have the channel's ROI."""
    prospects_roi = roi / (EXISTING_TO_PROSPECTS * existing + (1.0 - existing))
    return [
        ("existing", existing, EXISTING_TO_PROSPECTS * prospects_roi),
        ("prospects", 1.0 - existing, prospects_roi),
    ]


def curve(family: str, spend: float, returned: float, elasticity: float, slope: float) -> dict[str, float]:
    """Return the parameters of the curve through (spend, returned) with the given elasticity there."""
    if family == "negative-exponential":
        reached = brentq(lambda t: t / math.expm1(t) - elasticity, 1e-9, 50.0)
        return {"scale": returned / -math.expm1(-reached), "spend_scale": spend / reached}
    steepness = slope if family == "hill" else 1.0
    reached = 1.0 - elasticity / steepness
    half = spend * ((1.0 - reached) / reached) ** (1.0 / steepness)
    return {"scale": returned / reached, "half_saturation": half} | (
        {"slope": slope} if family == "hill" else {}
    )


def written(number: float) -> str:
    """Return a number as the table writes it; nothing where the family has no such parameter."""
    return "" if math.isnan(number) else f"{number:.{DIGITS}g}"


if __name__ == "__main__":
    main()
