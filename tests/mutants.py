"""Mutation testing of `policy`, `access` and `identity`: which changes to the code does no test notice?

    tox run -e mutants -- [--sample 1200] [--seed 1] [--minutes 25] [--only 'mocks3.access.procedure*']

mutmut makes the mutants and runs the tests; its settings are in pyproject.toml. All of them take hours, so this script
runs a random sample, and stops when the time is over. It prints the mutants that survived and the counts. The property
tests and fuzzers of these packages are left out, so the count of survivors is an upper bound.
"""

# ruff: noqa: T201 -- a script speaks by printing

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
"""What mutmut's exit codes mean. The others are signals and time limits: the mutant did not go unnoticed."""


def outcomes() -> dict[str, int | None]:
    """The exit code of each mutant; None if it has not been run."""
    found: dict[str, int | None] = {}
    for path in MUTANTS.rglob("*.meta"):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def run(names: list[str], seconds: float | None = None) -> None:
    """Run the tests on the mutants. Stop after `seconds`; what was found until then is kept."""
    with contextlib.suppress(subprocess.TimeoutExpired), (MUTANTS / "log").open("a", encoding="utf-8") as log:
        command = [*MUTMUT, "run", "--max-children", "1", *names]
        subprocess.run(command, stdout=log, stderr=log, timeout=seconds, check=False)


def main() -> None:
    """Make the mutants, run a sample of them, print the survivors."""
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
