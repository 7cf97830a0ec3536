"""What every test shares, those of the plugins too: one thread, repeatable examples, where things are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # before anything imports numpy, which reads them once
for variable in [name for name in os.environ if name.startswith("MIXOPT_")]:
    del os.environ[variable]  # settings of whoever runs the tests would override the configs

# The same examples in every run: a law that fails must fail for everyone. More of them: HYPOTHESIS_PROFILE=thorough.
common = {"deadline": None, "derandomize": True, "database": None, "print_blob": True}
settings.register_profile("suite", max_examples=60, suppress_health_check=[HealthCheck.too_slow], **common)
settings.register_profile("thorough", max_examples=2_000, suppress_health_check=list(HealthCheck), **common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """Return the folder of published cases beside the checkout; skip where it is absent."""
    for parent in ROOT.parents:
        folder = parent / "shared" / "cases"
        if folder.is_dir():
            return folder
    pytest.skip("the folder of published cases, ../shared/cases, is not beside this checkout")
