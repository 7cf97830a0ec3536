"""Write cells.csv from published.csv and assumptions.csv; README.md says which number is which.

A cell's curve passes through today's point, spend and return, with the assumed ratio of marginal to average return
there; :mod:`mixopt.curves.calibrate` has the equations. Run it from anywhere, with other assumptions if you like::

    python configs/uk-media/calibrate.py
    python configs/uk-media/calibrate.py --assumptions mine.csv --out my-cells.csv
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import pandas as pd

from mixopt.curves import calibrate

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
    parser.add_argument("--assumptions", type=Path, default=HERE / "assumptions.csv")
    parser.add_argument("--out", type=Path, default=HERE / "cells.csv")
    arguments = parser.parse_args()
    calibrated(pd.read_csv(arguments.assumptions)).to_csv(arguments.out, index=False, lineterminator="\n")


def calibrated(assumed: pd.DataFrame) -> pd.DataFrame:
    """Return the cells table: two rows a channel, existing buyers and prospects."""
    published = pd.read_csv(HERE / "published.csv").set_index("channel")
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
    if family == "hill":
        hill = calibrate.hill(spend, returned, elasticity, slope)
        return {"scale": hill.scale[0], "half_saturation": hill.half_saturation[0], "slope": slope}
    if family == "michaelis-menten":
        menten = calibrate.michaelis_menten(spend, returned, elasticity)
        return {"scale": menten.scale[0], "half_saturation": menten.half_saturation[0]}
    exponential = calibrate.negative_exponential(spend, returned, elasticity)
    return {"scale": exponential.scale[0], "spend_scale": exponential.spend_scale[0]}


def written(number: float) -> str:
    """Return a number as the table writes it; nothing where the family has no such parameter."""
    return "" if math.isnan(number) else f"{number:.{DIGITS}g}"


if __name__ == "__main__":
    main()
