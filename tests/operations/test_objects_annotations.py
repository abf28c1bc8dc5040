"""Annotations: texts beside an object, and how they go along with copies."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal, status, unchecking_client

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NO_SUCH_ANNOTATION = {
    "Status": 404,
    "Code": "NoSuchAnnotation",
    "Message": "The specified annotation does not exist on this object.",
}
PROTECTED = {
    "Status": 403,
    "Code": "AccessDenied",
    "Message": "Access Denied because object protected by object lock.",
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as clock:
        yield clock


@pytest.fixture
def named(s3: Any, bucket: str) -> dict[str, str]:
    s3.put_object(Bucket=bucket, Key="k", Body=b"picture")
    return {"Bucket": bucket, "Key": "k"}


def annotate(
    s3: Any, named: dict[str, str], name: str = "labels", text: str = "cat, dog", **params: Any
) -> Any:
    return s3.put_object_annotation(**named, AnnotationName=name, AnnotationPayload=text.encode(), **params)


def names(s3: Any, named: dict[str, str], **params: Any) -> list[str]:
    found = s3.list_object_annotations(**named, **params).get("Annotations", [])
    return [each["AnnotationName"] for each in found]


def test_an_annotation_is_kept_beside_the_object(s3: Any, named: dict[str, str], clock: Any) -> None:
    before = answer(s3.head_object, **named)
    clock.tick(timedelta(minutes=1))
    etag = f'"{hashlib.md5(b"cat, dog").hexdigest()}"'
    put = answer(s3.put_object_annotation, **named, AnnotationName="labels", AnnotationPayload=b"cat, dog")
    checksum = put.pop("ChecksumCRC32")
    assert put == {
        "Key": "k",
        "AnnotationName": "labels",
        "ETag": etag,
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }
    got = answer(s3.get_object_annotation, **named, AnnotationName="labels")
    assert got.pop("AnnotationPayload").read() == b"cat, dog"
    assert got == {
        "LastModified": NOW + timedelta(minutes=1),
        "ContentLength": 8,
        "ETag": etag,
        "ServerSideEncryption": "AES256",
        "ChecksumCRC32": checksum,
        "ChecksumType": "FULL_OBJECT",
    }
    assert answer(s3.head_object, **named) == before
    assert s3.get_object(**named)["Body"].read() == b"picture"


def test_a_listing(s3: Any, named: dict[str, str]) -> None:
    assert answer(s3.list_object_annotations, **named) == {
        "Bucket": named["Bucket"],
        "Key": "k",
        "MaxAnnotationResults": 1000,
        "AnnotationCount": 0,
        "Annotations": [],
    }
    annotate(s3, named)
    found = answer(s3.list_object_annotations, **named, AnnotationPrefix="lab")
    assert (found["AnnotationPrefix"], found["AnnotationCount"]) == ("lab", 1)
    assert found["Annotations"] == [
        {
            "AnnotationName": "labels",
            "LastModified": NOW,
            "ETag": f'"{hashlib.md5(b"cat, dog").hexdigest()}"',
            "ChecksumAlgorithm": ["CRC32"],
            "Size": 8,
        }
    ]


def test_listings_have_an_order_a_prefix_and_pages(s3: Any, named: dict[str, str]) -> None:
    for name in ("b", "ä", "a/2", "a", "Z"):
        annotate(s3, named, name)
    assert names(s3, named) == ["Z", "a", "a/2", "b", "ä"]
    assert names(s3, named, AnnotationPrefix="a") == ["a", "a/2"]
    seen, token = [], {}
    while True:
        page = s3.list_object_annotations(**named, MaxAnnotationResults=2, **token)
        seen.append([each["AnnotationName"] for each in page["Annotations"]])
        assert page.get("ContinuationToken") == token.get("ContinuationToken")
        if "NextContinuationToken" not in page:
            break
        token = {"ContinuationToken": page["NextContinuationToken"]}
    assert seen == [["Z", "a"], ["a/2", "b"], ["ä"]]
    found = refusal(s3.list_object_annotations, **named, ContinuationToken="nonsense")
    assert found["Message"] == "The continuation token provided is incorrect"


def test_annotations_are_overwritten_and_deleted(s3: Any, named: dict[str, str]) -> None:
    annotate(s3, named, text="old")
    annotate(s3, named, text="new")
    found = s3.get_object_annotation(**named, AnnotationName="labels")
    assert found["AnnotationPayload"].read() == b"new"
    assert status(s3.delete_object_annotation, **named, AnnotationName="labels") == 204
    assert refusal(s3.get_object_annotation, **named, AnnotationName="labels") == NO_SUCH_ANNOTATION
    assert status(s3.delete_object_annotation, **named, AnnotationName="labels") == 204


def test_annotations_belong_to_a_version(s3: Any, versioned: str) -> None:
    key = {"Bucket": versioned, "Key": "k"}
    old = s3.put_object(**key)["VersionId"]
    assert annotate(s3, key)["ObjectVersionId"] == old
    new = s3.put_object(**key)["VersionId"]
    assert names(s3, key) == []
    assert names(s3, key, VersionId=old) == ["labels"]
    annotate(s3, key, "other", VersionId=old)
    assert names(s3, key, VersionId=old) == ["labels", "other"]
    found = s3.get_object_annotation(**key, AnnotationName="other", VersionId=old)
    assert found["ObjectVersionId"] == old
    s3.delete_object_annotation(**key, AnnotationName="other", VersionId=old)
    assert s3.list_object_annotations(**key)["ObjectVersionId"] == new
    assert names(s3, key, VersionId=old) == ["labels"]


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("x" * 513, "AnnotationNameTooLong", "The annotation name exceeds 512 bytes."),
        ("ä" * 257, "AnnotationNameTooLong", "The annotation name exceeds 512 bytes."),
        ("aws:labels", "InvalidAnnotationName", "The annotation name you provided is invalid."),
        ("S3labels", "InvalidAnnotationName", "The annotation name you provided is invalid."),
        ("", "InvalidAnnotationName", "The annotation name you provided is invalid."),
    ],
)
def test_names_that_cannot_be(s3: Any, named: dict[str, str], name: str, code: str, message: str) -> None:
    found = refusal(s3.put_object_annotation, **named, AnnotationName=name, AnnotationPayload=b"x")
    assert found == {"Status": 400, "Code": code, "Message": message}
    annotate(s3, named, "x" * 512)


@pytest.mark.parametrize("payload", [b"", b"x" * ((1 << 20) + 1)])
def test_payloads_that_are_too_short_or_too_long(s3: Any, named: dict[str, str], payload: bytes) -> None:
    found = refusal(s3.put_object_annotation, **named, AnnotationName="a", AnnotationPayload=payload)
    assert (found["Status"], found["Code"]) == (400, "InvalidRequest")
    annotate(s3, named, text="x" * (1 << 20))


def test_payloads_are_text(s3: Any, named: dict[str, str]) -> None:
    found = refusal(s3.put_object_annotation, **named, AnnotationName="a", AnnotationPayload=b"\xff")
    assert found == {
        "Status": 415,
        "Code": "UnsupportedMediaType",
        "Message": "The annotation payload is not valid UTF-8 encoded text.",
    }
    assert names(s3, named) == []


def test_digests_are_held_against_the_payload(s3: Any, named: dict[str, str]) -> None:
    found = refusal(
        unchecking_client().put_object_annotation,
        **named,
        AnnotationName="a",
        AnnotationPayload=b"x",
        ChecksumSHA256="ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
    )
    assert found["Message"] == "The SHA256 you specified did not match the calculated checksum."
    sent = annotate(unchecking_client(), named, "b")
    assert "ChecksumCRC64NVME" in sent


def test_a_thousand_and_no_more(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    from dataclasses import replace

    annotate(s3, named, "a0")
    with aws.store.editing(named["Bucket"]) as held:
        version = held.current("k")
        assert version is not None
        one = version.annotations["a0"]
        many = {f"a{number}": replace(one, name=f"a{number}") for number in range(1000)}
        held.update(replace(version, annotations=many))
    assert refusal(s3.put_object_annotation, **named, AnnotationName="b", AnnotationPayload=b"x") == {
        "Status": 400,
        "Code": "AnnotationLimitExceeded",
        "Message": "The request would exceed the maximum number of annotations allowed per object.",
    }
    annotate(s3, named, "a7", "another text")
    assert len(names(s3, named)) == 1000


def test_only_while_the_object_is_the_one_that_is_meant(s3: Any, named: dict[str, str]) -> None:
    failed = {
        "Status": 412,
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": "x-amz-object-if-match",
    }
    etag = s3.head_object(**named)["ETag"]
    annotate(s3, named, ObjectIfMatch=etag)
    given = {"AnnotationName": "labels", "ObjectIfMatch": '"other"'}
    assert refusal(s3.put_object_annotation, **named, **given, AnnotationPayload=b"x") == failed
    assert refusal(s3.delete_object_annotation, **named, **given) == failed
    s3.delete_object_annotation(**named, AnnotationName="labels", ObjectIfMatch=etag)


def test_what_is_not_there(s3: Any, versioned: str) -> None:
    calls = (
        (s3.put_object_annotation, {"AnnotationName": "a", "AnnotationPayload": b"x"}, "PUT"),
        (s3.get_object_annotation, {"AnnotationName": "a"}, "GET"),
        (s3.list_object_annotations, {}, "GET"),
        (s3.delete_object_annotation, {"AnnotationName": "a"}, "DELETE"),
    )
    s3.put_object(Bucket=versioned, Key="k")
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    for call, params, method in calls:
        assert refusal(call, Bucket="amzn-nowhere", Key="k", **params) == no_such_bucket("amzn-nowhere")
        for key in ("nope", "k"):
            found = refusal(call, Bucket=versioned, Key=key, **params)
            assert (found["Status"], found["Code"], found["Key"]) == (404, "NoSuchKey", key)
        found = refusal(call, Bucket=versioned, Key="k", VersionId=marker, **params)
        assert (found["Status"], found["Code"], found["Method"]) == (405, "MethodNotAllowed", method)


def test_objects_under_a_customers_key_have_none() -> None:
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    with mock_s3(new_bucket_defaults="legacy") as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="amzn-data")
        s3.put_object(Bucket="amzn-data", Key="k", Body=b"x", **key)
        named = {"Bucket": "amzn-data", "Key": "k"}
        found = refusal(s3.put_object_annotation, **named, AnnotationName="a", AnnotationPayload=b"x")
        assert (found["Status"], found["Code"]) == (400, "InvalidRequest")
        s3.put_object(Bucket="amzn-data", Key="plain", Body=b"x")
        annotate(s3, {"Bucket": "amzn-data", "Key": "plain"})
        copy = {"Bucket": "amzn-data", "Key": "copy", "CopySource": "amzn-data/plain", **key}
        assert refusal(s3.copy_object, **copy)["Code"] == "InvalidRequest"
        s3.copy_object(**copy, AnnotationDirective="EXCLUDE")


# Object Lock.


def test_locked_objects_keep_their_annotations(aws: MockAWS, s3: Any, locked: str, clock: Any) -> None:
    named = {"Bucket": locked, "Key": "k"}
    until = NOW + timedelta(days=1)
    s3.put_object(**named, Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    for name in ("a", "b", "c"):
        annotate(s3, named, name)
    assert refusal(s3.delete_object_annotation, **named, AnnotationName="a") == PROTECTED
    bypassing = bypass(aws.client("s3", region_name="us-east-1"))
    bypassing.delete_object_annotation(**named, AnnotationName="a")
    eve = bypass(user(aws, "s3:DeleteObjectAnnotation"))
    found = refusal(eve.delete_object_annotation, **named, AnnotationName="b")
    assert "perform: s3:BypassGovernanceRetention on" in found["Message"]
    s3.put_object_legal_hold(**named, LegalHold={"Status": "ON"})
    assert refusal(bypassing.delete_object_annotation, **named, AnnotationName="b") == PROTECTED
    s3.put_object_legal_hold(**named, LegalHold={"Status": "OFF"})
    clock.move_to(until)
    s3.delete_object_annotation(**named, AnnotationName="b")
    assert names(s3, named) == ["c"]


def bypass(client: Any) -> Any:
    """The client, sending the bypass header with every call; the model has no member for it."""

    def add(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-amz-bypass-governance-retention"] = "true"

    client.meta.events.register("before-call.s3.DeleteObjectAnnotation", add)
    return client


# Copies.


def test_copies_take_them_along_unless_told_otherwise(s3: Any, named: dict[str, str], clock: Any) -> None:
    annotate(s3, named)
    clock.tick(timedelta(days=1))
    for key, params, expected in (
        ("one", {}, ["labels"]),
        ("two", {"AnnotationDirective": "COPY", "MetadataDirective": "REPLACE"}, ["labels"]),
        ("three", {"AnnotationDirective": "EXCLUDE"}, []),
    ):
        s3.copy_object(Bucket=named["Bucket"], Key=key, CopySource=named, **params)
        assert names(s3, {"Bucket": named["Bucket"], "Key": key}) == expected
    copied = s3.get_object_annotation(Bucket=named["Bucket"], Key="one", AnnotationName="labels")
    assert copied["AnnotationPayload"].read() == b"cat, dog"
    assert copied["LastModified"] == NOW + timedelta(days=1)
    found = refusal(
        s3.copy_object, Bucket=named["Bucket"], Key="k2", CopySource=named, AnnotationDirective="KEEP"
    )
    assert (found["Code"], found["ArgumentValue"]) == ("InvalidArgument", "KEEP")


def test_the_directive_may_stand_in_the_query(s3: Any, named: dict[str, str]) -> None:
    def move(params: dict[str, Any], **_: Any) -> None:
        params["query_string"]["x-amz-object-annotation-directive"] = "EXCLUDE"
        params["url"] += "?x-amz-object-annotation-directive=EXCLUDE"

    annotate(s3, named)
    s3.meta.events.register("before-call.s3.CopyObject", move)
    s3.copy_object(Bucket=named["Bucket"], Key="copy", CopySource=named)
    assert names(s3, {"Bucket": named["Bucket"], "Key": "copy"}) == []


def test_copies_of_annotations_take_permissions(aws: MockAWS, s3: Any, named: dict[str, str]) -> None:
    """F-1."""
    copy = {"Bucket": named["Bucket"], "Key": "copy", "CopySource": named}
    eve = user(aws, "s3:GetObject", "s3:PutObject")
    eve.copy_object(**copy)
    annotate(s3, named)
    assert "perform: s3:GetObjectAnnotation on" in refusal(eve.copy_object, **copy)["Message"]
    ann = user(aws, "s3:GetObject", "s3:PutObject", "s3:GetObjectAnnotation")
    assert "perform: s3:PutObjectAnnotation on" in refusal(ann.copy_object, **copy)["Message"]
    eve.copy_object(**copy, AnnotationDirective="EXCLUDE")
    bob = user(aws, "s3:GetObject", "s3:PutObject", "s3:GetObjectAnnotation", "s3:PutObjectAnnotation")
    bob.copy_object(**copy)
    assert names(s3, {"Bucket": named["Bucket"], "Key": "copy"}) == ["labels"]


# Permissions.


@pytest.mark.parametrize("form", ["", "Version"])
def test_each_call_takes_its_own_permission(aws: MockAWS, s3: Any, versioned: str, form: str) -> None:
    named = {"Bucket": versioned, "Key": "k"}
    version = s3.put_object(**named)["VersionId"]
    if form:
        named["VersionId"] = version
    eve = user(aws, "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
    given = {"AnnotationName": "a"}
    for call, action, params in (
        ("put_object_annotation", f"PutObject{form}Annotation", {**given, "AnnotationPayload": b"x"}),
        ("get_object_annotation", f"GetObject{form}Annotation", given),
        ("list_object_annotations", f"ListObject{form}Annotations", {}),
        ("delete_object_annotation", f"DeleteObject{form}Annotation", given),
    ):
        found = refusal(getattr(eve, call), **named, **params)
        assert f"perform: s3:{action} on" in found["Message"]
        one = user(aws, f"s3:{action}")
        getattr(one, call)(**named, **params)


def user(aws: MockAWS, *actions: str) -> Any:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policies = [{"Version": "2012-10-17", "Statement": [statement]}]
    name = "-".join(action.partition(":")[2] for action in actions)[:64]
    return aws.account().create_user(name, policies=policies).client("s3")
