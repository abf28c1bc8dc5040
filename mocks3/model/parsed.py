"""A request whose operation is known: its address and its parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mocks3.lib.locking import Unread
from mocks3.model.messages import ChunkVerifier, Form, WireRequest

PREFLIGHT = "PreflightRequest"
"""The operation of a CORS preflight, as CloudTrail names it. botocore's model has no such operation."""

VISIT = "Visit"
"""The operation of a request to a website endpoint. botocore's model has no such operation."""

Params = dict[str, Any]
"""Members of an operation's input or output, named and typed as boto3 names and types them."""


class Address(NamedTuple):
    """What the URL names: where it was sent, and which bucket and key it means.

    ``bucket`` is None for service calls, ``key`` is None for bucket calls; both are percent-decoded text.
    ``region`` is None when the host names no Region (``s3.amazonaws.com`` is us-east-1 by convention, custom
    endpoints are anybody's). ``style`` is ``path``, ``virtual``, ``access-point`` or ``object-lambda``.
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
    (W-193), and reading it may raise ``MalformedXML`` or ``BadDigest``.

    ``sent`` is the request as it came, which is what was signed. ``request`` is what S3 hears of it: headers that a
    presigned URL carries in its query, or a form in its fields, stand among its headers. ``form`` is None but for
    forms. ``seal`` is set by whoever can verify signed chunks, before the body is read. ``subresource`` holds the query
    names that make the URL another resource than its path alone. ``is_foreign``: the body is a document that is read by
    code of others.
    """

    __slots__ = (
        "_is_foreign",
        "_params",
        "_read_body",
        "address",
        "chunk_verifier",
        "form",
        "head",
        "operation",
        "request",
        "sent",
        "service",
        "subresource",
    )

    def __init__(
        self,
        request: WireRequest,
        service: str,
        operation: str,
        address: Address,
        head: Params,
        read_body: Callable[[ChunkVerifier | None], Params] | None,
        sent: WireRequest | None = None,
        form: Form | None = None,
        is_foreign: bool = False,
    ) -> None:
        self.request = request
        self.service = service
        self.operation = operation
        self.address = address
        self.head = head
        self.sent = sent or request
        self.form = form
        self.chunk_verifier: ChunkVerifier | None = None
        self.subresource: frozenset[str] = frozenset()
        self._read_body = read_body
        self._is_foreign = is_foreign
        self._params: Params | None = None

    @property
    def params(self) -> Params:
        """The operation's whole input, as a boto3 caller would have written it.

        Raises ``Unread`` where the body is a document that code of others must be asked for.
        """
        if self._params is None:
            if self._is_foreign:
                raise Unread(self._read)
            self._read()
        assert self._params is not None
        return self._params

    def _read(self) -> None:
        self._params = {**self.head, **self._read_body(self.chunk_verifier)} if self._read_body else self.head

    def release(self) -> None:
        """Let the body go, once the request is answered: what is kept for the journal keeps no bytes of objects."""
        if self.request.body:
            bare = self.request._replace(body=b"")
            self.sent = bare if self.sent is self.request else self.sent._replace(body=b"")
            self.request = bare
            self._read_body = None
            if self._params is not None:
                self._params = {k: v for k, v in self._params.items() if not hasattr(v, "chunks")}
