"""Sessions: solving again after a change, judging a given plan, sweeping a budget."""

from __future__ import annotations

import time

from families import regions

import mixopt

SIZES = (1_000, 10_000)
TEXT = """## Play

A session of the growth family, 10 rules: the median CPU milliseconds of nine solves after a change, each with its
proof, contrast and certificate; of judging a given plan; and the CPU seconds of a sweep of 15 budgets."""


def timed(work, times=9):
    found = []
    for k in range(times):
        begun = time.process_time()
        work(k)
        found.append(time.process_time() - begun)
    return sorted(found)[times // 2]


def changes(session, spend, budget):
    """Return the milliseconds of every kind of change, each with its solve, and of judging a plan."""
    kinds = [
        lambda k: session.solve(budget=budget * (1 + 0.01 * (k + 1))),
        lambda k: session.lock(channel="c5", spend=budget * (0.07 + 0.002 * k)).solve(),
        lambda k: session.unlock().bounds(segment=f"s{k}", lower=1.0).solve(),
        lambda k: session.weight("response", 1.0 + k).solve(),
        lambda k: session.evaluate(spend * (0.9 + 0.01 * k)),
    ]
    return [f"{1e3 * timed(kind):.0f}" for kind in kinds]


def test_a_session_answers_at_once(page):
    rows = []
    for n in SIZES:
        document, tables = regions(n)
        budget = document["budget"]["total"]
        session = mixopt.open(document, tables=tables)
        first = session.solve()
        assert first.plans["best"].status == "optimal"
        moved = changes(session, first.plans["best"].spend, budget)
        session.reset()
        begun = time.process_time()
        for k in range(15):
            assert session.solve(budget=budget * (0.95 + 0.05 * k)).plans["best"].status == "optimal"
        rows.append([f"{n:,}", *moved, f"{time.process_time() - begun:.2f}"])
    page.write("play", TEXT, "cells | budget | lock | bounds | weight | judge | sweep of 15, s", rows)
