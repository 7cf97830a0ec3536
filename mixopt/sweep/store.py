"""Points that are done, kept in a folder: a sweep that was killed goes on where it was.

A point is one file, written under another name and renamed: whole or absent. What is read back is not believed: the
bound is recomputed from the multipliers, the objective from the spend.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from mixopt.engine import Program, Proof, Solution
from mixopt.engine.certify import proven
from mixopt.errors import ConfigError, Fault

SCALARS = ("status", "reason", "objective", "bound", "gap", "source", "violation", "seconds")
UNFINISHED = frozenset({"interrupted", "memory"})


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of points.

    Parameters
    ----------
    folder : Path
        Made when the first point is kept.
    """

    folder: Path

    def keep(self, key: str, solution: Solution) -> None:
        """Keep a solution, unless the caller's wish or the machine ended it.

        Parameters
        ----------
        key : str
        solution : Solution

        Raises
        ------
        ConfigError
            If it cannot be written.
        """
        if solution.reason in UNFINISHED or solution.spend is None or solution.proof is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self._path(key), _bytes(solution))
        except OSError as reason:
            said = reason.strerror or type(reason).__name__
            raise ConfigError(
                Fault(
                    where=str(self.folder),
                    problem=f"a point cannot be kept: {said}",
                    hint="--out another folder",
                )
            ) from reason

    def find(self, key: str, program: Program, gap: float) -> Solution | None:
        """Return a kept solution of a program; ``None`` where there is none, or none that fits.

        Parameters
        ----------
        key : str
        program : Program
        gap : float
            Asked for now: a point proven less far is solved again.

        Returns
        -------
        Solution or None
        """
        try:
            found = _read(self._path(key).read_bytes())
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError):
            return None
        return found if _right(found, program, gap) else None

    def _path(self, key: str) -> Path:
        return self.folder / f"point-{hashlib.sha256(key.encode()).hexdigest()[:20]}.npz"


def _bytes(solution: Solution) -> bytes:
    assert solution.spend is not None
    assert solution.columns is not None
    assert solution.proof is not None
    said = {name: getattr(solution, name) for name in SCALARS} | {"counts": solution.counts}
    text = np.frombuffer(json.dumps(said, allow_nan=False).encode(), dtype=np.uint8)
    arrays = {f"proof_{name}": array for name, array in asdict(solution.proof).items()}
    data = io.BytesIO()
    np.savez(
        data, allow_pickle=False, said=text, spend=solution.spend, columns=solution.columns,
        prices=solution.prices, **arrays,
    )  # fmt: skip
    return data.getvalue()


def _read(data: bytes) -> Solution:
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        said: dict[str, Any] = json.loads(found["said"].tobytes())
        proof = Proof(**{field.name: found[f"proof_{field.name}"] for field in fields(Proof)})
        return Solution(
            spend=found["spend"],
            columns=found["columns"],
            prices=found["prices"],
            proof=proof,
            counts={str(name): int(count) for name, count in said["counts"].items()},
            **{name: said[name] for name in SCALARS},
        )


def _right(found: Solution, program: Program, gap: float) -> bool:
    """Return whether a solution is of this program, and its bound is what its multipliers prove."""
    if found.spend is None or found.columns is None or found.proof is None or found.bound is None:
        return False
    fits = found.spend.shape == (program.n_cells,) and found.columns.shape == (program.n_columns,)
    if not fits or found.prices.shape != (program.n_rows,):
        return False
    if found.status == "optimal" and not (found.gap is not None and found.gap <= gap):
        return False
    try:
        bound, _ = proven(program, found.proof)
    except (IndexError, ValueError):
        return False
    return bool(bound <= found.bound)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; of several writers the last one wins."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()


def kept(folder: Path) -> Iterator[Path]:
    """Yield the files of the points in a folder.

    Parameters
    ----------
    folder : Path

    Yields
    ------
    Path
    """
    yield from sorted(folder.glob("point-*.npz"))
