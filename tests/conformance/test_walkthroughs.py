"""The classic walkthroughs: W-1 to W-25 (dev guide, "Example walkthroughs: managing access")."""

from __future__ import annotations

import pytest

from .book import Book
from .documents import allow, deny, document

row = Book()


@pytest.mark.parametrize("example", row.rows)
def test_walkthroughs(example, w):
    example(w)


# Example 1: a bucket's owner grants his own users.


def example_1(w):
    w.policy(
        allow("GetBucketLocation ListBucket", "bkt", to="A/dave"), allow("GetObject", "bkt/*", to="A/dave")
    )
    return w("A/dave", allow("PutObject", "bkt/*"))


@row("W-1")
def _(w):
    example_1(w).get_bucket_location().gives("200 [RP]")


@row("W-2")
def _(w):
    example_1(w).list_objects_v2().gives("200 [RP]")


@row("W-3")
def _(w):
    example_1(w).get_object("k").gives("200 [RP]")


@row("W-4")
def _(w):
    example_1(w).put_object("new").gives("200 [ID]")


@row("W-5")
def _(w):
    example_1(w).delete_object("k").gives("403 [noID s3:DeleteObject]")


@row("W-6")
def _(w):
    example_1(w)
    w("A/alice").get_object("k").gives("403 [noID s3:GetObject]")


# Example 2: a bucket's owner grants another account, which delegates to its users.


def example_2(w, *more):
    w.policy(allow("GetBucketLocation ListBucket", "bkt", to="B root"), *more)


@row("W-7")
def _(w):
    example_2(w)
    w("B root").list_objects_v2().gives("200 [RP]")


@row("W-8")
def _(w):
    example_2(w)
    w("B/admin", allow("*")).list_objects_v2().gives("200 [RP]")


@row("W-9")
def _(w):
    example_2(w)
    w("B/dave", allow("ListBucket", "bkt")).list_objects_v2().gives("200 [RP]")


@row("W-10")
def _(w):
    example_2(w)
    w("B/dave", allow("ListBucket", "bkt")).get_bucket_location().gives("403 [plain: noID]")


@row("W-11")
def _(w):
    example_2(w)
    w("B/eve").list_objects_v2().gives("403 [plain: noID]")


@row("W-12")
def _(w):
    example_2(w, deny("ListBucket", "bkt", to="B root"))
    w("B/dave", allow("ListBucket", "bkt")).list_objects_v2().gives("403 [plain: xRP]")
    w("B/admin", allow("s3:*")).list_objects_v2().gives("403 [plain: xRP]")
    w("B root").list_objects_v2().gives("403 [plain: xRP]")


@row("W-13")
def _(w):
    example_2(w, deny("ListBucket", "bkt", to="B root"))
    w("B/admin", allow("s3:*")).get_bucket_location().gives("200 [RP]")


@row("W-14")
def _(w):
    w.policy(allow("ListBucket", "bkt", to="B/dave"))
    w("B/dave").list_objects_v2().gives("403 [plain: noID]")


# Example 3: the objects are not the bucket owner's.


def example_3(w, *more, handed_over=False):
    """B's admin puts ``b.jpg``; with ``handed_over`` he then grants A everything in its ACL."""
    w.ownership("ObjectWriter")
    w.policy(
        allow("PutObject", "bkt/*", to="B root"),
        allow("ListBucket", "bkt", to="B root"),
        allow("GetObject", "bkt/*", to="A/dave"),
        *more,
    )
    admin = w("B/admin", allow("s3:*"))
    admin.put_object("b.jpg").gives("200 [RP]")
    if handed_over:
        admin.put_object_acl("b.jpg", GrantFullControl=f"id={w.canonical('A')}").gives("200 [ID]")


@row("W-15")
def _(w):
    example_3(w)
    w("A/dave").get_object("b.jpg").gives("403 [noRP s3:GetObject]")


@row("W-16")
def _(w):
    example_3(w, handed_over=True)
    w("A/dave").get_object("b.jpg").gives("200 [ACL]")


@row("W-17")
def _(w):
    example_3(w, handed_over=True)
    w("A root").get_object("b.jpg").gives("200 [ACL]")


@row("W-18")
def _(w):
    example_3(w)
    w("A root").get_object("b.jpg").gives("403 [noRP s3:GetObject]")


@row("W-19")
def _(w):
    example_3(w)
    w("A root").delete_object("b.jpg").gives("204 [owner]")


@row("W-20")
def _(w):
    example_3(w, allow("GetObject", "bkt/*", to="C root"), handed_over=True)
    w("C/x", allow("GetObject", "bkt/*")).get_object("b.jpg").gives("403 [plain: noRP]")


# Example 4: the bucket's owner demands the objects he is given, and passes them on by a role.


def example_4(w):
    w.ownership("ObjectWriter")
    ca = f"id={w.canonical('A')}"
    unless_handed_over = {"StringNotEquals": {"s3:x-amz-grant-full-control": ca}}
    w.policy(
        allow("PutObject", "bkt/*", to="B/admin"),
        deny("PutObject", "bkt/*", to="B/admin", when=unless_handed_over),
    )
    return w("B/admin", allow("s3:*"))


def through_the_role(w):
    """``p`` is B's, and A may do all with it; C's dave assumed A's role, which may read."""
    example_4(w).put_object("p", GrantFullControl=f"id={w.canonical('A')}").gives("200")
    trust = allow("sts:AssumeRole", to="C root")
    del trust["Resource"]  # a trust policy stands at its resource
    role = w.role("A:role/examplerole", allow("GetObject", "bkt/*"), trust=document(trust))
    return w.acting(role.assume(by=w("C/dave", allow("sts:AssumeRole")).principal, session_name="s1"))


@row("W-21")
def _(w):
    example_4(w).put_object("p").gives("403 [plain: xRP]")


@row("W-22")
def _(w):
    admin = example_4(w)
    admin.put_object("p", GrantFullControl=f"id={w.canonical('A')}").gives("200 [RP]")
    acl = admin.get_object_acl("p").gives("200 [ID]").answer
    assert acl["Owner"]["ID"] == w.canonical("B")
    assert [(g["Grantee"]["ID"], g["Permission"]) for g in acl["Grants"]] == [
        (w.canonical("A"), "FULL_CONTROL")
    ]


@row("W-23")
def _(w):
    through_the_role(w).get_object("p").gives("200 [ACL]")


@row("W-24")
def _(w):
    through_the_role(w).get_object_acl("p").gives("403 [noID s3:GetObjectAcl]")


@row("W-25")
def _(w):
    example_4(w).put_object("p", ACL="bucket-owner-full-control").gives("403 [plain: xRP]")
