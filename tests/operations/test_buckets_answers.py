"""What the service was seen to answer about buckets and their configurations, whole: status, code, sentence, elements.

Other files ask what the operations do; here stands every recorded answer that no other test holds to the letter.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal, status

XML = "The XML you provided was not well-formed or did not validate against our published schema"
MALFORMED = {"Status": 400, "Code": "MalformedXML", "Message": XML}
EU = {"LocationConstraint": "eu-west-1"}


@pytest.fixture
def raw(aws: MockAWS) -> Any:
    return aws.client("s3", config=Config(parameter_validation=False))


def body_of(client: Any, name: str, **params: Any) -> bytes:
    """The document that answers a call, as it stands on the wire."""
    seen: list[bytes] = []
    client.meta.events.register("needs-retry.s3", lambda response, **_: seen.append(response[0].content))
    with contextlib.suppress(ClientError):
        getattr(client, name)(**params)
    return seen[0]


# CreateBucket


def test_a_bucket_of_ones_own_elsewhere(aws: MockAWS) -> None:
    client = aws.client("s3", region_name="eu-west-1")
    client.create_bucket(Bucket="data", CreateBucketConfiguration=EU)
    assert refusal(client.create_bucket, Bucket="data", CreateBucketConfiguration=EU) == {
        "Status": 409,
        "Code": "BucketAlreadyOwnedByYou",
        "Message": "Your previous request to create the named bucket succeeded and you already own it.",
        "BucketName": "data",
    }


def test_no_constraint_at_another_endpoint(aws: MockAWS) -> None:
    client = aws.client("s3", region_name="us-west-2")
    assert refusal(client.create_bucket, Bucket="data") == {
        "Status": 400,
        "Code": "IllegalLocationConstraintException",
        "Message": "The unspecified location constraint is incompatible for the region specific endpoint this request "
        "was sent to.",
    }


@pytest.mark.parametrize("tag", [{"Key": "k"}, {"Value": "v"}], ids=str)
def test_half_a_tag(raw: Any, tag: dict[str, str]) -> None:
    configuration = {"Tags": [tag]}
    assert refusal(raw.create_bucket, Bucket="data", CreateBucketConfiguration=configuration) == MALFORMED


def test_no_tags_are_no_tag_set(s3: Any) -> None:
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"Tags": []})
    assert refusal(s3.get_bucket_tagging, Bucket="data") == {
        "Status": 404,
        "Code": "NoSuchTagSet",
        "Message": "The TagSet does not exist",
        "BucketName": "data",
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [("data-an", "InvalidBucketName"), ("data-123456789012-us-east-1-an", "InvalidNamespaceHeader")],
)
def test_names_that_the_global_namespace_does_not_have(s3: Any, name: str, code: str) -> None:
    """F-71."""
    assert refusal(s3.create_bucket, Bucket=name, BucketNamespace="global")["Code"] == code
    assert answer(s3.create_bucket, Bucket="data")["BucketArn"] == "arn:aws:s3:::data"


def test_there_are_two_namespaces(s3: Any) -> None:
    found = refusal(s3.create_bucket, Bucket="data", BucketNamespace="regional")
    assert (found["Status"], found["Code"]) == (400, "InvalidArgument")
    assert found["ArgumentName"] == "x-amz-bucket-namespace"
    assert answer(s3.list_buckets)["Buckets"] == []


def test_fifty_tags_are_the_most(s3: Any) -> None:
    tags = [{"Key": str(number), "Value": ""} for number in range(51)]
    assert refusal(s3.create_bucket, Bucket="data", CreateBucketConfiguration={"Tags": tags})["Status"] == 400
    assert answer(s3.list_buckets)["Buckets"] == []
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"Tags": tags[1:]})
    assert len(s3.get_bucket_tagging(Bucket="data")["TagSet"]) == 50


# DeleteBucket


@pytest.mark.parametrize("left", ["version", "marker"])
def test_versions_keep_a_bucket(s3: Any, versioned: str, left: str) -> None:
    if left == "version":
        s3.put_object(Bucket=versioned, Key="k")
    else:
        s3.delete_object(Bucket=versioned, Key="k")
    assert refusal(s3.delete_bucket, Bucket=versioned) == {
        "Status": 409,
        "Code": "BucketNotEmpty",
        "Message": "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        "BucketName": versioned,
    }


# Buckets that are not there


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("list_objects", {}),
        ("list_objects_v2", {}),
        ("list_object_versions", {}),
        ("list_multipart_uploads", {}),
        ("get_object_lock_configuration", {}),
        ("get_public_access_block", {}),
        ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
        ("put_bucket_request_payment", {"RequestPaymentConfiguration": {"Payer": "Requester"}}),
        ("put_bucket_acl", {"ACL": "private"}),
        ("put_bucket_policy", {"Policy": "{}"}),
        ("delete_bucket_intelligent_tiering_configuration", {"Id": "x"}),
        ("delete_bucket", {}),
    ],
)
def test_a_bucket_that_is_not_there(s3: Any, name: str, params: dict[str, Any]) -> None:
    assert refusal(getattr(s3, name), Bucket="nothing", **params) == no_such_bucket("nothing")


# Statuses


def test_deletes_of_settings_answer_204(s3: Any, bucket: str) -> None:
    """R-26."""
    for name in (
        "ownership_controls",
        "cors",
        "encryption",
        "lifecycle",
        "policy",
        "replication",
        "tagging",
        "website",
    ):
        assert status(getattr(s3, f"delete_bucket_{name}"), Bucket=bucket) == 204
    assert status(s3.delete_public_access_block, Bucket=bucket) == 204


def test_puts_of_settings_answer_200(s3: Any, bucket: str) -> None:
    """R-26."""
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    assert status(s3.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls=rules) == 200
    assert status(s3.put_bucket_acl, Bucket=bucket, ACL="private") == 200
    enabled = {"Status": "Enabled"}
    assert status(s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration=enabled) == 200
    block = {"BlockPublicAcls": True}
    assert status(s3.put_public_access_block, Bucket=bucket, PublicAccessBlockConfiguration=block) == 200


# Refused documents


@pytest.mark.parametrize("modes", [(), ("ObjectWriter", "ObjectWriter"), ("Nobody",)])
def test_ownership_that_may_not_be(raw: Any, bucket: str, modes: tuple[str, ...]) -> None:
    controls = {"Rules": [{"ObjectOwnership": mode} for mode in modes]}
    found = refusal(raw.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls=controls)
    assert found == MALFORMED


def test_logging_elsewhere_ends_in_a_space(aws: MockAWS, s3: Any, bucket: str) -> None:
    aws.account().create_bucket("elsewhere", region="us-west-2")
    enabled = {"LoggingEnabled": {"TargetBucket": "elsewhere", "TargetPrefix": ""}}
    page = body_of(s3, "put_bucket_logging", Bucket=bucket, BucketLoggingStatus=enabled)
    assert b"<Message>Cross S3 location logging not allowed. </Message>" in page


@pytest.mark.parametrize("text", ["", "no json", "[]"])
def test_policies_that_are_no_documents(s3: Any, bucket: str, text: str) -> None:
    assert refusal(s3.put_bucket_policy, Bucket=bucket, Policy=text) == {
        "Status": 400,
        "Code": "MalformedPolicy",
        "Message": "Policies must be valid JSON and the first byte must be '{'",
    }


def test_a_policy_without_statements(s3: Any, bucket: str) -> None:
    assert refusal(s3.put_bucket_policy, Bucket=bucket, Policy=json.dumps({})) == {
        "Status": 400,
        "Code": "MalformedPolicy",
        "Message": "Missing required field Statement",
    }


@pytest.mark.parametrize("owner", ["0000", "1" * 13, "abcd", "aa000000000$", "invalid"])
def test_an_expected_owner_that_is_no_account(s3: Any, bucket: str, owner: str) -> None:
    for name in ("get_bucket_policy", "delete_bucket_policy", "head_bucket"):
        found = refusal(getattr(s3, name), Bucket=bucket, ExpectedBucketOwner=owner)
        assert found["Status"] == 400
        if name != "head_bucket":
            assert found["Code"] == "InvalidBucketOwnerAWSAccountID"
            assert found["Message"] == (
                f"The value of the expected bucket owner parameter must be an AWS Account ID... [{owner}]"
            )


def test_another_owner_than_was_expected(s3: Any, bucket: str) -> None:
    for name in ("get_bucket_policy", "delete_bucket_policy"):
        found = refusal(getattr(s3, name), Bucket=bucket, ExpectedBucketOwner="111111111111")
        assert found == {"Status": 403, "Code": "AccessDenied", "Message": "Access Denied"}


# Fields


def test_list_buckets_names_the_owner_first(s3: Any, bucket: str) -> None:
    page = body_of(s3, "list_buckets")
    assert page.index(b"<Owner>") < page.index(b"<Buckets>")
    assert b"DisplayName" not in page


@pytest.mark.parametrize("asked", [{"MaxBuckets": 5}, {"Prefix": "amzn"}, {"BucketRegion": "us-east-1"}])
def test_list_buckets_tells_the_region_to_whom_asks_anything(
    s3: Any, bucket: str, asked: dict[str, Any]
) -> None:
    """R-25."""
    listed = answer(s3.list_buckets, **asked)
    [entry] = listed["Buckets"]
    assert set(entry) == {"Name", "CreationDate", "BucketArn", "BucketRegion"}
    assert entry["BucketArn"] == f"arn:aws:s3:::{bucket}"
    assert listed.get("Prefix") == asked.get("Prefix")


def test_list_buckets_by_pages_of_a_prefix_in_a_region(aws: MockAWS, s3: Any) -> None:
    for number in range(5):
        aws.account().create_bucket(f"logs-{number}", region="eu-west-1")
        aws.account().create_bucket(f"data-{number}", region="eu-west-1")
        aws.account().create_bucket(f"logs-us-{number}")
    asked = {"Prefix": "logs", "BucketRegion": "eu-west-1", "MaxBuckets": 2}
    found, token = [], {}
    for _ in range(3):
        page = answer(s3.list_buckets, **asked, **token)
        found.append([entry["Name"] for entry in page["Buckets"]])
        token = {"ContinuationToken": page.get("ContinuationToken")}
    assert found == [["logs-0", "logs-1"], ["logs-2", "logs-3"], ["logs-4"]]
    assert token == {"ContinuationToken": None}


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_list_buckets_of_no_number(raw: Any, number: int) -> None:
    found = refusal(raw.list_buckets, MaxBuckets=number)
    assert (found["Status"], found["Code"], found["ArgumentName"]) == (
        400,
        "InvalidArgument",
        "max-buckets",
    )


def test_get_bucket_location_is_an_empty_element_for_us_east_1(s3: Any, bucket: str) -> None:
    """R-24."""
    page = body_of(s3, "get_bucket_location", Bucket=bucket)
    assert page.endswith(b'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>')


def test_head_bucket_says_where_it_is(aws: MockAWS, s3: Any) -> None:
    aws.account().create_bucket("far", region="eu-west-1")
    assert answer(s3.head_bucket, Bucket="far") == {
        "BucketArn": "arn:aws:s3:::far",
        "BucketRegion": "eu-west-1",
        "AccessPointAlias": False,
    }
    eve = aws.account().create_user("eve").client()
    assert refusal(eve.head_bucket, Bucket="far") == {"Status": 403, "Code": "403", "Message": "Forbidden"}
