"""Sessions of directory buckets: the credentials that CreateSession gives out, and how they are taken.

A session's token comes in ``x-amz-s3session-token``, a header, a parameter of a presigned URL or a field of a form, and
never in ``x-amz-security-token``. It opens one bucket, for five minutes; who opened it, and for what, was settled when
it was made (F-150). Nobody takes a session back: it holds what it was given until it expires.

Source: API_CreateSession; S3 User Guide, "Authorizing Zonal endpoint API operations with CreateSession".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import ACCESS_DENIED, EXPIRED_TOKEN, INVALID_ACCESS_KEY_ID, INVALID_TOKEN
from mocks3.model.parsed import Parsed
from mocks3.storage.iam.records import AccessKeyRecord, BucketSessionRecord

if TYPE_CHECKING:
    from mocks3.identity.signed_request import SignedRequest
    from mocks3.storage.iam.caller import Caller
    from mocks3.storage.iam.principal_store import Directory

HEADER = "x-amz-s3session-token"


def authenticate_session(
    directory: Directory,
    parsed: Parsed,
    signed: SignedRequest,
    key: AccessKeyRecord,
    session: BucketSessionRecord,
) -> Caller:
    """Take a session's credentials: whoever opened it, admitted to its bucket.

    Raises ``ExpiredToken``, ``SignatureDoesNotMatch``, ``InvalidToken``, and ``AccessDenied`` for another bucket.
    Other services do not know such keys: ``InvalidAccessKeyId``.
    """
    if parsed.service != "s3":
        raise INVALID_ACCESS_KEY_ID(AWSAccessKeyId=key.id)
    token = parsed.request.headers.get(HEADER)
    if clock.now() >= session.expires:
        raise EXPIRED_TOKEN(**{"Token-0": token})
    signed.verify(key.secret)
    if token != key.token:
        raise INVALID_TOKEN(**{"Token-0": token})
    admitted = session.caller.admitted
    if admitted is None or admitted.bucket != parsed.address.bucket:
        raise ACCESS_DENIED()
    parsed.chunk_verifier = signed.chunk_verifier(key.secret)
    caller = directory.admitted(session)
    if caller is None:
        raise INVALID_ACCESS_KEY_ID(AWSAccessKeyId=key.id)
    return caller
