"""The conformance kit for plugin authors: checks of every promise, small problems, assertions."""

from mixopt.testing import curve_checks, entry_checks, rule_checks, term_checks
from mixopt.testing.asserts import assert_plan_close, assert_rules_equal
from mixopt.testing.kit import CHECKS, Check, Outcome, Report, check_plugin, parametrize_checks
from mixopt.testing.sample import sampled
from mixopt.testing.small import small_problem, small_tables

__all__ = [
    "CHECKS",
    "Check",
    "Outcome",
    "Report",
    "assert_plan_close",
    "assert_rules_equal",
    "check_plugin",
    "curve_checks",
    "entry_checks",
    "parametrize_checks",
    "rule_checks",
    "sampled",
    "small_problem",
    "small_tables",
    "term_checks",
]
