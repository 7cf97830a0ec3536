"""What is true is accepted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixopt.proof import read, verify, write

SEEDS = st.integers(0, 2**32 - 1)
CASES = ("planted", "s_curves", "two_leaves", "switch", "impossible", "diverse", "priced", "kept")


@pytest.mark.parametrize("name", CASES)
def test_an_honest_certificate_is_accepted_after_a_round_trip(small, name):
    case = getattr(small, name)(np.random.default_rng(7))
    found = verify(read(write(case.certificate())), small.curves_of)
    last = found.plans[-1]
    assert last.status == case.solution.status
    if case.solution.objective is None:
        assert last.objective is None and last.bound is None
        return
    assert last.objective == pytest.approx(case.solution.objective, rel=1e-12)
    assert case.solution.objective <= last.bound <= case.solution.bound * (1 + 1e-9)
    assert last.bound == pytest.approx(case.solution.bound, rel=1e-8)
    assert last.rests_on == ()
