"""Sessions of directory buckets: requests that are signed with credentials of CreateSession.

The session's token is sent as ``x-amz-s3session-token`` (a header, a parameter of a presigned URL, or a field of a
form), never as ``x-amz-security-token``. A session is valid for one bucket, for five minutes. Its caller and its
permissions were decided when it was created (F-150). It cannot be revoked: it keeps its permissions until it expires.

Source: API_CreateSession; S3 User Guide, "Authorizing Zonal endpoint API operations with CreateSession".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import Why
from mocks3.errors.refusals import ACCESS_DENIED, EXPIRED_TOKEN, INVALID_ACCESS_KEY_ID, INVALID_TOKEN
from mocks3.identity.signed_request import gone, unproven
from mocks3.model.parsed import Parsed
from mocks3.storage.iam.records import AccessKeyRecord, BucketSessionRecord

if TYPE_CHECKING:
    from mocks3.identity.signed_request import SignedRequest
    from mocks3.storage.iam.caller import Caller
    from mocks3.storage.iam.principal_store import IamStore

HEADER = "x-amz-s3session-token"


def authenticate_session(
    iam: IamStore,
    parsed: Parsed,
    signed: SignedRequest,
    key: AccessKeyRecord,
    session: BucketSessionRecord,
) -> Caller:
    """Return the caller of a request that is signed with a session's credentials: the one who created the session.

    Raises ``ExpiredToken``, ``SignatureDoesNotMatch``, ``InvalidToken``; ``AccessDenied`` for another bucket;
    ``InvalidAccessKeyId`` for another service than S3.
    """
    if parsed.service != "s3":
        raise INVALID_ACCESS_KEY_ID(
            unproven(
                f"{key.id} belongs to a session of a directory bucket, and only S3 accepts such a session",
                "use the credentials with which CreateSession was called",
            ),
            AWSAccessKeyId=key.id,
        )
    token = parsed.request.headers.get(HEADER)
    if clock.now() >= session.expires:
        raise EXPIRED_TOKEN(
            unproven(
                f"the session of the directory bucket ended at {session.expires:%Y-%m-%dT%H:%M:%SZ}",
                "call CreateSession again; the SDK does it by itself",
                rules="F-150, X-31",
            ),
            **{"Token-0": token},
        )
    signed.verify(key.secret)
    if token != key.token:
        raise INVALID_TOKEN(
            unproven(
                f"the token in {HEADER} is not the token of the session {key.id}",
                "send the SessionToken of the same answer of CreateSession",
            ),
            **{"Token-0": token},
        )
    admitted = session.caller.admitted
    if admitted is None or admitted.bucket != parsed.address.bucket:
        bucket = "another bucket" if admitted is None else admitted.bucket
        raise ACCESS_DENIED(
            Why(
                "bucket-session",
                f"the session was created for {bucket}, and a session is valid for its own bucket only",
                "F-150",
                (f"call CreateSession for {parsed.address.bucket}; the SDK does it by itself",),
            )
        )
    parsed.chunk_verifier = signed.chunk_verifier(key.secret)
    caller = iam.admitted(session)
    if caller is None:
        raise INVALID_ACCESS_KEY_ID(gone(key.id), AWSAccessKeyId=key.id)
    return caller
