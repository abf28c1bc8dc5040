"""Run the ``mocks3`` command line as ``python -m mocks3``."""

from __future__ import annotations

import sys

from mocks3.cli import main

if __name__ == "__main__":
    sys.exit(main())
