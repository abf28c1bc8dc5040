"""Callers of other accounts and anonymous callers: W-110 to W-127."""

from __future__ import annotations

import pytest

from .documents import allow
from .examples import Examples

examples = Examples()
READ = allow("GetObject", "bkt/*")
EVERYTHING = allow("s3:*")


@pytest.mark.parametrize("example", examples.all)
def test_cross_account(example, world):
    example(world)


@examples.add("W-110")
def _(world):
    world.caller("B/x", READ).get_object("k").gives("403 Access Denied: no bucket policy allows")


@examples.add("W-111")
def _(world):
    world.create_organization("A", "B")
    world.caller("B/x", READ).get_object("k").gives("403 no bucket policy allows s3:GetObject")


@examples.add("W-112")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="B root"))
    world.caller("B/x", READ).get_object("k").gives("200 by bucket policy")


@examples.add("W-113")
def _(world):
    world.put_object("k", ServerSideEncryption="aws:kms")
    world.put_policy(allow("GetObject", "bkt/*", to="B root"))
    user_x = world.caller("B/x", READ, allow("kms:*"))
    refused = user_x.get_object("k").gives("403")
    assert refused.message == (
        f"User: {user_x.arn} is not authorized to perform: kms:Decrypt on this resource because the resource does not "
        "exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies "
        "access"
    )


def make_public(world):
    world.put_policy(allow("GetObject", "bkt/*", to="*"))


@examples.add("W-114")
def _(world):
    make_public(world)
    world.caller("anonymous").get_object("k").gives("200 by bucket policy")


@examples.add("W-115")
def _(world):
    make_public(world)
    world.caller("B/x").get_object("k").gives("403 Access Denied: no identity policy allows")


@examples.add("W-116")
def _(world):
    make_public(world)
    world.caller("A/dave").get_object("k").gives("200 by bucket policy")


@examples.add("W-117")
def _(world):
    world.put_policy(allow("PutObject", "bkt/*", to="B root"))
    user_x = world.caller("B/x", allow("PutObject GetObject", "bkt/*"))
    user_x.put_object("n").gives("200 by bucket policy")
    user_x.get_object("n").gives("403 Access Denied: no bucket policy allows")


@examples.add("W-118")
def _(world):
    world.set_ownership("ObjectWriter")
    world.put_policy(allow("PutObject", "bkt/*", to="B root"))
    user_x = world.caller("B/x", allow("PutObject GetObject", "bkt/*"))
    user_x.put_object("n").gives("200 by bucket policy")
    user_x.get_object("n").gives("200 by identity policy")


@examples.add("W-119")
def _(world):
    world.put_policy(allow("GetBucketPolicy", "bkt", to="B root"))
    refused = world.caller("B/x", allow("GetBucketPolicy")).get_bucket_policy()
    refused.gives("405 MethodNotAllowed: The specified method is not allowed against this resource.")


@examples.add("W-120")
def _(world):
    world.caller("B/x", allow("GetBucketPolicy")).get_bucket_policy().gives(
        "403 Access Denied: no bucket policy allows"
    )


@examples.add("W-121")
def _(world):
    trail = "arn:aws:cloudtrail:us-east-1:111111111111:trail/t"
    of_trail = {"StringEquals": {"aws:SourceArn": trail}}
    world.put_policy(allow("PutObject", "bkt/*", to="cloudtrail.amazonaws.com", when=of_trail))
    world.service("cloudtrail.amazonaws.com", source_arn=trail).put_object("log").gives(
        "200 by bucket policy"
    )
    world.service("cloudtrail.amazonaws.com", source_arn=f"{trail}2").put_object("log").gives(
        "403 Access Denied: no bucket policy allows"
    )


@examples.add("W-122")
def _(world):
    world.put_bucket_acl(ACL="public-read")
    world.caller("anonymous").list_objects_v2().gives("200 by ACL")
    world.caller("anonymous").get_object("k").gives("403 Access Denied: no bucket policy allows")


@examples.add("W-123")
def _(world):
    world.put_bucket_acl(ACL="authenticated-read")
    world.caller("anonymous").list_objects_v2().gives("403 Access Denied: no bucket policy allows")
    world.caller("C/x", allow("ListBucket", "bkt")).list_objects_v2().gives("200 by ACL")


@examples.add("W-124")
def _(world):
    world.put_bucket_acl(ACL="public-read-write")
    user_x = world.caller("C/x", EVERYTHING)
    user_x.put_object("new").gives("200 by ACL")
    user_x.put_object("k").gives("403 Access Denied: no bucket policy allows")
    user_x.put_object("new").gives("200 by ACL")


@examples.add("W-125")
def _(world):
    world.put_object_acl("k", GrantRead=f"id={world.canonical_id('B')}")
    world.caller("B/x").get_object("k").gives("403 Access Denied: no identity policy allows")
    world.caller("B/x", READ).get_object("k").gives("200 by ACL")


@examples.add("W-126")
def _(world):
    world.put_object_acl("k", GrantFullControl=f"id={world.canonical_id('A')}")
    world.caller("A/dave").get_object("k").gives("403 no identity policy allows s3:GetObject")


@examples.add("W-127")
def _(world):
    world.put_bucket_acl(GrantRead=f"id={world.canonical_id('B')}")
    world.caller("B/x", EVERYTHING).list_objects_v2().gives("200 by ACL")
    world.caller("B/x", EVERYTHING).get_object("nokey").gives("404 NoSuchKey")
