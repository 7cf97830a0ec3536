"""Every promise of the conformance kit, on every example of every entry."""

from __future__ import annotations

import mixopt_report.register

from mixopt.testing import parametrize_checks


@parametrize_checks(mixopt_report.register)
def test_the_plugin_keeps_its_promises(check):
    check()
