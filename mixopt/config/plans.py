"""Plans: ``extends:`` resolved, names checked.

A plan inherits its parent's objective unless it gives its own; constraints add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from mixopt.config.faults import Collector
from mixopt.config.place import Loc
from mixopt.config.schema import PlanConfig
from mixopt.config.sections import Placed, SectionReader, check_names
from mixopt.errors import listed, printable, shown


def read_plans(plans: Any, shared: tuple[Placed, ...], reader: SectionReader) -> dict[str, PlanConfig]:
    """Return the plans of a config in its order.

    Parameters
    ----------
    plans : dict
        What stands under ``plans:``; anything else is left to the check of the config's form.
    shared : tuple of (path, Section)
        The constraints of every plan: names must differ from theirs.
    reader : SectionReader

    Returns
    -------
    dict of str to PlanConfig
        Plans with faults may be missing.
    """
    if not isinstance(plans, dict):
        return {}
    bodies = {name: body for name, body in plans.items() if isinstance(body, dict)}
    _check_case(plans, reader.collector)
    own = {
        name: (
            reader.read(body.get("objective"), "term", ("plans", name, "objective")),
            reader.read(body.get("constraints"), "rule", ("plans", name, "constraints")),
        )
        for name, body in bodies.items()
    }
    read = {}
    for name in bodies:
        line = _lineage(name, bodies, reader.collector)
        if line is None:
            continue
        giver = next((n for n in line if bodies[n].get("objective") is not None), None)
        if giver is None:
            loc: Loc = ("plans", name)
            hint = "objective: [{kind: response}]"
            reader.collector.add(
                loc, f"the plan {shown(name)} has no objective", wanted="at least one term", hint=hint
            )
            continue
        terms = own[giver][0]
        rules = tuple(rule for n in reversed(line) for rule in own[n][1])
        check_names(terms, "term", reader.collector)
        check_names((*shared, *rules), "rule", reader.collector)
        read[name] = PlanConfig(
            name=name,
            objective=tuple(section for _, section in terms),
            constraints=tuple(section for _, section in rules),
            at=reader.collector.places.of(("plans", name), key=True),
        )
    return read


def _lineage(name: str, bodies: Mapping[str, dict[str, Any]], collector: Collector) -> list[str] | None:
    """Return the plan and its ancestors, nearest first; ``None`` after a fault."""
    line = [name]
    while (parent := bodies[line[-1]].get("extends")) is not None:
        loc: Loc = ("plans", line[-1], "extends")
        if not isinstance(parent, str):
            return None
        if parent not in bodies:
            near = listed(get_close_matches(parent, bodies, n=3))
            collector.add(
                loc, f"there is no plan {shown(parent)}", wanted=f"one of {listed(bodies)}", hint=near
            )
            return None
        if parent in line:
            if parent == name == min(line):  # once per plan of the circle would be noise
                circle = " → ".join(printable(one) for one in [*line, parent])
                collector.add(("plans", name, "extends"), f"plans extend each other in a circle: {circle}")
            return None
        line.append(parent)
    return line


def _check_case(plans: Mapping[str, Any], collector: Collector) -> None:
    seen: dict[str, str] = {}
    for name in plans:
        folded = " ".join(name.casefold().split())
        if folded in seen:
            problem = f"the plans {shown(seen[folded])} and {shown(name)} differ by case or spaces alone"
            collector.add(("plans", name), problem, wanted="names that people can tell apart", key=True)
        seen.setdefault(folded, name)
