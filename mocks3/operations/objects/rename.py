"""RenameObject: change the key of an object in a directory bucket, atomically (API_RenameObject, F-152).

The content, ETag, date and metadata of the object do not change. A repeated request with the same client token gets the
same response and does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mocks3.errors import INVALID_ARGUMENT, NO_SUCH_KEY, PRECONDITION_FAILED
from mocks3.errors.directory_buckets import OTHER_PARAMETERS, RENAMED_TO_ITSELF
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, ZONAL_WRITE, Need
from mocks3.model.stages import Authorized
from mocks3.operations.buckets.create_session import check_directory_bucket
from mocks3.rules import preconditions
from mocks3.rules.finding import check_key, check_key_and_version, current_object, editing
from mocks3.storage import Bucket, Version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import RenameObjectRequestTypeDef


MAX_TOKENS = 1000
"""The most tokens that a bucket stores. The oldest are removed first."""

_DESTINATION = preconditions.ConditionNames(
    "DestinationIfMatch",
    "DestinationIfNoneMatch",
    "DestinationIfModifiedSince",
    "DestinationIfUnmodifiedSince",
    "",
)
_SOURCE = preconditions.ConditionNames(
    "SourceIfMatch",
    "SourceIfNoneMatch",
    "SourceIfModifiedSince",
    "SourceIfUnmodifiedSince",
    "x-amz-rename-source-",
)


def check_rename(head: Params) -> None:
    """Check the parameters. Raise ``MethodNotAllowed`` in general purpose buckets."""
    check_directory_bucket(head)
    check_key_and_version(head)


@operation(Need("s3express:CreateSession", BUCKET), syntax=check_rename, express=ZONAL_WRITE)
def rename_object(call: Authorized, params: RenameObjectRequestTypeDef) -> Params:
    """Move an object to another key of its bucket. It replaces an object with that key.

    Raise ``NoSuchKey`` for a missing source, ``PreconditionFailed``, ``InvalidRequest`` for a key renamed to itself,
    ``InvalidArgument`` for a key that names a directory, or ``IdempotencyParameterMismatch``.
    """
    source = _source(call, params["RenameSource"])
    parameters = {name: value for name, value in params.items() if name != "ClientToken"}
    with editing(call) as bucket:
        if _is_repeated(bucket, params.get("ClientToken"), parameters):
            return {}
        version = current_object(bucket, source)
        if version is None:
            raise NO_SUCH_KEY(Key=source)
        _require_conditions(params, version, _SOURCE)
        _require_conditions(params, current_object(bucket, call.key), _DESTINATION)
        bucket.remove(source, version.version_id)
        bucket.put(replace(version, key=call.key))
        _store_token(bucket, params.get("ClientToken"), parameters)
    return {}


def _source(call: Authorized, header: str) -> str:
    """Return the decoded key in ``x-amz-rename-source``.

    A slash, or the name of the bucket and a slash, may precede the key.
    """
    key = unquote(header).removeprefix("/").removeprefix(f"{call.bucket.name}/")
    check_key(key)
    for name, argument in ((key, "x-amz-rename-source"), (call.key, "Key")):
        if not name or name.endswith("/"):
            raise INVALID_ARGUMENT(
                message="Only objects can be renamed, not directories.",
                ArgumentName=argument,
                ArgumentValue=name,
            )
    if key == call.key:
        raise RENAMED_TO_ITSELF()
    return key


def _require_conditions(
    params: RenameObjectRequestTypeDef, version: Version | None, names: preconditions.ConditionNames
) -> None:
    """Raise ``PreconditionFailed`` if a condition on the source or the destination is false.

    Without an object, only If-None-Match and If-Unmodified-Since are true.
    """
    if version is not None:
        failed = preconditions.failed_condition(params, version, names)
    else:
        members = (names.match, names.modified)
        failed = next(
            (
                header
                for name, header in zip(members, ("If-Match", "If-Modified-Since"), strict=True)
                if name in params
            ),
            None,
        )
    if failed is not None:
        raise PRECONDITION_FAILED(Condition=names.prefix + failed)


def _is_repeated(bucket: Bucket, token: str | None, parameters: Mapping[str, object]) -> bool:
    if token is None or token not in bucket.rename_tokens:
        return False
    if bucket.rename_tokens[token] != parameters:
        raise OTHER_PARAMETERS()
    return True


def _store_token(bucket: Bucket, token: str | None, parameters: Mapping[str, object]) -> None:
    if token is not None:
        entries = list(bucket.rename_tokens.items())[1 - MAX_TOKENS :]
        bucket.rename_tokens = dict([*entries, (token, parameters)])
