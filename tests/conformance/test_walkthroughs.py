"""The walkthroughs of AWS: W-1 to W-25 (user guide, "Example walkthroughs: managing access")."""

from __future__ import annotations

import pytest

from .documents import allow, deny, document
from .examples import Examples

examples = Examples()


@pytest.mark.parametrize("example", examples.all)
def test_walkthroughs(example, world):
    example(world)


# Example 1: the bucket owner grants permissions to its own users.


def example_1(world):
    world.put_policy(
        allow("GetBucketLocation ListBucket", "bkt", to="A/dave"), allow("GetObject", "bkt/*", to="A/dave")
    )
    return world.caller("A/dave", allow("PutObject", "bkt/*"))


@examples.add("W-1")
def _(world):
    example_1(world).get_bucket_location().gives("200 by bucket policy")


@examples.add("W-2")
def _(world):
    example_1(world).list_objects_v2().gives("200 by bucket policy")


@examples.add("W-3")
def _(world):
    example_1(world).get_object("k").gives("200 by bucket policy")


@examples.add("W-4")
def _(world):
    example_1(world).put_object("new").gives("200 by identity policy")


@examples.add("W-5")
def _(world):
    example_1(world).delete_object("k").gives("403 no identity policy allows s3:DeleteObject")


@examples.add("W-6")
def _(world):
    example_1(world)
    world.caller("A/alice").get_object("k").gives("403 no identity policy allows s3:GetObject")


# Example 2: the bucket owner grants permissions to another account, which delegates them to its users.


def example_2(world, *more):
    world.put_policy(allow("GetBucketLocation ListBucket", "bkt", to="B root"), *more)


@examples.add("W-7")
def _(world):
    example_2(world)
    world.caller("B root").list_objects_v2().gives("200 by bucket policy")


@examples.add("W-8")
def _(world):
    example_2(world)
    world.caller("B/admin", allow("*")).list_objects_v2().gives("200 by bucket policy")


@examples.add("W-9")
def _(world):
    example_2(world)
    world.caller("B/dave", allow("ListBucket", "bkt")).list_objects_v2().gives("200 by bucket policy")


@examples.add("W-10")
def _(world):
    example_2(world)
    world.caller("B/dave", allow("ListBucket", "bkt")).get_bucket_location().gives(
        "403 Access Denied: no identity policy allows"
    )


@examples.add("W-11")
def _(world):
    example_2(world)
    world.caller("B/eve").list_objects_v2().gives("403 Access Denied: no identity policy allows")


@examples.add("W-12")
def _(world):
    example_2(world, deny("ListBucket", "bkt", to="B root"))
    world.caller("B/dave", allow("ListBucket", "bkt")).list_objects_v2().gives(
        "403 Access Denied: bucket policy denies"
    )
    world.caller("B/admin", allow("s3:*")).list_objects_v2().gives("403 Access Denied: bucket policy denies")
    world.caller("B root").list_objects_v2().gives("403 Access Denied: bucket policy denies")


@examples.add("W-13")
def _(world):
    example_2(world, deny("ListBucket", "bkt", to="B root"))
    world.caller("B/admin", allow("s3:*")).get_bucket_location().gives("200 by bucket policy")


@examples.add("W-14")
def _(world):
    world.put_policy(allow("ListBucket", "bkt", to="B/dave"))
    world.caller("B/dave").list_objects_v2().gives("403 Access Denied: no identity policy allows")


# Example 3: the bucket owner does not own the objects.


def example_3(world, *more, handed_over=False):
    """Put ``b.jpg`` as B/admin; with ``handed_over`` its ACL then grants A full control."""
    world.set_ownership("ObjectWriter")
    world.put_policy(
        allow("PutObject", "bkt/*", to="B root"),
        allow("ListBucket", "bkt", to="B root"),
        allow("GetObject", "bkt/*", to="A/dave"),
        *more,
    )
    admin = world.caller("B/admin", allow("s3:*"))
    admin.put_object("b.jpg").gives("200 by bucket policy")
    if handed_over:
        admin.put_object_acl("b.jpg", GrantFullControl=f"id={world.canonical_id('A')}").gives(
            "200 by identity policy"
        )


@examples.add("W-15")
def _(world):
    example_3(world)
    world.caller("A/dave").get_object("b.jpg").gives("403 no bucket policy allows s3:GetObject")


@examples.add("W-16")
def _(world):
    example_3(world, handed_over=True)
    world.caller("A/dave").get_object("b.jpg").gives("200 by ACL")


@examples.add("W-17")
def _(world):
    example_3(world, handed_over=True)
    world.caller("A root").get_object("b.jpg").gives("200 by ACL")


@examples.add("W-18")
def _(world):
    example_3(world)
    world.caller("A root").get_object("b.jpg").gives("403 no bucket policy allows s3:GetObject")


@examples.add("W-19")
def _(world):
    example_3(world)
    world.caller("A root").delete_object("b.jpg").gives("204 by owner")


@examples.add("W-20")
def _(world):
    example_3(world, allow("GetObject", "bkt/*", to="C root"), handed_over=True)
    world.caller("C/x", allow("GetObject", "bkt/*")).get_object("b.jpg").gives(
        "403 Access Denied: no bucket policy allows"
    )


# Example 4: the bucket owner requires full control of objects, and grants access to them through a role.


def example_4(world):
    world.set_ownership("ObjectWriter")
    ca = f"id={world.canonical_id('A')}"
    unless_handed_over = {"StringNotEquals": {"s3:x-amz-grant-full-control": ca}}
    world.put_policy(
        allow("PutObject", "bkt/*", to="B/admin"),
        deny("PutObject", "bkt/*", to="B/admin", when=unless_handed_over),
    )
    return world.caller("B/admin", allow("s3:*"))


def through_the_role(world):
    """Return C/dave in a session of a role of A that can read. B owns ``p``, and its ACL grants A full control."""
    example_4(world).put_object("p", GrantFullControl=f"id={world.canonical_id('A')}").gives("200")
    trust = allow("sts:AssumeRole", to="C root")
    del trust["Resource"]  # a trust policy has no Resource
    role = world.role("A:role/examplerole", allow("GetObject", "bkt/*"), trust=document(trust))
    return world.caller_for(
        role.assume(by=world.caller("C/dave", allow("sts:AssumeRole")).principal, session_name="s1")
    )


@examples.add("W-21")
def _(world):
    example_4(world).put_object("p").gives("403 Access Denied: bucket policy denies")


@examples.add("W-22")
def _(world):
    admin = example_4(world)
    admin.put_object("p", GrantFullControl=f"id={world.canonical_id('A')}").gives("200 by bucket policy")
    acl = admin.get_object_acl("p").gives("200 by identity policy").answer
    assert acl["Owner"]["ID"] == world.canonical_id("B")
    assert [(g["Grantee"]["ID"], g["Permission"]) for g in acl["Grants"]] == [
        (world.canonical_id("A"), "FULL_CONTROL")
    ]


@examples.add("W-23")
def _(world):
    through_the_role(world).get_object("p").gives("200 by ACL")


@examples.add("W-24")
def _(world):
    through_the_role(world).get_object_acl("p").gives("403 no identity policy allows s3:GetObjectAcl")


@examples.add("W-25")
def _(world):
    example_4(world).put_object("p", ACL="bucket-owner-full-control").gives(
        "403 Access Denied: bucket policy denies"
    )
