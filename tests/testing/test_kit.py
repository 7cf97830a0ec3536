"""The kit is green on the core's own entries, and each check can fail."""

import mixopt.builtin
from mixopt.testing import parametrize_checks


@parametrize_checks(mixopt.builtin)
def test_the_core_keeps_its_promises(check):
    check()
