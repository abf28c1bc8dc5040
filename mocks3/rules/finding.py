"""Look up the object that a request names: the current version, a named version, a delete marker, or none.

Rule 1: errors here say that a key does not exist. The pipeline replaces them for callers who may not know it (X-1).
Rule 2: reads use the bucket as it is; writes use it inside ``editing``.

Source: R-4, R-9, R-40 to R-45; X-15 to X-19.
"""

from __future__ import annotations

from email.utils import format_datetime
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
from mocks3.model.target import lookup
from mocks3.storage import NULL, sequence_of

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket, Version

MAX_KEY_LENGTH = 1024
"""The most bytes of a key in UTF-8 (user guide, "Naming Amazon S3 objects")."""

_MARKER = {"x-amz-delete-marker": "true"}


class editing:
    """The bucket of the request, to change it. Raises ``NoSuchBucket`` if it was deleted after the authorization."""

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
    """Raise ``KeyTooLongError`` for a key of more than 1,024 bytes."""
    if len(key) * 4 > MAX_KEY_LENGTH and (size := len(key.encode())) > MAX_KEY_LENGTH:
        raise KEY_TOO_LONG(Size=size, MaxSizeAllowed=MAX_KEY_LENGTH)


def check_key_and_version(head: Params) -> None:
    """Check the syntax of the key and the version id. Most operations on one object do only this."""
    check_key(head["Key"])
    if "VersionId" in head:
        check_version_id(head["VersionId"])


def is_version_id(version_id: str) -> bool:
    """Return whether mocks3 issues such version ids."""
    return version_id == NULL or sequence_of(version_id) is not None


def check_version_id(version_id: str) -> None:
    """Raise ``InvalidArgument`` for a version id that mocks3 never issues (X-15)."""
    if is_version_id(version_id):
        return
    message = "Invalid version id specified" if version_id else "Version id cannot be the empty string"
    raise INVALID_ARGUMENT(message=message, ArgumentName="versionId", ArgumentValue=version_id)


def find_version(
    bucket: Bucket, key: str, version_id: str | None, method: str, *, masked: bool = True
) -> Version:
    """Return the named version of an object, or its current version.

    Args:
        bucket: The bucket.
        key: The key, already checked.
        version_id: The version id, already checked; None for the current version.
        method: The HTTP method that the error for a delete marker names.
        masked: Whether a current delete marker is ``NoSuchKey``. Otherwise it is ``MethodNotAllowed``, as a delete
            marker is that the request names.

    Raises:
        S3Error: ``NoSuchKey``, ``NoSuchVersion`` or ``MethodNotAllowed``.
    """
    return _existing(lookup(bucket, key, version_id), key, version_id, method, masked)


def located_version(call: Authorized, *, masked: bool = True) -> Version:
    """Return the version that the request names, as :func:`find_version` does: the one that ``locate`` found."""
    return _existing(call.version, call.key, call.target.version_id, call.parsed.request.method, masked)


def _existing(
    version: Version | None, key: str, version_id: str | None, method: str, masked: bool
) -> Version:
    if version_id is not None:
        if version is None:
            raise NO_SUCH_VERSION(Key=key, VersionId=version_id)
        if version.is_delete_marker:
            raise delete_marker_error(version, method)
        return version
    if version is None:
        raise NO_SUCH_KEY(Key=key)
    if version.is_delete_marker:
        if not masked:
            raise delete_marker_error(version, method)
        raise NO_SUCH_KEY({**_MARKER, "x-amz-version-id": version.version_id}, Key=key)
    return version


def delete_marker_error(marker: Version, method: str) -> S3Error:
    """Return the error for a method that delete markers do not support (X-18, X-19)."""
    headers = {
        **_MARKER,
        "x-amz-version-id": marker.version_id,
        "Allow": "DELETE",
        "Last-Modified": format_datetime(marker.last_modified, usegmt=True),
    }
    return METHOD_NOT_ALLOWED(headers, Method=method, ResourceType="DeleteMarker")


def current_object(bucket: Bucket, key: str) -> Version | None:
    """Return the current version. None if there is none, or if it is a delete marker."""
    version = bucket.current(key)
    return None if version is None or version.is_delete_marker else version
