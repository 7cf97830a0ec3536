"""The kit is green on the core's own entries, and tells what it finds as records."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field

import mixopt
import mixopt.builtin
from mixopt import Number, Settings, TermEntry, hookimpl
from mixopt.testing import (
    assert_plan_close,
    assert_rules_equal,
    check_plugin,
    parametrize_checks,
    sampled,
    small_problem,
    small_tables,
)
from mixopt.testing.watch import watched


class Rate(Settings):
    rate: Number = Field(0.1, description="Currency per unit of currency.")


@dataclass
class Fee:
    settings: Any
    scope: Any

    def build(self, block, totals):
        return -self.settings.rate * totals.spend()

    def value(self, plan):
        return -float(self.settings.rate * plan.spend.sum())


FEE = TermEntry(name="fee", summary="A fee", settings=Rate, examples=(Rate(),), build=Fee)
TITLE = {"summary-is-a-sentence": "the summary is a title"}


@parametrize_checks(mixopt.builtin)
def test_the_core_keeps_its_promises(check):
    check()


def small_plugin(*entries):
    class Plugin:
        @hookimpl
        def mixopt_terms(self):
            return list(entries)

    return Plugin()


def test_an_expected_failure_is_excused_with_its_reason():
    reasons = {"summary-is-a-sentence": "the summary is a title"}
    found = check_plugin(small_plugin(FEE), expected_failures=reasons)
    excused = [each for each in found.outcomes if each.status == "expected-failure"]
    assert [(each.entry, each.check, each.reason) for each in excused] == [
        ("fee", "summary-is-a-sentence", "the summary is a title")
    ]
    assert found.count("failed") == 0


def test_what_was_expected_to_fail_and_passes_is_a_failure():
    with pytest.raises(AssertionError) as caught:
        check_plugin(small_plugin(FEE), expected_failures={"fee/prints-nothing": "it logs", **TITLE})
    assert str(caught.value) == (
        "1 check failed\nterm fee [example 0] prints-nothing: expected to fail (it logs) but passes"
    )


def test_failures_are_listed_together_with_entry_example_and_check():
    with pytest.raises(AssertionError) as caught:
        check_plugin(small_plugin(FEE))
    assert str(caught.value) == (
        "1 check failed\nterm fee [example 0] summary-is-a-sentence: AssertionError: no full stop: 'A fee'"
    )


def test_skips_are_counted_with_their_reason():
    found = check_plugin(small_plugin(FEE), expected_failures=TITLE)
    reasons = {each.check: each.reason for each in found.outcomes if each.status == "skipped"}
    assert reasons["gradient-is-the-slope"] == "a linear term"
    assert found.count("skipped") == len(reasons) == 5
    assert found.count("passed") == len(found.outcomes) - 6


def test_parametrised_checks_have_an_id_for_entry_example_and_check():
    mark = parametrize_checks(small_plugin(FEE), expected_failures=TITLE).mark
    marks = {case.id: [each.name for each in case.marks] for case in mark.args[1]}
    assert marks["term-fee-0-twin-agrees-with-the-model"] == []
    assert marks["term-fee-0-summary-is-a-sentence"] == ["xfail"]


def test_plans_are_close_where_their_intervals_meet():
    plan = SimpleNamespace(objective=9.9, bound=10.0, status="optimal")
    assert_plan_close(plan, SimpleNamespace(objective=9.95, bound=10.2, status="optimal"))
    with pytest.raises(AssertionError, match="lie apart"):
        assert_plan_close(plan, SimpleNamespace(objective=10.1, bound=10.2, status="optimal"))
    with pytest.raises(AssertionError, match="optimal and infeasible"):
        assert_plan_close(plan, SimpleNamespace(objective=None, bound=None, status="infeasible"))


def test_rules_are_equal_where_they_keep_the_same_plans():
    problem = small_problem()
    find = mixopt.discover().find
    spend, share = find("rule", "spend"), find("rule", "share")
    made = spend.build(spend.settings(where={"channel": "tv"}, at_most=300.0), problem.scope)
    same = spend.build(spend.settings(where={"channel": "tv"}, at_most="300"), problem.scope)
    other = share.build(share.settings(where={"channel": "tv"}, at_most="60%"), problem.scope)
    assert_rules_equal(made, same, sampled(problem))
    with pytest.raises(AssertionError, match="Level"):
        assert_rules_equal(made, other, sampled(problem))


def test_small_problems_are_the_same_for_the_same_seed():
    one, same, other = small_tables(3), small_tables(3), small_tables(4)
    assert one["cells"].equals(same["cells"])
    assert not one["cells"].equals(other["cells"])
    assert small_problem(seed=3).scope.n_cells == 8


def test_the_watch_sees_what_is_done_to_the_world_and_no_imports(tmp_path):
    with watched() as notes:
        import colorsys  # noqa: F401

        (tmp_path / "out.txt").write_text("x")
        (tmp_path / "made").mkdir()
    assert notes[0] == f"writes {tmp_path / 'out.txt'}"
    assert notes[1] == f"os.mkdir {tmp_path / 'made'}"
    with watched() as notes:
        (tmp_path / "out.txt").read_text()
    assert notes == [f"reads {tmp_path / 'out.txt'}"]
