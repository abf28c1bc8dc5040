"""Conditional requests: headers with conditions on the object to read, to overwrite, or to copy.

Rule 1: conditions of a write are evaluated inside ``editing``, so that the object cannot change before the write.
Rule 2: headers that S3 does not accept (``501``) do not depend on the object and are checked first.

Source: R-40 to R-59; API_GetObject and API_CopyObject for pairs of conditions: If-Match takes precedence over
If-Unmodified-Since, and If-None-Match over If-Modified-Since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from mocks3.errors import NO_SUCH_KEY, NOT_IMPLEMENTED_HEADER, NOT_MODIFIED, PRECONDITION_FAILED, S3Error
from mocks3.model.permissions import OBJECT, Need, given

if TYPE_CHECKING:
    from mocks3.rules.inputs import ConditionalWrite
    from mocks3.storage import Version


class ConditionNames(NamedTuple):
    """The members of the four conditions. ``prefix`` precedes the header name in ``Condition`` of an error."""

    match: str
    none_match: str
    modified: str
    unmodified: str
    prefix: str


IF_MATCH_NEED = Need("s3:GetObject", OBJECT, when=given("IfMatch"))
"""A write or deletion with If-Match reveals the ETag, so it requires permission to read the object (OQ-22)."""

READ_CONDITIONS = ConditionNames("IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince", "")
SOURCE_CONDITIONS = ConditionNames(
    "CopySourceIfMatch",
    "CopySourceIfNoneMatch",
    "CopySourceIfModifiedSince",
    "CopySourceIfUnmodifiedSince",
    "x-amz-copy-source-",
)
_READ = frozenset(READ_CONDITIONS[:4])


def require_read_conditions(params: Mapping[str, object], version: Version) -> None:
    """Raise ``PreconditionFailed`` or ``NotModified`` (304) if a condition of a read is false."""
    if _READ.isdisjoint(params):
        return
    condition = failed_condition(params, version, READ_CONDITIONS)
    if condition in ("If-Match", "If-Unmodified-Since"):
        raise PRECONDITION_FAILED(Condition=condition)
    if condition is not None:
        raise NOT_MODIFIED(_validators(version))


def require_source_conditions(params: Mapping[str, object], version: Version) -> None:
    """Raise ``PreconditionFailed`` if a condition on the source of a copy is false. There is no 304."""
    condition = failed_condition(params, version, SOURCE_CONDITIONS)
    if condition is not None:
        raise PRECONDITION_FAILED(Condition=SOURCE_CONDITIONS.prefix + condition)


def check_write_conditions(params: ConditionalWrite) -> None:
    """Raise ``NotImplemented`` for conditions that S3 does not accept on a write."""
    match, none_match = params.get("IfMatch"), params.get("IfNoneMatch")
    if match is None and none_match is None:
        return
    if match is not None and none_match is not None:
        raise _not_implemented(
            "If-Match,If-None-Match", "Multiple conditional request headers present in the request"
        )
    if none_match not in (None, "*"):
        raise _not_accepted("If-None-Match")
    if match == "*":
        raise _not_accepted("If-Match")


def require_write_conditions(params: ConditionalWrite, current: Version | None, key: str) -> None:
    """Raise ``PreconditionFailed`` or ``NoSuchKey`` if the condition of a write is false.

    ``current`` is the object that the write replaces. None if there is none, or a delete marker.
    """
    if "IfNoneMatch" in params and current is not None:
        raise PRECONDITION_FAILED(Condition="If-None-Match")
    if "IfMatch" in params:
        if current is None:
            raise NO_SUCH_KEY(Key=key)
        if not matches_etag(params["IfMatch"], current):
            raise PRECONDITION_FAILED(Condition="If-Match")


def matches_etag(wanted: str, version: Version) -> bool:
    """Return whether a header lists the ETag of a version, in quotes or without. ``*`` matches every version."""
    return wanted.strip() == "*" or any(each.strip().strip('"') == version.etag for each in wanted.split(","))


def failed_condition(params: Mapping[str, object], version: Version, names: ConditionNames) -> str | None:
    """Return the header name of the first condition that is false. None if all are true."""
    match, none_match = params.get(names.match), params.get(names.none_match)
    if match is not None:
        if not matches_etag(str(match), version):
            return "If-Match"
    elif _is_later(version, params.get(names.unmodified)) is True:
        return "If-Unmodified-Since"
    if none_match is not None:
        if matches_etag(str(none_match), version):
            return "If-None-Match"
    elif _is_later(version, params.get(names.modified)) is False:
        return "If-Modified-Since"
    return None


def _is_later(version: Version, moment: object) -> bool | None:
    """Return whether the version was written after the moment. None if ``moment`` is None."""
    if moment is None:
        return None
    assert isinstance(moment, datetime)
    return version.last_modified.replace(microsecond=0) > moment


def _validators(version: Version) -> dict[str, str]:
    """Return the headers of a 304 response (RFC 9110, 15.4.5)."""
    return {
        "ETag": f'"{version.etag}"',
        "Last-Modified": format_datetime(version.last_modified, usegmt=True),
    }


def _not_accepted(header: str) -> S3Error:
    return _not_implemented(header, f"We don't accept the provided value of {header} header for this API")


def _not_implemented(header: str, message: str) -> S3Error:
    return NOT_IMPLEMENTED_HEADER(Header=header, additionalMessage=message)
