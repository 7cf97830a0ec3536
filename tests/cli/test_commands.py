"""The other commands, wrong calls, and how the process behaves: quick help, pipes, Ctrl-C, odd encodings."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from mixopt.cli import main
from mixopt.cli.exit import code_of
from mixopt.cli.work import finish, line
from mixopt.engine import Event


def python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
    )


def test_help_is_quick_and_loads_nothing_heavy():
    script = (
        "import sys, time, resource; began = time.process_time(); from mixopt.cli import main; code = main(['--help']);"
        "print(time.process_time() - began, code, sorted({'numpy', 'pandas', 'pyomo', 'highspy', 'scipy', 'rich', "
        "'pydantic', 'mixopt.builtin'} & set(sys.modules)))"
    )
    answers = [python("-c", script).stdout.splitlines()[-1].split(maxsplit=2) for _ in range(3)]
    assert {tuple(answer[1:]) for answer in answers} == {("0", "[]")}
    assert (
        min(float(answer[0]) for answer in answers) < 0.9
    )  # 0.15 s on a machine of today; slow ones are not failures


def test_python_m_is_the_same_command():
    done = python("-m", "mixopt", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: mixopt [OPTIONS] COMMAND [ARGS]...")
    for command in ("check", "run", "verify", "explain", "demo", "init", "schema", "plugins"):
        assert f"\n  {command} " in done.stdout


def test_the_exit_code_of_the_process_is_that_of_the_command(tmp_path):
    assert python("-m", "mixopt", "run", str(tmp_path / "none.yaml")).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope"], "No such command 'nope'"),
        (["run"], "CONFIG"),
        (["run", "x.yaml", "--gapp", "1"], "No such option"),
        (["plugins", "show"], "NAME"),
    ],
)
def test_a_wrong_call_is_exit_code_2_with_a_hint(mixopt, arguments, words):
    code, out, err = mixopt(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_the_version_is_the_packages(mixopt):
    from mixopt import __version__

    assert mixopt("--version")[:2] == (0, f"mixopt {__version__}\n")


def test_plugins_lists_names_versions_and_kinds(mixopt):
    code, out, _ = mixopt("plugins")
    assert code == 0
    assert "mixopt 0" in out
    assert "  terms: profit, response" in out
    code, out, _ = mixopt("plugins", "--json")
    listed = json.loads(out)
    core = next(each for each in listed if each["distribution"] == "mixopt")
    assert core["error"] is None
    assert {"share", "spend", "keep", "linear"} <= set(core["registers"]["rule"])


def test_a_broken_plugin_is_listed_with_its_error(mixopt, monkeypatch):
    from mixopt import plugin
    from mixopt.plugin import Provider, Registry

    broken = Provider(
        plugin="x", distribution="mixopt-x", version="1", module="x", error="ImportError: no y\x1b[31m"
    )
    monkeypatch.setattr(plugin, "discover", lambda: Registry((broken,)))
    code, out, _ = mixopt("plugins")
    assert code == 0
    assert out == "mixopt-x 1 (x)\n  not loaded: ImportError: no y�[31m\n"


def test_plugins_show_tells_settings_defaults_and_an_example(mixopt):
    code, out, _ = mixopt("plugins", "show", "share")
    assert code == 0
    assert out.startswith(
        "rule share\n  Share of spend of a selection of cells within limits.\n  from mixopt\n  settings:\n"
    )
    assert "    where (needed): Cells whose share is limited." in out
    assert '"kind": "share"' in out
    assert '{"curve": "hill"' in mixopt("plugins", "show", "hill")[1]
    code, _, err = mixopt("plugins", "show", "shre")
    assert code == 2
    assert "try: share" in err


def test_commands_of_plugins_are_commands(mixopt):
    code, out, _ = mixopt("curve", "michaelis-menten", "scale=10", "half_saturation=5", "--spend", "5")
    assert code == 0
    assert out.splitlines()[1].startswith("5,5,1,")


def test_schema_writes_json_to_stdout_or_a_file(mixopt, tmp_path):
    code, out, err = mixopt("schema")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["$schema"].endswith("2020-12/schema")
    code, out, err = mixopt("schema", "--out", tmp_path / "s.json")
    assert (code, out) == (0, "")
    assert json.loads((tmp_path / "s.json").read_text()) == document
    assert mixopt("schema", "--out", tmp_path / "none" / "s.json")[0] == 2


def test_init_writes_a_start_that_runs_and_never_overwrites(mixopt, tmp_path):
    code, out, _ = mixopt("init", tmp_path / "new")
    assert code == 0
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["cells.csv", "config.yaml", "mixopt.schema.json"]
    assert out.endswith(f"Next: mixopt run {tmp_path / 'new' / 'config.yaml'}\n")
    assert mixopt("check", tmp_path / "new" / "config.yaml")[0] == 0
    before = {name: (tmp_path / "new" / name).read_bytes() for name in names}
    (tmp_path / "new" / "cells.csv").unlink()
    code, _, err = mixopt("init", tmp_path / "new")
    assert code == 2
    assert "config.yaml: it is already there" in err
    assert not (tmp_path / "new" / "cells.csv").exists()
    assert (tmp_path / "new" / "config.yaml").read_bytes() == before["config.yaml"]


def test_init_knows_its_examples(mixopt, tmp_path):
    code, _, err = mixopt("init", tmp_path, "--example", "nope")
    assert code == 2
    assert "wanted: one of few-channels, posterior-draws, s-curves, six-channels, uk-media" in err


def test_explain_says_a_config_in_words(config, mixopt, two_plans):
    code, out, _ = mixopt("explain", config(plans=two_plans))
    assert code == 0
    assert out.splitlines() == [
        "small: 4 cells; all of 100 is spent.",
        "pure-roi makes the most of",
        "  1 × response (response)",
        "steady makes the most of",
        "  1 × response (response)",
        "  while",
        "  floor: spend on search is at least 60",
    ]


def test_explain_says_which_rules_bind_in_a_run(config, mixopt, two_plans, tmp_path):
    folder = json.loads(mixopt("run", config(plans=two_plans), "--out", tmp_path, "--json")[1])["folder"]
    code, out, _ = mixopt("explain", folder)
    assert code == 0
    assert "steady: optimal (gap)" in out
    assert "  floor binds at 60: giving way by one unit gains " in out


def test_the_demo_is_the_shipped_example(monkeypatch, tmp_path):
    from mixopt.cli import demo

    seen = []
    monkeypatch.setattr(demo, "run", lambda config, plans, out, sets, **_: seen.append((config, out)) or 0)
    assert main(["demo", "--out", str(tmp_path)]) == 0
    ((config, out),) = seen
    assert config.is_file()
    assert config.parent.name == "uk-media"
    assert out == tmp_path


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["optimal"], 0),
        (["feasible", "optimal"], 0),
        (["optimal", "infeasible", "no-plan"], 3),
        (["optimal", "no-plan"], 4),
    ],
)
def test_exit_codes_follow_from_the_statuses(statuses, code):
    assert code_of(statuses) == code


def test_a_defect_is_exit_code_1_with_how_to_report_it_and_a_traceback_only_when_asked(
    mixopt, monkeypatch, config
):
    from mixopt import pipeline

    def broken(*args, **kwargs):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(pipeline, "run", broken)
    code, out, err = mixopt("run", config())
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "A defect of mixopt's own: ZeroDivisionError: inside"
    assert "--debug" in err
    assert "Traceback" not in err
    assert "Traceback" in mixopt("--debug", "run", config())[2]


def test_results_can_be_piped_into_something_that_stops_reading(config):
    command = f"{sys.executable} -m mixopt schema | head -c 10"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert len(done.stdout) == 10


def test_a_terminal_that_knows_few_letters_gets_what_it_can_show(config, two_plans, tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = python(
        "-m", "mixopt", "run", str(config(plans=two_plans)), "--out", str(tmp_path), env=environment
    )
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "Traceback" not in done.stderr


SLOW = """
import sys
from mixopt.cli import main
from mixopt.cli.work import Work
note = Work._note
def loud(self, plan, event):
    note(self, plan, event)
    if event.objective is not None:
        print("ready", file=sys.stderr, flush=True)
Work._note = loud
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_ctrl_c_answers_with_the_best_plan_and_its_gap(root, tmp_path):
    text = (root / "configs" / "s-curves" / "config.yaml").read_text()
    config = tmp_path / "config.yaml"
    config.write_text(f"{text}\nreports: []\n")
    shutil.copy(root / "configs" / "s-curves" / "cells.csv", tmp_path)
    arguments = [
        "run",
        str(config),
        "--gap",
        "1e-9",
        "--time-limit",
        "120s",
        "--json",
        "--out",
        str(tmp_path),
    ]
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr.readline() == "ready\n"
        began = time.monotonic()
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=120)
        took = time.monotonic() - began
    assert run.returncode == 0
    said = json.loads(out)["plans"]
    assert all(plan["objective"] is not None for plan in said.values())
    assert all(plan["status"] == "optimal" or plan["reason"] == "interrupted" for plan in said.values())
    assert "Stopping with the best plans found so far" in err or all(
        p["status"] == "optimal" for p in said.values()
    )
    assert took < 60


def test_the_first_ctrl_c_asks_the_task_to_stop(capsys):
    def task(progress, stop):
        os.kill(os.getpid(), signal.SIGINT)
        return "best so far" if stop.wait(60) else "not asked"

    before = signal.getsignal(signal.SIGINT)
    assert finish(task, quiet=True) == "best so far"
    assert "Stopping with the best plans found so far" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before


def test_the_second_ctrl_c_leaves():
    release = threading.Event()

    def task(progress, stop):
        os.kill(os.getpid(), signal.SIGINT)
        stop.wait(60)
        os.kill(os.getpid(), signal.SIGINT)
        release.wait(10)

    with pytest.raises(KeyboardInterrupt):
        finish(task, quiet=True)
    release.set()


def test_outside_the_main_thread_signals_are_left_alone():
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(finish(lambda progress, stop: "done", quiet=True))
    )
    thread.start()
    thread.join(10)
    assert answers == ["done"]


def test_what_a_task_raises_is_raised_where_it_is_waited_for():
    def task(progress, stop):
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        finish(task, quiet=True)


def test_progress_says_how_far_the_plan_is():
    assert line(None) == "reading"
    event = Event(seconds=3.2, step="branching", objective=100.0, bound=101.0)
    assert line(("pure-roi", event)) == "Pure ROI: branching, 3 s, at most 1% missing"
    assert (
        line(("[red]", Event(seconds=0.0, step="start", objective=None, bound=None))) == "\\[red]: start, 0 s"
    )


def test_an_interrupted_process_says_so(monkeypatch, mixopt, config):
    from mixopt.cli import run

    def interrupted(task, *, quiet):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "finish", interrupted)
    code, out, err = mixopt("run", config())
    assert (code, out, err) == (130, "", "Interrupted.\n")
