"""Request bodies: read, measured, and compared with every digest that the request declares.

Rule 1: a body that does not match its declared digests is not stored. Rule 2: the body is read here, before any state
changes, and stored once; digests are computed from the stored pieces. Rule 3: work that takes time or runs other
people's code happens while the lock of the world is released (``UnreadBody``). The request then starts again and takes
the body that was read.

Source: R-50 to R-57, R-71, R-72; "Checking object integrity" (the server's own CRC64NVME).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from mocks3.errors import (
    BAD_CHECKSUM,
    BAD_CONTENT_MD5,
    ENTITY_TOO_LARGE,
    INVALID_CHECKSUM_HEADER,
    INVALID_DIGEST,
    INVALID_REQUEST,
)
from mocks3.lib import checksum
from mocks3.lib.locking import UnreadBody
from mocks3.lib.values import value

if TYPE_CHECKING:
    from mocks3.model.messages import Payload
    from mocks3.rules.inputs import WithBody
    from mocks3.storage import Blob, Store

Drained = TypeVar("Drained")

MAX_BODY_SIZE = 5 << 30
"""The most bytes of one request body (API_PutObject)."""

DEFAULT_ALGORITHM = "crc64nvme"
"""The algorithm of the checksum that S3 computes when the request declares none."""

CHECKSUMS = {f"Checksum{name.upper()}": name for name in checksum.SIZES}
"""The members for checksums, with the names of their algorithms."""


@value
class ReceivedBody:
    """A body that matches its declared digests. ``algorithm`` is None if the request declared no checksum."""

    blob: Blob
    md5: bytes
    algorithm: str | None
    checksums: Mapping[str, str]


def receive(
    store: Store,
    params: WithBody,
    *,
    member: str = "Body",
    also: Iterable[str] = (),
    as_part: bool = False,
) -> ReceivedBody:
    """Read a body and verify its digests.

    Args:
        store: The storage that stores the body.
        params: The members of the operation's input.
        member: The member that is the body.
        also: Algorithms of further checksums to compute.
        as_part: Whether ``BadDigest`` shows the expected MD5 as it was sent, as UploadPart does.

    Returns:
        The body. Its ``checksums`` are the declared one, then those of ``also``; if both are missing, the one of
        ``DEFAULT_ALGORITHM``.

    Raises:
        S3Error: ``EntityTooLarge``, ``InvalidDigest``, ``BadDigest`` or ``InvalidRequest``.
    """
    size: int = params.get("ContentLength", 0)  # type: ignore[assignment]  # not every input has this member
    if size > MAX_BODY_SIZE:
        raise ENTITY_TOO_LARGE(ProposedSize=size, MaxSizeAllowed=MAX_BODY_SIZE)
    content_md5 = params.get("ContentMD5")
    if content_md5 is not None and not is_digest(content_md5, "md5"):
        raise INVALID_DIGEST(**{"Content-MD5": content_md5})
    payload: Payload | bytes = params.get(member, b"")  # type: ignore[assignment]  # what ``wire`` read
    _declared(payload, params)
    blob, digests, declared = read_once(payload, lambda: _read(store, payload, params, also))
    wanted = _wanted(declared, also)
    if not digests.keys() >= set(wanted):
        # The object to append to was replaced after the body was read, by one with another algorithm.
        digests = digest(blob, ("md5", *wanted))
    if content_md5 is not None and base64.b64decode(content_md5) != digests["md5"]:
        expected = content_md5 if as_part else base64.b64decode(content_md5).hex()
        raise BAD_CONTENT_MD5(ExpectedDigest=expected, CalculatedDigest=b64(digests["md5"]))
    checksums = {name: b64(digests[name]) for name in wanted}
    for name, text in declared.items():
        if checksums[name] != text:
            raise BAD_CHECKSUM(algorithm=name.upper())
    return ReceivedBody(blob, digests["md5"], next(iter(declared), None), checksums)


def require_digest(received: ReceivedBody, params: Mapping[str, object], what: str) -> None:
    """Raise ``InvalidRequest`` if a request declares no digest, for an object with Object Lock (reported by users).

    The object has it by headers, or by the default retention of the bucket. ``what`` is ``Object`` or ``Part``.
    """
    if received.algorithm is None and "ContentMD5" not in params:
        raise INVALID_REQUEST(
            message=f"Content-MD5 OR x-amz-checksum- HTTP header is required for Put {what} requests with Object Lock "
            "parameters"
        )


def read_once(payload: Payload | bytes, take: Callable[[], Drained]) -> Drained:
    """Return the result of ``take``, which reads the body. It is called once, because a body can be read only once.

    Raise ``UnreadBody`` if the body must not be read before the lock of the world is released.
    """
    if isinstance(payload, bytes):
        return take()
    if payload.kept_result is None:

        def keep() -> None:
            payload.kept_result = take()

        if not payload.buffered:
            raise UnreadBody(keep)
        keep()
    kept: Drained = payload.kept_result
    return kept


def _read(
    store: Store, payload: Payload | bytes, params: WithBody, also: Iterable[str]
) -> tuple[Blob, dict[str, bytes], Mapping[str, str]]:
    """Store the body. Return it, its digests, and the checksum that is declared, now also in trailers."""
    blob = store.blob((payload,) if isinstance(payload, bytes) else payload.chunks())
    declared = _declared(payload, params)
    return blob, digest(blob, ("md5", *_wanted(declared, also))), declared


def _wanted(declared: Iterable[str], also: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*declared, *also))) or [DEFAULT_ALGORITHM]


def digest(blob: Blob, algorithms: Iterable[str]) -> dict[str, bytes]:
    """Compute several digests of a body in one pass."""
    running = {name: checksum.new(name) for name in algorithms}
    for piece in blob.chunks():
        for each in running.values():
            each.update(piece)  # type: ignore[arg-type]  # memoryviews are accepted too
    return {name: each.digest() for name, each in running.items()}


def digest_text(blob: Blob, algorithm: str) -> str:
    """Compute one digest of a body, in base64."""
    return b64(digest(blob, (algorithm,))[algorithm])


def is_digest(text: str, algorithm: str) -> bool:
    """Return whether a text is base64 of the size of this digest."""
    try:
        return len(base64.b64decode(text, validate=True)) == checksum.SIZES[algorithm]
    except ValueError:
        return False


def checksum_members(checksums: Mapping[str, str]) -> dict[str, str]:
    """Return checksums as members of a response."""
    return {f"Checksum{name.upper()}": text for name, text in checksums.items()}


def wants_checksum(params: Mapping[str, object]) -> bool:
    """Return whether a read asks for the checksum. Raise ``InvalidRequest`` for another mode than ENABLED (R-113)."""
    mode = params.get("ChecksumMode")
    if mode not in (None, "ENABLED"):
        raise INVALID_REQUEST(message="Value for x-amz-checksum-mode header is invalid.")
    return mode is not None


def checksums_in(members: Mapping[str, object]) -> dict[str, str]:
    """Return the checksums among the members of an input, by algorithm."""
    return {name: str(members[member]) for member, name in CHECKSUMS.items() if member in members}


def b64(data: bytes) -> str:
    """Encode a digest in base64."""
    return base64.b64encode(data).decode()


def _declared(payload: Payload | bytes, params: WithBody) -> Mapping[str, str]:
    """Return the checksum that headers and trailers declare, by algorithm. Content-MD5 is not included.

    Raise ``InvalidRequest`` for several checksums, or a malformed one.
    """
    declared: Mapping[str, str] = {} if isinstance(payload, bytes) else payload.declared
    if "ContentMD5" in params:
        declared = {name: text for name, text in declared.items() if name != "md5"}
        if "ChecksumMD5" in params:
            declared["md5"] = params["ChecksumMD5"]
    if len(declared) > 1:
        raise INVALID_REQUEST(
            message="Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    for name, text in declared.items():
        if not is_digest(text, name):
            raise INVALID_CHECKSUM_HEADER(algorithm=name)
    return declared
