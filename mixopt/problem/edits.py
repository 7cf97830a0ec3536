"""What a session changes of a problem, as a value: the budget, locked totals, the cells' bounds, the terms' weights.

Edits are laid over the config's plain document and over the tables as they were read; neither is changed. So a problem
with edits is the problem that the edited config and the edited cells table state.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mixopt.config.schema import RunConfig
from mixopt.curves import Floats
from mixopt.errors import ConfigError, Fault, listed, shown
from mixopt.problem.gather import Gathered
from mixopt.scope.where import Selection, written


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edits:
    """Changes of a problem; every method returns another value.

    Parameters
    ----------
    budget : float or None
        Instead of the config's, currency.
    locks : Mapping of Selection to float
        Total spend of selections of cells, currency.
    lower, upper : ndarray (n_cells,) or None
        Instead of the cells table's; ``nan`` where a cell keeps its own.
    weights : Mapping of (str, str) to float
        Weight by plan and term; the plan is empty for all that have the term.
    """

    budget: float | None = None
    locks: Mapping[Selection, float] = field(default_factory=dict)
    lower: Floats | None = None
    upper: Floats | None = None
    weights: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return any(
            part is not None and part != {} for part in (self.budget, self.locks, self.weights)
        ) or any(side is not None for side in (self.lower, self.upper))

    def document(self, config: RunConfig) -> dict[str, Any]:
        """Return the config's document with the edits in it, the cells' bounds left out.

        Parameters
        ----------
        config : RunConfig

        Returns
        -------
        dict
            A document of its own.

        Raises
        ------
        ConfigError
            If no plan has a term of a weight's name.
        """
        document: dict[str, Any] = copy.deepcopy(dict(config.document))
        if self.budget is not None:
            document["budget"]["total"] = self.budget
        if self.locks:
            locked = [
                {"name": lock_name(chosen), "kind": "spend", "where": written(chosen), "equal": spend}
                for chosen, spend in self.locks.items()
            ]
            document["constraints"] = [*document.get("constraints", []), *locked]
        for (plan, term), weight in self.weights.items():
            _weigh(document["plans"], plan, term, weight)
        return document

    def gathered(self, before: Gathered, config: RunConfig) -> Gathered:
        """Return what the tables say, with the edits in it.

        Parameters
        ----------
        before : Gathered
            Without any.
        config : RunConfig
            With the edits: its budget stands in for bounds that the table leaves open.

        Returns
        -------
        Gathered
        """
        scope, hashes = before.scope, dict(before.hashes)
        lower, upper = _over(scope.lower, self.lower), scope.upper
        if config.budget.total != scope.budget.total:
            upper = np.where(before.uncapped, np.maximum(config.budget.total, lower), upper)
        upper = _over(upper, self.upper)
        changed = [array for array in (self.lower, self.upper) if array is not None]
        if changed:
            digest = hashlib.sha256(hashes["cells"].encode())
            for array in (lower, upper):
                digest.update(np.asarray(array, dtype="<f8").tobytes())
            hashes["cells"] = digest.hexdigest()
        edited = replace(scope, lower=lower, upper=upper, budget=config.budget)
        return replace(before, scope=edited, hashes=hashes)


def lock_name(chosen: Selection) -> str:
    """Return what the rule of a lock is called.

    Parameters
    ----------
    chosen : Selection

    Returns
    -------
    str
    """
    said = ", ".join(f"{key} {listed(names, 3)}" for key, names in chosen) or "all cells"
    return f"lock: {said}"[:200]


def _over(own: Floats, new: Floats | None) -> Floats:
    return own if new is None else np.where(np.isnan(new), own, new)


def _weigh(plans: dict[str, Any], plan: str, term: str, weight: float) -> None:
    """Set a term's weight where it is written: a plan that inherits an objective and is named gets its own."""
    if plan and plan in plans:
        giver = plan
        while plans[giver].get("objective") is None:
            giver = plans[giver]["extends"]
        plans[plan]["objective"] = copy.deepcopy(plans[giver]["objective"])
    chosen = [plan] if plan else list(plans)
    objectives = [plans[name]["objective"] for name in chosen if plans.get(name, {}).get("objective")]
    found = [one for terms in objectives for one in terms if one.get("name", one["kind"]) == term]
    found = found or [one for terms in objectives for one in terms if one["kind"] == term]
    if not found:
        names = {one.get("name", one["kind"]) for terms in objectives for one in terms}
        raise ConfigError(
            Fault(
                where="weight",
                problem=f"no plan has a term {shown(term)}" + (f" in {shown(plan)}" if plan else ""),
                wanted=f"one of {listed(sorted(names))}" if names else f"one of the plans {listed(plans)}",
            )
        )
    for one in found:
        one["weight"] = weight
