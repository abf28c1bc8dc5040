"""What a request names: the bucket or object of its URL, and the source of a copy.

Rule: whether a name is a bucket's or an access point's is settled here, once, and buckets are looked up first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mocks3.errors import INVALID_ARGUMENT
from mocks3.model import zones
from mocks3.model.target import DirectoryTarget, Target

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.storage import Store


def url_target(parsed: Parsed, store: Store, source: Target | None = None) -> Target | None:
    """The bucket or object of the URL, onto which ``source`` is copied; None for a call on the service."""
    address = parsed.address
    if address.bucket is None:
        return None
    bucket = store.bucket(address.bucket)
    version_id = parsed.head.get("VersionId")
    if bucket is None or bucket.zone is not None:
        return _through(store, address.bucket, address.key, version_id, source)
    return Target(address.bucket, bucket, address.key, version_id, source)


def source_target(parsed: Parsed, store: Store) -> Target | None:
    """The object that ``x-amz-copy-source`` names; None where the header was not sent.

    The header holds ``BUCKET/KEY``, percent-encoded, with one optional leading slash (OQ-31) and an optional
    ``?versionId=``; or ``ACCESS-POINT-ARN/object/KEY`` (API_CopyObject). Raises ``InvalidArgument`` without a slash
    between bucket and key (R-58, R-59), and for an Object Lambda access point: of these forms it has none,
    and no function would see the object.
    """
    raw = parsed.head.get("CopySource")
    if raw is None:
        return None
    path, _, query = raw.partition("?versionId=")
    bucket, key = _split(unquote(path).removeprefix("/"))
    if not (bucket and key) or store.object_lambda(bucket) is not None:
        raise INVALID_ARGUMENT(
            message="Invalid copy source object key",
            ArgumentName="x-amz-copy-source",
            ArgumentValue="x-amz-copy-source",
        )
    return _through(store, bucket, key, unquote(query) or None)


def target_of_arn(arn: str, store: Store) -> Target | None:
    """The bucket or object that an ARN names, also through an access point.

    Of a directory bucket, as a session that writes would be asked of it. None for an ARN of another form, for an
    access point that there is not, and for a directory bucket that is another's, or elsewhere.
    """
    through = _POINT.fullmatch(arn)
    if through:
        target = _through(store, through["point"], through["key"])
        return None if target.access_point is None else target
    zonal = _DIRECTORY.fullmatch(arn)
    if zonal:
        bucket = store.bucket(zonal["name"])
        if bucket is not None and zonal["home"] != f"{bucket.region}:{bucket.owner}":
            return None
        return DirectoryTarget(zonal["name"], bucket, region_and_account=zonal["home"], mode="ReadWrite")
    if not arn.startswith(_BUCKET):
        return None
    name, slash, key = arn.removeprefix(_BUCKET).partition("/")
    return Target(name, store.bucket(name), key if slash else None)


_BUCKET = "arn:aws:s3:::"
_DIRECTORY = re.compile(
    r"arn:aws:s3express:(?P<home>[a-z0-9-]+:\d{12}):bucket/(?P<name>[a-z0-9-]+)", re.ASCII
)
_POINT = re.compile(
    r"(?P<point>arn:[^:]+:s3[a-z-]*:[^:]*:\d{12}:(?:accesspoint|outpost)/[^/]+)(?:/object/(?P<key>.*))?",
    re.DOTALL,
)


def _split(name: str) -> tuple[str, str]:
    """Bucket and key of ``BUCKET/KEY``, or access point and key."""
    through = _POINT.fullmatch(name)
    if through:
        return through["point"], through["key"] or ""
    bucket, _, key = name.partition("/")
    return bucket, key


def _through(
    store: Store, name: str, key: str | None, version_id: str | None = None, source: Target | None = None
) -> Target:
    """What the name of a bucket of either kind, or the ARN or alias of an access point, stands for."""
    if zones.is_directory_bucket(name):
        bucket = store.bucket(name)
        home = "" if bucket is None else f"{bucket.region}:{bucket.owner}"
        return DirectoryTarget(name, bucket, key, version_id, source, region_and_account=home)
    first = store.object_lambda(name)
    point = store.access_point(name if first is None else first.supporting)
    if point is None:
        return Target(name, store.bucket(name), key, version_id, source)
    return Target(point.bucket, store.bucket(point.bucket), key, version_id, source, point, first)
