"""Make .venv hold exactly what requirements.lock says, and mixopt with its plugins, editable.

Standard library only, since it runs before anything is installed. The stamp is a hash of what the set-up reads,
so a second run returns at once, and a changed lock, pyproject or interpreter sets up anew. A file lock makes a
second process wait; an interrupted set-up leaves no stamp and is simply done again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".set-up"
OLDEST = (3, 11)


def main() -> int:
    """Set up where needed; return the exit code."""
    if sys.version_info < OLDEST:
        got = ".".join(map(str, sys.version_info[:3]))
        print(
            f"mixopt needs Python 3.11 or newer, and {sys.executable} is {got}; try: make PYTHON=python3.12",
            file=sys.stderr,
        )
        return 2
    wanted = fingerprint()
    if is_done(wanted):
        return 0
    with alone():
        if is_done(wanted):
            return 0
        start = time.monotonic()
        say("setting up .venv (once; about a minute)")
        STAMP.unlink(missing_ok=True)
        try:
            install()
        except KeyboardInterrupt:
            say("set-up interrupted; the next make does it again")
            return 130
        except subprocess.CalledProcessError as error:
            say(
                f"set-up stopped: `{' '.join(map(str, error.cmd))}` left with exit code {error.returncode}; try again"
            )
            return 1
        STAMP.write_text(wanted + "\n", encoding="utf-8")
        say(f".venv is ready ({time.monotonic() - start:.0f} s)")
    return 0


def projects() -> list[Path]:
    """Return the folders of mixopt and its plugins, mixopt first."""
    return [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]


def fingerprint() -> str:
    """Return a hash of all that the set-up depends on."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (Path(__file__), LOCK, *(project / "pyproject.toml" for project in projects())):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(wanted: str) -> bool:
    """Tell whether the stamp says that `wanted` is installed."""
    try:
        return STAMP.read_text(encoding="utf-8").strip() == wanted
    except OSError:
        return False


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the set-up's file lock; the system lets go of it when the process ends, however it ends."""
    with (ROOT / ".set-up.lock").open("w") as handle:
        try:
            import fcntl
        except ImportError:  # Windows: no lock, the rest works
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is running; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def install() -> None:
    """Create the environment, install the lock, then the first-party distributions."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not works(python, "import pip"):
        run(sys.executable, "-m", "venv", "--clear", VENV)
    pin = locked("uv")
    if not works(
        python, f"from importlib.metadata import version; assert version('uv') == {version_of(pin)!r}"
    ):
        with tempfile.TemporaryDirectory() as folder:
            requirement = Path(folder) / "uv.txt"
            requirement.write_text(pin, encoding="utf-8")
            run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", requirement)
    uv = (python, "-m", "uv", "pip", "install", "--quiet", "--python", python)
    run(*uv, "--compile-bytecode", "--require-hashes", "--no-deps", "-r", LOCK)
    editable = [part for project in projects() for part in ("--editable", project)]
    run(*uv, "--no-deps", "--no-build-isolation", *editable)


def works(python: Path, code: str) -> bool:
    """Tell whether `python` exists, has the version we were asked for, and runs `code`."""
    check = f"import sys; assert sys.version_info[:2] == {sys.version_info[:2]}; {code}"
    try:
        return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def locked(name: str) -> str:
    """Return the lines of the lock that pin `name`, with their hashes."""
    match = re.search(
        rf"^{re.escape(name)}==.*(?:\n[ \t]+.*)*", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    if not match:
        raise SystemExit(f"requirements.lock does not pin {name}; try: git checkout requirements.lock")
    return match.group(0) + "\n"


def version_of(pin: str) -> str:
    """Return the version that a line of the lock names."""
    return re.split(r"==|[\s;\\]", pin.strip())[1]


def run(*command: str | Path) -> None:
    """Run a command, its output shown, without whatever environment the caller has active."""
    hidden = {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    words = [str(part) for part in command]
    subprocess.run(words, check=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


def say(text: str) -> None:
    """Tell the person who waits."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
