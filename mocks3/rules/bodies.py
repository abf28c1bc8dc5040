"""Bodies on their way into storage: drained, measured, and held against every digest declared for them.

Rule 1: nothing is stored of a body that is not what its sender says it is. Rule 2: the body is drained here, before
anything is changed, and held once; digests are computed over the pieces that are kept. Rule 3: what takes time, or runs
code of others, is done while the world's lock is released (``Unread``); the request then starts again, and finds the
body here.

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
from mocks3.lib.locking import Unread
from mocks3.lib.values import value

if TYPE_CHECKING:
    from mocks3.model.messages import Payload
    from mocks3.model.parsed import Params
    from mocks3.storage import Blob, Store

Drained = TypeVar("Drained")

MAX_BODY_SIZE = 5 << 30
"""Bytes that one request may bring (API_PutObject)."""

DEFAULT_ALGORITHM = "crc64nvme"
"""What S3 computes by itself when the sender declares no checksum."""

CHECKSUMS = {f"Checksum{name.upper()}": name for name in checksum.SIZES}
"""The members that hold checksums, and the algorithms' names."""


@value
class ReceivedBody:
    """A body that is what it was said to be. ``algorithm`` is None when no checksum was declared for it."""

    blob: Blob
    md5: bytes
    algorithm: str | None
    checksums: Mapping[str, str]


def receive(
    store: Store, payload: Payload | bytes, params: Params, *, also: Iterable[str] = (), as_part: bool = False
) -> ReceivedBody:
    """Take a body in.

    Args: ``also`` checksums that are wanted whatever was declared; ``as_part`` how BadDigest shows an MD5.
    ``checksums`` of what comes back holds the declared one (or, without any and without ``also``, the server's
    own), then those of ``also``. Raises ``EntityTooLarge``, ``InvalidDigest``, ``BadDigest``, ``InvalidRequest``.
    """
    if params.get("ContentLength", 0) > MAX_BODY_SIZE:
        raise ENTITY_TOO_LARGE(ProposedSize=params["ContentLength"], MaxSizeAllowed=MAX_BODY_SIZE)
    content_md5 = params.get("ContentMD5")
    if content_md5 is not None and not is_digest(content_md5, "md5"):
        raise INVALID_DIGEST(**{"Content-MD5": content_md5})
    _stated(payload, params)
    blob, digests = read_once(payload, lambda: _drain(store, payload, params, also))
    stated = _stated(payload, params)  # once more: trailers have joined the headers
    wanted = _wanted(stated, also)
    if not digests.keys() >= set(
        wanted
    ):  # since it was drained, the object that it is appended to became another
        digests = digest(blob, ("md5", *wanted))
    if content_md5 is not None and base64.b64decode(content_md5) != digests["md5"]:
        expected = content_md5 if as_part else base64.b64decode(content_md5).hex()
        raise BAD_CONTENT_MD5(ExpectedDigest=expected, CalculatedDigest=b64(digests["md5"]))
    checksums = {name: b64(digests[name]) for name in wanted}
    for name, text in stated.items():
        if checksums[name] != text:
            raise BAD_CHECKSUM(algorithm=name.upper())
    return ReceivedBody(blob, digests["md5"], next(iter(stated), None), checksums)


def read_once(payload: Payload | bytes, take: Callable[[], Drained]) -> Drained:
    """What ``take`` makes of a body: the first time it is asked for, since a body can be read only once.

    Raises ``Unread`` where reading it must not happen while the world's lock is held.
    """
    if isinstance(payload, bytes):
        return take()
    if payload.kept is None:

        def keep() -> None:
            payload.kept = take()

        if not payload.at_hand:
            raise Unread(keep)
        keep()
    kept: Drained = payload.kept
    return kept


def _drain(
    store: Store, payload: Payload | bytes, params: Params, also: Iterable[str]
) -> tuple[Blob, dict[str, bytes]]:
    blob = store.blob((payload,) if isinstance(payload, bytes) else payload.chunks())
    return blob, digest(blob, ("md5", *_wanted(_stated(payload, params), also)))


def _wanted(stated: Iterable[str], also: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*stated, *also))) or [DEFAULT_ALGORITHM]


def digest(blob: Blob, algorithms: Iterable[str]) -> dict[str, bytes]:
    """Several digests of a body, in one pass."""
    running = {name: checksum.new(name) for name in algorithms}
    for piece in blob.chunks():
        for each in running.values():
            each.update(piece)  # type: ignore[arg-type]  # memoryviews are as good as bytes
    return {name: each.digest() for name, each in running.items()}


def digest_text(blob: Blob, algorithm: str) -> str:
    """One digest of a body, as headers show it."""
    return b64(digest(blob, (algorithm,))[algorithm])


def is_digest(text: str, algorithm: str) -> bool:
    """Whether a header's text can be a digest of this kind at all."""
    try:
        return len(base64.b64decode(text, validate=True)) == checksum.SIZES[algorithm]
    except ValueError:
        return False


def checksum_members(checksums: Mapping[str, str]) -> dict[str, str]:
    """Checksums as members of an answer."""
    return {f"Checksum{name.upper()}": text for name, text in checksums.items()}


def b64(data: bytes) -> str:
    """A digest as headers show it."""
    return base64.b64encode(data).decode()


def _stated(payload: Payload | bytes, params: Params) -> Mapping[str, str]:
    """The checksum that headers and trailers declare, by algorithm; Content-MD5 is none of them.

    Raises ``InvalidRequest`` when there are several, or when it cannot be one.
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
