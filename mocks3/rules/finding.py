"""The object that a request is about: present, named by version, hidden under a delete marker, or not there.

Rule 1: what is missing is told as it is; hiding it from callers who may not know is the pipeline's business
(X-1). Rule 2: reads look at the bucket as it stands; writes do so inside ``editing``.

Source: R-4, R-9, R-40 to R-45; X-15 to X-19.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from mocks3.errors import (
    INVALID_ARGUMENT,
    KEY_TOO_LONG,
    METHOD_NOT_ALLOWED,
    NO_SUCH_BUCKET,
    NO_SUCH_KEY,
    NO_SUCH_VERSION,
    S3Error,
)
from mocks3.storage import NULL, sequence_of

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket, Version

MAX_KEY_LENGTH = 1024
"""Bytes in UTF-8 (user guide, "Naming Amazon S3 objects")."""

_MARKER = {"x-amz-delete-marker": "true"}


class editing:
    """The bucket of the URL, to write to; ``NoSuchBucket`` when it was deleted since the call was authorized."""

    __slots__ = ("_block", "_name")

    def __init__(self, call: Authorized) -> None:
        self._name = call.target.name
        self._block = call.world.store.editing(self._name)

    def __enter__(self) -> Bucket:
        try:
            return self._block.__enter__()
        except KeyError:
            raise NO_SUCH_BUCKET(BucketName=self._name) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._block.__exit__(kind, error, trace)


def check_key(key: str) -> None:
    """Raise ``KeyTooLongError`` for a key that S3 cannot hold."""
    if len(key) * 4 > MAX_KEY_LENGTH and (size := len(key.encode())) > MAX_KEY_LENGTH:
        raise KEY_TOO_LONG(Size=size, MaxSizeAllowed=MAX_KEY_LENGTH)


def check_key_and_version(head: Params) -> None:
    """What is wrong with key and version id by themselves; the syntax of every call about one object."""
    check_key(head["Key"])
    if "VersionId" in head:
        check_version_id(head["VersionId"])


def check_version_id(version_id: str) -> None:
    """Raise ``InvalidArgument`` for an id that was never issued by any bucket (X-15)."""
    if version_id == NULL or sequence_of(version_id) is not None:
        return
    message = "Invalid version id specified" if version_id else "Version id cannot be the empty string"
    raise INVALID_ARGUMENT(message=message, ArgumentName="versionId", ArgumentValue=version_id)


def find_version(
    bucket: Bucket, key: str, version_id: str | None, method: str, *, masked: bool = True
) -> Version:
    """The object, in the version named or in its current one; their names have been found right before.

    Args: ``method`` the HTTP method that a delete marker refuses; ``masked`` whether a current delete marker
    counts as no object (``NoSuchKey``), or is refused like one that is named (``MethodNotAllowed``).
    """
    if version_id is not None:
        version = bucket.version(key, version_id)
        if version is None:
            raise NO_SUCH_VERSION(Key=key, VersionId=version_id)
        if version.is_delete_marker:
            raise delete_marker_error(version, method)
        return version
    version = bucket.current(key)
    if version is None:
        raise NO_SUCH_KEY(Key=key)
    if version.is_delete_marker:
        if not masked:
            raise delete_marker_error(version, method)
        raise NO_SUCH_KEY({**_MARKER, "x-amz-version-id": version.version_id}, Key=key)
    return version


def delete_marker_error(marker: Version, method: str) -> S3Error:
    """The answer to a method that a delete marker does not have (X-18, X-19)."""
    headers = {**_MARKER, "x-amz-version-id": marker.version_id, "Allow": "DELETE"}
    return METHOD_NOT_ALLOWED(headers, Method=method, ResourceType="DeleteMarker")


def lookup_version(bucket: Bucket, key: str, version_id: str | None) -> Version | None:
    """The version that a request names, delete markers too, or the current one; None where there is none."""
    return bucket.current(key) if version_id is None else bucket.version(key, version_id)


def current_object(bucket: Bucket, key: str) -> Version | None:
    """The current object; None where there is none, or only a delete marker."""
    version = bucket.current(key)
    return None if version is None or version.is_delete_marker else version
