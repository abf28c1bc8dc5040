"""HTTP messages as the interceptors and the wire exchange them.

Rule: what every request makes is a named tuple or a ``value``, which cost a fraction of a frozen dataclass to make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext

if TYPE_CHECKING:
    from mocks3.errors import S3Error


class Payload(Protocol):
    """A request's body: decoded from its transfer framing, readable once.

    ``declared`` maps a digest's name as AWS spells it in headers (``md5``, ``crc32``, ``sha256``…) to the base64
    text the caller sent for it; digests sent as trailers join it once the last chunk was taken. ``at_hand``: reading it
    takes no time, and runs no code of others. ``kept`` is what was made of it, for whoever asks for it again.
    """

    declared: Mapping[str, str]
    buffered: bool
    kept_result: Any

    def chunks(self) -> Iterator[bytes]: ...

    def read(self) -> bytes: ...


class Streamable(Protocol):
    """A response's body that is handed out in pieces and never copied whole."""

    def __len__(self) -> int: ...

    def chunks(self) -> Iterable[bytes | memoryview]: ...


class ChunkVerifier(Protocol):
    """Whoever verifies what the chunks of a framed body say of themselves, told of it as the body is read.

    It raises where a chunk lies; what was read up to there is nobody's yet.
    """

    def content(self, data: bytes) -> None:
        """A part of the present chunk's content."""

    def chunk(self, signature: str | None) -> None:
        """The present chunk is complete; its signature, where it has one."""

    def trailers(self, text: bytes, signature: str | None) -> None:
        """The trailing headers as sent, without their signature."""


class Form(NamedTuple):
    """A browser's form (RESTObjectPOST): its fields by lower-case name, ``${filename}`` filled in; its file's length.

    Fields after the file are not here: S3 ignores them. ``fault`` is what is wrong with a field's content, which is
    said to who may upload.
    """

    fields: Mapping[str, str]
    size: int
    fault: S3Error | None = None


class WireRequest(NamedTuple):
    """One HTTP request as a door received it, before anybody asked what it means.

    ``path`` and ``query`` are raw: percent-encoded exactly as sent (signatures cover those bytes).
    ``headers`` have lower-case names; a repeated header's values are joined with commas.
    ``bucket`` is set by a door that knows the bucket's name stands in the host; otherwise ``wire`` finds out.
    ``facts`` is what HTTP does not say and somebody told (source IP, VPC endpoint, TLS version…).
    """

    method: str
    scheme: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | IO[bytes] = b""
    service: str = "s3"
    bucket: str | None = None
    context: RequestContext = EMPTY_CONTEXT

    @property
    def url(self) -> str:
        """The request's URL as it was sent."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.host}{self.path}{query}"


class WireResponse(NamedTuple):
    """One HTTP response for a door to hand back. ``body`` is bytes, or a stream of known length.

    ``decision`` is the evidence behind a refusal (``S3Error.decision``), for the people who read the exception that
    comes of it; no byte of the answer does.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | Streamable = b""
    decision: object = None
