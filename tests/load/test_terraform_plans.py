"""Plans before the first apply: what follows from names is derived, and what is unknown is named."""

from __future__ import annotations

import json
from typing import Any

from .terraform_documents import Document, policy, ref, trust
from .terraform_world import World

ACCOUNT, OTHER = "111122223333", "444455556666"


def bucket(plan: Document, name: str = "logs", bucket: str = "logs-1", **values: Any) -> None:
    plan.add(f"aws_s3_bucket.{name}", bucket=bucket, force_destroy=False, tags=None, **values)


def role(plan: Document, name: str = "writer", **values: Any) -> None:
    plan.add(
        f"aws_iam_role.{name}", name=name, assume_role_policy=trust(Service="lambda.amazonaws.com"), **values
    )


def test_role_in_a_document_that_is_read_during_the_apply() -> None:
    plan = Document(account=ACCOUNT)
    bucket(plan)
    role(plan, path="/app/")
    plan.pending_data(
        "aws_iam_policy_document.logs",
        statement=[
            {
                "actions": ["s3:PutObject"],
                "resources": ["arn:aws:s3:::logs-1/*"],
                "principals": [{"type": "AWS", "identifiers": [ref("aws_iam_role.writer.arn")]}],
            }
        ],
    )
    plan.add(
        "aws_s3_bucket_policy.logs",
        bucket=ref("aws_s3_bucket.logs.id"),
        policy=ref("data.aws_iam_policy_document.logs.json"),
    )
    world = World(plan)
    assert world.names == set()
    arn = world.aws.account(ACCOUNT).role("writer").arn
    assert arn == f"arn:aws:iam::{ACCOUNT}:role/app/writer"
    world.allowed(f"role/writer@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")
    world.denied(f"role/writer@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")
    world.denied(f"stranger@{OTHER}", "put_object", Bucket="logs-1", Key="a")


def test_jsonencode_with_an_unknown_arn_names_what_is_missing_and_can_be_given() -> None:
    plan = Document(account=ACCOUNT)
    bucket(plan)
    role(plan)
    plan.add(
        "aws_s3_bucket_policy.logs",
        bucket=ref("aws_s3_bucket.logs.id"),
        policy=ref("aws_iam_role.writer.arn", "aws_s3_bucket.logs.arn"),
    )
    world = World(plan)
    assert world.names == {"aws_s3_bucket_policy.logs.policy"}
    reason = world.reason("aws_s3_bucket_policy.logs.policy")
    assert "contains aws_iam_role.writer.arn and aws_s3_bucket.logs.arn" in reason
    assert "values={'aws_s3_bucket_policy.logs.policy': ...}" in reason
    world.denied(f"role/writer@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")

    statement = {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs-1/*",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/writer"},
    }
    for given in (policy(statement), json.loads(policy(statement))):
        world = World(plan, values={"aws_s3_bucket_policy.logs.policy": given})
        assert world.names == set()
        world.allowed(f"role/writer@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")


def test_value_of_an_unread_resource_is_named_and_given() -> None:
    """The principal is a role that another tool creates: the plan has only its data source."""
    plan = Document(account=ACCOUNT)
    bucket(plan)
    plan.add("aws_ssoadmin_permission_set.team", name="team")
    plan.pending_data("aws_iam_roles.team", name_regex="AWSReservedSSO_team_.*")
    plan.pending_data(
        "aws_iam_policy_document.logs",
        statement=[
            {
                "sid": "Team",
                "actions": ["s3:GetObject"],
                "resources": ["arn:aws:s3:::logs-1/*"],
                "principals": [{"type": "AWS", "identifiers": [ref("data.aws_iam_roles.team.arn")]}],
            }
        ],
    )
    plan.add(
        "aws_s3_bucket_policy.logs",
        bucket=ref("aws_s3_bucket.logs.id"),
        policy=ref("data.aws_iam_policy_document.logs.json"),
    )
    world = World(plan)
    inner = "data.aws_iam_policy_document.logs.statement[0].principals[0].identifiers[0]"
    assert world.names == {inner, "aws_s3_bucket_policy.logs.policy", "aws_ssoadmin_permission_set.team"}
    assert "contains data.aws_iam_roles.team.arn" in world.reason(inner)
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_team_1"
    for given in ({"data.aws_iam_roles.team.arn": arn}, {inner: arn}):
        world = World(plan, values=given)
        assert world.names == {"aws_ssoadmin_permission_set.team"}
        world.allowed(f"role/AWSReservedSSO_team_1@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")


def test_bucket_arn_that_may_be_continued_is_not_guessed() -> None:
    plan = Document(account=ACCOUNT)
    bucket(plan)
    role(plan)
    plan.pending_data(
        "aws_iam_policy_document.read",
        statement=[{"actions": ["s3:GetObject"], "resources": [ref("aws_s3_bucket.logs.arn")]}],
    )
    plan.add(
        "aws_iam_role_policy.read",
        name="read",
        role=ref("aws_iam_role.writer.id"),
        policy=ref("data.aws_iam_policy_document.read.json"),
    )
    world = World(plan)
    resource = "data.aws_iam_policy_document.read.statement[0].resources[0]"
    assert world.names == {resource, "aws_iam_role_policy.read.policy"}
    world.denied(f"role/writer@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")
    world = World(plan, values={resource: "arn:aws:s3:::logs-1/public/*"})
    assert world.names == set()
    world.allowed(f"role/writer@{ACCOUNT}", "get_object", Bucket="logs-1", Key="public/a")
    world.denied(f"role/writer@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")


def test_modules_in_modules_with_for_each() -> None:
    """The policy of each bucket is an argument of the inner module; the bucket's name is a key of the outer one."""
    plan = Document(account=ACCOUNT)
    role(plan, "reader")
    for tenant in ("north", "south"):
        outer = f'module.tenant["{tenant}"]'
        plan.add(f"{outer}.module.bucket.aws_s3_bucket.this[0]", bucket=f"data-{tenant}")
        plan.pending_data(
            f"{outer}.aws_iam_policy_document.this",
            statement=[
                {
                    "actions": ["s3:GetObject"],
                    "resources": [f"arn:aws:s3:::data-{tenant}/*"],
                    "principals": [{"type": "AWS", "identifiers": [ref("var.reader")]}],
                }
            ],
        )
        plan.add(
            f"{outer}.module.bucket.aws_s3_bucket_policy.this[0]",
            bucket=ref("aws_s3_bucket.this[0].id"),
            policy=ref("var.policy"),
        )
    plan.call('module.tenant["north"]', reader=ref("aws_iam_role.reader.arn"))
    plan.call(
        'module.tenant["north"].module.bucket',
        policy=ref("data.aws_iam_policy_document.this.json"),
        create=True,
    )
    world = World(plan)
    assert world.names == set()
    for tenant in ("north", "south"):
        world.allowed(f"role/reader@{ACCOUNT}", "get_object", Bucket=f"data-{tenant}", Key="a")
        world.denied(f"role/reader@{ACCOUNT}", "put_object", Bucket=f"data-{tenant}", Key="a")


def test_output_of_a_module_with_count() -> None:
    plan = Document(account=ACCOUNT)
    plan.add("module.store[0].aws_s3_bucket.this", bucket="store-1")
    plan.call("module.store[0]", {"name": ref("aws_s3_bucket.this.id"), "arn": ref("aws_s3_bucket.this.arn")})
    plan.add(
        "aws_s3_bucket_policy.store",
        bucket=ref("module.store[0].name"),
        policy=policy(
            {
                "Effect": "Allow",
                "Principal": {"AWS": OTHER},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::store-1/*",
            }
        ),
    )
    world = World(plan)
    assert world.names == set()
    world.allowed(f"stranger@{OTHER}", "get_object", Bucket="store-1", Key="a")
    world.denied(f"stranger@{OTHER}", "put_object", Bucket="store-1", Key="a")


def test_count_and_for_each_refer_to_the_instance_with_the_same_key() -> None:
    plan = Document(account=ACCOUNT)
    for key in ("a", "b"):
        plan.add(f'aws_s3_bucket.this["{key}"]', bucket=f"each-{key}")
        plan.add(
            f'aws_s3_bucket_ownership_controls.this["{key}"]',
            bucket=ref("aws_s3_bucket.this", "each.key"),
            rule=[{"object_ownership": "ObjectWriter" if key == "a" else "BucketOwnerEnforced"}],
        )
    for number in (0, 1):
        plan.add(f"aws_s3_bucket.counted[{number}]", bucket=f"counted-{number}")
    plan.add(
        "aws_s3_bucket_versioning.counted[1]",
        bucket=ref("aws_s3_bucket.counted", "count.index"),
        versioning_configuration=[{"status": "Enabled"}],
    )
    world = World(plan)
    assert world.names == set()
    controls = [
        world.call(f"root@{ACCOUNT}", "get_bucket_ownership_controls", Bucket=f"each-{key}")[
            "OwnershipControls"
        ]
        for key in ("a", "b")
    ]
    assert [each["Rules"][0]["ObjectOwnership"] for each in controls] == [
        "ObjectWriter",
        "BucketOwnerEnforced",
    ]
    states = [
        world.call(f"root@{ACCOUNT}", "get_bucket_versioning", Bucket=f"counted-{number}").get("Status")
        for number in (0, 1)
    ]
    assert states == [None, "Enabled"]


def test_managed_policy_attached_by_its_unknown_arn() -> None:
    plan = Document(account=ACCOUNT)
    bucket(plan)
    role(plan)
    plan.add(
        "aws_iam_policy.write",
        name="write",
        path="/team/",
        policy=policy({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs-1/in/*"}),
    )
    plan.add(
        "aws_iam_role_policy_attachment.write",
        role=ref("aws_iam_role.writer.name"),
        policy_arn=ref("aws_iam_policy.write.arn"),
    )
    world = World(plan)
    assert world.names == set()
    attached = world.principal(f"root@{ACCOUNT}").client("iam").list_attached_role_policies(RoleName="writer")
    assert attached["AttachedPolicies"] == [
        {"PolicyName": "write", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/team/write"}
    ]
    world.allowed(f"role/writer@{ACCOUNT}", "put_object", Bucket="logs-1", Key="in/a")
    world.denied(f"role/writer@{ACCOUNT}", "put_object", Bucket="logs-1", Key="out/a")


def test_users_groups_and_a_policy_for_several_of_them() -> None:
    plan = Document(account=ACCOUNT)
    bucket(plan)
    for name in ("ann", "bob", "cyd"):
        plan.add(f"aws_iam_user.{name}", name=name, path="/")
    plan.add("aws_iam_group.readers", name="readers", path="/")
    plan.add(
        "aws_iam_group_policy.read",
        name="read",
        group=ref("aws_iam_group.readers.name"),
        policy=policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}),
    )
    plan.add(
        "aws_iam_group_membership.readers",
        name="readers",
        group=ref("aws_iam_group.readers.name"),
        users=[ref("aws_iam_user.ann.name")],
    )
    plan.add("aws_iam_user_group_membership.bob", user="bob", groups=["readers"])
    plan.add(
        "aws_iam_policy.list",
        name="list",
        policy=policy({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}),
    )
    plan.add(
        "aws_iam_policy_attachment.list",
        name="list",
        policy_arn=ref("aws_iam_policy.list.arn"),
        users=["cyd"],
        groups=["readers"],
    )
    plan.add(
        "aws_iam_user_policy.cyd",
        name="own",
        user="cyd",
        policy=policy({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}),
    )
    plan.add("aws_iam_access_key.cyd", user="cyd", status="Active")
    world = World(plan)
    assert world.names == set()
    for name in ("ann", "bob"):
        world.allowed(f"user/{name}@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")
        world.allowed(f"user/{name}@{ACCOUNT}", "list_objects_v2", Bucket="logs-1")
        world.denied(f"user/{name}@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")
    world.allowed(f"user/cyd@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")
    world.allowed(f"user/cyd@{ACCOUNT}", "list_objects_v2", Bucket="logs-1")
    world.denied(f"user/cyd@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")


def test_permissions_boundary_and_a_policy_of_aws() -> None:
    plan = Document(account=ACCOUNT)
    bucket(plan)
    plan.add(
        "aws_iam_policy.limit",
        name="limit",
        policy=policy({"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}),
    )
    role(plan, "admin", permissions_boundary=ref("aws_iam_policy.limit.arn"))
    plan.add(
        "aws_iam_role_policy_attachment.admin",
        role="admin",
        policy_arn="arn:aws:iam::aws:policy/AmazonS3FullAccess",
    )
    world = World(plan)
    assert world.names == set()
    world.allowed(f"role/admin@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")
    world.denied(f"role/admin@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")


def test_default_encryption_with_a_key_that_does_not_exist_yet() -> None:
    """The writer may use the key, the other one may not: the key's id is chosen by AWS during the apply."""
    plan = Document(account=ACCOUNT)
    bucket(plan)
    role(plan)
    role(plan, "other")
    plan.pending_data(
        "aws_iam_policy_document.key",
        statement=[
            {
                "actions": ["kms:GenerateDataKey", "kms:Decrypt"],
                "resources": ["*"],
                "principals": [{"type": "AWS", "identifiers": [ref("aws_iam_role.writer.arn")]}],
            },
            {
                "actions": ["kms:*"],
                "resources": ["*"],
                "principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{ACCOUNT}:root"]}],
            },
        ],
    )
    plan.add(
        "aws_kms_key.logs",
        policy=ref("data.aws_iam_policy_document.key.json"),
        is_enabled=True,
        key_usage="ENCRYPT_DECRYPT",
    )
    plan.add("aws_kms_alias.logs", name="alias/logs", target_key_id=ref("aws_kms_key.logs.key_id"))
    plan.add(
        "aws_s3_bucket_server_side_encryption_configuration.logs",
        bucket=ref("aws_s3_bucket.logs.id"),
        rule=[
            {
                "bucket_key_enabled": True,
                "apply_server_side_encryption_by_default": [
                    {"sse_algorithm": "aws:kms", "kms_master_key_id": ref("aws_kms_key.logs.arn")}
                ],
            }
        ],
    )
    for name in ("writer", "other"):
        plan.add(
            f"aws_iam_role_policy.{name}",
            name="put",
            role=ref(f"aws_iam_role.{name}.id"),
            policy=policy({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}),
        )
    world = World(plan)
    assert world.names == set()
    world.allowed(f"role/writer@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")
    world.denied(f"role/other@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")
    rule = world.call(f"root@{ACCOUNT}", "get_bucket_encryption", Bucket="logs-1")
    default = rule["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert default["KMSMasterKeyID"].startswith(f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/")


def test_endpoint_that_does_not_exist_yet_limits_a_bucket() -> None:
    plan = Document(account=ACCOUNT)
    bucket(plan)
    role(plan)
    plan.add("aws_vpc.main", cidr_block="10.0.0.0/16")
    plan.add(
        "aws_vpc_endpoint.s3",
        service_name="com.amazonaws.eu-west-1.s3",
        vpc_id=ref("aws_vpc.main.id"),
        vpc_endpoint_type="Gateway",
    )
    plan.add(
        "aws_vpc_endpoint.sqs", service_name="com.amazonaws.eu-west-1.sqs", vpc_id=ref("aws_vpc.main.id")
    )
    plan.add(
        "aws_vpc_endpoint_policy.s3",
        vpc_endpoint_id=ref("aws_vpc_endpoint.s3.id"),
        policy=policy({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}),
    )
    plan.pending_data(
        "aws_iam_policy_document.logs",
        statement=[
            {
                "effect": "Deny",
                "actions": ["s3:*Object"],
                "resources": ["arn:aws:s3:::logs-1/*"],
                "principals": [{"type": "*", "identifiers": ["*"]}],
                "condition": [
                    {
                        "test": "StringNotEquals",
                        "variable": "aws:SourceVpce",
                        "values": [ref("aws_vpc_endpoint.s3.id")],
                    }
                ],
            }
        ],
    )
    plan.add(
        "aws_s3_bucket_policy.logs",
        bucket=ref("aws_s3_bucket.logs.id"),
        policy=ref("data.aws_iam_policy_document.logs.json"),
    )
    plan.add(
        "aws_iam_role_policy.all",
        name="all",
        role="writer",
        policy=policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
    )
    world = World(plan, values={"aws_vpc_endpoint.s3.id": "vpce-0123456789abcdef0"})
    assert world.names == set()
    world.denied(f"role/writer@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")
    with world.aws.request_context(source_vpce="vpce-0123456789abcdef0"):
        world.allowed(f"role/writer@{ACCOUNT}", "get_object", Bucket="logs-1", Key="a")
        world.denied(f"role/writer@{ACCOUNT}", "put_object", Bucket="logs-1", Key="a")
    assert World(plan).names == set()
