"""``@iam_operation``: ``@operation`` with the service of IAM, and answers with ARNs of the partition that was called.

Rule: records have ARNs of ``aws``, and are found by ARNs of every partition.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mocks3.lib.partitions import AWS, in_partition
from mocks3.model.operation import Run, operation

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.permissions import Need
    from mocks3.model.stages import Authorized


def iam_operation(*needs: Need, name: str | None = None) -> Callable[[Run], Run]:
    """Register a function as the operation of IAM with the same name.

    Args:
        needs: The permission row, in the order in which IAM names a missing permission.
        name: AWS's name of the operation, if it does not follow from the function's name (``GetMFADevice``).
    """

    def register(run: Run) -> Run:
        @functools.wraps(run)
        def answer(call: Authorized, params: Params) -> Params:
            output, partition = run(call, params), call.caller.partition
            return output if partition == AWS else _in_partition(output, partition)

        operation(*needs, service="iam", name=name)(answer)
        return run

    return register


def _in_partition(value: Any, partition: str) -> Any:
    """Return an answer with all ARNs of another partition."""
    if isinstance(value, str):
        return in_partition(value, partition)
    if isinstance(value, list):
        return [_in_partition(each, partition) for each in value]
    if isinstance(value, dict):
        return {name: _in_partition(each, partition) for name, each in value.items()}
    return value
