"""The parameters of a curve family as columns of the cells table, checked for all its cells at once."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from mixopt.curves import Floats, Indices
from mixopt.plugin import CurveEntry
from mixopt.scope.column import Column
from mixopt.scope.sheet import Sheet
from mixopt.scope.units import fraction


def columns_of(entry: CurveEntry[Any]) -> tuple[Column, ...]:
    """Return the columns that the cells of a family need.

    Parameters
    ----------
    entry : CurveEntry

    Returns
    -------
    tuple of Column
        One per field of the entry's settings.
    """
    return tuple(_column(name, field) for name, field in entry.settings.model_fields.items())


def _column(name: str, field: FieldInfo) -> Column:
    limits = {
        limit: float(getattr(part, limit))
        for part in field.metadata
        for limit in ("ge", "gt", "le", "lt")
        if getattr(part, limit, None) is not None
    }
    percent = any(getattr(part, "func", None) is fraction for part in field.metadata)
    text = str in (field.annotation, *get_args(field.annotation)) or _is_literal(field.annotation)
    default = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
    return Column(
        name,
        "text" if text else "fraction" if percent else "number",
        default=float("nan") if default is None and not field.is_required() else default,
        ge=limits.get("ge"),
        gt=limits.get("gt"),
        le=limits.get("le"),
        lt=limits.get("lt"),
        description=(field.description or "").rstrip("."),
    )


def _is_literal(annotation: Any) -> bool:
    return any(isinstance(part, str) for part in get_args(annotation))


def read_parameters(sheet: Sheet, entry: CurveEntry[Any], cells: Indices) -> dict[str, Floats]:
    """Return the parameters of a family's cells; what is wrong is noted on the sheet.

    Parameters
    ----------
    sheet : Sheet
        The cells table.
    entry : CurveEntry
    cells : ndarray of int64
        The family's rows.

    Returns
    -------
    dict of str to ndarray (len(cells),), read-only
    """
    columns = columns_of(entry)
    found: dict[str, Any] = {
        column.name: sheet.text(column, cells) if column.kind == "text" else sheet.number(column, cells)
        for column in columns
    }
    if _has_own_checks(entry) and not sheet.bad.any:
        _check_rows(sheet, entry, cells, found)
    for array in found.values():
        array.flags.writeable = False
    return found


def _has_own_checks(entry: CurveEntry[Any]) -> bool:
    own = entry.settings.__pydantic_decorators__
    text = any(column.kind == "text" for column in columns_of(entry))
    return text or bool(own.model_validators or own.field_validators or own.validators or own.root_validators)


def _check_rows(sheet: Sheet, entry: CurveEntry[Any], cells: Indices, found: dict[str, Any]) -> None:
    names = list(found)
    values = [found[name].tolist() for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
    try:
        TypeAdapter(list[entry.settings]).validate_python(rows)  # type: ignore[name-defined]
    except ValidationError as error:
        for detail in error.errors(include_url=False)[:1000]:
            row = int(cells[int(detail["loc"][0])])
            column = str(detail["loc"][1]) if len(detail["loc"]) > 1 else "curve"
            said = str(detail.get("ctx", {}).get("error") or detail["msg"])
            sheet.bad.mark(np.array([row]), column, f"{entry.name}: {said}")
