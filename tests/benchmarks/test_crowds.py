"""Random groups: every cell is a combination of its own, so nothing can be summed beforehand."""

from __future__ import annotations

from measured import measured

CASES = ((1_000, 50), (10_000, 50), (10_000, 100), (100_000, 20), (100_000, 100))
TEXT = """## Random groups

Every rule limits a random tenth to two fifths of the cells, named by a column of its own: as many different cells as
there are, and with 100 rules ten million names to read at 100,000 cells. A budget of 10 % of the upper bounds."""


def test_cells_that_are_all_different_are_proven(page):
    rows = []
    for n, rules in CASES:
        found = measured("ours", "groups", {"n": n, "rules": rules}, limit=300)
        assert found["status"] == "optimal"
        parts = [f"{found['parts'][part]:.2f}" for part in ("read", "model", "solve")]
        rows.append([f"{n:,}", rules, *parts, f"{found['seconds']:.2f}", f"{found['gap']:.0e}"])
    page.write("crowds", TEXT, "cells | rules | read | model | solve | all, CPU s | gap", rows)
