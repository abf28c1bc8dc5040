"""What a request names: the bucket or object of its URL, and the source of a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from mocks3.call import Target
from mocks3.errors import INVALID_ARGUMENT

if TYPE_CHECKING:
    from mocks3.call import Parsed
    from mocks3.storage import Store


def url_target(parsed: Parsed, store: Store, source: Target | None = None) -> Target | None:
    """The bucket or object of the URL, onto which ``source`` is copied; None for a call on the service."""
    address = parsed.address
    if address.bucket is None:
        return None
    bucket = store.bucket(address.bucket)
    return Target(address.bucket, bucket, address.key, parsed.head.get("VersionId"), source)


def source_target(parsed: Parsed, store: Store) -> Target | None:
    """The object that ``x-amz-copy-source`` names; None where the header was not sent.

    The header holds ``BUCKET/KEY``, percent-encoded, with one optional leading slash (OQ-31) and an optional
    ``?versionId=``. Raises ``InvalidArgument`` without a slash between bucket and key (answers.md CopyObject).
    """
    raw = parsed.head.get("CopySource")
    if raw is None:
        return None
    path, _, query = raw.partition("?versionId=")
    bucket, slash, key = unquote(path).removeprefix("/").partition("/")
    if not (bucket and slash and key):
        raise INVALID_ARGUMENT(
            message="Invalid copy source object key",
            ArgumentName="x-amz-copy-source",
            ArgumentValue="x-amz-copy-source",
        )
    return Target(bucket, store.bucket(bucket), key, unquote(query) or None)
