"""CreateSession: credentials for one directory bucket and five minutes. Source: API_CreateSession; F-150."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, METHOD_NOT_ALLOWED
from mocks3.model import zones
from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import BUCKET, NEW_KMS_KEY, ZONAL_SESSION, Need
from mocks3.model.stages import Authorized
from mocks3.model.target import DirectoryTarget
from mocks3.rules import encryption
from mocks3.storage import SSE_S3

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CreateSessionRequestTypeDef


def check_directory_bucket(head: Params) -> None:
    """Raise ``MethodNotAllowed`` for a general purpose bucket: it has no such operation."""
    if not zones.is_directory_bucket(head["Bucket"]):
        raise METHOD_NOT_ALLOWED()


def check_mode(head: Params) -> None:
    """Raise ``InvalidArgument`` for an unknown mode, ``MethodNotAllowed`` for a general purpose bucket."""
    check_directory_bucket(head)
    mode = head.get("SessionMode", "ReadWrite")
    if mode not in ("ReadOnly", "ReadWrite"):
        raise INVALID_ARGUMENT(
            message="Invalid session mode.", ArgumentName="x-amz-create-session-mode", ArgumentValue=mode
        )


@operation(
    Need("s3express:CreateSession", BUCKET),
    Need("kms:GenerateDataKey", NEW_KMS_KEY),
    Need("kms:Decrypt", NEW_KMS_KEY),
    syntax=check_mode,
    express=ZONAL_SESSION,
)
def create_session(call: Authorized, params: CreateSessionRequestTypeDef) -> Params:
    """Return temporary credentials for the bucket: ReadWrite, or ReadOnly if the caller is allowed no more.

    boto3 calls this operation itself, before the first call on a directory bucket and before a session expires.
    """
    assert isinstance(call.target, DirectoryTarget)
    read_only = call.target.mode == "ReadOnly"
    iam = call.world.iam
    signer = None
    if not call.caller.anonymous:
        signer = iam.signing_key(call.signature.access_key_id, call.settings.account)
    key, expires = iam.create_session(call.caller, signer, call.bucket.name, read_only=read_only)
    return {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
            "Expiration": expires,
        },
        **encryption.write_response_members(call.encryption or SSE_S3),
    }
