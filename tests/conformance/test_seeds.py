"""Two documents of AWS, sentence by sentence. The id of a test is the sentence.

"Multipart upload API and permissions" and "Overview of managing access", of the S3 developer guide.
"""

from __future__ import annotations

import json

import pytest

from mocks3.policy import PolicySyntaxError

from .documents import allow, deny, document
from .examples import Examples

multipart = Examples()
overview = Examples()
PUT = allow("PutObject", "bkt/*")
EVERYTHING = allow("s3:*")


@pytest.mark.parametrize("statement", multipart.all)
def test_multipart_upload_api_and_permissions(statement, world):
    statement(world)


@pytest.mark.parametrize("statement", overview.all)
def test_overview_of_managing_access(statement, world):
    statement(world)


def begin_upload(by, key="big"):
    return {"Key": key, "UploadId": by.begin_upload(key)}


def send_part(by, of, number=1):
    return by.upload_part(**of, PartNumber=number, Body=b"x")


def parameters_to_complete(by, of):
    """Send one part as the initiator, and return the parameters that complete the upload."""
    etag = send_part(by, of).gives("200").answer["ETag"]
    return {**of, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}


# Multipart upload API and permissions


@multipart.add("You can use ACLs, the bucket policy, or the user policy to grant individuals permissions")
def _(world):
    world.caller("A/dave", PUT).create_multipart_upload("user").gives("200 by identity policy")
    world.put_policy(allow("PutObject", "bkt/*", to="A/eve"))
    world.caller("A/eve").create_multipart_upload("policy").gives("200 by bucket policy")
    world.delete_policy()
    world.put_bucket_acl(GrantWrite=f"id={world.canonical_id('B')}")
    world.caller("B/x", PUT).create_multipart_upload("acl").gives("200 by ACL")


@multipart.add(
    "You must be allowed to perform the s3:PutObject action on an object to initiate multipart upload"
)
def _(world):
    world.caller("A/dave", allow("PutObject", "bkt/mine/*")).create_multipart_upload("mine/big").gives(
        "200 by identity policy"
    )
    world.caller("A/dave").create_multipart_upload("big").gives("403 no identity policy allows s3:PutObject")


@multipart.add("The bucket owner can allow other principals to perform the s3:PutObject action")
def _(world):
    world.caller("B/x", PUT).create_multipart_upload("big").gives(
        "403 Access Denied: no bucket policy allows"
    )
    world.put_policy(allow("PutObject", "bkt/*", to="B/x"))
    world.caller("B/x").create_multipart_upload("big").gives("200 by bucket policy")


@multipart.add(
    "If the initiator is an AWS account, Initiator provides the same information as the Owner element"
)
def _(world):
    shown = world.caller("A root").list_parts(**begin_upload(world.caller("A root"))).gives("200").answer
    assert shown["Initiator"]["ID"] == shown["Owner"]["ID"] == world.canonical_id("A")


@multipart.add("If the initiator is an IAM User, Initiator provides the user ARN and display name")
def _(world):
    dave = world.caller("A/dave", PUT)
    initiator = dave.list_parts(**begin_upload(dave)).gives("200").answer["Initiator"]
    assert initiator == {"ID": "arn:aws:iam::111111111111:user/dave", "DisplayName": "dave"}


@multipart.add("You must be allowed to perform the s3:PutObject action on an object to upload a part")
def _(world):
    dave = world.caller("A/dave", PUT)
    upload = begin_upload(dave)
    send_part(dave, upload).gives("200 by identity policy")
    world.remove_policies("A/dave")
    send_part(dave, upload, 2).gives("403 no identity policy allows s3:PutObject")


@multipart.add("Only the initiator of a multipart upload can upload parts")
def _(world):
    upload = begin_upload(world.caller("A/dave", PUT))
    send_part(world.caller("A/eve", PUT), upload).gives("403 Access Denied: not the initiator")
    send_part(world.caller("A root"), upload).gives("403 Access Denied: not the initiator")


@multipart.add(
    "The bucket owner must allow the initiator to perform s3:PutObject in order for him to upload a part"
)
def _(world):
    world.put_policy(allow("PutObject", "bkt/*", to="B root"))
    user_x = world.caller("B/x", PUT)
    upload = begin_upload(user_x)
    send_part(user_x, upload).gives("200 by bucket policy")
    world.delete_policy()
    send_part(user_x, upload, 2).gives("403 Access Denied: no bucket policy allows")


@multipart.add(
    "Uploading a part from an existing object, you must be allowed s3:GetObject on the source object"
)
def _(world):
    dave = world.caller("A/dave", PUT)
    upload = {**begin_upload(dave), "PartNumber": 1, "CopySource": "bkt/k"}
    dave.upload_part_copy(**upload).gives("403 no identity policy allows s3:GetObject on bkt/k")
    world.caller("A/dave", allow("GetObject", "bkt/k"))
    dave.upload_part_copy(**upload).gives("200")


@multipart.add("Only the initiator of a multipart upload can upload parts: copies too")
def _(world):
    upload = {**begin_upload(world.caller("A/dave", PUT)), "PartNumber": 1, "CopySource": "bkt/k"}
    world.caller("A/eve", PUT, allow("GetObject", "bkt/*")).upload_part_copy(**upload).gives(
        "403 Access Denied: not the initiator"
    )


@multipart.add("You must be allowed to perform s3:PutObject to complete a multipart upload")
def _(world):
    dave = world.caller("A/dave", PUT)
    done = parameters_to_complete(dave, begin_upload(dave))
    world.remove_policies("A/dave")
    dave.complete_multipart_upload(**done).gives("403 no identity policy allows s3:PutObject")
    world.caller("A/dave", PUT)
    dave.complete_multipart_upload(**done).gives("200 by identity policy")


@multipart.add("Only the initiator of a multipart upload can complete that multipart upload")
def _(world):
    dave = world.caller("A/dave", PUT)
    done = parameters_to_complete(dave, begin_upload(dave))
    world.caller("A/eve", PUT).complete_multipart_upload(**done).gives("403 Access Denied: not the initiator")
    world.caller("A root").complete_multipart_upload(**done).gives("403 Access Denied: not the initiator")


@multipart.add(
    "The bucket owner must allow the initiator to perform s3:PutObject in order for him to complete"
)
def _(world):
    world.put_policy(allow("PutObject", "bkt/*", to="B root"))
    user_x = world.caller("B/x", PUT)
    done = parameters_to_complete(user_x, begin_upload(user_x))
    world.delete_policy()
    user_x.complete_multipart_upload(**done).gives("403 Access Denied: no bucket policy allows")


ABORT = ("abort_multipart_upload", "s3:AbortMultipartUpload", 204)
LIST = ("list_parts", "s3:ListMultipartUploadParts", 200)


def for_abort_and_list(*quotes):
    """Add one test for AbortMultipartUpload and one for ListParts, about which the document says the same."""

    def add(test):
        for quote, (method, action, done) in zip(quotes, (ABORT, LIST), strict=True):
            multipart.add(quote)(lambda world, m=method, a=action, d=done: test(world, m, a, d))

    return add


@for_abort_and_list(
    "You must be allowed to perform the s3:AbortMultipartUpload action to abort a multipart upload",
    "You must be allowed to perform the s3:ListMultipartUploadParts action to list parts",
)
def _(world, method, action, done):
    upload = begin_upload(world.caller("A/dave", PUT))
    getattr(world.caller("A/eve", PUT), method)(**upload).gives(f"403 no identity policy allows {action}")
    getattr(world.caller("A/eve", allow(action, "bkt/*")), method)(**upload).gives(
        f"{done} by identity policy"
    )


@for_abort_and_list(
    "By default, the bucket owner and the initiator are allowed to abort the multipart upload",
    "By default, the bucket owner may list the parts of any upload, the initiator those of his own",
)
def _(world, method, action, done):
    world.put_policy(allow("PutObject", "bkt/*", to="B root"))
    user_x = world.caller("B/x", PUT)
    getattr(user_x, method)(**begin_upload(user_x)).gives(f"{done} by default right")
    getattr(world.caller("A root"), method)(**begin_upload(user_x)).gives(f"{done} by owner")
    getattr(world.caller("C root"), method)(**begin_upload(user_x)).gives(
        "403 Access Denied: no bucket policy allows"
    )


@for_abort_and_list(
    "If the initiator is an IAM user, that user's AWS account is also allowed to abort that multipart upload",
    "If the initiator is an IAM user, his AWS account also has permission to list parts of that upload",
)
def _(world, method, action, done):
    world.put_policy(allow("PutObject", "bkt/*", to="B root"))
    getattr(world.caller("B root"), method)(**begin_upload(world.caller("B/x", PUT))).gives(
        f"{done} by default right"
    )
    session = begin_upload(world.caller("B:role/r/s", PUT))
    getattr(world.caller("B root"), method)(**session).gives("403 Access Denied: no bucket policy allows")


@for_abort_and_list(
    "The bucket owner can allow other principals to perform the s3:AbortMultipartUpload action on an object",
    "The bucket owner can allow other principals to perform the s3:ListMultipartUploadParts action",
)
def _(world, method, action, done):
    upload = begin_upload(world.caller("A/dave", PUT))
    world.put_policy(allow(action, "bkt/*", to=["A/eve", "C root"]))
    getattr(world.caller("C/x", allow(action)), method)(**upload).gives(f"{done} by bucket policy")
    getattr(world.caller("A/eve"), method)(**begin_upload(world.caller("A/dave"))).gives(
        f"{done} by bucket policy"
    )


@for_abort_and_list(
    "The bucket owner can deny any principal the ability to perform the s3:AbortMultipartUpload action",
    "The bucket owner can also deny any principal the s3:ListMultipartUploadParts action",
)
def _(world, method, action, done):
    dave = world.caller("A/dave", PUT)
    upload = begin_upload(dave)
    world.put_policy(deny(action, "bkt/*", to="*"))
    for anybody in (dave, world.caller("A root"), world.caller("A/admin", EVERYTHING)):
        getattr(anybody, method)(**upload).gives(f"403 bucket policy denies {action}")


@multipart.add(
    "You must be allowed to perform s3:ListBucketMultipartUploads on a bucket to list multipart uploads"
)
def _(world):
    dave = world.caller("A/dave", PUT, allow("ListBucketMultipartUploads", "bkt/*"))
    dave.begin_upload("big")
    dave.list_multipart_uploads().gives("403 no identity policy allows s3:ListBucketMultipartUploads")
    world.caller("A/dave", allow("ListBucketMultipartUploads", "bkt"))
    assert len(dave.list_multipart_uploads().gives("200 by identity policy").answer["Uploads"]) == 1


@multipart.add(
    "The bucket owner can allow other principals to perform s3:ListBucketMultipartUploads on the bucket"
)
def _(world):
    world.put_policy(allow("ListBucketMultipartUploads", "bkt", to="B root"))
    world.caller("B/x", allow("ListBucketMultipartUploads")).list_multipart_uploads().gives(
        "200 by bucket policy"
    )


# Overview of managing access


@overview.add(
    "By default, all Amazon S3 resources are private. Only a resource owner can access the resource"
)
def _(world):
    strangers = (
        world.caller("anonymous"),
        world.caller("B root"),
        world.caller("A/dave"),
        world.caller("B/admin", EVERYTHING),
    )
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
    world.caller("A root").get_object("k").gives("200 by owner")
    world.caller("A root").list_objects_v2().gives("200 by owner")


@overview.add("The AWS account that you use to create buckets and objects owns those resources")
def _(world):
    world.caller("B root").create_bucket(Bucket="theirs").gives("200")
    world.caller("B root").put_object("k", Bucket="theirs").gives("200 by owner")
    for shown in (
        world.caller("B root").get_bucket_acl(Bucket="theirs"),
        world.caller("B root").get_object_acl("k", Bucket="theirs"),
    ):
        assert shown.gives("200").answer["Owner"]["ID"] == world.canonical_id("B")


@overview.add(
    "If the IAM user uploads an object, the parent account, to which the user belongs, owns the object"
)
def _(world):
    world.set_ownership("ObjectWriter")
    world.caller("A/dave", PUT).put_object("n").gives("200 by identity policy")
    assert world.caller("A root").get_object_acl("n").gives("200 by owner").answer["Owner"][
        "ID"
    ] == world.canonical_id("A")
    world.caller("A/dave").get_object("n").gives("403 no identity policy allows s3:GetObject")


@overview.add("The AWS account that uploads objects with cross-account permissions owns those objects")
def _(world):
    world.put_foreign_object("o")
    assert world.caller("B root").get_object_acl("o").gives("200 by owner").answer["Owner"][
        "ID"
    ] == world.canonical_id("B")


@overview.add("The bucket owner does not have permissions on the objects that other accounts own")
def _(world):
    world.put_foreign_object("o")
    for mine in (world.caller("A root"), world.caller("A/admin", EVERYTHING)):
        mine.get_object("o").gives("403 no bucket policy allows s3:GetObject")
        mine.get_object_acl("o").gives("403 no bucket policy allows s3:GetObjectAcl")
        mine.put_object_acl("o", ACL="private").gives("403 no bucket policy allows s3:PutObjectAcl")


@overview.add("The bucket owner can deny access to any objects, regardless of who owns them")
def _(world):
    world.put_foreign_object("o")
    world.caller("B root").get_object("o").gives("200 by owner")
    world.put_policy(deny("GetObject", "bkt/*", to="*"))
    world.caller("B root").get_object("o").gives("403 Access Denied: bucket policy denies")


@overview.add("The bucket owner can delete any objects in the bucket, regardless of who owns them")
def _(world):
    for key, mine in (("o1", world.caller("A root")), ("o2", world.caller("A/admin", EVERYTHING))):
        world.put_foreign_object(key)
        mine.delete_object(key).gives("204")


@overview.add("The bucket owner can restore archived objects regardless of who owns them")
def _(world):
    world.put_foreign_object("o", StorageClass="GLACIER")
    world.caller("A root").restore_object("o", RestoreRequest={"Days": 1}).gives("202 by owner")


@overview.add("To access an archived object, you must first initiate a restore request")
def _(world):
    world.put_object("k", StorageClass="GLACIER")
    world.caller("A root").get_object("k").gives("403 InvalidObjectState")


@overview.add("You can grant PUT Object permission to a user so the user can upload objects to your bucket")
def _(world):
    world.put_policy(allow("PutObject", "bkt/*", to="A/dave"))
    world.caller("A/dave").put_object("n").gives("200 by bucket policy")
    world.caller("A/eve").put_object("n").gives("403 no identity policy allows s3:PutObject")


@overview.add("You can grant permissions to everyone (also referred as anonymous access)")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    world.caller("anonymous").get_object("k").gives("200 by bucket policy")
    world.caller("A/dave").get_object("k").gives("200 by bucket policy")


@overview.add("You can grant permissions to all authenticated users (users with AWS credentials)")
def _(world):
    world.put_object_acl("k", ACL="authenticated-read")
    world.caller("C/x", allow("GetObject")).get_object("k").gives("200 by ACL")
    world.caller("anonymous").get_object("k").gives("403 Access Denied: no bucket policy allows")


@overview.add(
    "Each bucket and object has an ACL: a list of grants identifying grantee and permission granted"
)
def _(world):
    world.set_ownership("ObjectWriter")
    full_control = [({"ID": world.canonical_id("A"), "Type": "CanonicalUser"}, "FULL_CONTROL")]
    for shown in (world.caller("A root").get_bucket_acl(), world.caller("A root").get_object_acl("k")):
        grants = shown.gives("200").answer["Grants"]
        assert [
            ({name: g["Grantee"][name] for name in ("ID", "Type")}, g["Permission"]) for g in grants
        ] == full_control


@overview.add("You use ACLs to grant basic read/write permissions to other AWS accounts")
def _(world):
    world.put_bucket_acl(
        GrantRead=f"id={world.canonical_id('B')}", GrantWrite=f"id={world.canonical_id('B')}"
    )
    world.caller("B root").list_objects_v2().gives("200 by ACL")
    world.caller("B root").put_object("n").gives("200 by ACL")


@overview.add("Both bucket and object ACLs use the same XML schema")
def _(world):
    world.set_ownership("ObjectWriter")
    shown = world.caller("A root").get_bucket_acl().gives("200").answer
    same = {"Owner": shown["Owner"], "Grants": shown["Grants"]}
    world.caller("A root").put_object_acl("k", AccessControlPolicy=same).gives("200")
    world.caller("A root").put_bucket_acl(AccessControlPolicy=same).gives("200")


@overview.add(
    "You can add a bucket policy to grant other AWS accounts or IAM users permissions for bucket and objects"
)
def _(world):
    world.put_policy(allow("ListBucket GetObject", "bkt bkt/*", to=["B root", "A/dave"]))
    for who in (world.caller("B root"), world.caller("A/dave")):
        who.list_objects_v2().gives("200 by bucket policy")
        who.get_object("k").gives("200 by bucket policy")


@overview.add("Any object permissions apply only to the objects that the bucket owner creates")
def _(world):
    world.put_foreign_object("o")
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    world.caller("C/x", allow("GetObject")).get_object("k").gives("200 by bucket policy")
    world.caller("C/x").get_object("o").gives("403 Access Denied: no bucket policy allows")


@overview.add("Bucket policies supplement ACL-based access policies")
def _(world):
    world.put_bucket_acl(GrantRead=f"id={world.canonical_id('B')}")
    world.put_policy(allow("GetObject", "bkt/*", to="B root"))
    world.caller("B root").list_objects_v2().gives("200 by ACL")
    world.caller("B root").get_object("k").gives("200 by bucket policy")


@overview.add("The policy grants anonymous read permission on all objects in a bucket")
def _(world):
    world.put_object("deep/er/k")
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    for key in ("k", "deep/er/k"):
        world.caller("anonymous").get_object(key).gives("200 by bucket policy")
    world.caller("anonymous").list_objects_v2().gives("403 Access Denied: no bucket policy allows")
    world.caller("anonymous").put_object("k").gives("403 Access Denied: no bucket policy allows")


@overview.add(
    "You can create IAM users, groups, and roles in your account and attach access policies to them"
)
def _(world):
    read = allow("GetObject", "bkt/*")
    world.create_group("A/readers", read, members=["A/eve"])
    for who in (world.caller("A/dave", read), world.caller("A/eve"), world.caller("A:role/r/s", read)):
        who.get_object("k").gives("200 by identity policy")


@overview.add("You cannot grant anonymous permissions in an IAM user policy")
def _(world):
    with pytest.raises(PolicySyntaxError):
        world.caller("A/dave", allow("GetObject", "bkt/*", to="*"))


@overview.add("The example policy allows the associated user to perform six different Amazon S3 actions")
def _(world):
    actions = ["s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:DeleteObject", "s3:GetBucketLocation"]
    example = document(allow(" ".join(actions), "bkt/* bkt"), allow("ListAllMyBuckets"))
    dave = world.caller("A/dave", *json.loads(example)["Statement"])
    for call, done in (
        (lambda: dave.put_object("n"), 200),
        (lambda: dave.get_object("k"), 200),
        (dave.list_objects_v2, 200),
        (lambda: dave.delete_object("n"), 204),
        (dave.get_bucket_location, 200),
        (dave.list_buckets, 200),
    ):
        call().gives(f"{done} by identity policy")
    dave.get_object_acl("k").gives("403 no identity policy allows s3:GetObjectAcl")


@overview.add("When Amazon S3 receives a request, it must evaluate all the access policies")
def _(world):
    world.put_bucket_acl(ACL="public-read")
    world.caller("A/dave", EVERYTHING).list_objects_v2().gives("200 by identity policy")
    world.put_policy(deny("ListBucket", "bkt", to="A/dave"))
    world.caller("A/dave").list_objects_v2().gives("403 bucket policy denies s3:ListBucket")
    world.caller("A/eve").list_objects_v2().gives("200 by ACL")
    world.caller("A/eve", deny("ListBucket")).list_objects_v2().gives(
        "403 identity policy denies s3:ListBucket"
    )
