"""Notes what a piece of work does to the world outside: files it writes, connections it opens, programs it starts.

Python's audit hooks cannot be taken away again, so one is put in place when it is first asked for and asleep otherwise.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOUD = (
    "socket.connect",
    "socket.bind",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
)
_CHANGES = (
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "shutil.rmtree",
    "os.truncate",
)
_noted: dict[int, list[str]] = {}
_placed = threading.Event()


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note what this thread does to the world outside, while the ``with`` lasts.

    Yields
    ------
    list of str
        Filled as it happens: ``writes out.txt``, ``socket.connect``. Reading the modules of installed packages does
        not count, nor does writing their byte code.
    """
    if not _placed.is_set():
        sys.addaudithook(_hook)
        _placed.set()
    thread = threading.get_ident()
    notes: list[str] = []
    _noted[thread] = notes
    try:
        yield notes
    finally:
        del _noted[thread]


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    notes = _noted.get(threading.get_ident()) if _noted else None
    if notes is None:
        return
    if event == "open":
        path, mode, flags = arguments
        _note_open(notes, path, mode, flags)
    elif event in _CHANGES:
        if "__pycache__" not in str(arguments[0]):
            notes.append(f"{event} {arguments[0]}")
    elif event.startswith(_LOUD):
        notes.append(event)


def _note_open(notes: list[str], path: Any, mode: Any, flags: Any) -> None:
    if isinstance(path, int) or "__pycache__" in str(path):
        return
    name = os.fsdecode(path)
    writes = (isinstance(mode, str) and set("wax+") & set(mode)) or (
        isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    )
    if writes:
        notes.append(f"writes {name}")
    elif not _installed(name):
        notes.append(f"reads {name}")


def _installed(name: str) -> bool:
    """Whether a file belongs to Python or to a package: what an import inside a function reads."""
    homes = [
        sys.prefix,
        sys.base_prefix,
        *(path for path in sys.path if path),
        "/usr/share",
        "/etc",
        "/proc",
        "/sys",
        "/dev",
    ]
    whole = os.path.realpath(name)
    return any(whole.startswith(os.path.realpath(home) + os.sep) for home in homes)
