"""Values that other people's packages document for their saturations."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mixopt.curves import Hill, MichaelisMenten

ONE = np.ones(1)


@pytest.fixture(scope="module")
def reference(shared_cases):
    return json.loads((shared_cases / "transforms_reference.json").read_text(encoding="utf-8"))


def test_hill_of_meridian(reference):
    known = reference["hill_known"]
    assert known["slope1_ec1"] == "x/(1+x)"
    x = np.array([0.0, 0.25, 1.0, 4.0])
    curve = Hill(ONE, ONE, ONE).take(np.zeros(4, dtype=np.int64))
    np.testing.assert_allclose(curve.value(x), x / (1 + x), rtol=1e-15)
    for steepness in (0.5, 1.0, 3.0):
        assert Hill(ONE, 7.0 * ONE, steepness * ONE).value(7.0 * ONE)[0] == known["at_ec"]


def test_michaelis_menten_of_robyn(reference):
    example = reference["robyn"]["michaelis_menten"]
    x = np.array(example["x"], dtype=float)
    many = np.zeros(len(x), dtype=np.int64)
    curve = MichaelisMenten(example["Vmax"] * ONE, example["Km"] * ONE).take(many)
    np.testing.assert_allclose(curve.value(x), example["Vmax"] * x / (example["Km"] + x), rtol=1e-15)
    hill = Hill(example["Vmax"] * ONE, example["Km"] * ONE, ONE).take(many)
    np.testing.assert_allclose(hill.value(x), curve.value(x), rtol=1e-14)
