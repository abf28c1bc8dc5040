"""Other accounts and the public: W-110 to W-127."""

from __future__ import annotations

import pytest

from .book import Book
from .documents import allow

row = Book()
READ = allow("GetObject", "bkt/*")
EVERYTHING = allow("s3:*")


@pytest.mark.parametrize("example", row.rows)
def test_cross_account(example, w):
    example(w)


@row("W-110")
def _(w):
    w("B/x", READ).get_object("k").gives("403 [plain: noRP]")


@row("W-111")
def _(w):
    w.organization("A", "B")
    w("B/x", READ).get_object("k").gives("403 [noRP s3:GetObject]")


@row("W-112")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="B root"))
    w("B/x", READ).get_object("k").gives("200 [RP]")


@row("W-113")
def _(w):
    w.put("k", ServerSideEncryption="aws:kms")
    w.policy(allow("GetObject", "bkt/*", to="B root"))
    x = w("B/x", READ, allow("kms:*"))
    refused = x.get_object("k").gives("403")
    assert refused.message == (
        f"User: {x.arn} is not authorized to perform: kms:Decrypt on this resource because the resource does not exist "
        "in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
    )


def public(w):
    w.policy(allow("GetObject", "bkt/*", to="*"))


@row("W-114")
def _(w):
    public(w)
    w("anonymous").get_object("k").gives("200 [RP]")


@row("W-115")
def _(w):
    public(w)
    w("B/x").get_object("k").gives("403 [plain: noID]")


@row("W-116")
def _(w):
    public(w)
    w("A/dave").get_object("k").gives("200 [RP]")


@row("W-117")
def _(w):
    w.policy(allow("PutObject", "bkt/*", to="B root"))
    x = w("B/x", allow("PutObject GetObject", "bkt/*"))
    x.put_object("n").gives("200 [RP]")
    x.get_object("n").gives("403 [plain: noRP]")


@row("W-118")
def _(w):
    w.ownership("ObjectWriter")
    w.policy(allow("PutObject", "bkt/*", to="B root"))
    x = w("B/x", allow("PutObject GetObject", "bkt/*"))
    x.put_object("n").gives("200 [RP]")
    x.get_object("n").gives("200 [ID]")


@row("W-119")
def _(w):
    w.policy(allow("GetBucketPolicy", "bkt", to="B root"))
    refused = w("B/x", allow("GetBucketPolicy")).get_bucket_policy()
    refused.gives("405 MethodNotAllowed: The specified method is not allowed against this resource.")


@row("W-120")
def _(w):
    w("B/x", allow("GetBucketPolicy")).get_bucket_policy().gives("403 [plain: noRP]")


@row("W-121")
def _(w):
    trail = "arn:aws:cloudtrail:us-east-1:111111111111:trail/t"
    of_trail = {"StringEquals": {"aws:SourceArn": trail}}
    w.policy(allow("PutObject", "bkt/*", to="cloudtrail.amazonaws.com", when=of_trail))
    w.service("cloudtrail.amazonaws.com", source_arn=trail).put_object("log").gives("200 [RP]")
    w.service("cloudtrail.amazonaws.com", source_arn=f"{trail}2").put_object("log").gives("403 [plain: noRP]")


@row("W-122")
def _(w):
    w.bucket_acl(ACL="public-read")
    w("anonymous").list_objects_v2().gives("200 [ACL]")
    w("anonymous").get_object("k").gives("403 [plain: noRP]")


@row("W-123")
def _(w):
    w.bucket_acl(ACL="authenticated-read")
    w("anonymous").list_objects_v2().gives("403 [plain: noRP]")
    w("C/x", allow("ListBucket", "bkt")).list_objects_v2().gives("200 [ACL]")


@row("W-124")
def _(w):
    w.bucket_acl(ACL="public-read-write")
    x = w("C/x", EVERYTHING)
    x.put_object("new").gives("200 [ACL]")
    x.put_object("k").gives("403 [plain: noRP]")
    x.put_object("new").gives("200 [ACL]")


@row("W-125")
def _(w):
    w.object_acl("k", GrantRead=f"id={w.canonical('B')}")
    w("B/x").get_object("k").gives("403 [plain: noID]")
    w("B/x", READ).get_object("k").gives("200 [ACL]")


@row("W-126")
def _(w):
    w.object_acl("k", GrantFullControl=f"id={w.canonical('A')}")
    w("A/dave").get_object("k").gives("403 [noID s3:GetObject]")


@row("W-127")
def _(w):
    w.bucket_acl(GrantRead=f"id={w.canonical('B')}")
    w("B/x", EVERYTHING).list_objects_v2().gives("200 [ACL]")
    w("B/x", EVERYTHING).get_object("nokey").gives("403 [plain: noRP]")
