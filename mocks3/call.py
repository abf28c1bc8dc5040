"""The typed values that pass from stage to stage. Frozen: a stage adds by making the next value.

    WireRequest --parse--> Parsed --authenticate--> Authenticated --authorize--> Authorized
                                                     --operation--> output --serialize--> WireResponse

Rule 1: each stage takes the type that only the stage before can make; operating before authorizing does
not type-check. Rule 2: values only; no stage is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

Params = dict[str, Any]
"""Members of an operation's input or output, named and typed as boto3 names and types them."""


class Payload(Protocol):
    """A request's body: decoded from its transfer framing, readable once.

    ``declared`` maps a digest's name as AWS spells it in headers (``md5``, ``crc32``, ``sha256``…) to the base64
    text the caller sent for it; digests sent as trailers join it once the last chunk was taken.
    """

    declared: Mapping[str, str]

    def chunks(self) -> Iterator[bytes]: ...

    def read(self) -> bytes: ...


class Streamable(Protocol):
    """A response's body that is handed out in pieces and never copied whole."""

    def __len__(self) -> int: ...

    def chunks(self) -> Iterable[bytes | memoryview]: ...


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request as a door received it, before anybody asked what it means.

    ``path`` and ``query`` are raw: percent-encoded exactly as sent (signatures cover those bytes).
    ``headers`` have lower-case names; a repeated header's values are joined with commas.
    ``bucket`` is set by a door that knows the bucket's name stands in the host; otherwise ``wire`` finds out.
    ``facts`` is what the transport knows and HTTP does not say (source IP, VPC endpoint, TLS version…).
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
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The request's URL as it was sent."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.host}{self.path}{query}"


@dataclass(frozen=True, slots=True)
class WireResponse:
    """One HTTP response for a door to hand back. ``body`` is bytes, or a stream of known length."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Streamable = b""


@dataclass(frozen=True, slots=True)
class Address:
    """What the URL names: where it was sent, and which bucket and key it means.

    ``bucket`` is None for service calls, ``key`` is None for bucket calls; both are percent-decoded text.
    ``region`` is None when the host names no Region (``s3.amazonaws.com`` is us-east-1 by convention, custom
    endpoints are anybody's). ``style`` is ``path``, ``virtual`` or ``access-point``.
    """

    style: str
    bucket: str | None
    key: str | None
    region: str | None
    endpoint: str
    access_point: str | None = None


class Parsed:
    """A request whose operation is known.

    ``head`` holds the members that the URL and the headers carry. ``params`` is the whole input: the body's
    members join at first use, because AWS looks at a body only after the permission for the call
    (authorization.md W-193), and reading it may raise ``MalformedXML`` or ``BadDigest``.
    """

    __slots__ = ("_params", "_read_body", "address", "head", "operation", "request", "service")

    def __init__(
        self,
        request: WireRequest,
        service: str,
        operation: str,
        address: Address,
        head: Params,
        read_body: Callable[[], Params] | None,
    ) -> None:
        self.request = request
        self.service = service
        self.operation = operation
        self.address = address
        self.head = head
        self._read_body = read_body
        self._params: Params | None = None

    @property
    def params(self) -> Params:
        """The operation's whole input, as a boto3 caller would have written it."""
        if self._params is None:
            self._params = {**self.head, **self._read_body()} if self._read_body else self.head
        return self._params
