"""Multipart uploads and objects of other accounts: W-30 to W-63."""

from __future__ import annotations

import pytest

from .documents import allow, deny
from .examples import Examples

examples = Examples()
PUT = allow("PutObject", "bkt/*")


@pytest.mark.parametrize("example", examples.all)
def test_seed_statements(example, world):
    example(world)


def begin_upload(world, by, key="big"):
    """Begin an upload, and return the parameters of later calls."""
    return {"Key": key, "UploadId": by.begin_upload(key)}


def dave_and_upload(world):
    """Return A/dave, who has s3:PutObject, and an upload that he began."""
    dave = world.caller("A/dave", PUT)
    return dave, begin_upload(world, dave)


def send_first_part(by, of):
    """Send the first part, and return the parameters that complete the upload."""
    etag = by.upload_part(**of, PartNumber=1, Body=b"x").gives("200").answer["ETag"]
    return {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}


@examples.add("W-30")
def _(world):
    dave = world.caller("A/dave", PUT)
    upload = {
        "Key": "big",
        "UploadId": dave.create_multipart_upload("big").gives("200 by identity policy").answer["UploadId"],
    }
    part = dave.upload_part(**upload, PartNumber=1, Body=b"x").gives("200 by identity policy").answer["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    dave.complete_multipart_upload(**upload, MultipartUpload=parts).gives("200 by identity policy")


@examples.add("W-31")
def _(world):
    world.caller("A/dave").create_multipart_upload("big").gives("403 no identity policy allows s3:PutObject")


@examples.add("W-32")
def _(world):
    _dave, upload = dave_and_upload(world)
    world.caller("A/eve", PUT).upload_part(**upload, PartNumber=1, Body=b"x").gives(
        "403 Access Denied: not the initiator"
    )
    with world.new_world(initiator_rule="account") as relaxed:
        _dave, upload = dave_and_upload(relaxed)
        relaxed.caller("A/eve", PUT).upload_part(**upload, PartNumber=1, Body=b"x").gives(
            "200 by identity policy"
        )


@examples.add("W-33")
def _(world):
    dave, upload = dave_and_upload(world)
    world.caller("A/eve", PUT).complete_multipart_upload(**upload, **send_first_part(dave, upload)).gives(
        "403 Access Denied: not the initiator"
    )
    with world.new_world(initiator_rule="account") as relaxed:
        dave, upload = dave_and_upload(relaxed)
        relaxed.caller("A/eve", PUT).complete_multipart_upload(
            **upload, **send_first_part(dave, upload)
        ).gives("200 by identity policy")


@examples.add("W-34")
def _(world):
    dave, upload = dave_and_upload(world)
    send_first_part(dave, upload)
    world.remove_policies("A/dave")
    dave.upload_part(**upload, PartNumber=2, Body=b"x").gives("403 no identity policy allows s3:PutObject")


@examples.add("W-35")
def _(world):
    dave, upload = dave_and_upload(world)
    dave.list_parts(**upload).gives("200 by default right")
    dave.abort_multipart_upload(**upload).gives("204 by default right")


@examples.add("W-36")
def _(world):
    _dave, upload = dave_and_upload(world)
    world.caller("A/eve").abort_multipart_upload(**upload).gives(
        "403 no identity policy allows s3:AbortMultipartUpload"
    )


@examples.add("W-37")
def _(world):
    _dave, upload = dave_and_upload(world)
    world.caller("A root").list_parts(**upload).gives("200")
    world.caller("A root").abort_multipart_upload(**upload).gives("204")


def begin_upload_of_b(world, who="B/up"):
    """Begin an upload as a user of account B; the bucket policy allows account B."""
    world.put_policy(allow("PutObject", "bkt/*", to="B root"))
    return begin_upload(world, world.caller(who, PUT))


@examples.add("W-38")
def _(world):
    world.caller("B root").abort_multipart_upload(**begin_upload_of_b(world)).gives("204 by default right")


@examples.add("W-39")
def _(world):
    world.caller("B root").abort_multipart_upload(**begin_upload_of_b(world, "B:role/r/s")).gives(
        "403 Access Denied: no bucket policy allows"
    )


@examples.add("W-40")
def _(world):
    world.caller("A root").abort_multipart_upload(**begin_upload_of_b(world)).gives("204 by owner")


@examples.add("W-41")
def _(world):
    dave, upload = dave_and_upload(world)
    world.put_policy(deny("AbortMultipartUpload", "bkt/*", to="A/dave"))
    dave.abort_multipart_upload(**upload).gives("403 bucket policy denies s3:AbortMultipartUpload")


@examples.add("W-42")
def _(world):
    _dave, upload = dave_and_upload(world)
    world.put_policy(deny("AbortMultipartUpload", "bkt/*", to="*"))
    world.caller("A root").abort_multipart_upload(**upload).gives(
        "403 bucket policy denies s3:AbortMultipartUpload"
    )


@examples.add("W-43")
def _(world):
    _dave, upload = dave_and_upload(world)
    world.put_policy(allow("AbortMultipartUpload", "bkt/*", to="A/eve"))
    world.caller("A/eve").abort_multipart_upload(**upload).gives("204 by bucket policy")


@examples.add("W-44")
def _(world):
    dave = world.caller("A/dave", allow("ListBucketMultipartUploads", "bkt/*"))
    dave.list_multipart_uploads().gives("403 no identity policy allows s3:ListBucketMultipartUploads")


@examples.add("W-45")
def _(world):
    dave, _u = dave_and_upload(world)
    begin_upload(world, world.caller("A root"), "roots")
    world.caller("A/dave", allow("ListBucketMultipartUploads", "bkt"))
    uploads = dave.list_multipart_uploads().gives("200 by identity policy").answer["Uploads"]
    assert {each["Key"]: each["Initiator"]["ID"] for each in uploads} == {
        "big": "arn:aws:iam::111111111111:user/dave",
        "roots": world.canonical_id("A"),
    }


@examples.add("W-46")
def _(world):
    dave, upload = dave_and_upload(world)
    world.put_object("src/k")
    copied = dave.upload_part_copy(**upload, PartNumber=1, CopySource="bkt/src/k")
    copied.gives("403 no identity policy allows s3:GetObject on bkt/src/k")


@examples.add("W-47")
def _(world):
    dave, upload = dave_and_upload(world)
    world.caller("A/dave", allow("GetObject", "bkt/*"))
    world.enable_versioning()
    source = {"Bucket": "bkt", "Key": "src/k", "VersionId": world.put_object("src/k")}
    copied = dave.upload_part_copy(**upload, PartNumber=1, CopySource=source)
    copied.gives("403 no identity policy allows s3:GetObjectVersion on bkt/src/k")


@examples.add("W-48")
def _(world):
    for anybody in (world.caller("A root"), world.caller("A/dave"), world.caller("C/x")):
        anybody.upload_part("big", UploadId="xyz", PartNumber=1, Body=b"x").gives("404 NoSuchUpload")


@examples.add("W-49")
def _(world):
    world.caller("C/x").list_parts(**begin_upload_of_b(world)).gives(
        "403 Access Denied: no identity policy allows"
    )


@examples.add("W-50")
def _(world):
    world.put_foreign_object("o")
    world.caller("A/admin", allow("s3:*")).get_object("o").gives("403 no bucket policy allows s3:GetObject")


@examples.add("W-51")
def _(world):
    world.put_foreign_object("o")
    world.caller("A/admin", allow("s3:*")).delete_object("o").gives("204 by identity policy")


@examples.add("W-52")
def _(world):
    world.put_foreign_object("o", StorageClass="GLACIER")
    world.caller("A/admin", allow("s3:*")).restore_object("o", RestoreRequest={"Days": 1}).gives(
        "202 by identity policy"
    )


@examples.add("W-53")
def _(world):
    world.put_foreign_object("o")
    world.put_policy(deny("GetObject", "bkt/o", to="B root"))
    world.caller("B root").get_object("o").gives("403 Access Denied: bucket policy denies")


@examples.add("W-54")
def _(world):
    world.put_foreign_object("o")
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    world.caller("anonymous").get_object("o").gives("403 Access Denied: no bucket policy allows")


@examples.add("W-55")
def _(world):
    world.put_foreign_object("o")
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    world.caller("anonymous").get_object("k").gives("200 by bucket policy")


@examples.add("W-56")
def _(world):
    world.put_foreign_object("o", ACL="public-read")
    world.caller("anonymous").get_object("o").gives("200 by ACL")


@examples.add("W-57")
def _(world):
    world.put_foreign_object("o")
    world.caller("A/admin", allow("s3:*")).put_object("o").gives("200 by identity policy")
    assert world.caller("A root").get_object_acl("o").gives("200").answer["Owner"][
        "ID"
    ] == world.canonical_id("A")


@examples.add("W-58")
def _(world):
    world.put_foreign_object("o")
    admin = world.caller("A/admin", allow("s3:*"))
    world.set_ownership("BucketOwnerEnforced")
    admin.get_object("o").gives("200 by identity policy")
    world.set_ownership("ObjectWriter")
    admin.get_object("o").gives("403 no bucket policy allows s3:GetObject")


@examples.add("W-59")
def _(world):
    world.put_foreign_object("o")
    world.put_policy(allow("PutObjectTagging PutObjectAcl", "bkt/*", to="A root"))
    admin = world.caller("A/admin", allow("s3:*"))
    admin.put_object_tagging("o", Tagging={"TagSet": []}).gives("200 by identity policy")
    admin.put_object_acl("o", ACL="private").gives("403 no bucket policy allows s3:PutObjectAcl")


@examples.add("W-60")
def _(world):
    dave = world.caller("A/dave", PUT)
    for mode in ("BucketOwnerEnforced", "ObjectWriter"):
        world.set_ownership(mode)
        dave.put_object("x").gives("200")
        assert world.caller("A root").get_object_acl("x").answer["Owner"]["ID"] == world.canonical_id("A")


def user_of_the_guide(world):
    """Return a user with the identity policy of the developer guide's overview."""
    actions = "PutObject GetObject ListBucket DeleteObject GetBucketLocation"
    return world.caller("A/holder", allow(actions, "bkt/* bkt"), allow("ListAllMyBuckets"))


@examples.add("W-61")
def _(world):
    who = user_of_the_guide(world)
    who.list_buckets().gives("200 by identity policy")
    who.list_objects().gives("200 by identity policy")
    who.get_object("k").gives("200 by identity policy")
    who.put_object("k").gives("200 by identity policy")
    who.delete_object("k").gives("204 by identity policy")
    who.get_bucket_location().gives("200 by identity policy")


@examples.add("W-62")
def _(world):
    version = world.enable_versioning()
    user_of_the_guide(world).get_object("k", VersionId=version).gives(
        "403 no identity policy allows s3:GetObjectVersion"
    )


@examples.add("W-63")
def _(world):
    world.put_policy(allow("GetObject", "bkt/*", to="*"))
    world.caller("anonymous").get_object("k").gives("200 by bucket policy")
    world.caller("anonymous").list_objects().gives("403 Access Denied: no bucket policy allows")
