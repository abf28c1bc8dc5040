"""States: everything is known. Each one says what must be allowed and what must be denied."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .terraform_documents import policy, trust
from .terraform_resources import (
    ACCOUNT,
    NO_BLOCK,
    OTHER,
    PARTNER,
    allow,
    bucket,
    bucket_policy,
    deny,
    role,
    state,
)
from .terraform_world import World


def test_static_website() -> None:
    document = state()
    bucket(document, "site-1")
    document.add("aws_s3_bucket_public_access_block.site", bucket="site-1", id="site-1", **NO_BLOCK)
    document.add(
        "aws_s3_bucket_website_configuration.site",
        bucket="site-1",
        id="site-1",
        index_document=[{"suffix": "index.html"}],
        error_document=[{"key": "404.html"}],
        redirect_all_requests_to=[],
        routing_rule=[],
        routing_rules="",
        website_endpoint="site-1.s3-website-eu-west-1.amazonaws.com",
    )
    bucket_policy(document, "site-1", allow("s3:GetObject", "arn:aws:s3:::site-1/*", Principal="*"))
    world = World(document)
    assert world.names == set()
    world.allowed("anonymous", "get_object", Bucket="site-1", Key="index.html")
    world.denied("anonymous", "put_object", Bucket="site-1", Key="index.html")
    world.denied("anonymous", "list_objects_v2", Bucket="site-1")
    website = world.call(f"root@{ACCOUNT}", "get_bucket_website", Bucket="site-1")
    assert website["IndexDocument"] == {"Suffix": "index.html"}
    assert website["ErrorDocument"] == {"Key": "404.html"}


def test_only_https() -> None:
    document = state()
    bucket(document, "tls-1")
    both = ["arn:aws:s3:::tls-1", "arn:aws:s3:::tls-1/*"]
    bucket_policy(document, "tls-1", deny("s3:*", both, Condition={"Bool": {"aws:SecureTransport": "false"}}))
    role(document, "app", allow("s3:*", both))
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="tls-1", Key="a")
    with world.aws.request_context(secure_transport=False):
        world.denied(f"role/app@{ACCOUNT}", "get_object", Bucket="tls-1", Key="a")
        world.denied(f"role/app@{ACCOUNT}", "list_objects_v2", Bucket="tls-1")


def test_another_account_reads_a_prefix() -> None:
    document = state()
    bucket(document, "shared-1")
    bucket_policy(
        document,
        "shared-1",
        allow(
            "s3:GetObject", "arn:aws:s3:::shared-1/out/*", Principal={"AWS": f"arn:aws:iam::{PARTNER}:root"}
        ),
        allow(
            "s3:ListBucket",
            "arn:aws:s3:::shared-1",
            Principal={"AWS": PARTNER},
            Condition={"StringLike": {"s3:prefix": "out/*"}},
        ),
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"stranger@{PARTNER}", "get_object", Bucket="shared-1", Key="out/a")
    world.allowed(f"stranger@{PARTNER}", "list_objects_v2", Bucket="shared-1", Prefix="out/")
    world.denied(f"stranger@{PARTNER}", "get_object", Bucket="shared-1", Key="in/a")
    world.denied(f"stranger@{PARTNER}", "list_objects_v2", Bucket="shared-1", Prefix="in/")
    world.denied(f"stranger@{OTHER}", "get_object", Bucket="shared-1", Key="out/a")


def test_kms_key_grant_and_alias() -> None:
    document = state()
    key_id = "11111111-2222-3333-4444-555555555555"
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{key_id}"
    bucket(document, "secret-1")
    role(document, "granted", allow(["s3:GetObject", "s3:PutObject"], "*"))
    role(document, "plain", allow(["s3:GetObject", "s3:PutObject"], "*"))
    document.add(
        "aws_kms_key.own",
        arn=arn,
        key_id=key_id,
        id=key_id,
        is_enabled=True,
        enable_key_rotation=True,
        deletion_window_in_days=30,
        policy=policy(allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
    )
    document.add(
        "aws_kms_alias.own",
        name="alias/own",
        target_key_id=key_id,
        target_key_arn=arn,
        arn=arn,
        id="alias/own",
    )
    document.add(
        "aws_kms_grant.own",
        key_id=key_id,
        grantee_principal=f"arn:aws:iam::{ACCOUNT}:role/granted",
        operations=["GenerateDataKey", "Decrypt"],
        constraints=[],
        grant_id="1" * 64,
        grant_token="dG9rZW4=",
        retire_on_delete=False,
        name="uploads",
    )
    document.add(
        "aws_s3_bucket_server_side_encryption_configuration.own",
        bucket="secret-1",
        expected_bucket_owner="",
        id="secret-1",
        rule=[
            {
                "bucket_key_enabled": False,
                "apply_server_side_encryption_by_default": [
                    {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/own"}
                ],
            }
        ],
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/granted@{ACCOUNT}", "put_object", Bucket="secret-1", Key="a")
    world.denied(f"role/plain@{ACCOUNT}", "put_object", Bucket="secret-1", Key="a")


def test_access_point_with_a_policy_of_its_own() -> None:
    document = state()
    bucket(document, "lake-1")
    role(document, "analyst")
    arn = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/analysts"
    document.add(
        "aws_s3_access_point.analysts",
        account_id=ACCOUNT,
        alias="analysts-abcdefghijklmnopqrstuvwxyz-s3alias",
        arn=arn,
        bucket="lake-1",
        bucket_account_id=ACCOUNT,
        domain_name=f"analysts-{ACCOUNT}.s3-accesspoint.eu-west-1.amazonaws.com",
        endpoints={},
        has_public_access_policy=False,
        id=f"{ACCOUNT}:analysts",
        name="analysts",
        network_origin="Internet",
        policy="{}",
        public_access_block_configuration=[dict.fromkeys(NO_BLOCK, True)],
        vpc_configuration=[],
    )
    document.add(
        "aws_s3control_access_point_policy.analysts",
        access_point_arn=arn,
        id=arn,
        has_public_access_policy=False,
        policy=policy(
            allow(
                "s3:GetObject",
                f"{arn}/object/curated/*",
                Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/analyst"},
            )
        ),
    )
    bucket_policy(
        document,
        "lake-1",
        allow(
            "s3:GetObject",
            "arn:aws:s3:::lake-1/*",
            Principal={"AWS": "*"},
            Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}},
        ),
    )
    world = World(document)
    assert world.names == set()
    world.call(f"root@{ACCOUNT}", "put_object", Bucket="lake-1", Key="curated/a", Body=b"a")
    world.call(f"root@{ACCOUNT}", "put_object", Bucket="lake-1", Key="raw/a", Body=b"a")
    world.allowed(f"role/analyst@{ACCOUNT}", "get_object", Bucket=arn, Key="curated/a")
    world.denied(f"role/analyst@{ACCOUNT}", "get_object", Bucket=arn, Key="raw/b")


def test_organization_with_a_policy_on_a_unit() -> None:
    document = state()
    bucket(document, "prod-1")
    role(document, "admin", allow("s3:*", "*"))
    document.add(
        "aws_organizations_organization.org",
        id="o-abcdefghij",
        arn=f"arn:aws:organizations::{OTHER}:organization/o-abcdefghij",
        master_account_id=OTHER,
        feature_set="ALL",
        enabled_policy_types=["SERVICE_CONTROL_POLICY"],
        roots=[{"id": "r-abcd", "name": "Root", "policy_types": []}],
        accounts=[],
    )
    document.add(
        "aws_organizations_organizational_unit.prod", id="ou-abcd-11111111", name="prod", parent_id="r-abcd"
    )
    document.add(
        "aws_organizations_account.prod",
        id=ACCOUNT,
        name="prod",
        email="prod@example.com",
        parent_id="ou-abcd-11111111",
        status="ACTIVE",
    )
    document.add(
        "aws_organizations_policy.keep",
        id="p-11111111",
        name="keep",
        type="SERVICE_CONTROL_POLICY",
        content=policy({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}),
    )
    document.add(
        "aws_organizations_policy.tags", id="p-22222222", name="t", type="TAG_POLICY", content='{"tags":{}}'
    )
    document.add(
        "aws_organizations_policy_attachment.keep",
        id="ou-abcd-11111111:p-11111111",
        policy_id="p-11111111",
        target_id="ou-abcd-11111111",
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/admin@{ACCOUNT}", "put_object", Bucket="prod-1", Key="a")
    world.denied(f"role/admin@{ACCOUNT}", "delete_object", Bucket="prod-1", Key="a")
    world.denied(f"root@{ACCOUNT}", "delete_object", Bucket="prod-1", Key="a")


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_other_partitions(region: str, partition: str) -> None:
    document = state(region)
    bucket(document, "parts-1", partition, region=region)
    role(document, "app", allow("s3:GetObject", f"arn:{partition}:s3:::parts-1/*"), partition=partition)
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="parts-1", Key="a")
    world.denied(f"role/app@{ACCOUNT}", "put_object", Bucket="parts-1", Key="a")


def test_inline_policies_and_policy_arns_of_a_role() -> None:
    document = state()
    bucket(document, "inline-1")
    role(
        document,
        "app",
        inline_policy=[
            {"name": "put", "policy": policy(allow("s3:PutObject", "*"))},
            {"name": "", "policy": ""},
        ],
        managed_policy_arns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    )
    document.add(
        "aws_iam_instance_profile.app",
        arn="arn",
        id="app",
        name="app",
        path="/",
        role="app",
        unique_id="AIPA",
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/app@{ACCOUNT}", "put_object", Bucket="inline-1", Key="a")
    world.allowed(f"role/app@{ACCOUNT}", "get_object", Bucket="inline-1", Key="a")
    world.denied(f"role/app@{ACCOUNT}", "delete_object", Bucket="inline-1", Key="a")
    profile = world.principal(f"root@{ACCOUNT}").client("iam").get_instance_profile(InstanceProfileName="app")
    assert [each["RoleName"] for each in profile["InstanceProfile"]["Roles"]] == ["app"]


def test_data_sources_of_what_exists_outside() -> None:
    document = state()
    bucket(document, "own-1")
    document.data(
        "aws_iam_role.ci",
        arn=f"arn:aws:iam::{ACCOUNT}:role/ci/deploy",
        name="deploy",
        path="/ci/",
        assume_role_policy=trust(AWS=f"arn:aws:iam::{ACCOUNT}:root"),
        unique_id="AROADEPLOYDEPLOYDEPLO",
        max_session_duration=3600,
        permissions_boundary="",
        role_last_used=[],
    )
    document.add(
        "aws_iam_role_policy_attachment.ci",
        id="x",
        role="deploy",
        policy_arn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    )
    world = World(document)
    assert world.names == set()
    world.allowed(f"role/deploy@{ACCOUNT}", "get_object", Bucket="own-1", Key="a")
    world.denied(f"role/deploy@{ACCOUNT}", "put_object", Bucket="own-1", Key="a")
    assert world.aws.account(ACCOUNT).role("deploy").arn == f"arn:aws:iam::{ACCOUNT}:role/ci/deploy"


def test_trust_policy_decides_who_assumes_the_role() -> None:
    document = state()
    bucket(document, "trust-1")
    document.add(
        "aws_iam_user.ann",
        arn=f"arn:aws:iam::{ACCOUNT}:user/ann",
        id="ann",
        name="ann",
        path="/",
        unique_id="AIDAANNANNANNANNANNAN",
    )
    document.add(
        "aws_iam_user.bob",
        arn=f"arn:aws:iam::{ACCOUNT}:user/bob",
        id="bob",
        name="bob",
        path="/",
        unique_id="AIDABOBBOBBOBBOBBOBBO",
    )
    role(document, "reader", allow("s3:GetObject", "*"))
    document.values[""]["resources"][-2]["values"]["assume_role_policy"] = trust(
        AWS=f"arn:aws:iam::{ACCOUNT}:user/ann"
    )
    world = World(document)
    assert world.names == set()
    account = world.aws.account(ACCOUNT)
    session = account.role("reader").assume(account.user("ann"))
    assert session.client("sts").get_caller_identity()["Arn"].endswith("assumed-role/reader/session")
    with pytest.raises(ClientError) as denied:
        account.role("reader").assume(account.user("bob"))
    assert denied.value.response["Error"]["Code"] == "AccessDenied"
