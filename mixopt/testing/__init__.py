"""The conformance kit for plugin authors: checks of every promise, small problems, assertions."""

from mixopt.testing import (
    command_checks,
    curve_checks,
    entry_checks,
    executor_checks,
    importer_checks,
    object_checks,
    report_checks,
    rule_checks,
    term_checks,
)
from mixopt.testing.asserts import assert_plan_close, assert_rules_equal
from mixopt.testing.kit import CHECKS, Check, Findings, Outcome, check_plugin, parametrize_checks
from mixopt.testing.sample import sampled
from mixopt.testing.small import small_problem, small_result, small_tables

__all__ = [
    "CHECKS",
    "Check",
    "Findings",
    "Outcome",
    "assert_plan_close",
    "assert_rules_equal",
    "check_plugin",
    "command_checks",
    "curve_checks",
    "entry_checks",
    "executor_checks",
    "importer_checks",
    "object_checks",
    "parametrize_checks",
    "report_checks",
    "rule_checks",
    "sampled",
    "small_problem",
    "small_result",
    "small_tables",
    "term_checks",
]
