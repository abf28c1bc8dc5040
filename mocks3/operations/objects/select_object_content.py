"""SelectObjectContent: the result of an SQL expression on an object, as a stream of events.

Rule: the response starts when its first event exists. An error before that is an error response. A later error ends the
stream, whose status is already 200.

Source: API_SelectObjectContent; "Appendix: SelectObjectContent Response"; F-33, X-60.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, OBJECT, OBJECT_KMS_KEY, REVEAL, Need
from mocks3.model.stages import Authorized
from mocks3.rules import encryption, tiers
from mocks3.rules.finding import check_key_and_version, located_version

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import SelectObjectContentRequestTypeDef

    from mocks3.select import Selection

_MAX_EVENT_SIZE = 64 * 1024
"""The most bytes of one Records event. AWS does not document it. A record may continue in the next event."""

_UNREADABLE = frozenset({"GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY", *tiers.ARCHIVE_TIERS})
"""Storage classes and access tiers that cannot be queried (user guide, "Querying data in place", requirements)."""

_ANONYMOUS = "Anonymous users cannot invoke this API. Please authenticate."


@operation(
    Need("s3:GetObject", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    Need("kms:Decrypt", OBJECT_KMS_KEY),
    anonymous=_ANONYMOUS,
    syntax=check_key_and_version,
)
def select_object_content(call: Authorized, params: SelectObjectContentRequestTypeDef) -> Params:
    """Return the records that the expression selects.

    Raise ``NoSuchKey``, ``InvalidRequest`` (SSE-C headers), ``UnsupportedStorageClass``, or an error of the expression,
    the request or the content (:mod:`mocks3.select.faults`).
    """
    # Imported late to save time, because few tests use it.
    from mocks3 import select

    version = located_version(call)
    encryption.require_read_key(call, version.encryption, params)
    storage_class = tiers.archive_tier(version) or version.storage_class
    if storage_class in _UNREADABLE:
        raise select.UNSUPPORTED_STORAGE_CLASS(name=storage_class)
    tiers.record_access(call, call.bucket.name, version)
    request = select.parse_request(params)
    selection = select.Selection(request, version.blob.read())
    progress = bool((params.get("RequestProgress") or {}).get("Enabled"))
    events = _events(selection, progress)
    return {"Payload": chain([next(events)], events)}


def _events(selection: Selection, progress: bool) -> Iterator[Params]:
    returned = 0
    for piece in _pieces(selection.records()):
        returned += len(piece)
        yield {"Records": {"Payload": piece}}
        if progress:
            yield {"Progress": {"Details": _details(selection, returned)}}
    if not returned:
        # S3 sends this event to keep the connection open.
        yield {"Cont": {}}
    yield {"Stats": {"Details": _details(selection, returned)}}
    yield {"End": {}}


def _details(selection: Selection, returned: int) -> Params:
    return {
        "BytesScanned": selection.scanned,
        "BytesProcessed": selection.processed,
        "BytesReturned": returned,
    }


def _pieces(records: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the records in pieces of ``_MAX_EVENT_SIZE`` bytes. A record may continue in the next piece."""
    buffer = bytearray()
    for record in records:
        buffer += record
        while len(buffer) >= _MAX_EVENT_SIZE:
            yield bytes(buffer[:_MAX_EVENT_SIZE])
            del buffer[:_MAX_EVENT_SIZE]
    if buffer:
        yield bytes(buffer)
