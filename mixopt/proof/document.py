"""What ``problem.json`` holds, as frozen records; read strictly, written canonically.

Every key of a record must be there, nothing else may be; numbers are finite; counts are at least 0. The counts tell
which arrays ``certificate.npz`` must hold, and of which shape (:mod:`mixopt.proof.layout`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import types
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from mixopt.errors import ProofError, shown

FORMAT = 1
LONGEST = 1 << 29  # bytes of a problem.json
SEAL = "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRecord:
    """The money, in the run's currency, and its rule: ``spend-all`` or ``at-most``."""

    total: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRecord:
    """One family: its kind, its cells, their draws (0: one curve each), names of its parameters, its rows of points."""

    kind: str
    cells: int
    draws: int
    parameters: tuple[str, ...]
    points: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRecord:
    """Whose a row is: ``budget``, ``rule:NAME``, ``keep:NAME`` or ``term:NAME``; and what its rule calls it."""

    part: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcaveRecord:
    """A concave term: its column theta, how many columns it reads, and its atom (empty: only the plugin knows it)."""

    name: str
    theta: int
    columns: int
    atom: str
    constant: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRecord:
    """A ``keep`` rule: its row, whose term is kept at which share, and what the term is worth there, in currency."""

    rule: str
    row: int
    of: str
    term: str
    at_least: float
    reference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How long a plan's arrays are; ``*_entries`` count the stored entries of a sparse matrix.

    ``nodes`` are those of the proof's tree, ``multipliers`` the sets of multipliers its leaves use.
    """

    extra_components: int
    matrix_entries: int
    spend_columns: int
    spend_entries: int
    response_columns: int
    response_entries: int
    nodes: int
    multipliers: int
    tangents: int
    tangent_entries: int
    gated_cells: int
    active_columns: int
    active_entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """One plan: what is claimed of it, and what its arrays mean.

    ``objective`` is ``None`` where there is no plan, ``bound`` where nothing was proven, ``gap`` where it has no value.
    """

    name: str
    status: str
    source: str
    objective: float | None
    bound: float | None
    gap: float | None
    asked_gap: float
    offset: float
    columns: tuple[str, ...]
    rows: tuple[RowRecord, ...]
    concave: tuple[ConcaveRecord, ...]
    keeps: tuple[KeepRecord, ...]
    sizes: Sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecord:
    """All of ``problem.json`` but its seal; ``channels`` and ``segments`` name the cells, in order."""

    format: int
    name: str
    currency: str
    budget: BudgetRecord
    channels: tuple[str, ...]
    segments: tuple[str, ...]
    curves: tuple[CurveRecord, ...]
    plans: tuple[PlanRecord, ...]

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.channels)


def to_json(problem: ProblemRecord, arrays_hash: str) -> bytes:
    """Return a problem as the bytes of ``problem.json``, sealed.

    Parameters
    ----------
    problem : ProblemRecord
    arrays_hash : str
        SHA-256 of the arrays that belong to it, as :func:`mixopt.proof.layout.arrays_hash` takes it.

    Returns
    -------
    bytes
        ASCII; the same record gives the same bytes.
    """
    plain = _encode(problem)
    plain[SEAL] = {"arrays": arrays_hash, "content": content_hash(plain)}
    return (json.dumps(plain, indent=1, sort_keys=True, allow_nan=False) + "\n").encode("ascii")


def from_json(data: bytes) -> tuple[ProblemRecord, str]:
    """Return the record in the bytes of a ``problem.json``, and the hash of the arrays that belong to it.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    problem : ProblemRecord
    arrays_hash : str

    Raises
    ------
    ProofError
        ``json-unreadable``, ``format-version``, ``problem-hash`` or ``problem-content``.
    """
    plain = parse(data, "problem.json")
    if plain.get("format") != FORMAT or isinstance(plain["format"], bool):
        raise ProofError(
            "format-version", f"the format is {shown(plain.get('format'))}, this version reads {FORMAT}"
        )
    seal = plain.pop(SEAL, None)
    if not isinstance(seal, dict) or set(seal) != {"arrays", "content"}:
        raise ProofError("problem-hash", "problem.json carries no sha256 of its content and its arrays")
    if seal["content"] != content_hash(plain):
        raise ProofError("problem-hash", "problem.json was changed after it was written")
    return _decode(ProblemRecord, plain, "problem.json"), str(seal["arrays"])


def content_hash(plain: dict[str, Any]) -> str:
    """Return the SHA-256 of a plain document: of its JSON with sorted keys and no spaces, the seal left out.

    Parameters
    ----------
    plain : dict

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    rest = {key: value for key, value in plain.items() if key != SEAL}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def parse(data: bytes, name: str) -> dict[str, Any]:
    """Return the object in a JSON file: every key once, no NaN, no nonsense.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.

    Returns
    -------
    dict

    Raises
    ------
    ProofError
        ``json-unreadable``.
    """
    if len(data) > LONGEST:
        raise ProofError("json-unreadable", f"{name} has {len(data)} bytes, more than {LONGEST}")
    try:
        plain = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_number, parse_float=_number
        )
    except (ValueError, RecursionError) as reason:
        raise ProofError("json-unreadable", f"{name} is not plain JSON: {shown(str(reason))}") from None
    if not isinstance(plain, dict):
        raise ProofError("json-unreadable", f"{name} holds no object")
    return plain


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return list(value) if all(type(item) is str for item in value) else [_encode(item) for item in value]
    return value


def _decode(kind: Any, value: Any, at: str) -> Any:
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        if not isinstance(value, dict) or set(value) != set(hints):
            raise ProofError("problem-content", f"{at}: wanted exactly the keys {', '.join(sorted(hints))}")
        return kind(**{name: _decode(hint, value[name], f"{at}: {name}") for name, hint in hints.items()})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ProofError("problem-content", f"{at}: wanted a list")
        (item, _) = get_args(kind)
        if item is str and all(type(text) is str for text in value):
            return tuple(value)
        return tuple(_decode(item, entry, f"{at}[{k}]") for k, entry in enumerate(value))
    if get_origin(kind) is types.UnionType:
        return None if value is None else _decode(get_args(kind)[0], value, at)
    return _scalar(kind, value, at)


def _scalar(kind: Any, value: Any, at: str) -> Any:
    if kind is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if kind is str and type(value) is str:
        return value
    if kind is int and type(value) is int and 0 <= value < 1 << 40:
        return value
    wanted = {float: "a finite number", str: "text", int: "a count"}[kind]
    raise ProofError("problem-content", f"{at}: {shown(value)} is not {wanted}")
