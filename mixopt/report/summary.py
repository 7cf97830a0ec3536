"""``summary.json``: what was run with what, and per plan how good it is and what it is worth."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from mixopt.plan import Clashing, Conflict, Plan, Result
from mixopt.plan.measures import returned, roi, spend
from mixopt.plan.provenance import FORMAT, plugins
from mixopt.plugin import Evaluation


def summary(result: Result, files: Mapping[str, bytes], warnings: Iterable[str] = ()) -> dict[str, Any]:
    """Return the content of ``summary.json``.

    Parameters
    ----------
    result : Result
    files : Mapping of str to bytes
        The run's other files: their sums are part of it.
    warnings : iterable of str
        Why reports are missing; measures that could not be taken are added.

    Returns
    -------
    dict
        Plain values only; what is not a finite number is ``None``.
    """
    table = result.contrast.set_index("measure")
    content = {
        "format": FORMAT,
        "name": result.name,
        "config_hash": result.hash,
        "versions": dict(result.versions),
        "plugins": plugins(result.problem.providers),
        "warnings": [*not_measured(result), *warnings],
        "currency": result.currency,
        "budget": {"total": result.problem.scope.budget.total, "rule": result.problem.scope.budget.rule},
        "inputs": dict(result.inputs),
        **_draws(result),
        "plans": {name: _plan(plan) for name, plan in result.plans.items()},
        "references": {
            name: {**_worth(evaluation), "measures": table[name].to_dict()}
            for name, evaluation in result.references.items()
        },
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return {key: plain(value) for key, value in content.items()}


def not_measured(result: Result) -> list[str]:
    """Return why measures and reports that nobody asked for are missing.

    Parameters
    ----------
    result : Result
        With its contrast already taken.

    Returns
    -------
    list of str
    """
    failures = [getattr(bound.measure, "failures", {}) for bound in result.problem.measures]
    return [*result.problem.warnings, *(sentence for each in failures for sentence in each)]


def json_bytes(content: Any) -> bytes:
    """Return plain values as JSON text in UTF-8, without NaN.

    Parameters
    ----------
    content : object
        What :func:`summary` returned.

    Returns
    -------
    bytes
    """
    return (json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: numbers that are not finite become ``None``.

    Parameters
    ----------
    value : object

    Returns
    -------
    object
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def _draws(result: Result) -> dict[str, Any]:
    """Return what is said of posterior draws; nothing where curves are certain."""
    found = result.over_draws
    if found is None:
        return {}
    said = {"draws": found.draws, "low": found.low, "high": found.high, "worst": found.worst}
    return {"over_draws": {**said, "ranges": result.ranges.to_dict("records")}}


def _plan(plan: Plan) -> dict[str, Any]:
    worth = (
        _worth(plan.evaluation) if plan.evaluation is not None else dict.fromkeys(("spend", "return", "roi"))
    )
    found = {
        "status": plan.status,
        "reason": plan.reason,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "source": plan.source,
        **worth,
        "seconds": plan.seconds,
        "measures": dict(plan.measures),
    }
    return found if plan.conflict is None else {**found, "conflict": conflict_document(plan.conflict)}


def _worth(evaluation: Evaluation) -> dict[str, float]:
    return {"spend": spend(evaluation), "return": returned(evaluation), "roi": roi(evaluation)}


def conflict_document(conflict: Conflict) -> dict[str, Any]:
    """Return why nothing fits, as plain values.

    Parameters
    ----------
    conflict : Conflict

    Returns
    -------
    dict
    """
    return {
        "total": conflict.total,
        "complete": conflict.complete,
        "rules": [_clashing(rule) for rule in conflict.rules],
        "relaxed": [_clashing(rule) for rule in conflict.relaxed],
    }


def _clashing(rule: Clashing) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "sentence": rule.sentence,
        "unit": rule.unit,
        "relaxation": rule.relaxation,
        "alone": rule.alone,
        "worth": rule.worth,
    }
