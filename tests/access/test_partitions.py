"""Partitions: which ARNs a bucket policy may name, and the ARNs of calls in ``aws-cn`` and ``aws-us-gov`` (PE-13)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS
from mocks3.lib.partitions import in_partition, partition_of
from tests.access.asking import allow, answer, message

PARTITIONS = {
    "us-east-1": "aws",
    "cn-north-1": "aws-cn",
    "cn-northwest-1": "aws-cn",
    "us-gov-west-1": "aws-us-gov",
    "us-gov-east-1": "aws-us-gov",
}


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def a(aws: MockAWS) -> Any:
    return aws.account("111111111111")


def put(s3: Any, **statement: Any) -> Any:
    policy = allow(**{"actions": "s3:GetObject", "resources": "arn:aws:s3:::bkt/*", **statement})
    return lambda: s3.put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))


@pytest.mark.parametrize("region", PARTITIONS)
def test_pe_13_a_policy_names_arns_of_the_bucket_s_partition(a: Any, region: str) -> None:
    """PE-13: another partition is an invalid principal, or an invalid resource."""
    own = PARTITIONS[region]
    user = a.create_user("u")
    a.create_role("r")
    bucket = a.create_bucket("bkt", region=region)
    assert bucket.arn == f"arn:{own}:s3:::bkt"
    s3 = a.client(region_name=region)
    principals = (
        user.arn,
        "arn:aws:iam::111111111111:root",
        "arn:aws:iam::111111111111:role/r",
        "arn:aws:sts::111111111111:assumed-role/r/s",
        "arn:aws:sts::111111111111:federated-user/f",
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
        "arn:aws:iam::127311923021:root",
        "arn:aws:iam::193672423079:user/logs",
    )
    for partition in sorted(set(PARTITIONS.values())):
        for principal in principals:
            named = in_partition(principal, partition)
            call = put(s3, resources=f"{bucket.arn}/*", Principal={"AWS": [named]})
            if partition == own:
                assert answer(call) == 204
                continue
            with pytest.raises(ClientError, match="Invalid principal in policy") as caught:
                call()
            assert caught.value.response["Error"]["Detail"] == named
        for resource in (f"arn:{partition}:s3:::bkt", f"arn:{partition}:s3:::bkt/*"):
            action = "s3:GetObject" if resource.endswith("*") else "s3:ListBucket"
            call = put(s3, actions=action, resources=resource, Principal={"AWS": "111111111111"})
            if partition == own:
                assert answer(call) == 204
            else:
                assert message(call) == "Policy has invalid resource"


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_pe_13_policies_of_another_partition_decide(aws: MockAWS, a: Any, region: str) -> None:
    """PE-13: identity policies, bucket policies, sentences, condition keys and access points use its ARNs."""
    own = PARTITIONS[region]
    bucket = a.create_bucket("bkt", region=region, objects={"k": b"body"})
    foreign = a.create_user("foreign", policies=allow("s3:GetObject", "arn:aws:s3:::bkt/*"))
    reader = a.create_user("reader", policies=allow("s3:GetObject", f"arn:{own}:s3:::bkt/*"))

    def get(principal: Any, name: str = "bkt") -> Any:
        return lambda: principal.client(region_name=region).get_object(Bucket=name, Key="k")

    assert answer(get(reader)) == 200
    assert message(get(foreign)) == (
        f"User: {in_partition(foreign.arn, own)} is not authorized to perform: s3:GetObject on resource: "
        f'"arn:{own}:s3:::bkt/k" because no identity-based policy allows the s3:GetObject action'
    )
    named = in_partition(foreign.arn, own)
    bucket.put_policy(allow("s3:GetObject", f"{bucket.arn}/*", Principal={"AWS": named}))
    assert answer(get(foreign)) == 200
    by_key = {"ArnEquals": {"aws:PrincipalArn": named}}
    everyone = allow("s3:GetObject", f"{bucket.arn}/*", Principal="*", Condition=by_key)
    bucket.put_policy(everyone)
    assert answer(get(foreign)) == 200
    point = bucket.create_access_point("own")
    assert point.arn == f"arn:{own}:s3:{region}:111111111111:accesspoint/own"
    through = a.create_user(
        "through", policies=allow("s3:GetObject", [f"{point.arn}/object/*", f"{bucket.arn}/*"])
    )
    assert answer(get(through, point.arn)) == 200


@pytest.mark.parametrize("region", PARTITIONS)
def test_sts_answers_with_arns_of_the_endpoint_s_partition(a: Any, region: str) -> None:
    """PE-13 and botocore's partitions: GetCallerIdentity, AssumeRole and GetFederationToken."""
    own = PARTITIONS[region]
    role = a.create_role("r", path="/p/")
    assumes = allow("sts:AssumeRole", f"arn:{own}:iam::111111111111:role/p/r")
    ann = a.create_user("ann", policies=[assumes, allow("sts:GetFederationToken")])

    def sts(principal: Any) -> Any:
        return principal.client("sts", region_name=region)

    assert sts(a.root).get_caller_identity()["Arn"] == f"arn:{own}:iam::111111111111:root"
    assert sts(ann).get_caller_identity()["Arn"] == f"arn:{own}:iam::111111111111:user/ann"
    arn = in_partition(role.arn, own)
    assumed = sts(ann).assume_role(RoleArn=arn, RoleSessionName="sn")
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:{own}:sts::111111111111:assumed-role/r/sn"
    federated = sts(ann).get_federation_token(Name="fed")["FederatedUser"]
    assert federated["Arn"] == f"arn:{own}:sts::111111111111:federated-user/fed"
    session = role.assume(by=ann) if own == "aws" else role.assume()
    assert (
        sts(session).get_caller_identity()["Arn"].startswith(f"arn:{own}:sts::111111111111:assumed-role/r/")
    )


def test_kms_keys_have_the_partition_of_their_region(a: Any) -> None:
    region = "cn-north-1"
    ann = a.create_user("ann", policies=allow("kms:*"))
    kms = ann.client("kms", region_name=region)
    created = kms.create_key()["KeyMetadata"]
    assert created["Arn"].startswith("arn:aws-cn:kms:cn-north-1:111111111111:key/")
    policy = json.loads(kms.get_key_policy(KeyId=created["Arn"])["Policy"])
    assert policy["Statement"][0]["Principal"] == {"AWS": "arn:aws-cn:iam::111111111111:root"}
    assert kms.describe_key(KeyId=created["KeyId"])["KeyMetadata"] == created
    a.create_bucket("bkt", region=region)
    s3 = a.create_user("bob", policies=allow("*")).client(region_name=region)
    stored = s3.put_object(
        Bucket="bkt", Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=created["Arn"]
    )
    assert stored["SSEKMSKeyId"] == created["Arn"]
    managed = s3.put_object(Bucket="bkt", Key="k", Body=b"x", ServerSideEncryption="aws:kms")
    assert managed["SSEKMSKeyId"].startswith("arn:aws-cn:kms:cn-north-1:111111111111:key/")
    assert s3.get_object(Bucket="bkt", Key="k")["Body"].read() == b"x"


@pytest.mark.parametrize(
    "principal",
    [
        "127311923021",
        "arn:aws:iam::127311923021:root",
        "arn:aws:iam::797873946194:root",
        "arn:aws:iam::193672423079:user/logs",
        "arn:aws:iam::086441151436:root",
        "arn:aws:iam::386209384616:root",
    ],
)
def test_pe_13_accounts_of_aws_exist(a: Any, principal: str) -> None:
    """PE-13: the accounts that AWS's guides tell customers to name exist without being created."""
    a.create_bucket("bkt")
    assert answer(put(a.client(), Principal={"AWS": principal})) == 204
    stored = json.loads(a.client().get_bucket_policy(Bucket="bkt")["Policy"])
    assert stored["Statement"][0]["Principal"] == {"AWS": principal}


@pytest.mark.parametrize(
    "principal", ["arn:aws:iam::127311923021:user/eve", "arn:aws:iam::193672423079:role/logs"]
)
def test_pe_13_only_their_known_principals_exist(a: Any, principal: str) -> None:
    a.create_bucket("bkt")
    assert message(put(a.client(), Principal={"AWS": principal})) == "Invalid principal in policy"


def test_partitions_of_regions() -> None:
    for region, partition in PARTITIONS.items():
        assert partition_of(region) == partition
    assert partition_of(None) == partition_of("aws-global") == partition_of("testing") == "aws"
    assert in_partition("arn:aws:iam::1:root", "aws-cn") == "arn:aws-cn:iam::1:root"
    assert in_partition("111111111111", "aws-cn") == "111111111111"
