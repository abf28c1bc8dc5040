"""DeleteObject and DeleteObjects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, client_with, no_such_bucket, refusal

NOT_IMPLEMENTED = "A header you provided implies functionality that is not implemented"


def test_an_unversioned_bucket_says_nothing(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k")
    assert answer(s3.delete_object, Bucket=bucket, Key="k") == {}
    assert refusal(s3.head_object, Bucket=bucket, Key="k")["Status"] == 404
    assert answer(s3.delete_object, Bucket=bucket, Key="k") == {}


def test_deletes_are_204(s3: Any, bucket: str) -> None:
    assert s3.delete_object(Bucket=bucket, Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_if_match(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    assert refusal(s3.delete_object, Bucket=bucket, Key="k", IfMatch='"0123"') == {
        "Status": 412,
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": "If-Match",
    }
    s3.head_object(Bucket=bucket, Key="k")
    s3.delete_object(Bucket=bucket, Key="k", IfMatch=etag)
    assert refusal(s3.delete_object, Bucket=bucket, Key="k", IfMatch=etag)["Code"] == "NoSuchKey"


def test_if_match_anything(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k")
    s3.delete_object(Bucket=bucket, Key="k", IfMatch="*")
    assert refusal(s3.delete_object, Bucket=bucket, Key="k", IfMatch="*")["Code"] == "NoSuchKey"


@pytest.mark.parametrize(
    ("params", "header"),
    [
        ({"IfMatchLastModifiedTime": datetime(2026, 1, 1, tzinfo=UTC)}, "x-amz-if-match-last-modified-time"),
        ({"IfMatchSize": 1}, "x-amz-if-match-size"),
        (
            {"IfMatchSize": 1, "IfMatchLastModifiedTime": datetime(2026, 1, 1, tzinfo=UTC)},
            "x-amz-if-match-last-modified-time",
        ),
    ],
)
def test_conditions_of_directory_buckets(s3: Any, bucket: str, params: dict[str, Any], header: str) -> None:
    """R-60."""
    s3.put_object(Bucket=bucket, Key="k")
    assert refusal(s3.delete_object, Bucket=bucket, Key="k", **params) == {
        "Status": 501,
        "Code": "NotImplemented",
        "Message": NOT_IMPLEMENTED,
        "Header": header,
    }
    s3.head_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize("value", [True, False])
def test_bypass_goes_with_object_lock_only(s3: Any, bucket: str, value: bool) -> None:
    """F-44."""
    expected = {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
        "ArgumentName": "x-amz-bypass-governance-retention",
    }
    found = refusal(s3.delete_object, Bucket=bucket, Key="k", BypassGovernanceRetention=value)
    assert found == expected
    objects = {"Objects": [{"Key": "k"}]}
    found = refusal(s3.delete_objects, Bucket=bucket, Delete=objects, BypassGovernanceRetention=value)
    assert found == expected


def test_a_versioned_bucket_gets_a_marker_even_for_what_never_was(s3: Any, versioned: str) -> None:
    """R-112."""
    found = answer(s3.delete_object, Bucket=versioned, Key="k")
    assert found["DeleteMarker"] is True
    assert len(found["VersionId"]) == 32
    listed = s3.list_object_versions(Bucket=versioned)["DeleteMarkers"]
    assert [each["VersionId"] for each in listed] == [found["VersionId"]]


def test_deleting_a_version_and_a_marker(s3: Any, versioned: str) -> None:
    """R-112."""
    version = s3.put_object(Bucket=versioned, Key="k", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    found = answer(s3.delete_object, Bucket=versioned, Key="k", VersionId=marker)
    assert found == {"DeleteMarker": True, "VersionId": marker}
    assert s3.get_object(Bucket=versioned, Key="k")["Body"].read() == b"x"
    assert answer(s3.delete_object, Bucket=versioned, Key="k", VersionId=version) == {"VersionId": version}
    assert answer(s3.delete_object, Bucket=versioned, Key="k", VersionId=version) == {"VersionId": version}


def test_delete_objects_counts_what_is_missing_as_deleted(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a")
    found = answer(s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})
    assert found == {"Deleted": [{"Key": "a"}, {"Key": "b"}]}
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_delete_objects_quietly(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a")
    assert answer(s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "a"}], "Quiet": True}) == {}


def test_delete_objects_in_a_versioned_bucket(s3: Any, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="a")["VersionId"]
    found = answer(s3.delete_objects, Bucket=versioned, Delete={"Objects": [{"Key": "a"}]})
    marker = found["Deleted"][0]["DeleteMarkerVersionId"]
    assert found == {"Deleted": [{"Key": "a", "DeleteMarker": True, "DeleteMarkerVersionId": marker}]}
    entries = [{"Key": "a", "VersionId": marker}, {"Key": "a", "VersionId": version}]
    assert answer(s3.delete_objects, Bucket=versioned, Delete={"Objects": entries})["Deleted"] == [
        {"Key": "a", "VersionId": marker, "DeleteMarker": True, "DeleteMarkerVersionId": marker},
        {"Key": "a", "VersionId": version},
    ]


def test_delete_objects_without_a_bucket(s3: Any) -> None:
    found = refusal(s3.delete_objects, Bucket="amzn-nowhere", Delete={"Objects": [{"Key": "a"}]})
    assert found == no_such_bucket("amzn-nowhere")


def test_delete_objects_of_more_than_a_thousand(s3: Any, bucket: str) -> None:
    """F-12."""
    s3.put_object(Bucket=bucket, Key="0")
    entries = [{"Key": str(number)} for number in range(1001)]
    assert refusal(s3.delete_objects, Bucket=bucket, Delete={"Objects": entries})["Code"] == "MalformedXML"
    s3.head_object(Bucket=bucket, Key="0")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": entries[:1000]})
    assert refusal(s3.head_object, Bucket=bucket, Key="0")["Status"] == 404


def test_delete_objects_of_nothing(s3: Any, bucket: str) -> None:
    assert refusal(s3.delete_objects, Bucket=bucket, Delete={"Objects": []})["Code"] == "MalformedXML"


def test_delete_objects_must_say_what_its_body_is(s3: Any, bucket: str) -> None:
    def strip(request: Any, **_: object) -> None:
        for name in [
            name
            for name in request.headers
            if name.lower().startswith(("x-amz-checksum", "x-amz-sdk-checksum"))
        ]:
            del request.headers[name]

    s3.meta.events.register("before-sign.s3.DeleteObjects", strip)
    assert refusal(s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "a"}]}) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    }


def test_delete_objects_says_per_entry_what_failed(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="fits", Body=b"x")["ETag"]
    s3.put_object(Bucket=bucket, Key="other", Body=b"y")
    entries = [
        {"Key": "fits", "ETag": etag},
        {"Key": "other", "ETag": etag},
        {"Key": "impossible", "VersionId": "zz"},
        {"Key": "x" * 1025},
    ]
    found = answer(s3.delete_objects, Bucket=bucket, Delete={"Objects": entries})
    assert found["Deleted"] == [{"Key": "fits"}]
    assert [(each["Key"][:10], each["Code"]) for each in found["Errors"]] == [
        ("other", "PreconditionFailed"),
        ("impossible", "NoSuchVersion"),
        ("x" * 10, "KeyTooLongError"),
    ]


@pytest.mark.parametrize(
    "condition", [{"Size": 1}, {"LastModifiedTime": datetime(2026, 1, 1, tzinfo=UTC)}], ids=["size", "date"]
)
def test_delete_objects_with_conditions_of_directory_buckets(
    s3: Any, bucket: str, condition: dict[str, Any]
) -> None:
    """R-121: the whole request is refused, and no object is deleted."""
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    entries = [{"Key": "a"}, {"Key": "b", **condition}]
    found = refusal(s3.delete_objects, Bucket=bucket, Delete={"Objects": entries})
    assert (found["Status"], found["Code"]) == (400, "MalformedXML")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_delete_objects_refuses_key_by_key(aws: MockAWS, s3: Any, bucket: str) -> None:
    for key in ("mine/a", "yours/b"):
        s3.put_object(Bucket=bucket, Key=key)
    statement = {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{bucket}/mine/*"}
    eve = aws.account().create_user("eve", policies=[{"Version": "2012-10-17", "Statement": [statement]}])
    entries = [{"Key": "mine/a"}, {"Key": "yours/b"}]
    found = answer(eve.client("s3").delete_objects, Bucket=bucket, Delete={"Objects": entries, "Quiet": True})
    (error,) = found["Errors"]
    assert (error["Key"], error["Code"]) == ("yours/b", "AccessDenied")
    assert error["Message"] == (
        f'User: {eve.arn} is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::{bucket}/yours/b" '
        "because no identity-based policy allows the s3:DeleteObject action"
    )
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["yours/b"]


def test_deleting_what_is_missing_needs_the_permission_all_the_same(aws: MockAWS, bucket: str) -> None:
    """X-5."""
    eve = aws.account().create_user("eve")
    with pytest.raises(ClientError, match="s3:DeleteObject "):
        eve.client("s3").delete_object(Bucket=bucket, Key="k")


def _lock(root: Any, name: str, key: str) -> str:
    version = root.put_object(
        Bucket=name,
        Key=key,
        Body=b"x",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=datetime(2099, 1, 1, tzinfo=UTC),
    )["VersionId"]
    assert isinstance(version, str)
    return version


def _allow(*statements: tuple[str, list[str]]) -> dict[str, Any]:
    allowed = ({"Effect": "Allow", "Action": action, "Resource": keys} for action, keys in statements)
    return {"Version": "2012-10-17", "Statement": list(allowed)}


MINE, THEIRS = "arn:aws:s3:::locked/a", "arn:aws:s3:::locked/a?b"


@pytest.mark.parametrize(
    "policy",
    [
        _allow(("s3:DeleteObjectVersion", [MINE]), ("s3:BypassGovernanceRetention", [MINE])),
        _allow(("s3:DeleteObjectVersion", [MINE, THEIRS]), ("s3:BypassGovernanceRetention", [MINE])),
    ],
    ids=["nothing allowed", "no bypass allowed"],
)
@pytest.mark.parametrize("last_first", [False, True])
def test_f11_each_entry_is_decided_by_its_own_key_and_version(
    aws: MockAWS, policy: dict[str, Any], last_first: bool
) -> None:
    """F-11: key ``a`` with version ``b?V`` and key ``a?b`` with version ``V`` are two things."""
    root = aws.client("s3")
    root.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    own, version = _lock(root, "locked", "a"), _lock(root, "locked", "a?b")
    eve = aws.account().create_user("eve", policies=policy).client("s3")
    entries = [
        {"Key": "a", "VersionId": f"b?{version}"},
        {"Key": "a", "VersionId": own},
        {"Key": "a?b", "VersionId": version},
    ]
    found = eve.delete_objects(
        Bucket="locked",
        Delete={"Objects": entries[::-1] if last_first else entries},
        BypassGovernanceRetention=True,
    )
    assert [entry["Key"] for entry in found["Deleted"]] == ["a"]
    errors = {(entry["Key"], entry["VersionId"]): entry["Code"] for entry in found["Errors"]}
    assert errors == {("a", f"b?{version}"): "NoSuchVersion", ("a?b", version): "AccessDenied"}
    kept = root.head_object(Bucket="locked", Key="a?b", VersionId=version)
    assert kept["ObjectLockMode"] == "GOVERNANCE"
    assert refusal(root.head_object, Bucket="locked", Key="a", VersionId=own)["Status"] == 404


def test_delete_objects_with_an_empty_key(s3: Any, versioned: str) -> None:
    """R-121: all other objects of the request are kept, and there is no delete marker."""
    s3.put_object(Bucket=versioned, Key="k")
    objects = {"Objects": [{"Key": "k"}, {"Key": ""}]}
    client = client_with(parameter_validation=False)
    assert refusal(client.delete_objects, Bucket=versioned, Delete=objects)["Code"] == "MalformedXML"
    found = s3.list_object_versions(Bucket=versioned)
    assert ([each["Key"] for each in found["Versions"]], "DeleteMarkers" in found) == (["k"], False)
