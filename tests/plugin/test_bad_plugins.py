"""Bad plugins, one mistake each: the run that asks for one is told whose mistake it is, and every other run stands.

Each is a small sound plugin with one piece replaced, installed as ``acme-bad 1.0``; every run goes through the command
line. A run that asks for it ends with exit code 2, without a traceback; the core's run beside it ends with 0.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar

import pytest

from mixopt.cli import main
from mixopt.plugin import patience

HEAD = """
import threading
from dataclasses import dataclass
from typing import Any
import numpy as np
from pydantic import Field
from mixopt import *
from mixopt import hookimpl
from mixopt.curves import Hill
"""

SETTINGS = """
class Rate(Settings):
    rate: Number = Field(0.1, description="Currency per unit of currency.")
"""

TERM = """
@dataclass
class Term:
    settings: Any
    scope: Any
    def build(self, block, totals):
        return -self.settings.rate * totals.spend()
    def value(self, plan):
        return -float(self.settings.rate * plan.spend.sum())
"""

CONCAVE = """
@dataclass
class Term:
    settings: Any
    scope: Any
    def totals(self, totals):
        return [totals.spend(channel="tv"), totals.spend(channel="search")]
    def value_and_gradient(self, x):
        return -float(x @ x) / 100.0, -x / 50.0
    def ceiling(self):
        return 0.0
    def value(self, plan):
        return self.value_and_gradient(np.array(list(plan.by(plan.spend, "channel").values())))[0]
"""

RULE = """
@dataclass
class Rule:
    settings: Any
    scope: Any
    def build(self, block, totals):
        import pyomo.environ as pyo
        block.cap = pyo.Constraint(expr=totals.spend(channel="tv") <= 60.0)
    def levels(self, plan):
        return [Level(row="cap", value=plan.total(plan.spend, {"channel": "tv"}), at_most=60.0)]
    def sentence(self):
        return "spend on tv is at most 60"
"""

MEASURE = """
@dataclass
class Measure:
    settings: Any
    scope: Any
    def value(self, plan):
        return float(plan.spend.max())
"""

CURVE = """
class Shape(Settings):
    scale: Number = Field(description="Response.")

@dataclass
class Curve:
    inner: Any
    def value(self, spend):
        return self.inner.value(spend)
    def slope(self, spend):
        return self.inner.slope(spend)
    def inflection(self):
        return self.inner.inflection()
    def take(self, cells):
        return Curve(self.inner.take(cells))
    def stretch(self, factor):
        return Curve(self.inner.stretch(factor))

def build_curve(parameters):
    n = len(parameters["scale"])
    return Curve(Hill(parameters["scale"], np.full(n, 40.0), np.full(n, 2.0)))
"""

REPORT = """
@dataclass
class Report:
    settings: Any
    def render(self, result):
        return {"acme.txt": b"plan"}
"""

COMMON = 'name="bad", summary="A bad one.", settings=Rate, examples=(Rate(),)'
HOOKS = {
    "term": f"@hookimpl\ndef mixopt_terms():\n    return [TermEntry({COMMON}, build=Term)]\n",
    "rule": f"@hookimpl\ndef mixopt_rules():\n    return [RuleEntry({COMMON}, build=Rule)]\n",
    "measure": (
        "@hookimpl\ndef mixopt_measures():\n"
        f'    return [MeasureEntry({COMMON}, build=Measure, unit="currency", default=lambda scope: Rate())]\n'
    ),
    "curve": (
        "@hookimpl\ndef mixopt_curves():\n    return [CurveEntry("
        'name="bad", summary="A bad one.", settings=Shape, examples=(Shape(scale=1),), build=build_curve)]\n'
    ),
    "report": f"@hookimpl\ndef mixopt_reports():\n    return [ReportEntry({COMMON}, build=Report)]\n",
}
BODIES = {
    "term": TERM,
    "concave": CONCAVE,
    "rule": RULE,
    "measure": MEASURE,
    "curve": CURVE,
    "report": REPORT,
}

CORE = """\
mixopt: 1
name: core
plugins: [PLUGINS]
currency: GBP
budget: {total: 100}
data: {cells: cells.csv}
plans:
  best:
    objective: [{kind: response}]
"""
ASKS = {
    "term": "  theirs:\n    objective: [{kind: response}, {kind: bad}]\n",
    "rule": "  theirs:\n    objective: [{kind: response}]\n    constraints: [{kind: bad}]\n",
    "measure": "measures: [{kind: bad}]\n",
    "report": "reports: [{kind: bad}]\n",
    "curve": "",
}
CELLS = """\
channel,curve,scale,half_saturation,slope,upper
tv,hill,300,60,2,100
search,hill,200,30,1,100
"""
THEIR_CELLS = CELLS.replace("tv,hill,300,60,2,100", "tv,bad,300,,,100")


def core(plugins="acme-bad"):
    """The core's config, with an allow-list: what else is installed here does not matter."""
    return CORE.replace("PLUGINS", plugins)


@dataclass(frozen=True)
class Bad:
    """A mistake: the kind of plugin, what is replaced by what, and what the user is told."""

    kind: str
    old: str
    new: str
    told: str

    def code(self) -> str:
        hook = HOOKS["term" if self.kind == "concave" else self.kind]
        sound = HEAD + SETTINGS + BODIES[self.kind] + hook
        assert self.old in sound, self.old
        return sound.replace(self.old, self.new)

    @property
    def asks(self) -> str:
        return "term" if self.kind == "concave" else self.kind


HANG = "threading.current_thread().hang()"
VALUE = "return -float(self.settings.rate * plan.spend.sum())"
BUILD = "return -self.settings.rate * totals.spend()"
GRADIENT = "return -float(x @ x) / 100.0, -x / 50.0"
LEVELS = 'return [Level(row="cap", value=plan.total(plan.spend, {"channel": "tv"}), at_most=60.0)]'
TOLD = "term 'bad' of acme-bad 1.0: "

BAD = {
    # when it is loaded
    "raises when imported": Bad(
        "term", SETTINGS, "1 / 0", "acme-bad 1.0 (ZeroDivisionError: division by zero)"
    ),
    "leaves when imported": Bad("term", SETTINGS, "raise SystemExit(0)", "acme-bad 1.0 (SystemExit: 0)"),
    "hangs when imported": Bad("term", SETTINGS, HANG, "acme-bad 1.0 (TooSlowError: no answer within 60 s)"),
    "cannot be parsed": Bad("term", SETTINGS, "def broken(:", "acme-bad 1.0 (SyntaxError: invalid syntax"),
    "needs what is not there": Bad(
        "term", SETTINGS, "import nowhere", "acme-bad 1.0 (ModuleNotFoundError: No module named 'nowhere'"
    ),
    "names a hook wrongly": Bad("term", "def mixopt_terms", "def mixopt_term", "unknown hook 'mixopt_term'"),
    "yields no entry": Bad(
        "term", "return [TermEntry(", "return [dict(", "mixopt_terms yields dict, not an entry"
    ),
    "yields nothing at all": Bad("term", "return [TermEntry", "[TermEntry", "mixopt_terms returns NoneType"),
    "yields an entry of another kind": Bad(
        "term", "TermEntry", "RuleEntry", "mixopt_terms yields a RuleEntry, wanted TermEntry"
    ),
    "yields one name twice": Bad(
        "term", "return [TermEntry(", "return 2 * [TermEntry(", "mixopt_terms yields two entries called 'bad'"
    ),
    "has a name of another form": Bad(
        "term", 'name="bad"', 'name="Bad Term"', "entry 'Bad Term': the name is not kebab-case"
    ),
    "has settings that melt": Bad(
        "term", "    rate:", "    model_config = {'frozen': False}\n    rate:", "its settings can be changed"
    ),
    "has settings that take anything": Bad(
        "term", "    rate:", "    model_config = {'extra': 'allow'}\n    rate:", "or take unknown keys"
    ),
    "has no example": Bad("term", "examples=(Rate(),)", "examples=()", "entry 'bad': no example"),
    # when it is built
    "raises when built": Bad(
        "term", "build=Term", "build=lambda s, c: 1 / 0", TOLD + "build failed: ZeroDivisionError"
    ),
    "leaves when built": Bad(
        "term", "build=Term", "build=lambda s, c: exit(0)", TOLD + "build failed: SystemExit"
    ),
    "hangs when built": Bad(
        "term", "build=Term", f"build=lambda s, c: {HANG}", TOLD + "build failed: TooSlowError"
    ),
    "builds nothing": Bad(
        "term", "build=Term", "build=lambda s, c: None", TOLD + "its entry built None without value"
    ),
    "builds half a term": Bad(
        "term", "def value(", "def worth(", TOLD + "its entry built a Term without value"
    ),
    "changes the bounds when built": Bad(
        "term",
        "build=Term",
        "build=lambda s, c: c.upper.fill(0)",
        TOLD + "build failed: ValueError: assignment destination is read-only",
    ),
    # when it is put on the model
    "raises on the model": Bad("term", BUILD, "return block.nothing", TOLD + "build failed: AttributeError"),
    "hangs on the model": Bad(
        "term", BUILD, HANG, TOLD + "build failed: TooSlowError: no answer within 60 s"
    ),
    "is not linear": Bad(
        "term",
        BUILD,
        "return totals.spend() ** 2",
        "term 'bad' of acme-bad 1.0: its expression is not linear",
    ),
    "returns a text": Bad("term", BUILD, "return 'spend'", TOLD + "build returned a str"),
    "returns nothing": Bad("term", BUILD, "totals.spend()", TOLD + "build returned None"),
    "has a coefficient that is no number": Bad(
        "term", BUILD, "return float('nan') * totals.spend(channel='tv')", "is not a finite number"
    ),
    "punishes response": Bad(
        "term",
        BUILD,
        "return -2 * totals.returns()",
        "term 'bad' of acme-bad 1.0: it punishes response; more response may only be rewarded",
    ),
    "has a variable without bounds": Bad(
        "term",
        BUILD,
        "import pyomo.environ as pyo\n        block.x = pyo.Var()\n        return block.x",
        "x of term 'bad' of acme-bad 1.0: this variable has no finite bounds",
    ),
    "asks for cells that are not there": Bad(
        "term", BUILD, "return -totals.spend(channel='radio')", "no cell has channel 'radio'"
    ),
    # when it is evaluated
    "raises when evaluated": Bad("term", VALUE, "return 1 / 0", TOLD + "value failed: ZeroDivisionError"),
    "leaves when evaluated": Bad("term", VALUE, "exit(0)", TOLD + "value failed: SystemExit: 0"),
    "hangs when evaluated": Bad("term", VALUE, HANG, TOLD + "value failed: TooSlowError"),
    "is worth nan": Bad("term", VALUE, "return float('nan')", TOLD + "value returned nan"),
    "is worth an array": Bad(
        "term",
        VALUE,
        "return plan.spend",
        TOLD + "value returned a ndarray of shape (2,); wanted: one number",
    ),
    "is worth a text": Bad("term", VALUE, "return '5'", TOLD + "value returned a str"),
    "is worth nothing": Bad("term", VALUE, "pass", TOLD + "value returned None"),
    "changes the spends": Bad(
        "term",
        VALUE,
        "plan.spend[0] = 1.0",
        TOLD + "value failed: ValueError: assignment destination is read-only",
    ),
    "is worth something else than its expression": Bad(
        "term",
        VALUE,
        "return 0.5 * float(plan.spend.sum())",
        "the expression of a term and its `value` disagree",
    ),
    # concave terms
    "has a gradient of the wrong sign": Bad(
        "concave", GRADIENT, GRADIENT.replace("-x / 50", "x / 50"), "tangent"
    ),
    "is convex": Bad(
        "concave", GRADIENT, "return float(x @ x) / 100.0 - 300.0, x / 50.0", TOLD + "its value"
    ),
    "has a ceiling too low": Bad("concave", "return 0.0", "return -90.0", "is above its own ceiling -90"),
    "has a ceiling that is no number": Bad(
        "concave", "return 0.0", "return None", TOLD + "ceiling returned None"
    ),
    "has a gradient of another shape": Bad(
        "concave",
        GRADIENT,
        "return -1.0, x[:1]",
        TOLD + "value_and_gradient returned a gradient of shape (1,) at 2 totals",
    ),
    "has a gradient that is no number": Bad(
        "concave", GRADIENT, "return -1.0, x * np.inf", "returned a gradient that is not finite at"
    ),
    "has no gradient": Bad(
        "concave",
        GRADIENT,
        "return -1.0",
        TOLD + "value_and_gradient returned a float; wanted: a value and a gradient",
    ),
    "changes its totals": Bad(
        "concave",
        GRADIENT,
        "x[0] = 0.0",
        TOLD + "value_and_gradient failed: ValueError: assignment destination",
    ),
    # rules
    "has levels that raise": Bad("rule", LEVELS, "return 1 / 0", "rule 'bad' of acme-bad 1.0: levels failed"),
    "has levels that are none": Bad(
        "rule", LEVELS, "return [3]", "rule 'bad' of acme-bad 1.0: levels returned a list"
    ),
    "has levels that say something else than its rows": Bad(
        "rule", LEVELS, LEVELS.replace("60.0", "1.0"), "the rows of the rule and its `levels` disagree"
    ),
    "cannot say itself": Bad(
        "rule",
        'return "spend',
        'return None and "spend',
        "rule 'bad' of acme-bad 1.0: sentence returned a NoneType",
    ),
    "has a row that is not linear": Bad(
        "rule",
        'totals.spend(channel="tv") <= 60.0',
        'totals.spend(channel="tv") ** 2 <= 60.0',
        "rule 'bad' of acme-bad 1.0: a row is not linear",
    ),
    "limits response from above": Bad(
        "rule",
        'totals.spend(channel="tv") <= 60.0',
        'totals.response(channel="tv") <= 60.0',
        "rule 'bad' of acme-bad 1.0: row cap punishes response",
    ),
    # measures that the config asks for
    "is a measure that raises": Bad(
        "measure",
        "return float(plan.spend.max())",
        "return 1 / 0",
        "measure 'bad' of acme-bad 1.0: value failed",
    ),
    "is a measure that says a text": Bad(
        "measure",
        "return float(plan.spend.max())",
        "return 'much'",
        "value returned a str; wanted: one number",
    ),
    # curves
    "is a curve that falls": Bad(
        "curve",
        "return self.inner.value(spend)",
        "return -self.inner.value(spend)",
        "curve 'bad' of acme-bad 1.0: it falls",
    ),
    "is a curve of another shape than it says": Bad(
        "curve",
        "return self.inner.inflection()",
        "return 0.0 * self.inner.inflection()",
        "its slope does not fall above its inflection of 0",
    ),
    "is a curve that starts above 0": Bad(
        "curve",
        "return self.inner.value(spend)",
        "return 1 + self.inner.value(spend)",
        "its response at spend 0 is 1",
    ),
    "is a curve with one answer for all": Bad(
        "curve",
        "return self.inner.slope(spend)",
        "return self.inner.slope(spend)[0]",
        "curve 'bad' of acme-bad 1.0: slope returned the shape () for 1 cells",
    ),
    "is a curve with holes": Bad(
        "curve",
        "return self.inner.value(spend)",
        "return spend * np.nan",
        "value returned nan; wanted: finite responses",
    ),
    "is half a curve": Bad("curve", "def stretch(", "def widen(", "its entry built a Curve without stretch"),
}


class Watched(threading.Thread):
    """A thread that patience has with a plugin's call; plugins here hang by ``hang``, which says so at once."""

    hanging: ClassVar[list[Watched]] = []

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.settled, self.enough = threading.Event(), threading.Event()

    def hang(self):
        self.hanging.append(self)
        self.settled.set()
        self.enough.wait()
        raise SystemExit

    def start(self):
        self.let_go()  # a module that is still being imported would stop the next import of it
        super().start()

    def run(self):
        super().run()
        self.settled.set()

    def join(self, timeout=None):
        self.settled.wait()
        super().join(0.0 if self in self.hanging else None)

    @classmethod
    def let_go(cls):
        while cls.hanging:
            thread = cls.hanging.pop()
            thread.enough.set()
            threading.Thread.join(thread)


@pytest.fixture
def patience_ends(monkeypatch):
    """Let patience end where a plugin hangs, and only there: no test waits or depends on the machine's speed."""
    monkeypatch.setattr(patience, "threading", SimpleNamespace(Thread=Watched))
    yield
    Watched.let_go()


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A folder with a config and its cells."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "cells.csv").write_text(CELLS)
    (folder / "core.yaml").write_text(core())
    monkeypatch.chdir(folder)
    return folder


def run(capsys, *words):
    code = main(["run", *words, "--out", "runs"])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize("name", BAD)
def test_a_bad_plugin_is_named_and_the_core_stands(name, shop, install, capsys, patience_ends):
    bad = BAD[name]
    install("acme-bad", bad.code())
    (shop / "theirs.yaml").write_text(core() + ASKS[bad.asks])
    if bad.kind == "curve":
        (shop / "cells.csv").write_text(THEIR_CELLS)
    code, _, told = run(capsys, "theirs.yaml")
    assert bad.told in told
    assert "acme-bad 1.0" in told
    assert "Traceback" not in told
    assert "defect of mixopt" not in told
    assert code == 2
    (shop / "cells.csv").write_text(CELLS)
    code, out, told = run(capsys, "core.yaml", "--json", "--plan", "best")
    assert code == 0, told
    assert json.loads(out)["plans"]["best"]["status"] == "optimal"


def test_there_are_thirty_of_them():
    assert len(BAD) >= 30
    assert len({(bad.kind, bad.old, bad.new) for bad in BAD.values()}) == len(BAD)


KINDS = ("term", "concave", "rule", "measure", "report")


def test_a_sound_plugin_is_told_nothing(shop, install, capsys):
    for kind in KINDS:
        install(f"acme-{kind}", Bad(kind, "", "", "").code().replace('"bad"', f'"good-{kind}"'))
    asks = core(", ".join(f"acme-{kind}" for kind in KINDS))
    asks += ASKS["term"] + "reports: [{kind: good-report}]\n"
    (shop / "theirs.yaml").write_text(asks.replace("{kind: bad}", "{kind: good-term}, {kind: good-concave}"))
    code, _, told = run(capsys, "theirs.yaml")
    assert (code, told) == (0, "")


def test_what_a_plugin_prints_stays_out_of_the_results(shop, install, capsys):
    loud = Bad("term", VALUE, "print('evaluating'); " + VALUE, "").code()
    install("acme-bad", "print('hello')\n" + loud)
    (shop / "theirs.yaml").write_text(core() + ASKS["term"])
    code, out, told = run(capsys, "theirs.yaml", "--json")
    assert code == 0
    assert set(json.loads(out)["plans"]) == {"best", "theirs"}
    assert "hello" in told
    assert "evaluating" in told


def test_a_measure_that_nobody_asked_for_is_left_out_where_it_fails(shop, install, capsys):
    install("acme-bad", Bad("measure", "return float(plan.spend.max())", "return 1 / 0", "").code())
    code, out, told = run(capsys, "core.yaml", "--json")
    warning = "measure 'bad' of acme-bad 1.0: value failed: ZeroDivisionError: division by zero"
    assert code == 0
    assert told.startswith(f"Warning: {warning}")
    assert json.loads(out)["plans"]["best"]["measures"]["bad"] is None
    assert [sentence.split(";")[0] for sentence in json.loads(out)["warnings"]] == [warning]


def test_a_measure_that_nobody_asked_for_and_cannot_be_built_is_left_out(shop, install, capsys):
    install("acme-bad", Bad("measure", "build=Measure", "build=lambda s, c: 1 / 0", "").code())
    code, out, told = run(capsys, "core.yaml", "--json")
    assert code == 0
    assert told.startswith("Warning: measure 'bad' of acme-bad 1.0: build failed: ZeroDivisionError")
    assert "bad" not in json.loads(out)["plans"]["best"]["measures"]


RENDER = 'return {"acme.txt": b"plan"}'


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("return 1 / 0", "report 'bad' of acme-bad 1.0: render failed: ZeroDivisionError: division by zero"),
        ("exit(0)", "report 'bad' of acme-bad 1.0: render failed: SystemExit: 0"),
        (HANG, "report 'bad' of acme-bad 1.0: render failed: TooSlowError: no answer within 60 s"),
        (
            "pass",
            "report 'bad' of acme-bad 1.0: render returned a NoneType; wanted: a mapping of names to bytes",
        ),
        ("return {'a.txt': 'text'}", "report 'bad' of acme-bad 1.0: render returned a str under 'a.txt'"),
        ("return {'../a.txt': b''}", "report 'bad': '../a.txt' is no plain file name"),
        (
            "return {'Summary.JSON': b''}",
            "report 'bad': another file of the run is called 'Summary.JSON' already",
        ),
        ("return {'con.txt': b''}", "report 'bad': 'con.txt' is no plain file name"),
    ],
)
def test_a_report_that_fails_is_a_warning_and_the_run_stands(new, told, shop, install, capsys, patience_ends):
    install("acme-bad", Bad("report", RENDER, new, "").code())
    code, out, err = run(capsys, "core.yaml", "--json")
    assert code == 0
    assert err.startswith(f"Warning: {told}")
    folder = shop / json.loads(out)["folder"]
    assert json.loads((folder / "summary.json").read_text())["warnings"] == [err[9:].strip()]
    assert not (shop / "runs" / "a.txt").exists()
    assert main(["verify", str(folder)]) == 0


def test_a_report_stands_in_the_folder_unless_the_config_says_otherwise(shop, install, capsys):
    install("acme-bad", Bad("report", "", "", "").code())
    for asks, there in (("", True), ("reports: []\n", False), ("reports: [{kind: bad}]\n", True)):
        (shop / "theirs.yaml").write_text(core() + asks)
        _, out, _ = run(capsys, "theirs.yaml", "--json")
        said = json.loads(out)
        assert (shop / said["folder"] / "acme.txt").is_file() == there
        assert ("acme.txt" in said["files"]) == there


def test_a_plugin_for_another_version_of_the_interface_is_named(shop, install, capsys):
    install("acme-bad", Bad("term", "", "", "").code(), group="mixopt.v2")
    (shop / "theirs.yaml").write_text(core() + ASKS["term"])
    code, _, told = run(capsys, "theirs.yaml")
    assert code == 2
    assert (
        "not loaded: acme-bad 1.0 (made for version 2 of the plugin interface; this mixopt offers version 1)"
        in told
    )


def test_two_plugins_with_one_name_stop_only_who_asks_for_it(shop, install, capsys):
    install("acme-bad", Bad("term", "", "", "").code())
    install("acme-worse", Bad("term", "", "", "").code())
    (shop / "theirs.yaml").write_text(core("acme-bad, acme-worse") + ASKS["term"])
    code, _, told = run(capsys, "theirs.yaml")
    assert code == 2
    assert "registered by both acme-bad 1.0 and acme-worse 1.0" in told
    (shop / "core.yaml").write_text(core("acme-bad, acme-worse"))
    assert run(capsys, "core.yaml")[0] == 0
    (shop / "theirs.yaml").write_text(core() + ASKS["term"])
    assert run(capsys, "theirs.yaml")[0] == 0


def test_no_plugin_takes_a_name_of_the_core(shop, install, capsys):
    squats = Bad("term", 'name="bad"', 'name="response"', "").code()
    install("acme-bad", squats)
    code, _, told = run(capsys, "core.yaml")
    assert code == 2
    assert re.search(r"registered by both acme-bad 1.0 and mixopt \d", told)
    (shop / "core.yaml").write_text(core(""))
    assert run(capsys, "core.yaml")[0] == 0


def test_code_outside_the_allow_list_is_never_loaded(shop, install, capsys, tmp_path):
    install("acme-bad", f"from pathlib import Path\nPath({str(tmp_path / 'loaded')!r}).touch()\n")
    (shop / "core.yaml").write_text(core("mixopt-brand"))
    assert run(capsys, "core.yaml")[0] == 0
    assert not (tmp_path / "loaded").exists()
    (shop / "core.yaml").write_text(core())
    assert run(capsys, "core.yaml")[0] == 0
    assert (tmp_path / "loaded").exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("acme-bad==2.0", "acme-bad 2.0 is allowed, and 1.0 is installed; try: pip install acme-bad==2.0"),
        ("'acme-bad==1.0#sha256=" + 64 * "0" + "'", "what is installed of acme-bad is not what is allowed"),
        (
            "acme-nowhere==1.2",
            "acme-nowhere is allowed but not installed; try: pip install acme-nowhere==1.2",
        ),
        ("'acme bad'", "'acme bad' names no distribution; wanted: a distribution's name"),
    ],
)
def test_an_allow_list_holds_name_version_and_content(line, told, shop, install, capsys):
    install("acme-bad", Bad("term", "", "", "").code())
    (shop / "core.yaml").write_text(core(line))
    code, _, err = run(capsys, "core.yaml")
    assert code == 2
    assert told in err


def test_a_run_says_which_plugins_took_part_with_version_and_content(shop, install, capsys):
    install("acme-bad", Bad("term", "", "", "").code(), record="acme_bad.py,sha256=abc,100\n")
    (shop / "theirs.yaml").write_text(core() + ASKS["term"])
    _, out, _ = run(capsys, "theirs.yaml", "--json")
    found = json.loads(out)["plugins"]
    assert set(found) == {"acme-bad", "mixopt"}
    assert found["acme-bad"]["version"] == "1.0"
    sum_of = found["acme-bad"]["record"]
    assert re.fullmatch("[0-9a-f]{64}", sum_of)
    (shop / "theirs.yaml").write_text(core(f"'acme-bad==1.0#sha256={sum_of}'") + ASKS["term"])
    assert run(capsys, "theirs.yaml")[0] == 0


def test_a_kind_that_is_to_go_works_and_says_what_to_write(shop, install, capsys):
    install(
        "acme-bad", Bad("term", 'name="bad",', 'name="bad", deprecated="write acme-fee instead",', "").code()
    )
    (shop / "theirs.yaml").write_text(core() + ASKS["term"])
    code, out, told = run(capsys, "theirs.yaml", "--json")
    assert code == 0
    assert told == "Warning: term 'bad' of acme-bad 1.0 is to go; write acme-fee instead\n"
    assert json.loads(out)["warnings"] == ["term 'bad' of acme-bad 1.0 is to go; write acme-fee instead"]
    assert run(capsys, "core.yaml")[2] == ""


def test_a_run_with_a_curve_from_elsewhere_is_verified_with_its_plugin_alone(shop, install, capsys):
    install("acme-bad", Bad("curve", "", "", "").code())
    (shop / "cells.csv").write_text(THEIR_CELLS)
    _, out, _ = run(capsys, "core.yaml", "--json")
    folder = json.loads(out)["folder"]
    assert main(["verify", folder]) == 0
    install("acme-other", "raise SystemExit(3)")
    assert main(["verify", folder]) == 0
    install(
        "acme-bad", Bad("curve", "return Curve(Hill", "1 / 0; return Curve(Hill", "").code(), version="1.1"
    )
    capsys.readouterr()
    assert main(["verify", folder]) == 2
    told = capsys.readouterr().err
    assert "curve 'bad' of acme-bad" in told
    assert "build failed: ZeroDivisionError" in told


def test_a_command_that_raises_is_named(install, capsys):
    install(
        "acme-bad",
        "from mixopt import CommandEntry, hookimpl\n\n"
        "def run():\n    '''Fail.'''\n    1 / 0\n\n"
        "@hookimpl\ndef mixopt_commands():\n"
        "    return [CommandEntry(name='bad', summary='Fail.', build=lambda: run)]\n",
    )
    assert main(["bad"]) == 2
    assert capsys.readouterr().err == (
        "command 'bad' of acme-bad 1.0: it failed: ZeroDivisionError: division by zero; "
        "try: report it to the plugin's author\n"
    )
