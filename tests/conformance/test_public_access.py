"""Block Public Access and Object Ownership: W-130 to W-145."""

from __future__ import annotations

import pytest

from .documents import allow
from .examples import Examples

examples = Examples()
EVERYTHING = allow("s3:*")
ACL_REFUSED = "400 AccessControlListNotSupported: The bucket does not allow ACLs"


@pytest.mark.parametrize("example", examples.all)
def test_public_access_and_ownership(example, world):
    example(world)


def put_public_policy_on_new_bucket(world, when=None):
    """Put a policy for everyone on a bucket that has the default settings."""
    admin = world.caller("A/admin", EVERYTHING)
    if world.aws.store.bucket("new") is None:
        admin.create_bucket(Bucket="new").gives("200 by identity policy")
    return admin.put_policy(allow("GetObject", "new/*", to="*", when=when), bucket="new")


REFUSED = "403 BlockPublicPolicy refuses s3:PutBucketPolicy"


@examples.add("W-130")
def _(world):
    put_public_policy_on_new_bucket(world).gives(REFUSED)


@examples.add("W-131")
def _(world):
    put_public_policy_on_new_bucket(world, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}).gives(
        "204 by identity policy"
    )


@examples.add("W-132")
def _(world):
    any_account = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}
    put_public_policy_on_new_bucket(world, any_account).gives(REFUSED)


@examples.add("W-133")
def _(world):
    put_public_policy_on_new_bucket(world, {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}).gives(REFUSED)
    put_public_policy_on_new_bucket(world, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}).gives(
        "204 by identity policy"
    )


@examples.add("W-134")
def _(world):
    put_public_policy_on_new_bucket(world, {"Bool": {"aws:SecureTransport": "true"}}).gives(REFUSED)


@examples.add("W-135")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="*"), allow("GetObject", "bkt/*", to="B/x"))
    world.block_public_access(RestrictPublicBuckets=True)
    world.caller("anonymous").get_object("k").gives("403 Access Denied: bucket policy denies")
    world.caller("A/dave").get_object("k").gives("200 by bucket policy")
    world.caller("B/x", allow("GetObject", "bkt/*")).get_object("k").gives(
        "403 Access Denied: bucket policy denies"
    )


@examples.add("W-136")
def _(world):
    world.put_object_acl("k", ACL="public-read")
    world.caller("anonymous").get_object("k").gives("200 by ACL")
    world.block_public_access(IgnorePublicAcls=True)
    world.caller("anonymous").get_object("k").gives("403 Access Denied: no bucket policy allows")


@examples.add("W-137")
def _(world):
    world.set_ownership("ObjectWriter")
    world.block_public_access(BlockPublicAcls=True)
    world.caller("A/admin", EVERYTHING).put_object("n", ACL="public-read").gives(
        "403 BlockPublicAcls refuses s3:PutObject"
    )


@examples.add("W-138")
def _(world):
    world.set_ownership("ObjectWriter")
    world.block_public_access(BlockPublicAcls=True)
    everybody = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
    policy = {
        "Owner": {"ID": world.canonical_id("A")},
        "Grants": [{"Grantee": everybody, "Permission": "READ"}],
    }
    put = world.caller("A/admin", EVERYTHING).put_object_acl("k", AccessControlPolicy=policy)
    put.gives("403 BlockPublicAcls refuses s3:PutObjectAcl")


@examples.add("W-139")
def _(world):
    world.caller("A/admin", EVERYTHING).put_object_acl("k", ACL="private").gives(ACL_REFUSED)


@examples.add("W-140")
def _(world):
    world.caller("A/dave").put_object_acl("k", ACL="private").gives(
        "403 no identity policy allows s3:PutObjectAcl"
    )


@examples.add("W-141")
def _(world):
    admin = world.caller("A/admin", EVERYTHING)
    admin.put_object("n", ACL="bucket-owner-full-control").gives("200 by identity policy")
    admin.put_object("n", ACL="private").gives("200 by identity policy")
    admin.put_object("n", ACL="public-read").gives(ACL_REFUSED)


@examples.add("W-142")
def _(world):
    made = world.caller("A/admin", EVERYTHING).create_bucket(Bucket="new", ACL="public-read")
    made.gives(
        "400 InvalidBucketAclWithObjectOwnership: "
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    )


@examples.add("W-143")
def _(world):
    admin = world.caller("A/admin", EVERYTHING)
    made = admin.create_bucket(Bucket="new", ACL="public-read", ObjectOwnership="ObjectWriter")
    made.gives(
        "400 InvalidBucketAclWithBlockPublicAccessError: "
        "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
    )


@examples.add("W-144")
def _(world):
    world.put_bucket_acl(GrantRead=f"id={world.canonical_id('B')}")
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    put = world.caller("A/admin", EVERYTHING).put_bucket_ownership_controls(OwnershipControls=enforced)
    put.gives(
        "400 InvalidBucketAclWithObjectOwnership: "
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    )


@examples.add("W-145")
def _(world):
    world.set_ownership("BucketOwnerPreferred")
    world.put_policy(allow("PutObject", "bkt/*", to="B/x"))  # enough for the ACL header too
    user_x = world.caller("B/x", EVERYTHING)
    user_x.put_object("handed", ACL="bucket-owner-full-control").gives("200 by bucket policy")
    user_x.put_object("kept").gives("200 by bucket policy")
    assert world.caller("A root").get_object_acl("handed").gives("200").answer["Owner"][
        "ID"
    ] == world.canonical_id("A")
    assert user_x.get_object_acl("kept").gives("200").answer["Owner"]["ID"] == world.canonical_id("B")
