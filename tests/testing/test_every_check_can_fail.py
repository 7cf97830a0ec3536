"""For every check of the kit, a plugin that breaks that promise, and the words the kit finds for it."""

from __future__ import annotations

import itertools
import json
import random
import re
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import Field, field_serializer, model_validator

from mixopt import (
    Atom,
    CommandEntry,
    CurveEntry,
    ExecutorEntry,
    ImporterEntry,
    ImportSettings,
    Level,
    MeasureEntry,
    NoSettings,
    Number,
    ReportEntry,
    RuleEntry,
    Settings,
    TermEntry,
    discover,
    hookimpl,
)
from mixopt.curves import Hill
from mixopt.testing import CHECKS, check_plugin, small_problem
from mixopt.testing.kit import SECTION, Subject, run_check, subjects

HOOK = {kind: f"mixopt_{name}s" for kind, name in SECTION.items()}
COUNT = itertools.count()
PROBLEM = small_problem(registry=discover([]))


def plugin_of(entry: Any) -> Any:
    """A plugin with one entry."""
    hook = HOOK[type(entry)]

    def yields(self: Any) -> Any:
        return [entry]

    yields.__name__ = hook
    return type("Plugin", (), {hook: hookimpl(yields)})()


class Rate(Settings):
    rate: Number = Field(0.1, description="Currency per unit of currency.")


def term(build: Any, settings: Any = Rate, **changes: Any) -> TermEntry[Any]:
    known = {"name": "broken", "summary": "A broken term.", "settings": settings, "examples": (settings(),)}
    return TermEntry(**(known | {"build": build} | changes))


def rule(build: Any) -> RuleEntry[Any]:
    return RuleEntry(name="broken", summary="A broken rule.", settings=Rate, examples=(Rate(),), build=build)


def measure(build: Any, **changes: Any) -> MeasureEntry[Any]:
    known: dict[str, Any] = {"name": "broken", "summary": "A broken measure.", "unit": "currency"}
    return MeasureEntry(**(known | {"settings": Rate, "examples": (Rate(),), "build": build} | changes))


# terms: a fee per unit of spend, broken in one way each


@dataclass
class Fee:
    settings: Any
    scope: Any

    def build(self, block: Any, totals: Any) -> Any:
        return -self.settings.rate * totals.spend()

    def value(self, plan: Any) -> Any:
        return -float(self.settings.rate * plan.spend.sum())


class Bare(Settings):
    rate: Number = 0.1


class Loose(Settings):
    rate: Number = Field(0.1, description="Currency.")

    @model_validator(mode="before")
    @classmethod
    def _drop(cls, data: Any) -> Any:
        return {name: value for name, value in data.items() if name == "rate"}


class AnyFloat(Settings):
    rate: float = Field(0.1, description="Currency.")


class Rounded(Settings):
    rate: Number = Field(0.123456789, description="Currency.")

    @field_serializer("rate")
    def _short(self, rate: float) -> float:
        return round(rate, 2)


class Unpicklable(Fee):
    def __init__(self, settings: Any, scope: Any) -> None:
        super().__init__(settings, scope)
        self.price = lambda spend: spend


class Chatty(Fee):
    def value(self, plan: Any) -> Any:
        print("evaluating")  # noqa: T201
        return super().value(plan)


class Moody(Fee):
    def value(self, plan: Any) -> Any:
        return super().value(plan) + random.random()


class Many(Fee):
    def value(self, plan: Any) -> Any:
        return -self.settings.rate * plan.spend


class NotANumber(Fee):
    def value(self, plan: Any) -> Any:
        return float("nan")


class Tagging(Fee):
    def value(self, plan: Any) -> Any:
        plan.scope.cells["seen"] = "yes"
        return super().value(plan)


class WrongTwin(Fee):
    def value(self, plan: Any) -> Any:
        return 1.01 * super().value(plan)


class Hopeful(Fee):
    """Prices the worst of the draws, and reports their mean."""

    def build(self, block: Any, totals: Any) -> Any:
        return totals.tail(0.5) if self.scope.draws else totals.returns()

    def value(self, plan: Any) -> float:
        return float(plan.returns.sum())


class Punishing(Fee):
    def build(self, block: Any, totals: Any) -> Any:
        return -self.settings.rate * totals.returns()

    def value(self, plan: Any) -> Any:
        return -float(self.settings.rate * plan.returns.sum())


# concave terms: the square of the distance from an even share


@dataclass
class Square:
    settings: Any
    scope: Any

    def totals(self, totals: Any) -> Any:
        return [totals.spend(channel=name) for name in self.scope.names("channel")]

    def value_and_gradient(self, vector: Any) -> Any:
        return -float(vector @ vector) / 1000.0, -vector / 500.0

    def ceiling(self) -> float:
        return 0.0

    def value(self, plan: Any) -> float:
        vector = np.array(list(plan.by(plan.spend, "channel").values()))
        return float(self.value_and_gradient(vector)[0])


class WrongSign(Square):
    def value_and_gradient(self, vector: Any) -> Any:
        return -float(vector @ vector) / 1000.0, vector / 500.0


class Convex(Square):
    def value_and_gradient(self, vector: Any) -> Any:
        return float(vector @ vector) / 1000.0, vector / 500.0

    def ceiling(self) -> float:
        return float("inf")


class LowCeiling(Square):
    def ceiling(self) -> float:
        return -1.0


class WrongAtom(Square):
    def atom(self) -> Atom:
        return Atom(kind="negative-square", scale=np.full(4, 2e-3), unit=np.ones(4))


# rules: at most so much on TV


@dataclass
class Cap:
    settings: Any
    scope: Any

    def build(self, block: Any, totals: Any) -> None:
        import pyomo.environ as pyo

        block.cap = pyo.Constraint(expr=totals.spend(channel="tv") <= 100.0)

    def levels(self, plan: Any) -> Any:
        return [Level(row="cap", value=plan.total(plan.spend, {"channel": "tv"}), at_most=100.0)]

    def sentence(self) -> Any:
        return "spend on tv is at most 100"


class Elsewhere(Cap):
    def levels(self, plan: Any) -> Any:
        return [replace(level, row="limit") for level in super().levels(plan)]


class Lenient(Cap):
    def levels(self, plan: Any) -> Any:
        return [replace(level, at_most=1e9) for level in super().levels(plan)]


class Paragraph(Cap):
    def sentence(self) -> Any:
        return "Spend on tv.\nAt most 100."


class Paying(Cap):
    """A cap that costs a fee on what it caps."""

    rate = -0.1

    def cost(self) -> Any:
        return Fee2(self.rate)


@dataclass
class Fee2:
    rate: float

    def build(self, block: Any, totals: Any) -> Any:
        return self.rate * totals.spend(channel="tv")

    def value(self, plan: Any) -> float:
        return float(self.rate * plan.total(plan.spend, {"channel": "tv"}))


class Gaining(Paying):
    rate = 0.1


class PaysTwice(Paying):
    def cost(self) -> Any:
        return Twice(self.rate)


class Twice(Fee2):
    def value(self, plan: Any) -> float:
        return 2 * super().value(plan)


# curves: a Hill curve under a wrapper that breaks one method


@dataclass
class Wrapped:
    inner: Any

    def value(self, spend: Any) -> Any:
        return self.inner.value(spend)

    def slope(self, spend: Any) -> Any:
        return self.inner.slope(spend)

    def inflection(self) -> Any:
        return self.inner.inflection()

    def take(self, cells: Any) -> Any:
        return type(self)(self.inner.take(cells))

    def stretch(self, factor: Any) -> Any:
        return type(self)(self.inner.stretch(factor))


class Lifted(Wrapped):
    def value(self, spend: Any) -> Any:
        return self.inner.value(spend) + 1.0


class Halved(Wrapped):
    def slope(self, spend: Any) -> Any:
        return 0.5 * self.inner.slope(spend)


class SaysConcave(Wrapped):
    def inflection(self) -> Any:
        return np.zeros_like(self.inner.inflection())


class Stiff(Wrapped):
    def stretch(self, factor: Any) -> Any:
        return self


class Shuffled(Wrapped):
    def take(self, cells: Any) -> Any:
        return self.inner.take(cells[::-1])


class Lumped(Wrapped):
    def slope(self, spend: Any) -> Any:
        return self.inner.slope(spend)[:1]


class Greedy(Wrapped):
    def best(self, weight: Any, price: Any, lower: Any, upper: Any) -> Any:
        return upper


class Shape(Settings):
    scale: Number = Field(100.0, description="Response.")


def curve(family: Any) -> CurveEntry[Any]:
    def build(parameters: Any) -> Any:
        scale = parameters["scale"] * np.arange(1.0, len(parameters["scale"]) + 1.0)
        return family(Hill(scale, np.full(len(scale), 200.0), np.full(len(scale), 2.0)))

    return CurveEntry(
        name="broken", summary="A broken curve.", settings=Shape, examples=(Shape(),), build=build
    )


# importers: points as JSON


@dataclass
class Points:
    settings: Any

    def read(self) -> Any:
        try:
            found = json.loads(self.settings.file.read_text())
        except (OSError, ValueError) as reason:
            from mixopt import Fault, TableError

            raise TableError(Fault(where=self.settings.file.name, problem=str(reason))) from None
        return {"cells": pd.DataFrame({"channel": found["channel"], "curve": "linear", "scale": 2.0})}

    def replay(self) -> Any:
        return 0.0


class NoCells(Points):
    def read(self) -> Any:
        return {"curves": super().read()["cells"]}


class FarOff(Points):
    def replay(self) -> Any:
        return 0.3


class Changing(Points):
    def read(self) -> Any:
        return {"cells": super().read()["cells"].assign(scale=float(next(COUNT)))}


class Fragile(Points):
    def read(self) -> Any:
        found = json.loads(self.settings.file.read_text())
        return {"cells": pd.DataFrame({"channel": found["channel"], "curve": "linear", "scale": 2.0})}


def sample(folder: Path) -> ImportSettings:
    (folder / "points.json").write_text('{"channel": ["tv", "search"]}')
    return ImportSettings(file=folder / "points.json")


def importer(build: Any) -> ImporterEntry[Any]:
    known: dict[str, Any] = {"name": "broken", "summary": "A broken importer.", "settings": ImportSettings}
    return ImporterEntry(**known, examples=(ImportSettings(file=Path("x.json")),), build=build, sample=sample)


class Whole(Points):
    """Its file holds a whole config."""

    def document(self) -> Any:
        return {
            "mixopt": 1,
            "name": "whole",
            "currency": "EUR",
            "budget": {"total": 100.0},
            "data": {"cells": None},
            "plans": {"plan": {"objective": [{"kind": "response"}]}},
        }

    def places(self) -> Any:
        return {("budget", "total"): "points.json: budget"}


class Misplaced(Whole):
    def places(self) -> Any:
        return {("budget", "sum"): "points.json: budget"}


def whole(build: Any) -> ImporterEntry[Any]:
    return replace(importer(build), endings=(".json",))


# reports: one text file


def report(files: Any) -> ReportEntry[Any]:
    class Rendering:
        def render(self, result: Any) -> Any:
            return files(result)

    known: dict[str, Any] = {"name": "broken", "summary": "A broken report.", "settings": NoSettings}
    return ReportEntry(**known, examples=(NoSettings(),), build=lambda settings: Rendering())


def writes(result: Any) -> Any:
    Path("/tmp/mixopt-broken-report.txt").write_text("plan")
    return {"plan.txt": b"plan"}


def needs_spend(result: Any) -> Any:
    return {"plan.txt": str([plan.spend.sum() for plan in result.plans.values()]).encode()}


def raw_page(result: Any) -> Any:
    names = "".join(f"<td>{name}</td>" for name in result.problem.scope.names("channel"))
    return {"plan.html": names.encode()}


# commands and executors


def command(build: Any) -> CommandEntry:
    return CommandEntry(name="broken", summary="A broken command.", build=build)


def mute() -> Any:
    def run(path: str) -> None: ...

    return run


def permissive() -> Any:
    import typer

    app = typer.Typer()

    @app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    def run() -> None:
        """Do something."""

    return app


def executor(build: Any) -> ExecutorEntry[Any]:
    known: dict[str, Any] = {"name": "broken", "summary": "A broken executor.", "settings": NoSettings}
    return ExecutorEntry(**known, examples=(NoSettings(),), build=build)


class Backwards(ThreadPoolExecutor):
    def map(self, task: Any, *tasks: Any, **keys: Any) -> Any:
        return reversed([task(*each) for each in zip(*tasks, strict=True)])


class Wrapping(ThreadPoolExecutor):
    def submit(self, task: Any, /, *args: Any, **keys: Any) -> Any:
        future: Future[Any] = Future()
        try:
            future.set_result(task(*args))
        except Exception as reason:  # noqa: BLE001
            future.set_exception(RuntimeError(str(reason)))
        return future


POOL = ThreadPoolExecutor(1)


@contextmanager
def once(settings: Any) -> Any:
    with POOL as pool:
        yield pool


def heavy_module(tmp_path: Path) -> Any:
    """A module that loads Pyomo when it is imported."""
    (tmp_path / "heavy_plugin.py").write_text("import pyomo\n")
    sys.path.insert(0, str(tmp_path))
    try:
        import heavy_plugin
    finally:
        sys.path.remove(str(tmp_path))
    heavy_plugin.__name__ = "heavy_plugin"
    return heavy_plugin


BROKEN: list[tuple[str, Any, str]] = [
    ("settings-are-documented", term(Fee, Bare), "settings without description: rate"),
    ("settings-are-frozen-and-strict", term(Fee, Loose), "settings took the unknown key no_such_key"),
    ("settings-refuse-what-is-no-number", term(Fee, AnyFloat), "rate took nan"),
    ("example-survives-json", term(Fee, Rounded), "is not Rounded"),
    ("summary-is-a-sentence", term(Fee, summary="A fee"), "no full stop: 'A fee'"),
    ("summary-is-a-sentence", term(Fee, summary="a fee."), "no capital: 'a fee.'"),
    ("built-object-pickles", term(Unpicklable), "Can't pickle|Can't get local"),
    ("prints-nothing", term(Chatty), "it printed 'evaluating'"),
    ("value-is-deterministic", term(Moody), "[0-9] is not -?[0-9]"),
    ("value-is-one-number", term(Many), "ndarray, wanted float"),
    ("value-is-one-number", term(NotANumber), "nan"),
    ("inputs-stay-as-they-are", term(Tagging), "it changed table cells of the scope"),
    ("default-is-settings-or-nothing", measure(Fee, default=lambda scope: {"rate": 1}), r"\{'rate': 1\}"),
    ("default-is-settings-or-nothing", measure(Fee, unit=""), "the measure has no unit"),
    ("twin-agrees-with-the-model", term(WrongTwin), "model -.*, twin -"),
    ("twin-agrees-over-draws", term(Hopeful), "model .*, twin"),
    ("more-response-is-never-punished", term(Punishing), "punishes response"),
    ("gradient-is-the-slope", term(WrongSign), r"gradient\[0\] is 0[.]\d+, slope -0[.]\d+"),
    ("tangent-lies-above", term(Convex), "is above its tangent"),
    ("ceiling-is-never-passed", term(LowCeiling), r"> -1.0"),
    ("atom-is-the-function", term(WrongAtom), "-"),
    ("sentence-reads-well", rule(Paragraph), "the sentence has a line break"),
    ("levels-name-rows-of-the-model", rule(Elsewhere), r"level 'limit' is no row; the rows are \['cap'\]"),
    ("levels-agree-with-the-rows", rule(Lenient), "while the model has no plan"),
    ("cost-is-what-the-model-pays", rule(Gaining), "wanted: at most 0"),
    ("cost-is-what-the-model-pays", rule(PaysTwice), "the model pays .*, the twin says"),
    ("starts-at-zero-and-never-falls", curve(Lifted), r"f\(0\) is not 0"),
    ("slope-is-the-derivative", curve(Halved), "slope at 0.01"),
    ("shape-is-as-declared", curve(SaysConcave), "not concave after the inflection"),
    ("stretching-divides-the-spend", curve(Stiff), "is not array"),
    ("taking-keeps-order", curve(Shuffled), "is not"),
    ("answers-match-the-spend", curve(Lumped), r"slope has the shape \(1,\), wanted \(2,\)"),
    ("best-response-is-the-best", curve(Greedy), "at the price"),
    ("tables-make-a-problem", importer(NoCells), r"no table cells among \['curves'\]"),
    ("curves-replay-their-source", importer(FarOff), "the largest relative error is 0.3"),
    ("reading-repeats-itself", importer(Changing), "the table cells differs"),
    ("whole-configs-are-read", whole(Points), "Points lacks document or places"),
    (
        "whole-configs-are-read",
        whole(Misplaced),
        r"the place \('budget', 'sum'\) is no value of the document",
    ),
    ("damaged-files-get-a-message", importer(Fragile), "JSONDecodeError on 0 bytes"),
    (
        "renders-bytes-under-plain-names",
        report(lambda result: {"../plan.txt": b"x"}),
        "is no plain file name",
    ),
    (
        "renders-bytes-under-plain-names",
        report(lambda result: {"plan.txt": "x"}),
        "holds a str, wanted bytes",
    ),
    (
        "renders-bytes-under-plain-names",
        report(lambda result: {"terms.csv": b"x"}),
        "is a file of the core's",
    ),
    ("renders-the-same-each-time", report(lambda result: {"a.txt": b"%d" % next(COUNT)}), "a.txt differs"),
    ("renders-without-touching-anything", report(writes), "it writes /tmp/mixopt-broken-report.txt"),
    ("renders-where-no-plan-exists", report(needs_spend), "NoPlanError"),
    ("renders-hostile-names-harmlessly", report(raw_page), "plan.html holds the channel's name as a tag"),
    ("command-has-help", command(mute), "broken has no help: give it a docstring"),
    ("a-wrong-call-is-no-traceback", command(permissive), "ends with 0"),
    ("tasks-come-back-in-order", executor(lambda settings: Backwards(1)), r"\[0, 1, 2, 3, 4, 5, 6\]"),
    ("errors-come-back-as-errors", executor(lambda settings: Wrapping(1)), "it raised RuntimeError"),
    ("opens-again", executor(once), "cannot schedule new futures after shutdown"),
]


IDS = [f"{name}-{k}" for k, (name, _, _) in enumerate(BROKEN)]


@pytest.mark.parametrize(("name", "entry", "words"), BROKEN, ids=IDS)
def test_the_kit_finds_what_is_broken(name: str, entry: Any, words: str) -> None:
    check = next(check for check in CHECKS if check.name == name)
    ((number, subject),) = subjects(plugin_of(entry), PROBLEM, None)
    outcome = run_check(check, subject, number)
    assert outcome.status == "failed", f"{name} {outcome.status}: {outcome.reason}"
    assert re.search(words, outcome.reason), outcome.reason


def test_an_import_that_loads_pyomo_is_found(tmp_path: Path) -> None:
    check = next(check for check in CHECKS if check.name == "importing-stays-light")
    sys.path.insert(0, str(tmp_path))
    try:
        subject = Subject(
            section="term", entry=term(Fee), example=Rate(), problem=None, plugin=heavy_module(tmp_path)
        )
        outcome = run_check(check, subject)
    finally:
        sys.path.remove(str(tmp_path))
    assert (outcome.status, outcome.reason) == (
        "failed",
        "AssertionError: importing heavy_plugin loads pyomo",
    )


def test_every_check_has_a_plugin_that_breaks_it() -> None:
    covered = {name for name, _, _ in BROKEN} | {"importing-stays-light"}
    assert {check.name for check in CHECKS} == covered


def test_checks_have_one_name_each_and_say_when_they_came() -> None:
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names))
    assert all(check.since and check.test.__doc__ for check in CHECKS)


def test_what_is_not_broken_passes() -> None:
    sound = [term(Fee), term(Square), rule(Cap), rule(Paying), measure(Fee), curve(Wrapped)]
    sound += [importer(Points), whole(Whole)]
    sound += [report(lambda result: {"plan.txt": b"plan"}), executor(lambda settings: ThreadPoolExecutor(1))]
    for entry in sound:
        found = check_plugin(plugin_of(entry), raise_failures=False, expected_failures=LOCAL.get(type(entry)))
        assert not found.failures, found.failures


LOCAL = {ReportEntry: {"built-object-pickles": "its class is local to a function"}}
