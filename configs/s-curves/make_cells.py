"""Write cells.csv: thirty S-shaped curves and bounds that add up to twenty times the budget.

The recipe: Hill curves with slopes U(0.8, 3), ceilings and half-saturations lognormal, upper bounds of three
half-saturations, a budget of 5 % of the sum of the upper bounds. README.md compares ten seeds; this one is near the
middle of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
CELLS = 30
BUDGET = 1_000_000.0
OF_UPPERS = 0.05
SEED = 4


def main() -> None:
    """Write the cells table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=HERE / "cells.csv")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    table(arguments.seed).to_csv(arguments.out, index=False, lineterminator="\n", float_format="%.6g")


def table(seed: int) -> pd.DataFrame:
    """Return the cells table that a seed gives."""
    random = np.random.default_rng(seed)
    half_saturation = random.lognormal(mean=0.0, sigma=0.7, size=CELLS)
    half_saturation *= BUDGET / OF_UPPERS / (3.0 * half_saturation.sum())
    return pd.DataFrame(
        {
            "channel": [f"channel-{number:02d}" for number in range(1, CELLS + 1)],
            "curve": "hill",
            "scale": half_saturation * random.lognormal(mean=0.7, sigma=0.5, size=CELLS),
            "half_saturation": half_saturation,
            "slope": random.uniform(0.8, 3.0, size=CELLS),
            "upper": 3.0 * half_saturation,
        }
    )


if __name__ == "__main__":
    main()
