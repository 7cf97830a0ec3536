"""From the frame to the plan, part by part, from a thousand cells to a million."""

from __future__ import annotations

from measured import measured

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PARTS = ("read", "model", "solve", "plan", "result")
TEXT = """## Growth

Ten channels in segments of regions; caps, floors and a share: 10 rules, and 100 rules once. From a DataFrame to the
plan with its certificate. *Read* reads and checks the tables, *model* builds and compiles the Pyomo model of totals,
*solve* prices, moves multipliers and proves, *plan* recomputes everything with the rules' and terms' own formulas,
*result* makes contrast and certificate. Memory is the most that the process held, tables included. CPU time grows as
cells to the power of {exponent:.2f} (from 10,000 on)."""


def test_a_million_cells_are_proven(page, exponent):
    rows, seconds, curves = [], [], {part: [] for part in ("all", *PARTS)}
    for n, rules in [*((n, 10) for n in SIZES), (100_000, 100)]:
        found = measured("ours", "regions", {"n": n, "rules": rules}, limit=300)
        assert found["status"] == "optimal"
        assert found["gap"] <= 1e-4
        parts = [f"{found['parts'][part]:.2f}" for part in PARTS]
        held = f"{found['megabytes'] / 1024:.2f}"
        rows.append([f"{n:,}", rules, *parts, f"{found['seconds']:.2f}", held, f"{found['gap']:.0e}"])
        if rules == 10:
            seconds.append(found["seconds"])
            curves["all"].append((n, found["seconds"]))
            for part in PARTS:
                curves[part].append((n, max(found["parts"][part], 1e-3)))
    text = TEXT.format(exponent=exponent(SIZES[1:], seconds[1:]))
    header = "cells | rules | " + " | ".join(PARTS) + " | all, CPU s | memory GB | gap"
    page.write(
        "growth",
        text,
        header,
        rows,
        {"title": "CPU seconds over cells, by part", "across": "cells", "up": "CPU s", "curves": curves},
    )
