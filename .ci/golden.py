"""Put on record between which two numbers the best plan of every example lies; the tests compare with it.

Run it after a change that is meant to move an optimum: a curve, a rule, a term. A faster engine must not need it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import mixopt

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "tests" / "golden" / "configs.json"


def main() -> int:
    """Solve every example and write the record; return the exit code."""
    record: dict[str, dict[str, list[float | None]]] = {}
    for config in sorted(ROOT.glob("configs/*/config.yaml")):
        plans = mixopt.run(config).plans
        record[config.parent.name] = {name: [plan.objective, plan.bound] for name, plan in plans.items()}
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(RECORD.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
