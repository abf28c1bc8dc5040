"""Find what a request names: the bucket or object of its URL, and the source of a copy.

Rule: only this module decides whether a name is a bucket or an access point. Buckets are looked up first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from mocks3.errors import INVALID_ARGUMENT
from mocks3.model import zones
from mocks3.model.stages import Located
from mocks3.model.target import DirectoryTarget, Target, lookup

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World
    from mocks3.storage import Store


def locate(world: World, authenticated: Authenticated) -> Located:
    """Look up the bucket, the object and the version that a request names. The later stages take what was found.

    Raises:
        S3Error: ``InvalidArgument`` for a copy source that names no object.
    """
    parsed, store = authenticated.parsed, world.store
    source = source_target(parsed, store) if "CopySource" in parsed.head else None
    target = url_target(parsed, store, source)
    version = None if target is None else lookup(target.bucket, target.key, target.version_id)
    return Located(authenticated, target, source, version)


def url_target(parsed: Parsed, store: Store, source: Target | None = None) -> Target | None:
    """Return the bucket or object of the URL; None for a call to the service. ``source`` is copied to it."""
    address = parsed.address
    if address.bucket is None:
        return None
    bucket = store.bucket(address.bucket)
    version_id = parsed.head.get("VersionId")
    if bucket is None or bucket.zone is not None:
        return _target_of_name(store, address.bucket, address.key, version_id, source)
    return Target(address.bucket, bucket, address.key, version_id, source)


def source_target(parsed: Parsed, store: Store) -> Target | None:
    """Return the object that ``x-amz-copy-source`` names; None if the header was not sent.

    The header's value is ``BUCKET/KEY``, percent-encoded, with one optional leading slash (OQ-31) and an optional
    ``?versionId=``; or ``ACCESS-POINT-ARN/object/KEY`` (API_CopyObject). Clients also send the URL of the object, and
    a plus sign for a space (R-59). Raises ``InvalidArgument`` if it is empty (versity/versitygw #1388), without a slash
    between bucket and key (R-58, R-59), for an empty version id, and for an Object Lambda access point or a
    Multi-Region Access Point, which cannot be copy sources (F-126).
    """
    raw = parsed.head.get("CopySource")
    if raw is None:
        return None
    path, is_named, query = _ORIGIN.sub("", raw, count=1).partition("?versionId=")
    bucket, key = _split(unquote_plus(path).removeprefix("/"))
    if not (bucket and key) or store.object_lambda(bucket) is not None or bucket.endswith(".mrap"):
        raise INVALID_ARGUMENT(
            message=f"Invalid copy source {'object key' if raw else 'bucket name'}",
            ArgumentName="x-amz-copy-source",
            ArgumentValue="x-amz-copy-source",
        )
    if is_named and not query:
        raise INVALID_ARGUMENT(
            message="Version id cannot be the empty string",
            ArgumentName="x-amz-copy-source",
            ArgumentValue="",
        )
    return _target_of_name(store, bucket, key, unquote(query) or None)


def target_of_arn(arn: str, store: Store) -> Target | None:
    """Return the bucket or object that an ARN names, also through an access point.

    For a directory bucket, the target is for a ReadWrite session. Returns None for an ARN of another form, for an
    access point that does not exist, and for a directory bucket with another account or Region than the ARN's.
    """
    match = _POINT.fullmatch(arn)
    if match:
        target = _target_of_name(store, match["point"], match["key"])
        return None if target.access_point is None else target
    zonal = _DIRECTORY.fullmatch(arn)
    if zonal:
        bucket = store.bucket(zonal["name"])
        if bucket is not None and zonal["home"] != f"{bucket.region}:{bucket.owner}":
            return None
        return DirectoryTarget(zonal["name"], bucket, region_and_account=zonal["home"], mode="ReadWrite")
    prefix = _BUCKET.match(arn)
    if prefix is None:
        return None
    name, slash, key = arn[prefix.end() :].partition("/")
    return Target(name, store.bucket(name), key if slash else None)


_ORIGIN = re.compile(r"\Ahttps?://[^/]*")
_BUCKET = re.compile(r"arn:aws[a-z-]*:s3:::", re.ASCII)
_DIRECTORY = re.compile(
    r"arn:aws[a-z-]*:s3express:(?P<home>[a-z0-9-]+:\d{12}):bucket/(?P<name>[a-z0-9-]+)", re.ASCII
)
_POINT = re.compile(
    r"(?P<point>arn:[^:]+:s3[a-z-]*:[^:]*:\d{12}:(?:accesspoint|outpost)/[^/]+)(?:/object/(?P<key>.*))?",
    re.DOTALL,
)


def _split(name: str) -> tuple[str, str]:
    """Return bucket and key of ``BUCKET/KEY``, or access point and key."""
    match = _POINT.fullmatch(name)
    if match:
        return match["point"], match["key"] or ""
    bucket, _, key = name.partition("/")
    return bucket, key


def _target_of_name(
    store: Store, name: str, key: str | None, version_id: str | None = None, source: Target | None = None
) -> Target:
    """Return the target for a bucket's name or for the ARN or alias of an access point."""
    if zones.is_directory_bucket(name):
        bucket = store.bucket(name)
        home = "" if bucket is None else f"{bucket.region}:{bucket.owner}"
        return DirectoryTarget(name, bucket, key, version_id, source, region_and_account=home)
    first = store.object_lambda(name)
    point = store.routed_access_point(name if first is None else first.supporting)
    if point is None:
        return Target(name, store.bucket(name), key, version_id, source)
    return Target(point.bucket, store.bucket(point.bucket), key, version_id, source, point, first)
