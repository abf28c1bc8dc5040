"""The two documents that mocks3 was asked for from, statement by statement; a test's name is the statement.

"Multipart upload API and permissions" and "Overview of managing access", of the S3 developer guide.
"""

from __future__ import annotations

import json

import pytest

from mocks3.policy import PolicySyntaxError

from .book import Book
from .documents import allow, deny, document

multipart = Book()
overview = Book()
PUT = allow("PutObject", "bkt/*")
EVERYTHING = allow("s3:*")


@pytest.mark.parametrize("statement", multipart.rows)
def test_multipart_upload_api_and_permissions(statement, w):
    statement(w)


@pytest.mark.parametrize("statement", overview.rows)
def test_overview_of_managing_access(statement, w):
    statement(w)


def upload(by, key="big"):
    return {"Key": key, "UploadId": by.starts(key)}


def part(by, of, number=1):
    return by.upload_part(**of, PartNumber=number, Body=b"x")


def completing(by, of):
    """The parameters that complete an upload of one part, which its initiator sends first."""
    etag = part(by, of).gives("200").answer["ETag"]
    return {**of, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}


# Multipart upload API and permissions


@multipart("You can use ACLs, the bucket policy, or the user policy to grant individuals permissions")
def _(w):
    w("A/dave", PUT).create_multipart_upload("user").gives("200 [ID]")
    w.policy(allow("PutObject", "bkt/*", to="A/eve"))
    w("A/eve").create_multipart_upload("policy").gives("200 [RP]")
    w.no_policy()
    w.bucket_acl(GrantWrite=f"id={w.canonical('B')}")
    w("B/x", PUT).create_multipart_upload("acl").gives("200 [ACL]")


@multipart("You must be allowed to perform the s3:PutObject action on an object to initiate multipart upload")
def _(w):
    w("A/dave", allow("PutObject", "bkt/mine/*")).create_multipart_upload("mine/big").gives("200 [ID]")
    w("A/dave").create_multipart_upload("big").gives("403 [noID s3:PutObject]")


@multipart("The bucket owner can allow other principals to perform the s3:PutObject action")
def _(w):
    w("B/x", PUT).create_multipart_upload("big").gives("403 [plain: noRP]")
    w.policy(allow("PutObject", "bkt/*", to="B/x"))
    w("B/x").create_multipart_upload("big").gives("200 [RP]")


@multipart("If the initiator is an AWS account, Initiator provides the same information as the Owner element")
def _(w):
    shown = w("A root").list_parts(**upload(w("A root"))).gives("200").answer
    assert shown["Initiator"]["ID"] == shown["Owner"]["ID"] == w.canonical("A")


@multipart("If the initiator is an IAM User, Initiator provides the user ARN and display name")
def _(w):
    dave = w("A/dave", PUT)
    initiator = dave.list_parts(**upload(dave)).gives("200").answer["Initiator"]
    assert initiator == {"ID": "arn:aws:iam::111111111111:user/dave", "DisplayName": "dave"}


@multipart("You must be allowed to perform the s3:PutObject action on an object to upload a part")
def _(w):
    dave = w("A/dave", PUT)
    u = upload(dave)
    part(dave, u).gives("200 [ID]")
    w.strip("A/dave")
    part(dave, u, 2).gives("403 [noID s3:PutObject]")


@multipart("Only the initiator of a multipart upload can upload parts")
def _(w):
    u = upload(w("A/dave", PUT))
    part(w("A/eve", PUT), u).gives("403 [plain: noinitiator]")
    part(w("A root"), u).gives("403 [plain: noinitiator]")


@multipart(
    "The bucket owner must allow the initiator to perform s3:PutObject in order for him to upload a part"
)
def _(w):
    w.policy(allow("PutObject", "bkt/*", to="B root"))
    x = w("B/x", PUT)
    u = upload(x)
    part(x, u).gives("200 [RP]")
    w.no_policy()
    part(x, u, 2).gives("403 [plain: noRP]")


@multipart("Uploading a part from an existing object, you must be allowed s3:GetObject on the source object")
def _(w):
    dave = w("A/dave", PUT)
    u = {**upload(dave), "PartNumber": 1, "CopySource": "bkt/k"}
    dave.upload_part_copy(**u).gives("403 [noID s3:GetObject on bkt/k]")
    w("A/dave", allow("GetObject", "bkt/k"))
    dave.upload_part_copy(**u).gives("200")


@multipart("Only the initiator of a multipart upload can upload parts: copies too")
def _(w):
    u = {**upload(w("A/dave", PUT)), "PartNumber": 1, "CopySource": "bkt/k"}
    w("A/eve", PUT, allow("GetObject", "bkt/*")).upload_part_copy(**u).gives("403 [plain: noinitiator]")


@multipart("You must be allowed to perform s3:PutObject to complete a multipart upload")
def _(w):
    dave = w("A/dave", PUT)
    done = completing(dave, upload(dave))
    w.strip("A/dave")
    dave.complete_multipart_upload(**done).gives("403 [noID s3:PutObject]")
    w("A/dave", PUT)
    dave.complete_multipart_upload(**done).gives("200 [ID]")


@multipart("Only the initiator of a multipart upload can complete that multipart upload")
def _(w):
    dave = w("A/dave", PUT)
    done = completing(dave, upload(dave))
    w("A/eve", PUT).complete_multipart_upload(**done).gives("403 [plain: noinitiator]")
    w("A root").complete_multipart_upload(**done).gives("403 [plain: noinitiator]")


@multipart("The bucket owner must allow the initiator to perform s3:PutObject in order for him to complete")
def _(w):
    w.policy(allow("PutObject", "bkt/*", to="B root"))
    x = w("B/x", PUT)
    done = completing(x, upload(x))
    w.no_policy()
    x.complete_multipart_upload(**done).gives("403 [plain: noRP]")


ABORT = ("abort_multipart_upload", "s3:AbortMultipartUpload", 204)
LIST = ("list_parts", "s3:ListMultipartUploadParts", 200)


def on_an_upload(*quotes):
    """Statements that the document makes of aborting and of listing parts in the same words."""

    def add(row):
        for quote, (method, action, done) in zip(quotes, (ABORT, LIST), strict=True):
            multipart(quote)(lambda w, m=method, a=action, d=done: row(w, m, a, d))

    return add


@on_an_upload(
    "You must be allowed to perform the s3:AbortMultipartUpload action to abort a multipart upload",
    "You must be allowed to perform the s3:ListMultipartUploadParts action to list parts",
)
def _(w, method, action, done):
    u = upload(w("A/dave", PUT))
    getattr(w("A/eve", PUT), method)(**u).gives(f"403 [noID {action}]")
    getattr(w("A/eve", allow(action, "bkt/*")), method)(**u).gives(f"{done} [ID]")


@on_an_upload(
    "By default, the bucket owner and the initiator are allowed to abort the multipart upload",
    "By default, the bucket owner may list the parts of any upload, the initiator those of his own",
)
def _(w, method, action, done):
    w.policy(allow("PutObject", "bkt/*", to="B root"))
    x = w("B/x", PUT)
    getattr(x, method)(**upload(x)).gives(f"{done} [default]")
    getattr(w("A root"), method)(**upload(x)).gives(f"{done} [owner]")
    getattr(w("C root"), method)(**upload(x)).gives("403 [plain: noRP]")


@on_an_upload(
    "If the initiator is an IAM user, that user's AWS account is also allowed to abort that multipart upload",
    "If the initiator is an IAM user, his AWS account also has permission to list parts of that upload",
)
def _(w, method, action, done):
    w.policy(allow("PutObject", "bkt/*", to="B root"))
    getattr(w("B root"), method)(**upload(w("B/x", PUT))).gives(f"{done} [default]")
    session = upload(w("B:role/r/s", PUT))
    getattr(w("B root"), method)(**session).gives("403 [plain: noRP]")


@on_an_upload(
    "The bucket owner can allow other principals to perform the s3:AbortMultipartUpload action on an object",
    "The bucket owner can allow other principals to perform the s3:ListMultipartUploadParts action",
)
def _(w, method, action, done):
    u = upload(w("A/dave", PUT))
    w.policy(allow(action, "bkt/*", to=["A/eve", "C root"]))
    getattr(w("C/x", allow(action)), method)(**u).gives(f"{done} [RP]")
    getattr(w("A/eve"), method)(**upload(w("A/dave"))).gives(f"{done} [RP]")


@on_an_upload(
    "The bucket owner can deny any principal the ability to perform the s3:AbortMultipartUpload action",
    "The bucket owner can also deny any principal the s3:ListMultipartUploadParts action",
)
def _(w, method, action, done):
    dave = w("A/dave", PUT)
    u = upload(dave)
    w.policy(deny(action, "bkt/*", to="*"))
    for anybody in (dave, w("A root"), w("A/admin", EVERYTHING)):
        getattr(anybody, method)(**u).gives(f"403 [xRP {action}]")


@multipart(
    "You must be allowed to perform s3:ListBucketMultipartUploads on a bucket to list multipart uploads"
)
def _(w):
    dave = w("A/dave", PUT, allow("ListBucketMultipartUploads", "bkt/*"))
    dave.starts("big")
    dave.list_multipart_uploads().gives("403 [noID s3:ListBucketMultipartUploads]")
    w("A/dave", allow("ListBucketMultipartUploads", "bkt"))
    assert len(dave.list_multipart_uploads().gives("200 [ID]").answer["Uploads"]) == 1


@multipart(
    "The bucket owner can allow other principals to perform s3:ListBucketMultipartUploads on the bucket"
)
def _(w):
    w.policy(allow("ListBucketMultipartUploads", "bkt", to="B root"))
    w("B/x", allow("ListBucketMultipartUploads")).list_multipart_uploads().gives("200 [RP]")


# Overview of managing access


@overview("By default, all Amazon S3 resources are private. Only a resource owner can access the resource")
def _(w):
    strangers = (w("anonymous"), w("B root"), w("A/dave"), w("B/admin", EVERYTHING))
    for stranger in strangers:
        for call in (
            stranger.get_object,
            stranger.get_object_acl,
            stranger.put_object,
            stranger.delete_object,
        ):
            call("k").gives("403")
        for call in (stranger.list_objects_v2, stranger.get_bucket_acl, stranger.get_bucket_policy):
            call().gives("403")
    w("A root").get_object("k").gives("200 [owner]")
    w("A root").list_objects_v2().gives("200 [owner]")


@overview("The AWS account that you use to create buckets and objects owns those resources")
def _(w):
    w("B root").create_bucket(Bucket="theirs").gives("200")
    w("B root").put_object("k", Bucket="theirs").gives("200 [owner]")
    for shown in (
        w("B root").get_bucket_acl(Bucket="theirs"),
        w("B root").get_object_acl("k", Bucket="theirs"),
    ):
        assert shown.gives("200").answer["Owner"]["ID"] == w.canonical("B")


@overview("If the IAM user uploads an object, the parent account, to which the user belongs, owns the object")
def _(w):
    w.ownership("ObjectWriter")
    w("A/dave", PUT).put_object("n").gives("200 [ID]")
    assert w("A root").get_object_acl("n").gives("200 [owner]").answer["Owner"]["ID"] == w.canonical("A")
    w("A/dave").get_object("n").gives("403 [noID s3:GetObject]")


@overview("The AWS account that uploads objects with cross-account permissions owns those objects")
def _(w):
    w.foreign("o")
    assert w("B root").get_object_acl("o").gives("200 [owner]").answer["Owner"]["ID"] == w.canonical("B")


@overview("The bucket owner does not have permissions on the objects that other accounts own")
def _(w):
    w.foreign("o")
    for mine in (w("A root"), w("A/admin", EVERYTHING)):
        mine.get_object("o").gives("403 [noRP s3:GetObject]")
        mine.get_object_acl("o").gives("403 [noRP s3:GetObjectAcl]")
        mine.put_object_acl("o", ACL="private").gives("403 [noRP s3:PutObjectAcl]")


@overview("The bucket owner can deny access to any objects, regardless of who owns them")
def _(w):
    w.foreign("o")
    w("B root").get_object("o").gives("200 [owner]")
    w.policy(deny("GetObject", "bkt/*", to="*"))
    w("B root").get_object("o").gives("403 [plain: xRP]")


@overview("The bucket owner can delete any objects in the bucket, regardless of who owns them")
def _(w):
    for key, mine in (("o1", w("A root")), ("o2", w("A/admin", EVERYTHING))):
        w.foreign(key)
        mine.delete_object(key).gives("204")


@overview("The bucket owner can restore archived objects regardless of who owns them")
def _(w):
    w.foreign("o", StorageClass="GLACIER")
    w("A root").restore_object("o", RestoreRequest={"Days": 1}).gives("202 [owner]")


@overview("To access an archived object, you must first initiate a restore request")
def _(w):
    w.put("k", StorageClass="GLACIER")
    w("A root").get_object("k").gives("403 InvalidObjectState")


@overview("You can grant PUT Object permission to a user so the user can upload objects to your bucket")
def _(w):
    w.policy(allow("PutObject", "bkt/*", to="A/dave"))
    w("A/dave").put_object("n").gives("200 [RP]")
    w("A/eve").put_object("n").gives("403 [noID s3:PutObject]")


@overview("You can grant permissions to everyone (also referred as anonymous access)")
def _(w):
    w.policy(allow("GetObject", "bkt/*", to="*"))
    w("anonymous").get_object("k").gives("200 [RP]")
    w("A/dave").get_object("k").gives("200 [RP]")


@overview("You can grant permissions to all authenticated users (users with AWS credentials)")
def _(w):
    w.object_acl("k", ACL="authenticated-read")
    w("C/x", allow("GetObject")).get_object("k").gives("200 [ACL]")
    w("anonymous").get_object("k").gives("403 [plain: noRP]")


@overview("Each bucket and object has an ACL: a list of grants identifying grantee and permission granted")
def _(w):
    w.ownership("ObjectWriter")
    full_control = [({"ID": w.canonical("A"), "Type": "CanonicalUser"}, "FULL_CONTROL")]
    for shown in (w("A root").get_bucket_acl(), w("A root").get_object_acl("k")):
        grants = shown.gives("200").answer["Grants"]
        assert [
            ({name: g["Grantee"][name] for name in ("ID", "Type")}, g["Permission"]) for g in grants
        ] == full_control


@overview("You use ACLs to grant basic read/write permissions to other AWS accounts")
def _(w):
    w.bucket_acl(GrantRead=f"id={w.canonical('B')}", GrantWrite=f"id={w.canonical('B')}")
    w("B root").list_objects_v2().gives("200 [ACL]")
    w("B root").put_object("n").gives("200 [ACL]")


@overview("Both bucket and object ACLs use the same XML schema")
def _(w):
    w.ownership("ObjectWriter")
    shown = w("A root").get_bucket_acl().gives("200").answer
    same = {"Owner": shown["Owner"], "Grants": shown["Grants"]}
    w("A root").put_object_acl("k", AccessControlPolicy=same).gives("200")
    w("A root").put_bucket_acl(AccessControlPolicy=same).gives("200")


@overview(
    "You can add a bucket policy to grant other AWS accounts or IAM users permissions for bucket and objects"
)
def _(w):
    w.policy(allow("ListBucket GetObject", "bkt bkt/*", to=["B root", "A/dave"]))
    for who in (w("B root"), w("A/dave")):
        who.list_objects_v2().gives("200 [RP]")
        who.get_object("k").gives("200 [RP]")


@overview("Any object permissions apply only to the objects that the bucket owner creates")
def _(w):
    w.foreign("o")
    w.policy(allow("GetObject", "bkt/*", to="*"))
    w("C/x", allow("GetObject")).get_object("k").gives("200 [RP]")
    w("C/x").get_object("o").gives("403 [plain: noRP]")


@overview("Bucket policies supplement ACL-based access policies")
def _(w):
    w.bucket_acl(GrantRead=f"id={w.canonical('B')}")
    w.policy(allow("GetObject", "bkt/*", to="B root"))
    w("B root").list_objects_v2().gives("200 [ACL]")
    w("B root").get_object("k").gives("200 [RP]")


@overview("The policy grants anonymous read permission on all objects in a bucket")
def _(w):
    w.put("deep/er/k")
    w.policy(allow("GetObject", "bkt/*", to="*"))
    for key in ("k", "deep/er/k"):
        w("anonymous").get_object(key).gives("200 [RP]")
    w("anonymous").list_objects_v2().gives("403 [plain: noRP]")
    w("anonymous").put_object("k").gives("403 [plain: noRP]")


@overview("You can create IAM users, groups, and roles in your account and attach access policies to them")
def _(w):
    read = allow("GetObject", "bkt/*")
    w.group("A/readers", read, members=["A/eve"])
    for who in (w("A/dave", read), w("A/eve"), w("A:role/r/s", read)):
        who.get_object("k").gives("200 [ID]")


@overview("You cannot grant anonymous permissions in an IAM user policy")
def _(w):
    with pytest.raises(PolicySyntaxError):
        w("A/dave", allow("GetObject", "bkt/*", to="*"))


@overview("The example policy allows the associated user to perform six different Amazon S3 actions")
def _(w):
    actions = ["s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:DeleteObject", "s3:GetBucketLocation"]
    example = document(allow(" ".join(actions), "bkt/* bkt"), allow("ListAllMyBuckets"))
    dave = w("A/dave", *json.loads(example)["Statement"])
    for call, done in (
        (lambda: dave.put_object("n"), 200),
        (lambda: dave.get_object("k"), 200),
        (dave.list_objects_v2, 200),
        (lambda: dave.delete_object("n"), 204),
        (dave.get_bucket_location, 200),
        (dave.list_buckets, 200),
    ):
        call().gives(f"{done} [ID]")
    dave.get_object_acl("k").gives("403 [noID s3:GetObjectAcl]")


@overview("When Amazon S3 receives a request, it must evaluate all the access policies")
def _(w):
    w.bucket_acl(ACL="public-read")
    w("A/dave", EVERYTHING).list_objects_v2().gives("200 [ID]")
    w.policy(deny("ListBucket", "bkt", to="A/dave"))
    w("A/dave").list_objects_v2().gives("403 [xRP s3:ListBucket]")
    w("A/eve").list_objects_v2().gives("200 [ACL]")
    w("A/eve", deny("ListBucket")).list_objects_v2().gives("403 [xID s3:ListBucket]")
