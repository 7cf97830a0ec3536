"""The interface of plugins stays as it is on record; within a version it only grows, and on purpose."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def api():
    spec = importlib.util.spec_from_file_location("api", ROOT / ".ci" / "api.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def broken(old, new, at=""):
    """Return what a plugin may rely on in `old` and not find in `new`."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [f"{at}.{name} is gone" for name in old if name not in new]
        needed = [f"{at}.{name} is needed now" for name in new if name not in old and new[name] == "needed"]
        return (
            gone
            + needed
            + [fault for name in old if name in new for fault in broken(old[name], new[name], f"{at}.{name}")]
        )
    if isinstance(old, list) and isinstance(new, list):
        return [f"{at}: {name} is gone" for name in old if name not in new]
    if old == new or (old, new) == ("needed", "optional"):
        return []
    return [f"{at} was {old} and is {new}"]


def test_the_interface_is_the_one_on_record(api):
    assert json.loads(api.GOLDEN.read_text(encoding="utf-8")) == api.description(), (
        "the interface of plugins has changed: if that is meant, and only adds to it, run `python .ci/api.py` "
        "and tell of it in CHANGELOG.md"
    )


def test_what_plugins_may_do_without_is_seen(api):
    now = api.description()
    assert broken(now, now) == []
    less = json.loads(json.dumps(now))
    del less["contracts"]["Rule"]["sentence"]
    less["names"]["mixopt"].remove("Level")
    less["entries"]["TermEntry"]["unit"] = "needed"
    less["contracts"]["Term"]["value"] = "(plan, cells)"
    assert sorted(broken(now, less)) == [
        ".contracts.Rule.sentence is gone",
        ".contracts.Term.value was (plan) and is (plan, cells)",
        ".entries.TermEntry.unit is needed now",
        ".names.mixopt: Level is gone",
    ]


def test_the_record_has_only_grown_since_the_last_release(api):
    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)

    tag = git("describe", "--tags", "--abbrev=0", "--match", "v*").stdout.strip()
    name = api.GOLDEN.relative_to(ROOT)
    held = git("show", f"{tag}:{name}") if tag else None
    if held is None or held.returncode != 0:
        pytest.skip("no release holds a record of the interface yet")
    assert broken(json.loads(held.stdout), json.loads(api.GOLDEN.read_text(encoding="utf-8"))) == []


def test_every_hook_is_used_by_what_comes_with_mixopt():
    from mixopt import discover
    from mixopt.plugin.registry import SECTIONS

    registry = discover()
    ours = ("mixopt", "mixopt-")
    for section in SECTIONS:
        users = {registry.provider_of(section, name).distribution for name in registry.entries(section)}
        assert any(user.startswith(ours) for user in users), section
