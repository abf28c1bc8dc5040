"""Conditions in headers: on what is read, on what is overwritten, on what is copied.

Rule 1: conditions on a write are asked inside ``editing``, so that the answer still holds when the write happens.
Rule 2: what the headers themselves have wrong (``501``) does not depend on any object and is said first.

Source: R-40 to R-59; API_GetObject and API_CopyObject for pairs of conditions: an
ETag that fits outweighs a date that does not, and one that does not differ outweighs everything about dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.errors import NO_SUCH_KEY, NOT_IMPLEMENTED_HEADER, NOT_MODIFIED, PRECONDITION_FAILED, S3Error
from mocks3.model.permissions import OBJECT, Need, given

if TYPE_CHECKING:
    from mocks3.storage import Version

Params = Mapping[str, Any]


class ConditionNames(NamedTuple):
    """The members that hold the four conditions, and what precedes their names in ``Condition``."""

    match: str
    none_match: str
    modified: str
    unmodified: str
    prefix: str


IF_MATCH_NEED = Need("s3:GetObject", OBJECT, when=given("IfMatch"))
"""Who writes or deletes only over a given ETag learns the ETag, and so must be allowed to read it (OQ-22)."""

READ_CONDITIONS = ConditionNames("IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince", "")
SOURCE_CONDITIONS = ConditionNames(
    "CopySourceIfMatch",
    "CopySourceIfNoneMatch",
    "CopySourceIfModifiedSince",
    "CopySourceIfUnmodifiedSince",
    "x-amz-copy-source-",
)
_READ = frozenset(READ_CONDITIONS[:4])


def require_read_conditions(params: Params, version: Version) -> None:
    """Raise ``PreconditionFailed``, or answer 304, where a read's conditions do not hold."""
    if _READ.isdisjoint(params):
        return
    condition = failed_condition(params, version, READ_CONDITIONS)
    if condition in ("If-Match", "If-Unmodified-Since"):
        raise PRECONDITION_FAILED(Condition=condition)
    if condition is not None:
        raise NOT_MODIFIED(_validators(version))


def require_source_conditions(params: Params, version: Version) -> None:
    """Raise ``PreconditionFailed`` where a copy's conditions on its source do not hold; there is no 304."""
    condition = failed_condition(params, version, SOURCE_CONDITIONS)
    if condition is not None:
        raise PRECONDITION_FAILED(Condition=SOURCE_CONDITIONS.prefix + condition)


def check_write_conditions(params: Params) -> None:
    """Raise ``NotImplemented`` for conditions on a write that S3 does not take, whatever is stored."""
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


def require_write_conditions(params: Params, current: Version | None, key: str) -> None:
    """Raise ``PreconditionFailed`` or ``NoSuchKey`` where a write's condition does not hold.

    Args: ``current`` the object that would be overwritten, None where there is none or a delete marker.
    """
    if "IfNoneMatch" in params and current is not None:
        raise PRECONDITION_FAILED(Condition="If-None-Match")
    if "IfMatch" in params:
        if current is None:
            raise NO_SUCH_KEY(Key=key)
        if not matches_etag(params["IfMatch"], current):
            raise PRECONDITION_FAILED(Condition="If-Match")


def matches_etag(wanted: str, version: Version) -> bool:
    """Whether a version has one of the ETags of a header, in quotes or without; ``*`` fits every version."""
    return wanted.strip() == "*" or any(each.strip().strip('"') == version.etag for each in wanted.split(","))


def failed_condition(params: Params, version: Version, names: ConditionNames) -> str | None:
    """The first condition that does not hold, by its header's name."""
    match, none_match = params.get(names.match), params.get(names.none_match)
    if match is not None:
        if not matches_etag(match, version):
            return "If-Match"
    elif _is_later(version, params.get(names.unmodified)) is True:
        return "If-Unmodified-Since"
    if none_match is not None:
        if matches_etag(none_match, version):
            return "If-None-Match"
    elif _is_later(version, params.get(names.modified)) is False:
        return "If-Modified-Since"
    return None


def _is_later(version: Version, moment: Any) -> bool | None:
    """Whether the version was written after the moment; None without one."""
    return None if moment is None else version.last_modified.replace(microsecond=0) > moment


def _validators(version: Version) -> dict[str, str]:
    """What a 304 says beside its status (RFC 9110, 15.4.5)."""
    return {
        "ETag": f'"{version.etag}"',
        "Last-Modified": format_datetime(version.last_modified, usegmt=True),
    }


def _not_accepted(header: str) -> S3Error:
    return _not_implemented(header, f"We don't accept the provided value of {header} header for this API")


def _not_implemented(header: str, message: str) -> S3Error:
    return NOT_IMPLEMENTED_HEADER(Header=header, additionalMessage=message)
