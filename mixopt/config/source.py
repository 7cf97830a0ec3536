"""Configs that are no text: files whose ending an importer names, such as a planner's workbook, tables and all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mixopt.config.document import Document
from mixopt.config.plain import plain
from mixopt.errors import ConfigError, Fault, listed, printable, shown
from mixopt.plugin import ConfigImporter, ImporterEntry, Registry

KNOWN_ELSEWHERE = {".xlsx": "mixopt-report", ".xlsm": "mixopt-report"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A config as it was found.

    Parameters
    ----------
    document : Document
    folder : Path
        What its relative paths are relative to.
    tables : Mapping of str to DataFrame
        Frames that came with it, by name.
    """

    document: Document
    folder: Path = field(default_factory=Path)
    tables: Mapping[str, Any] = field(default_factory=dict)


def imported(path: Path, registry: Registry) -> Source | None:
    """Return the config in a file whose ending an importer names.

    Parameters
    ----------
    path : Path
    registry : Registry

    Returns
    -------
    Source or None
        ``None`` for files that are read as text.

    Raises
    ------
    ConfigError
        If several importers, or none that is installed, read such files.
    InputError
        With all that the importer found wrong.
    """
    ending, where = path.suffix.lower(), printable(path.name)
    entries: dict[str, Any] = registry.entries("importer")
    found = [entry for entry in entries.values() if ending in entry.endings]
    if len(found) > 1:
        problem = f"{listed(entry.name for entry in found)} all read configs from {ending}"
        raise ConfigError(Fault(where=where, problem=problem, wanted="one importer", hint="plugins: [...]"))
    if found:
        return _read(found[0], path, registry)
    if ending in KNOWN_ELSEWHERE:
        hint = f"pip install {KNOWN_ELSEWHERE[ending]}"
        problem = f"no installed plugin reads a config from {shown(ending)}"
        raise ConfigError(Fault(where=where, problem=problem, wanted=".yaml or .json", hint=hint))
    return None


def _read(entry: ImporterEntry[Any], path: Path, registry: Registry) -> Source:
    owner = registry.owner("importer", entry.name)
    try:
        settings = entry.settings.model_validate({"file": path})
    except ValidationError as reason:
        raise owner.fault(f"its settings need more than a file: {reason.error_count()} faults") from None
    importer = owner.call("build", entry.build, settings)
    if not isinstance(importer, ConfigImporter):
        raise owner.fault("it names endings, and has no document and places", "a ConfigImporter")
    tables = dict(owner.call("read", importer.read))
    data = plain(owner.call("document", importer.document))
    places = dict(owner.call("places", importer.places))
    order = {loc: (number, 1) for number, loc in enumerate(places, 1)}
    document = Document(data=data, name=printable(path.name), values=order, cells=places)
    return Source(document=document, folder=path.parent, tables=tables)
