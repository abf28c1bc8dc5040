"""The request context: condition keys and their values, derived at first use.

Policies name few keys and most requests meet few policies, so nothing is computed until a condition asks. One row
a key; ``condition_keys.json`` of the specification is the list (C-80 to C-83). Keys are lower case (C-45).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mocks3 import clock

if TYPE_CHECKING:
    from mocks3.call import Authenticated, Target

Values = tuple[str, ...]
Derive = Callable[["Authenticated", "Target | None"], "Values | None"]


class RequestContext(Mapping[str, Sequence[str]]):
    """The keys of one authorization. A key whose value is None is missing; an empty string is a value (C-46)."""

    __slots__ = ("_authenticated", "_known", "_target")

    def __init__(self, authenticated: Authenticated, target: Target | None) -> None:
        self._authenticated = authenticated
        self._target = target
        self._known: dict[str, Values | None] = {}

    def __getitem__(self, key: str) -> Values:
        values = self._find(key)
        if values is None:
            raise KeyError(key)
        return values

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._find(key) is not None

    def __iter__(self) -> Iterator[str]:
        candidates = {**dict.fromkeys(DERIVED), **dict.fromkeys(self._authenticated.caller.keys)}
        return (key for key in candidates if self._find(key) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _find(self, key: str) -> Values | None:
        if key not in self._known:
            derive = DERIVED.get(key)
            own = self._authenticated.caller.keys.get(key)
            self._known[key] = own if derive is None else derive(self._authenticated, self._target)
        return self._known[key]


def _parameter(name: str) -> Derive:
    """A member of the URL or the headers, as it was sent."""

    def derive(authenticated: Authenticated, target: Target | None) -> Values | None:
        value = authenticated.parsed.head.get(name)
        return None if value is None else (str(value),)

    return derive


def _header(name: str) -> Derive:
    def derive(authenticated: Authenticated, target: Target | None) -> Values | None:
        value = authenticated.parsed.request.headers.get(name)
        return None if value is None else (value,)

    return derive


def _secure(authenticated: Authenticated, target: Target | None) -> Values:
    return ("true" if authenticated.parsed.request.scheme == "https" else "false",)


def _now(authenticated: Authenticated, target: Target | None) -> Values:
    return (clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),)


def _epoch(authenticated: Authenticated, target: Target | None) -> Values:
    return (str(int(clock.now().timestamp())),)


def _resource_account(authenticated: Authenticated, target: Target | None) -> Values | None:
    return None if target is None or target.bucket is None else (target.bucket.owner,)


def _version_id(authenticated: Authenticated, target: Target | None) -> Values | None:
    return None if target is None or target.version_id is None else (target.version_id,)


DERIVED: dict[str, Derive] = {
    "aws:currenttime": _now,
    "aws:epochtime": _epoch,
    "aws:securetransport": _secure,
    "aws:useragent": _header("user-agent"),
    "aws:referer": _header("referer"),
    "aws:resourceaccount": _resource_account,
    "s3:resourceaccount": _resource_account,
    "s3:prefix": _parameter("Prefix"),
    "s3:delimiter": _parameter("Delimiter"),
    "s3:max-keys": _parameter("MaxKeys"),
    "s3:versionid": _version_id,
    "s3:x-amz-acl": _parameter("ACL"),
    "s3:x-amz-grant-full-control": _parameter("GrantFullControl"),
    "s3:x-amz-grant-read": _parameter("GrantRead"),
    "s3:x-amz-grant-read-acp": _parameter("GrantReadACP"),
    "s3:x-amz-grant-write": _parameter("GrantWrite"),
    "s3:x-amz-grant-write-acp": _parameter("GrantWriteACP"),
    "s3:x-amz-copy-source": _header("x-amz-copy-source"),
    "s3:x-amz-metadata-directive": _header("x-amz-metadata-directive"),
    "s3:x-amz-storage-class": _header("x-amz-storage-class"),
    "s3:x-amz-server-side-encryption": _header("x-amz-server-side-encryption"),
    "s3:if-match": _header("if-match"),
    "s3:if-none-match": _header("if-none-match"),
}
