"""Every output of the AWS CLI that decides something is read, with all its members."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel

import mocks3.load
from mocks3.load import cli_output
from mocks3.load.descriptions import Options
from tests.load.conftest import DEV, OPS, code, policy, text
from tests.load.outputs import KEY, OTHER, OUTPUTS, OWNER, READ, ROLE, USER

CONFLICTING = (
    "get-bucket-website-redirect.json",
    "notification-functions.json",
    "notification-queues.json",
    "notification-topics.json",
)
"""A bucket has one website and one notification configuration."""


def read(name: str, output: Any, **names: str) -> Any:
    return cli_output.read(output, json.dumps(output), name, Options(names=names))


@pytest.mark.parametrize("name", OUTPUTS)
def test_all_members_are_known(name: str) -> None:
    reading = read(name, OUTPUTS[name])
    assert [each.what for each in reading.unread] == (["mine"] if name == "list-user-policies.json" else [])


def test_each_shape_has_an_output() -> None:
    fitting = {cli_output.shape_of(output) for output in OUTPUTS.values()}
    assert [shape.commands for shape in cli_output.SHAPES if shape not in fitting] == []


COMMANDS = sorted(
    {
        (words[0], name.strip(","))
        for shape in cli_output.SHAPES
        for part in [shape.commands.split()]
        for words in [part]
        for name in part[1:]
        if name.strip(",") not in ("s3control", "s3api", "kms", "policy", "document")
    }
    - {("s3api", "get-access-point-policy"), ("s3api", "get-key-policy"), ("a", "policy")}
    | {
        ("s3control", "get-access-point-policy"),
        ("kms", "get-key-policy"),
        ("s3control", "get-public-access-block"),
    }
)
"""The commands of ``SHAPES``: service and name."""

VALUES = {
    "Policy": text(policy({"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"})),
    "PolicyDocument": text(READ),
    "AssumeRolePolicyDocument": text(READ),
    "Document": text(READ),
    "Content": text(READ),
    "Type": "SERVICE_CONTROL_POLICY",
    "KeyManager": "CUSTOMER",
    "KeySpec": "SYMMETRIC_DEFAULT",
    "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
    "MFADelete": "Disabled",
    "DataSourceType": "S3",
    "ServiceName": "com.amazonaws.us-east-1.s3",
    "AliasName": "alias/data",
}


def whole(shape: Any, name: str = "") -> Any:
    """A value with every member of a shape, as the CLI prints it."""
    if shape.type_name == "structure":
        return {member: whole(inner, member) for member, inner in shape.members.items()}
    if shape.type_name == "list":
        return [whole(shape.member, name)]
    if shape.type_name == "map":
        return {}
    plain = {"boolean": True, "integer": 1, "long": 1, "timestamp": "2026-01-01T00:00:00+00:00"}
    if shape.type_name in plain:
        return plain[shape.type_name]
    return VALUES.get(name) or (shape.enum[0] if getattr(shape, "enum", None) else name or "x")


@pytest.mark.parametrize(("service", "command"), COMMANDS, ids=lambda value: value)
@pytest.mark.compares_with_the_model
def test_members_of_the_model_are_known(service: str, command: str) -> None:
    """A member that a newer botocore adds has to be read, or named as one that decides nothing."""
    model_name = {"s3api": "s3"}.get(service, service)
    model = ServiceModel(Loader().load_service_model(model_name, "service-2"), model_name)
    operations = {xform_name(each, "-"): each for each in model.operation_names}
    operation = operations[command]
    output = whole(model.operation_model(operation).output_shape)
    for stream in ("Body", "ResponseMetadata"):
        output.pop(stream, None)
    if (
        "PublicAccessBlockConfiguration" in output
        and service == "s3control"
        and command.startswith("get-public")
    ):
        command = f"account-{command}"
    hint = "object-" if "object" in command else "bucket-"
    reading = read(f"{hint}{command}.json", output)
    assert sorted(each.what for each in reading.unread) == KNOWN_UNREAD.get(command, [])


KNOWN_UNREAD = {
    "list-grants": ["GranteeServicePrincipal"],
    "head-object": ["SSECustomerAlgorithm"],
    "get-object": ["SSECustomerAlgorithm"],
    "list-user-policies": ["PolicyNames"],
    "list-role-policies": ["PolicyNames"],
    "list-group-policies": ["PolicyNames"],
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> mocks3.load.Loaded:
    """All outputs in one folder."""
    folder = tmp_path_factory.mktemp("everything")
    for name, output in OUTPUTS.items():
        if name not in CONFLICTING:
            (folder / name).write_text(json.dumps(output, indent=4), "utf-8")
    return mocks3.load.world([folder], role="reader")


def test_what_all_outputs_together_say(everything) -> None:
    aws = everything.aws
    assert everything.caller == f"arn:aws:sts::{OPS}:assumed-role/reader/cli"
    s3 = aws.account(OPS).client(region_name="eu-west-1")
    assert aws.account(OPS).canonical_id == OWNER
    bucket = aws.store.bucket("data")
    assert (bucket.owner, bucket.region, bucket.ownership) == (OPS, "eu-west-1", "BucketOwnerPreferred")
    assert [each.grantee.id for each in bucket.acl.grants] == [OWNER, OTHER]
    blocked = s3.get_public_access_block(Bucket="data")["PublicAccessBlockConfiguration"]
    assert blocked == OUTPUTS["get-public-access-block.json"]["PublicAccessBlockConfiguration"]
    assert aws.guardrails.account_blocks[OPS].block_public_acls is True
    assert bucket.versioning == "Enabled"
    head = s3.head_object(Bucket="data", Key="k")
    assert (head["SSEKMSKeyId"], head["StorageClass"], head["Metadata"]) == (KEY, "STANDARD_IA", {"a": "b"})
    assert (head["ObjectLockMode"], head["ObjectLockLegalHoldStatus"]) == ("GOVERNANCE", "ON")
    assert s3.get_object_tagging(Bucket="data", Key="k")["TagSet"] == [{"Key": "class", "Value": "secret"}]
    assert s3.get_bucket_request_payment(Bucket="data")["Payer"] == "Requester"
    assert s3.get_bucket_tagging(Bucket="data")["TagSet"] == [{"Key": "team", "Value": "red"}]
    rules = s3.get_bucket_encryption(Bucket="data")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY
    assert s3.get_bucket_lifecycle_configuration(Bucket="data")["Rules"][0]["ID"] == "old"
    assert s3.get_bucket_accelerate_configuration(Bucket="data")["Status"] == "Suspended"
    assert s3.get_bucket_logging(Bucket="data")["LoggingEnabled"]["TargetPrefix"] == "logs/"
    points = aws.store.access_points()
    assert [(each.name, each.vpc, each.alias[:5]) for each in points] == [("point", "vpc-1", "point")]
    assert aws.kms.alias(f"arn:aws:kms:eu-west-1:{OPS}:alias/data") == KEY
    (grant,) = aws.kms.key(KEY).grants
    assert (grant.id, grant.grantee, grant.subset) == ("ab" * 32, ROLE, {"a": "b"})


def test_iam_of_all_outputs(everything) -> None:
    aws = everything.aws
    role = aws.account(OPS).role("reader").record
    assert (role.arn, role.unique_id, role.max_session) == (ROLE, "AROAXXXXXXXXXXXXXXXXX", 7200)
    assert (role.boundary, role.tags) == (f"arn:aws:iam::{OPS}:policy/read", {"team": "red"})
    assert "lambda.amazonaws.com" in role.trust.text
    user = aws.account(OPS).user("dave").record
    assert (user.arn, user.groups, user.attached) == (USER, ("devs",), (f"arn:aws:iam::{OPS}:policy/read",))
    assert set(user.policies) == {"own", "mine"}
    assert set(role.policies) == {"mine", "identity"}
    assert aws.iam.key("AKIAIOSFODNN7EXAMPLE").holder == user.unique_id
    assert aws.iam.account(DEV) is not None
    assert code(lambda: aws.account(OPS).user("eve").client().list_buckets()) == "AccessDenied"


def test_organization_and_endpoints_of_all_outputs(everything) -> None:
    rails = everything.aws.guardrails
    organization = rails.organizations["o-a1b2c3d4e5"]
    assert (organization.management, organization.root) == ("999988887777", "r-ab12")
    assert [each.id for each in organization.chain(OPS)] == ["r-ab12", "ou-ab12-11111111", OPS]
    assert organization.levels["ou-ab12-11111111"].scps == ("p-abc12345", "p-FullAWSAccess")
    assert organization.enabled == {"SERVICE_CONTROL_POLICY"}
    assert organization.policies["p-abc12345"].name == "no-delete"
    assert [(each.vpc, each.region, each.account) for each in rails.endpoints.values()] == [
        ("vpc-1", "eu-west-1", OPS)
    ]
