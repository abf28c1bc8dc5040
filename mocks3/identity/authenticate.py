"""From a parsed request to a proven caller.

The checks and their order are authorization.md X-31: clock skew, then the key, then the signature, then the token;
for temporary keys a gone holder and expiry come before the signature. The credential scope's Region is held against
the bucket's later, where the bucket is known (``access.gate``). Every key that mocks3 issued is verified, always;
a key it did not issue is the default account's root, or ``InvalidAccessKeyId`` under ``strict``.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.call import Authenticated, Caller, Parsed, Settings, Signature
from mocks3.errors import (
    EXPIRED_TOKEN,
    INVALID_ACCESS_KEY_ID,
    INVALID_TOKEN,
    REQUEST_TIME_TOO_SKEWED,
    NotSupported,
)
from mocks3.identity import sigv4
from mocks3.identity.records import SessionRecord

if TYPE_CHECKING:
    from mocks3.identity.directory import Directory
    from mocks3.identity.records import AccessKeyRecord

SKEW = datetime.timedelta(minutes=15)
"""How far a header-signed request's clock may be from S3's (authorization.md 6.3)."""


def authenticate(directory: Directory, settings: Settings, parsed: Parsed) -> Authenticated:
    """Find out who is asking.

    Returns the request with its caller: anonymous without any signature. Raises the gate errors of
    authorization.md 6.3 (``InvalidAccessKeyId``, ``SignatureDoesNotMatch``, ``RequestTimeTooSkewed``,
    ``ExpiredToken``, ``InvalidToken``, ``AuthorizationHeaderMalformed``), and :class:`NotSupported` for ways of
    signing that mocks3 does not verify yet.
    """
    header = parsed.request.headers.get("authorization")
    if header is None:
        _refuse_query_signatures(parsed)
        return Authenticated(parsed, directory.anonymous(), Signature())
    if not header.startswith(sigv4.ALGORITHM + " "):
        raise NotSupported(
            f"mocks3 verifies {sigv4.ALGORITHM} in the Authorization header only, not {header.split(' ', 1)[0]}"
        )
    claim = sigv4.read_claim(header)
    signed_at = sigv4.signing_time(parsed.request.headers)
    if abs(clock.now() - signed_at) > SKEW:
        raise REQUEST_TIME_TOO_SKEWED(
            RequestTime=parsed.request.headers["x-amz-date"],
            ServerTime=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            MaxAllowedSkewMilliseconds=int(SKEW.total_seconds() * 1000),
        )
    key = directory.key(claim.access_key_id)
    caller = _known(directory, parsed, claim, key) if key else _unknown(directory, settings, claim)
    signature = Signature("REST-HEADER", sigv4.ALGORITHM, signed_at, claim.access_key_id, claim.region)
    return Authenticated(parsed, caller, signature)


def _known(directory: Directory, parsed: Parsed, claim: sigv4.Claim, key: AccessKeyRecord) -> Caller:
    caller = directory.caller(key)
    if caller is None or not key.active:
        raise INVALID_ACCESS_KEY_ID(AWSAccessKeyId=key.id)
    token = parsed.request.headers.get("x-amz-security-token")
    if isinstance(key.holder, SessionRecord) and clock.now() >= key.holder.expires:
        raise EXPIRED_TOKEN(**{"Token-0": token})
    sigv4.verify(parsed.request, claim, key.secret)
    if token != key.token:
        raise INVALID_TOKEN(**{"Token-0": token})
    return caller


def _unknown(directory: Directory, settings: Settings, claim: sigv4.Claim) -> Caller:
    if settings.strict or directory.issued(claim.access_key_id):
        raise INVALID_ACCESS_KEY_ID(AWSAccessKeyId=claim.access_key_id)
    caller = directory.caller(directory.ambient or directory.root_key(settings.account))
    if caller is None:  # whom unknown keys stand for was deleted
        raise INVALID_ACCESS_KEY_ID(AWSAccessKeyId=claim.access_key_id)
    return caller


def _refuse_query_signatures(parsed: Parsed) -> None:
    query = parsed.request.query
    if "X-Amz-Signature=" in query or "Signature=" in query:
        raise NotSupported("mocks3 does not verify presigned requests yet")
