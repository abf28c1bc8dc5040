"""HTTP messages that the interceptors and ``wire`` exchange.

Rule: objects that are created for every request are named tuples or ``value`` classes. They are much cheaper to create
than frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from mocks3.model.request_context import EMPTY_CONTEXT, RequestContext
from mocks3.model.signature import UnsentSignature

if TYPE_CHECKING:
    from mocks3.errors import S3Error


class Payload(Protocol):
    """A request's body without its transfer framing. It can be read once.

    declared     digests that the caller sent: name (``md5``, ``crc32``, ``sha256``...) to base64 text; digests in
                 trailers are added after the last chunk
    buffered     True if the body is in memory, so that reading it takes no time and runs no foreign code
    kept_result  the result of the first read, for later reads
    """

    declared: Mapping[str, str]
    buffered: bool
    kept_result: Any

    def chunks(self) -> Iterator[bytes]: ...

    def read(self) -> bytes: ...


class Streamable(Protocol):
    """A response's body that is sent in pieces and never copied as a whole."""

    def __len__(self) -> int: ...

    def chunks(self) -> Iterable[bytes | memoryview]: ...


class ChunkVerifier(Protocol):
    """Verifies the signatures of the chunks of a framed body while the body is read.

    It raises an error at the first chunk whose signature is wrong; nothing is stored before that.
    """

    def content(self, data: bytes) -> None:
        """Take a part of the current chunk's content."""

    def chunk(self, signature: str | None) -> None:
        """Verify the current chunk, which is complete. ``signature`` is None if the chunk has none."""

    def trailers(self, text: bytes, signature: str | None) -> None:
        """Verify the trailing headers, which are given as sent, without their signature."""


class Form(NamedTuple):
    """A browser's form (RESTObjectPOST): its fields by lower-case name, and the size of its file.

    ``${filename}`` is already replaced. Fields after the file are not included, because S3 ignores them. ``fault`` is
    the error in a field's content; only callers who may upload get it.
    """

    fields: Mapping[str, str]
    size: int
    fault: S3Error | None = None


class WireRequest(NamedTuple):
    """One HTTP request as an interceptor received it, before it is parsed.

    path, query  percent-encoded exactly as sent, because signatures cover those bytes
    headers      names are lower case; the values of a repeated header are joined with commas
    bucket       the bucket's name, if the interceptor knows that the host contains it; otherwise ``wire`` finds it
    context      what the test says about the request and HTTP does not (source IP, VPC endpoint, TLS version...)
    unsent       how a client of this process would sign the request, if it was answered before that
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
    unsent: UnsentSignature | None = None

    @property
    def url(self) -> str:
        """The request's URL as it was sent."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.host}{self.path}{query}"


class WireResponse(NamedTuple):
    """One HTTP response that an interceptor returns. ``body`` is bytes, or a stream of known length.

    ``decision`` is the decision behind an access-denied error (``S3Error.decision``). It is shown with the exception
    and is not part of the response. ``notes`` are shown with the exception too.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | Streamable = b""
    decision: object = None
    notes: tuple[str, ...] = ()
