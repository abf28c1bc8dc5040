"""Run the whole suite with ten seeds: `tox run -e seeds`. Arguments on the command line go to pytest.

A seed chooses the order of the tests (pytest-randomly) and the examples (Hypothesis). A seed that fails is printed, and
`tox run -e py -- --randomly-seed=N --hypothesis-seed=N` runs it again.
"""

from __future__ import annotations

import subprocess
import sys

SEEDS = range(1, 11)


def main() -> int:
    """Return how many of the seeds failed."""
    failed = []
    for seed in SEEDS:
        print(f"=== seed {seed}", flush=True)
        chosen = [f"--randomly-seed={seed}", f"--hypothesis-seed={seed}"]
        run = subprocess.run([sys.executable, "-m", "pytest", *chosen, *sys.argv[1:]], check=False)
        if run.returncode:
            failed.append(seed)
    print(
        f"{len(SEEDS) - len(failed)} of {len(SEEDS)} seeds passed" + (f"; failed: {failed}" if failed else "")
    )
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
