"""What a request asks for: the action and the ARN that a refusal without a policy decision names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mocks3.access import targets
from mocks3.errors import S3Error
from mocks3.lib.locking import UnreadBody
from mocks3.model.operation import REGISTER
from mocks3.model.permissions import BUCKET, NEW_BUCKET, Need
from mocks3.model.target import Target

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Parsed
    from mocks3.storage import Store


class Subject(NamedTuple):
    """An action and the ARN of its resource."""

    action: str
    resource: str


def subject(store: Store, parsed: Parsed | None, entry: Target | None = None) -> Subject:
    """Return the first action that the operation's row requires, and its resource.

    Args:
        store: The buckets.
        parsed: The request; None if it could not be parsed.
        entry: The entry of a multi-key call that is refused; None for the whole call.

    Returns:
        The action and the resource. A call without a permission row, such as a preflight, has the operation's name as
        its action.
    """
    if parsed is None:
        return Subject("unknown", "*")
    target = entry or targets.url_target(parsed, store)
    operation = REGISTER.get((parsed.service, parsed.operation))
    if operation is None:
        return Subject(parsed.operation, "*" if target is None else target.arn)
    need = _first_need(operation, parsed, target or Target("", None))
    if target is None:
        return Subject(need.action, "*")
    bucket_only = need.on in (BUCKET, NEW_BUCKET)
    return Subject(need.action, target.in_same_bucket().arn if bucket_only else target.arn)


def _first_need(operation: Operation, parsed: Parsed, target: Target) -> Need:
    """Return the first permission that the request requires; the row's first one if the request is malformed."""
    try:
        required = (
            need for need in operation.needs if need.when is None or need.when.applies(parsed, target)
        )
        return next(required, operation.needs[0])
    except (S3Error, UnreadBody):
        return operation.needs[0]
