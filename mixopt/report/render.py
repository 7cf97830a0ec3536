"""A result as named bytes: what a run's folder holds. Nothing is written here."""

from __future__ import annotations

from mixopt.plan import Result
from mixopt.plan.load import SUMMARY
from mixopt.proof.certificate import write as certificate_files
from mixopt.report.artifacts import artifacts
from mixopt.report.frontier_files import frontier_files
from mixopt.report.inputs import INPUTS, inputs_file
from mixopt.report.summary import json_bytes, summary
from mixopt.report.table import csv_bytes


def render(result: Result) -> dict[str, bytes]:
    """Return the files of a run.

    Parameters
    ----------
    result : Result

    Returns
    -------
    dict of str to bytes
        By file name, those of the installed reports among them. Only ``summary.json`` holds times, versions and
        warnings: for the same config and inputs the core's other files are the same, byte for byte.
    """
    files = {
        "allocation.csv": csv_bytes(result.allocation),
        "contrast.csv": csv_bytes(result.contrast),
        "terms.csv": csv_bytes(result.terms),
        "rules.csv": csv_bytes(result.rules),
        INPUTS: inputs_file(result.problem),
    }
    if result.over_draws is not None:
        files["ranges.csv"] = csv_bytes(result.ranges)
    if result.certificate is not None:
        files |= certificate_files(result.certificate)
    if result.frontier is not None:
        files |= frontier_files(result.frontier)
    made = artifacts(result)
    files |= made.files
    return {**files, SUMMARY: json_bytes(summary(result, files, made.failures.values()))}
