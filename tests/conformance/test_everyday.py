"""Everyday causes of AccessDenied within an account: W-70 to W-101."""

from __future__ import annotations

import pytest

from .book import Book
from .documents import allow, deny, document

row = Book()
EVERYTHING = allow("s3:*")
READ = allow("GetObject", "bkt/*")


@pytest.mark.parametrize("example", row.rows)
def test_everyday_causes(example, w):
    example(w)


@row("W-70")
def _(w):
    w("A/dave", allow("GetObject", "bkt")).get_object("k").gives("403 [noID s3:GetObject]")


@row("W-71")
def _(w):
    w("A/dave", allow("ListBucket", "bkt/*")).list_objects_v2().gives("403 [noID s3:ListBucket]")


@row("W-72")
def _(w):
    w("A/dave", allow("ListObjectsV2", "bkt")).list_objects_v2().gives("403 [noID s3:ListBucket]")


@row("W-73")
def _(w):
    w("A/dave", READ).get_object("nokey").gives("403 [noID s3:ListBucket]")


@row("W-74")
def _(w):
    dave = w("A/dave", READ, allow("ListBucket", "bkt"))
    dave.get_object("nokey").gives("404 NoSuchKey: The specified key does not exist.")


@row("W-75")
def _(w):
    w("A/dave", READ).head_object("nokey").gives("403")


@row("W-76")
def _(w):
    dave = w("A/dave", allow("PutObject", "bkt/*"))
    dave.put_object("n", Tagging="a=b").gives("403 [noID s3:PutObjectTagging]")


@row("W-77")
def _(w):
    w.ownership("ObjectWriter")
    dave = w("A/dave", allow("PutObject", "bkt/*"))
    dave.put_object("n", ACL="public-read").gives("403 [noID s3:PutObjectAcl]")


def kms_refusal(who, action, key):
    return (
        f"403 AccessDenied: User: {who.arn} is not authorized to perform: {action} on resource: {key} "
        f"because no identity-based policy allows the {action} action"
    )


@row("W-78")
def _(w):
    key = w.kms_key()
    by_kms = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    w.encrypt_by_default(ApplyServerSideEncryptionByDefault=by_kms)
    dave = w("A/dave", allow("PutObject", "bkt/*"))
    dave.put_object("n").gives(kms_refusal(dave, "kms:GenerateDataKey", key))


@row("W-79")
def _(w):
    key = w.kms_key()
    w.put("k", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    dave = w("A/dave", READ)
    dave.get_object("k").gives(kms_refusal(dave, "kms:Decrypt", key))


@row("W-80")
def _(w):
    dave = w("A/dave", allow("s3:*", "bkt/*"), boundary=[allow("ListBucket")])
    dave.get_object("k").gives("403 [noPB s3:GetObject]")


@row("W-81")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="A/dave"))
    w("A/dave", boundary=[allow("ListBucket")]).get_object("k").gives("200 [RP]")


@row("W-82")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="A:role/r"))
    w("A:role/r/s", boundary=[allow("ListBucket")]).get_object("k").gives("403 [noPB s3:GetObject]")


@row("W-83")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="A:role/r/s"))
    w("A:role/r/s", boundary=[allow("ListBucket")]).get_object("k").gives("200 [RP]")


@row("W-84")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="A:role/r/s"))
    w("A:role/r/other", boundary=[allow("ListBucket")]).get_object("k").gives("403 [noID s3:GetObject]")


@row("W-85")
def _(w):
    limited = w("A:role/r/s", EVERYTHING, session=[allow("ListBucket")])
    limited.get_object("k").gives("403 [noSP s3:GetObject]")


@row("W-86")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="*"))
    w("A:role/r/s", EVERYTHING, session=[allow("ListBucket")]).get_object("k").gives("200 [RP]")


@row("W-87")
def _(w):
    w.policy(allow("s3:*", "bkt bkt/*", to="A"))
    w("A/dave").get_object("k").gives("403 [noID s3:GetObject]")


def secret(w):
    w.put("secret/x")
    w.policy(deny("GetObject", "bkt/secret/*", to="*"))


@row("W-88")
def _(w):
    secret(w)
    w("A/dave", EVERYTHING).get_object("secret/x").gives("403 [xRP s3:GetObject]")


@row("W-89")
def _(w):
    secret(w)
    w("A root").get_object("secret/x").gives("403 [xRP s3:GetObject]")


@row("W-90")
def _(w):
    w.policy(deny("s3:*", "bkt bkt/*", to="*"))
    w("A root").get_bucket_policy_status().gives("403 [xRP s3:GetBucketPolicyStatus]")
    w("A root").delete_bucket_policy().gives("204 [owner]")


@row("W-91")
def _(w):
    w.policy(deny("s3:*", "bkt bkt/*", to="*"))
    w("A/admin", EVERYTHING).delete_bucket_policy().gives("403 [xRP s3:DeleteBucketPolicy]")


@row("W-92")
def _(w):
    w.organization("A").put_scp(document(deny("DeleteObject")), on=w.a)
    w("A/admin", EVERYTHING).delete_object("k").gives("403 [xSCP s3:DeleteObject]")
    w("A root").delete_object("k").gives("403 [xSCP s3:DeleteObject]")


@row("W-93")
def _(w):
    organization = w.organization("A")
    unit = organization.ou("members")
    organization.delete_scp("FullAWSAccess", on=unit)
    organization.put_scp(document(allow("ec2:*")), on=unit)
    w("A/admin", EVERYTHING).get_object("k").gives("403 [noSCP s3:GetObject]")


def outsiders_refused(w):
    """A's organization keeps everybody out of A's buckets who is not of it."""
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}
    w.organization("A").put_rcp(document(deny("s3:*", to="*", when=outside)), on=w.a)


@row("W-94")
def _(w):
    outsiders_refused(w)
    w.policy(allow("GetObject", "bkt/*", to="B/x"))
    w("B/x", READ).get_object("k").gives("403 [plain: xRCP]")


@row("W-95")
def _(w):
    outsiders_refused(w)
    w.policy(allow("GetObject", "bkt/*", to="*"))
    w("anonymous").get_object("k").gives("403 [plain: xRCP]")


@row("W-96")
def _(w):
    w.group("A/readers", READ, members=["A/dave"])
    w("A/dave").get_object("k").gives("200 [ID]")


@row("W-97")
def _(w):
    w.group("A/readers", READ, members=["A/dave"])
    group = allow("GetObject", "bkt/*", to={"AWS": "arn:aws:iam::111111111111:group/readers"})
    w("A root").puts_policy(group).gives("400 MalformedPolicy: Invalid principal in policy")


@row("W-98")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="A/dave"))
    w("A/dave").get_object("k").gives("200 [RP]")
    w.delete("A/dave")
    w("A/dave").get_object("k").gives("403 [noID s3:GetObject]")


@row("W-99")
def _(w):
    is_dave = {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/dave"}}
    w.policy(allow("GetObject", "bkt/*", to="*", when=is_dave))
    w("A/dave").get_object("k").gives("200 [RP]")
    w.delete("A/dave")
    w("A/dave").get_object("k").gives("200 [RP]")


@row("W-100")
def _(w):
    w("A/dave", allow("ListAllMyBuckets", "bkt")).list_buckets().gives("403 [noID s3:ListAllMyBuckets]")


@row("W-101")
def _(w):
    dave = w("A/dave", EVERYTHING)
    w.acting(dave.principal.federate("guest")).get_object("k").gives("403 [noSP s3:GetObject]")
