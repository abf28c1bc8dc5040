"""Every operation of S3 has an event, and the call of an event is the call that was made."""

from __future__ import annotations

import datetime
import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import xmltodict
from botocore.awsrequest import prepare_request_dict
from botocore.serialize import create_serializer

from mocks3.handles.mock_aws import MockAWS
from mocks3.replay.event_names import (
    ACCOUNT_NAMES,
    NO_CALLS,
    NOT_LOGGED,
    OLD_OPERATIONS,
    OTHER_NAMES,
    operation_of,
    operations,
)
from mocks3.replay.parameters import OF_THE_BODY, parameters_of
from mocks3.wire import models
from tests.replay.conftest import ROOT, event
from tests.replay.documents import shortest

S3 = sorted(models.service_model("s3").operation_names)

DOCUMENTED = [
    "DeleteAccountPublicAccessBlock",
    "GetAccountPublicAccessBlock",
    "PutAccountPublicAccessBlock",
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketCors",
    "DeleteBucketEncryption",
    "DeleteBucketLifecycle",
    "DeleteBucketPolicy",
    "DeleteBucketReplication",
    "DeleteBucketTagging",
    "DeleteBucketPublicAccessBlock",
    "GetBucketAcl",
    "GetBucketCors",
    "GetBucketEncryption",
    "GetBucketLifecycle",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketNotification",
    "GetObjectLockConfiguration",
    "GetBucketPolicy",
    "GetBucketReplication",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetBucketPublicAccessBlock",
    "ListBuckets",
    "PutBucketAcl",
    "PutBucketCors",
    "PutBucketEncryption",
    "PutBucketLifecycle",
    "PutBucketLogging",
    "PutBucketNotification",
    "PutBucketPolicy",
    "PutBucketReplication",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutBucketPublicAccessBlock",
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "DeleteObject",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectTagging",
    "HeadObject",
    "CreateMultipartUpload",
    "ListParts",
    "RestoreObject",
    "PutObject",
    "PutObjectAcl",
    "PutObjectTagging",
    "CopyObject",
    "UploadPart",
    "UploadPartCopy",
    "ListObjects",
    "ListObjectVersions",
    "HeadBucket",
]
"""The events that the S3 user guide lists ("Amazon S3 CloudTrail events"), but for those of ``NO_CALLS``."""


@pytest.mark.parametrize("operation", S3)
def test_every_operation_has_an_event_or_a_reason_why_not(operation: str) -> None:
    if operation in NOT_LOGGED or operation in NO_CALLS:
        assert (NOT_LOGGED.get(operation) or NO_CALLS[operation]).split()
        return
    if operation in OLD_OPERATIONS:
        assert operation_of(operation) == ("s3", OTHER_TO_OPERATION[operation])
        return
    assert operation_of(operation) == ("s3", operation)
    for name in OTHER_NAMES.get(operation, ()):
        sent = {"list-type": "2"} if name == "ListObjects" else {}
        assert operation_of(name, sent) == ("s3", operation)


OTHER_TO_OPERATION = {other: name for name, others in OTHER_NAMES.items() for other in others}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_events_are_known(name: str) -> None:
    assert operation_of(name) is not None


def test_the_tables_of_names_have_no_stale_row() -> None:
    control = models.service_model("s3control").operation_names
    assert OTHER_NAMES.keys() | OLD_OPERATIONS | NOT_LOGGED.keys() <= set(S3)
    assert set(ACCOUNT_NAMES.values()) <= set(control)
    assert not set(NO_CALLS) & (operations().keys() - {"DeleteObjects"})


def sent_by(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the requestParameters that CloudTrail would log for a call, from the request that botocore makes."""
    model = models.operation_model(service, operation)
    request = create_serializer("rest-xml").serialize_to_request(parameters, model)
    prepare_request_dict(request, "https://s3.us-east-1.amazonaws.com")
    url = urlsplit(request["url"])
    found: dict[str, Any] = {"Host": url.netloc}
    if "Bucket" in parameters:
        bucket, _, key = unquote(url.path[1:]).partition("/")
        found |= {"bucketName": bucket, **({"key": key} if key else {})}
    found |= {name: value if value else [""] for name, value in parse_qsl(url.query, keep_blank_values=True)}
    found |= dict(request["headers"].items())
    body = request["body"]
    if operation == "PutBucketPolicy":
        found["bucketPolicy"] = json.loads(body)
    elif isinstance(body, bytes) and body.startswith(b"<"):
        found |= logged(xmltodict.parse(body))
    return found


def logged(value: Any) -> Any:
    """Return an XML document as CloudTrail logs it: attributes are members, and texts that are numbers are numbers."""
    if isinstance(value, dict):
        return {name.removeprefix("@"): logged(each) for name, each in value.items()}
    if isinstance(value, list):
        return [logged(each) for each in value]
    if value is None:
        return ""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if value.isdigit() else value


def without_body(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if not OF_THE_BODY.fullmatch(name)}


BODIES = {"AnnotationPayload"}
"""Parameters that are in a body which CloudTrail does not log."""


@pytest.mark.parametrize(
    "operation", [name for name in S3 if name not in NOT_LOGGED.keys() | OLD_OPERATIONS | {"PostObject"}]
)
def test_the_shortest_call_of_each_operation_is_read_from_its_event(operation: str) -> None:
    shape = models.operation_model("s3", operation).input_shape
    members = {} if shape is None else shape.members
    given = {name: value for name, value in {"Bucket": "data", "Key": "a b/k"}.items() if name in members}
    parameters = shortest(operation, given)
    read = parameters_of("s3", operation, sent_by("s3", operation, parameters))
    expected = {name: value for name, value in without_body(parameters).items() if name not in BODIES}
    if "Policy" in expected:
        expected["Policy"], read.parameters["Policy"] = (
            json.loads(expected["Policy"]),
            json.loads(read.parameters["Policy"]),
        )
    assert read.parameters == expected
    assert read.unused == ()


SCALARS = {
    "string": "text",
    "integer": 7,
    "long": 7,
    "boolean": True,
    "timestamp": datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC),
}


def wire_members() -> list[tuple[str, str]]:
    """Return every parameter in a header or in the query of every operation of S3."""
    found = []
    for operation in S3:
        shape = models.operation_model("s3", operation).input_shape
        for name, member in (shape.members if shape is not None else {}).items():
            if member.serialization.get("location") in (
                "header",
                "querystring",
            ) and not OF_THE_BODY.fullmatch(name):
                found.append((operation, name))
    return found


@pytest.mark.parametrize(("operation", "name"), wire_members())
def test_every_header_and_query_parameter_is_read(operation: str, name: str) -> None:
    shape = models.operation_model("s3", operation).input_shape
    member = shape.members[name]
    if member.type_name == "list":
        value: Any = ["ETag", "ObjectSize"]
    elif "SSECustomerKey" in name:
        value = "0" * 32
    else:
        value = member.enum[0] if getattr(member, "enum", None) else SCALARS[member.type_name]
    given = {each: text for each, text in {"Bucket": "data", "Key": "k"}.items() if each in shape.members}
    parameters = shortest(operation, given)
    read = parameters_of("s3", operation, sent_by("s3", operation, {**parameters, name: value}))
    assert read.parameters[name] == value
    assert read.unused == ()


def test_every_form_of_a_value_is_read() -> None:
    """CloudTrail writes lists of one text and plain texts, and elements that occur once or several times."""
    one = {
        "bucketName": "data",
        "tagging": [""],
        "Tagging": {"xmlns": "x", "TagSet": {"Tag": {"Key": "a", "Value": 1}}},
    }
    two = {
        "bucketName": ["data"],
        "tagging": "",
        "Tagging": {"TagSet": {"Tag": [{"Key": "a", "Value": "1"}]}},
    }
    expected = {"Bucket": "data", "Tagging": {"TagSet": [{"Key": "a", "Value": "1"}]}}
    assert parameters_of("s3", "PutBucketTagging", one) == (expected, (), ())
    assert parameters_of("s3", "PutBucketTagging", two) == (expected, (), ())


def test_the_customers_key_is_not_logged() -> None:
    sent = {"bucketName": "data", "key": "k", "x-amz-server-side-encryption-customer-algorithm": "AES256"}
    read = parameters_of("s3", "PutObject", sent)
    assert (read.parameters["SSECustomerAlgorithm"], len(read.parameters["SSECustomerKey"])) == ("AES256", 32)
    assert read.assumed == ("the call has the right key for SSE-C, which CloudTrail does not log",)


def test_metadata_and_presigned_parameters(aws: MockAWS) -> None:
    sent = {
        "key": "k",
        "x-amz-meta-team": "data",
        "X-Amz-Date": "20260304T050607Z",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Expires": "300",
        "colour": "red",
    }
    (found,) = aws.replay(event("PutObject", ROOT, sent))
    assert found.played.call.parameters == {"Bucket": "data", "Key": "k", "Metadata": {"team": "data"}}
    assert "not used: colour in requestParameters" in found.assumed


@pytest.mark.parametrize(
    "name", ["PutAccountPublicAccessBlock", "GetAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"]
)
def test_calls_on_the_account_are_those_of_s3_control(aws: MockAWS, name: str) -> None:
    block = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    sent = {"Host": "111122223333.s3-control.us-east-1.amazonaws.com", "x-amz-account-id": "111122223333"}
    body = {"PublicAccessBlockConfiguration": {"xmlns": "x", **block}} if name.startswith("Put") else {}
    (found,) = aws.replay(event(name, ROOT, requestParameters={**sent, "publicAccessBlock": [""], **body}))
    assert (found.played.call.service, found.played.call.operation) == ("s3control", ACCOUNT_NAMES[name])
    assert found.agrees, found.why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"eventName": "PreflightRequest"}, "a browser's preflight request needs no permission"),
        ({"eventName": "DeleteObjects"}, "CloudTrail does not log the keys of DeleteObjects"),
        ({"eventName": "WriteGetObjectResponse"}, "S3 has no operation for the event WriteGetObjectResponse"),
        ({"eventName": "Frobnicate"}, "S3 has no operation for the event Frobnicate"),
        (
            {"eventName": "Decrypt", "eventSource": "kms.amazonaws.com"},
            "mocks3 does not make the call Decrypt of AWS KMS. If S3 made it for its caller",
        ),
        (
            {"eventName": "RunInstances", "eventSource": "ec2.amazonaws.com"},
            "it is an event of ec2.amazonaws.com, not of S3",
        ),
        ({"eventName": "JobCreated", "eventType": "AwsServiceEvent"}, "its eventType is AwsServiceEvent"),
        ({"eventName": "ListRegionalBuckets"}, "mocks3 does not support s3control:ListRegionalBuckets"),
    ],
)
def test_what_cannot_be_replayed_is_named(aws: MockAWS, changes: dict[str, Any], why: str) -> None:
    (found,) = aws.replay(event(**{"name": changes.pop("eventName"), **changes}))
    assert (found.mocks3, found.agrees) == ("not replayed", None)
    assert found.why.startswith(why)


def test_events_of_kms_about_keys(aws: MockAWS) -> None:
    """CloudTrail writes their parameters in lower camel case (KMS developer guide, "Logging with AWS CloudTrail")."""
    key = aws.account("111122223333").create_kms_key().arn
    policy = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}}
    sent = {"keyId": key, "policyName": "default", "policy": json.dumps(policy)}
    source = {"eventSource": "kms.amazonaws.com"}
    (found,) = aws.replay(event("PutKeyPolicy", ROOT, requestParameters=sent, **source))
    assert (found.mocks3, found.agrees, found.resource) == ("allowed", True, key), found
    assert json.loads(found.played.call.parameters["Policy"]) == policy
    denied = {"errorCode": "AccessDenied"}
    (found,) = aws.replay(event("PutKeyPolicy", requestParameters=sent, **source, **denied))
    assert (found.played.denial.action, found.agrees) == ("kms:PutKeyPolicy", True)


def test_a_browsers_form(aws: MockAWS) -> None:
    """RESTObjectPOST: CloudTrail logs the fields of the form, without its policy."""
    sent = {"key": "k", "acl": "private", "x-amz-storage-class": "STANDARD_IA"}
    (found,) = aws.replay(event("PostObject", ROOT, sent))
    assert (found.mocks3, found.agrees) == ("allowed", True), found
    (found,) = aws.replay(event("PostObject", sent=sent, errorCode="AccessDenied"))
    assert (found.mocks3, found.agrees, found.played.denial.action) == ("denied", True, "s3:PutObject")


def test_keys_of_delete_objects_are_used_if_they_are_there(aws: MockAWS) -> None:
    sent = {"delete": [""], "Delete": {"Object": [{"Key": "a"}, {"Key": "b"}]}}
    (found,) = aws.replay(event("DeleteObjects", sent=sent, errorCode="AccessDenied"))
    assert found.played.call.parameters["Delete"] == {"Objects": [{"Key": "a"}, {"Key": "b"}]}
    assert (found.mocks3, found.agrees) == ("denied", True)
