"""Keys that repeat parameters of the request."""

from __future__ import annotations

import pytest

from mocks3.model.target import Target
from tests.access.asking import answer, seen, supposed


@pytest.mark.parametrize(
    ("call", "sent", "expected"),
    [
        (
            "list_objects_v2",
            {"Prefix": "home/", "Delimiter": "/", "MaxKeys": 7},
            {"s3:prefix": "home/", "s3:delimiter": "/", "s3:max-keys": "7"},
        ),
        ("list_objects", {"Prefix": ""}, {"s3:prefix": "", "s3:delimiter": None, "s3:max-keys": None}),
        ("list_objects_v2", {}, {"s3:prefix": None, "s3:delimiter": None, "s3:max-keys": None}),
        ("head_bucket", {}, {"s3:prefix": None}),
    ],
)
def test_parameters_of_listings(aws, a, call, sent, expected) -> None:
    """OQ-12, C-46: a parameter that is not sent is missing, an empty one is empty; F-74."""
    context = seen(aws, "s3:ListBucket", lambda: getattr(a.client(), call)(Bucket="bkt", **sent))
    assert {key: context.get(key) for key in expected} == {
        key: None if value is None else (value,) for key, value in expected.items()
    }


def test_versions_are_listed_with_the_same_keys(aws, a) -> None:
    call = a.client().list_object_versions
    context = seen(aws, "s3:ListBucketVersions", lambda: call(Bucket="bkt", Prefix="p", MaxKeys=1))
    assert (context["s3:prefix"], context["s3:max-keys"]) == (("p",), ("1",))


def test_uploads_are_listed_without(aws, a) -> None:
    """The reference gives s3:ListBucketMultipartUploads no s3:prefix."""
    call = a.client().list_multipart_uploads
    assert "s3:prefix" not in seen(
        aws, "s3:ListBucketMultipartUploads", lambda: call(Bucket="bkt", Prefix="p")
    )


def test_a_missing_key_is_looked_for_without_parameters(aws, a) -> None:
    """X-2."""
    user = a.create_user("dave", policies={"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}})  # fmt: skip
    call = user.client("s3").get_object
    context = seen(aws, "s3:ListBucket", lambda: answer(lambda: call(Bucket="bkt", Key="nokey")))
    assert "s3:prefix" not in context


def test_versions_are_named_to_actions_on_versions(aws, a) -> None:
    """F-50: s3:versionid, not for actions without a form for versions."""
    s3 = a.client()
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="bkt", Key="k")["VersionId"]
    context = seen(
        aws, "s3:GetObjectVersion", lambda: s3.get_object(Bucket="bkt", Key="k", VersionId=version)
    )
    assert context["s3:versionid"] == (version,)
    context = seen(aws, "s3:GetObject", lambda: s3.get_object(Bucket="bkt", Key="k"))
    assert "s3:versionid" not in context
    retention = supposed(
        aws,
        a.root,
        "s3:GetObjectRetention",
        lambda client: client.get_object_retention(Bucket="bkt", Key="k", VersionId=version),
        Target("bkt", aws.store.bucket("bkt"), "k", version),
    )
    assert "s3:versionid" not in retention


def test_a_copy_s_source_names_its_version(aws, a) -> None:
    s3 = a.client()
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="bkt", Key="k")["VersionId"]
    source = {"Bucket": "bkt", "Key": "k", "VersionId": version}
    context = seen(
        aws, "s3:GetObjectVersion", lambda: s3.copy_object(Bucket="bkt", Key="new", CopySource=source)
    )
    assert context["s3:versionid"] == (version,)


def test_entries_of_a_delete_name_their_versions(aws, a) -> None:
    s3 = a.client()
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="bkt", Key="k")["VersionId"]
    entries = {"Objects": [{"Key": "k", "VersionId": version}]}
    context = seen(aws, "s3:DeleteObjectVersion", lambda: s3.delete_objects(Bucket="bkt", Delete=entries))
    assert context["s3:versionid"] == (version,)


def test_what_a_new_bucket_is_to_be(aws, a) -> None:
    """s3:locationconstraint (W-170), s3:x-amz-object-ownership, s3:x-amz-bucket-namespace (F-71)."""
    s3 = a.client()
    plain = seen(aws, "s3:CreateBucket", lambda: s3.create_bucket(Bucket="one"))
    for key in ("s3:locationconstraint", "s3:x-amz-object-ownership", "s3:x-amz-bucket-namespace"):
        assert key not in plain
    context = supposed(
        aws,
        a.root,
        "s3:CreateBucket",
        lambda client: client.create_bucket(
            Bucket="two",
            ObjectOwnership="ObjectWriter",
            BucketNamespace="account-regional",
            CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        ),
    )
    assert context["s3:locationconstraint"] == ("eu-west-1",)
    assert context["s3:x-amz-object-ownership"] == ("ObjectWriter",)
    assert context["s3:x-amz-bucket-namespace"] == ("account-regional",)


def test_conditions_on_writes(aws, a) -> None:
    """M-20: s3:if-match, s3:if-none-match."""
    s3 = a.client()
    context = seen(aws, "s3:PutObject", lambda: s3.put_object(Bucket="bkt", Key="new", IfNoneMatch="*"))
    assert context["s3:if-none-match"] == ("*",)
    etag = s3.head_object(Bucket="bkt", Key="new")["ETag"]
    context = seen(aws, "s3:PutObject", lambda: s3.put_object(Bucket="bkt", Key="new", IfMatch=etag))
    assert context["s3:if-match"] == (etag,)
    assert "s3:if-none-match" not in context
    context = seen(aws, "s3:GetObject", lambda: s3.get_object(Bucket="bkt", Key="new", IfMatch=etag))
    assert "s3:if-match" not in context


def test_an_entry_s_etag_is_its_condition(aws, a) -> None:
    """F-14: s3:if-match of DeleteObjects, entry by entry."""
    s3 = a.client()
    etag = s3.put_object(Bucket="bkt", Key="x")["ETag"]
    entries = {"Objects": [{"Key": "x", "ETag": etag}, {"Key": "k"}]}
    before = len(aws.decisions)
    s3.delete_objects(Bucket="bkt", Delete=entries)
    found = {
        each.resource: each.request.context.get("s3:if-match")
        for each in aws.decisions[before:]
        if each.action == "s3:DeleteObject"
    }
    assert found == {"arn:aws:s3:::bkt/x": (etag,), "arn:aws:s3:::bkt/k": None}


def test_annotations(aws, a) -> None:
    """s3:annotation-prefix, s3:max-annotation-results, s3:x-amz-object-if-match."""
    context = supposed(
        aws,
        a.root,
        "s3:ListObjectAnnotations",
        lambda s3: s3.list_object_annotations(
            Bucket="bkt", Key="k", AnnotationPrefix="p", MaxAnnotationResults=3
        ),
    )
    assert context["s3:annotation-prefix"] == ("p",)
    assert context["s3:max-annotation-results"] == ("3",)
    context = supposed(
        aws,
        a.root,
        "s3:DeleteObjectAnnotation",
        lambda s3: s3.delete_object_annotation(
            Bucket="bkt", Key="k", AnnotationName="n", ObjectIfMatch='"e"'
        ),
    )
    assert context["s3:x-amz-object-if-match"] == ('"e"',)


def test_fields_of_an_inventory(aws, a) -> None:
    """s3:InventoryAccessibleOptionalFields is a list."""
    destination = {"S3BucketDestination": {"Bucket": "arn:aws:s3:::bkt", "Format": "CSV"}}
    configuration = {
        "Destination": destination,
        "IsEnabled": True,
        "Id": "i",
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "OptionalFields": ["Size", "ETag"],
    }
    context = supposed(
        aws,
        a.root,
        "s3:PutInventoryConfiguration",
        lambda s3: s3.put_bucket_inventory_configuration(
            Bucket="bkt", Id="i", InventoryConfiguration=configuration
        ),
    )
    assert context["s3:inventoryaccessibleoptionalfields"] == ("Size", "ETag")


def test_what_makes_an_object_at_once(aws, a) -> None:
    """M-20, F-165: s3:ObjectCreationOperation is false for CreateMultipartUpload and for uploading parts."""
    s3 = a.client()
    found = {}

    def note(name, call):
        before = len(aws.decisions)
        result = call()
        decision = next(each for each in aws.decisions[before:] if each.action == "s3:PutObject")
        found[name] = decision.request.context["s3:objectcreationoperation"]
        return result

    note("PutObject", lambda: s3.put_object(Bucket="bkt", Key="k"))
    note("CopyObject", lambda: s3.copy_object(Bucket="bkt", Key="c", CopySource="bkt/k"))
    upload = note("Create", lambda: s3.create_multipart_upload(Bucket="bkt", Key="m"))["UploadId"]
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload}
    etag = note("UploadPart", lambda: s3.upload_part(**part, PartNumber=1, Body=b"x"))["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    note("Complete", lambda: s3.complete_multipart_upload(**part, MultipartUpload=parts))
    assert found == {
        "PutObject": ("true",),
        "CopyObject": ("true",),
        "Create": ("false",),
        "UploadPart": ("false",),
        "Complete": ("true",),
    }


def test_a_body_that_cannot_be_read_holds_no_keys(aws, a) -> None:
    """W-193: an error about a body is sent after the decision."""
    context = supposed(
        aws,
        a.root,
        "s3:CreateBucket",
        lambda s3: s3.create_bucket(Bucket="two", CreateBucketConfiguration={}),
    )
    parsed = context.request_info.parsed
    parsed._read_body = lambda seal: (_ for _ in ()).throw(__import__("mocks3.errors").errors.MALFORMED_XML())
    assert context.get("s3:locationconstraint") is None
