"""The certificate of a run, and the verifier: it recomputes every claim and shares no code with the engine."""

from mixopt.proof.certificate import ARRAYS, PROBLEM, Certificate, read, write
from mixopt.proof.components import CurvesOf
from mixopt.proof.record import KeptTerm, SolvedPlan, make_certificate
from mixopt.proof.run_files import verify_run
from mixopt.proof.verify import PlanVerification, Verification, verify

__all__ = [
    "ARRAYS",
    "PROBLEM",
    "Certificate",
    "CurvesOf",
    "KeptTerm",
    "PlanVerification",
    "SolvedPlan",
    "Verification",
    "make_certificate",
    "read",
    "verify",
    "verify_run",
    "write",
]
