"""Get, Put and DeleteObjectTagging."""

from __future__ import annotations

from typing import Any

import pytest

from .answers import answer, client_with, no_such_bucket, refusal


def tag_set(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}


@pytest.fixture
def held(s3: Any, bucket: str) -> dict[str, str]:
    s3.put_object(Bucket=bucket, Key="k")
    return {"Bucket": bucket, "Key": "k"}


def test_tags_are_kept_in_order(s3: Any, held: dict[str, str]) -> None:
    wanted = tag_set(("b", "2"), ("a", ""), ("ä ö+-=._:/@", "x"))
    assert answer(s3.put_object_tagging, **held, Tagging=wanted) == {}
    assert answer(s3.get_object_tagging, **held) == wanted
    assert s3.delete_object_tagging(**held)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert answer(s3.get_object_tagging, **held) == {"TagSet": []}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (
            [("a", "1"), ("b", "2"), ("a", "3")],
            {"Message": "Cannot provide multiple Tags with the same key", "TagKey": "a"},
        ),
        ([("a,b", "1")], {"Message": "The TagKey you have provided is invalid", "TagKey": "a,b"}),
        ([("x" * 129, "1")], {"Message": "The TagKey you have provided is invalid", "TagKey": "x" * 129}),
        ([("", "1")], {"Message": "The TagKey you have provided is invalid", "TagKey": None}),
        (
            [("a", "1,2")],
            {"Message": "The TagValue you have provided is invalid", "TagKey": "a", "TagValue": "1,2"},
        ),
        (
            [("a", "x" * 257)],
            {"Message": "The TagValue you have provided is invalid", "TagKey": "a", "TagValue": "x" * 257},
        ),
        ([("aws:a", "1")], {"Message": "Your TagKey cannot be prefixed with aws:", "TagKey": "aws:a"}),
    ],
)
def test_tags_that_are_none(
    s3: Any, held: dict[str, str], tags: list[tuple[str, str]], expected: dict[str, str | None]
) -> None:
    """R-15."""
    s3.put_object_tagging(**held, Tagging=tag_set(("kept", "")))
    client = client_with(parameter_validation=False)
    found = refusal(client.put_object_tagging, **held, Tagging=tag_set(*tags))
    assert found == {"Status": 400, "Code": "InvalidTag", **expected}
    assert s3.get_object_tagging(**held)["TagSet"] == [{"Key": "kept", "Value": ""}]


def test_no_more_than_ten(s3: Any, held: dict[str, str]) -> None:
    many = [(str(number), "") for number in range(11)]
    s3.put_object_tagging(**held, Tagging=tag_set(*many[:10]))
    assert refusal(s3.put_object_tagging, **held, Tagging=tag_set(*many)) == {
        "Status": 400,
        "Code": "BadRequest",
        "Message": "Object tags cannot be greater than 10",
    }


@pytest.mark.parametrize("tag", [{"Key": "a"}, {"Value": "a"}])
def test_key_and_value_are_required(held: dict[str, str], tag: dict[str, str]) -> None:
    client = client_with(parameter_validation=False)
    assert refusal(client.put_object_tagging, **held, Tagging={"TagSet": [tag]}) == {
        "Status": 400,
        "Code": "MalformedXML",
        "Message": "The XML you provided was not well-formed or did not validate against our published schema",
    }


def test_missing_keys_are_named(s3: Any, bucket: str) -> None:
    """With the bucket where tags are read, without it elsewhere."""
    named = {"Bucket": bucket, "Key": "no"}
    assert refusal(s3.get_object_tagging, **named)["Key"] == f"{bucket}/no"
    assert refusal(s3.put_object_tagging, **named, Tagging=tag_set())["Key"] == "no"
    found = refusal(s3.delete_object_tagging, **named)
    assert (found["Status"], found["Code"], found["Key"]) == (404, "NoSuchKey", "no")
    found = refusal(s3.get_object_tagging, Bucket="amzn-nowhere", Key="k")
    assert found == no_such_bucket("amzn-nowhere")


def test_delete_markers(s3: Any, versioned: str) -> None:
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    calls = {
        "GET": s3.get_object_tagging,
        "PUT": lambda **params: s3.put_object_tagging(**params, Tagging=tag_set()),
        "DELETE": s3.delete_object_tagging,
    }
    for method, call in calls.items():
        for named in ({}, {"VersionId": marker}):
            assert refusal(call, Bucket=versioned, Key="k", **named) == {
                "Status": 405,
                "Code": "MethodNotAllowed",
                "Message": "The specified method is not allowed against this resource.",
                "Method": method,
                "ResourceType": "DeleteMarker",
            }


def test_every_version_has_its_own(s3: Any, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="k", Tagging="a=1")["VersionId"]
    second = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    found = answer(s3.get_object_tagging, Bucket=versioned, Key="k", VersionId=first)
    assert found == {"VersionId": first, **tag_set(("a", "1"))}
    found = answer(s3.put_object_tagging, Bucket=versioned, Key="k", Tagging=tag_set(("b", "2")))
    assert found == {"VersionId": second}
    assert answer(s3.delete_object_tagging, Bucket=versioned, Key="k", VersionId=first) == {
        "VersionId": first
    }
    assert s3.get_object_tagging(Bucket=versioned, Key="k")["TagSet"] == [{"Key": "b", "Value": "2"}]
