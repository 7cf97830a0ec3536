"""Checks of reports: bytes under plain names, the same each time, without touching anything outside."""

from __future__ import annotations

import re
from typing import Any

from mixopt.testing.kit import Subject, promise
from mixopt.testing.small import small_result
from mixopt.testing.watch import watched

PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", re.ASCII)
TAKEN = (
    "allocation.csv",
    "contrast.csv",
    "terms.csv",
    "rules.csv",
    "summary.json",
    "certificate.npz",
    "problem.json",
    "inputs.json",
)


@promise("report", since="0.1")
def renders_bytes_under_plain_names(subject: Subject) -> None:
    """Every file has a plain name that the core does not use itself, and holds bytes."""
    files = _rendered(subject)
    assert files, "no file"
    for name, data in files.items():
        assert isinstance(name, str) and PLAIN.match(name), f"{name!r} is no plain file name"  # noqa: PT018
        assert name.lower() not in TAKEN, f"{name} is a file of the core's"
        assert isinstance(data, bytes), f"{name} holds a {type(data).__name__}, wanted bytes"
        assert data, f"{name} is empty"


@promise("report", since="0.1")
def renders_the_same_each_time(subject: Subject) -> None:
    """The same result gives the same bytes: no clock, no chance, no order of a set."""
    once, again = _rendered(subject), _rendered(subject)
    assert sorted(once) == sorted(again), f"{sorted(once)}, then {sorted(again)}"
    differing = [name for name in once if once[name] != again[name]]
    assert not differing, f"{', '.join(differing)} differs from one time to the next"


@promise("report", since="0.1")
def renders_without_touching_anything(subject: Subject) -> None:
    """Rendering writes no file, reads none but those of packages, and opens no connection."""
    report, result = subject.built(), small_result()
    with watched() as notes:
        report.render(result)
    assert not notes, f"it {notes[0]}"


@promise("report", since="0.1")
def renders_where_no_plan_exists(subject: Subject) -> None:
    """A result with a plan that cannot exist is rendered too: a run shows why."""
    result = small_result(constraints=({"kind": "spend", "at_least": 1e6},))
    files = subject.built().render(result)
    assert all(isinstance(data, bytes) for data in files.values()), "a file holds no bytes"


@promise("report", since="0.1")
def renders_hostile_names_harmlessly(subject: Subject) -> None:
    """A channel's name opens no tag in a page and starts no formula in a sheet."""
    script, formula = "<script>alert(1)</script>", "=1+1"
    result = small_result(rename=(("tv", script), ("radio", formula)))
    for name, data in subject.built().render(result).items():
        text = data.decode("utf-8", "replace")
        if name.endswith((".html", ".svg", ".xml")):
            assert script not in text, f"{name} holds the channel's name as a tag"
        if name.endswith((".csv", ".tsv")):
            cells = re.split(r"[,;\t\n]", text)
            assert not [cell for cell in cells if cell.strip('"').startswith(formula)], (
                f"{name} holds a formula"
            )


def _rendered(subject: Subject) -> dict[str, Any]:
    return dict(subject.built().render(small_result()))
