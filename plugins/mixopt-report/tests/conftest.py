"""Results that nobody had to solve: spends are given, the rest follows from the exact curves; and a browser."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mixopt_report.page.render import page

import mixopt
from mixopt import Evaluation, Plan
from mixopt.config import read_config
from mixopt.plan.levels import RuleLevel, TermValue
from mixopt.plan.plan import Plan as PlanType
from mixopt.plan.result import make_result
from mixopt.plan.rules import budget_level, budget_sentence
from mixopt.problem.read import read_problem

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
SHOCKS = pd.DataFrame(
    {
        "shock": ["search dark", "prices up", "demand down"],
        "probability": ["3%", "20%", "10%"],
        "channel": ["search", "", ""],
        "response": ["0", "1", "0.8"],
        "price": ["1", "1.2", "1"],
    }
)


def cells_of(channels: list[str], segments: list[str], *, today: bool = True) -> pd.DataFrame:
    """Return a cells table; parameters vary with the row, the same in every run."""
    rows = []
    for k, (channel, segment) in enumerate((c, s) for c in channels for s in segments):
        size = 60.0 + 25.0 * ((7 * k) % 5)
        row = {
            "channel": channel,
            "segment": segment,
            "curve": "michaelis-menten",
            "scale": 3.0 * size,
            "half_saturation": size,
            "value": 1.0 + 0.2 * (k % 3),
            "long_run_multiplier": 1.5 + 0.5 * (k % 4),
            "kind": "brand" if k % 2 else "activation",
        }
        rows.append(row | ({"current_spend": 30.0 + (k % 4) * 10.0} if today else {}))
    return pd.DataFrame(rows)


def plan_of(problem: Any, name: str, spend: Any, *, missing: float = 1e-5, **changes: Any) -> Plan:
    """Return a plan with a given spend; `missing` is what lies between score and ceiling, as a share."""
    made = Evaluation(scope=problem.scope, curves=problem.curves, spend=np.asarray(spend, dtype=float))
    asked = problem.plans[name]
    terms = tuple(
        TermValue(name=t.name, kind=t.kind, weight=t.weight, value=float(t.term.value(made)))
        for t in asked.terms
    )
    objective = sum(term.weight * term.value for term in terms)
    stated = [("budget", budget_sentence(problem.scope.budget), budget_level(made))]
    stated += [(r.name, r.rule.sentence(), level) for r in asked.rules for level in r.rule.levels(made)]
    known: dict[str, Any] = {
        "name": name,
        "status": "optimal",
        "reason": "gap",
        "objective": objective,
        "bound": objective * (1 + missing),
        "gap": missing,
        "source": "multipliers",
        "seconds": 1.0,
        "evaluation": made,
        "term_values": terms,
        "rule_levels": tuple(_level(rule, words, level) for rule, words, level in stated),
    }
    return PlanType(**{**known, **changes})


def _level(rule: str, words: str, level: Any) -> RuleLevel:
    sides = [side for side in (level.at_least, level.at_most) if side is not None]
    binding = any(math.isclose(level.value, side, rel_tol=1e-6) for side in sides)
    return RuleLevel(
        rule=rule,
        value=float(level.value),
        at_least=level.at_least,
        at_most=level.at_most,
        unit=level.unit,
        binding=binding,
        shadow_price=1.25 if binding else 0.0,
        sentence=words,
        size=max([abs(side) for side in sides] or [1.0]),
    )


@dataclass
class Case:
    """A problem to make results of: change what is needed, then call ``result``."""

    channels: list[str] = field(default_factory=lambda: ["tv", "search", "social", "print"])
    segments: list[str] = field(default_factory=lambda: ["new", "old"])
    today: bool = True
    shocks: bool = True
    budget: dict[str, Any] = field(default_factory=dict)
    constraints: list[dict[str, Any]] = field(default_factory=list)
    name: str = "case"
    currency: str = "GBP"
    plans: dict[str, Any] | None = None

    def cells(self) -> pd.DataFrame:
        return cells_of(self.channels, self.segments, today=self.today)

    def problem(self) -> Any:
        cells = self.cells()
        total = float(cells["current_spend"].sum()) if self.today else 45.0 * len(cells)
        tables = {"cells": cells} | ({"shocks": SHOCKS} if self.shocks else {})
        plans = self.plans or {
            "pure-roi": {"objective": [{"kind": "response"}]},
            "balanced": {"objective": [{"kind": "response"}, {"kind": "brand", "weight": 0.5}]},
        }
        config = {
            "mixopt": 1,
            "name": self.name,
            "currency": self.currency,
            "budget": {"total": total, **self.budget},
            "data": {name: name for name in tables},
            "constraints": self.constraints,
            "plans": plans,
        }
        registry = mixopt.discover()
        return read_problem(read_config(config, registry), registry, tables)

    def spends(self, problem: Any) -> dict[str, np.ndarray]:
        """Return a spend per plan: the later the plan, the more money follows the long run."""
        found = {}
        total = problem.scope.budget.total
        slope = problem.scope.value * problem.curves.slope(np.full(problem.scope.n_cells, 40.0))
        later = problem.scope.weights["long_run_multiplier"]
        for k, name in enumerate(problem.plans):
            share = slope**2 * later ** (2.0 * k)
            found[name] = total * share / share.sum()
        return found

    plan = staticmethod(plan_of)

    def result(self, spends: Mapping[str, Any] | None = None, **changes: Any) -> mixopt.Result:
        problem = self.problem()
        spends = spends or self.spends(problem)
        plans = {
            name: plan_of(problem, name, spend, **changes.get(name, {})) for name, spend in spends.items()
        }
        return make_result(problem, plans)


@pytest.fixture(scope="session")
def case() -> type[Case]:
    """Return what makes results."""
    return Case


@pytest.fixture(scope="session")
def result() -> mixopt.Result:
    """Return two plans on four channels and two segments, with shocks."""
    return Case(
        constraints=[{"name": "tv-floor", "kind": "spend", "where": {"channel": "tv"}, "at_least": 20}]
    ).result()


@pytest.fixture(scope="session")
def html(result: mixopt.Result) -> str:
    """Return its page."""
    return page(result)


@dataclass
class Read(HTMLParser):
    """A page, read: its elements with their attributes' names, its attributes, its text."""

    elements: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    attributes: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.attributes.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "img", "input", "circle", "path"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def seen(self) -> str:
        """The text that people read."""
        return " ".join(" ".join(text for tag, text in self.texts if tag not in {"script", "style"}).split())


@pytest.fixture(scope="session")
def read() -> Callable[[str], Read]:
    """Return a function that reads a page."""

    def reading(text: str) -> Read:
        parser = Read()
        parser.feed(text)
        return parser

    return reading


class Watched:
    """A page in a browser, and all that it did which no page of ours may do."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab
        self.faults: list[str] = []
        tab.on(
            "console", lambda m: m.type in {"error", "warning"} and self.faults.append(f"{m.type}: {m.text}")
        )
        tab.on("pageerror", lambda e: self.faults.append(f"error: {e}"))
        tab.on("dialog", lambda d: (self.faults.append(f"dialog: {d.message}"), d.dismiss()))
        tab.on("request", lambda r: self.requests.append(r.url))
        tab.on("popup", lambda p: self.faults.append("popup"))
        self.requests: list[str] = []

    def open(self, path: Path) -> None:
        self.tab.goto(path.as_uri())
        self.tab.wait_for_selector("html[data-ready=yes]", timeout=120_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a browser; skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield running
        running.close()


@pytest.fixture
def watch(browser: Any) -> Callable[..., Any]:
    """Return a context manager that opens a page of a given width and theme."""

    @contextmanager
    def watching(width: int = 1600, theme: str = "light", **wishes: Any) -> Iterator[Watched]:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **wishes)
        try:
            context.set_default_timeout(120_000)  # ms; a busy machine is slow
            yield Watched(context.new_page())
        finally:
            context.close()

    return watching
