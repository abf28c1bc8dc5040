"""What bucket owners, object owners and other accounts may do where AWS's documentation leaves a question open."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.handles.accounts import Account
from mocks3.handles.mock_aws import MockAWS
from mocks3.storage import PublicAccessBlock
from tests.access.asking import allow, both, deny

BKT, OBJECTS = "arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"
MIB5 = 5 * 1024 * 1024


def refused(call: Any, **params: Any) -> tuple[int, str, str]:
    """Return the status, code and message of the error that a call raises."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    error, metadata = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    return metadata["HTTPStatusCode"], error["Code"], error["Message"]


@pytest.fixture
def shared(aws: MockAWS, b: Account) -> Account:
    """Account A, whose bucket ``bkt`` has ACLs, Object Lock, and an object ``o`` that account B wrote."""
    owner = aws.account("111111111111", name="A")
    root = owner.root.client("s3")
    root.create_bucket(Bucket="bkt", ObjectOwnership="ObjectWriter", ObjectLockEnabledForBucket=True)
    policy = allow("s3:PutObject", OBJECTS, Principal={"AWS": b.id})
    root.put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
    b.root.client("s3").put_object(Bucket="bkt", Key="o", Body=b"of B")
    return owner


def test_oq_4_the_bucket_owner_locks_objects_of_others(shared: Account) -> None:
    """OQ-4: the bucket owner controls the locks of another account's object, but not its attributes."""
    admin = shared.create_user("admin", policies=allow("s3:*")).client("s3")
    admin.put_object_legal_hold(Bucket="bkt", Key="o", LegalHold={"Status": "ON"})
    assert admin.get_object_legal_hold(Bucket="bkt", Key="o")["LegalHold"] == {"Status": "ON"}
    status, code, message = refused(
        admin.get_object_attributes, Bucket="bkt", Key="o", ObjectAttributes=["ETag"]
    )
    assert (status, code) == (403, "AccessDenied")
    assert "because no resource-based policy allows the s3:GetObject" in message


def test_oq_6_restricting_public_buckets_leaves_grants_of_acls(aws: MockAWS, b: Account) -> None:
    """OQ-6: the policy's grant to another account no longer applies, the object ACL's grant does."""
    owner = aws.account("111111111111", name="A")
    owner.create_bucket(
        "bkt",
        ownership="ObjectWriter",
        policy=allow("s3:GetObject", OBJECTS, Principal="*"),
        public_access_block=PublicAccessBlock(False, False, False, restrict_public_buckets=True),
        objects={"k": b"by policy"},
    )
    owner.root.client("s3").put_object(
        Bucket="bkt", Key="granted", Body=b"by ACL", GrantRead=f"id={b.canonical_id}"
    )
    reader = b.create_user("reader", policies=allow("s3:GetObject")).client("s3")
    assert refused(reader.get_object, Bucket="bkt", Key="k") == (403, "AccessDenied", "Access Denied")
    assert reader.get_object(Bucket="bkt", Key="granted")["Body"].read() == b"by ACL"


@pytest.mark.parametrize(
    ("action", "method", "params"),
    [
        (
            "s3:PutBucketVersioning",
            "put_bucket_versioning",
            {"VersioningConfiguration": {"Status": "Enabled"}},
        ),
        ("s3:PutBucketLogging", "put_bucket_logging", {"BucketLoggingStatus": {}}),
        (
            "s3:PutBucketRequestPayment",
            "put_bucket_request_payment",
            {"RequestPaymentConfiguration": {"Payer": "Requester"}},
        ),
    ],
)
def test_oq_19_settings_that_only_an_owner_is_said_to_change_can_be_delegated(
    a: Account, b: Account, action: str, method: str, params: dict[str, Any]
) -> None:
    """OQ-19."""
    other = b.create_user("other", policies=allow("s3:*")).client("s3")
    assert refused(getattr(other, method), Bucket="bkt", **params)[0] == 403
    policy = allow(action, BKT, Principal={"AWS": b.id})
    a.root.client("s3").put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
    assert getattr(other, method)(Bucket="bkt", **params)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_oq_20_root_reads_the_attributes_of_its_users_upload(a: Account) -> None:
    """OQ-20."""
    user = a.create_user("user", policies=allow("s3:*")).client("s3")
    upload = user.create_multipart_upload(Bucket="bkt", Key="parts")["UploadId"]
    part = {"Bucket": "bkt", "Key": "parts", "UploadId": upload}
    etag = user.upload_part(**part, PartNumber=1, Body=b"x")["ETag"]
    user.complete_multipart_upload(**part, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    root = a.root.client("s3")
    found = root.get_object_attributes(Bucket="bkt", Key="parts", ObjectAttributes=["ObjectSize"])
    assert found["ObjectSize"] == 1


def test_oq_28_a_missing_version_is_told_to_callers_who_may_list(a: Account) -> None:
    """OQ-28, X-16: s3:ListBucket makes the 404 visible, s3:ListBucketVersions does not."""
    root = a.root.client("s3")
    root.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    gone = root.put_object(Bucket="bkt", Key="v", Body=b"1")["VersionId"]
    root.delete_object(Bucket="bkt", Key="v", VersionId=gone)
    named = {"Bucket": "bkt", "Key": "v", "VersionId": gone}
    read = allow("s3:GetObjectVersion", OBJECTS)
    blind = a.create_user("blind", policies=read).client("s3")
    assert refused(blind.get_object, **named)[:2] == (403, "AccessDenied")
    versions = a.create_user("versions", policies=both(read, allow("s3:ListBucketVersions", BKT)))
    assert refused(versions.client("s3").get_object, **named)[:2] == (403, "AccessDenied")
    lister = a.create_user("lister", policies=both(read, allow("s3:ListBucket", BKT)))
    assert refused(lister.client("s3").get_object, **named)[:2] == (404, "NoSuchVersion")
    stranger = a.create_user("stranger").client("s3")
    assert refused(stranger.get_object, **named)[:2] == (403, "AccessDenied")


def test_f_92_oq_34_paying_is_no_permission(a: Account, b: Account) -> None:
    """F-92, OQ-34: the missing permission is reported first, and the header does not replace it."""
    a.root.client("s3").put_bucket_request_payment(
        Bucket="bkt", RequestPaymentConfiguration={"Payer": "Requester"}
    )
    grant = json.dumps(allow("s3:GetObject", OBJECTS, Principal={"AWS": b.id}))
    reader = b.create_user("reader")
    client = reader.client("s3")
    paid = {"Bucket": "bkt", "Key": "k", "RequestPayer": "requester"}
    assert refused(client.get_object, **paid)[:2] == (403, "AccessDenied")
    a.root.client("s3").put_bucket_policy(Bucket="bkt", Policy=grant)
    assert refused(client.get_object, **paid)[:2] == (403, "AccessDenied")
    reader.put_policy(allow("s3:GetObject"))
    assert refused(client.get_object, Bucket="bkt", Key="k")[:2] == (403, "AccessDenied")
    assert client.get_object(**paid)["Body"].read() == b"body"


def test_f_73_every_region_says_where_a_bucket_is(aws: MockAWS) -> None:
    """F-73: GetBucketLocation succeeds at another region's endpoint; other calls are redirected."""
    owner = aws.account("111111111111", name="A")
    owner.create_bucket("far", region="eu-west-1")
    asker = owner.create_user("asker", policies=allow(["s3:GetBucketLocation", "s3:ListBucket"]))
    client = asker.client("s3", region_name="us-west-2")
    assert client.get_bucket_location(Bucket="far")["LocationConstraint"] == "eu-west-1"
    silent = owner.create_user("silent").client("s3", region_name="us-west-2")
    assert refused(silent.get_bucket_location, Bucket="far")[:2] == (403, "AccessDenied")


def test_f_82_a_deny_on_bucket_tags_denies_everybody_while_abac_is_off(a: Account) -> None:
    """F-82: the key is missing, so the negated condition is true."""
    root = a.root.client("s3")
    root.put_bucket_tagging(Bucket="bkt", Tagging={"TagSet": [{"Key": "team", "Value": "x"}]})
    strict = both(allow("s3:*"), deny("s3:GetObject", Condition=_other_team()))
    user = a.create_user("user", policies=strict).client("s3")
    status, code, message = refused(user.get_object, Bucket="bkt", Key="k")
    assert (status, code) == (403, "AccessDenied")
    assert "with an explicit deny in an identity-based policy" in message
    root.put_bucket_abac(Bucket="bkt", AbacStatus={"Status": "Enabled"})
    assert user.get_object(Bucket="bkt", Key="k")["Body"].read() == b"body"


def test_b_45_denies_do_not_make_a_policy_private(a: Account) -> None:
    """B-45: a Deny statement, or a condition that never allows, does not make the policy less public."""
    root = a.root.client("s3")
    nobody = both(allow("s3:GetObject", OBJECTS, Principal="*"), deny("s3:GetObject", OBJECTS, Principal="*"))
    root.put_bucket_policy(Bucket="bkt", Policy=json.dumps(nobody))
    assert root.get_bucket_policy_status(Bucket="bkt")["PolicyStatus"] == {"IsPublic": True}
    past = {"DateLessThan": {"aws:CurrentTime": "2000-01-01T00:00:00Z"}}
    never = allow("s3:GetObject", OBJECTS, Principal="*", Condition=past)
    root.put_bucket_policy(Bucket="bkt", Policy=json.dumps(never))
    assert root.get_bucket_policy_status(Bucket="bkt")["PolicyStatus"] == {"IsPublic": True}


def test_oq_35_changes_are_effective_at_once(a: Account) -> None:
    """OQ-35: the next call is decided by the new policy, tags, ACL and settings."""
    user = a.create_user("user", policies=allow("s3:GetObject"))
    client, root = user.client("s3"), a.root.client("s3")
    assert client.get_object(Bucket="bkt", Key="k")["Body"].read() == b"body"
    root.put_bucket_policy(Bucket="bkt", Policy=json.dumps(deny("s3:GetObject", OBJECTS, Principal="*")))
    assert refused(client.get_object, Bucket="bkt", Key="k")[:2] == (403, "AccessDenied")
    root.delete_bucket_policy(Bucket="bkt")
    assert client.get_object(Bucket="bkt", Key="k")["Body"].read() == b"body"


def _other_team() -> dict[str, Any]:
    return {"StringNotEquals": {"aws:ResourceTag/team": "x"}}
