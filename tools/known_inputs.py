"""Print the members and values that the installed botocore adds to the inputs that mocks3 knows, or record them.

    python tools/known_inputs.py            print the additions, which mocks3 refuses by name
    python tools/known_inputs.py --write    add them to mocks3/wire/known_inputs.txt, marked "unreviewed"

mocks3 refuses a row while it is marked. Remove the mark when the member is implemented, or when a test shows that the
operation refuses or ignores it as AWS does. Rows of older models remain.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import botocore

from mocks3.operations import registered
from mocks3.operations.registry import SERVICES
from mocks3.wire import known, models

TABLE = Path(__file__).parents[1] / "mocks3" / "wire" / known.TABLE.name
TITLE = "Inputs that mocks3 knows, written by tools/known_inputs.py; checked against botocore"


def additions() -> Iterator[str]:
    """Yield every operation, member and value of the installed models that is not in the table."""
    for service in SERVICES:
        for name in models.service_model(service).operation_names:
            operation = f"{service}:{name}"
            if (service, name) in registered() and operation in known.table().operations:
                yield from (f"{operation} {each}" for each in known.additions(service, name))
            elif operation + known.UNSUPPORTED not in known.table().operations:
                yield operation


def report() -> str:
    """Return a list with one line for each addition."""
    found = list(additions())
    if not found:
        return f"botocore {botocore.__version__} adds nothing to what mocks3 knows.\n"
    lines = "".join(f"  {each}\n" for each in found)
    return f"botocore {botocore.__version__} adds, refused by name:\n{lines}"


def renewed() -> str:
    """Return the table with the rows of the installed models. Rows that were not known are marked."""
    recorded = known.table().operations
    installed = {
        f"{service}:{name}" for service in SERVICES for name in models.service_model(service).operation_names
    }
    blocks = [f"{TITLE} {botocore.__version__}"]
    for operation in sorted({name.partition(" ")[0] for name in recorded} | installed):
        service, _, name = operation.partition(":")
        is_played = (service, name) in registered()
        reviewed = "" if is_played else known.UNSUPPORTED
        mark = reviewed if operation + reviewed in recorded else known.UNREVIEWED
        rows = set(filter(None, recorded.get(operation + mark, "").split("\n")))
        if operation in installed and is_played:
            known_rows = known.known_rows(service, name)
            shape = models.operation_model(service, name).input_shape
            rows |= {row if row in known_rows else row + known.UNREVIEWED for row in known.rows(shape)}
        blocks.append("\n".join((operation + mark, *sorted(rows))))
    return "\n\n".join(blocks) + "\n"


def main() -> int:
    """Print the additions; with ``--write`` also record them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    write = parser.parse_args().write
    sys.stdout.write(report())
    if write:
        TABLE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
