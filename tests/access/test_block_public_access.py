"""Block Public Access of organizations, accounts, buckets and access points; the refusal of public ACLs."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error, PublicAccessBlock, mock_s3
from mocks3.handles.mock_aws import MockAWS
from tests.access.asking import allow, answer, message

ALL_USERS = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
NO_ACLS = "The bucket does not allow ACLs"
OFF = PublicAccessBlock(False, False, False, False)


def only(setting: str) -> PublicAccessBlock:
    names = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
    return PublicAccessBlock(*(name == setting for name in names))


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as world:
        yield world


@pytest.fixture
def a(aws: MockAWS) -> Any:
    return aws.account("111111111111")


def get(principal: Any, name: str) -> Callable[[], Any]:
    return lambda: principal.client("s3").get_object(Bucket=name, Key="k")


def put_acl(user: Any, key: str, **acl: str) -> str:
    return message(lambda: user.client().put_object_acl(Bucket="bkt", Key=key, **acl))


def blocked(user: Any, action: str, arn: str) -> str:
    return (
        f'User: {user.arn} is not authorized to perform: {action} on resource: "{arn}" because public ACLs are '
        "prevented by the BlockPublicAcls setting in S3 Block Public Access."
    )


# Public ACLs


@pytest.mark.parametrize("ownership", ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"])
@pytest.mark.parametrize(
    "acl",
    [
        {"ACL": "public-read"},
        {"ACL": "public-read-write"},
        {"ACL": "authenticated-read"},
        {"GrantRead": ALL_USERS},
        {"GrantReadACP": f'id="1", {ALL_USERS}'},
    ],
    ids=str,
)
def test_a_51_a_public_acl_of_put_object_acl_is_refused_first(
    a: Any, acl: dict[str, str], ownership: str
) -> None:
    """A-51, B-21: before permissions, before the missing key, and before ACLs are refused as disabled."""
    a.create_bucket("bkt", ownership=ownership, objects={"k": b""})
    arn = "arn:aws:s3:::bkt/{}"
    for user in (
        a.root,
        a.create_user("admin", policies=allow("s3:*")),
        a.create_user("nobody", policies=allow("s3:PutObject")),
    ):
        for key in ("k", "missing"):
            assert put_acl(user, key, **acl) == blocked(user, "s3:PutObjectAcl", arn.format(key))


def test_a_51_other_calls_keep_their_order(a: Any) -> None:
    """A-51: an ACL in the body is read after the permission check; PutBucketAcl and PutObject get the 400."""
    a.create_bucket("bkt", objects={"k": b""})
    admin, nobody = a.create_user("admin", policies=allow("s3:*")), a.create_user("nobody")
    grantee = {"Type": "Group", "URI": ALL_USERS[5:-1]}
    body = {"Owner": {"ID": a.canonical_id}, "Grants": [{"Grantee": grantee, "Permission": "READ"}]}

    def put(user: Any) -> str:
        return message(lambda: user.client().put_object_acl(Bucket="bkt", Key="k", AccessControlPolicy=body))

    assert put(admin) == blocked(admin, "s3:PutObjectAcl", "arn:aws:s3:::bkt/k")
    assert "no identity-based policy allows the s3:PutObjectAcl action" in put(nobody)
    assert message(lambda: admin.client().put_bucket_acl(Bucket="bkt", ACL="public-read")) == NO_ACLS
    assert message(lambda: admin.client().put_object(Bucket="bkt", Key="k", ACL="public-read")) == NO_ACLS
    a.client().delete_public_access_block(Bucket="bkt")
    assert message(lambda: admin.client().put_object_acl(Bucket="bkt", Key="k", ACL="public-read")) == NO_ACLS


def test_a_51_other_accounts_and_the_anonymous_get_no_reason(aws: MockAWS, a: Any) -> None:
    a.create_bucket("bkt", ownership="ObjectWriter", objects={"k": b""})
    eve = aws.account("222222222222").create_user("eve", policies=allow("s3:*"))
    acl = {"Bucket": "bkt", "Key": "k", "ACL": "public-read"}
    assert message(lambda: eve.client().put_object_acl(**acl)) == "Access Denied"
    assert message(lambda: aws.anonymous.client().put_object_acl(**acl)).startswith("Anonymous users cannot")


def test_b_21_each_write_is_named(a: Any) -> None:
    """B-21: CopyObject is named as s3:CopyObject."""
    a.create_bucket("bkt", ownership="ObjectWriter", objects={"k": b""})
    admin = a.create_user("admin", policies=allow("s3:*"))
    s3, acl = admin.client(), {"Bucket": "bkt", "Key": "n", "ACL": "public-read"}
    arn = "arn:aws:s3:::bkt/n"
    assert message(lambda: s3.put_object(**acl)) == blocked(admin, "s3:PutObject", arn)
    assert message(lambda: s3.create_multipart_upload(**acl)) == blocked(admin, "s3:PutObject", arn)
    assert message(lambda: s3.copy_object(CopySource="bkt/k", **acl)) == blocked(admin, "s3:CopyObject", arn)
    fields = {"acl": "public-read"}
    form = s3.generate_presigned_post("bkt", "n", Fields=fields, Conditions=[fields])
    response = requests.post(form["url"], data=form["fields"], files={"file": b""})
    assert response.status_code == 403
    assert "s3:PutObject on resource" in response.text
    granted = {**acl, "GrantRead": ALL_USERS}
    del granted["ACL"]
    assert message(lambda: s3.copy_object(CopySource="bkt/k", **granted)) == blocked(
        admin, "s3:CopyObject", arn
    )


# The levels


def test_b_5_an_account_blocks_public_policies(aws: MockAWS, a: Any) -> None:
    """B-5, B-20: the account's setting is enough, and only for its own buckets."""
    public = allow("s3:GetObject", "arn:aws:s3:::bkt/*", Principal="*")
    bucket = a.create_bucket("bkt", public_access_block=None, objects={"k": b""})
    point = bucket.create_access_point("own", public_access_block=None)
    a.block_public_access(only("block_public_policy"))
    refused = message(lambda: a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(public)))
    assert refused.endswith(
        "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
    )
    with pytest.raises(Mocks3Error, match="account or organization"):
        bucket.put_policy(public)
    with pytest.raises(Mocks3Error, match="public"):
        point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal="*"))
    other = aws.account("222222222222").create_bucket("other", public_access_block=None, objects={"k": b""})
    other.put_policy(allow("s3:GetObject", "arn:aws:s3:::other/*", Principal="*"))
    assert answer(get(aws.anonymous, "other")) == 200
    a.block_public_access(None)
    bucket.put_policy(public)
    assert answer(get(aws.anonymous, "bkt")) == 200
    a.block_public_access(only("restrict_public_buckets"))
    assert answer(get(aws.anonymous, "bkt")) == 403
    assert "RestrictPublicBuckets" in str(aws.decisions[-1])


def test_b_5_an_account_ignores_and_blocks_public_acls(aws: MockAWS, a: Any) -> None:
    """B-1, B-2, B-5, B-9: also for new buckets."""
    legacy = {"ownership": "ObjectWriter", "public_access_block": None}
    a.create_bucket("bkt", acl="public-read", objects={"k": b""}, **legacy)
    anonymous = aws.anonymous.client()

    def lists() -> int:
        return answer(lambda: anonymous.list_objects_v2(Bucket="bkt"))

    assert lists() == 200
    a.block_public_access(only("ignore_public_acls"))
    assert lists() == 403
    assert len(a.client().get_bucket_acl(Bucket="bkt")["Grants"]) == 1
    a.client().put_object(Bucket="bkt", Key="k", ACL="public-read")
    assert answer(get(aws.anonymous, "bkt")) == 403
    a.block_public_access(only("block_public_acls"))
    assert lists() == 200
    root, acl = a.root, {"ACL": "public-read"}
    put = message(lambda: root.client().put_bucket_acl(Bucket="bkt", **acl))
    assert put == blocked(root, "s3:PutBucketAcl", "arn:aws:s3:::bkt")
    assert message(lambda: root.client().put_object(Bucket="bkt", Key="n", **acl)).startswith("User: ")
    with mock_s3(new_bucket_defaults="legacy") as older:
        old = older.account()
        old.block_public_access()
        created = message(lambda: old.client().create_bucket(Bucket="new", **acl))
        assert created == blocked(old.root, "s3:CreateBucket", "arn:aws:s3:::new")
        assert older.store.bucket("new") is None
        old.client().create_bucket(Bucket="new", ACL="private")


LEVELS = ("access point", "bucket", "account", "unit", "root")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("by_point", [False, True])
def test_b_5_the_strictest_level_decides(aws: MockAWS, level: str, by_point: bool) -> None:
    """B-4, B-5: one level that restricts is enough; the access point's setting is for calls through it."""
    management, owner = aws.account("999999999999"), aws.account("111111111111")
    organization = aws.organization("o-1", management=management)
    unit = organization.ou("workloads")
    organization.add(owner, ou=unit)
    restricting = only("restrict_public_buckets")
    bucket = owner.create_bucket("bkt", public_access_block=OFF, objects={"k": b""})
    point = bucket.create_access_point(
        "own", public_access_block=restricting if level == "access point" else OFF
    )
    bucket.put_policy(allow("s3:GetObject", "arn:aws:s3:::bkt/*", Principal="*"))
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal="*"))
    eve = aws.account("222222222222").create_user("eve", policies=allow("s3:GetObject"))
    dave = owner.create_user("dave", policies=allow("s3:GetObject"))
    name = point.arn if by_point else "bkt"
    mark = aws.snapshot()
    if level == "bucket":
        settings = {"RestrictPublicBuckets": True}
        owner.client().put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=settings)
    elif level == "account":
        owner.block_public_access(restricting)
    elif level in ("unit", "root"):
        organization.block_public_access(on=unit if level == "unit" else None)
    expected = 200 if level == "access point" and not by_point else 403
    assert answer(get(eve, name)) == expected
    assert answer(get(dave, name)) == 200, "the owner's account is not restricted"
    aws.restore(mark)
    assert answer(get(eve, name)) == (403 if level == "access point" and by_point else 200)


def test_b_5_every_combination_of_levels(aws: MockAWS) -> None:
    """A naive twin: a setting is on if it is on at the organization, the account or the bucket."""
    owner = aws.account("111111111111")
    organization = aws.organization("o-1", management=owner)
    owner.create_bucket("bkt", public_access_block=None)
    public = json.dumps(allow("s3:GetObject", "arn:aws:s3:::bkt/*", Principal="*"))
    s3 = owner.client()
    for of_organization, of_account, of_bucket in itertools.product((False, True), repeat=3):
        organization.block_public_access(blocked=of_organization)
        owner.block_public_access(only("block_public_policy") if of_account else OFF)
        settings = {"BlockPublicPolicy": of_bucket}
        s3.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=settings)
        shown = s3.get_public_access_block(Bucket="bkt")["PublicAccessBlockConfiguration"]
        assert shown["BlockPublicPolicy"] is of_bucket, (
            "GetPublicAccessBlock returns the bucket's own setting"
        )
        expected = 403 if of_organization or of_account or of_bucket else 204
        assert answer(lambda: s3.put_bucket_policy(Bucket="bkt", Policy=public)) == expected


@pytest.mark.parametrize("settings", [True, {"BlockPublicAcls": True}, "all"])
def test_b_5_only_settings_are_settings(a: Any, settings: Any) -> None:
    with pytest.raises(Mocks3Error, match="PublicAccessBlock"):
        a.block_public_access(settings)


# Federated principals


@pytest.mark.parametrize(
    "principal",
    [
        {"Federated": "graph.facebook.com"},
        {"Federated": "arn:aws:iam::111111111111:saml-provider/corp"},
        {"AWS": "111111111111", "Federated": ["cognito-identity.amazonaws.com"]},
    ],
    ids=str,
)
def test_b_40_federated_principals_are_public(aws: MockAWS, a: Any, principal: dict[str, Any]) -> None:
    """B-40: also for GetBucketPolicyStatus and RestrictPublicBuckets; a fixed value in a condition limits them."""
    statement = {"Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bkt/*"}
    text = json.dumps({"Statement": {"Effect": "Allow", **statement}})
    a.create_bucket("bkt", objects={"k": b""})
    s3 = a.client()
    assert "BlockPublicPolicy" in message(lambda: s3.put_bucket_policy(Bucket="bkt", Policy=text))
    fixed = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    limited = json.dumps({"Statement": {"Effect": "Allow", **statement, "Condition": fixed}})
    assert answer(lambda: s3.put_bucket_policy(Bucket="bkt", Policy=limited)) == 204
    assert not s3.get_bucket_policy_status(Bucket="bkt")["PolicyStatus"]["IsPublic"]
    s3.delete_public_access_block(Bucket="bkt")
    s3.put_bucket_policy(Bucket="bkt", Policy=text)
    assert s3.get_bucket_policy_status(Bucket="bkt")["PolicyStatus"]["IsPublic"]
    s3.put_bucket_policy(Bucket="bkt", Policy=text.replace('"Allow"', '"Deny"'))
    assert not s3.get_bucket_policy_status(Bucket="bkt")["PolicyStatus"]["IsPublic"]


def test_b_40_a_federated_principal_restricts_the_other_accounts(aws: MockAWS, a: Any) -> None:
    eve = aws.account("222222222222").create_user("eve", policies=allow("s3:GetObject"))
    bucket = a.create_bucket("bkt", public_access_block=only("restrict_public_buckets"), objects={"k": b""})
    named = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bkt/*"}
    to_eve = {**named, "Principal": {"AWS": eve.arn}}
    bucket.put_policy({"Statement": [to_eve]})
    assert answer(get(eve, "bkt")) == 200
    bucket.put_policy({"Statement": [to_eve, {**named, "Principal": {"Federated": "graph.facebook.com"}}]})
    assert answer(get(eve, "bkt")) == 403


def test_b_5_both_access_point_and_bucket_settings_apply_to_public_acls(a: Any) -> None:
    """B-1, B-5: a public ACL through an access point is refused by the setting of either."""
    bucket = a.create_bucket("bkt", ownership="ObjectWriter", public_access_block=None, objects={"k": b""})
    blocking = bucket.create_access_point("blocking", public_access_block=only("block_public_acls"))
    opened = bucket.create_access_point("opened", public_access_block=None)
    s3, acl = a.client(), {"Key": "k", "ACL": "public-read"}
    with pytest.raises(ClientError, match="BlockPublicAcls"):
        s3.put_object(Bucket=blocking.arn, **acl)
    with pytest.raises(ClientError, match="BlockPublicAcls"):
        s3.put_object_acl(Bucket=blocking.arn, **acl)
    s3.put_object(Bucket=opened.arn, **acl)
    a.client().put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    with pytest.raises(ClientError, match="BlockPublicAcls"):
        s3.put_object_acl(Bucket=opened.arn, **acl)
