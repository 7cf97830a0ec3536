"""Every error carries fields, shows them on one line each, and survives pickling."""

import pickle

import pytest

from mixopt.errors import (
    ConfigError,
    Fault,
    FormulationError,
    InputError,
    MixoptError,
    PluginError,
    ProofError,
    SolverError,
    TableError,
    shown,
)

FAULT = Fault(
    where="config.yaml:6:25", problem="'0' is not above 0", wanted="a number above 0", hint="scale: 1"
)


@pytest.mark.parametrize(
    ("error", "text", "code"),
    [
        (
            ConfigError(FAULT),
            "config.yaml:6:25: '0' is not above 0; wanted: a number above 0; try: scale: 1",
            2,
        ),
        (TableError(FAULT, FAULT), "\n".join([str(FAULT)] * 2), 2),
        (PluginError(Fault(where="", problem="broken")), "broken", 2),
        (InputError(), "", 2),
        (
            FormulationError("rule 'x'", "is not linear", "a concave term"),
            "rule 'x': is not linear; try: a concave term",
            2,
        ),
        (FormulationError("rule 'x'", "is not linear"), "rule 'x': is not linear", 2),
        (SolverError("kError", "log"), "kError\nlog", 1),
        (ProofError("gap", "is wrong"), "gap: is wrong", 1),
        (MixoptError("plain"), "plain", 1),
    ],
)
def test_errors_say_what_they_carry_before_and_after_pickling(error, text, code):
    again = pickle.loads(pickle.dumps(error))
    assert (str(error), str(again), type(again), again.exit_code) == (text, text, type(error), code)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("tv", "'tv'"),
        (5, "5"),
        ("a\nb\x1b[31m", "'a\\u000ab\\u001b[31m'"),
        ("\u202eright", "'\\u202eright'"),
        ({"a": 1}, "a mapping with 1 key"),
        ([1, 2], "a list of 2 items"),
    ],
)
def test_values_are_shown_on_one_line_without_control_characters(value, text):
    assert shown(value) == text


def test_long_values_are_cut():
    assert len(shown("x" * 10_000)) == 82
