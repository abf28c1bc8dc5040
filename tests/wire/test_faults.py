"""Error responses."""

from __future__ import annotations

import re

from botocore.parsers import create_parser

from mocks3 import errors, wire
from mocks3.errors import S3Error
from mocks3.model.messages import WireResponse

from .wires import asked, receive, request

NO_SUCH_KEY = errors.NO_SUCH_KEY({"x-amz-delete-marker": "true"}, Key="a<b", VersionId=None)


def body(answer: WireResponse) -> str:
    assert isinstance(answer.body, bytes)
    if answer.headers.get("Transfer-Encoding") != "chunked":
        assert answer.headers["Content-Length"] == str(len(answer.body))
    return answer.body.decode()


def test_the_text_of_an_error() -> None:
    answer = wire.serialize_error(request("GET", "/b/k"), NO_SUCH_KEY)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/xml")
    assert answer.headers["x-amz-delete-marker"] == "true"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in answer.headers
    assert body(answer) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>'
        "<Message>The specified key does not exist.</Message><Key>a&lt;b</Key><VersionId></VersionId>"
        f"<RequestId>{answer.headers['x-amz-request-id']}</RequestId>"
        f"<HostId>{answer.headers['x-amz-id-2']}</HostId></Error>"
    )


def test_botocore_reads_it() -> None:
    found = receive("s3", "GetObject", wire.serialize_error(asked("s3", "GetObject"), NO_SUCH_KEY))
    assert found["Error"] == {
        "Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "a<b", "VersionId": None
    }  # fmt: skip
    assert found["ResponseMetadata"]["HostId"]


def test_no_body_for_head_and_not_modified() -> None:
    answer = wire.serialize_error(request("HEAD", "/b/k"), NO_SUCH_KEY)
    assert (answer.status, answer.body) == (404, b"")
    not_modified = S3Error("304", 304, "Not Modified", headers={"ETag": '"e"'})
    answer = wire.serialize_error(request("GET", "/b/k"), not_modified)
    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", '"e"')
    assert "Content-Type" not in answer.headers


def test_an_error_with_status_200() -> None:
    error = S3Error("InternalError", 200, "We encountered an internal error. Please try again.")
    answer = wire.serialize_error(asked("s3", "CompleteMultipartUpload"), error)
    assert answer.status == 200
    assert re.search("<Error><Code>InternalError</Code>", body(answer))


def test_other_services_wrap_their_errors() -> None:
    error = S3Error("NoSuchEntity", 404, "The role with name r cannot be found.")
    answer = wire.serialize_error(request("POST", "/", service="iam"), error)
    assert body(answer) == (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        "<Code>NoSuchEntity</Code><Message>The role with name r cannot be found.</Message></Error>"
        f"<RequestId>{answer.headers['x-amzn-RequestId']}</RequestId></ErrorResponse>"
    )
    answer = wire.serialize_error(request("GET", "/", service="s3control"), error)
    parsed = create_parser("rest-xml").parse(
        {"status_code": 404, "headers": {}, "body": answer.body, "context": {}}, None
    )
    assert parsed["Error"]["Code"] == "NoSuchEntity"
