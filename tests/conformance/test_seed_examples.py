"""Multipart uploads and objects of other accounts, in examples: W-30 to W-63."""

from __future__ import annotations

import pytest

from .book import Book
from .documents import allow, deny

row = Book()
PUT = allow("PutObject", "bkt/*")


@pytest.mark.parametrize("example", row.rows)
def test_seed_statements(example, w):
    example(w)


def upload(w, by, key="big"):
    """An upload that somebody began, as parameters of later calls."""
    return {"Key": key, "UploadId": by.starts(key)}


def daves(w):
    """A/dave, who may put, and an upload of his."""
    dave = w("A/dave", PUT)
    return dave, upload(w, dave)


def sent(by, of):
    """The upload's first part, sent: what completes it."""
    etag = by.upload_part(**of, PartNumber=1, Body=b"x").gives("200").answer["ETag"]
    return {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}


@row("W-30")
def _(w):
    dave = w("A/dave", PUT)
    u = {"Key": "big", "UploadId": dave.create_multipart_upload("big").gives("200 [ID]").answer["UploadId"]}
    part = dave.upload_part(**u, PartNumber=1, Body=b"x").gives("200 [ID]").answer["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    dave.complete_multipart_upload(**u, MultipartUpload=parts).gives("200 [ID]")


@row("W-31")
def _(w):
    w("A/dave").create_multipart_upload("big").gives("403 [noID s3:PutObject]")


@row("W-32")
def _(w):
    _dave, u = daves(w)
    w("A/eve", PUT).upload_part(**u, PartNumber=1, Body=b"x").gives("403 [plain: noinitiator]")
    with w.another(initiator_rule="account") as relaxed:
        _dave, u = daves(relaxed)
        relaxed("A/eve", PUT).upload_part(**u, PartNumber=1, Body=b"x").gives("200 [ID]")


@row("W-33")
def _(w):
    dave, u = daves(w)
    w("A/eve", PUT).complete_multipart_upload(**u, **sent(dave, u)).gives("403 [plain: noinitiator]")
    with w.another(initiator_rule="account") as relaxed:
        dave, u = daves(relaxed)
        relaxed("A/eve", PUT).complete_multipart_upload(**u, **sent(dave, u)).gives("200 [ID]")


@row("W-34")
def _(w):
    dave, u = daves(w)
    sent(dave, u)
    w.strip("A/dave")
    dave.upload_part(**u, PartNumber=2, Body=b"x").gives("403 [noID s3:PutObject]")


@row("W-35")
def _(w):
    dave, u = daves(w)
    dave.list_parts(**u).gives("200 [default]")
    dave.abort_multipart_upload(**u).gives("204 [default]")


@row("W-36")
def _(w):
    _dave, u = daves(w)
    w("A/eve").abort_multipart_upload(**u).gives("403 [noID s3:AbortMultipartUpload]")


@row("W-37")
def _(w):
    _dave, u = daves(w)
    w("A root").list_parts(**u).gives("200")
    w("A root").abort_multipart_upload(**u).gives("204")


def b_uploads(w, who="B/up"):
    """An upload by somebody of B's, whom A lets put through B's root."""
    w.policy(allow("PutObject", "bkt/*", to="B root"))
    return upload(w, w(who, PUT))


@row("W-38")
def _(w):
    w("B root").abort_multipart_upload(**b_uploads(w)).gives("204 [default]")


@row("W-39")
def _(w):
    w("B root").abort_multipart_upload(**b_uploads(w, "B:role/r/s")).gives("403 [plain: noRP]")


@row("W-40")
def _(w):
    w("A root").abort_multipart_upload(**b_uploads(w)).gives("204 [owner]")


@row("W-41")
def _(w):
    dave, u = daves(w)
    w.policy(deny("AbortMultipartUpload", "bkt/*", to="A/dave"))
    dave.abort_multipart_upload(**u).gives("403 [xRP s3:AbortMultipartUpload]")


@row("W-42")
def _(w):
    _dave, u = daves(w)
    w.policy(deny("AbortMultipartUpload", "bkt/*", to="*"))
    w("A root").abort_multipart_upload(**u).gives("403 [xRP s3:AbortMultipartUpload]")


@row("W-43")
def _(w):
    _dave, u = daves(w)
    w.policy(allow("AbortMultipartUpload", "bkt/*", to="A/eve"))
    w("A/eve").abort_multipart_upload(**u).gives("204 [RP]")


@row("W-44")
def _(w):
    dave = w("A/dave", allow("ListBucketMultipartUploads", "bkt/*"))
    dave.list_multipart_uploads().gives("403 [noID s3:ListBucketMultipartUploads]")


@row("W-45")
def _(w):
    dave, _u = daves(w)
    upload(w, w("A root"), "roots")
    w("A/dave", allow("ListBucketMultipartUploads", "bkt"))
    uploads = dave.list_multipart_uploads().gives("200 [ID]").answer["Uploads"]
    assert {each["Key"]: each["Initiator"]["ID"] for each in uploads} == {
        "big": "arn:aws:iam::111111111111:user/dave",
        "roots": w.canonical("A"),
    }


@row("W-46")
def _(w):
    dave, u = daves(w)
    w.put("src/k")
    copied = dave.upload_part_copy(**u, PartNumber=1, CopySource="bkt/src/k")
    copied.gives("403 [noID s3:GetObject on bkt/src/k]")


@row("W-47")
def _(w):
    dave, u = daves(w)
    w("A/dave", allow("GetObject", "bkt/*"))
    w.versioning()
    source = {"Bucket": "bkt", "Key": "src/k", "VersionId": w.put("src/k")}
    copied = dave.upload_part_copy(**u, PartNumber=1, CopySource=source)
    copied.gives("403 [noID s3:GetObjectVersion on bkt/src/k]")


@row("W-48")
def _(w):
    for anybody in (w("A root"), w("A/dave"), w("C/x")):
        anybody.upload_part("big", UploadId="xyz", PartNumber=1, Body=b"x").gives("404 NoSuchUpload")


@row("W-49")
def _(w):
    w("C/x").list_parts(**b_uploads(w)).gives("403 [plain: noID]")


@row("W-50")
def _(w):
    w.foreign("o")
    w("A/admin", allow("s3:*")).get_object("o").gives("403 [noRP s3:GetObject]")


@row("W-51")
def _(w):
    w.foreign("o")
    w("A/admin", allow("s3:*")).delete_object("o").gives("204 [ID]")


@row("W-52")
def _(w):
    w.foreign("o", StorageClass="GLACIER")
    w("A/admin", allow("s3:*")).restore_object("o", RestoreRequest={"Days": 1}).gives("202 [ID]")


@row("W-53")
def _(w):
    w.foreign("o")
    w.policy(deny("GetObject", "bkt/o", to="B root"))
    w("B root").get_object("o").gives("403 [plain: xRP]")


@row("W-54")
def _(w):
    w.foreign("o")
    w.policy(allow("GetObject", "bkt/*", to="*"))
    w("anonymous").get_object("o").gives("403 [plain: noRP]")


@row("W-55")
def _(w):
    w.foreign("o")
    w.policy(allow("GetObject", "bkt/*", to="*"))
    w("anonymous").get_object("k").gives("200 [RP]")


@row("W-56")
def _(w):
    w.foreign("o", ACL="public-read")
    w("anonymous").get_object("o").gives("200 [ACL]")


@row("W-57")
def _(w):
    w.foreign("o")
    w("A/admin", allow("s3:*")).put_object("o").gives("200 [ID]")
    assert w("A root").get_object_acl("o").gives("200").answer["Owner"]["ID"] == w.canonical("A")


@row("W-58")
def _(w):
    w.foreign("o")
    admin = w("A/admin", allow("s3:*"))
    w.ownership("BucketOwnerEnforced")
    admin.get_object("o").gives("200 [ID]")
    w.ownership("ObjectWriter")
    admin.get_object("o").gives("403 [noRP s3:GetObject]")


@row("W-59")
def _(w):
    w.foreign("o")
    w.policy(allow("PutObjectTagging PutObjectAcl", "bkt/*", to="A root"))
    admin = w("A/admin", allow("s3:*"))
    admin.put_object_tagging("o", Tagging={"TagSet": []}).gives("200 [ID]")
    admin.put_object_acl("o", ACL="private").gives("403 [noRP s3:PutObjectAcl]")


@row("W-60")
def _(w):
    dave = w("A/dave", PUT)
    for mode in ("BucketOwnerEnforced", "ObjectWriter"):
        w.ownership(mode)
        dave.put_object("x").gives("200")
        assert w("A root").get_object_acl("x").answer["Owner"]["ID"] == w.canonical("A")


def holder(w):
    """Who holds the identity policy of the developer guide's overview."""
    actions = "PutObject GetObject ListBucket DeleteObject GetBucketLocation"
    return w("A/holder", allow(actions, "bkt/* bkt"), allow("ListAllMyBuckets"))


@row("W-61")
def _(w):
    who = holder(w)
    who.list_buckets().gives("200 [ID]")
    who.list_objects().gives("200 [ID]")
    who.get_object("k").gives("200 [ID]")
    who.put_object("k").gives("200 [ID]")
    who.delete_object("k").gives("204 [ID]")
    who.get_bucket_location().gives("200 [ID]")


@row("W-62")
def _(w):
    version = w.versioning()
    holder(w).get_object("k", VersionId=version).gives("403 [noID s3:GetObjectVersion]")


@row("W-63")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="*"))
    w("anonymous").get_object("k").gives("200 [RP]")
    w("anonymous").list_objects().gives("403 [plain: noRP]")
