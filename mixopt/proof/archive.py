"""``certificate.npz``: a zip of uncompressed ``.npy`` members in one order; the same arrays give the same bytes.

Nothing is believed on the way in: members are the expected ones exactly once, uncompressed (a zip bomb cannot be),
of the type and shape that ``problem.json`` tells, checked from the header before an array is made. No pickles, ever.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from mixopt.errors import ProofError, shown
from mixopt.proof.layout import Arrays, Spec, check_array

STAMP = (1980, 1, 1, 0, 0, 0)
HEADER = 4096  # bytes an .npy header may take
UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)


def pack(arrays: Arrays, wanted: Mapping[str, Spec]) -> bytes:
    """Return arrays as the bytes of an ``.npz`` file.

    Parameters
    ----------
    arrays : Mapping of str to ndarray
    wanted : Mapping of str to Spec

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in wanted:
            member = zipfile.ZipInfo(f"{name}.npy", STAMP)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(
                    file, np.ascontiguousarray(arrays[name]), (1, 0), allow_pickle=False
                )
    return buffer.getvalue()


def unpack(data: bytes, wanted: Mapping[str, Spec]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays in the bytes of an ``.npz`` file, read-only, in the order of `wanted`.

    Parameters
    ----------
    data : bytes
    wanted : Mapping of str to Spec

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ProofError
        ``archive-unreadable``, ``member-duplicate``, ``member-missing``, ``member-unknown``, ``member-compressed``,
        ``member-size``, ``member-damaged``, ``array-header`` or what :func:`mixopt.proof.layout.check_array` refuses.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE as reason:
        raise ProofError("archive-unreadable", f"certificate.npz: {shown(str(reason))}") from None
    with archive:
        members = _members(archive, wanted)
        return {name: _array(archive, name, members[name], spec) for name, spec in wanted.items()}


def _members(archive: zipfile.ZipFile, wanted: Mapping[str, Spec]) -> dict[str, zipfile.ZipInfo]:
    names = Counter(archive.namelist())
    expected = {f"{name}.npy" for name in wanted}
    for check, found in (
        ("member-duplicate", sorted(name for name, count in names.items() if count > 1)),
        ("member-unknown", sorted(set(names) - expected)),
        ("member-missing", sorted(expected - set(names))),
    ):
        if found:
            raise ProofError(check, f"certificate.npz: {', '.join(shown(name) for name in found[:5])}")
    return {member.filename.removesuffix(".npy"): member for member in archive.infolist()}


def _array(archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo, spec: Spec) -> npt.NDArray[Any]:
    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise ProofError("member-compressed", f"{name} is compressed; members are stored as they are")
    try:
        stream = io.BytesIO(archive.read(member))
    except UNREADABLE as reason:
        raise ProofError("member-damaged", f"{name}: {shown(str(reason))}") from None
    return _loaded(name, stream, spec)


def _loaded(name: str, stream: io.BytesIO, spec: Spec) -> npt.NDArray[Any]:
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ProofError("array-header", f"{name}: wanted an .npy file of version 1.0")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=HEADER)
    except (ValueError, EOFError, TypeError, SyntaxError, RecursionError, MemoryError) as reason:
        raise ProofError("array-header", f"{name}: {shown(str(reason))}") from None
    if dtype.str != spec.dtype:
        raise ProofError("array-dtype", f"{name} is of type {shown(dtype.str)}, wanted {spec.dtype}")
    if shape != spec.shape or fortran:
        raise ProofError(
            "array-shape", f"{name} has shape {shown(str(shape))}, wanted {spec.shape}, rows first"
        )
    data = stream.read()
    if len(data) != dtype.itemsize * int(np.prod(shape, dtype=object)):
        raise ProofError(
            "member-size", f"{name} holds {len(data)} bytes, not what its shape {spec.shape} takes"
        )
    array = np.frombuffer(data, dtype=dtype).reshape(shape)
    check_array(name, array, spec)
    return array
