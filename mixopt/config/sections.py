"""Sections that plugins own: the kind is looked up in the registry, the other keys are its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mixopt.config.faults import Collector
from mixopt.config.form import RESERVED_RULES, Head, TermHead
from mixopt.config.place import Loc
from mixopt.config.schema import Section
from mixopt.config.validate import validated
from mixopt.errors import InputError, shown
from mixopt.plugin import AnyEntry, Registry

PLACES = {"term": "objective", "rule": "constraints", "measure": "measures", "report": "reports"}
Placed = tuple[Loc, Section]


@dataclass(frozen=True, slots=True)
class SectionReader:
    """Reads sections of one document.

    Parameters
    ----------
    registry : Registry
    collector : Collector
        Gets every fault.
    """

    registry: Registry
    collector: Collector

    def read(self, items: Any, section: str, at: Loc) -> tuple[Placed, ...]:
        """Return the sections of a list that are right; the faults of the others are noted.

        Parameters
        ----------
        items : list of dict
            Anything else is left to the check of the config's form.
        section : {"term", "rule", "measure", "report"}
        at : tuple of str and int
            Path of the list.

        Returns
        -------
        tuple of (path, Section)
        """
        if not isinstance(items, list):
            return ()
        read = [((*at, index), self._one(item, section, (*at, index))) for index, item in enumerate(items)]
        return tuple((loc, one) for loc, one in read if one is not None)

    def _one(self, item: Any, section: str, at: Loc) -> Section | None:
        if not isinstance(item, dict):
            example = {"term": "response", "rule": "spend"}.get(section, section)
            self.collector.add(
                at, f"{shown(item)} is no {section}", wanted=f"a mapping such as {{kind: {example}}}"
            )
            return None
        form = TermHead if section == "term" else Head
        head = validated(
            form, {key: item[key] for key in form.model_fields if key in item}, at, self.collector
        )
        kind = item.get("kind")
        if not isinstance(kind, str):
            return None
        entry = self._entry(section, kind, (*at, "kind"))
        if entry is None:
            return None
        rest = {key: value for key, value in item.items() if key not in form.model_fields}
        settings = validated(entry.settings, rest, at, self.collector, others=tuple(form.model_fields))
        if head is None or settings is None:
            return None
        weight = head.weight if isinstance(head, TermHead) else 1.0
        name = head.name or kind
        if section == "rule" and name in RESERVED_RULES:
            where = (*at, "name") if head.name else at
            self.collector.add(
                where, f"the name {shown(name)} stands for the budget itself", wanted="another name"
            )
        return Section(
            kind=kind, name=name, settings=settings, weight=weight, at=self.collector.places.of(at)
        )

    def _entry(self, section: str, kind: str, at: Loc) -> AnyEntry | None:
        try:
            return self.registry.find(section, kind)
        except InputError as error:
            elsewhere = [
                other for other in PLACES if other != section and kind in self.registry.entries(other)
            ]
            if not elsewhere:
                self.collector.adopt(at, error)
                return None
        hint = f"write it under {PLACES[elsewhere[0]]}:"
        problem = f"{shown(kind)} is a {elsewhere[0]}, not a {section}"
        self.collector.add(at, problem, wanted=f"a {section}", hint=hint)
        return None


def check_names(sections: Sequence[Placed], said: str, collector: Collector) -> None:
    """Note a fault for every section whose name another one before it has.

    Parameters
    ----------
    sections : sequence of (path, Section)
    said : str
        ``rule``, ``term``, ``measure`` or ``report``, for the message.
    collector : Collector
    """
    first: dict[str, Section] = {}
    for loc, section in sections:
        if section.name in first:
            problem = f"two {said}s are called {shown(section.name)}, the first at {first[section.name].at}"
            collector.add(loc, problem, wanted="a name of its own", hint="name: …")
        first.setdefault(section.name, section)
