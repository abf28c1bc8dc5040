"""Condition keys with the headers of a write (C-81: only headers that were sent)."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from tests.access.asking import answer, seen, supposed

ID = 'id="' + "a" * 64 + '"'
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
AT = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

SENT = [
    ({"ACL": "private"}, {"s3:x-amz-acl": "private"}),
    ({"GrantRead": ID}, {"s3:x-amz-grant-read": ID}),
    ({"GrantReadACP": ID}, {"s3:x-amz-grant-read-acp": ID}),
    ({"GrantWriteACP": ID}, {"s3:x-amz-grant-write-acp": ID}),
    ({"GrantFullControl": ID}, {"s3:x-amz-grant-full-control": ID}),
    ({"StorageClass": "STANDARD_IA"}, {"s3:x-amz-storage-class": "STANDARD_IA"}),
    ({"WebsiteRedirectLocation": "/x"}, {"s3:x-amz-website-redirect-location": "/x"}),
    (
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY},
        {
            "s3:x-amz-server-side-encryption": "aws:kms",
            "s3:x-amz-server-side-encryption-aws-kms-key-id": f"arn:aws:kms:us-east-1:111111111111:key/{KEY}",
        },
    ),
    (
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "arn:aws:kms:eu-west-1:1:key/x"},
        {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:eu-west-1:1:key/x"},
    ),
    (
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32},
        {
            "s3:x-amz-server-side-encryption-customer-algorithm": "AES256",
            "s3:x-amz-server-side-encryption": None,
        },
    ),
    (
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": AT + datetime.timedelta(days=9.5)},
        {
            "s3:object-lock-mode": "GOVERNANCE",
            "s3:object-lock-retain-until-date": "2026-03-11T00:00:00Z",
            "s3:object-lock-remaining-retention-days": "10",
        },
    ),
    ({"ObjectLockLegalHoldStatus": "ON"}, {"s3:object-lock-legal-hold": "ON"}),
    (
        {"ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationDays": 5},
        {"s3:object-lock-event-hold": "ON", "s3:object-lock-event-hold-duration-days": "5"},
    ),
]


@pytest.mark.parametrize(("sent", "expected"), SENT, ids=lambda value: next(iter(value)))
@pytest.mark.parametrize("call", ["put_object", "create_multipart_upload", "copy_object"])
def test_headers_of_a_write(aws, a, call, sent, expected) -> None:
    """A-70, F-22, F-24, F-26, F-45."""
    source = {"CopySource": "bkt/k"} if call == "copy_object" else {}
    with time_machine.travel(AT, tick=False):
        context = supposed(
            aws, a.root, "s3:PutObject", lambda s3: getattr(s3, call)(Bucket="bkt", Key="k", **sent, **source)
        )
        assert {key: context.get(key) for key in expected} == {
            key: None if value is None else (value,) for key, value in expected.items()
        }


def test_a_key_s_alias_stands_for_the_key(aws, a) -> None:
    """s3:x-amz-server-side-encryption-aws-kms-key-id is always an ARN."""
    found = [
        supposed(
            aws,
            a.root,
            "s3:PutObject",
            lambda s3, name=name: s3.put_object(
                Bucket="bkt", Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId=name
            ),
        )["s3:x-amz-server-side-encryption-aws-kms-key-id"]
        for name in ("alias/aws/s3", "arn:aws:kms:us-east-1:111111111111:alias/aws/s3", "alias/none")
    ]
    assert found[0] == found[1]
    assert found[0][0].startswith("arn:aws:kms:us-east-1:111111111111:key/")
    assert found[2] == ("arn:aws:kms:us-east-1:111111111111:alias/none",)


def test_nothing_sent_is_nothing_known(aws, a) -> None:
    """F-24, A-44: neither the bucket's default nor an implied private ACL appears."""
    context = seen(aws, "s3:PutObject", lambda: a.client().put_object(Bucket="bkt", Key="k"))
    known = {key for key in context if key.startswith(("s3:x-amz-", "s3:object-lock"))}
    assert known <= {"s3:x-amz-content-sha256"}


def test_headers_belong_to_actions(aws, a) -> None:
    """s3:PutObjectTagging carries neither s3:x-amz-storage-class nor s3:x-amz-acl."""

    def put(s3):
        return s3.put_object(Bucket="bkt", Key="k", ACL="private", StorageClass="STANDARD", Tagging="a=b")

    tagging = supposed(aws, a.root, "s3:PutObjectTagging", put)
    assert "s3:x-amz-acl" not in tagging
    assert "s3:x-amz-storage-class" not in tagging
    acl = supposed(aws, a.root, "s3:PutObjectAcl", put)
    assert acl["s3:x-amz-acl"] == ("private",)


def test_grants_on_buckets(aws, a) -> None:
    """s3:x-amz-grant-write, A-70."""
    context = supposed(
        aws, a.root, "s3:PutBucketAcl", lambda s3: s3.put_bucket_acl(Bucket="bkt", GrantWrite=ID)
    )
    assert context["s3:x-amz-grant-write"] == (ID,)


def test_an_acl_in_a_body_is_invisible(aws, a) -> None:
    """A-71."""
    grants = {"Owner": {"ID": "x"}, "Grants": []}
    context = supposed(
        aws,
        a.root,
        "s3:PutObjectAcl",
        lambda s3: s3.put_object_acl(Bucket="bkt", Key="k", AccessControlPolicy=grants),
    )
    assert [key for key in context if "acl" in key or "grant" in key] == []


def test_locks_in_bodies(aws, a) -> None:
    """s3:object-lock-mode and the other keys of PutObjectRetention and PutObjectLegalHold."""
    retention = {"Mode": "COMPLIANCE", "RetainUntilDate": AT + datetime.timedelta(days=1)}
    with time_machine.travel(AT, tick=False):
        context = supposed(
            aws,
            a.root,
            "s3:PutObjectRetention",
            lambda s3: s3.put_object_retention(Bucket="bkt", Key="k", Retention=retention),
        )
        assert context["s3:object-lock-mode"] == ("COMPLIANCE",)
        assert context["s3:object-lock-retain-until-date"] == ("2026-03-02T12:00:00Z",)
        assert context["s3:object-lock-remaining-retention-days"] == ("1",)
        assert "s3:object-lock-legal-hold" not in context
    context = supposed(
        aws,
        a.root,
        "s3:PutObjectLegalHold",
        lambda s3: s3.put_object_legal_hold(Bucket="bkt", Key="k", LegalHold={"Status": "OFF"}),
    )
    assert context["s3:object-lock-legal-hold"] == ("OFF",)


def test_what_is_copied(aws, a) -> None:
    """F-4b, OQ-31: s3:x-amz-copy-source as it was sent, without a leading slash."""
    s3 = a.client()
    s3.put_object(Bucket="bkt", Key="a b")

    def copy(source, **more):
        call = lambda: s3.copy_object(Bucket="bkt", Key="new", CopySource=source, **more)  # noqa: E731
        before = len(aws.decisions)
        call()
        return [each for each in aws.decisions[before:] if each.action in ("s3:GetObject", "s3:PutObject")]

    for source in ("bkt/a b", "/bkt/a b"):
        contexts = {each.action: each.request.context for each in copy(source)}
        assert contexts["s3:PutObject"]["s3:x-amz-copy-source"] == ("bkt/a%20b",)
        assert "s3:x-amz-copy-source" not in contexts["s3:GetObject"]
        assert "s3:x-amz-metadata-directive" not in contexts["s3:PutObject"]
    context = copy("bkt/k", MetadataDirective="REPLACE")[-1].request.context
    assert context["s3:x-amz-metadata-directive"] == ("REPLACE",)


def test_annotations_that_are_copied(aws, a) -> None:
    """s3:x-amz-object-annotation-directive."""
    context = supposed(
        aws,
        a.root,
        "s3:PutObject",
        lambda s3: s3.copy_object(Bucket="bkt", Key="n", CopySource="bkt/k", AnnotationDirective="EXCLUDE"),
    )
    assert context["s3:x-amz-object-annotation-directive"] == ("EXCLUDE",)


def test_later_calls_of_an_upload_carry_its_encryption(aws, a) -> None:
    """OQ-8: s3:x-amz-server-side-encryption, and neither storage class nor ACL nor tags."""
    s3 = a.client()
    upload = s3.create_multipart_upload(
        Bucket="bkt", Key="m", ServerSideEncryption="AES256", StorageClass="STANDARD_IA", Tagging="a=b"
    )["UploadId"]
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload}
    contexts = [
        seen(aws, "s3:PutObject", lambda: s3.upload_part(**part, PartNumber=1, Body=b"x")),
        seen(aws, "s3:PutObject", lambda: s3.upload_part_copy(**part, PartNumber=2, CopySource="bkt/k")),
        seen(
            aws,
            "s3:PutObject",
            lambda: answer(lambda: s3.complete_multipart_upload(**part, MultipartUpload={"Parts": []})),
        ),
    ]
    for context in contexts:
        assert context["s3:x-amz-server-side-encryption"] == ("AES256",)
        for key in ("s3:x-amz-storage-class", "s3:x-amz-acl", "s3:requestobjecttag/a"):
            assert key not in context
        assert "s3:x-amz-server-side-encryption-aws-kms-key-id" not in context


def test_later_calls_of_an_upload_do_not_carry_what_the_bucket_added(aws, a) -> None:
    """C-81, OQ-8: s3:x-amz-server-side-encryption follows the header, also that of the call before."""
    s3 = a.client()
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")
    assert upload["ServerSideEncryption"] == "AES256"
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload["UploadId"]}
    context = seen(aws, "s3:PutObject", lambda: s3.upload_part(**part, PartNumber=1, Body=b"x"))
    assert "s3:x-amz-server-side-encryption" not in context


def test_an_upload_s_customer_key_is_not_carried(a) -> None:
    """OQ-8: s3:x-amz-server-side-encryption-customer-algorithm is missing on Complete."""
    aws = a._aws
    context = supposed(
        aws,
        a.root,
        "s3:PutObject",
        lambda s3: s3.complete_multipart_upload(
            Bucket="bkt", Key="m", UploadId="u", MultipartUpload={"Parts": []}
        ),
    )
    assert "s3:x-amz-server-side-encryption-customer-algorithm" not in context
    assert "s3:x-amz-server-side-encryption" not in context


def test_changing_an_object_s_encryption(aws, a) -> None:
    """UpdateObjectEncryption names the key in its body."""
    arn = "arn:aws:kms:us-east-1:111111111111:key/x"
    context = supposed(
        aws,
        a.root,
        "s3:UpdateObjectEncryption",
        lambda s3: s3.update_object_encryption(
            Bucket="bkt", Key="k", ObjectEncryption={"SSEKMS": {"KMSKeyArn": arn}}
        ),
    )
    assert context["s3:x-amz-server-side-encryption"] == ("aws:kms",)
    assert context["s3:x-amz-server-side-encryption-aws-kms-key-id"] == (arn,)
