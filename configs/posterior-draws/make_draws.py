"""Write draws.csv: one hundred posterior draws of six response curves, invented from stated assumptions.

Scale and half-saturation of each channel are lognormal around the numbers below, with the spread that a marketing-mix
model leaves where spend has varied much (search) or little (creators, podcasts). A third of what is unknown about the
scales is common to all channels: draws of one model lean the same way. Slopes stay at or below 1.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
DRAWS, SEED, COMMON = 100, 11, 0.33
CHANNELS = {  # scale (orders), half-saturation (EUR), slope, how unsure: standard deviation of the logarithm
    "search": (52_000, 60_000, 0.95, 0.06),
    "social": (38_000, 70_000, 0.90, 0.14),
    "tv": (60_000, 150_000, 1.00, 0.20),
    "radio": (17_000, 45_000, 0.85, 0.22),
    "podcasts": (20_000, 40_000, 0.90, 0.55),
    "creators": (46_000, 60_000, 1.00, 0.60),
}


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=HERE / "draws.csv")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    table(arguments.seed).to_csv(arguments.out, index=False, lineterminator="\n", float_format="%.6g")


def table(seed: int) -> pd.DataFrame:
    """Return the draws that a seed gives."""
    random = np.random.default_rng(seed)
    shared = random.standard_normal(DRAWS)
    frames = []
    for channel, (scale, half, slope, unsure) in CHANNELS.items():
        own, other, third = random.standard_normal((3, DRAWS))
        lean = np.sqrt(COMMON) * shared + np.sqrt(1.0 - COMMON) * own
        columns = {
            "channel": channel,
            "draw": [f"{number:03}" for number in range(1, DRAWS + 1)],
            "scale": scale * np.exp(unsure * lean - 0.5 * unsure**2),
            "half_saturation": half * np.exp(0.5 * unsure * other),
            "slope": np.clip(slope * np.exp(0.1 * unsure * third), 0.5, 1.0),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


if __name__ == "__main__":
    main()
