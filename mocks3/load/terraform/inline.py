"""Read the attributes of ``aws_s3_bucket`` for settings that have resources of their own since version 4.

Rule: the caller removes those that such a resource sets (:mod:`mocks3.load.terraform.buckets`).
"""

from __future__ import annotations

from typing import Any

from mocks3.load.descriptions import BucketDescription
from mocks3.load.terraform import shapes
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.buckets import MFA_DELETE
from mocks3.load.terraform.derived import own_name
from mocks3.load.terraform.documents import policy_document


def older_attributes(block: Block) -> BucketDescription:
    """Return what the older attributes of a bucket say."""
    canned, grants = block.text("acl"), _grants(block)
    return BucketDescription(
        place=block.place,
        name=own_name(block.terraform, block.resource),
        policy=policy_document(block, "policy") if block.values.get("policy") else None,
        acl=canned or grants,
        settings={name: put for name, put in _settings(block).items() if put is not None},
    )


def _grants(block: Block) -> dict[str, Any] | None:
    """Return the grants of a bucket. FULL_CONTROL for one canonical id is the ACL of a new bucket."""
    grants: list[dict[str, Any]] = []
    owners: list[str | None] = []
    for each in block.blocks("grant"):
        kind, who, uri, permissions = (
            each.text("type"),
            each.text("id"),
            each.text("uri"),
            each.texts("permissions"),
        )
        grantee = {"Type": kind, **({"URI": uri} if uri else {"ID": who})}
        grants += [{"Grantee": grantee, "Permission": name} for name in permissions]
        owners += [who for name in permissions if name == "FULL_CONTROL" and not uri]
    if len(grants) == len(owners) <= 1:
        return None
    return {"Owner": {"ID": owners[0]} if owners else {}, "Grants": grants}


def _settings(block: Block) -> dict[str, dict[str, Any] | None]:
    payer, acceleration = block.text("request_payer"), block.text("acceleration_status")
    return {
        "PutBucketVersioning": _versioning(block),
        "PutBucketEncryption": _converted(
            block,
            "server_side_encryption_configuration",
            "PutBucketEncryption",
            "ServerSideEncryptionConfiguration",
        ),
        "PutObjectLockConfiguration": _converted(
            block, "object_lock_configuration", "PutObjectLockConfiguration", "ObjectLockConfiguration"
        ),
        "PutBucketCors": _cors(block),
        "PutBucketLogging": _logging(block),
        "PutBucketLifecycleConfiguration": _lifecycle(block),
        "PutBucketReplication": _replication(block),
        "PutBucketWebsite": _website(block),
        "PutBucketRequestPayment": (
            {"RequestPaymentConfiguration": {"Payer": payer}} if payer == "Requester" else None
        ),
        "PutBucketAccelerateConfiguration": (
            {"AccelerateConfiguration": {"Status": acceleration}} if acceleration else None
        ),
    }


def _converted(block: Block, name: str, operation: str, member: str) -> dict[str, Any] | None:
    inner = block.block(name)
    document = {} if inner is None else shapes.parameters(inner, operation, member)
    return {member: document} if document else None


def _versioning(block: Block) -> dict[str, Any] | None:
    inner = block.block("versioning")
    enabled, mfa = (None, None) if inner is None else (inner.flag("enabled"), inner.flag("mfa_delete"))
    if inner is not None and mfa:
        inner.not_read("mfa_delete", MFA_DELETE)
    return {"VersioningConfiguration": {"Status": "Enabled"}} if enabled else None


def _cors(block: Block) -> dict[str, Any] | None:
    shape = shapes.member_shape("PutBucketCors", "CORSConfiguration")
    rules = [shapes.structure(each, shape.members["CORSRules"].member) for each in block.blocks("cors_rule")]
    return {"CORSConfiguration": {"CORSRules": rules}} if rules else None


def _logging(block: Block) -> dict[str, Any] | None:
    inner = block.block("logging")
    if inner is None:
        return None
    found = shapes.structure(
        inner, shapes.member_shape("PutBucketLogging", "BucketLoggingStatus", "LoggingEnabled")
    )
    enabled = {"TargetPrefix": "", **found}
    return {"BucketLoggingStatus": {"LoggingEnabled": enabled}} if "TargetBucket" in found else None


def _lifecycle(block: Block) -> dict[str, Any] | None:
    shape = (
        shapes.member_shape("PutBucketLifecycleConfiguration", "LifecycleConfiguration")
        .members["Rules"]
        .member
    )
    rules = []
    for each in block.blocks("lifecycle_rule"):
        prefix, tags, enabled = each.text("prefix"), each.tags(), each.flag("enabled")
        rule = {**shapes.structure(each, shape), "Status": "Enabled" if enabled else "Disabled"}
        rule.pop("Prefix", None)
        days = each.number("abort_incomplete_multipart_upload_days")
        if days:
            rule["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
        for old in each.blocks("noncurrent_version_expiration"):
            rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": old.number("days") or 1}
        moved = [
            {"NoncurrentDays": old.number("days") or 0, "StorageClass": old.text("storage_class") or ""}
            for old in each.blocks("noncurrent_version_transition")
        ]
        if moved:
            rule["NoncurrentVersionTransitions"] = moved
        rules.append({**rule, "Filter": _filter(prefix or "", tags or {})})
    return {"LifecycleConfiguration": {"Rules": rules}} if rules else None


def _filter(prefix: str, tags: dict[str, str]) -> dict[str, Any]:
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    if not listed:
        return {"Prefix": prefix}
    if len(listed) == 1 and not prefix:
        return {"Tag": listed[0]}
    return {"And": {**({"Prefix": prefix} if prefix else {}), "Tags": listed}}


def _replication(block: Block) -> dict[str, Any] | None:
    inner = block.block("replication_configuration")
    document = (
        {} if inner is None else shapes.parameters(inner, "PutBucketReplication", "ReplicationConfiguration")
    )
    return {"ReplicationConfiguration": document} if document.get("Rules") else None


def _website(block: Block) -> dict[str, Any] | None:
    inner = block.block("website")
    if inner is None:
        return None
    index, error, redirect = (
        inner.text(name) for name in ("index_document", "error_document", "redirect_all_requests_to")
    )
    made: dict[str, Any] = {}
    if redirect:
        protocol, _, host = redirect.rpartition("://")
        made["RedirectAllRequestsTo"] = {"HostName": host, **({"Protocol": protocol} if protocol else {})}
    if index:
        made["IndexDocument"] = {"Suffix": index}
    if error:
        made["ErrorDocument"] = {"Key": error}
    return {"WebsiteConfiguration": made} if made else None
