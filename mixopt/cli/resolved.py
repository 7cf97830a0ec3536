"""What a config resolves to: every value that holds, and where it comes from: file, ``--set``, variable, default."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mixopt.config import RunConfig, Section

DEFAULT = "default"
Row = tuple[str, Any, str]


def resolved(config: Path, overrides: Sequence[str]) -> list[Row]:
    """Return every value of a config, with ``extends`` followed and defaults filled in.

    Parameters
    ----------
    config : Path
    overrides : sequence of str

    Returns
    -------
    list of (path, value, origin)

    Raises
    ------
    ConfigError
        With every fault of the config.
    """
    import os

    from mixopt.config import allow_list, read_config
    from mixopt.plugin import discover

    return list(
        rows(read_config(config, discover(allow_list(config)), overrides=overrides, environ=os.environ))
    )


def rows(read: RunConfig) -> Iterator[Row]:
    """Yield the values of a config that was read.

    Parameters
    ----------
    read : RunConfig

    Yields
    ------
    (path, value, origin)
        Sections stand under their names: ``plans.balanced.objective[brand].weight``.
    """
    values = {
        "name": read.name,
        "currency": read.currency,
        "budget.total": read.budget.total,
        "budget.rule": read.budget.rule,
        "solver.gap": read.solver.gap,
        "solver.time_limit": read.solver.time_limit,
    }
    yield from ((path, value, _origin(read, path)) for path, value in values.items())
    for name, file in read.data.items():
        said = f"the frame {name}" if file is None else file if "://" in file else str(read.folder / file)
        yield f"data.{name}", said, _origin(read, f"data.{name}")
    yield from _sections("constraints", read.constraints)
    for plan in read.plans.values():
        yield from _sections(f"plans.{plan.name}.objective", plan.objective, weights=True)
        yield from _sections(f"plans.{plan.name}.constraints", plan.constraints)
    yield from _sections("measures", read.measures)
    yield from _sections("reports", read.reports or ())
    for distribution in read.plugins or ():
        yield "plugins", distribution, _origin(read, "plugins")


def _origin(read: RunConfig, path: str) -> str:
    return read.origins.get(path) or read.places.get(path, DEFAULT)


def _sections(path: str, sections: Sequence[Section], *, weights: bool = False) -> Iterator[Row]:
    for section in sections:
        at = f"{path}[{section.name}]"
        yield f"{at}.kind", section.kind, section.at
        if weights:
            yield f"{at}.weight", section.weight, section.at
        given = section.settings.model_fields_set
        for key, value in section.settings.model_dump(mode="json").items():
            if value not in (None, {}, [], ""):
                yield f"{at}.{key}", value, section.at if key in given else DEFAULT
