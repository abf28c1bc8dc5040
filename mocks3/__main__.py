"""``python -m mocks3``: the same as ``mocks3`` on the command line."""

from __future__ import annotations

import sys

from mocks3.cli import main

if __name__ == "__main__":
    sys.exit(main())
