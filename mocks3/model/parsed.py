"""A request whose operation is known: its address and its parameters."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from mocks3.lib.locking import UnreadBody
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

    ``head`` contains the members in the URL and the headers. ``params`` is the whole input. The members in the body
    are added at first use, because AWS reads a body only after the permission check (W-193). Reading it may raise
    ``MalformedXML`` or ``BadDigest``.

    ``sent`` is the request as it was sent and signed. ``request`` is the same request with the headers that a presigned
    URL has in its query, or a form in its fields. ``form`` is None for requests that are not forms.
    ``subresource`` contains the query names that select another resource than the path alone. ``is_foreign`` is True if
    code outside of mocks3 reads the body.
    """

    __slots__ = (
        "_chunk_verifier",
        "_is_foreign",
        "_params",
        "_read_body",
        "address",
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
        subresource: frozenset[str] = frozenset(),
    ) -> None:
        self.request = request
        self.service = service
        self.operation = operation
        self.address = address
        self.head = head
        self.sent = sent or request
        self.form = form
        self.subresource = subresource
        self._chunk_verifier: ChunkVerifier | None = None
        self._read_body = read_body
        self._is_foreign = is_foreign
        self._params: Params | None = None

    def with_chunk_verifier(self, chunk_verifier: ChunkVerifier) -> Parsed:
        """Return this request, with the verifier of its body's chunks; the same one if the body was already read."""
        if self._params is not None:
            return self
        verified = copy.copy(self)
        verified._chunk_verifier = chunk_verifier
        return verified

    @property
    def params(self) -> Params:
        """The operation's whole input, as a boto3 caller would have written it.

        Raises ``UnreadBody`` where the body is a document that code of others must be asked for.
        """
        if self._params is None:
            if self._is_foreign:
                raise UnreadBody(self._read)
            self._read()
        assert self._params is not None
        return self._params

    def _read(self) -> None:
        self._params = (
            {**self.head, **self._read_body(self._chunk_verifier)} if self._read_body else self.head
        )

    def release(self) -> None:
        """Let the body go, once the request is answered: what is kept for the journal keeps no bytes of objects."""
        if self.request.body:
            bare = self.request._replace(body=b"")
            self.sent = bare if self.sent is self.request else self.sent._replace(body=b"")
            self.request = bare
            self._read_body = None
            if self._params is not None:
                self._params = {k: v for k, v in self._params.items() if not hasattr(v, "chunks")}
