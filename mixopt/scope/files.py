"""Read one local file whole, or say why not: regular files only, never a device, a pipe, an address or a giant."""

from __future__ import annotations

import errno
import os
import re
import stat
from difflib import get_close_matches
from pathlib import Path

from mixopt.errors import SHOWN, Fault, TableError, shown

_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")


def read_bytes(path: Path | str, *, limit: int, where: str) -> bytes:
    """Return the bytes of a regular local file.

    Parameters
    ----------
    path : Path or str
        Symbolic links are followed; addresses such as ``https://…`` are refused.
    limit : int
        Largest size in bytes.
    where : str
        How a fault names the place that asked for the file.

    Returns
    -------
    bytes

    Raises
    ------
    TableError
        If there is no such file, it is no regular file, it cannot be read or it is too large.
    """

    def refuse(problem: str, *, wanted: str = "", hint: str = "") -> TableError:
        return TableError(Fault(where=where, problem=problem, wanted=wanted, hint=hint))

    if _ADDRESS.match(str(path)):
        raise refuse(f"{_said(path)} is a network address", wanted="a local file")
    try:
        # a named pipe without a writer would block an ordinary open for good
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as reason:
        raise refuse(_why(path, reason), wanted="a local file", hint=_near(path)) from None
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise refuse(f"{_said(path)} is a folder", wanted="a file")
        if not stat.S_ISREG(found.st_mode):
            raise refuse(f"{_said(path)} is no regular file", wanted="a file on disk")
        if found.st_size > limit:
            raise refuse(f"{_said(path)} has {found.st_size:,} bytes", wanted=f"at most {limit:,} bytes")
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    except OSError as reason:
        raise refuse(_why(path, reason), wanted="a readable file") from None
    finally:
        os.close(handle)
    if len(content) > limit:
        raise refuse(f"{_said(path)} grew while it was read", wanted=f"at most {limit:,} bytes")
    return content


def _said(path: Path | str) -> str:
    """Return a path as a message may show it: of a long one the end, which tells most."""
    text = str(path)
    return shown(text if len(text) <= SHOWN else f"…{text[1 - SHOWN :]}")


def _why(path: Path | str, reason: OSError | ValueError) -> str:
    said = _said(path)
    code = reason.errno if isinstance(reason, OSError) else None
    if code in {errno.ENOENT, errno.ENOTDIR}:
        return f"there is no file {said}"
    if code in {errno.EACCES, errno.EPERM}:
        return f"{said} may not be read"
    if code == errno.EISDIR:
        return f"{said} is a folder"
    if code is None:
        return f"{said} is no file name"
    return f"{said} cannot be read: {os.strerror(code or 0)}"


def _near(path: Path | str) -> str:
    try:
        names = sorted(entry.name for entry in Path(path).parent.iterdir())[:10_000]
    except (OSError, ValueError):
        return ""
    return ", ".join(shown(name) for name in get_close_matches(Path(path).name, names, n=3))
