"""Read buckets, their settings, and objects.

Rule: a setting that has a resource of its own, such as ``aws_s3_bucket_versioning``, is read from there. The attributes
of ``aws_s3_bucket`` for the same setting can be older: Terraform reads them when it creates the bucket.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mocks3.load.descriptions import AccountDescription, BucketDescription, Description, ObjectDescription
from mocks3.load.terraform import shapes
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.derived import BUCKETS, own_name
from mocks3.load.terraform.documents import policy_document

_BLOCKS = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
MFA_DELETE = "only the root user with an MFA device can turn on MFA delete; the bucket is created without it"
_SETTINGS = {
    "aws_s3_bucket_accelerate_configuration": ("PutBucketAccelerateConfiguration", "AccelerateConfiguration"),
    "aws_s3_bucket_cors_configuration": ("PutBucketCors", "CORSConfiguration"),
    "aws_s3_bucket_lifecycle_configuration": ("PutBucketLifecycleConfiguration", "LifecycleConfiguration"),
    "aws_s3_bucket_object_lock_configuration": ("PutObjectLockConfiguration", "ObjectLockConfiguration"),
    "aws_s3_bucket_replication_configuration": ("PutBucketReplication", "ReplicationConfiguration"),
    "aws_s3_bucket_request_payment_configuration": ("PutBucketRequestPayment", "RequestPaymentConfiguration"),
    "aws_s3_bucket_server_side_encryption_configuration": (
        "PutBucketEncryption",
        "ServerSideEncryptionConfiguration",
    ),
    "aws_s3_bucket_website_configuration": ("PutBucketWebsite", "WebsiteConfiguration"),
}


def bucket(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket`` with its older attributes, and ``aws_s3_directory_bucket``."""
    terraform, resource = block.terraform, block.resource
    block.taken |= {"bucket", "bucket_prefix"}
    yield BucketDescription(
        place=block.place,
        name=own_name(terraform, resource),
        account=terraform.known_account(resource),
        region=terraform.known_region(resource),
        object_lock=block.flag("object_lock_enabled") or None,
        settings=_tagging(block),
    )


def _tagging(block: Block) -> dict[str, Any]:
    tags = block.tags()
    if not tags:
        return {}
    return {"PutBucketTagging": {"Tagging": {"TagSet": [{"Key": k, "Value": v} for k, v in tags.items()]}}}


def _of_bucket(block: Block, **members: Any) -> Iterator[Description]:
    """Yield the description of the bucket that a resource belongs to, if the bucket is known."""
    name = block.referred("bucket", BUCKETS, "bucket")
    account = block.checked_text("expected_bucket_owner", block.take("expected_bucket_owner"))
    if name is not None and any(each is not None for each in members.values()):
        own = name.rpartition(":")[2]
        yield BucketDescription(
            place=block.place, name=own, account=account or _account_of(block, own), **members
        )


def _account_of(block: Block, name: str) -> str | None:
    """Return the account of a bucket: of its own resource, or of the provider that changes it."""
    own = block.terraform.buckets.get(name)
    return block.terraform.known_account(block.resource if own is None else own)


def bucket_policy(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_policy``, and the data source with the same name."""
    yield from _of_bucket(block, policy=policy_document(block, "policy"))


def bucket_acl(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_acl``: a canned ACL, or an owner and grants."""
    canned, listed = block.text("acl"), block.block("access_control_policy")
    acl: Any = canned
    owner = None if listed is None else listed.block("owner")
    owner_id = None if owner is None else _ignoring_names(owner).text("id")
    if listed is not None and canned is None:
        grants = [_grant(each) for each in listed.blocks("grant")]
        acl = {"Owner": {"ID": owner_id} if owner_id else {}, "Grants": grants}
    elif listed is not None:
        listed.ignore()  # what S3 made of the canned ACL
    yield from _of_bucket(block, acl=acl, owner=owner_id)


def _grant(block: Block) -> dict[str, Any]:
    grantee = block.block("grantee")
    who = {} if grantee is None else _grantee(grantee)
    return {"Grantee": who, "Permission": block.text("permission") or ""}


def _grantee(block: Block) -> dict[str, Any]:
    members = {"Type": "type", "ID": "id", "URI": "uri", "EmailAddress": "email_address"}
    found = {name: _ignoring_names(block).text(attribute) for name, attribute in members.items()}
    return {name: value for name, value in found.items() if value}


def _ignoring_names(block: Block) -> Block:
    block.taken.add("display_name")
    return block


def ownership_controls(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_ownership_controls``."""
    rule = block.block("rule")
    yield from _of_bucket(block, ownership=None if rule is None else rule.text("object_ownership"))


def public_access_block(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_public_access_block``. A setting that is missing is off."""
    yield from _of_bucket(block, public_access_block=blocked(block))


def account_public_access_block(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_account_public_access_block``."""
    account = block.text("account_id") or block.terraform.account(block.resource)
    yield AccountDescription(place=block.place, id=account, public_access_block=blocked(block))


def blocked(block: Block) -> dict[str, bool]:
    """Return the Block Public Access settings of a block."""
    return {name: bool(block.flag(attribute)) for attribute, name in _BLOCKS.items()}


def versioning(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_versioning``. ``Disabled`` is the state of a bucket that never had versions."""
    block.taken.add("mfa")
    inner = block.block("versioning_configuration")
    state = (
        {} if inner is None else shapes.parameters(inner, "PutBucketVersioning", "VersioningConfiguration")
    )
    if state.pop("MFADelete", None) == "Enabled" and inner is not None:
        inner.not_read("mfa_delete", MFA_DELETE)
    if state.get("Status") == "Disabled":
        del state["Status"]
    put = {"PutBucketVersioning": {"VersioningConfiguration": state}}
    yield from _of_bucket(block, settings=put if state else None)


def setting(block: Block) -> Iterator[Description]:
    """Read a resource that is one document of a bucket, such as ``aws_s3_bucket_cors_configuration``."""
    operation, member = _SETTINGS[block.resource.type]
    block.taken.add("bucket")
    rules = _routing_rules(block) if operation == "PutBucketWebsite" else None
    document = shapes.parameters(block, operation, member)
    if rules is not None:
        document["RoutingRules"] = rules
    put: dict[str, Any] = {member: document}
    if operation == "PutBucketLifecycleConfiguration":
        size = block.text("transition_default_minimum_object_size")
        if size is not None:
            put["TransitionDefaultMinimumObjectSize"] = size
    yield from _of_bucket(block, settings={operation: put} if document else None)


def _routing_rules(block: Block) -> Any:
    """Return ``routing_rules``: JSON text with members as S3 names them."""
    text = block.text("routing_rules")
    found = block.json_object("routing_rules", f'{{"RoutingRules": {text}}}') if text else None
    return None if found is None else found["RoutingRules"]


def abac(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_abac``."""
    inner = block.block("abac_status")
    status = None if inner is None else inner.text("status")
    yield from _of_bucket(
        block, settings={"PutBucketAbac": {"AbacStatus": {"Status": status}}} if status else None
    )


def logging(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_logging``."""
    block.taken.add("bucket")
    enabled = _logging(block)
    put = {"PutBucketLogging": {"BucketLoggingStatus": {"LoggingEnabled": enabled}}}
    yield from _of_bucket(block, settings=put if enabled else None)


def _logging(block: Block) -> dict[str, Any]:
    shape = shapes.member_shape("PutBucketLogging", "BucketLoggingStatus", "LoggingEnabled")
    found = shapes.structure(block, shape)
    return {"TargetPrefix": "", **found} if "TargetBucket" in found else {}


def notification(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_bucket_notification``. Its destinations may be outside of the file: S3 does not check them."""
    made: dict[str, Any] = {}
    if block.flag("eventbridge"):
        made["EventBridgeConfiguration"] = {}
    for name, member, arn in (
        ("topic", "TopicConfigurations", "TopicArn"),
        ("queue", "QueueConfigurations", "QueueArn"),
        ("lambda_function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ):
        found = [_destination(each, f"{name}_arn", arn) for each in block.blocks(name)]
        if any(found):
            made[member] = [each for each in found if each]
    put = {
        "PutBucketNotificationConfiguration": {
            "NotificationConfiguration": made,
            "SkipDestinationValidation": True,
        }
    }
    yield from _of_bucket(block, settings=put if made else None)


def _destination(block: Block, attribute: str, member: str) -> dict[str, Any]:
    arn, number, events = block.reference(attribute), block.text("id"), list(block.texts("events"))
    rules = [
        {"Name": name, "Value": value}
        for name in ("prefix", "suffix")
        if (value := block.text(f"filter_{name}")) is not None
    ]
    if arn is None:
        return {}
    made: dict[str, Any] = {member: arn, "Events": events}
    if number is not None:
        made["Id"] = number
    if rules:
        made["Filter"] = {"Key": {"FilterRules": rules}}
    return made


def object_(block: Block) -> Iterator[Description]:
    """Read ``aws_s3_object`` and ``aws_s3_bucket_object``."""
    bucket = block.referred("bucket", BUCKETS, "bucket")
    key = block.text("key")
    kms_key = block.reference("kms_key_id")
    parameters = shapes.parameters(block, "PutObject")
    parameters.pop("Bucket", None)
    parameters.pop("Key", None)
    acl, tags = block.text("acl"), block.tags()
    if acl is not None:
        parameters["ACL"] = acl
    if kms_key is not None:
        parameters["SSEKMSKeyId"] = kms_key
    if tags:
        from urllib.parse import urlencode

        parameters["Tagging"] = urlencode(tags)
    content = block.take("content")
    if isinstance(content, str):
        parameters["Body"] = content
    if bucket is not None and key is not None:
        yield ObjectDescription(
            place=block.place, bucket=bucket.rpartition(":")[2], key=key, parameters=parameters
        )
