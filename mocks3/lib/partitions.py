"""Partitions of AWS, such as ``aws``, ``aws-cn`` and ``aws-us-gov``: the second field of every ARN.

mocks3 has one set of accounts and principals for all partitions. Its records use ARNs of ``aws``. A request to a Region
of another partition is made with ARNs of that partition.
"""

from __future__ import annotations

import functools
import re
from typing import Any

AWS = "aws"


@functools.cache
def _partitions() -> list[dict[str, Any]]:
    from botocore.loaders import Loader  # not before it is needed: `mocks3 --help` loads no SDK

    found: list[dict[str, Any]] = Loader().load_data("partitions")["partitions"]
    return found


@functools.cache
def partition_of(region: str | None) -> str:
    """Return the partition of a Region, as ARNs spell it. An unknown Region is in ``aws``."""
    for partition in _partitions():
        if re.match(partition["regionRegex"], region or ""):
            return str(partition["id"])
    return AWS


def in_partition(arn: str, partition: str) -> str:
    """Return the ARN with another partition. Any other text is returned unchanged."""
    prefix, colon, rest = arn.partition(":")
    _, second, resource = rest.partition(":")
    return f"arn:{partition}:{resource}" if colon and second and prefix == "arn" else arn
