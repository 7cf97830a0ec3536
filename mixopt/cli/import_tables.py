"""``mixopt import``: what another tool wrote becomes a config folder, with a word on how well its curves are met."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mixopt.cli.exit import DONE
from mixopt.cli.fresh import write_fresh
from mixopt.cli.output import results_only, show, show_json

UNKNOWN = "XXX"  # ISO 4217 for no currency


def import_tables(
    kind: str,
    file: Path,
    out: Path,
    options: Sequence[str],
    *,
    budget: float | None,
    currency: str,
    as_json: bool,
) -> int:
    """Write a config and its tables from the file of another tool.

    Parameters
    ----------
    kind : str
        Of the importer.
    file : Path
    out : Path
        The new config's folder.
    options : sequence of str
        ``NAME=VALUE`` each: settings of the importer.
    budget : float or None
        Money to allocate; the sum of the cells' current spend if left out.
    currency : str
    as_json : bool

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        If the file cannot be read, its tables make no problem, or a file is already there.
    """
    from mixopt.plugin import discover
    from mixopt.report.table import csv_bytes

    with results_only():
        registry = discover()
        tables, error, whole = _read(
            registry, kind, {"file": file, **dict(each.partition("=")[::2] for each in options)}
        )
        document = _document(file, tables, budget, currency, whole)
        _check(document, tables, registry)
    files = {"config.yaml": _yaml(document, kind, file, error, whole=whole is not None).encode()}
    files |= {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    write_fresh(files, out, hint="--out another-folder")
    if as_json:
        show_json({"folder": str(out), "files": list(files), "largest_relative_error": error})
        return DONE
    show(f"Wrote {', '.join(files)} to {out}")
    show(f"The curves meet what {file.name} says within {error:.2g} of each curve's size.")
    show(f"Next: mixopt run {out / 'config.yaml'}")
    return DONE


def _read(
    registry: Any, kind: str, given: Mapping[str, Any]
) -> tuple[dict[str, Any], float, dict[str, Any] | None]:
    """Return the tables, the largest error of the curves, and the config where the file holds one."""
    from pydantic import ValidationError

    from mixopt.errors import ConfigError, Fault
    from mixopt.plugin import ConfigImporter
    from mixopt.plugin.guard import finite

    entry = registry.find("importer", kind)
    owner = registry.owner("importer", kind)
    try:
        settings = entry.settings.model_validate(given)
    except ValidationError as wrong:
        raise ConfigError(
            *(
                Fault(
                    where=f"--option {'.'.join(map(str, one['loc']))}",
                    problem=one["msg"],
                    wanted=f"one of {', '.join(name for name in entry.settings.model_fields if name != 'file')}",
                )
                for one in wrong.errors(include_url=False)
            )
        ) from None
    importer = owner.call("build", entry.build, settings)
    tables = dict(owner.call("read", importer.read))
    error = finite(owner, "replay", owner.call("replay", importer.replay))
    if "cells" not in tables:
        raise owner.fault(f"read returned the tables {', '.join(tables)}", "a table cells among them")
    whole = entry.endings and isinstance(importer, ConfigImporter)
    return tables, error, dict(owner.call("document", importer.document)) if whole else None


def _document(
    file: Path,
    tables: Mapping[str, Any],
    budget: float | None,
    currency: str,
    whole: Mapping[str, Any] | None,
) -> dict[str, Any]:
    from mixopt.errors import ConfigError, Fault
    from mixopt.scope.numbers import numbers

    data = {name: f"{name}.csv" for name in tables}
    if whole is not None:
        total = {} if budget is None else {"budget": {**whole.get("budget", {}), "total": budget}}
        return {**whole, **total, **({} if currency == UNKNOWN else {"currency": currency}), "data": data}
    if budget is None:
        if "current_spend" not in tables["cells"]:
            problem = f"{file.name} does not tell today's spend"
            raise ConfigError(
                Fault(where="--budget", problem=problem, wanted="the money to allocate", hint="--budget 1e6")
            )
        values, empty, bad = numbers(tables["cells"]["current_spend"])  # text, where it was read from a file
        budget = float(values[~(empty | bad)].sum())
    return {
        "mixopt": 1,
        "name": re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-.")[:64] or "imported",
        "currency": currency,
        "budget": {"total": budget},
        "data": data,
        "plans": {"best-return": {"objective": [{"kind": "response"}]}},
    }


def _check(document: Mapping[str, Any], tables: Mapping[str, Any], registry: Any) -> None:
    """Raise what a run of the new config would raise."""
    from mixopt.config import read_config
    from mixopt.problem.read import read_problem

    held = read_config({**document, "data": {name: name for name in tables}}, registry)
    read_problem(held, registry, tables)


def _yaml(document: Mapping[str, Any], kind: str, file: Path, error: float, *, whole: bool) -> str:
    """Return the config with a word on where it is from."""
    source = json.dumps(file.name, ensure_ascii=False)
    head = f"# From {source} by `mixopt import {kind}`; the curves meet it within {error:.2g}.\n"
    return head + (_long(document) if whole else _short(document))


def _long(document: Mapping[str, Any]) -> str:
    from ruamel.yaml import YAML

    text = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.sort_base_mapping_type_on_output = False, False  # type: ignore[assignment]
    writer.allow_unicode, writer.width = True, 110
    writer.dump(dict(document), text)
    return text.getvalue()


def _short(document: Mapping[str, Any]) -> str:
    data = "".join(f"  {name}: {path}\n" for name, path in document["data"].items())
    unknown = "   # not known: write the currency's code here" if document["currency"] == UNKNOWN else ""
    return (
        "mixopt: 1\n"
        f"name: {json.dumps(document['name'])}\n"
        f"currency: {document['currency']}{unknown}\n"
        f"budget: {{total: {document['budget']['total']!r}}}\n"
        f"data:\n{data}"
        "plans:\n"
        "  best-return:\n"
        "    objective:\n"
        "      - {kind: response}\n"
    )
