"""Mutation testing of `policy`, `access` and `identity`: find changes to the code that no test notices.

    tox run -e mutants -- [--sample 1200] [--seed 1] [--minutes 25] [--only 'mocks3.access.engine*']

mutmut makes the mutants and runs the tests; its settings are in pyproject.toml. All mutants together take hours, so
this script runs a random sample, and stops when the time is over. It prints the mutants that survived and the counts.
Property tests and fuzzers do not run, so the number of survivors is an upper bound.
"""

# ruff: noqa: T201 -- the script prints its result

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

MUTANTS = Path("mutants")
MUTMUT = (sys.executable, "-m", "mutmut")
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", 5: "no tests", 33: "no tests"}
"""The meaning of mutmut's exit codes. All others are signals and time limits, which count as killed."""


def outcomes() -> dict[str, int | None]:
    """Return the exit code of each mutant; None if it was not run."""
    found: dict[str, int | None] = {}
    for path in MUTANTS.rglob("*.meta"):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def run(names: list[str], seconds: float | None = None) -> None:
    """Run the tests on the mutants, and stop after `seconds`. The results until then remain."""
    with contextlib.suppress(subprocess.TimeoutExpired), (MUTANTS / "log").open("a", encoding="utf-8") as log:
        command = [*MUTMUT, "run", "--max-children", "1", *names]
        subprocess.run(command, stdout=log, stderr=log, timeout=seconds, check=False)


def main() -> None:
    """Make the mutants, run a sample of them, and print the survivors."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sample", type=int, default=1200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--minutes", type=float, default=25)
    arguments.add_argument("--only", default="*")
    options = arguments.parse_args()
    MUTANTS.mkdir(exist_ok=True)
    run(["mocks3.policy.glob.x_glob__mutmut_1"])
    every = sorted(name for name in outcomes() if fnmatch.fnmatch(name, options.only))
    if not every:
        sys.exit(f"no mutants: see {MUTANTS / 'log'}")
    chosen = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    run(chosen, options.minutes * 60)
    codes = outcomes()
    print("\n".join(name for name in sorted(chosen) if codes[name] in (0, 5, 33)))
    counts = Counter(
        "not run" if codes[name] is None else OUTCOMES.get(codes[name] or 0, "killed") for name in chosen
    )
    print(f"{len(every)} mutants, {len(chosen)} chosen: {dict(counts)}")


if __name__ == "__main__":
    main()
