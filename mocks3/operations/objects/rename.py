"""RenameObject: another key for an object of a directory bucket, as one step (API_RenameObject, F-152).

The object stays what it is: its bytes, ETag, date and metadata go along. A repetition with the same client token is
answered as the first time, and does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
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

TOKENS = "rename-tokens"
"""The document in which a bucket remembers client tokens, each with what it was used for."""

MAX_TOKENS = 1000
"""Tokens that a bucket remembers, the newest: retries come soon."""

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
    """What is wrong with a rename by itself: general purpose buckets have none (``MethodNotAllowed``)."""
    check_directory_bucket(head)
    check_key_and_version(head)


@operation(Need("s3express:CreateSession", BUCKET), syntax=check_rename, express=ZONAL_WRITE)
def rename_object(call: Authorized, params: Params) -> Params:
    """Move an object to another key of its bucket, in place of what is there.

    Raises ``NoSuchKey`` for a source that is not there, ``PreconditionFailed``, ``InvalidRequest`` for a key renamed to
    itself, ``InvalidArgument`` for a key that names a directory, ``IdempotencyParameterMismatch``.
    """
    source = _source(call, params["RenameSource"])
    asked = {name: value for name, value in params.items() if name != "ClientToken"}
    with editing(call) as bucket:
        if _was_done(bucket, params.get("ClientToken"), asked):
            return {}
        version = current_object(bucket, source)
        if version is None:
            raise NO_SUCH_KEY(Key=source)
        _hold(params, version, _SOURCE)
        _hold(params, current_object(bucket, call.key), _DESTINATION)
        bucket.remove(source, version.version_id)
        bucket.put(replace(version, key=call.key))
        _remember(bucket, params.get("ClientToken"), asked)
    return {}


def _source(call: Authorized, header: str) -> str:
    """The key that ``x-amz-rename-source`` names, URL encoded, after a slash or the bucket's name and one or bare."""
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


def _hold(params: Params, version: Version | None, names: preconditions.ConditionNames) -> None:
    """Raise ``PreconditionFailed`` where conditions on one end do not hold; nothing there meets If-None-Match alone."""
    if version is not None:
        failed = preconditions.failed_condition(params, version, names)
    else:
        told = (names.match, names.modified)
        failed = next(
            (
                header
                for name, header in zip(told, ("If-Match", "If-Modified-Since"), strict=True)
                if name in params
            ),
            None,
        )
    if failed is not None:
        raise PRECONDITION_FAILED(Condition=names.prefix + failed)


def _was_done(bucket: Bucket, token: str | None, asked: Mapping[str, Any]) -> bool:
    known = bucket.documents.get(TOKENS, {})
    if token is None or token not in known:
        return False
    if known[token] != asked:
        raise OTHER_PARAMETERS()
    return True


def _remember(bucket: Bucket, token: str | None, asked: Mapping[str, Any]) -> None:
    if token is not None:
        kept = list(bucket.documents.get(TOKENS, {}).items())[1 - MAX_TOKENS :]
        bucket.documents[TOKENS] = dict([*kept, (token, asked)])
