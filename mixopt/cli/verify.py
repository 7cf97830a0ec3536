"""``mixopt verify``: recompute a run's claims with curve values only; neither Pyomo nor a solver is imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixopt.cli.exit import DONE
from mixopt.cli.output import columns, results_only, show, show_json


def verify(run: Path, *, as_json: bool) -> int:
    """Recompute feasibility, objective and bound of every plan of a run.

    Parameters
    ----------
    run : Path
        A run's folder.
    as_json : bool

    Returns
    -------
    int
        Exit code; a check that fails raises :class:`mixopt.ProofError`.
    """
    from mixopt.proof import verify_run

    found = verify_run(run, curves_of)
    if as_json:
        show_json({"run": str(run), "verified": True, "plans": [_document(plan) for plan in found.plans]})
        return DONE
    for plan in found.plans:
        show("\n".join(_lines(plan)))
    show("Everything was recomputed from the run's files with the curves alone, without the solver.")
    return DONE


def curves_of(kind: str, parameters: Mapping[str, Any], points: Mapping[str, Any] | None) -> Any:
    """Return the curves of one family, built by the plugin that registers it.

    Parameters
    ----------
    kind : str
    parameters : Mapping of str to ndarray
    points : Mapping of str to ndarray or None
        ``cell``, ``spend``, ``response`` of a tabulated family.

    Returns
    -------
    Family
    """
    import pandas as pd

    from mixopt.plugin import discover

    registry = discover([])
    if kind not in registry.entries("curve"):  # no other code is loaded unless a curve needs it
        with results_only():
            registry = discover()
    entry: Any = registry.find("curve", kind)
    given = () if points is None else (pd.DataFrame(dict(points)),)
    return registry.owner("curve", kind).call("build", entry.build, parameters, *given)


def _document(plan: Any) -> dict[str, Any]:
    return {
        "plan": plan.plan,
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "violation": plan.violation,
        "leaves": plan.leaves,
        "rests_on": list(plan.rests_on),
    }


def _lines(plan: Any) -> list[str]:
    import textwrap

    from mixopt.errors import printable

    lines = [f"{printable(plan.plan)}: {plan.status}"]
    if plan.objective is not None:
        lines.append(
            f"  scores {plan.objective:,.6f}; largest violation of a rule {plan.violation:.1e} of its size"
        )
    if plan.bound is not None:
        share = "" if plan.gap is None else f"; at most {100 * plan.gap:.4g}% is missing"
        lines.append(f"  cannot be beaten beyond {plan.bound:,.6f}{share}")
    if plan.status == "infeasible":
        lines.append("  no plan can keep its rules: proven")
    lines.append(f"  the proof has {plan.leaves} part{'' if plan.leaves == 1 else 's'}")
    for said in plan.rests_on:
        lines += textwrap.wrap(f"  rests on: {printable(said)}", columns(), subsequent_indent="    ")
    return lines
