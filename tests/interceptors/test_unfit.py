"""What a request says where the place cannot hold it: which error of S3's that is, and that nothing was stored."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import MockAWS, mock_s3

from .conftest import EVERYTHING_TO_EVERYBODY
from .unfit import DIGITS

HOST = "open.s3.us-east-1.amazonaws.com"
SURROGATE = "filename*=unicode_escape''%5Cud800"


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as made:
        made.account().create_bucket(
            "open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None, objects={"k": b"hello"}
        )
        yield made


def keys(aws: MockAWS) -> list[str]:
    return [each["Key"] for each in aws.client().list_objects_v2(Bucket="open").get("Contents", [])]


def sent(
    method: str, target: str, *headers: tuple[str, str], host: bool = True
) -> tuple[int, dict[str, str], bytes]:
    """What the standard library reads of an answer."""
    connection = http.client.HTTPSConnection(HOST)
    connection._validate_method = lambda _: None  # type: ignore[attr-defined] # blanks are for S3 to refuse
    connection.putrequest(method, target, skip_host=not host or any(name == "Host" for name, _ in headers))
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def form(
    fields: dict[str, str], file: str = "filename=a", enclosure: str = "boundary=B"
) -> requests.Response:
    body = "".join(
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body += f'--B\r\nContent-Disposition: form-data; name="file"; {file}\r\n\r\nhi\r\n--B--\r\n'
    headers = {"content-type": f"multipart/form-data; {enclosure}"}
    return requests.post(f"https://{HOST}/", data=body.encode(), headers=headers)


def signed(policy: str) -> dict[str, str]:
    return {
        "policy": base64.b64encode(policy.encode()).decode(),
        "AWSAccessKeyId": "AKIAX",
        "signature": "x",
    }


# Headers.


def test_a_presigned_override_with_a_line_break_is_invalid(aws: MockAWS) -> None:
    s3 = aws.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    params = {"Bucket": "open", "Key": "k", "ResponseContentType": "text/html\r\nX-Evil: 1"}
    url = s3.generate_presigned_url("get_object", Params=params)
    answer = requests.get(url)
    assert answer.status_code == 400
    assert "<Code>InvalidArgument</Code>" in answer.text
    assert "<ArgumentName>response-content-type</ArgumentName>" in answer.text
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content-type", "text/html\r\nX-Evil: 1"),
        ("x-amz-meta-a", "b\nc"),
        ("x-amz-meta-a: b", "c"),
    ],
)
def test_a_form_cannot_store_what_no_header_holds(aws: MockAWS, name: str, value: str) -> None:
    answer = form({"key": "f", name: value})
    assert answer.status_code == 400
    assert "<Code>InvalidArgument</Code>" in answer.text
    assert keys(aws) == ["k"]


def test_a_presigned_url_cannot_store_what_no_header_holds(aws: MockAWS) -> None:
    s3 = aws.client("s3", config=Config(signature_version="s3"))
    params = {"Bucket": "open", "Key": "new", "Metadata": {"a": "x"}}
    url = s3.generate_presigned_url("put_object", Params=params)
    assert requests.put(url.replace("x-amz-meta-a=x", "x-amz-meta-a=x%0D%0AX-Evil:1")).status_code == 400
    assert keys(aws) == ["k"]


def test_a_redirect_holds_no_line_break(aws: MockAWS) -> None:
    to = {"RedirectAllRequestsTo": {"HostName": "a\r\nX-Evil: 1"}}
    aws.client().put_bucket_website(Bucket="open", WebsiteConfiguration=to)
    answer = requests.get("http://open.s3-website-us-east-1.amazonaws.com/", allow_redirects=False)
    assert answer.headers["location"] == "http://a X-Evil: 1/"  # XML has one line break there
    assert "x-evil" not in answer.headers


# The request line and the host.


@pytest.mark.parametrize("host", ["[", "a b", "a/b", "é"])
def test_what_is_no_host_is_a_bad_request(aws: MockAWS, host: str) -> None:
    status, _, body = sent("GET", "/k", ("Host", host))
    assert (status, b"<Code>BadRequest</Code>" in body) == (400, True)


def test_a_request_without_a_host_is_a_bad_request(aws: MockAWS) -> None:
    status, _, body = sent("GET", "/k", host=False)
    assert (status, b"<Code>BadRequest</Code>" in body) == (400, True)


def test_a_method_with_a_blank_is_not_allowed(aws: MockAWS) -> None:
    status, _, body = sent("GET IT", "/k")
    assert (status, b"<Code>MethodNotAllowed</Code>" in body) == (405, True)


def test_numbers_of_thousands_of_digits(aws: MockAWS) -> None:
    status, _, body = sent("PUT", "/new", ("Content-Length", DIGITS))
    assert (status, b"<Code>InvalidArgument</Code>" in body) == (400, True)
    assert sent("GET", "/k", ("Range", f"bytes=1-{DIGITS}"))[2] == b"ello"
    assert sent("GET", "/k", ("Range", f"bytes=-{DIGITS}"))[2] == b"hello"
    assert sent("GET", "/k", ("Range", f"bytes={DIGITS}-"))[0] == 416
    assert keys(aws) == ["k"]


# Forms.


@pytest.mark.parametrize(
    ("parameter", "filename"),
    [
        ("filename*=UTF-8''%C3%BC", "ü"),
        ("filename*=iso-8859-1''%FC", "ü"),
        ("filename*=UTF-8''%ED%A0%80", "\ufffd\ufffd\ufffd"),
        ("filename*=idna''a..b", "a..b"),
        ("filename*=undefined''a", "a"),
        ("filename*=%00''a", "a"),
        (SURROGATE, "ud800"),
    ],
)
def test_names_of_files_in_any_encoding(aws: MockAWS, parameter: str, filename: str) -> None:
    """RFC 5987, 3.2.1: UTF-8 and ISO-8859-1; what else is said is taken for UTF-8."""
    assert form({"key": "f/${filename}"}, parameter).status_code == 204
    assert keys(aws) == [f"f/{filename}", "k"]


@pytest.mark.parametrize(
    "enclosure", ["boundary*=idna''a..b", "boundary*=utf-7''%2B2AA-", f"boundary*{DIGITS}*=B"]
)
def test_boundaries_that_are_none(aws: MockAWS, enclosure: str) -> None:
    answer = form({"key": "f"}, enclosure=enclosure)
    assert answer.status_code == 400
    assert "<Code>MalformedPOSTRequest</Code>" in answer.text


def test_a_form_with_an_empty_key_stores_nothing(aws: MockAWS) -> None:
    answer = form({"key": ""}, "filename=a")
    assert answer.status_code == 400
    assert "<Code>InvalidArgument</Code>" in answer.text
    assert "<ArgumentName>key</ArgumentName>" in answer.text
    assert keys(aws) == ["k"]
    aws.client().delete_object(Bucket="open", Key="k")
    aws.client().delete_bucket(Bucket="open")


@pytest.mark.parametrize(
    "policy",
    [
        '{"expiration": "\\ud800", "conditions": []}',
        '{"expiration": "2099-01-01T00:00:00Z", "conditions": [["\\ud800", "$key", "k"]]}',
        f'{{"expiration": "2099-01-01T00:00:00Z", "conditions": [["content-length-range", {DIGITS}, 1]]}}',
        "[" * 100_000,
    ],
    ids=["expiration", "operator", "digits", "depth"],
)
def test_policies_of_forms_that_are_no_text(aws: MockAWS, policy: str) -> None:
    from mocks3.errors import S3Error
    from mocks3.identity import form_policy

    if len(policy) < 10_000:  # what is before the file has 20 KB
        assert form({"key": "f", **signed(policy)}).status_code in (400, 403)
    with pytest.raises(S3Error) as refused:
        form_policy.read(base64.b64encode(policy.encode()).decode())
    assert refused.value.code == "InvalidPolicyDocument"
    assert keys(aws) == ["k"]


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", DIGITS, "1e308"])
def test_dates_beyond_the_calendar(aws: MockAWS, date: str) -> None:
    fields = {"x-amz-object-lock-mode": "GOVERNANCE", "x-amz-object-lock-retain-until-date": date}
    answer = form({"key": "f", **fields})
    assert answer.status_code == 400
    assert "<Code>InvalidArgument</Code>" in answer.text
    assert keys(aws) == ["k"]


# Documents.


def test_a_bucket_policy_is_text(aws: MockAWS) -> None:
    s3 = aws.client()
    before = s3.get_bucket_policy(Bucket="open")["Policy"]
    policy = json.dumps({**EVERYTHING_TO_EVERYBODY, "Id": "\ud800"})
    with pytest.raises(ClientError) as refused:
        s3.put_bucket_policy(Bucket="open", Policy=policy)
    assert refused.value.response["Error"]["Code"] == "MalformedPolicy"
    assert s3.get_bucket_policy(Bucket="open")["Policy"] == before


@pytest.mark.parametrize("key", ["a\x01", "b\x1f", "c\ufffe", "d\uffff", "e\rf"])
def test_keys_that_xml_cannot_hold_are_listed(aws: MockAWS, key: str) -> None:
    """API_ListObjectsV2, EncodingType; without it S3 writes references that XML 1.0 does not know."""
    s3 = aws.client()
    s3.put_object(Bucket="open", Key=key, Body=b"x")
    assert key in keys(aws)
    listing = requests.get(f"https://{HOST}/?prefix={quote(key)}")
    assert listing.status_code == 200
    reference = "&#13;" if "\r" in key else f"&#x{ord(key[1]):x};"
    assert f"<Key>{key[0]}{reference}{key[2:]}</Key>" in listing.text
    s3.delete_object(Bucket="open", Key=key)
    with pytest.raises(ClientError) as missing:
        s3.get_object(Bucket="open", Key=key)
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        (f"select * from s3object limit {DIGITS}", "IntegerOverflow"),
        ("select * from s3object limit 9223372036854775808", "IntegerOverflow"),
        (f"select {DIGITS} from s3object", "IntegerOverflow"),
        ("select cast(1e99999999999 as int) from s3object", "IntegerOverflow"),
        (f"select cast('{DIGITS}' as int) from s3object", "CastFailed"),
        ("select cast('0001-01-01T00:00:00+14:00' as timestamp) from s3object", "CastFailed"),
    ],
)
def test_numbers_and_dates_of_select(aws: MockAWS, expression: str, code: str) -> None:
    s3 = aws.client()
    with pytest.raises(ClientError) as refused:
        for _ in s3.select_object_content(
            Bucket="open",
            Key="k",
            Expression=expression,
            ExpressionType="SQL",
            InputSerialization={"CSV": {}},
            OutputSerialization={"CSV": {}},
        )["Payload"]:
            pass  # fmt: skip
    assert refused.value.response["Error"]["Code"] == code
