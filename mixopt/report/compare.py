"""``mixopt.compare``: what changed from one run to another: inputs, plans, rules, results, and where the money goes.

The best possible score of a plan lies between its objective and its bound, v in [o, b], in either run. The two can be
told apart only where these intervals do not overlap:

    o_after - b_before <= v_after - v_before <= b_after - o_before

Measures in money of the two plans found are called a tie where they differ by no more than what may be missing to both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixopt.errors import ConfigError, Fault
from mixopt.plan import Result, Saved, load
from mixopt.plan.load import read_checked
from mixopt.report.changes import INPUT_COLUMNS, input_changes
from mixopt.report.inputs import INPUTS, inputs_file
from mixopt.report.summary import summary

PLAN_COLUMNS = (
    *("plan", "before", "after", "objective_before", "bound_before", "objective_after", "bound_after"),
    *("least", "most", "verdict"),
)
RESULT_COLUMNS = ("plan", "measure", "unit", "before", "after", "difference", "verdict")
RULE_COLUMNS = ("plan", "rule", "what", "before", "after")
SPEND_COLUMNS = ("plan", "channel", "before", "after", "difference")
LIMITS = ("at_least", "at_most")
EXACT = 1e-9  # relative: closer than this is the same number


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """One side of a comparison: its summary, its tables, and its inputs where they were kept."""

    name: str
    summary: Mapping[str, Any]
    allocation: pd.DataFrame
    contrast: pd.DataFrame
    rules: pd.DataFrame
    inputs: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """What :func:`compare` returns.

    Parameters
    ----------
    before, after : str
        Names of the two runs: their folders', where they were saved.
    currency : str
    budget : float
        The larger of the two, currency.
    inputs : DataFrame
        ``part`` (``config`` or a table), ``where``, ``before``, ``after``; empty where nothing changed.
    inputs_kept : bool
        Whether both runs hold their inputs; where not, `inputs` names the tables whose SHA-256 differ, no more.
    plans : DataFrame
        Per plan its status, score and ceiling in both runs; ``least`` and ``most`` of what the best possible score can
        have risen by; and the verdict: ``rose``, ``fell``, ``tie``, ``unknown``, ``other terms``, ``new`` or ``gone``.
    results : DataFrame
        Every measure of every plan in both runs, with the difference and ``tie``, ``same`` or ``differs``.
    rules : DataFrame
        Rules that came, went, changed their limit, or bind in one run only.
    spends : DataFrame
        Per plan and channel, the largest moves first.
    """

    before: str
    after: str
    currency: str
    budget: float
    inputs: pd.DataFrame
    inputs_kept: bool
    plans: pd.DataFrame
    results: pd.DataFrame
    rules: pd.DataFrame
    spends: pd.DataFrame

    @property
    def same_inputs(self) -> bool:
        """Whether nothing that went in differs."""
        return self.inputs.empty

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values: the document of ``mixopt compare --json``.

        Returns
        -------
        dict
            Numbers that are not finite are ``None``.
        """
        tables = ("inputs", "plans", "results", "rules", "spends")
        return {
            "before": self.before,
            "after": self.after,
            "currency": self.currency,
            "inputs_kept": self.inputs_kept,
            **{name: [_record(row) for row in getattr(self, name).to_dict("records")] for name in tables},
        }

    def __repr__(self) -> str:
        return f"<comparison of {self.before!r} and {self.after!r}: {len(self.inputs)} inputs differ>"

    def _repr_html_(self) -> str:
        return str(self.results.to_html(index=False, escape=True))


def compare(before: str | Path | Result | Saved, after: str | Path | Result | Saved) -> Comparison:
    """Say what changed from one run to another.

    Parameters
    ----------
    before, after : str, Path, Result or Saved
        A run's folder, what :func:`mixopt.load` returned, or a result.

    Returns
    -------
    Comparison

    Raises
    ------
    ConfigError
        If one is no run's folder, was changed after it was written, or the two are in different currencies.

    Examples
    --------
    >>> import pandas as pd, mixopt
    >>> cells = pd.DataFrame({"channel": ["tv", "search"], "curve": "michaelis-menten",
    ...                       "scale": [300.0, 200.0], "half_saturation": [100.0, 50.0]})
    >>> config = {"mixopt": 1, "name": "two", "currency": "EUR", "budget": {"total": 100}, "data": {"cells": "cells"},
    ...           "plans": {"pure-roi": {"objective": [{"kind": "response"}]}}}
    >>> first = mixopt.run(config, {"cells": cells})
    >>> second = mixopt.run(config, {"cells": cells}, overrides=["budget.total=120"])
    >>> found = mixopt.compare(first, second)
    >>> found.inputs[["where", "before", "after"]].values.tolist()[0]
    ['budget.total', 100, 120]
    >>> found.plans["verdict"].tolist()
    ['rose']
    """
    a, b = _run(before), _run(after)
    if a.summary["currency"] != b.summary["currency"]:
        raise ConfigError(
            Fault(
                where=b.name,
                problem=f"its money is in {b.summary['currency']}, that of {a.name} in {a.summary['currency']}",
                wanted="two runs in one currency",
            )
        )
    inputs, kept = _inputs(a, b)
    return Comparison(
        before=a.name,
        after=b.name,
        currency=a.summary["currency"],
        budget=max(a.summary["budget"]["total"], b.summary["budget"]["total"]),
        inputs=inputs,
        inputs_kept=kept,
        plans=pd.DataFrame(_plans(a, b), columns=list(PLAN_COLUMNS)),
        results=pd.DataFrame(_results(a, b), columns=list(RESULT_COLUMNS)),
        rules=pd.DataFrame(_rules(a, b), columns=list(RULE_COLUMNS)),
        spends=_spends(a, b),
    )


def _run(what: str | Path | Result | Saved) -> Run:
    if isinstance(what, Result):
        return Run(
            name=what.name,
            summary=summary(what, {}),
            allocation=what.allocation,
            contrast=what.contrast,
            rules=what.rules,
            inputs=json.loads(inputs_file(what.problem)),
        )
    saved = what if isinstance(what, Saved) else load(what)
    digest = saved.summary["files"].get(INPUTS)
    return Run(
        name=saved.folder.resolve().name,
        summary=saved.summary,
        allocation=saved.allocation,
        contrast=saved.contrast,
        rules=saved.rules,
        inputs=None if digest is None else json.loads(read_checked(saved.folder, INPUTS, digest)),
    )


def _inputs(a: Run, b: Run) -> tuple[pd.DataFrame, bool]:
    kept = a.inputs is not None and b.inputs is not None
    changes = input_changes(a.inputs, b.inputs) if a.inputs is not None and b.inputs is not None else []
    told = {part for part, *_ in changes}
    old, new = a.summary.get("inputs", {}), b.summary.get("inputs", {})
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name) and name not in told and not _read_alike(name, a, b):
            changes.append((name, "content", _short(old.get(name)), _short(new.get(name))))
    return pd.DataFrame(changes, columns=list(INPUT_COLUMNS), dtype=object), kept


def _read_alike(name: str, a: Run, b: Run) -> bool:
    """Return whether a table was kept by both runs and reads the same, though its bytes differ."""
    tables = [run.inputs["tables"].get(name) if run.inputs is not None else None for run in (a, b)]
    return tables[0] is not None and tables[0] == tables[1]


def _short(digest: str | None) -> str | None:
    return None if digest is None else f"SHA-256 {digest[:8]}…"


def _plans(a: Run, b: Run) -> list[tuple[Any, ...]]:
    rows = []
    for name in dict.fromkeys([*a.summary["plans"], *b.summary["plans"]]):
        old, new = a.summary["plans"].get(name), b.summary["plans"].get(name)
        scores = [(side or {}).get(key) for side in (old, new) for key in ("objective", "bound")]
        o, b_o, n, b_n = (math.nan if value is None else float(value) for value in scores)
        least, most = n - b_o, b_n - o
        verdict = "gone" if new is None else "new" if old is None else _verdict(name, a, b, least, most)
        status = [(side or {}).get("status") for side in (old, new)]
        rows.append((name, *status, o, b_o, n, b_n, least, most, verdict))
    return rows


def _verdict(name: str, a: Run, b: Run, least: float, most: float) -> str:
    if _wishes(name, a) != _wishes(name, b):
        return "other terms"
    if math.isnan(least) or math.isnan(most):
        return "unknown"
    return "rose" if least > 0 else "fell" if most < 0 else "tie"


def _wishes(name: str, run: Run) -> Any:
    """Return what a plan maximises, as the config says it."""
    if run.inputs is None:
        return None
    plans = run.inputs["config"].get("plans", {})
    plan = plans.get(name, {})
    while "objective" not in plan and plan.get("extends") in plans:
        plan = plans[plan["extends"]]
    return plan.get("objective")


def _results(a: Run, b: Run) -> list[tuple[Any, ...]]:
    rows = []
    old, new = (run.contrast.set_index("measure") for run in (a, b))
    for plan in a.summary["plans"]:
        if plan not in b.summary["plans"]:
            continue
        room = _missing(a, plan) + _missing(b, plan)
        for measure in dict.fromkeys([*old.index, *new.index]):
            unit = str((new if measure in new.index else old).loc[measure, "unit"])
            values = [
                float(table.loc[measure, plan]) if measure in table.index else math.nan
                for table in (old, new)
            ]
            difference = values[1] - values[0]
            rows.append(
                (plan, measure, unit, *values, difference, _told_apart(values, difference, unit, room))
            )
    return rows


def _told_apart(values: list[float], difference: float, unit: str, room: float) -> str:
    if math.isnan(difference):
        return ""
    if abs(difference) <= EXACT * max(abs(value) for value in values):
        return "same"
    return "tie" if unit == "currency" and abs(difference) <= room else "differs"


def _missing(run: Run, plan: str) -> float:
    said = run.summary["plans"][plan]
    if said["objective"] is None or said["bound"] is None:
        return math.inf
    return max(float(said["bound"]) - float(said["objective"]), 0.0)


def _rules(a: Run, b: Run) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    old, new = (
        {(str(row["plan"]), str(row["rule"])): row for row in run.rules.to_dict("records")} for run in (a, b)
    )
    both = set(a.summary["plans"]) & set(b.summary["plans"])
    for plan, rule in dict.fromkeys([*old, *new]):
        if plan not in both:
            continue
        before, after = old.get((plan, rule)), new.get((plan, rule))
        if before is None or after is None:
            rows.append((plan, rule, "new" if before is None else "gone", math.nan, math.nan))
            continue
        sides = [side for side in LIMITS if not _alike(before[side], after[side])]
        if len(sides) == len(LIMITS) and all(
            _alike(*(row[side] for side in LIMITS)) for row in (before, after)
        ):
            rows.append((plan, rule, "exactly", before["at_most"], after["at_most"]))
        else:
            rows += [(plan, rule, side, before[side], after[side]) for side in sides]
        if bool(before["binding"]) != bool(after["binding"]):
            what = "binds now" if after["binding"] else "no longer binds"
            rows.append((plan, rule, what, before["value"], after["value"]))
    return rows


def _alike(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=EXACT, abs_tol=0.0)


def _spends(a: Run, b: Run) -> pd.DataFrame:
    sums = [
        run.allocation.groupby(["plan", "channel"], sort=False)["spend"].sum()
        if len(run.allocation)
        else pd.Series(dtype=float)
        for run in (a, b)
    ]
    plans = [name for name in a.summary["plans"] if name in b.summary["plans"]]
    rows = []
    for plan in plans:
        old, new = (dict(s[plan]) if len(s) and plan in s.index.get_level_values(0) else {} for s in sums)
        if not old or not new:
            continue
        moves = [
            (plan, channel, float(old.get(channel, 0.0)), float(new.get(channel, 0.0)))
            for channel in dict.fromkeys([*old, *new])
        ]
        rows += sorted(((*move, move[3] - move[2]) for move in moves), key=lambda move: -abs(move[4]))
    return pd.DataFrame(rows, columns=list(SPEND_COLUMNS))


def _record(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(key): None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }
