"""Features of S3 that have further rules: W-200 to W-228."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time

from .documents import ACCOUNTS, allow, deny, document
from .examples import Examples

examples = Examples()
EVERYTHING = allow("s3:*")
READ = allow("GetObject", "bkt/*")
LOCKED = "403 AccessDenied: Access Denied because object protected by object lock."
UNTIL = "2999-01-01T00:00:00Z"


@pytest.mark.parametrize("example", examples.all)
def test_features(example, world):
    example(world)


@examples.add("W-200")
def _(world):
    world.put_object("tmp/a")
    dave = world.caller("A/dave", allow("DeleteObject", "bkt/tmp/*"))
    done = dave.delete_objects(Delete={"Objects": [{"Key": "tmp/a"}, {"Key": "k"}]}).gives("200").answer
    assert [entry["Key"] for entry in done["Deleted"]] == ["tmp/a"]
    assert [(entry["Key"], entry["Code"]) for entry in done["Errors"]] == [("k", "AccessDenied")]


@examples.add("W-201")
def _(world):
    world.put_object("k", Tagging="a=b")
    dave = world.caller("A/dave", allow("GetObject PutObject", "bkt/*"))
    dave.copy_object("n", CopySource="bkt/k").gives(
        "403 no identity policy allows s3:GetObjectTagging on bkt/k"
    )
    dave.copy_object("n", CopySource="bkt/k", TaggingDirective="REPLACE").gives("200")


def vault(world, **lock):
    """Put a locked version into a bucket with Object Lock, and allow A/dave to delete versions."""
    world.owner_client.create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    put = world.owner_client.put_object(
        Bucket="vault", Key="k", Body=b"x", ChecksumAlgorithm="SHA256", **lock
    )
    dave = world.caller("A/dave", allow("DeleteObjectVersion", "vault/*"))
    return dave, {"Bucket": "vault", "Key": "k", "VersionId": put["VersionId"]}


def governed(world):
    return vault(world, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=UNTIL)


BYPASS = allow("BypassGovernanceRetention", "vault/*")


@examples.add("W-202")
def _(world):
    dave, version = governed(world)
    dave.delete_object(**version).gives(LOCKED)
    refused = dave.delete_object(**version, BypassGovernanceRetention=True)
    refused.gives("403 no identity policy allows s3:BypassGovernanceRetention")


@examples.add("W-203")
def _(world):
    dave, version = governed(world)
    world.caller("A/dave", BYPASS)
    dave.delete_object(**version).gives(LOCKED)
    dave.delete_object(**version, BypassGovernanceRetention=True).gives("204 by identity policy")


@examples.add("W-204")
def _(world):
    _dave, version = vault(world, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=UNTIL)
    world.caller("A root").delete_object(**version, BypassGovernanceRetention=True).gives(LOCKED)


@examples.add("W-205")
def _(world):
    dave, version = vault(world, ObjectLockLegalHoldStatus="ON")
    world.caller("A/dave", BYPASS)
    dave.delete_object(**version, BypassGovernanceRetention=True).gives(LOCKED)


@examples.add("W-206")
def _(world):
    dave, _version = governed(world)
    world.caller("A/dave", allow("DeleteObject", "vault/*"))
    assert dave.delete_object("k", Bucket="vault").gives("204 by identity policy").answer["DeleteMarker"]


@examples.add("W-207")
def _(world):
    world.owner_client.put_bucket_request_payment(
        Bucket="bkt", RequestPaymentConfiguration={"Payer": "Requester"}
    )
    world.put_policy(allow("GetObject", "bkt/*", to="B root"))
    user_x = world.caller("B/x", READ)
    user_x.get_object("k").gives("403 Access Denied")
    user_x.get_object("k", RequestPayer="requester").gives("200 by bucket policy")


@examples.add("W-208")
def _(world):
    world.caller("A root").get_object("k", ExpectedBucketOwner=ACCOUNTS["B"]).gives("403 Access Denied")


@examples.add("W-209")
def _(world):
    url = world.caller("A/dave", READ).presigned("k")
    world.remove_policies("A/dave")
    url.fetch().gives("403 no identity policy allows s3:GetObject")


@examples.add("W-210")
def _(world):
    url = world.caller("A/dave", READ).presigned("k", at="2026-01-01T12:00:00Z", expires=60)
    url.fetch(at="2026-01-01T12:01:01Z").gives("403 AccessDenied: Request has expired")


@examples.add("W-211")
def _(world):
    with freeze_time("2026-01-01T12:00:00Z"):
        session = world.caller("A:role/r/s", READ)
    url = session.presigned("k", at="2026-01-01T12:00:00Z", expires=36000)
    url.fetch(at="2026-01-01T14:00:00Z").gives("400 ExpiredToken: The provided token has expired.")


@examples.add("W-212")
def _(world):
    through_points = {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNTS["A"]}}
    world.put_policy(allow("s3:*", "bkt bkt/*", to="*", when=through_points))
    point = world.create_access_point("apt")
    user_x = world.caller("B/x", allow("GetObject"))
    point.put_policy(document(allow("GetObject", f"{point.arn}/object/*", to="B/x")))
    user_x.get_object("k", Bucket=point.arn).gives("200 by access point policy")
    user_x.get_object("k").gives("403 Access Denied: no bucket policy allows")


@examples.add("W-213")
def _(world):
    point = world.create_access_point("apt", vpc="vpc-1")
    world.caller("A/admin", EVERYTHING).get_object("k", Bucket=point.arn).gives("403")


@examples.add("W-214")
def _(world):
    missing = "404 NoSuchBucket: The specified bucket does not exist"
    dave = world.caller("A/dave", EVERYTHING)
    for call in (dave.list_objects_v2, dave.get_bucket_policy, dave.get_bucket_acl, dave.delete_bucket):
        call(Bucket="nowhere").gives(missing)
    dave.get_object("k", Bucket="nowhere").gives(missing)


@examples.add("W-215")
def _(world):
    world.caller("anonymous").list_objects_v2(Bucket="nowhere").gives("404 NoSuchBucket")
    world.caller("anonymous").list_objects_v2().gives("403 Access Denied: no bucket policy allows")


@examples.add("W-216")
def _(world):
    world.enable_versioning()
    marker = world.owner_client.delete_object(Bucket="bkt", Key="k")["VersionId"]
    admin = world.caller("A/admin", EVERYTHING)
    hidden = admin.get_object("k").gives("404 NoSuchKey").answer["ResponseMetadata"]["HTTPHeaders"]
    assert (hidden["x-amz-delete-marker"], hidden["x-amz-version-id"]) == ("true", marker)
    named = admin.get_object("k", VersionId=marker).gives("405 MethodNotAllowed").answer
    assert named["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"


@examples.add("W-217")
def _(world):
    world.caller("A/admin", EVERYTHING).get_bucket_policy().gives(
        "404 NoSuchBucketPolicy: The bucket policy does not exist"
    )
    world.caller("A/dave").get_bucket_policy().gives("403 no identity policy allows s3:GetBucketPolicy")


@examples.add("W-218")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    dave = world.caller("A/dave")
    wrong = {"aws_access_key_id": dave.principal.access_key.id, "aws_secret_access_key": "wrong" * 8}
    dave.with_client(**wrong).get_object("k").gives(
        "403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )


@examples.add("W-219")
def _(world):
    world.account_a.create_bucket("far", region="eu-west-1")
    admin = world.caller("A/admin", EVERYTHING)
    assert admin.first_answer("https://s3.amazonaws.com", "far") == (400, "AuthorizationHeaderMalformed")
    assert admin.first_answer("https://s3.us-east-1.amazonaws.com", "far") == (301, "PermanentRedirect")


@examples.add("W-220")
def _(world):
    endpoint = world.create_vpc_endpoint(allow("s3:*", "bkt2 bkt2/*", to="*"))
    world.caller("A/admin", EVERYTHING).in_context(source_vpce=endpoint).get_object("k").gives(
        "403 no VPC endpoint policy allows s3:GetObject"
    )


@examples.add("W-221")
def _(world):
    endpoint = world.create_vpc_endpoint(allow("PutObject", to="*"))
    dave = world.caller("A/dave", allow("PutObject", "bkt/*"))
    aborted = dave.in_context(source_vpce=endpoint).abort_multipart_upload(
        "big", UploadId=dave.begin_upload("big")
    )
    aborted.gives("403 no VPC endpoint policy allows s3:AbortMultipartUpload")


def by_team(world, on=True):
    """Tag ``bkt`` with team x, and allow callers with the tag of a bucket's team everything there."""
    world.owner_client.put_bucket_tagging(Bucket="bkt", Tagging={"TagSet": [{"Key": "team", "Value": "x"}]})
    if on:
        world.owner_client.put_bucket_abac(Bucket="bkt", AbacStatus={"Status": "Enabled"})
    return allow("s3:*", when={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}})


@examples.add("W-222")
def _(world):
    same_team = by_team(world)
    world.caller("A/dave", same_team, team="x").get_object("k").gives("200 by identity policy")
    world.caller("A/eve", same_team, team="y").get_object("k").gives(
        "403 no identity policy allows s3:GetObject"
    )
    world.owner_client.put_bucket_abac(Bucket="bkt", AbacStatus={"Status": "Disabled"})
    world.caller("A/dave").get_object("k").gives("403 no identity policy allows s3:GetObject")


@examples.add("W-223")
def _(world):
    dave = world.caller("A/dave", by_team(world), team="x")
    dave.put_bucket_tagging(Tagging={"TagSet": []}).gives(
        "400 BadRequest: This S3 general purpose bucket has attribute-based access control (ABAC) enabled. To add tags "
        "to this bucket, initiate a TagResource request. To delete tags from this bucket, initiate an UntagResource "
        "request."
    )


@examples.add("W-224")
def _(world):
    world.encrypt_by_default(BlockedEncryptionTypes={"EncryptionType": ["SSE-C"]})
    admin = world.caller("A/admin", EVERYTHING)
    refused = admin.put_object("n", SSECustomerAlgorithm="AES256", SSECustomerKey=b"k" * 32)
    refused.gives(
        f"403 AccessDenied: User: {admin.arn} is not authorized to perform: s3:PutObject on resource: "
        '"arn:aws:s3:::bkt/n" because this bucket has blocked upload requests that specify Server Side Encryption with '
        "Customer provided keys (SSE-C). Please specify a different server-side encryption type"
    )


@examples.add("W-225")
def _(world):
    name = "zonal--use1-az4--x-s3"
    world.create_directory_bucket(name)
    read_only = {"StringEquals": {"s3express:SessionMode": "ReadOnly"}}
    dave = world.caller("A/dave", allow("s3express:CreateSession", when=read_only))
    dave.create_session(Bucket=name, SessionMode="ReadOnly").gives("200")
    dave.put_object("n", Bucket=name).gives("403 Access Denied")


@examples.add("W-226")
def _(world):
    world.put_object("k", StorageClass="GLACIER")
    refused = world.caller("A/admin", EVERYTHING).get_object("k")
    refused.gives("403 InvalidObjectState: The operation is not valid for the object's storage class")


@examples.add("W-227")
def _(world):
    world.put_policy(deny("DeleteObject", "bkt/*", to="*"))
    admin = world.caller("A/admin", EVERYTHING)
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "k"}, "Expiration": {"Days": 1}}
    admin.put_bucket_lifecycle_configuration(LifecycleConfiguration={"Rules": [rule]}).gives(
        "200 by identity policy"
    )
    admin.delete_object("k").gives("403 bucket policy denies s3:DeleteObject")
    with freeze_time(datetime.now(UTC) + timedelta(days=3)):
        world.caller_for(admin.principal).get_object("k").gives("404 NoSuchKey")


@examples.add("W-228")
def _(world):
    world.owner_client.create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": UNTIL}
    world.owner_client.put_object(Bucket="vault", Key="k", Tagging="a=b", ChecksumAlgorithm="SHA256", **lock)
    seen = (
        world.caller("A/dave", allow("GetObject", "vault/*"))
        .get_object("k", Bucket="vault")
        .gives("200 by identity policy")
        .answer
    )
    assert not {"TagCount", "ObjectLockMode", "ObjectLockRetainUntilDate"} & seen.keys()
    shown = world.caller("A root").get_object("k", Bucket="vault").gives("200 by owner").answer
    assert (shown["TagCount"], shown["ObjectLockMode"]) == (1, "GOVERNANCE")
