"""Response curves, numpy only: one family per file; all start at 0 and rise, convex first and then concave."""

from mixopt.curves import calibrate
from mixopt.curves.curves import Curves, join
from mixopt.curves.draws import responses
from mixopt.curves.envelope import Envelope, envelope
from mixopt.curves.family import Family, Floats, Indices, Pricing
from mixopt.curves.hill import Hill
from mixopt.curves.linear import Linear
from mixopt.curves.log import Log
from mixopt.curves.logistic import Logistic
from mixopt.curves.michaelis_menten import MichaelisMenten
from mixopt.curves.mixture import Mixture, over_draws
from mixopt.curves.negative_exponential import NegativeExponential
from mixopt.curves.power import Power
from mixopt.curves.response import best_response
from mixopt.curves.tabulate import tabulate
from mixopt.curves.tabulated import Tabulated
from mixopt.curves.tanh import Tanh

__all__ = [
    "Curves",
    "Envelope",
    "Family",
    "Floats",
    "Hill",
    "Indices",
    "Linear",
    "Log",
    "Logistic",
    "MichaelisMenten",
    "Mixture",
    "NegativeExponential",
    "Power",
    "Pricing",
    "Tabulated",
    "Tanh",
    "best_response",
    "calibrate",
    "envelope",
    "join",
    "over_draws",
    "responses",
    "tabulate",
]
