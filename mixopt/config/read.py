"""The first hop: a YAML or JSON file, or a dict, becomes a checked :class:`RunConfig`; all faults are told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mixopt.config.document import Document, parse, read_text
from mixopt.config.faults import Collector
from mixopt.config.form import ConfigForm
from mixopt.config.overrides import override
from mixopt.config.place import Loc, Places, dotted
from mixopt.config.plain import plain
from mixopt.config.plans import read_plans
from mixopt.config.schema import RangesConfig, RunConfig, Section, SolverConfig
from mixopt.config.sections import SectionReader, check_names
from mixopt.config.source import Source, imported
from mixopt.config.validate import validated
from mixopt.errors import ConfigError, Fault, InputError, TableError, printable
from mixopt.plugin import Registry
from mixopt.scope import Budget
from mixopt.scope.files import read_bytes

BYTES = 1_000_000
_DEFAULTS: tuple[Loc, ...] = (("name",), ("budget", "rule"), ("solver", "gap"), ("solver", "time_limit"))


def read_config(
    source: str | Path | Mapping[str, Any],
    registry: Registry,
    *,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> RunConfig:
    """Read a config and check all of it, the sections of plugins included.

    Parameters
    ----------
    source : str, Path or Mapping
        A YAML 1.2 file, a JSON file (``.json``), a file that an importer takes for a config by its ending, such as the
        workbook of a run (``.xlsx``), or a dict of the same form.
    registry : Registry
        What the installed plugins registered.
    overrides : sequence of str
        ``path=value`` each, as given to ``--set``.
    environ : Mapping of str to str, or None
        Variables ``MIXOPT__…`` override the file; ``None`` reads none.

    Returns
    -------
    RunConfig

    Raises
    ------
    ConfigError
        With every fault: where, what was got, what is wanted, what to try.
    PluginError
        If two plugins register one name.
    """
    found = _load(source, registry)
    document = found.document
    data, origins = override(document, overrides, environ)
    places = Places(
        source=document.name,
        values=document.values,
        keys=document.keys,
        origins=origins,
        cells=document.cells,
    )
    collector = Collector(places)
    form = _form(data, collector, needs_version=bool(document.name))
    reader = SectionReader(_allowed(data, registry, collector), collector)
    shared = reader.read(data.get("constraints"), "rule", ("constraints",))
    measures = reader.read(data.get("measures"), "measure", ("measures",))
    reports = reader.read(data.get("reports"), "report", ("reports",))
    plans = read_plans(data.get("plans"), shared, reader)
    check_names(shared, "rule", collector)
    check_names(measures, "measure", collector)
    check_names(reports, "report", collector)
    if collector.found or form is None:
        raise ConfigError(*collector.faults())
    return RunConfig(
        name=form.name,
        currency=form.currency,
        budget=Budget(total=form.budget.total, rule=form.budget.rule),
        data=dict(form.data),
        constraints=_sections(shared),
        plans=plans,
        measures=_sections(measures),
        reports=_sections(reports) if form.reports is not None else None,
        solver=SolverConfig(
            gap=form.solver.gap,
            time_limit=form.solver.time_limit,
            memory=float("inf") if form.solver.memory is None else form.solver.memory,
        ),
        ranges=RangesConfig(low=form.ranges.low, high=form.ranges.high, worst=form.ranges.worst),
        plugins=tuple(form.plugins) if form.plugins is not None else None,
        folder=found.folder,
        tables=found.tables,
        source=document.name or "config",
        document=data,
        origins=_origins(data, origins),
        places={dotted(loc): places.of(loc) for loc in _locs(data)} if document.name or origins else {},
    )


def allow_list(source: str | Path | Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return which distributions a config lets take part, before any plugin is loaded.

    Parameters
    ----------
    source : str, Path or Mapping
        As :func:`read_config`.

    Returns
    -------
    tuple of str or None
        Its ``plugins``; ``None`` where it has none, where a plugin reads it, and where it is no config: reading it
        then says what is wrong.
    """
    try:
        document = _load(source).document
    except InputError:
        return None
    lines = document.data.get("plugins")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        return None
    return tuple(lines)


def _load(source: Any, registry: Registry | None = None) -> Source:
    if isinstance(source, Mapping):
        return Source(document=Document(data=plain(source)))
    if not isinstance(source, (str, Path)):
        problem = f"a config cannot be read from a value of type {type(source).__name__}"
        raise ConfigError(Fault(where="config", problem=problem, wanted="a path or a dict"))
    if registry is not None and (found := imported(Path(source), registry)) is not None:
        return found
    name = printable(Path(source).name)
    try:
        content = read_bytes(source, limit=BYTES, where="config")
    except TableError as error:
        raise ConfigError(*error.faults) from None
    text = read_text(content, name)
    document = parse(text, name, as_json=name.lower().endswith(".json"))
    return Source(document=document, folder=Path(source).parent)


def _form(data: dict[str, Any], collector: Collector, *, needs_version: bool) -> ConfigForm | None:
    version = data.get("mixopt", None if needs_version else 1)
    if "mixopt" in data and (version != 1 or isinstance(version, bool)):
        problem = f"the format has version {version!s:.20}, this mixopt reads version 1"
        collector.add(("mixopt",), problem, wanted="mixopt: 1")
        version = 1
    _check_horizon(data.get("horizon"), collector)
    if version is None:
        collector.add((), "mixopt is missing", wanted="the version of the format", hint="mixopt: 1")
    checked = {**data, "mixopt": 1}
    return validated(ConfigForm, checked, (), collector)


def _check_horizon(horizon: Any, collector: Collector) -> None:
    periods = horizon.get("periods", 1) if isinstance(horizon, dict) else 1
    if isinstance(periods, int) and periods > 1:
        problem = f"{periods} periods, and this version plans one"
        collector.add(("horizon", "periods"), problem, wanted="periods: 1", hint="leave horizon out")
    elif isinstance(horizon, dict) and horizon.get("tail"):
        problem = "a tail of periods, and this version plans one period"
        collector.add(("horizon", "tail"), problem, wanted="tail: 0", hint="leave horizon out")


def _allowed(data: dict[str, Any], registry: Registry, collector: Collector) -> Registry:
    allowed = data.get("plugins")
    if isinstance(allowed, list) and all(isinstance(name, str) for name in allowed):
        for index, name in enumerate(allowed):
            try:
                registry.allow([name])
            except InputError as error:
                for fault in error.faults:
                    collector.add(("plugins", index), fault.problem, wanted=fault.wanted, hint=fault.hint)
                return registry
        registry = registry.allow(allowed)
    return registry


def _sections(placed: Sequence[tuple[Loc, Section]]) -> tuple[Section, ...]:
    return tuple(section for _, section in placed)


def _origins(data: dict[str, Any], origins: Mapping[Loc, str]) -> dict[str, str]:
    absent = {}
    for loc in _DEFAULTS:
        node: Any = data
        for part in loc:
            node = node.get(part) if isinstance(node, dict) else None
        if node is None:
            absent[dotted(loc)] = "default"
    return {**absent, **{dotted(loc): origin for loc, origin in origins.items()}}


def _locs(node: Any, loc: Loc = ()) -> list[Loc]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [loc, *(found for key, value in inner for found in _locs(value, (*loc, key)))]
