"""SelectObjectContent: what an SQL expression finds in an object, as a stream of events.

Rule: the answer begins once a first piece of it is there. What is wrong up to then is an error as of any operation;
what turns up later ends the stream, which has begun with 200.

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
from mocks3.rules.finding import check_key_and_version, find_version

if TYPE_CHECKING:
    from mocks3.select import Selection

_CHUNK = 64 * 1024
"""Bytes of records in one message. The service's own size is not documented, but that a message is cut anywhere."""

_UNREADABLE = frozenset({"GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY", *tiers.ARCHIVE_TIERS})
"""Storage classes and access tiers that are not queried (user guide, "Querying data in place", requirements)."""

_ANONYMOUS = "Anonymous users cannot invoke this API. Please authenticate."


@operation(
    Need("s3:GetObject", OBJECT),
    Need("s3:ListBucket", BUCKET, mode=REVEAL),
    Need("kms:Decrypt", OBJECT_KMS_KEY),
    anonymous=_ANONYMOUS,
    syntax=check_key_and_version,
)
def select_object_content(call: Authorized, params: Params) -> Params:
    """The records that the expression chooses.

    Raises ``NoSuchKey``, ``InvalidRequest`` (keys of SSE-C), ``UnsupportedStorageClass``, and the errors of
    expressions, requests and content that :mod:`mocks3.select.faults` lists.
    """
    # Few tests query objects in place; the others need not wait for the room to be imported.
    from mocks3 import select

    version = find_version(call.bucket, call.key, None, call.parsed.request.method)
    encryption.require_read_key(version.encryption, params)
    place = tiers.archive_tier(version) or version.storage_class
    if place in _UNREADABLE:
        raise select.UNSUPPORTED_STORAGE_CLASS(name=place)
    tiers.record_access(call, call.bucket.name, version)
    request = select.read(params)
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
        # It keeps the connection while there is nothing to say.
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
    """The records in pieces of the size of a message; a record may go on in the next one."""
    held = bytearray()
    for record in records:
        held += record
        while len(held) >= _CHUNK:
            yield bytes(held[:_CHUNK])
            del held[:_CHUNK]
    if held:
        yield bytes(held)
