"""PE-14, everywhere principals are stored: a principal that is deleted and created again is a different one."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.compat import HAS_CRT
from botocore.exceptions import ClientError

from mocks3 import mock_s3
from mocks3.errors import Mocks3Error

OWNER, STRANGER = "111111111111", "222222222222"
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def names(arn: str, action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": action, **more}


@pytest.fixture
def aws():
    with mock_s3() as world:
        yield world


DELEGATING = document(
    names(
        "*",
        "s3:GetObject",
        Resource="arn:aws:s3:::bkt/*",
        Condition={"StringEquals": {"s3:DataAccessPointAccount": OWNER}},
    )
)
INSTANCE = f"arn:aws:s3:us-east-1:{OWNER}:access-grants/default"


class Stored(NamedTuple):
    """A place where principals are stored: ``put`` stores an ARN there, ``use`` needs the permission."""

    put: Any
    use: Any


def _trust(owner, arn):
    return owner.create_role("reader", trust=document(names(arn, "sts:AssumeRole")))


def _use_trust(caller, role):
    caller.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="session")


def _key_policy(owner, arn):
    return owner.create_kms_key(policy=document(ROOT, names(arn, "kms:*", Resource="*")))


def _key_policy_put_later(owner, arn):
    key = owner.create_kms_key()
    key.put_policy(document(ROOT, names(arn, "kms:*", Resource="*")))
    return key


def _key_policy_by_call(owner, arn):
    text = json.dumps(document(ROOT, names(arn, "kms:*", Resource="*")))
    made = owner.client("kms").create_key(Policy=text)
    return owner.kms_key(made["KeyMetadata"]["KeyId"])


def _key_policy_by_later_call(owner, arn):
    key = owner.create_kms_key()
    text = json.dumps(document(ROOT, names(arn, "kms:*", Resource="*")))
    owner.client("kms").put_key_policy(KeyId=key.id, Policy=text)
    return key


def _grant(owner, arn):
    key = owner.create_kms_key()
    key.grant(arn, ["DescribeKey"])
    return key


def _grant_by_call(owner, arn):
    key = owner.create_kms_key()
    owner.client("kms").create_grant(KeyId=key.id, GranteePrincipal=arn, Operations=["DescribeKey"])
    return key


def _use_key(caller, key):
    caller.client("kms").describe_key(KeyId=key.arn)


def _bucket_policy(owner, arn):
    policy = document(names(arn, "s3:GetObject", Resource="arn:aws:s3:::bkt/*"))
    return owner.create_bucket("bkt", policy=policy, objects={"k": b"x"})


def _access_point_policy(owner, arn):
    bucket = owner.create_bucket("bkt", policy=DELEGATING, objects={"k": b"x"})
    point = owner.create_access_point("point", bucket)
    point.put_policy(document(names(arn, "s3:GetObject", Resource=f"{point.arn}/object/*")))
    return point


def _use_bucket(caller, bucket):
    caller.client("s3").get_object(Bucket="bkt", Key="k")


def _use_point(caller, point):
    caller.client("s3").get_object(Bucket=point.arn, Key="k")


def _point_of_many(owner, arn):
    bucket = owner.create_bucket("bkt", policy=DELEGATING, objects={"k": b"x"})
    point = owner.create_multi_region_access_point("all", [bucket])
    point.put_policy(document(names(arn, "s3:GetObject", Resource=f"{point.arn}/object/*")))
    return point


def _object_lambda_policy(owner, arn):
    bucket = owner.create_bucket("bkt", policy=DELEGATING, objects={"k": b"x"})
    supporting = owner.create_access_point("point", bucket)
    supporting.put_policy(document(names(STRANGER, "s3:GetObject", Resource=f"{supporting.arn}/object/*")))
    point = owner.create_object_lambda_access_point("upper", supporting, _lambda)
    point.put_policy(document(names(arn, "s3-object-lambda:GetObject", Resource=point.arn)))
    return point


def _lambda(event, context):
    to = event["getObjectContext"]
    boto3.client("s3").write_get_object_response(
        RequestRoute=to["outputRoute"], RequestToken=to["outputToken"], Body=b"x"
    )


def _instance_policy(owner, arn):
    control = owner.client("s3control")
    control.create_access_grants_instance(AccountId=OWNER)
    text = json.dumps(document(names(arn, "s3:ListAccessGrants", Resource=INSTANCE)))
    control.put_access_grants_instance_resource_policy(AccountId=OWNER, Policy=text)


def _use_instance(caller, _):
    caller.client("s3control").list_access_grants(AccountId=OWNER)


def _endpoint_policy(owner, arn):
    everybody = document(names("*", "s3:GetObject", Resource="arn:aws:s3:::bkt/*"))
    owner.create_bucket("bkt", policy=everybody, objects={"k": b"x"}, public_access_block=None)
    policy = document(names(arn, "s3:*", Resource="*"))
    return owner._aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=policy, account=owner)


def _endpoint_policy_put_later(owner, arn):
    endpoint = _endpoint_policy(owner, "*")
    endpoint.put_policy(document(names(arn, "s3:*", Resource="*")))
    return endpoint


def _use_endpoint(caller, endpoint):
    with caller._aws.request_context(source_vpce=endpoint.id):
        _use_bucket(caller, None)


PLACES = {
    "trust policy": Stored(_trust, _use_trust),
    "key policy": Stored(_key_policy, _use_key),
    "key policy, put later": Stored(_key_policy_put_later, _use_key),
    "key policy of CreateKey": Stored(_key_policy_by_call, _use_key),
    "key policy of PutKeyPolicy": Stored(_key_policy_by_later_call, _use_key),
    "grant": Stored(_grant, _use_key),
    "grant of CreateGrant": Stored(_grant_by_call, _use_key),
    "bucket policy": Stored(_bucket_policy, _use_bucket),
    "access point policy": Stored(_access_point_policy, _use_point),
    "Object Lambda access point policy": Stored(_object_lambda_policy, _use_point),
    "resource policy of S3 Access Grants": Stored(_instance_policy, _use_instance),
    "endpoint policy": Stored(_endpoint_policy, _use_endpoint),
    "endpoint policy, put later": Stored(_endpoint_policy_put_later, _use_endpoint),
}
if HAS_CRT:  # only awscrt signs with Version 4A
    PLACES["Multi-Region Access Point policy"] = Stored(_point_of_many, _use_point)


def refused(use: Any, *given: Any) -> bool:
    try:
        use(*given)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")
    return False


@pytest.mark.parametrize("place", PLACES)
def test_pe_14_a_user_made_anew_is_meant_by_nothing_that_named_the_first(aws, place):
    owner, stranger = aws.account(OWNER), aws.account(STRANGER)
    bob = stranger.create_user("bob", policies=EVERYTHING)
    stored = PLACES[place].put(owner, bob.arn)
    mark = aws.snapshot()
    assert not refused(PLACES[place].use, bob, stored)
    bob.delete()
    other = stranger.create_user("bob", policies=EVERYTHING)
    assert refused(PLACES[place].use, other, stored)
    aws.restore(mark)
    assert not refused(PLACES[place].use, bob, stored)


@pytest.mark.parametrize("place", PLACES)
def test_pe_14_a_role_made_anew_is_meant_by_nothing_that_named_the_first(aws, place):
    owner, stranger = aws.account(OWNER), aws.account(STRANGER)
    first = stranger.create_role("bob", policies=EVERYTHING)
    stored = PLACES[place].put(owner, first.arn)
    assert not refused(PLACES[place].use, first.assume(), stored)
    first.delete()
    assert refused(PLACES[place].use, stranger.create_role("bob", policies=EVERYTHING).assume(), stored)


def test_pe_14_a_deny_of_a_trust_policy_does_not_hit_who_is_made_anew(aws):
    owner = aws.account(OWNER)
    bob = owner.create_user("bob", policies=EVERYTHING)
    deny = {**names(bob.arn, "sts:AssumeRole"), "Effect": "Deny"}
    account = names(f"arn:aws:iam::{OWNER}:root", "sts:AssumeRole")
    role = owner.create_role("reader", trust=document(account, deny))
    assert refused(_use_trust, bob, role)
    bob.delete()
    assert not refused(_use_trust, owner.create_user("bob", policies=EVERYTHING), role)


def test_pe_14_policies_and_grants_of_keys_show_the_id_of_who_was_deleted(aws):
    owner, stranger = aws.account(OWNER), aws.account(STRANGER)
    bob, eve = stranger.create_user("bob"), stranger.create_user("eve")
    key, kms = _key_policy(owner, bob.arn), owner.client("kms")
    kms.create_grant(
        KeyId=key.id, GranteePrincipal=bob.arn, RetiringPrincipal=eve.arn, Operations=["Decrypt"]
    )
    (grant,) = kms.list_grants(KeyId=key.id)["Grants"]
    assert (grant["GranteePrincipal"], grant["RetiringPrincipal"]) == (bob.arn, eve.arn)
    bob_id, eve_id = bob.unique_id, eve.unique_id
    bob.delete()
    eve.delete()
    stranger.create_user("bob")
    shown = kms.get_key_policy(KeyId=key.id)["Policy"]
    assert json.loads(shown)["Statement"][1]["Principal"] == {"AWS": bob_id}
    assert key.policy == json.loads(shown)
    (grant,) = kms.list_grants(KeyId=key.id)["Grants"]
    assert (grant["GranteePrincipal"], grant["RetiringPrincipal"]) == (bob_id, eve_id)
    with pytest.raises(ClientError, match="MalformedPolicyDocumentException.*one or more invalid principals"):
        kms.put_key_policy(KeyId=key.id, Policy=shown)
    assert json.loads(kms.get_key_policy(KeyId=key.id)["Policy"]) == json.loads(shown)


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{OWNER}:user/nobody",
        f"arn:aws:iam::{OWNER}:role/nobody",
        f"arn:aws:sts::{OWNER}:assumed-role/nobody/session",
    ],
)
def test_pe_13_a_policy_or_grant_that_names_nobody_is_refused(aws, arn):
    owner = aws.account(OWNER)
    key, kms = owner.create_kms_key(), owner.client("kms")
    before = key.policy
    with pytest.raises(Mocks3Error, match="trust policy.*does not exist"):
        _trust(owner, arn)
    assert aws.iam.role(f"arn:aws:iam::{OWNER}:role/reader") is None
    with pytest.raises(Mocks3Error, match="key policy.*does not exist"):
        key.put_policy(document(ROOT, names(arn, "kms:*", Resource="*")))
    with pytest.raises(Mocks3Error, match="key policy.*does not exist"):
        _key_policy(owner, arn)
    with pytest.raises(Mocks3Error, match="the grant names.*does not exist"):
        key.grant(arn)
    with pytest.raises(ClientError, match="MalformedPolicyDocumentException.*invalid principals"):
        kms.create_key(Policy=json.dumps(document(names(arn, "kms:*", Resource="*"))))
    assert (key.policy, key.record.grants, len(kms.list_keys()["Keys"])) == (before, (), 2)


def test_pe_13_an_account_that_no_test_has_opened_may_be_trusted(aws):
    owner, arn = aws.account(OWNER), "arn:aws:iam::999999999999:root"
    _trust(owner, arn)
    key = _key_policy(owner, arn)
    key.grant(arn)
    assert [grant.grantee for grant in key.record.grants] == [arn]


def test_an_endpoint_policy_may_name_principals_that_do_not_exist(aws):
    arn = f"arn:aws:iam::{OWNER}:user/nobody"
    aws.vpc_endpoint("vpce-2", vpc="vpc-1", policy=document(names(arn, "s3:*", Resource="*")))
    assert "vpce-2" in aws.guardrails.endpoints


@pytest.mark.parametrize("grantee", [f"arn:aws:iam::{OWNER}:user/nobody", OWNER, "arn:aws:s3:::bkt"])
@pytest.mark.parametrize("member", ["GranteePrincipal", "RetiringPrincipal"])
def test_pe_13_create_grant_refuses_who_does_not_exist(aws, member, grantee):
    owner = aws.account(OWNER)
    key, kms = owner.create_kms_key(), owner.client("kms")
    given = {"GranteePrincipal": f"arn:aws:iam::{OWNER}:root", "Operations": ["Decrypt"], member: grantee}
    with pytest.raises(ClientError) as caught:
        kms.create_grant(KeyId=key.id, **given)
    assert caught.value.response["Error"] == {
        "Code": "InvalidArnException",
        "Message": f"ARN does not refer to a valid principal: {grantee}",
    }
    assert key.record.grants == ()
