"""What a job does with one object: one call to S3 for each kind of operation.

Source: user guide, "Operations supported by S3 Batch Operations"; API_control_JobOperation and the types of its
members.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError, ClientError

from mocks3.access import decide_by_own_policy, hypothetical_request, record_decision
from mocks3.effects.jobs.manifests import ManifestEntry
from mocks3.lib.limits import json_value
from mocks3.storage.control import FunctionRecord

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage.control.jobs import Job
    from mocks3.storage.iam.caller import Caller

Members = dict[str, Any]
Settings = Mapping[str, Any]


class TaskResult(NamedTuple):
    """The result of one task, as the completion report has it. ``code`` is the error code, empty for success."""

    entry: ManifestEntry
    status: int
    code: str
    message: str

    @property
    def succeeded(self) -> bool:
        """Whether the task succeeded."""
        return not self.code


def run(world: EffectsWorld, client: Any, caller: Caller, job: Job, entry: ManifestEntry) -> TaskResult:
    """Run the task of one object. ``caller`` is the session of the job's role, with which ``client`` signs."""
    settings = job.operation[job.kind]
    if job.kind == "LambdaInvoke":
        return _invoke(world, caller, job, settings, entry)
    method, members = _CALLS[job.kind](settings, entry)
    try:
        getattr(client, method)(**members)
    except ClientError as error:
        found = error.response["Error"]
        return TaskResult(
            entry, error.response["ResponseMetadata"]["HTTPStatusCode"], found["Code"], found["Message"]
        )
    except BotoCoreError as error:
        return TaskResult(entry, 400, "InvalidRequest", str(error))
    return TaskResult(entry, 200, "", "Successful")


def _object(entry: ManifestEntry) -> Members:
    named = {"Bucket": entry.bucket, "Key": entry.key}
    return named if entry.version_id is None else {**named, "VersionId": entry.version_id}


def _copy(settings: Settings, entry: ManifestEntry) -> tuple[str, Members]:
    target = settings.get("TargetResource", entry.bucket)
    prefix = settings.get("TargetKeyPrefix")
    metadata = dict(settings.get("NewObjectMetadata") or {})
    members: Members = {
        "Bucket": target.rpartition(":::")[2] or target,
        "Key": entry.key if prefix is None else f"{prefix}/{entry.key}",
        "CopySource": _object(entry),
        **{there: settings[here] for here, there in _COPY.items() if here in settings},
        **{there: metadata[here] for here, there in _METADATA.items() if here in metadata},
        **_grants(settings.get("AccessControlGrants") or ()),
    }
    if "SSEAlgorithm" in metadata:
        members["ServerSideEncryption"] = {"KMS": "aws:kms"}.get(
            metadata["SSEAlgorithm"], metadata["SSEAlgorithm"]
        )
    if "SSEKMSKeyId" in members:
        members["ServerSideEncryption"] = "aws:kms"
    if metadata:
        members.setdefault("MetadataDirective", "REPLACE")
    if "NewObjectTagging" in settings:
        tags = {tag["Key"]: tag["Value"] for tag in settings["NewObjectTagging"]}
        members |= {"TaggingDirective": "REPLACE", "Tagging": urlencode(tags)}
    if settings.get("RequesterPays"):
        members["RequestPayer"] = "requester"
    return "copy_object", members


_COPY = {
    "CannedAccessControlList": "ACL",
    "MetadataDirective": "MetadataDirective",
    "ModifiedSinceConstraint": "CopySourceIfModifiedSince",
    "UnModifiedSinceConstraint": "CopySourceIfUnmodifiedSince",
    "RedirectLocation": "WebsiteRedirectLocation",
    "StorageClass": "StorageClass",
    "SSEAwsKmsKeyId": "SSEKMSKeyId",
    "BucketKeyEnabled": "BucketKeyEnabled",
    "ChecksumAlgorithm": "ChecksumAlgorithm",
    "ObjectLockLegalHoldStatus": "ObjectLockLegalHoldStatus",
    "ObjectLockMode": "ObjectLockMode",
    "ObjectLockRetainUntilDate": "ObjectLockRetainUntilDate",
}
"""Members of API_control_S3CopyObjectOperation and the members of CopyObject."""

_METADATA = {
    "CacheControl": "CacheControl",
    "ContentDisposition": "ContentDisposition",
    "ContentEncoding": "ContentEncoding",
    "ContentLanguage": "ContentLanguage",
    "ContentType": "ContentType",
    "HttpExpiresDate": "Expires",
    "UserMetadata": "Metadata",
}
"""Members of API_control_S3ObjectMetadata and the members of CopyObject."""

_KINDS = {"id": "ID", "emailAddress": "EmailAddress", "uri": "URI"}
_TYPES = {"id": "CanonicalUser", "emailAddress": "AmazonCustomerByEmail", "uri": "Group"}
_HEADERS = {
    "FULL_CONTROL": "GrantFullControl",
    "READ": "GrantRead",
    "READ_ACP": "GrantReadACP",
    "WRITE_ACP": "GrantWriteACP",
}


def _grants(grants: Any) -> Members:
    members: dict[str, list[str]] = {}
    for grant in grants:
        grantee = grant["Grantee"]
        header = _HEADERS.get(grant["Permission"], "GrantWrite")
        members.setdefault(header, []).append(f'{grantee["TypeIdentifier"]}="{grantee["Identifier"]}"')
    return {header: ", ".join(values) for header, values in members.items()}


def _acl(settings: Settings, entry: ManifestEntry) -> tuple[str, Members]:
    policy = settings["AccessControlPolicy"]
    if "CannedAccessControlList" in policy:
        return "put_object_acl", {**_object(entry), "ACL": policy["CannedAccessControlList"]}
    written = policy["AccessControlList"]
    grants = [
        {
            "Grantee": {
                "Type": _TYPES[each["Grantee"]["TypeIdentifier"]],
                _KINDS[each["Grantee"]["TypeIdentifier"]]: each["Grantee"]["Identifier"],
            },
            "Permission": each["Permission"],
        }
        for each in written.get("Grants") or ()
    ]
    document = {"Owner": {"ID": written["Owner"].get("ID", "")}, "Grants": grants}
    return "put_object_acl", {**_object(entry), "AccessControlPolicy": document}


def _restore(settings: Settings, entry: ManifestEntry) -> tuple[str, Members]:
    request: Members = {}
    if "ExpirationInDays" in settings:
        request["Days"] = settings["ExpirationInDays"]
    tier = str(settings.get("GlacierJobTier", "STANDARD")).capitalize()
    request["GlacierJobParameters"] = {"Tier": tier}
    return "restore_object", {**_object(entry), "RestoreRequest": request}


def _retention(settings: Settings, entry: ManifestEntry) -> tuple[str, Members]:
    written = settings["Retention"]
    retention = {name: written[name] for name in ("Mode", "RetainUntilDate") if name in written}
    members = {**_object(entry), "Retention": retention}
    if settings.get("BypassGovernanceRetention"):
        members["BypassGovernanceRetention"] = True
    return "put_object_retention", members


_CALLS: Mapping[str, Callable[[Settings, ManifestEntry], tuple[str, Members]]] = {
    "S3PutObjectCopy": _copy,
    "S3PutObjectAcl": _acl,
    "S3PutObjectTagging": lambda settings, entry: (
        "put_object_tagging",
        {**_object(entry), "Tagging": {"TagSet": list(settings.get("TagSet") or ())}},
    ),
    "S3DeleteObjectTagging": lambda settings, entry: ("delete_object_tagging", _object(entry)),
    "S3InitiateRestoreObject": _restore,
    "S3PutObjectLegalHold": lambda settings, entry: (
        "put_object_legal_hold",
        {**_object(entry), "LegalHold": {"Status": settings["LegalHold"]["Status"]}},
    ),
    "S3PutObjectRetention": _retention,
    "S3UpdateObjectEncryption": lambda settings, entry: (
        "update_object_encryption",
        {**_object(entry), "ObjectEncryption": dict(settings["ObjectEncryption"])},
    ),
}
"""The client's method and its arguments for each kind of operation."""


def _invoke(
    world: EffectsWorld, caller: Caller, job: Job, settings: Settings, entry: ManifestEntry
) -> TaskResult:
    """Call the declared function with the event that Lambda would pass (user guide, "Invoke AWS Lambda function")."""
    declared = world.store.control.find(FunctionRecord, settings["FunctionArn"])
    decision = record_decision(
        world,
        decide_by_own_policy(
            hypothetical_request(world, caller),
            "lambda:InvokeFunction",
            settings["FunctionArn"],
            settings["FunctionArn"].split(":")[4],
            None,
        ),
    )
    if not decision.allowed:
        message = f"{caller.arn} is not authorized to perform: lambda:InvokeFunction"
        return TaskResult(entry, 403, "AccessDenied", message)
    if declared is None:
        return TaskResult(entry, 404, "ResourceNotFoundException", "The Lambda function was not found.")
    task: Members = {
        "taskId": uuid.uuid4().hex,
        "s3Key": entry.written_key,
        "s3VersionId": entry.version_id,
    }
    version = settings.get("InvocationSchemaVersion", "1.0")
    if version == "1.0":
        task["s3BucketArn"] = f"arn:aws:s3:::{entry.bucket}"
    else:
        task["s3Bucket"] = entry.bucket
    event: Members = {
        "invocationSchemaVersion": version,
        "invocationId": uuid.uuid4().hex,
        "job": {
            "id": job.id,
            **({} if version == "1.0" else {"userArguments": settings.get("UserArguments") or {}}),
        },
        "tasks": [task],
    }
    try:
        with world.lock.released():
            answer = declared.run(event)
        (result,) = json_value(json.dumps(answer))["results"]
        succeeded = result["resultCode"] == "Succeeded"
        return TaskResult(
            entry, 200, "" if succeeded else str(result["resultCode"]), str(result.get("resultString", ""))
        )
    except Exception as failure:
        return TaskResult(entry, 200, "PermanentFailure", f"Lambda returned function error: {failure}")
