"""Pictures of what a run shows, made when the site is built: the terminal as it looks, the report in a browser.

Without a browser the report's place is taken by one of its charts, drawn without one.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

import mixopt

LOG = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "configs" / "uk-media" / "config.yaml"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
)
COLUMNS = 96
# a section by itself: with air around it, and without the bar that stays at the top of the window
ALONE = """for (const each of document.querySelectorAll("section")) each.style.padding = "20px 24px";
document.querySelector(".bar").style.position = "static";"""
WIDTH, HEIGHT = 1280, 860
SECTIONS = ("where", "why")
CHARTS = {"report": "price", "where": "allocation", "why": "curves"}  # what stands for them without a browser
THEMES = {
    "light": TerminalTheme((255, 255, 255), (27, 31, 36), [(27, 31, 36)] * 8),
    "dark": TerminalTheme((19, 20, 22), (223, 226, 230), [(223, 226, 230)] * 8),
}


def write(folder: Path) -> None:
    """Write every picture, in both themes, unless all that they are made of is as it was."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp, sources = folder / "made-of.txt", made_of()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == sources:
        return
    with TemporaryDirectory(dir=folder.parent) as home:
        made = Path(home) / "shots"
        made.mkdir()
        text = Text.from_ansi(terminal("run", CONFIG, "--out", home))
        for theme in THEMES:
            (made / f"run-{theme}.svg").write_text(drawn(text, theme), encoding="utf-8")
        (page,) = Path(home).glob("*/report.html")
        if not (CHROMIUM and photographed(page, made)):
            charted(made)
        for path in made.iterdir():
            path.replace(folder / path.name)  # whole: another build may be reading
    stamp.write_text(sources, encoding="utf-8")


def made_of() -> str:
    """Return a hash of the code and the config that the pictures show."""
    homes = (ROOT / "mixopt", ROOT / "plugins" / "mixopt-report", CONFIG.parent, Path(__file__))
    files = (path for home in homes for path in (home.rglob("*") if home.is_dir() else [home]))
    kinds = {".py", ".j2", ".css", ".js", ".csv", ".yaml"}
    total = hashlib.sha256()
    for path in sorted(path for path in files if path.suffix in kinds):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def terminal(*words: object) -> str:
    """Return what a command of mixopt shows on a terminal, with its colours."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}}
    command = [sys.executable, "-m", "mixopt", *map(str, words)]
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, env=kept | {"TERM": "xterm-256color"}, cwd=ROOT
    ) as run:
        os.close(theirs)
        shown = b"".join(_blocks(ours))
    os.close(ours)
    if run.returncode:
        raise RuntimeError(f"{command} left with exit code {run.returncode}")
    return shown.decode().replace("\r\n", "\n")


def _blocks(handle: int) -> Iterator[bytes]:
    while True:
        try:
            block = os.read(handle, 65_536)
        except OSError:  # the other end is closed
            return
        if not block:
            return
        yield block


def drawn(text: Text, theme: str) -> str:
    """Return a terminal's text as a picture that loads no fonts."""
    lines = [line for line in text.split("\n") if not line.plain.startswith("Run:")]  # a folder that is gone
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: PTH123, SIM115
    console.print(Text("$ mixopt run configs/uk-media/config.yaml"))
    for line in lines:
        console.print(line)
    svg = console.export_svg(title="", theme=THEMES[theme])
    return re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)


def photographed(page: Path, folder: Path) -> bool:
    """Take the report's pictures in a browser; tell whether there is one that starts."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return False
    try:
        with sync_playwright() as driver, opened(driver) as browser:
            for theme in THEMES:
                tab = browser.new_page(
                    viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=theme, reduced_motion="reduce"
                )
                tab.goto(page.resolve().as_uri())
                tab.wait_for_selector("html[data-ready=yes]", timeout=120_000)
                tab.screenshot(path=folder / f"report-{theme}.png")
                tab.evaluate(ALONE)
                for name in SECTIONS:
                    tab.locator(f"#{name}").screenshot(path=folder / f"{name}-{theme}.png", timeout=120_000)
    except Error as reason:
        LOG.info("no browser for the pictures: %s", reason.message.splitlines()[0])
        return False
    return True


@contextmanager
def opened(driver: Any) -> Iterator[Any]:
    """Open the browser for a while."""
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
    try:
        yield browser
    finally:
        browser.close()


def charted(folder: Path) -> None:
    """Draw charts where the pictures of the report would be."""
    from mixopt_report.plot import image, plots

    result = mixopt.run(CONFIG)
    for theme in THEMES:
        drawing = plots(result, theme=theme, width=900)
        for name, chart in CHARTS.items():
            (folder / f"{name}-{theme}.png").write_bytes(image(getattr(drawing, chart)()))
