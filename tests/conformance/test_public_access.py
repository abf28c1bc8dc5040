"""Block Public Access and Object Ownership: W-130 to W-145."""

from __future__ import annotations

import pytest

from .book import Book
from .documents import allow

row = Book()
EVERYTHING = allow("s3:*")
ACL_REFUSED = "400 AccessControlListNotSupported: The bucket does not allow ACLs"


@pytest.mark.parametrize("example", row.rows)
def test_public_access_and_ownership(example, w):
    example(w)


def puts_on_new_bucket(w, when=None):
    """What comes of a policy for everybody on a bucket with the settings of new buckets."""
    admin = w("A/admin", EVERYTHING)
    if w.aws.store.bucket("new") is None:
        admin.create_bucket(Bucket="new").gives("200 [ID]")
    return admin.puts_policy(allow("GetObject", "new/*", to="*", when=when), bucket="new")


REFUSED = "403 [publicPolicy s3:PutBucketPolicy]"


@row("W-130")
def _(w):
    puts_on_new_bucket(w).gives(REFUSED)


@row("W-131")
def _(w):
    puts_on_new_bucket(w, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}).gives("204 [ID]")


@row("W-132")
def _(w):
    any_account = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}
    puts_on_new_bucket(w, any_account).gives(REFUSED)


@row("W-133")
def _(w):
    puts_on_new_bucket(w, {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}).gives(REFUSED)
    puts_on_new_bucket(w, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}).gives("204 [ID]")


@row("W-134")
def _(w):
    puts_on_new_bucket(w, {"Bool": {"aws:SecureTransport": "true"}}).gives(REFUSED)


@row("W-135")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="*"), allow("GetObject", "bkt/*", to="B/x"))
    w.block(RestrictPublicBuckets=True)
    w("anonymous").get_object("k").gives("403 [plain: xRP]")
    w("A/dave").get_object("k").gives("200 [RP]")
    w("B/x", allow("GetObject", "bkt/*")).get_object("k").gives("403 [plain: xRP]")


@row("W-136")
def _(w):
    w.object_acl("k", ACL="public-read")
    w("anonymous").get_object("k").gives("200 [ACL]")
    w.block(IgnorePublicAcls=True)
    w("anonymous").get_object("k").gives("403 [plain: noRP]")


@row("W-137")
def _(w):
    w.ownership("ObjectWriter")
    w.block(BlockPublicAcls=True)
    w("A/admin", EVERYTHING).put_object("n", ACL="public-read").gives("403 [publicACL s3:PutObject]")


@row("W-138")
def _(w):
    w.ownership("ObjectWriter")
    w.block(BlockPublicAcls=True)
    everybody = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
    policy = {
        "Owner": {"ID": w.canonical("A")},
        "Grants": [{"Grantee": everybody, "Permission": "READ"}],
    }
    put = w("A/admin", EVERYTHING).put_object_acl("k", AccessControlPolicy=policy)
    put.gives("403 [publicACL s3:PutObjectAcl]")


@row("W-139")
def _(w):
    w("A/admin", EVERYTHING).put_object_acl("k", ACL="private").gives(ACL_REFUSED)


@row("W-140")
def _(w):
    w("A/dave").put_object_acl("k", ACL="private").gives("403 [noID s3:PutObjectAcl]")


@row("W-141")
def _(w):
    admin = w("A/admin", EVERYTHING)
    admin.put_object("n", ACL="bucket-owner-full-control").gives("200 [ID]")
    admin.put_object("n", ACL="private").gives("200 [ID]")
    admin.put_object("n", ACL="public-read").gives(ACL_REFUSED)


@row("W-142")
def _(w):
    made = w("A/admin", EVERYTHING).create_bucket(Bucket="new", ACL="public-read")
    made.gives(
        "400 InvalidBucketAclWithObjectOwnership: "
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    )


@row("W-143")
def _(w):
    admin = w("A/admin", EVERYTHING)
    made = admin.create_bucket(Bucket="new", ACL="public-read", ObjectOwnership="ObjectWriter")
    made.gives(
        "400 InvalidBucketAclWithBlockPublicAccessError: "
        "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
    )


@row("W-144")
def _(w):
    w.bucket_acl(GrantRead=f"id={w.canonical('B')}")
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    put = w("A/admin", EVERYTHING).put_bucket_ownership_controls(OwnershipControls=enforced)
    put.gives(
        "400 InvalidBucketAclWithObjectOwnership: "
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    )


@row("W-145")
def _(w):
    w.ownership("BucketOwnerPreferred")
    # What will be the bucket owner's is his to give an ACL, so his policy must let B do that too.
    w.policy(allow("PutObject PutObjectAcl", "bkt/*", to="B/x"))
    x = w("B/x", EVERYTHING)
    x.put_object("handed", ACL="bucket-owner-full-control").gives("200 [RP]")
    x.put_object("kept").gives("200 [RP]")
    assert w("A root").get_object_acl("handed").gives("200").answer["Owner"]["ID"] == w.canonical("A")
    assert x.get_object_acl("kept").gives("200").answer["Owner"]["ID"] == w.canonical("B")
