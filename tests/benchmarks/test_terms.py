"""With terms of plugins: the worst tenth of 500 shocks, and money spread over channels."""

from __future__ import annotations

from measured import measured

SIZES = (200, 2_000, 20_000)
TEXT = """## With terms on

The growth family with CVaR over 500 shocks that differ by channel (mixopt-resilience) and a Herfindahl index of the
channels (mixopt-diversification). Linear programs over pieces of the curves do the work here."""


def test_terms_of_plugins_are_proven(page):
    rows = []
    for n in SIZES:
        found = measured("ours", "terms", {"n": n}, limit=300)
        if found is None:
            rows.append([f"{n:,}", "–", "–", "more than 300", "–", "–"])
            continue
        parts = [f"{found['parts'][part]:.2f}" for part in ("read", "model", "solve")]
        gap = "no plan" if found["gap"] is None else f"{found['gap']:.0e}"
        rows.append([f"{n:,}", *parts, f"{found['seconds']:.2f}", gap])
        assert found["status"] in {"optimal", "feasible"}
    page.write("terms", TEXT, "cells | read | model | solve | all, CPU s | gap", rows)
