"""Signed chunks: each chunk's signature covers the previous signature. The first one is the request's signature.

    chunk    AWS4-HMAC-SHA256-PAYLOAD  TIMESTAMP  SCOPE  previous signature  SHA256("")  SHA256(content)
    trailer  AWS4-HMAC-SHA256-TRAILER  TIMESTAMP  SCOPE  previous signature  SHA256(trailing headers)

Version 4A has its own algorithm in these lines. Its signatures have no fixed length, so signers pad them with
asterisks. The next chunk's signature does not cover the padding.

Source: "Signature calculations for the Authorization header: transferring payload in multiple chunks", and
"… including trailing headers"; for Version 4A aws-c-auth, ``signable.h`` and ``signing.h``.
"""

from __future__ import annotations

import hashlib

from mocks3.errors.refusals import SIGNATURE_DOES_NOT_MATCH
from mocks3.identity import ecdsa, sigv4
from mocks3.identity.signed_request import hex_bytes, unproven
from mocks3.model.messages import ChunkVerifier

SIGNED_CHUNKS = {
    algorithm: frozenset({f"STREAMING-{algorithm}-PAYLOAD", f"STREAMING-{algorithm}-PAYLOAD-TRAILER"})
    for algorithm in (sigv4.ALGORITHM, ecdsa.ALGORITHM)
}
"""The values of x-amz-content-sha256 for signed chunks, by algorithm."""

_EMPTY_DIGEST = hashlib.sha256(b"").hexdigest()


class SignedChunkVerifier(ChunkVerifier):
    """Verify the chunks of one body. Raises ``SignatureDoesNotMatch`` for a wrong or missing signature."""

    def __init__(self, parts: sigv4.SignatureParts, secret: str) -> None:
        self._parts = parts
        self._algorithm = parts.scope.algorithm
        self._padding = "*" if self._algorithm == ecdsa.ALGORITHM else ""
        self._signer = sigv4.signer(parts.scope, secret)
        self._request = sigv4.TimestampedRequest(parts.timestamp)
        self._previous = parts.signature
        self._content = hashlib.sha256()

    def content(self, data: bytes) -> None:
        """Add content to the current chunk."""
        self._content.update(data)

    def chunk(self, signature: str | None) -> None:
        """Verify the current chunk."""
        self._verify("PAYLOAD", signature, _EMPTY_DIGEST, self._content.hexdigest())
        self._content = hashlib.sha256()

    def trailers(self, text: bytes, signature: str | None) -> None:
        """Verify the trailing headers, if x-amz-content-sha256 says that they are signed."""
        if str(self._parts.payload).endswith("-TRAILER"):
            self._verify("TRAILER", signature, hashlib.sha256(text).hexdigest())

    def _verify(self, kind: str, signature: str | None, *digests: str) -> None:
        scope = self._signer.credential_scope(self._request)
        lines = (f"{self._algorithm}-{kind}", self._parts.timestamp, scope, self._previous, *digests)
        to_sign = "\n".join(lines)
        provided = (signature or "").lower().rstrip(self._padding)
        if not self._signer.matches(to_sign, self._request, provided):
            what = "a chunk" if kind == "PAYLOAD" else "the trailing headers"
            raise SIGNATURE_DOES_NOT_MATCH(
                unproven(
                    f"the signature of {what} of the body does not match its content",
                    "let the SDK send the body, and change nothing of it on the way",
                ),
                AWSAccessKeyId=self._parts.scope.access_key_id,
                StringToSign=to_sign,
                SignatureProvided=signature or "",
                StringToSignBytes=hex_bytes(to_sign),
            )
        self._previous = provided
