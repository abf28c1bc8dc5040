"""Features with rules of their own: W-200 to W-228."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time

from .book import Book
from .documents import ACCOUNTS, allow, deny, document

row = Book()
EVERYTHING = allow("s3:*")
READ = allow("GetObject", "bkt/*")
LOCKED = "403 AccessDenied: Access Denied because object protected by object lock."
UNTIL = "2999-01-01T00:00:00Z"


@pytest.mark.parametrize("example", row.rows)
def test_features(example, w):
    example(w)


@row("W-200")
def _(w):
    w.put("tmp/a")
    dave = w("A/dave", allow("DeleteObject", "bkt/tmp/*"))
    done = dave.delete_objects(Delete={"Objects": [{"Key": "tmp/a"}, {"Key": "k"}]}).gives("200").answer
    assert [entry["Key"] for entry in done["Deleted"]] == ["tmp/a"]
    assert [(entry["Key"], entry["Code"]) for entry in done["Errors"]] == [("k", "AccessDenied")]


@row("W-201")
def _(w):
    w.put("k", Tagging="a=b")
    dave = w("A/dave", allow("GetObject PutObject", "bkt/*"))
    dave.copy_object("n", CopySource="bkt/k").gives("403 [noID s3:GetObjectTagging on bkt/k]")
    dave.copy_object("n", CopySource="bkt/k", TaggingDirective="REPLACE").gives("200")


def vault(w, **lock):
    """A locked version, in a bucket with Object Lock; A/dave may delete versions."""
    w.owner.create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    put = w.owner.put_object(Bucket="vault", Key="k", Body=b"x", ChecksumAlgorithm="SHA256", **lock)
    dave = w("A/dave", allow("DeleteObjectVersion", "vault/*"))
    return dave, {"Bucket": "vault", "Key": "k", "VersionId": put["VersionId"]}


def governed(w):
    return vault(w, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=UNTIL)


BYPASS = allow("BypassGovernanceRetention", "vault/*")


@row("W-202")
def _(w):
    dave, version = governed(w)
    dave.delete_object(**version).gives(LOCKED)
    refused = dave.delete_object(**version, BypassGovernanceRetention=True)
    refused.gives("403 [noID s3:BypassGovernanceRetention]")


@row("W-203")
def _(w):
    dave, version = governed(w)
    w("A/dave", BYPASS)
    dave.delete_object(**version).gives(LOCKED)
    dave.delete_object(**version, BypassGovernanceRetention=True).gives("204 [ID]")


@row("W-204")
def _(w):
    _dave, version = vault(w, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=UNTIL)
    w("A root").delete_object(**version, BypassGovernanceRetention=True).gives(LOCKED)


@row("W-205")
def _(w):
    dave, version = vault(w, ObjectLockLegalHoldStatus="ON")
    w("A/dave", BYPASS)
    dave.delete_object(**version, BypassGovernanceRetention=True).gives(LOCKED)


@row("W-206")
def _(w):
    dave, _version = governed(w)
    w("A/dave", allow("DeleteObject", "vault/*"))
    assert dave.delete_object("k", Bucket="vault").gives("204 [ID]").answer["DeleteMarker"]


@row("W-207")
def _(w):
    w.owner.put_bucket_request_payment(Bucket="bkt", RequestPaymentConfiguration={"Payer": "Requester"})
    w.policy(allow("GetObject", "bkt/*", to="B root"))
    x = w("B/x", READ)
    x.get_object("k").gives("403 [plain]")
    x.get_object("k", RequestPayer="requester").gives("200 [RP]")


@row("W-208")
def _(w):
    w("A root").get_object("k", ExpectedBucketOwner=ACCOUNTS["B"]).gives("403 [plain]")


@row("W-209")
def _(w):
    url = w("A/dave", READ).presigned("k")
    w.strip("A/dave")
    url.used().gives("403 [noID s3:GetObject]")


@row("W-210")
def _(w):
    url = w("A/dave", READ).presigned("k", at="2026-01-01T12:00:00Z", expires=60)
    url.used(at="2026-01-01T12:01:01Z").gives("403 AccessDenied: Request has expired")


@row("W-211")
def _(w):
    with freeze_time("2026-01-01T12:00:00Z"):
        session = w("A:role/r/s", READ)
    url = session.presigned("k", at="2026-01-01T12:00:00Z", expires=36000)
    url.used(at="2026-01-01T14:00:00Z").gives("400 ExpiredToken: The provided token has expired.")


@row("W-212")
def _(w):
    through_points = {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNTS["A"]}}
    w.policy(allow("s3:*", "bkt bkt/*", to="*", when=through_points))
    point = w.access_point("apt")
    x = w("B/x", allow("GetObject"))
    point.put_policy(document(allow("GetObject", f"{point.arn}/object/*", to="B/x")))
    x.get_object("k", Bucket=point.arn).gives("200 [AP]")
    x.get_object("k").gives("403 [plain: noRP]")


@row("W-213")
def _(w):
    point = w.access_point("apt", vpc="vpc-1")
    w("A/admin", EVERYTHING).get_object("k", Bucket=point.arn).gives("403")


@row("W-214")
def _(w):
    missing = "404 NoSuchBucket: The specified bucket does not exist"
    dave = w("A/dave", EVERYTHING)
    for call in (dave.list_objects_v2, dave.get_bucket_policy, dave.get_bucket_acl, dave.delete_bucket):
        call(Bucket="nowhere").gives(missing)
    dave.get_object("k", Bucket="nowhere").gives(missing)


@row("W-215")
def _(w):
    w("anonymous").list_objects_v2(Bucket="nowhere").gives("404 NoSuchBucket")
    w("anonymous").list_objects_v2().gives("403 [plain: noRP]")


@row("W-216")
def _(w):
    w.versioning()
    marker = w.owner.delete_object(Bucket="bkt", Key="k")["VersionId"]
    admin = w("A/admin", EVERYTHING)
    hidden = admin.get_object("k").gives("404 NoSuchKey").answer["ResponseMetadata"]["HTTPHeaders"]
    assert (hidden["x-amz-delete-marker"], hidden["x-amz-version-id"]) == ("true", marker)
    named = admin.get_object("k", VersionId=marker).gives("405 MethodNotAllowed").answer
    assert named["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"


@row("W-217")
def _(w):
    w("A/admin", EVERYTHING).get_bucket_policy().gives(
        "404 NoSuchBucketPolicy: The bucket policy does not exist"
    )
    w("A/dave").get_bucket_policy().gives("403 [noID s3:GetBucketPolicy]")


@row("W-218")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="*"))
    dave = w("A/dave")
    wrong = {"aws_access_key_id": dave.principal.access_key.id, "aws_secret_access_key": "wrong" * 8}
    dave.by(**wrong).get_object("k").gives(
        "403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )


@row("W-219")
def _(w):
    w.a.create_bucket("far", region="eu-west-1")
    admin = w("A/admin", EVERYTHING)
    assert admin.told("https://s3.amazonaws.com", "far") == (400, "AuthorizationHeaderMalformed")
    assert admin.told("https://s3.us-east-1.amazonaws.com", "far") == (301, "PermanentRedirect")


@row("W-220")
def _(w):
    endpoint = w.vpc_endpoint(allow("s3:*", "bkt2 bkt2/*", to="*"))
    w("A/admin", EVERYTHING).via(source_vpce=endpoint).get_object("k").gives("403 [noVPCE s3:GetObject]")


@row("W-221")
def _(w):
    endpoint = w.vpc_endpoint(allow("PutObject", to="*"))
    dave = w("A/dave", allow("PutObject", "bkt/*"))
    aborted = dave.via(source_vpce=endpoint).abort_multipart_upload("big", UploadId=dave.starts("big"))
    aborted.gives("403 [noVPCE s3:AbortMultipartUpload]")


def by_team(w, on=True):
    """``bkt`` is team x's, and whoever is tagged with a bucket's team may do all there."""
    w.owner.put_bucket_tagging(Bucket="bkt", Tagging={"TagSet": [{"Key": "team", "Value": "x"}]})
    if on:
        w.owner.put_bucket_abac(Bucket="bkt", AbacStatus={"Status": "Enabled"})
    return allow("s3:*", when={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}})


@row("W-222")
def _(w):
    same_team = by_team(w)
    w("A/dave", same_team, team="x").get_object("k").gives("200 [ID]")
    w("A/eve", same_team, team="y").get_object("k").gives("403 [noID s3:GetObject]")
    w.owner.put_bucket_abac(Bucket="bkt", AbacStatus={"Status": "Disabled"})
    w("A/dave").get_object("k").gives("403 [noID s3:GetObject]")


@row("W-223")
def _(w):
    dave = w("A/dave", by_team(w), team="x")
    dave.put_bucket_tagging(Tagging={"TagSet": []}).gives(
        "400 BadRequest: This S3 general purpose bucket has attribute-based access control (ABAC) enabled. To add tags "
        "to this bucket, initiate a TagResource request. To delete tags from this bucket, initiate an UntagResource "
        "request."
    )


@row("W-224")
def _(w):
    w.encrypt_by_default(BlockedEncryptionTypes={"EncryptionType": ["SSE-C"]})
    admin = w("A/admin", EVERYTHING)
    refused = admin.put_object("n", SSECustomerAlgorithm="AES256", SSECustomerKey=b"k" * 32)
    refused.gives(
        f"403 AccessDenied: User: {admin.arn} is not authorized to perform: s3:PutObject on resource: "
        '"arn:aws:s3:::bkt/n" because this bucket has blocked upload requests that specify Server Side Encryption with '
        "Customer provided keys (SSE-C). Please specify a different server-side encryption type"
    )


@row("W-225")
def _(w):
    name = "zonal--use1-az4--x-s3"
    w.directory_bucket(name)
    read_only = {"StringEquals": {"s3express:SessionMode": "ReadOnly"}}
    dave = w("A/dave", allow("s3express:CreateSession", when=read_only))
    dave.create_session(Bucket=name, SessionMode="ReadOnly").gives("200")
    dave.put_object("n", Bucket=name).gives("403 [plain]")


@row("W-226")
def _(w):
    w.put("k", StorageClass="GLACIER")
    refused = w("A/admin", EVERYTHING).get_object("k")
    refused.gives("403 InvalidObjectState: The operation is not valid for the object's storage class")


@row("W-227")
def _(w):
    w.policy(deny("DeleteObject", "bkt/*", to="*"))
    admin = w("A/admin", EVERYTHING)
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "k"}, "Expiration": {"Days": 1}}
    admin.put_bucket_lifecycle_configuration(LifecycleConfiguration={"Rules": [rule]}).gives("200 [ID]")
    admin.delete_object("k").gives("403 [xRP s3:DeleteObject]")
    with freeze_time(datetime.now(UTC) + timedelta(days=3)):
        w.acting(admin.principal).get_object("k").gives("404 NoSuchKey")


@row("W-228")
def _(w):
    w.owner.create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": UNTIL}
    w.owner.put_object(Bucket="vault", Key="k", Tagging="a=b", ChecksumAlgorithm="SHA256", **lock)
    seen = w("A/dave", allow("GetObject", "vault/*")).get_object("k", Bucket="vault").gives("200 [ID]").answer
    assert not {"TagCount", "ObjectLockMode", "ObjectLockRetainUntilDate"} & seen.keys()
    shown = w("A root").get_object("k", Bucket="vault").gives("200 [owner]").answer
    assert (shown["TagCount"], shown["ObjectLockMode"]) == (1, "GOVERNANCE")
