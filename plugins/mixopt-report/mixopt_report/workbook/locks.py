"""The column ``lock`` of the input sheet: an amount, ``today`` or a plan's name becomes both bounds of the cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mixopt import Fault
from mixopt_report.workbook import places

if TYPE_CHECKING:
    import pandas as pd

TODAY = "today"
NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
SHOWN_FAULTS = 20


def locked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the cells table with its locks in ``lower`` and ``upper``, and without what nobody reads back.

    Parameters
    ----------
    frame : DataFrame of str
        As the sheet has it: with ``lock``, and the plans' spends in brackets.

    Returns
    -------
    DataFrame of str
        Its cells keep their addresses. Locks that mean nothing are told with what else is wrong in the table: they
        stand in ``attrs["faults"]``.
    """
    attributes = frame.attrs
    amounts = {head[1:-1]: head for head in frame.columns if head.startswith("[") and head.endswith("]")}
    amounts = {name: head for name, head in amounts.items() if not head.startswith("[[")}
    if "current_spend" in frame:
        amounts[TODAY] = "current_spend"
    named = {name.casefold(): head for name, head in amounts.items()}
    kept = {head: name for head in frame.columns if (name := places.read(head)) is not None}
    table = frame[[head for head in kept if head != places.LOCK]].rename(columns=kept)
    letters = attributes.get("letters", {})
    faults = _lock(table, frame, named, attributes) if places.LOCK in frame else []
    table.attrs = {
        **attributes,
        "faults": tuple(faults),
        "letters": {
            kept[head]: letter for head, letter in letters.items() if head in kept and head != places.LOCK
        },
    }
    return table


def _lock(table: pd.DataFrame, frame: pd.DataFrame, named: dict[str, str], attributes: Any) -> list[Fault]:
    """Write locks into a table's bounds; return what is wrong with them."""
    faults = []
    bounds = {
        side: table[side].tolist() if side in table else [""] * len(table) for side in ("lower", "upper")
    }
    for place, (row, written) in enumerate(zip(frame.index, frame[places.LOCK], strict=True)):
        text = written.strip()
        if not text:
            continue
        head = named.get(text.casefold())
        amount = text if head is None else frame[head].iloc[place].strip()
        if not NUMBER.fullmatch(amount) or float(amount) < 0:
            where = f"{attributes['source']}, cell {attributes['letters'][places.LOCK]}{row} (lock)"
            said = f"{places.quoted(text)} is no amount" + (
                f": {places.quoted(amount)}" if head is not None else ""
            )
            wanted = f"an amount of at least 0, or one of {', '.join(map(places.visible, sorted(named))) or 'no plan'}"
            hint = (
                f"a decimal point: {text.replace(',', '.')}" if re.fullmatch(r"[0-9]*,[0-9]+", text) else ""
            )
            faults.append(Fault(where=where, problem=said, wanted=wanted, hint=hint))
            continue
        for side in bounds.values():
            side[place] = amount
    for name, values in bounds.items():
        table[name] = values
    if len(faults) > SHOWN_FAULTS:
        more = Fault(
            where=str(attributes["source"]), problem=f"and {len(faults) - SHOWN_FAULTS:,} more locks"
        )
        faults = [*faults[:SHOWN_FAULTS], more]
    return faults
