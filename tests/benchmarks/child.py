"""One measurement in a process of its own: what it holds at most is then known. Prints one line of JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"
sys.path.insert(0, str(Path(__file__).parent))


def peak():
    """Return the most memory held so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rival(name, case):
    """Measure an alternative on a case."""
    from family import Case, given
    from rivals import RIVALS, Sum

    problem = Sum.of(given(Case(**case)))
    before, begun = peak(), time.process_time()
    value = RIVALS[name](problem)
    return {"value": value, "seconds": time.process_time() - begun, "megabytes": peak() - before}


def ours(family, case):
    """Measure a whole run of mixopt, part by part: from the frame to the plan with its certificate."""
    import families

    import mixopt
    from mixopt.pipeline import Attempt, certify
    from mixopt.plan import make_result

    warm = families.FAMILIES["groups"](n=60, rules=2)
    mixopt.run(warm[0], tables=warm[1])
    document, tables = families.FAMILIES[family](**case)
    held, parts, last = peak(), {}, time.process_time()

    def done(name):
        nonlocal last
        parts[name] = time.process_time() - last
        last = time.process_time()

    registry = mixopt.discover()
    problem = mixopt.read_problem(mixopt.read_config(document, registry), registry, tables)
    done("read")
    plan = problem.plans["best"]
    model = mixopt.build_model(problem, plan, {})
    done("model")
    solution = mixopt.solve(model.program, mixopt.Options(time_limit=120))
    done("solve")
    made = mixopt.make_plan(problem, plan, model, solution)
    done("plan")
    make_result(problem, {"best": made})
    certify(problem, [Attempt(model=model, solution=solution, references={})])
    done("result")
    return {
        "parts": parts,
        "seconds": sum(parts.values()),
        "megabytes": peak(),
        "tables": held,
        "gap": solution.gap,
        "value": solution.objective,
        "bound": solution.bound,
        "status": solution.status,
        "counts": solution.counts,
    }


if __name__ == "__main__":
    work, arguments, limit = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    sys.stdout.write("\n" + json.dumps({"rival": rival, "ours": ours}[work](*arguments)) + "\n")
