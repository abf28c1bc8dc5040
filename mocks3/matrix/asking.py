"""Ask the calls of a matrix, one after the other, each in the same state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access import Refusal
from mocks3.access.explain.remedies.names import statement_name
from mocks3.access.explain.report import deciding_statements
from mocks3.calls import Assumptions, ServiceCall, find_principal, play
from mocks3.calls.samples import complete
from mocks3.calls.shared_clients import SharedClientPrincipal, SharedClients
from mocks3.errors import Mocks3Error
from mocks3.interceptors import refusal_log
from mocks3.matrix.axes import OUTSIDE, OUTSIDE_ACCOUNT, Axes, operations_with_keys
from mocks3.matrix.rows import ALLOWED, DENIED, ERROR, MatrixRow
from mocks3.wire import models

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.calls import CallWorld

ASSUMED = Assumptions(upload_by_caller=False)
"""Objects and uploads exist. Another principal started the uploads, so that the permission for them is decided."""

_ACLS = frozenset({"PutBucketAcl", "PutObjectAcl"})

NOT_ASKED = "not asked"
"""What ``Row.by`` says of a call that cannot be made, such as one that cannot carry a condition key."""

Progress = Callable[[int, int], None]


class Column(NamedTuple):
    """A call that every principal is asked about."""

    operation: str
    bucket: str
    key: str
    call: ServiceCall


def columns_of(axes: Axes) -> Iterator[Column]:
    """Yield the calls of a matrix: on the account, on each bucket, on each key."""
    with_keys = operations_with_keys()
    for operation in axes.operations:
        if not _has_bucket(operation):
            yield Column(operation, "", "", ServiceCall("s3", operation))
    for bucket in axes.buckets:
        for operation in axes.operations:
            if not _has_bucket(operation):
                continue
            if operation not in with_keys and operation != "DeleteObjects":
                yield _column(operation, bucket, "")
            else:
                yield from (_column(operation, bucket, key) for key in axes.keys[bucket])


def _has_bucket(operation: str) -> bool:
    shape = models.operation_model("s3", operation).input_shape
    return shape is not None and "Bucket" in shape.required_members


def _column(operation: str, bucket: str, key: str) -> Column:
    parameters: dict[str, Any] = {"Bucket": bucket}
    if key and operation != "DeleteObjects":
        parameters["Key"] = key
    if operation in _ACLS:
        parameters["ACL"] = "private"
    call, _ = complete(ServiceCall("s3", operation, parameters), key=key or None)
    return Column(operation, bucket, key, call)


def ask(
    aws: CallWorld,
    axes: Axes,
    *,
    context: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> tuple[tuple[MatrixRow, ...], tuple[str, ...]]:
    """Make all calls.

    Args:
        aws: The in-memory AWS. Its state is the same afterwards, and nothing is called outside of it.
        axes: What to ask.
        context: Condition keys of all requests, such as ``{"aws:SourceVpce": "vpce-1"}``.
        progress: Called with the number of calls that were made, and of all calls.

    Returns:
        The rows, and what was not asked, in sentences.

    Raises:
        Mocks3Error: A principal or a condition key is not valid.
    """
    mark = aws.snapshot()
    try:
        aws.effects.listeners = {}
        clients = SharedClients()
        callers = {name: _caller(aws, name, clients) for name in axes.principals}
        return _rows(aws, axes, callers, context or {}, progress)
    finally:
        aws.restore(mark)


EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def _caller(aws: CallWorld, name: str, clients: SharedClients) -> SharedClientPrincipal:
    """Return the caller of a name. A role calls with a session; a principal that does not exist has no policies.

    Raises:
        Mocks3Error: The name is not one of a principal.
    """
    if name == OUTSIDE and aws.iam.user_named(OUTSIDE_ACCOUNT, "outside") is None:
        user = aws.account(OUTSIDE_ACCOUNT).create_user("outside", policies=EVERYTHING)
        return SharedClientPrincipal(aws, user, clients)
    return SharedClientPrincipal(aws, find_principal(aws, name).principal, clients)


def _rows(
    aws: CallWorld,
    axes: Axes,
    callers: Mapping[str, SharedClientPrincipal],
    context: Mapping[str, Any],
    progress: Progress | None,
) -> tuple[tuple[MatrixRow, ...], tuple[str, ...]]:
    rows: list[MatrixRow] = []
    notes: dict[str, None] = {}
    columns = list(columns_of(axes))
    total = len(columns) * len(callers)
    for number, column in enumerate(columns):
        if column.bucket and aws.store.resolve_bucket(column.bucket) is None:
            notes.setdefault(f"the bucket {column.bucket} does not exist, and no call on it is asked")
            continue
        for place, (name, caller) in enumerate(callers.items()):
            rows.append(_row(aws, name, caller, column, context))
            if progress is not None:
                progress(number * len(callers) + place + 1, total)
    if rows and context and all(row.by == NOT_ASKED for row in rows):
        raise Mocks3Error(rows[0].why)
    return tuple(rows), tuple(notes)


def _row(
    aws: CallWorld, name: str, caller: SharedClientPrincipal, column: Column, context: Mapping[str, Any]
) -> MatrixRow:
    place = (name, column.operation, column.bucket, column.key)
    try:
        played = play(aws, caller, column.call, keys=context, assumptions=ASSUMED)
    except Mocks3Error as error:
        return MatrixRow(*place, ERROR, NOT_ASKED, why=str(error))
    for decision in played.decisions:
        refusal_log.remove_expected(decision)  # a denial is an answer, and no fault of a test
    if not played.decided:
        assert played.error is not None
        return MatrixRow(
            *place, ERROR, played.error.code, why=f"S3 answers {played.error} before it decides permissions"
        )
    if played.denial is not None:
        return _answer(place, DENIED, played.denial, "")
    granting = next((each for each in played.decisions if each.allowed), None)
    if granting is None:
        return MatrixRow(*place, ALLOWED, "", why="the call needs no permission")
    then = "" if played.error is None else f"; the call itself fails: {played.error}"
    return _answer(place, ALLOWED, granting, then)


def _answer(
    place: tuple[str, str, str, str], verdict: str, decision: Decision | Refusal, then: str
) -> MatrixRow:
    why = f"{decision.action}: {decision.reason}{then}"
    if isinstance(decision, Refusal):
        return MatrixRow(*place, verdict, decision.layer, explicit=True, why=why, decision=decision)
    parts = [part for part in decision.parts if part.allowed is decision.allowed]
    statements = [statement_name(part, ref) for part in parts for ref in deciding_statements(part)]
    explicit = not decision.allowed and decision.outcome.explicit
    return MatrixRow(
        *place, verdict, decision.layer, explicit, why, tuple(dict.fromkeys(statements)), decision
    )
