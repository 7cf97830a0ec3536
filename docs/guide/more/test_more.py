"""The halo and the curve of the guide keep mixopt's promises and give the numbers worked out by hand."""

from __future__ import annotations

import brand_halo
import numpy as np
import pandas as pd
import pytest
import weibull_curve

import mixopt
from mixopt.testing import parametrize_checks

REGISTRY = mixopt.Registry(
    (
        *mixopt.discover([]).providers,
        *mixopt.registry_of(("halo", brand_halo), ("weibull", weibull_curve)).providers,
    )
)


@parametrize_checks(brand_halo, registry=REGISTRY)
def test_the_halo_keeps_its_promises(check):
    check()


@parametrize_checks(weibull_curve, registry=REGISTRY)
def test_the_curve_keeps_its_promises(check):
    check()


def test_a_weibull_curve_at_its_scale_is_one_less_one_over_e():
    curves = weibull_curve.Weibull(np.array([100.0]), np.array([500.0]), np.array([2.0]))
    assert curves.value(np.array([500.0])) == pytest.approx([100.0 * (1 - np.exp(-1))])
    assert curves.inflection() == pytest.approx([500.0 / np.sqrt(2.0)])


def test_a_halo_stops_at_its_ceiling():
    # A brings 3 a unit and 20 % of that for its neighbour, B brings 3.5: A is worth 3.6 until the halo has brought 60,
    # which is at 60 / (0.2 * 3) = 100 of spend; from there on B is worth more.
    cells = pd.DataFrame(
        {
            "channel": ["tv", "radio"],
            "brand": ["a", "b"],
            "curve": "linear",
            "scale": [3.0, 3.5],
            "upper": 300.0,
        }
    )
    halo = {"kind": "brand-halo", "source": "a", "share": "20%", "ceiling": 60}
    config = {
        "mixopt": 1,
        "name": "halo",
        "currency": "EUR",
        "budget": {"total": 300},
        "data": {"cells": "cells"},
        "plans": {"best": {"objective": [{"kind": "response"}, halo]}},
    }
    plan = mixopt.run(config, tables={"cells": cells}, registry=REGISTRY).plans["best"]
    assert plan.allocation["spend"].tolist() == pytest.approx([100.0, 200.0])
    assert plan.objective == pytest.approx(3.0 * 100 + 60 + 3.5 * 200)
