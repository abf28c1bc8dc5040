"""The calls that a search tries, and the values of their parameters.

Every S3 operation is called that is about an existing bucket, and whose required parameters are in ``parameters``. The
values are those that the policies tell apart: keys of objects, prefixes, encryption, ACLs and the request context.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore import xform_name
from botocore.exceptions import ClientError

from mocks3.access.decision import Decision
from mocks3.errors import NotSupported
from mocks3.model.permissions import REVEAL
from mocks3.operations import find
from mocks3.wire.models import service_model

if TYPE_CHECKING:
    from mocks3.invariants.callers import InvariantCaller
    from mocks3.invariants.properties import Invariant
    from mocks3.invariants.world import CheckedWorld
    from mocks3.storage import Version

FIRST: Final = ("GetObject", "PutObject", "ListObjectsV2", "DeleteObject", "CopyObject")
"""The operations that a counterexample prefers."""
WRITES: Final = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
LISTS: Final = frozenset({"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"})

CONTEXT_FIELDS: Final = {
    "aws:sourceip": "source_ip",
    "aws:sourcevpc": "source_vpc",
    "aws:sourcevpce": "source_vpce",
    "aws:vpcsourceip": "vpc_source_ip",
    "aws:securetransport": "secure_transport",
    "s3:tlsversion": "tls_version",
    "aws:useragent": "user_agent",
    "aws:referer": "referer",
    "aws:multifactorauthpresent": "mfa",
}
"""Condition keys that a test can set, and the argument of ``aws.request_context`` for each."""


@dataclass(frozen=True)
class PlannedCall:
    """One call: who calls, the operation with its parameters, and the request context."""

    caller: InvariantCaller
    operation: str
    parameters: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The name of the boto3 method."""
        return str(xform_name(self.operation))


@dataclass(frozen=True)
class CallOutcome:
    """What came of a call: whether S3 refused it, its decisions, and the versions that it wrote."""

    refused: bool
    decisions: tuple[Decision, ...]
    written: tuple[Version, ...]

    def violation(self, invariant: Invariant) -> Decision | Version | None:
        """Return what violates a property: a decision, or a version that was written; None if nothing does."""
        if self.refused:
            return None
        violating: list[Decision | Version] = [
            each for each in self.decisions if invariant.is_violated_by(each)
        ]
        violating += [each for each in self.written if invariant.is_violated_by_version(each)]
        return violating[0] if violating else None


_REFUSED: Final = frozenset({401, 403, 405, 501})
"""The statuses of calls that were refused, or that mocks3 does not support."""


def _is_refused(call: PlannedCall, status: int, recorded: Sequence[object]) -> bool:
    """Return whether S3 refused a call. A 403 that only hides that the key does not exist is no refusal (X-1)."""
    if status not in _REFUSED:
        return False
    revealing = {need.action for need in find("s3", call.operation).needs if need.mode is REVEAL}
    denied = [each for each in recorded if not getattr(each, "allowed", False)]
    hidden = all(isinstance(each, Decision) and each.action in revealing for each in denied)
    return status != 403 or not denied or not hidden


def make(world: CheckedWorld, call: PlannedCall) -> CallOutcome:
    """Make a call on a snapshot. The in-memory AWS is afterwards as it was.

    Args:
        world: The in-memory AWS.
        call: The call.

    Returns:
        What came of it.
    """
    mark = world.snapshot()
    decided, before = len(world.decisions), _current(world, call)
    status = 200
    try:
        with world.request_context(**call.context):
            getattr(call.caller.principal.client("s3"), call.method)(**call.parameters)
    except ClientError as error:
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    except NotSupported:
        status = 501
    try:
        after = _current(world, call)
        recorded = world.decisions[decided:]
        own = [each for each in recorded if isinstance(each, Decision)]
        decisions = tuple(each for each in own if each.question.caller.arn == call.caller.arn)
        written = () if after is None or after is before or after.is_delete_marker else (after,)
        return CallOutcome(_is_refused(call, status, recorded), decisions, written)
    finally:
        world.restore(mark)


def _current(world: CheckedWorld, call: PlannedCall) -> Version | None:
    bucket = world.store.bucket(call.parameters["Bucket"])
    key = call.parameters.get("Key")
    return None if bucket is None or key is None else bucket.current(key)


def operations(client: Any) -> tuple[str, ...]:
    """Return the operations of a client that are called, the usual ones first."""
    filled = parameters("bucket", "key").keys()
    found = []
    for name in client.meta.service_model.operation_names:
        members = set(required(name))
        if "Bucket" not in members or not members <= filled or name == "CreateBucket":
            continue
        try:
            find("s3", name)
        except NotSupported:
            continue
        found.append(name)
    return (*FIRST, *(name for name in found if name not in FIRST))


def required(operation: str) -> tuple[str, ...]:
    """Return the names of the parameters that an operation requires."""
    shape = service_model("s3").operation_model(operation).input_shape
    return () if shape is None else tuple(shape.required_members)


def parameters(bucket: str, key: str) -> dict[str, Any]:
    """Return the values of all parameters that calls require."""
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
        },
    }
    return {
        "Bucket": bucket,
        "Key": key,
        "CopySource": {"Bucket": bucket, "Key": key},
        "Delete": {"Objects": [{"Key": key}]},
        "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]},
        "Policy": json.dumps(policy),
        "UploadId": "none",
        "PartNumber": 1,
        "VersioningConfiguration": {"Status": "Suspended"},
        "RequestPaymentConfiguration": {"Payer": "BucketOwner"},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
        "ObjectAttributes": ["ETag"],
        "Id": "id",
    }


def choices(operation: str, given: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Return the optional parameters that are tried with an operation, with their values; None leaves one out."""
    if operation in LISTS:
        return {"Prefix": [None, *given["prefixes"]]}
    if operation not in WRITES:
        return {}
    return {
        "ServerSideEncryption": [None, "AES256", "aws:kms"],
        "SSEKMSKeyId": [None, *given["keys"]],
        "ACL": [None, "public-read", "bucket-owner-full-control"],
    }
