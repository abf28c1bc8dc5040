"""Every operation with every header of botocore's model: malformed, and of another operation.

The expectation is naive: a value of the wrong type, or that is no value of the enumeration, is 400, unless a row of
``ACCEPTED`` says why it is not. A header that is not a member changes nothing. One mock answers all requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3.handles.mock_aws import MockAWS
from mocks3.operations import registered
from mocks3.wire import deviations
from mocks3.wire.models import operation_model, service_model

from .inputs import CALLS, filled, is_known, knows, method_of

OTHERS: dict[str, dict[str, Any]] = {
    **{
        name: {"Bucket": "amzn-data"}
        for name in (
            "GetBucketAcl",
            "GetBucketEncryption",
            "GetBucketLocation",
            "GetBucketOwnershipControls",
            "GetBucketVersioning",
            "HeadBucket",
            "PutBucketNotificationConfiguration",
            "PutBucketTagging",
        )
    },
    "CreateBucket": {"Bucket": "amzn-new"},
    "ListBuckets": {},
}
OTHERS["PutBucketNotificationConfiguration"]["NotificationConfiguration"] = {}
OTHERS["PutBucketTagging"]["Tagging"] = {"TagSet": [{"Key": "a", "Value": "b"}]}
ALL = {**CALLS, **OTHERS}

ACCEPTED = {
    "expires": "S3 stores the text and returns it (API_PutObject)",
    "if-modified-since": "a condition that is no date is ignored (RFC 9110, 13.1.3)",
    "if-unmodified-since": "a condition that is no date is ignored (RFC 9110, 13.1.4)",
    "x-amz-copy-source-if-modified-since": "a condition that is no date is ignored",
    "x-amz-copy-source-if-unmodified-since": "a condition that is no date is ignored",
    "x-amz-checksum-mode": "inferred: it only asks for more headers, and no page says 400",
    "x-amz-max-parts": "S3 ignores it (versity/versitygw #1806)",
    "x-amz-optional-object-attributes": "inferred: it only asks for more elements, and no page says 400",
    "x-amz-request-payer": "inferred: another value than the requester's is none, and no page says 400",
}
"""Headers that are accepted with any value, and why."""

ACCEPTED_IF_EMPTY = {
    **ACCEPTED,
    "x-amz-acl": "S3 ignores it (open-io/swift3 #90)",
    "x-amz-object-annotation-directive": "inferred: as if it was not sent",
}
"""The same for headers without a value. An empty number is ignored too."""

ABOUT_BODY = frozenset({"content-length", "x-amz-sdk-checksum-algorithm"})
"""Headers that ``test_digest_headers.py`` tests."""

MALFORMED = "x;y"


def header_members(operation: str) -> dict[str, Any]:
    """Return the members of an input that are headers, by the header's name."""
    shape = operation_model("s3", operation).input_shape
    members = {} if shape is None else shape.members
    return {
        member.serialization["name"].lower(): (name, member)
        for name, member in members.items()
        if member.serialization.get("location") == "header" and is_known(shape, "s3", operation, (name,))
    }


def is_typed(member: Any) -> bool:
    return member.type_name != "string" or bool(member.enum)


class Sender:
    """A client without validation that adds headers to a call before it signs it."""

    def __init__(self, aws: MockAWS, ids: dict[str, str]) -> None:
        self.client = aws.client("s3", config=Config(parameter_validation=False))
        self.ids, self.aws, self.mark, self.headers = ids, aws, aws.snapshot(), dict[str, str]()
        self.client.meta.events.register("before-sign.s3", self._add)

    def _add(self, request: Any, **_: Any) -> None:
        for name, value in self.headers.items():
            del request.headers[name]
            request.headers[name] = value

    def status(self, operation: str, headers: dict[str, str]) -> int:
        """Call the operation with these headers, and return the status. Undo what the call changed."""
        self.headers = headers
        try:
            answer = getattr(self.client, method_of(self.client, operation))(
                **filled(ALL[operation], self.ids)
            )
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        self.aws.restore(self.mark)
        return int(answer["ResponseMetadata"]["HTTPStatusCode"])


@pytest.fixture
def sender(aws: MockAWS, world: dict[str, str]) -> Sender:
    return Sender(aws, world)


def called() -> Iterator[str]:
    """Return the operations that mocks3 supports and botocore has, with their shortest call."""
    installed = set(service_model("s3").operation_names)
    for operation in sorted(ALL):
        if ("s3", operation) in registered() and operation in installed:
            shape = operation_model("s3", operation).input_shape
            if shape is None or knows(shape, ALL[operation]):
                yield operation


def expected(name: str, member: Any, value: str, without: int) -> int:
    """Return the status of a call with this header; ``without`` is its status without the header."""
    if value:
        return without if name in ACCEPTED else 400
    is_number = member.type_name in ("integer", "long")
    return without if is_number or name in ACCEPTED_IF_EMPTY else 400


@pytest.mark.parametrize("value", ["", MALFORMED])
def test_a_header_with_a_wrong_value_is_refused(sender: Sender, value: str) -> None:
    """R-50 to R-56, and the API page of each operation."""
    found, twin = {}, {}
    for operation in called():
        without = sender.status(operation, {})
        for name, (_, member) in header_members(operation).items():
            if is_typed(member) and name not in ABOUT_BODY:
                found[operation, name] = sender.status(operation, {name: value})
                twin[operation, name] = expected(name, member, value, without)
    assert len(found) > 100
    assert {cell: status for cell, status in found.items() if status != twin[cell]} == {}


def test_a_header_of_another_operation_changes_nothing(sender: Sender) -> None:
    """F-32: headers that are not members are ignored; ``deviations.REFUSED_HEADERS`` has the exceptions."""
    everywhere = {name for operation in called() for name in header_members(operation)}
    everywhere -= deviations.REFUSED_HEADERS | {"content-length", "content-md5"}
    everywhere = {name for name in everywhere if not name.startswith(("x-amz-checksum-", "x-amz-sdk-"))}
    for operation in called():
        foreign = everywhere - header_members(operation).keys() - {"x-amz-copy-source"}
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
