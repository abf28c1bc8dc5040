"""Every principal that a file names exists in the world, in every form that AWS stores."""

from __future__ import annotations

from typing import Any

import pytest

import mocks3.load
from mocks3.access.bucket_policies import aws_accounts
from tests.load.conftest import DEV, OPS, code, policy, text
from tests.load.outputs import KEY

ELB = "127311923021"
"""The account of Elastic Load Balancing in us-east-1, which writes access logs."""


def world(principal: Any, partition: str = "aws", **options: Any) -> Any:
    """A world with the bucket ``data`` of OPS whose policy allows a principal GetObject."""
    resource = f"arn:{partition}:s3:::data/*"
    document = policy({"Principal": principal, "Action": "s3:GetObject", "Resource": resource})
    aws = mocks3.load.world([{"Policy": text(document)}], strict=True, account=OPS, **options).aws
    aws.account(OPS).client(region_name=aws.store.bucket("data").region).put_object(Bucket="data", Key="k")
    return aws


def reads(who: Any) -> bool:
    """Whether a principal can read the object."""
    region = who._aws.store.bucket("data").region
    return code(lambda: who.client(region_name=region).get_object(Bucket="data", Key="k")) == "ok"


ALL = policy({"Action": "s3:*", "Resource": "*"})


@pytest.mark.parametrize("who", [DEV, f"arn:aws:iam::{DEV}:root"])
def test_accounts(who: str) -> None:
    aws = world({"AWS": who})
    dev = aws.account(DEV)
    assert reads(dev.create_user("eve", policies=ALL))
    assert not reads(aws.account("777788889999").create_user("eve", policies=ALL))


def test_accounts_of_aws() -> None:
    assert ELB in aws_accounts.owned_by_aws()
    aws = world({"AWS": f"arn:aws:iam::{ELB}:root"})
    assert reads(aws.account(ELB).root)


@pytest.mark.parametrize("path", ["", "team/red/"])
def test_users_and_roles_with_paths(path: str) -> None:
    user, role = f"arn:aws:iam::{DEV}:user/{path}eve", f"arn:aws:iam::{OPS}:role/{path}reader"
    aws = world({"AWS": [user, role]})
    assert (aws.account(DEV).user("eve").arn, aws.account(OPS).role("reader").arn) == (user, role)
    aws.account(DEV).user("eve").put_policy(ALL)
    assert reads(aws.account(DEV).user("eve"))
    assert reads(aws.account(OPS).role("reader").assume())


def test_sessions() -> None:
    aws = world({"AWS": f"arn:aws:sts::{OPS}:assumed-role/reader/alice"})
    reader = aws.account(OPS).role("reader")
    assert reads(reader.assume(session_name="alice"))
    assert not reads(reader.assume(session_name="bob"))


def test_federated_users() -> None:
    aws = world({"AWS": f"arn:aws:sts::{OPS}:federated-user/bob"})
    broker = aws.account(OPS).create_user("broker")
    assert reads(broker.federate("bob"))
    assert not reads(broker.federate("eve"))


def test_canonical_ids() -> None:
    canonical = "5e" * 32
    aws = world({"CanonicalUser": canonical})
    owner = aws.iam.by_canonical_id(canonical)
    assert reads(aws.account(owner.id).root)


@pytest.mark.parametrize("unique_id", ["AIDAOLDOLDOLDOLDOLDOL", "AROAOLDOLDOLDOLDOLDOL"])
def test_unique_ids_of_deleted_principals(unique_id: str) -> None:
    """A new user or role with the old name is another principal (PE-14)."""
    aws = world({"AWS": [unique_id, f"arn:aws:iam::{DEV}:root"]})
    shown = aws.account(OPS).client().get_bucket_policy(Bucket="data")["Policy"]
    assert unique_id in shown
    assert list(aws.iam.principals()) == []


def test_a_unique_id_of_a_principal_in_the_files_is_this_principal() -> None:
    user = {"UserName": "eve", "UserId": "AIDAEVEEVEEVEEVEEVEEV", "Arn": f"arn:aws:iam::{OPS}:user/eve"}
    document = policy(
        {"Principal": {"AWS": user["UserId"]}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    )
    aws = mocks3.load.world([{"User": user}, {"Policy": text(document)}]).aws
    aws.account(OPS).client().put_object(Bucket="data", Key="k")
    assert reads(aws.account(OPS).user("eve"))


def test_services_and_origin_access() -> None:
    identity = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"
    document = policy(
        {"Principal": {"AWS": identity}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
        {
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::data/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{OPS}:distribution/E1"}},
        },
    )
    aws = mocks3.load.world([{"Policy": text(document)}], strict=True, account=OPS).aws
    aws.account(OPS).client().put_object(Bucket="data", Key="k")
    ours = f"arn:aws:cloudfront::{OPS}:distribution/E1"
    assert reads(aws.service("cloudfront.amazonaws.com", source_arn=ours, source_account=OPS))
    assert not reads(aws.service("cloudfront.amazonaws.com", source_arn=f"{ours}2", source_account=OPS))


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_other_partitions(partition: str, region: str) -> None:
    """The ARNs of a policy say the partition of the bucket, and so a Region if no file has it."""
    aws = world({"AWS": f"arn:{partition}:iam::{OPS}:role/reader"}, partition)
    assert aws.store.bucket("data").region == region
    assert reads(aws.account(OPS).role("reader").assume())
    document = policy(
        {"Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:{partition}:s3:::data/*"},
    )
    loaded = mocks3.load.world([{"Policy": text(document)}, {"LocationConstraint": region}], bucket="data")
    assert loaded.aws.store.bucket("data").region == region


def test_principals_of_keys_grants_endpoints_access_points_and_trust() -> None:
    def role(name: str) -> str:
        return f"arn:aws:iam::{DEV}:role/{name}"

    def naming(name: str, **more: Any) -> dict[str, Any]:
        return policy({"Principal": {"AWS": role(name)}, "Action": "*", "Resource": "*", **more})

    point = f"arn:aws:s3:us-east-1:{OPS}:accesspoint/point"
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": role("trusted")}, "Action": "sts:AssumeRole"}]
    }
    sources: list[Any] = [
        {"Policy": text(naming("key", Action="kms:*", Resource=KEY)), "PolicyName": "default"},
        {"Grants": [{"KeyId": KEY, "GranteePrincipal": role("grantee"), "Operations": ["Decrypt"]}]},
        {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "PolicyDocument": text(naming("endpoint"))}]},
        {"Policy": text(naming("point", Action="s3:GetObject", Resource=f"{point}/object/*"))},
        {"AccessPointArn": point, "Name": "point", "Bucket": "data"},
        {"Policy": text(naming("compared", Action="s3:GetObject", Resource="arn:aws:s3:::data/*",
            Condition={"ArnEquals": {"aws:PrincipalArn": [role("condition"), role("wild*")]}}))},
        {"Role": {"RoleName": "deployed", "Arn": f"arn:aws:iam::{OPS}:role/x", "AssumeRolePolicyDocument": trust}},
        {"UserId": "x", "Account": OPS, "Arn": f"arn:aws:sts::{OPS}:assumed-role/caller/cli"},
    ]  # fmt: skip
    aws = mocks3.load.world(sources).aws
    assert {each.name for each in aws.iam.principals()} == {
        "key", "grantee", "endpoint", "point", "compared", "condition", "trusted", "deployed", "caller"
    }  # fmt: skip
