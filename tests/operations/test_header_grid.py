"""Every operation with every header of botocore's model: empty, malformed, and of another operation.

The expectation is naive: an empty or malformed value is 400, unless a row of ``ACCEPTED`` says why it is not. A header
that is not a member changes nothing. One mock answers all requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS
from mocks3.operations import registered
from mocks3.wire import deviations
from mocks3.wire.models import operation_model, service_model

from .inputs import CALLS, DIRECTORY, KEY, filled, is_known, knows, method_of, sample
from .test_documents_table import CASES

MALFORMED = "x;y"
DATA = {"Bucket": "amzn-data"}
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "123456789012"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::amzn-data/*",
}
LIFECYCLE = {"Rules": [{"Prefix": "a", "Status": "Enabled", "Expiration": {"Days": 1}}]}
BY_HAND: dict[str, dict[str, Any]] = {
    "CreateBucket": {"Bucket": "amzn-new"},
    "CreateSession": {"Bucket": DIRECTORY},
    "PutBucketAcl": {**DATA, "ACL": "private"},
    "PutBucketLifecycle": {**DATA, "LifecycleConfiguration": LIFECYCLE},
    "PutBucketLogging": {**DATA, "BucketLoggingStatus": {}},
    "PutBucketPolicy": {**DATA, "Policy": json.dumps({"Statement": STATEMENT})},
    "PutBucketTagging": {**DATA, "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}},
    "PutBucketVersioning": {**DATA, "VersioningConfiguration": {"Status": "Enabled"}},
    "PutObjectAcl": {**KEY, "ACL": "private"},
    "PutObjectLockConfiguration": {
        "Bucket": "amzn-locked",
        "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"},
    },
}
"""The shortest call of operations for which what the model requires is not enough."""

ELSEWHERE = {"PostObject", "WriteGetObjectResponse"}
"""No method of botocore, and a call that only a function makes: ``test_headers_of_a_response_of_a_function``."""

ACCEPTED = {
    "content-encoding": "any text is stored (API_PutObject)",
    "content-language": "any text is stored (API_PutObject)",
    "content-type": "any text is stored (API_PutObject)",
    "cache-control": "any text is stored (API_PutObject)",
    "content-disposition": "any text is stored (API_PutObject)",
    "expires": "S3 stores the text and returns it (API_PutObject)",
    "if-modified-since": "a condition that is no date is ignored (RFC 9110, 13.1.3)",
    "if-unmodified-since": "a condition that is no date is ignored (RFC 9110, 13.1.4)",
    "range": "a range of another form is ignored (RFC 9110, 14.2)",
    "x-amz-bucket-object-lock-token": "inferred: it says that AWS Support was asked, and anything can be in it",
    "x-amz-client-token": "any text makes the call idempotent (API_RenameObject)",
    "x-amz-copy-source-if-modified-since": "a condition that is no date is ignored",
    "x-amz-copy-source-if-unmodified-since": "a condition that is no date is ignored",
    "x-amz-max-parts": "S3 ignores it (versity/versitygw #1806)",
    "x-amz-mfa": "it is read only if MFA delete is enabled (API_DeleteObject): test_mfa_delete",
    "x-amz-optional-object-attributes": "inferred: it only asks for more elements, and no page says 400",
    "x-amz-request-payer": "inferred: another value than the requester's is none, and no page says 400",
    "x-amz-server-side-encryption-context": "inferred: it is read only if KMS encrypts: test_encryption_kms",
}
"""Headers that are accepted with any value, and why."""

ACCEPTED_IF_EMPTY = {
    **ACCEPTED,
    "x-amz-acl": "S3 ignores it (open-io/swift3 #90)",
    "x-amz-object-annotation-directive": "inferred: as if it was not sent",
    "x-amz-tagging": "an object may have no tags",
}
"""The same for headers without a value. An empty number is ignored too."""

ELSE = {
    ("CopyObject", "x-amz-tagging", MALFORMED): 200,  # the tags of the source are copied (API_CopyObject)
    ("PutBucketAcl", "x-amz-acl", ""): 400,  # nothing is left to put
    ("PutObjectAcl", "x-amz-acl", ""): 400,
    ("RenameObject", "x-amz-rename-source", MALFORMED): 404,  # any text is a key
}
"""The status of other cells."""

CONDITIONS = frozenset(
    {
        *("if-match", "if-none-match", "x-amz-object-if-match"),
        *("x-amz-copy-source-if-match", "x-amz-copy-source-if-none-match"),
        *("x-amz-rename-source-if-match", "x-amz-rename-source-if-none-match"),
    }
)
"""Headers with any text, which ``test_conditions_grid.py`` tests."""

ABOUT_BODY = frozenset({"content-length", "x-amz-sdk-checksum-algorithm"})
"""Headers that ``test_digest_headers.py`` tests."""


def header_members(operation: str) -> dict[str, Any]:
    """Return the members of an input that are headers, by the header's name."""
    shape = operation_model("s3", operation).input_shape
    members = {} if shape is None else shape.members
    return {
        member.serialization["name"].lower(): (name, member)
        for name, member in members.items()
        if member.serialization.get("location") == "header" and is_known(shape, "s3", operation, (name,))
    }


class Sender:
    """A client without validation that adds headers to a call before it signs it."""

    def __init__(self, aws: MockAWS, ids: dict[str, str]) -> None:
        self.client = aws.client("s3", config=Config(parameter_validation=False))
        self.ids, self.aws, self.mark, self.headers = ids, aws, aws.snapshot(), dict[str, str]()
        self.operation = ""
        self.client.meta.events.register("before-sign.s3", self._add)
        self.calls = {operation: call(self.client, operation) for operation in called()}

    def _add(self, request: Any, operation_name: str, **_: Any) -> None:
        if operation_name == "CreateSession" != self.operation:
            return  # the client's own call, before one of a directory bucket
        for name, value in self.headers.items():
            del request.headers[name]
            request.headers[name] = value

    def status(self, operation: str, headers: dict[str, str]) -> int:
        """Call the operation with these headers, and return the status. Undo what the call changed."""
        self.operation, self.headers = operation, headers
        try:
            answer = getattr(self.client, method_of(self.client, operation))(
                **filled(self.calls[operation], self.ids)
            )
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        self.aws.restore(self.mark)
        return int(answer["ResponseMetadata"]["HTTPStatusCode"])


@pytest.fixture
def sender(aws: MockAWS, world: dict[str, str]) -> Sender:
    return Sender(aws, world)


def called() -> Iterator[str]:
    """Return the operations that mocks3 supports and botocore has."""
    installed = set(service_model("s3").operation_names)
    for service, operation in sorted(registered()):
        if service == "s3" and operation in installed - ELSEWHERE:
            shape = operation_model("s3", operation).input_shape
            if shape is None or knows(shape, {**CALLS, **BY_HAND}.get(operation, {})):
                yield operation


def call(client: Any, operation: str) -> dict[str, Any]:
    """Return the shortest call of an operation that mocks3 accepts, or that lacks only what it is about."""
    found = {**CALLS, **BY_HAND}.get(operation)
    shape = operation_model("s3", operation).input_shape
    if found is not None or shape is None:
        return found or {}
    documents = {case.put: {case.member: case.small} for case in CASES}
    return {**sample(shape), **documents.get(method_of(client, operation), {})} | (
        DATA if "Bucket" in shape.required_members else {}
    )


def expected(operation: str, name: str, member: Any, value: str, without: int) -> int:
    """Return the status of a call with this header; ``without`` is its status without the header."""
    is_number = member.type_name in ("integer", "long") and not value
    accepted = ACCEPTED if value else ACCEPTED_IF_EMPTY
    return ELSE.get((operation, name, value), without if is_number or name in accepted else 400)


@pytest.mark.parametrize("value", ["", MALFORMED])
def test_a_header_with_a_wrong_value_is_refused(sender: Sender, value: str) -> None:
    """R-50 to R-56, and the API page of each operation. Errors about headers precede those about what is missing."""
    found, twin = {}, {}
    for operation in called():
        without = sender.status(operation, {})
        for name, (_, member) in header_members(operation).items():
            if name not in ABOUT_BODY | CONDITIONS:
                found[operation, name] = sender.status(operation, {name: value})
                twin[operation, name] = expected(operation, name, member, value, without)
    assert len(found) > 300
    assert {cell: status for cell, status in found.items() if status != twin[cell]} == {}


def test_a_header_of_another_operation_changes_nothing(sender: Sender) -> None:
    """F-32: headers that are not members are ignored, except those that ``test_odd_requests.py`` tests."""
    everywhere = {name for operation in called() for name in header_members(operation)}
    everywhere -= deviations.REFUSED_HEADERS | {"content-length", "content-md5"}
    everywhere = {name for name in everywhere if not name.startswith(("x-amz-checksum-", "x-amz-sdk-"))}
    # Members of the operations that replaced PutBucketLifecycle and PutBucketNotification, with the same URLs.
    everywhere -= {"x-amz-transition-default-minimum-object-size", "x-amz-skip-destination-validation"}
    for operation in called():
        foreign = everywhere - header_members(operation).keys() - {"x-amz-copy-source"}
        foreign -= deviations.UNFIT_HEADERS.get(f"{operation}Request", {}).keys()
        assert sender.status(operation, dict.fromkeys(foreign, MALFORMED)) == sender.status(operation, {}), (
            operation
        )


def test_an_empty_acl_is_no_acl(sender: Sender) -> None:
    """open-io/swift3 #90: S3 gives the object the default ACL."""
    s3 = sender.client
    assert sender.status("PutObject", {"x-amz-acl": ""}) == 200
    sender.headers = {"x-amz-acl": ""}
    s3.put_object(Bucket="amzn-data", Key="new", Body=b"x")
    sender.headers = {}
    grants = s3.get_object_acl(Bucket="amzn-data", Key="new")["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]


def test_headers_of_a_response_of_a_function(aws: MockAWS) -> None:
    """API_WriteGetObjectResponse: numbers, dates and enumerations that are none are refused, and nothing is sent."""
    found: dict[str, int] = {}

    def function(event: dict[str, Any]) -> None:
        context = event["getObjectContext"]
        route = {"RequestRoute": context["outputRoute"], "RequestToken": context["outputToken"]}
        s3 = boto3.client("s3", region_name="us-east-1")
        sent: dict[str, str] = {}

        def add(request: Any, **_: Any) -> None:
            for name, value in sent.items():
                request.headers[name] = value

        s3.meta.events.register("before-sign.s3", add)
        for name, (_, member) in header_members("WriteGetObjectResponse").items():
            is_typed = member.type_name != "string" or member.enum
            if name.startswith("x-amz-fwd-") and is_typed and name != "x-amz-fwd-header-expires":
                sent[name] = MALFORMED
                try:
                    s3.write_get_object_response(**route, Body=name.encode())
                except ClientError as error:
                    found[name] = error.response["ResponseMetadata"]["HTTPStatusCode"]
                del sent[name]
        s3.write_get_object_response(**route, Body=b"sent")

    account = aws.account()
    point = account.create_bucket("amzn-data", objects={"k": b"x"}).create_access_point("point")
    writes = {"Effect": "Allow", "Action": "s3-object-lambda:WriteGetObjectResponse", "Resource": "*"}
    role = account.create_role("function", policies={"Version": "2012-10-17", "Statement": writes})
    answering = account.create_object_lambda_access_point("answering", point, function, role=role)
    assert aws.client("s3").get_object(Bucket=answering.arn, Key="k")["Body"].read() == b"sent"
    assert set(found.values()) == {400}
    assert "x-amz-fwd-status" in found
    assert len(found) > 10
