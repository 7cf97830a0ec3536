"""Write a run's folder whole or not at all; the only code that touches it.

The files go to a hidden folder beside the target, are flushed to the disk, and the folder is renamed: after a crash at
any point there is the whole run, or the one before it, or none. Hidden folders whose process is gone are swept at the
start.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from mixopt.errors import ConfigError, Fault
from mixopt.plan import Result
from mixopt.plan.load import SUMMARY
from mixopt.report.render import render
from mixopt.report.turn import in_turn

HIDDEN = re.compile(r"^\.(?P<name>.+)\.(?P<host>[0-9a-f]{8})-(?P<pid>\d+)\.[0-9a-f]{8}\.(?P<kind>new|old)$")
FORGOTTEN = 86_400.0  # seconds after which a hidden folder of another machine counts as left behind
TRIES = 20
TAKEN = (errno.ENOTEMPTY, errno.EEXIST)


def save(result: Result, folder: Path) -> Path:
    """Write a result's folder among other runs.

    Parameters
    ----------
    result : Result
    folder : Path
        Where run folders lie; made if missing.

    Returns
    -------
    Path
        ``folder/<name>-<hash8>``.

    Raises
    ------
    ConfigError
        If it cannot be written, or something else is in its place.
    """
    return write(render(result), Path(folder) / folder_of(result))


def folder_of(result: Result) -> str:
    """Return the name of a result's folder.

    Parameters
    ----------
    result : Result

    Returns
    -------
    str
        With ``-frontier`` behind the run's name where a frontier is in it.
    """
    name = result.name if result.frontier is None else f"{result.name[:50]}-frontier"
    return run_folder(name, result.hash)


def run_folder(name: str, digest: str) -> str:
    """Return the name of a run's folder.

    Parameters
    ----------
    name : str
    digest : str
        Hash of the config and its inputs.

    Returns
    -------
    str
        ``<name>-<hash8>``: letters, digits, dots, hyphens and underscores.
    """
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:64]
    return f"{slug or 'run'}-{digest[:8]}"


def write(artifacts: Mapping[str, bytes], folder: Path) -> Path:
    """Write files as one folder, whole or not at all.

    Parameters
    ----------
    artifacts : Mapping of str to bytes
        By file name; with a ``summary.json`` that holds the sums of the others.
    folder : Path
        A run that is already there and holds the same is left as it is; any other run in its place is replaced.

    Returns
    -------
    Path
        `folder`.

    Raises
    ------
    ConfigError
        If it cannot be written, or what lies there is no run.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        sweep(folder.parent)
        if not holds(folder, artifacts):
            _publish(artifacts, folder)
    except OSError as reason:
        said = reason.strerror or type(reason).__name__
        raise ConfigError(
            Fault(
                where=str(folder), problem=f"the run cannot be written: {said}", hint="--out another folder"
            )
        ) from reason
    return folder


def holds(folder: Path, artifacts: Mapping[str, bytes]) -> bool:
    """Return whether a folder is a whole run with the same content, its times and versions aside.

    Parameters
    ----------
    folder : Path
    artifacts : Mapping of str to bytes

    Returns
    -------
    bool
    """
    wanted = _sums(artifacts[SUMMARY])
    try:
        there = _sums((folder / SUMMARY).read_bytes())
        return wanted == there and all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
            for name, digest in there.items()
        )
    except (OSError, ValueError, TypeError, KeyError):
        return False


def sweep(parent: Path) -> None:
    """Remove what crashed runs left, and put back a run that was moved aside by one.

    Parameters
    ----------
    parent : Path
        Where run folders lie.
    """
    for path in sorted(parent.glob(".*")):
        match = HIDDEN.match(path.name)
        if not match or not _left_behind(path, match["host"], int(match["pid"])):
            continue
        target = parent / match["name"]
        if match["kind"] == "old" and not target.exists():
            with contextlib.suppress(OSError):
                path.rename(target)
                continue
        shutil.rmtree(path, ignore_errors=True)


def _publish(artifacts: Mapping[str, bytes], folder: Path) -> None:
    new = _beside(folder, "new")
    try:
        new.mkdir()
        for name, data in artifacts.items():
            _write_file(new / name, data)
        _flush(new)
        with in_turn(folder.parent):
            _settle(new, folder, artifacts)
        _flush(folder.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _settle(new: Path, folder: Path, artifacts: Mapping[str, bytes]) -> None:
    """Rename into place, again and again where a writer that did not wait for its turn comes between."""
    aside: list[Path] = []
    settled = False
    try:
        for _ in range(TRIES):
            settled = _take_place(new, folder)
            if settled or (not aside and holds(folder, artifacts)):
                return
            aside += _set_aside(folder, new)
        raise OSError(errno.EBUSY, "other processes keep writing the same run")
    finally:
        for old in aside:
            _clear(old, folder, settled=settled)


def _take_place(new: Path, folder: Path) -> bool:
    try:
        new.rename(folder)
    except OSError as reason:
        if reason.errno in TAKEN:
            return False
        raise
    return True


def _set_aside(folder: Path, new: Path) -> list[Path]:
    """Move the run in place to where it is nobody else's, copy the files that it did not write itself to `new`."""
    old = _beside(folder, "old")
    try:
        _be_a_run(folder)
        folder.rename(old)
    except FileNotFoundError:
        return []  # another writer has just moved it
    try:
        _be_a_run(old)
        _bring_along(old, new)
    except BaseException:
        _clear(old, folder, settled=False)
        raise
    return [old]


def _clear(old: Path, folder: Path, *, settled: bool) -> None:
    """Remove a run that was moved aside once another took its place; if none did, put it back."""
    if settled:
        shutil.rmtree(old, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            old.rename(folder)


def _be_a_run(folder: Path) -> None:
    """Raise for what is neither empty nor a run; one listing, for the folder may be moved between two."""
    found = {path.name for path in folder.iterdir()}
    if found and SUMMARY not in found:
        raise OSError(errno.EEXIST, "something that is no run lies there")


def _bring_along(old: Path, new: Path) -> None:
    try:
        own = set(_sums((old / SUMMARY).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError):
        own = set()
    for path in old.iterdir():
        if path.is_file() and path.name not in own and not (new / path.name).exists():
            shutil.copy2(path, new / path.name)


def _write_file(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(folder: Path, kind: str) -> Path:
    return folder.parent / f".{folder.name}.{_host()}-{os.getpid()}.{secrets.token_hex(4)}.{kind}"


def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _left_behind(path: Path, host: str, pid: int) -> bool:
    """Whether the process that made a hidden folder is gone; another machine's process counts as gone after a day."""
    if host == _host():
        return not _alive(pid)
    try:
        return time.time() - path.stat().st_mtime > FORGOTTEN
    except OSError:
        return False


def _sums(summary: bytes) -> dict[str, str]:
    return dict(json.loads(summary)["files"])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
