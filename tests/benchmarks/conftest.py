"""Gather the rows of all cases and write them as a page of the docs."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`; do not edit. S-curves of slope U(0.8, 3) with lognormal scales; seconds are CPU time of one
run on {machine}, {cores} cores, Python {python}, load {load} when it began. *Behind* is how far a plan lies below the
proven bound: of mixopt, of scipy's SLSQP from an equal split, and of the best of 50 SLSQP starts. A dash means that
SLSQP was not run (it takes minutes there) or that no start ended within the rules. *Model* builds and compiles the
Pyomo model of totals; *tables* reads and checks the cells.

"""
COLUMNS = (
    "cells|budget|rules|tables s|model s|solve s|nodes|behind|SLSQP behind|its s|50 starts behind|their s"
)


@dataclass
class Table:
    """Rows of the page, in the order of the cases."""

    rows: dict = field(default_factory=dict)

    def add(self, case, parts, plan, single, many):
        """Take the figures of one case."""
        known = plan.bound is not None and plan.objective is not None
        behind = f"{1 - plan.objective / plan.bound:.1e}" if known else "no plan"
        cells = [f"{case.n:,}", f"{case.share:.0%}", case.groups]
        cells += [f"{parts['tables']:.2f}", f"{parts['model']:.2f}", f"{parts['solve']:.2f}"]
        cells += [plan.counts.get("nodes", 0), behind]
        for found in (single, many):
            if found is None or not found.kept or plan.bound is None:
                cells += ["–", "–" if found is None else f"{found.seconds:.2f}"]
            else:
                cells += [f"{1 - found.value / plan.bound:.2%}", f"{found.seconds:.2f}"]
        self.rows[case.n, case.groups, case.share] = "| " + " | ".join(map(str, cells)) + " |"


@pytest.fixture(scope="session")
def table():
    """Collect rows; write the page when all cases have run."""
    found = Table()
    load = os.getloadavg()[0]
    yield found
    head = HEAD.format(
        machine=platform.machine(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        load=f"{load:.1f}",
    )
    head += f"| {COLUMNS.replace('|', ' | ')} |\n|{'---|' * (COLUMNS.count('|') + 1)}\n"
    if len(found.rows) == 36 and np.isfinite(load):
        PAGE.write_text(
            head + "\n".join(found.rows[key] for key in sorted(found.rows)) + "\n", encoding="utf-8"
        )
    sys.stdout.write("\n" + "\n".join(found.rows.values()) + "\n")
