"""mixopt beside what users would run instead, at the sizes each survives."""

from __future__ import annotations

import math

from measured import LIMIT, measured
from rivals import RIVALS, missing

SIZES, RULES, SHARE = (30, 100, 300, 1_000), 5, 0.1
TEXT = f"""## Beside other methods

S-curves of slope U(0.8, 3) with lognormal scales, a budget of 10 % of the upper bounds, 5 random groups with caps and
floors. Local searches begin at an even plan, or at 50 starts; SCIP and differential evolution stop after 20 s. A method
that needs more than {LIMIT} s of CPU is not asked at larger sizes. None of them but SCIP says how good its plan is.
*Further MB* is memory beyond what the imports took."""


def test_no_other_method_beats_a_bound(page):
    rows, curves, lost = [], {}, {}
    for n in SIZES:
        ours = measured("ours", "groups", {"n": n, "rules": RULES, "share": SHARE}, limit=300)
        rows.append([f"{n:,}", "**mixopt**", *_told(ours["value"], ours, ours)])
        curves.setdefault("mixopt", []).append((n, ours["seconds"]))
        assert ours["status"] == "optimal"
        for name in RIVALS:
            if name in lost or missing(name):
                reason = lost.get(name) or f"{missing(name)} is not installed"
                rows.append([f"{n:,}", name, reason, "–", "–"])
                continue
            found = measured("rival", name, {"n": n, "share": SHARE, "groups": RULES})
            if found is None:
                lost[name] = f"more than {LIMIT} s"
                rows.append([f"{n:,}", name, lost[name], "–", "–"])
                continue
            assert not found["value"] > ours["bound"] * (1 + 1e-6)
            curves.setdefault(name, []).append((n, max(found["seconds"], 1e-3)))
            rows.append([f"{n:,}", name, *_told(found["value"], found, ours)])
    page.write("rivals", TEXT, "cells | method | behind the bound | CPU s | further MB", rows, _chart(curves))


def _told(value, found, ours):
    behind = 1 - value / ours["bound"]
    said = "no plan that keeps the rules" if math.isnan(behind) else f"{behind:.2%}"
    said = f"{behind:.1e}, proven" if found is ours else said
    held = found["megabytes"] - (found["tables"] if found is ours else 0.0)
    return [said, f"{found['seconds']:.2f}", f"{held:.0f}"]


def _chart(curves):
    return {"title": "CPU seconds over cells", "across": "cells", "up": "CPU s", "curves": curves}
