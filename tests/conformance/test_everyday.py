"""Everyday causes of AccessDenied within an account: W-70 to W-101."""

from __future__ import annotations

import pytest

from .documents import allow, deny, document
from .examples import Examples

examples = Examples()
EVERYTHING = allow("s3:*")
READ = allow("GetObject", "bkt/*")


@pytest.mark.parametrize("example", examples.all)
def test_everyday_causes(example, world):
    example(world)


@examples.add("W-70")
def _(world):
    world.caller("A/dave", allow("GetObject", "bkt")).get_object("k").gives(
        "403 no identity policy allows s3:GetObject"
    )


@examples.add("W-71")
def _(world):
    world.caller("A/dave", allow("ListBucket", "bkt/*")).list_objects_v2().gives(
        "403 no identity policy allows s3:ListBucket"
    )


@examples.add("W-72")
def _(world):
    world.caller("A/dave", allow("ListObjectsV2", "bkt")).list_objects_v2().gives(
        "403 no identity policy allows s3:ListBucket"
    )


@examples.add("W-73")
def _(world):
    world.caller("A/dave", READ).get_object("nokey").gives("403 no identity policy allows s3:ListBucket")


@examples.add("W-74")
def _(world):
    dave = world.caller("A/dave", READ, allow("ListBucket", "bkt"))
    dave.get_object("nokey").gives("404 NoSuchKey: The specified key does not exist.")


@examples.add("W-75")
def _(world):
    world.caller("A/dave", READ).head_object("nokey").gives("403")


@examples.add("W-76")
def _(world):
    dave = world.caller("A/dave", allow("PutObject", "bkt/*"))
    dave.put_object("n", Tagging="a=b").gives("403 no identity policy allows s3:PutObjectTagging")


@examples.add("W-77")
def _(world):
    world.set_ownership("ObjectWriter")
    dave = world.caller("A/dave", allow("PutObject", "bkt/*"))
    dave.put_object("n", ACL="public-read").gives("403 no identity policy allows s3:PutObjectAcl")


def kms_refusal(who, action, key):
    return (
        f"403 AccessDenied: User: {who.arn} is not authorized to perform: {action} on resource: {key} "
        f"because no identity-based policy allows the {action} action"
    )


@examples.add("W-78")
def _(world):
    key = world.create_kms_key()
    by_kms = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    world.encrypt_by_default(ApplyServerSideEncryptionByDefault=by_kms)
    dave = world.caller("A/dave", allow("PutObject", "bkt/*"))
    dave.put_object("n").gives(kms_refusal(dave, "kms:GenerateDataKey", key))


@examples.add("W-79")
def _(world):
    key = world.create_kms_key()
    world.put_object("k", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    dave = world.caller("A/dave", READ)
    dave.get_object("k").gives(kms_refusal(dave, "kms:Decrypt", key))


@examples.add("W-80")
def _(world):
    dave = world.caller("A/dave", allow("s3:*", "bkt/*"), boundary=[allow("ListBucket")])
    dave.get_object("k").gives("403 no permissions boundary allows s3:GetObject")


@examples.add("W-81")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="A/dave"))
    world.caller("A/dave", boundary=[allow("ListBucket")]).get_object("k").gives("200 by bucket policy")


@examples.add("W-82")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="A:role/r"))
    world.caller("A:role/r/s", boundary=[allow("ListBucket")]).get_object("k").gives(
        "403 no permissions boundary allows s3:GetObject"
    )


@examples.add("W-83")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="A:role/r/s"))
    world.caller("A:role/r/s", boundary=[allow("ListBucket")]).get_object("k").gives("200 by bucket policy")


@examples.add("W-84")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="A:role/r/s"))
    world.caller("A:role/r/other", boundary=[allow("ListBucket")]).get_object("k").gives(
        "403 no identity policy allows s3:GetObject"
    )


@examples.add("W-85")
def _(world):
    limited = world.caller("A:role/r/s", EVERYTHING, session=[allow("ListBucket")])
    limited.get_object("k").gives("403 no session policy allows s3:GetObject")


@examples.add("W-86")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    world.caller("A:role/r/s", EVERYTHING, session=[allow("ListBucket")]).get_object("k").gives(
        "200 by bucket policy"
    )


@examples.add("W-87")
def _(world):
    world.put_policy(allow("s3:*", "bkt bkt/*", to="A"))
    world.caller("A/dave").get_object("k").gives("403 no identity policy allows s3:GetObject")


def secret(world):
    world.put_object("secret/x")
    world.put_policy(deny("GetObject", "bkt/secret/*", to="*"))


@examples.add("W-88")
def _(world):
    secret(world)
    world.caller("A/dave", EVERYTHING).get_object("secret/x").gives("403 bucket policy denies s3:GetObject")


@examples.add("W-89")
def _(world):
    secret(world)
    world.caller("A root").get_object("secret/x").gives("403 bucket policy denies s3:GetObject")


@examples.add("W-90")
def _(world):
    world.put_policy(deny("s3:*", "bkt bkt/*", to="*"))
    world.caller("A root").get_bucket_policy_status().gives(
        "403 bucket policy denies s3:GetBucketPolicyStatus"
    )
    world.caller("A root").delete_bucket_policy().gives("204 by owner")


@examples.add("W-91")
def _(world):
    world.put_policy(deny("s3:*", "bkt bkt/*", to="*"))
    world.caller("A/admin", EVERYTHING).delete_bucket_policy().gives(
        "403 bucket policy denies s3:DeleteBucketPolicy"
    )


@examples.add("W-92")
def _(world):
    world.create_organization("A").put_scp(document(deny("DeleteObject")), on=world.account_a)
    world.caller("A/admin", EVERYTHING).delete_object("k").gives(
        "403 service control policy denies s3:DeleteObject"
    )
    world.caller("A root").delete_object("k").gives("403 service control policy denies s3:DeleteObject")


@examples.add("W-93")
def _(world):
    organization = world.create_organization("A")
    unit = organization.ou("members")
    organization.delete_scp("FullAWSAccess", on=unit)
    organization.put_scp(document(allow("ec2:*")), on=unit)
    world.caller("A/admin", EVERYTHING).get_object("k").gives(
        "403 no service control policy allows s3:GetObject"
    )


def deny_outside_callers(world):
    """Put an RCP that denies callers outside A's organization access to A's buckets."""
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}
    world.create_organization("A").put_rcp(document(deny("s3:*", to="*", when=outside)), on=world.account_a)


@examples.add("W-94")
def _(world):
    deny_outside_callers(world)
    world.put_policy(allow("GetObject", "bkt/*", to="B/x"))
    world.caller("B/x", READ).get_object("k").gives("403 Access Denied: resource control policy denies")


@examples.add("W-95")
def _(world):
    deny_outside_callers(world)
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    world.caller("anonymous").get_object("k").gives("403 Access Denied: resource control policy denies")


@examples.add("W-96")
def _(world):
    world.create_group("A/readers", READ, members=["A/dave"])
    world.caller("A/dave").get_object("k").gives("200 by identity policy")


@examples.add("W-97")
def _(world):
    world.create_group("A/readers", READ, members=["A/dave"])
    group = allow("GetObject", "bkt/*", to={"AWS": "arn:aws:iam::111111111111:group/readers"})
    world.caller("A root").put_policy(group).gives("400 MalformedPolicy: Invalid principal in policy")


@examples.add("W-98")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="A/dave"))
    world.caller("A/dave").get_object("k").gives("200 by bucket policy")
    world.delete_user("A/dave")
    world.caller("A/dave").get_object("k").gives("403 no identity policy allows s3:GetObject")


@examples.add("W-99")
def _(world):
    is_dave = {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/dave"}}
    world.put_policy(allow("GetObject", "bkt/*", to="*", when=is_dave))
    world.caller("A/dave").get_object("k").gives("200 by bucket policy")
    world.delete_user("A/dave")
    world.caller("A/dave").get_object("k").gives("200 by bucket policy")


@examples.add("W-100")
def _(world):
    world.caller("A/dave", allow("ListAllMyBuckets", "bkt")).list_buckets().gives(
        "403 no identity policy allows s3:ListAllMyBuckets"
    )


@examples.add("W-101")
def _(world):
    dave = world.caller("A/dave", EVERYTHING)
    world.caller_for(dave.principal.federate("guest")).get_object("k").gives(
        "403 no session policy allows s3:GetObject"
    )
