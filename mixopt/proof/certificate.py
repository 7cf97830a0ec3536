"""A certificate: everything a stranger needs to recompute feasibility, objective and bound of all plans of a run.

Two files hold it, ``problem.json`` (names, claims, sizes) and ``certificate.npz`` (plain arrays); hashes tie them
together. The format is documented in ``docs/certificate.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mixopt.errors import ProofError, shown
from mixopt.proof.archive import pack, unpack
from mixopt.proof.document import ProblemRecord, from_json, to_json
from mixopt.proof.layout import Arrays, arrays_hash, check_array, layout

ARRAYS, PROBLEM = "certificate.npz", "problem.json"
LARGEST = 1 << 33  # bytes of a certificate.npz


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is claimed, and the arrays that prove it.

    Parameters
    ----------
    problem : ProblemRecord
        Names, claims and sizes.
    arrays : Mapping of str to ndarray
        Exactly those of :func:`mixopt.proof.layout.layout`; float64, int64, int8 or bool, little-endian.
    """

    problem: ProblemRecord
    arrays: Arrays


def write(certificate: Certificate) -> dict[str, bytes]:
    """Return a certificate as files.

    Parameters
    ----------
    certificate : Certificate

    Returns
    -------
    dict of str to bytes
        By file name; the same certificate gives the same bytes.

    Raises
    ------
    ProofError
        If an array is missing, unknown, or of the wrong type or shape.
    """
    wanted = layout(certificate.problem)
    if set(wanted) != set(certificate.arrays):
        odd = sorted(set(wanted) ^ set(certificate.arrays))
        raise ProofError(
            "member-missing", f"these arrays do not belong, or are missing: {', '.join(odd[:5])}"
        )
    for name, spec in wanted.items():
        check_array(name, certificate.arrays[name], spec)
    seal = arrays_hash(certificate.arrays, wanted)
    return {ARRAYS: pack(certificate.arrays, wanted), PROBLEM: to_json(certificate.problem, seal)}


def read(source: Path | str | Mapping[str, bytes]) -> Certificate:
    """Return the certificate in a folder, or in files at hand; nothing of it is believed.

    Parameters
    ----------
    source : Path, str or Mapping of str to bytes
        A run's folder, or the bytes by file name.

    Returns
    -------
    Certificate

    Raises
    ------
    ProofError
        With the check that failed: a file is missing, damaged, of another format, or they do not belong together.
    """
    files = source if isinstance(source, Mapping) else _files(Path(source))
    for name in (PROBLEM, ARRAYS):
        if name not in files:
            raise ProofError("file-missing", f"there is no {name}")
    problem, seal = from_json(files[PROBLEM])
    wanted = layout(problem)
    arrays = unpack(files[ARRAYS], wanted)
    if arrays_hash(arrays, wanted) != seal:
        raise ProofError("arrays-hash", f"{ARRAYS} was changed, or does not belong to this {PROBLEM}")
    return Certificate(problem=problem, arrays=arrays)


def _files(folder: Path) -> dict[str, bytes]:
    found = {}
    for name in (PROBLEM, ARRAYS):
        path = folder / name
        if not path.is_file():
            raise ProofError("file-missing", f"there is no {name} in {shown(str(folder))}")
        if path.stat().st_size > LARGEST:
            raise ProofError("file-size", f"{name} is larger than {LARGEST} bytes")
        found[name] = path.read_bytes()
    return found
