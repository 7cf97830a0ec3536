"""Excel workbooks as grids of text: each cell as it was stored; nothing is calculated, nothing is guessed.

An ``.xlsx`` file is a zip archive of XML parts (ECMA-376): the list of sheets, one part per sheet, texts that the
sheets share, and the number formats, which alone tell a date from a number. The archive's directory is checked before
anything is unpacked; document types are refused, so that no entity is ever expanded.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from mixopt.errors import Fault, TableError, listed, printable
from mixopt.scope.grid import Address, Grid, bounds_of

if TYPE_CHECKING:
    import pandas as pd

UNPACKED = 200_000_000  # bytes of all parts together
RATIO = 200  # of unpacked to packed, above a megabyte
CELLS = 2_000_000
PARTS = 10_000
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ET.ParseError, UnicodeError),
    *(EOFError, KeyError, ValueError, IndexError, NotImplementedError, RuntimeError, OSError),
)


def parse_xlsx(content: bytes, name: str, sheet: str = "") -> pd.DataFrame:
    """Return a table that stands in a workbook.

    Parameters
    ----------
    content : bytes
    name : str
        The file as messages write it.
    sheet : str
        Which sheet; if left out there must be one visible sheet that holds anything.

    Returns
    -------
    DataFrame of str
        As :meth:`Grid.table`.

    Raises
    ------
    TableError
        If it is no workbook, or not clear which sheet is meant, and as :meth:`Grid.table`.
    """
    grids = read_grids(content, name)
    if sheet:
        if sheet not in grids:
            raise _refused(name, f"there is no sheet '{printable(sheet)}'", f"one of {listed(grids)}")
        return grids[sheet].table()
    filled = [grid for grid in grids.values() if grid.visible and grid.rows]
    if len(filled) > 1:
        said = listed(grid.sheet for grid in filled)
        hint = f"{name}#{printable(filled[0].sheet)}"
        raise _refused(name, f"{len(filled)} sheets hold something: {said}", "the sheet that is meant", hint)
    if not filled:
        raise _refused(name, "no sheet holds anything", "a table")
    return filled[0].table()


def read_grids(content: bytes, name: str) -> dict[str, Grid]:
    """Return the sheets of a workbook.

    Parameters
    ----------
    content : bytes
        Of an ``.xlsx`` or ``.xlsm`` file; macros are ignored.
    name : str
        The file as messages write it.

    Returns
    -------
    dict of str to Grid
        By the sheet's name, in the workbook's order; sheets of charts alone are left out.

    Raises
    ------
    TableError
        If it is no workbook, is protected by a password, damaged, or too large.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        problem = "the file is protected by a password, or of the format before 2007"
        raise _refused(name, problem, ".xlsx", "save it as 'Excel workbook', without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive, name)
            return {grid.sheet: grid for grid in _Workbook(archive, name).grids()}
    except TableError:
        raise
    except RecursionError:
        raise _refused(name, "no Excel workbook: nested too deeply", ".xlsx") from None
    except _DAMAGED as reason:
        said = printable(str(reason) or type(reason).__name__)
        raise _refused(name, f"no Excel workbook, or a damaged one: {said}", ".xlsx") from None


def number_text(value: float) -> str:
    """Return a number as text: whole numbers without a point, others as the shortest that reads back.

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> number_text(12.0), number_text(0.1), number_text(1e21)
    ('12', '0.1', '1e+21')
    """
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(float(value))


def _refused(name: str, problem: str, wanted: str, hint: str = "") -> TableError:
    return TableError(Fault(where=name, problem=problem, wanted=wanted, hint=hint))


def _check_size(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    whole = sum(part.file_size for part in parts)
    if len(parts) > PARTS or whole > UNPACKED:
        problem = f"{len(parts):,} parts of {whole:,} bytes when unpacked"
        raise _refused(name, problem, f"at most {UNPACKED:,} bytes", "save the table as CSV")
    for part in parts:
        if part.file_size > 1_000_000 and part.file_size > RATIO * max(part.compress_size, 1):
            problem = f"a part of it unpacks to more than {RATIO} times its size"
            raise _refused(name, problem, "a workbook", "save the table as CSV")


@dataclass(slots=True)
class _Workbook:
    """A workbook while it is read."""

    archive: zipfile.ZipFile
    name: str
    cells: int = 0

    def grids(self) -> Iterator[Grid]:
        main = self._target("", "officeDocument")
        links = self._links(main)
        texts = self._texts(links)
        dates = self._date_styles(links)
        root = ET.fromstring(self._part(main))  # noqa: S314 - document types are refused
        epoch = _epoch(root)
        for sheet in _every(root, "sheet"):
            kind, path = links[next(value for key, value in sheet.items() if key.endswith("}id"))]
            if kind != "worksheet":
                continue
            yield self._grid(path, sheet.get("name", ""), sheet.get("state", "visible"), texts, dates, epoch)

    def _part(self, path: str) -> bytes:
        info = self.archive.getinfo(path)
        with self.archive.open(info) as part:
            content = part.read(info.file_size + 1)
        if not content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" or b"<!DOCTYPE" in content:
            raise ValueError(f"{path} is no part of a workbook")
        return content

    def _links(self, path: str) -> dict[str, tuple[str, str]]:
        """Return the parts that a part names: their kind and path, by the name it gives them."""
        folder, _, leaf = path.rpartition("/")
        where = f"{folder}/_rels/{leaf}.rels".lstrip("/")
        if where not in self.archive.namelist():
            return {}
        found = {}
        for link in _every(ET.fromstring(self._part(where)), "Relationship"):  # noqa: S314 - as above
            target = link.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
            found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target)
        return found

    def _target(self, path: str, kind: str) -> str:
        return next(target for found, target in self._links(path).values() if found == kind)

    def _texts(self, links: dict[str, tuple[str, str]]) -> list[str]:
        path = next((target for kind, target in links.values() if kind == "sharedStrings"), None)
        if path is None:
            return []
        return [_text(item) for item in _stream(self._part(path), "si")]

    def _date_styles(self, links: dict[str, tuple[str, str]]) -> list[bool]:
        path = next((target for kind, target in links.values() if kind == "styles"), None)
        if path is None:
            return []
        root = ET.fromstring(self._part(path))  # noqa: S314 - as above
        codes = {int(one.get("numFmtId", "0")): one.get("formatCode", "") for one in _every(root, "numFmt")}
        formats = next(iter(_every(root, "cellXfs")), ())
        kinds = [int(one.get("numFmtId", "0")) for one in formats]
        return [_is_date(codes[kind]) if kind in codes else kind in _DATES for kind in kinds]

    def _grid(
        self, path: str, sheet: str, state: str, texts: list[str], dates: list[bool], epoch: datetime
    ) -> Grid:
        rows: dict[int, dict[int, str]] = {}
        strange: dict[Address, str] = {}
        merged: list[str] = []
        at = 0
        content = self._part(path)
        for element in _stream(content, "row", "mergeCell"):
            if element.tag.endswith("mergeCell"):
                merged.append(element.get("ref", ""))
                continue
            at = int(element.get("r", at + 1))
            column = 0
            for cell in element:
                column = bounds_of(cell.get("r", ""))[1] if cell.get("r") else column + 1
                self._count()
                text, fault = _cell(cell, texts, dates, epoch)
                if fault:
                    strange[at, column] = fault
                elif text:
                    rows.setdefault(at, {})[column] = text
        return Grid(
            file=self.name,
            sheet=sheet,
            rows=rows,
            strange=strange,
            merged=tuple(merged),
            visible=state == "visible",
        )

    def _count(self) -> None:
        self.cells += 1
        if self.cells > CELLS:
            raise _refused(self.name, f"more than {CELLS:,} cells", "a smaller table", "save it as CSV")


def _cell(cell: Any, texts: list[str], dates: list[bool], epoch: datetime) -> tuple[str, str]:
    """Return what a cell holds, and what is wrong with it."""
    parts = {part.tag.rpartition("}")[2]: part for part in cell}
    kind = cell.get("t", "n")
    value = parts["v"].text or "" if "v" in parts else ""
    if kind == "inlineStr":
        return (_text(parts["is"]) if "is" in parts else ""), ""
    if "f" in parts and not value and kind != "str":
        return "", "a formula without a stored value"
    if kind == "e":
        return "", f"the error {printable(value)}" + (" of a formula" if "f" in parts else "")
    if not value or kind == "d":
        return value, ""
    if kind == "n":
        style = int(cell.get("s", "0"))
        return _number(float(value), epoch if style < len(dates) and dates[style] else None), ""
    flag = "TRUE" if value.strip() in {"1", "true"} else "FALSE"
    return (texts[int(value)] if kind == "s" else flag if kind == "b" else _decoded(value)), ""


def _number(value: float, epoch: datetime | None) -> str:
    if epoch is None:
        return number_text(value)
    try:
        moment = epoch + timedelta(seconds=round(value * 86_400))
    except (OverflowError, ValueError):
        return number_text(value)
    if abs(value) < 1:
        return moment.strftime("%H:%M:%S")
    return moment.date().isoformat() if moment.time().isoformat() == "00:00:00" else moment.isoformat(" ")


def _epoch(root: Any) -> datetime:
    late = any(one.get("date1904", "0") in {"1", "true"} for one in _every(root, "workbookPr"))
    return datetime(1904, 1, 1) if late else datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no time zones


def _is_date(code: str) -> bool:
    first = _NO_CODE.sub("", code.replace("[h", "h").replace("[m", "m").replace("[s", "s")).split(";")[0]
    return re.search("[dmyhs]", first, re.IGNORECASE) is not None and first.casefold() != "general"


def _text(item: Any) -> str:
    """Return the text of a shared or inline string: plain or in runs, without phonetic guides."""
    found = []
    for part in item:
        tag = part.tag.rpartition("}")[2]
        if tag == "t":
            found.append(part.text or "")
        elif tag == "r":
            found += [run.text or "" for run in part if run.tag.rpartition("}")[2] == "t"]
    return _decoded("".join(found))


def _decoded(text: str) -> str:
    return _CODED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _every(root: Any, tag: str) -> list[Any]:
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == tag]


def _stream(content: bytes, *tags: str) -> Iterator[Any]:
    """Yield elements of a part as they are complete, and forget them."""
    for _, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 - document types are refused
        if element.tag.rpartition("}")[2] in tags:
            yield element
            element.clear()
