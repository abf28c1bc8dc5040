"""ListObjects, ListObjectsV2, ListObjectVersions: what an answer echoes, quotes, and refuses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from mocks3.handles.mock_aws import MockAWS
from mocks3.storage import ANONYMOUS

from .answers import answer, no_such_bucket, refusal

LISTINGS = ["list_objects", "list_objects_v2", "list_object_versions"]
KEYS = ["a", "dir/x", "dir/y", "other/z", "z"]


@pytest.fixture
def data(aws: MockAWS) -> str:
    aws.account().create_bucket("data", objects=dict.fromkeys(KEYS, b"body"))
    return "data"


def test_v1_of_a_whole_bucket(aws: MockAWS, s3: Any, data: str) -> None:
    listed = answer(s3.list_objects, Bucket=data)
    contents = listed.pop("Contents")
    assert listed == {
        "Name": "data",
        "Prefix": "",
        "Marker": "",
        "MaxKeys": 1000,
        "IsTruncated": False,
        "EncodingType": "url",
    }
    assert [entry["Key"] for entry in contents] == KEYS
    first = contents[0]
    assert first.pop("LastModified").tzinfo is not None
    assert first == {
        "Key": "a",
        "ETag": '"841a2d689ad86bd1611447453c22c6fc"',
        "Size": 4,
        "StorageClass": "STANDARD",
        "ChecksumAlgorithm": ["CRC64NVME"],
        "ChecksumType": "FULL_OBJECT",
        "Owner": {"ID": aws.account().canonical_id},
    }


def test_v2_of_a_whole_bucket(s3: Any, data: str) -> None:
    listed = answer(s3.list_objects_v2, Bucket=data)
    contents = listed.pop("Contents")
    assert listed == {
        "Name": "data",
        "Prefix": "",
        "MaxKeys": 1000,
        "KeyCount": 5,
        "IsTruncated": False,
        "EncodingType": "url",
    }
    assert "Owner" not in contents[0]


def test_v2_tells_owners_when_asked(aws: MockAWS, s3: Any, data: str) -> None:
    [first, *_] = s3.list_objects_v2(Bucket=data, FetchOwner=True)["Contents"]
    assert first["Owner"] == {"ID": aws.account().canonical_id}


def test_the_anonymous_caller_is_told_no_owners_in_v1(aws: MockAWS) -> None:
    allow = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::open",
        },
    }
    aws.account().create_bucket("open", policy=allow, public_access_block=None, objects={"k": b""})
    [entry] = aws.anonymous.client().list_objects(Bucket="open")["Contents"]
    assert "Owner" not in entry


def test_versions_of_a_bucket_without_versioning(aws: MockAWS, s3: Any, data: str) -> None:
    listed = answer(s3.list_object_versions, Bucket=data)
    versions = listed.pop("Versions")
    assert listed == {
        "Name": "data",
        "Prefix": "",
        "KeyMarker": "",
        "VersionIdMarker": "",
        "MaxKeys": 1000,
        "IsTruncated": False,
        "EncodingType": "url",
    }
    assert [(v["Key"], v["VersionId"], v["IsLatest"]) for v in versions] == [(k, "null", True) for k in KEYS]
    assert versions[0]["Owner"] == {"ID": aws.account().canonical_id}


def test_delete_markers_show_little(aws: MockAWS, s3: Any) -> None:
    aws.account().create_bucket("data", versioning=True, objects={"k": b"1"})
    marker = s3.delete_object(Bucket="data", Key="k")["VersionId"]
    listed = s3.list_object_versions(Bucket="data")
    [entry] = listed["DeleteMarkers"]
    assert entry.pop("LastModified")
    assert entry == {
        "Key": "k",
        "VersionId": marker,
        "IsLatest": True,
        "Owner": {"ID": aws.account().canonical_id},
    }
    assert [v["IsLatest"] for v in listed["Versions"]] == [False]
    assert "Contents" not in s3.list_objects_v2(Bucket="data")


def test_owners_are_the_writers_where_acls_are_enabled(aws: MockAWS, s3: Any) -> None:
    aws.account().create_bucket("data", ownership="ObjectWriter", objects={"k": b""})
    with aws.store.editing("data") as bucket:
        version = bucket.current("k")
        assert version is not None
        bucket.update(replace(version, owner=ANONYMOUS))
    [entry] = s3.list_objects(Bucket="data")["Contents"]
    assert entry["Owner"] == {"ID": "65a011a29cdf8ec533ec3d1ccaae921c"}


# Delimiters and prefixes


def test_a_delimiter_makes_common_prefixes(s3: Any, data: str) -> None:
    listed = answer(s3.list_objects_v2, Bucket=data, Delimiter="/")
    assert [entry["Key"] for entry in listed["Contents"]] == ["a", "z"]
    assert listed["CommonPrefixes"] == [{"Prefix": "dir/"}, {"Prefix": "other/"}]
    assert (listed["KeyCount"], listed["Delimiter"]) == (4, "/")


def test_an_empty_delimiter_is_none(s3: Any, data: str) -> None:
    listed = answer(s3.list_objects_v2, Bucket=data, Delimiter="")
    assert "Delimiter" not in listed
    assert len(listed["Contents"]) == 5


def test_a_prefix_is_echoed(s3: Any, data: str) -> None:
    listed = answer(s3.list_objects_v2, Bucket=data, Prefix="dir/")
    assert [entry["Key"] for entry in listed["Contents"]] == ["dir/x", "dir/y"]
    assert listed["Prefix"] == "dir/"


# Markers and limits


def test_v1_has_a_next_marker_only_with_a_delimiter(s3: Any, data: str) -> None:
    """R-34."""
    plain = answer(s3.list_objects, Bucket=data, MaxKeys=2)
    assert plain["IsTruncated"]
    assert "NextMarker" not in plain
    grouped = answer(s3.list_objects, Bucket=data, MaxKeys=2, Delimiter="/")
    assert grouped["NextMarker"] == "dir/"
    rest = answer(s3.list_objects, Bucket=data, Delimiter="/", Marker="dir/")
    assert [p["Prefix"] for p in rest["CommonPrefixes"]] == ["other/"]
    assert [entry["Key"] for entry in rest["Contents"]] == ["z"]
    assert rest["Marker"] == "dir/"
    assert "NextMarker" not in rest


def test_v2_starts_after(s3: Any, data: str) -> None:
    listed = answer(s3.list_objects_v2, Bucket=data, StartAfter="dir/x")
    assert [entry["Key"] for entry in listed["Contents"]] == ["dir/y", "other/z", "z"]
    assert listed["StartAfter"] == "dir/x"


def test_v2_a_group_is_listed_that_start_after_lies_in(s3: Any, data: str) -> None:
    listed = answer(s3.list_objects_v2, Bucket=data, StartAfter="dir/x", Delimiter="/")
    assert [p["Prefix"] for p in listed["CommonPrefixes"]] == ["dir/", "other/"]


def test_v2_a_token_outweighs_start_after(s3: Any, data: str) -> None:
    token = s3.list_objects_v2(Bucket=data, MaxKeys=3)["NextContinuationToken"]
    listed = answer(s3.list_objects_v2, Bucket=data, ContinuationToken=token, StartAfter="a")
    assert [entry["Key"] for entry in listed["Contents"]] == ["other/z", "z"]
    assert listed["ContinuationToken"] == token
    assert "StartAfter" not in listed


def test_v2_says_start_after_on_the_first_page_only(s3: Any, data: str) -> None:
    """R-34."""
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(
            Bucket=data, StartAfter="a", PaginationConfig={"PageSize": 2}
        )
    )
    assert [page.get("StartAfter") for page in pages] == ["a", *[None] * (len(pages) - 1)]
    assert [page.get("ContinuationToken") for page in pages[1:]] == [
        page["NextContinuationToken"] for page in pages[:-1]
    ]
    assert len(pages) > 1


@pytest.mark.parametrize("token", ["", "nonsense", "AAAA"])
def test_v2_refuses_tokens_it_did_not_give(s3: Any, data: str, token: str) -> None:
    """R-31."""
    assert refusal(s3.list_objects_v2, Bucket=data, ContinuationToken=token) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "The continuation token provided is incorrect",
        "ArgumentName": "continuation-token",
    }


def test_v2_a_token_is_good_for_its_bucket_only(aws: MockAWS, s3: Any, data: str) -> None:
    token = s3.list_objects_v2(Bucket=data, MaxKeys=1)["NextContinuationToken"]
    aws.account().create_bucket("other")
    refused = refusal(s3.list_objects_v2, Bucket="other", ContinuationToken=token)
    assert refused["ArgumentName"] == "continuation-token"
    assert "dir" not in token


@pytest.mark.parametrize("listing", LISTINGS)
def test_no_keys_at_all_are_no_truncation(s3: Any, data: str, listing: str) -> None:
    listed = answer(getattr(s3, listing), Bucket=data, MaxKeys=0)
    assert (listed["MaxKeys"], listed["IsTruncated"]) == (0, False)
    assert "Contents" not in listed
    assert "Versions" not in listed


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_thousand_is_the_most(aws: MockAWS, s3: Any, listing: str) -> None:
    """R-36: more than 1,000 is repeated as it was sent, but a page has 1,000 entries at most."""
    aws.account().create_bucket("many", objects=dict.fromkeys((f"{n:04}" for n in range(1001)), b""))
    listed = answer(getattr(s3, listing), Bucket="many", MaxKeys=5000)
    assert (listed["MaxKeys"], listed["IsTruncated"]) == (5000, True)
    assert len(listed.get("Contents") or listed["Versions"]) == 1000


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_negative_limit(s3: Any, data: str, listing: str) -> None:
    """R-36: ListObjectVersions has a sentence of its own."""
    of_versions = {"Message": "max-keys cannot be negative", "ArgumentName": "max-keys"}
    of_keys = {
        "Message": "Argument maxKeys must be an integer between 0 and 2147483647",
        "ArgumentName": "maxKeys",
        "ArgumentValue": "-1",
    }
    assert refusal(getattr(s3, listing), Bucket=data, MaxKeys=-1) == {
        "Status": 400,
        "Code": "InvalidArgument",
        **(of_versions if listing == "list_object_versions" else of_keys),
    }


def get(s3: Any, bucket: str, query: str) -> requests.Response:
    """Send a signed GET of the bucket with a query as it is written."""
    request = AWSRequest("GET", f"https://{bucket}.s3.us-east-1.amazonaws.com/?{query}")
    S3SigV4Auth(s3._request_signer._credentials, "s3", "us-east-1").add_auth(request)
    prepared = request.prepare()
    return requests.get(prepared.url, headers=dict(prepared.headers), timeout=1)


def element(text: str, name: str) -> str | None:
    found = re.search(f"<{name}>(.*?)</{name}>", text)
    return found and found[1]


OTHER_VERSION = [
    (
        "continuation-token=x",
        "continuation-token",
        "continuation-token only supported in REST.GET.BUCKET with list-type=2",
    ),
    ("start-after=", "start-after", "startAfter only supported in REST.GET.BUCKET with list-type=2"),
    (
        "start-after=x&continuation-token=",
        "continuation-token",
        "continuation-token only supported in REST.GET.BUCKET with list-type=2",
    ),
    (
        "list-type=1&start-after=x",
        "start-after",
        "startAfter only supported in REST.GET.BUCKET with list-type=2",
    ),
    ("list-type=2&marker=", "marker", "Marker unsupported with REST.GET.BUCKET in list-type=2"),
]


@pytest.mark.parametrize(("query", "argument", "message"), OTHER_VERSION)
def test_parameters_of_the_other_version(s3: Any, data: str, query: str, argument: str, message: str) -> None:
    """R-36: they are refused before the bucket is looked up, without their value."""
    for bucket in (data, "nothing"):
        found = get(s3, bucket, query)
        assert (found.status_code, element(found.text, "Code")) == (400, "InvalidArgument"), bucket
        assert (element(found.text, "ArgumentName"), element(found.text, "Message")) == (argument, message)
        assert "ArgumentValue" not in found.text


@pytest.mark.parametrize(
    ("query", "argument"),
    [
        ("max-keys=abc&start-after=x", "max-keys"),
        ("encoding-type=x&max-keys=-1", "encoding-type"),
        ("list-type=2&continuation-token=x&encoding-type=x&max-keys=-1", "encoding-type"),
        ("list-type=2&continuation-token=x&max-keys=-1", "continuation-token"),
        ("versions&version-id-marker=x&key-marker=a&encoding-type=x&max-keys=-1", "version-id-marker"),
        ("versions&encoding-type=x&max-keys=-1", "encoding-type"),
        ("uploads&encoding-type=x&max-uploads=-1&key-marker=a&upload-id-marker=x", "encoding-type"),
        ("uploads&max-uploads=-1&key-marker=a&upload-id-marker=x", "max-uploads"),
    ],
)
def test_which_of_several_invalid_parameters_is_named(s3: Any, data: str, query: str, argument: str) -> None:
    """R-36."""
    assert element(get(s3, data, query).text, "ArgumentName") == argument


@pytest.mark.parametrize(
    ("text", "has_owners"), [("true", True), *((text, False) for text in ("TRUE", "1", "x", "", "false"))]
)
def test_owners_are_listed_for_the_text_true_only(s3: Any, data: str, text: str, has_owners: bool) -> None:
    """R-36: any other text is not refused."""
    found = get(s3, data, f"list-type=2&fetch-owner={text}")
    assert (found.status_code, "<Owner>" in found.text) == (200, has_owners)


@pytest.mark.parametrize(
    ("number", "size"),
    [("05", "5"), ("-0", "0"), ("0" * 5000, "0"), ("", "1000"), ("2147483647", "2147483647")],
)
def test_numbers_as_s3_reads_them(s3: Any, data: str, number: str, size: str) -> None:
    """R-36."""
    for query in ("", "list-type=2&", "versions&"):
        assert element(get(s3, data, f"{query}max-keys={number}").text, "MaxKeys") == size


@pytest.mark.parametrize("number", ["%2B5", "5.0", "1e3", "%205", "2147483648", "-2147483649"])
def test_numbers_that_s3_does_not_read(s3: Any, data: str, number: str) -> None:
    """R-36."""
    message = "Provided max-keys not an integer or within integer range"
    for query in ("", "list-type=2&", "versions&"):
        assert element(get(s3, data, f"{query}max-keys={number}").text, "Message") == message


def test_empty_parameters_that_are_repeated(s3: Any, data: str) -> None:
    """R-36: an empty StartAfter, and an empty delimiter of ListObjectVersions only."""
    assert "<StartAfter></StartAfter>" in get(s3, data, "list-type=2&start-after=").text
    assert "StartAfter" not in get(s3, data, "list-type=2").text
    assert "<Delimiter></Delimiter>" in get(s3, data, "versions&delimiter=").text
    for query in ("delimiter=", "list-type=2&delimiter=", "versions", "uploads&delimiter="):
        assert "Delimiter" not in get(s3, data, query).text


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_limit_that_is_no_number(aws: MockAWS, data: str, listing: str) -> None:
    client = aws.client("s3", config=Config(parameter_validation=False))
    refused = refusal(getattr(client, listing), Bucket=data, MaxKeys="many")
    assert (refused["Status"], refused["Code"], refused["ArgumentName"]) == (
        400,
        "InvalidArgument",
        "max-keys",
    )


@pytest.mark.parametrize("marker", ["abc", "null", ""])
def test_a_version_marker_needs_a_key_marker(s3: Any, data: str, marker: str) -> None:
    """R-31."""
    refused = refusal(s3.list_object_versions, Bucket=data, VersionIdMarker=marker)
    assert (refused.pop("ArgumentValue") or "") == marker
    assert refused == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "A version-id marker cannot be specified without a key marker.",
        "ArgumentName": "version-id-marker",
    }


@pytest.mark.parametrize("key", ["a", ""])
def test_an_empty_version_marker(s3: Any, data: str, key: str) -> None:
    """R-31."""
    refused = refusal(s3.list_object_versions, Bucket=data, KeyMarker=key, VersionIdMarker="")
    assert (refused["Status"], refused["Code"], refused["Message"], refused["ArgumentName"]) == (
        400,
        "InvalidArgument",
        "A version-id marker cannot be empty.",
        "version-id-marker",
    )


def test_a_version_marker_with_an_empty_key_marker(s3: Any, data: str) -> None:
    """R-31: nothing is after it."""
    listed = answer(s3.list_object_versions, Bucket=data, KeyMarker="", VersionIdMarker="null")
    assert (listed["KeyMarker"], listed["VersionIdMarker"], listed["IsTruncated"]) == ("", "null", False)
    assert "Versions" not in listed
    refused = refusal(s3.list_object_versions, Bucket=data, KeyMarker="", VersionIdMarker="abc")
    assert refused["Message"] == "Invalid version id specified"


def test_a_version_marker_is_a_version_id(s3: Any, data: str) -> None:
    refused = refusal(s3.list_object_versions, Bucket=data, KeyMarker="a", VersionIdMarker="abc")
    assert (refused["Message"], refused["ArgumentName"]) == (
        "Invalid version id specified",
        "version-id-marker",
    )


# Encoding


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("encoding", ["", "base64", "url "])
def test_url_is_the_only_encoding(s3: Any, data: str, listing: str, encoding: str) -> None:
    """R-30."""
    refused = refusal(getattr(s3, listing), Bucket=data, EncodingType=encoding)
    value = refused.pop("ArgumentValue", None)
    assert refused == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Invalid Encoding Method specified in Request",
        "ArgumentName": "encoding-type",
    }
    assert value == (encoding or None)


def test_the_encoding_in_any_case(s3: Any, aws: MockAWS) -> None:
    """R-30: it is repeated as it was sent."""
    aws.account().create_bucket("odd", objects={"a b": b""})
    for query in ("", "list-type=2&", "versions&"):
        found = get(s3, "odd", f"{query}encoding-type=URL").text
        assert (element(found, "EncodingType"), element(found, "Key")) == ("URL", "a+b")
    assert element(get(s3, "odd", "uploads&encoding-type=Url").text, "EncodingType") == "Url"


ODD = ["a b", "a+b", "ü/~", "100%", "x*y", "(1)", "\x01", "a//b", "..", "-_.!'"]
QUOTED = ["%01", "%281%29", "-_.%21%27", "..", "100%25", "a+b", "a%2Bb", "a//b", "x*y", "%C3%BC/%7E"]


def test_keys_are_quoted_as_aws_quotes_them(aws: MockAWS) -> None:
    """As form data, but ``/`` and ``*`` stay and ``~`` does not; a client that asks itself gets them raw."""
    aws.account().create_bucket("odd", objects=dict.fromkeys(ODD, b""))
    client = aws.client()
    listed = client.list_objects_v2(Bucket="odd", EncodingType="url")
    assert [entry["Key"] for entry in listed["Contents"]] == QUOTED
    assert listed["EncodingType"] == "url"


@pytest.mark.parametrize("listing", LISTINGS)
def test_boto3_reads_them_back(aws: MockAWS, s3: Any, listing: str) -> None:
    aws.account().create_bucket("odd", objects=dict.fromkeys(ODD, b""))
    listed = getattr(s3, listing)(Bucket="odd")
    entries = listed.get("Contents") or listed["Versions"]
    assert [entry["Key"] for entry in entries] == sorted(ODD, key=str.encode)


def test_prefixes_and_markers_are_quoted_too(aws: MockAWS, s3: Any) -> None:
    aws.account().create_bucket("odd", objects={"ü 1|a": b"", "ü 1|b": b"", "ü 2": b""})
    listed = s3.list_objects_v2(
        Bucket="odd", EncodingType="url", Delimiter="|", Prefix="ü ", StartAfter="ü +"
    )
    assert (listed["Prefix"], listed["Delimiter"]) == ("%C3%BC+", "%7C")
    assert listed["StartAfter"] == "%C3%BC+%2B"
    assert listed["CommonPrefixes"] == [{"Prefix": "%C3%BC+1%7C"}]


def test_without_encoding_keys_are_as_they_are(aws: MockAWS) -> None:
    aws.account().create_bucket("odd", objects={"a b&<>": b""})
    client = aws.client()
    client.meta.events.unregister("before-parameter-build.s3.ListObjectsV2")
    raw = client.list_objects_v2(Bucket="odd", EncodingType="url")
    assert raw["Contents"][0]["Key"] == quote("a b&<>").replace("%20", "+")


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_missing_bucket(s3: Any, listing: str) -> None:
    assert refusal(getattr(s3, listing), Bucket="nothing") == no_such_bucket("nothing")


@pytest.mark.parametrize(
    ("listing", "action"),
    [
        ("list_objects", "s3:ListBucket"),
        ("list_objects_v2", "s3:ListBucket"),
        ("list_object_versions", "s3:ListBucketVersions"),
    ],
)
def test_f_52_f_75_each_listing_has_its_action(aws: MockAWS, data: str, listing: str, action: str) -> None:
    other = {"s3:ListBucket": "s3:ListBucketVersions", "s3:ListBucketVersions": "s3:ListBucket"}[action]
    statement = {"Effect": "Allow", "Action": other, "Resource": "*"}
    eve = aws.account().create_user("eve", policies={"Version": "2012-10-17", "Statement": statement})
    refused = refusal(getattr(eve.client(), listing), Bucket=data)
    assert refused["Status"] == 403
    assert f'perform: {action} on resource: "arn:aws:s3:::data"' in refused["Message"]
