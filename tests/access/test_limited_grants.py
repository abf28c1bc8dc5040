"""Limits of a grant: session policies, boundaries, and the bucket's settings for requests through access points."""

from __future__ import annotations

import re

import pytest

from mocks3.storage import PublicAccessBlock
from tests.access.asking import allow, answer, deny, message

BUCKET = ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"]


def get(principal, bucket="bkt"):
    return lambda: principal.client("s3").get_object(Bucket=bucket, Key="k")


def put(principal, bucket="bkt"):
    return lambda: principal.client("s3").put_object(Bucket=bucket, Key="new")


def grant(a, who, actions="s3:*") -> None:
    from mocks3.handles.buckets import BucketHandle

    BucketHandle(a._aws, "bkt").put_policy(allow(actions, BUCKET, Principal={"AWS": who.arn}))


def keys(a) -> list[str]:
    return [each["Key"] for each in a.client().list_objects_v2(Bucket="bkt")["Contents"]]


# A grant to a user or a role is the session's only within its session policy and boundary (E-40 to E-46)


def test_a_grant_to_a_user_is_a_federated_session_s_only_within_its_session_policy(a) -> None:
    dave = a.create_user("dave")
    grant(a, dave)
    session = dave.federate("fed", policy=allow("s3:GetObject", BUCKET))
    assert answer(get(session)) == 200
    assert message(put(session)) == (
        f"User: {session.arn} is not authorized to perform: s3:PutObject on resource: "
        '"arn:aws:s3:::bkt/new" because no session policy allows the s3:PutObject action'
    )
    assert keys(a) == ["k"]
    assert answer(put(dave)) == 200, "the user has no session policy"


def test_a_grant_to_a_user_is_a_federated_session_s_only_within_the_user_s_boundary(a) -> None:
    dave = a.create_user("dave", boundary=allow("s3:GetObject", BUCKET))
    grant(a, dave)
    session = dave.federate("fed", policy=allow("s3:*"))
    assert answer(get(session)) == 200
    assert "because no permissions boundary allows" in message(put(session))
    assert keys(a) == ["k"]


def test_a_federated_session_without_a_session_policy_gets_nothing_of_the_user_s_grant(a) -> None:
    dave = a.create_user("dave")
    grant(a, dave)
    assert answer(get(dave.federate("fed"))) == 403


def test_a_grant_to_a_role_is_a_session_s_only_within_its_session_policy(a) -> None:
    role = a.create_role("r")
    grant(a, role)
    session = role.assume(policy=allow("s3:GetObject", BUCKET))
    assert answer(get(session)) == 200
    assert "because no session policy allows" in message(put(session))
    assert keys(a) == ["k"]
    assert answer(put(role.assume())) == 200


def test_a_grant_to_a_session_reaches_past_its_session_policy(a) -> None:
    role = a.create_role("r")
    session = role.assume(session_name="s", policy=allow("s3:GetObject", BUCKET))
    grant(a, session)
    assert answer(put(session)) == 200
    dave = a.create_user("dave")
    federated = dave.federate("fed", policy=allow("s3:GetObject", BUCKET))
    grant(a, federated)
    assert answer(put(federated)) == 200


# Behind an access point


@pytest.mark.parametrize("policy", ["of the account", "of the user"])
def test_an_scp_or_a_deny_that_names_the_bucket_binds_calls_through_an_access_point(aws, a, policy) -> None:
    """F-120, OQ-27: a deny on either resource denies."""
    organization = aws.organization("o-1")
    organization.add(a)
    point = _bucket(a).create_access_point("own")
    dave = a.create_user("dave", policies=allow("s3:*"))
    assert answer(get(dave, point.arn)) == 200
    if policy == "of the account":
        organization.put_scp(deny("s3:GetObject", "arn:aws:s3:::bkt/*"), on=a)
        reason = r"with an explicit deny in a service control policy: arn:aws:organizations::\d{12}:policy/.*/p-\w{8}"
    else:
        dave.put_policy(deny("s3:GetObject", "arn:aws:s3:::bkt/*"), "deny")
        reason = "with an explicit deny in an identity-based policy"
    assert re.search(f"{reason}$", message(get(dave, point.arn)))
    assert answer(put(dave, point.arn)) == 200


def test_an_scp_that_allows_neither_resource_denies_calls_through_an_access_point(aws, a) -> None:
    organization = aws.organization("o-1")
    organization.add(a)
    point, dave = _bucket(a).create_access_point("own"), a.create_user("dave", policies=allow("s3:*"))
    organization.put_scp(allow("s3:*", "arn:aws:s3:::other/*"), a, "only-other")
    organization.delete_scp("FullAWSAccess", a)
    assert message(get(dave, point.arn)).endswith(
        "because no service control policy allows the s3:GetObject action"
    )
    organization.put_scp(allow("s3:*", "arn:aws:s3:::bkt/*"), a, "bucket")
    assert answer(get(dave, point.arn)) == 200


def _bucket(a):
    from mocks3.handles.buckets import BucketHandle

    return BucketHandle(a._aws, "bkt")


NOTHING = PublicAccessBlock(False, False, False, False)


@pytest.mark.parametrize("own", [None, NOTHING], ids=["none of its own", "all of its own off"])
@pytest.mark.parametrize("setting", ["BlockPublicAcls", "IgnorePublicAcls"])
def test_B_5_settings_for_acls_of_the_bucket_hold_through_an_access_point(a, own, setting) -> None:
    bucket = a.create_bucket("acls", ownership="ObjectWriter", public_access_block=None)
    point = bucket.create_access_point("own", public_access_block=own)
    s3 = a.client()
    s3.put_object(Bucket="acls", Key="k", ACL="public-read")
    assert len(s3.get_object_acl(Bucket=point.arn, Key="k")["Grants"]) == 2
    s3.put_public_access_block(Bucket="acls", PublicAccessBlockConfiguration={setting: True})
    shown = len(s3.get_object_acl(Bucket=point.arn, Key="k")["Grants"])
    status = answer(lambda: s3.put_object(Bucket=point.arn, Key="new", ACL="public-read"))
    assert (shown, status) == ((2, 403) if setting == "BlockPublicAcls" else (1, 200))
    assert bucket.keys == (["k"] if status == 403 else ["k", "new"])


@pytest.mark.parametrize("own", [None, NOTHING], ids=["none of its own", "all of its own off"])
def test_B_5_restrict_public_buckets_of_the_bucket_holds_through_an_access_point(a, b, own) -> None:
    bucket = a.create_bucket("wide", public_access_block=None, objects={"k": b"body"})
    point = bucket.create_access_point("own", public_access_block=own)
    bucket.put_policy(allow("s3:GetObject", "arn:aws:s3:::wide/*", Principal="*"))
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": b.id}))
    eve = b.create_user("eve", policies=allow("s3:GetObject"))
    assert answer(get(eve, point.arn)) == 200
    a.client().put_public_access_block(
        Bucket="wide", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert answer(get(eve, point.arn)) == 403
    assert answer(get(a.root, point.arn)) == 200


@pytest.mark.parametrize("restricted", [True, False])
def test_B_43_a_policy_of_an_access_point_that_fixes_only_the_access_point_is_public(
    a, b, restricted
) -> None:
    """B-4, B-43: in the bucket's policy the same condition makes the statement non-public."""
    bucket = a.create_bucket("wide", public_access_block=None, objects={"k": b"body"})
    settings = PublicAccessBlock(False, False, False, restrict_public_buckets=restricted)
    point = bucket.create_access_point("own", public_access_block=settings)
    fixed = {"Principal": "*", "Condition": {"StringEquals": {"s3:DataAccessPointArn": point.arn}}}
    bucket.put_policy(allow("s3:GetObject", "arn:aws:s3:::wide/*", **fixed))
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", **fixed))
    eve = b.create_user("eve", policies=allow("s3:GetObject"))
    assert answer(get(eve, point.arn)) == (403 if restricted else 200)
    assert answer(get(a.root, point.arn)) == 200
