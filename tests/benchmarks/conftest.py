"""Gather what all specs measure and write it as a page of the docs, with its charts; parts alone write nothing."""

from __future__ import annotations

import os
import platform
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from charts import lines

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "benchmarks.md"
INDEX, AFTER, ENTRY = PAGE.parents[1] / "index.md", "concepts/architecture\n", "concepts/benchmarks"
SPECS = ("rivals", "growth", "crowds", "terms", "play")
HEAD = """# Benchmarks

Written by `make bench` on {day}; do not edit. {machine}, {cores} cores, Python {python}, one thread each, load {load}
when it began. Seconds are CPU time of one run in a process of its own; *behind* is how far a plan's true value lies
below the bound that mixopt proves: no method can be above it.

"""


@dataclass
class Page:
    """What the specs have measured so far, by name."""

    sections: dict[str, str] = field(default_factory=dict)
    charts: dict[str, str] = field(default_factory=dict)

    def write(
        self, name: str, text: str, header: str, rows: list[list[object]], chart: dict | None = None
    ) -> None:
        """Take a section: a text, a table, and a chart of curves over sizes."""
        table = [f"| {header} |", f"|{'---|' * (header.count('|') + 1)}"]
        table += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
        picture = ""
        if chart is not None:
            self.charts[f"benchmarks-{name}.svg"] = lines(**chart)
            picture = f"\n\n![{chart['title']}](benchmarks-{name}.svg)"
        self.sections[name] = text + "\n\n" + "\n".join(table) + picture + "\n"
        sys.stdout.write("\n" + self.sections[name])


@pytest.fixture(scope="session")
def page():
    """Collect sections; write the page when every spec has run."""
    found, load = Page(), os.getloadavg()[0]
    yield found
    if set(found.sections) != set(SPECS):
        return
    head = HEAD.format(
        day=time.strftime("%Y-%m-%d"),
        machine=platform.machine(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        load=f"{load:.1f}",
    )
    PAGE.write_text(head + "\n".join(found.sections[name] for name in SPECS), encoding="utf-8")
    index = INDEX.read_text(encoding="utf-8")
    if ENTRY not in index:
        INDEX.write_text(index.replace(AFTER, f"{AFTER}{ENTRY}\n", 1), encoding="utf-8")
    for name, drawing in found.charts.items():
        PAGE.with_name(name).write_text(drawing, encoding="utf-8")


@pytest.fixture(scope="session")
def exponent():
    """Return the growth exponent of seconds over sizes: the slope of their logarithms."""
    return lambda sizes, seconds: float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
