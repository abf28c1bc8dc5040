"""A world in which much is set up already, and what is nearly right: no byte of it may bring a traceback.

Valid requests to every operation, presigned URLs, forms and chunked bodies, each with something changed, left out, said
twice, cut off or lied about.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mocks3 import MockAWS, NotSupported
from mocks3.interceptors.http_answers import answer, lower_case_headers
from mocks3.model.messages import WireResponse
from mocks3.wire import models
from tests.wire.shapes import XML_REQUEST, structures
from tests.wire.wires import send

from .raw import Headers, by_root, read

ANYBODY_READS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": ["s3:Get*", "s3:List*"], "Resource": [
            "arn:aws:s3:::site", "arn:aws:s3:::site/*",
        ]},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::site/not*", "Condition": {
            "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "StringLike": {"aws:Referer": "x*"},
        }},
    ],
}  # fmt: skip
BUCKETS = ["site", "locked", "made", "copy"]
KEYS = ["k", "dir/k", "parts", "ü", "new", "gone", "not/k"]


def seeded() -> MockAWS:
    aws = MockAWS()
    account = aws.account()
    objects = {"index.html": b"home", "k": b"hello", "dir/k": b"x" * 1000, "ü": b"", "not/k": b"no"}
    account.create_bucket("site", policy=ANYBODY_READS, public_access_block=None, objects=objects)
    account.create_bucket(
        "made", versioning="Enabled", ownership="ObjectWriter", public_access_block=None, objects=objects
    )
    account.create_bucket("copy", versioning="Enabled")
    s3 = aws.client()
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="locked", Key="k", Body=b"held")
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration={
        "IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "dir/k"},
        "RoutingRules": [
            {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/ü"}},
            {"Condition": {"HttpErrorCodeReturnedEquals": "403"}, "Redirect": {"HostName": "example.com"}},
        ],
    })  # fmt: skip
    rules = [
        {"AllowedOrigins": ["http://*.example.com"], "AllowedMethods": ["PUT", "GET"], "AllowedHeaders": ["x-*"],
         "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 10},
        {"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "HEAD"]},
    ]  # fmt: skip
    s3.put_bucket_cors(Bucket="site", CORSConfiguration={"CORSRules": rules})
    s3.put_bucket_logging(Bucket="made", BucketLoggingStatus={
        "LoggingEnabled": {"TargetBucket": "copy", "TargetPrefix": "log/"}
    })  # fmt: skip
    s3.put_bucket_lifecycle_configuration(Bucket="made", LifecycleConfiguration={"Rules": [
        {"ID": "1", "Status": "Enabled", "Filter": {"Prefix": "dir/"}, "Expiration": {"Days": 1}},
    ]})  # fmt: skip
    s3.put_bucket_notification_configuration(
        Bucket="made", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.delete_object(Bucket="made", Key="gone")
    upload = s3.create_multipart_upload(Bucket="made", Key="parts")["UploadId"]
    s3.upload_part(Bucket="made", Key="parts", UploadId=upload, PartNumber=1, Body=b"part")
    s3.put_object_legal_hold(Bucket="locked", Key="k", LegalHold={"Status": "ON"})
    return aws


AWS = seeded()
EVE = AWS.account().create_user("eve", policies=[{
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
}])  # fmt: skip
FILLED = AWS.snapshot()
UPLOAD = AWS.client().list_multipart_uploads(Bucket="made")["Uploads"][0]["UploadId"]


def ask(method: str, host: bytes, target: str, headers: Headers, body: bytes) -> WireResponse | None:
    """The answer, which can be sent and read; None for what is said not to be played."""
    with contextlib.suppress(NotSupported):
        found = answer(AWS, method, "https", target, lower_case_headers([(b"Host", host), *headers]), body)
        read(method, found)
        return found
    return None


# Valid requests, and then something else.

OPERATIONS = sorted(
    name for name in models.service_model("s3").operation_names if name not in ("PostObject", "CreateSession")
)
PLACES = {
    "Bucket": st.sampled_from(BUCKETS),
    "Key": st.sampled_from(KEYS),
    "UploadId": st.just(UPLOAD),
    "CopySource": st.sampled_from(
        ["made/k", "/site/dir/k", "made/gone", "locked/k?versionId=null", "none/k"]
    ),
}


def unsaid(name: str, _: Any) -> bool:
    """Members of which any value but one ends the request at the gate."""
    return name in ("ContentMD5", "ExpectedBucketOwner", "ExpectedSourceBucketOwner") or name.startswith(
        "Checksum"
    )


@functools.cache
def requests_to(operation: str) -> Any:
    """Requests as botocore would make them, of what is there and of what is not."""
    shape = models.operation_model("s3", operation).input_shape
    if shape is None:
        return st.just({})
    placed = st.fixed_dictionaries({name: PLACES[name] for name in PLACES if name in shape.members})
    return st.builds(lambda params, where: params | where, structures(shape, XML_REQUEST, unsaid), placed)


ODD_BYTES = st.sampled_from(
    [b"", b"<", b">", b"&", b"&#0;", b"\0", b"\xff", b"\xc3", b"%", b"%00", b"-1", b"9" * 40, b"1e400", b"NaN", b"]]>",
     b"<!--", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"xmlns='x'", b"\xef\xbb\xbf", b"  ", b"\n", b"\t", b"?", b"=", b"/"]
)  # fmt: skip


@st.composite
def changed(draw: Any, text: bytes) -> bytes:
    """Bytes of which one or two places were changed, left out, said twice or cut off."""
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        how = draw(st.integers(0, 4))
        if how == 0:
            text = text[:start] + draw(ODD_BYTES) + text[end:]
        elif how == 1:
            text = text[:start] + text[end:]
        elif how == 2:
            text = text[:end] + text[start:]
        elif how == 3:
            text = text[:start]
        else:
            text = elements_changed(draw, text)
    return text


ELEMENT = re.compile(rb"<(\w+)[^<>]*>[^<]*</\1>")


def elements_changed(draw: Any, text: bytes) -> bytes:
    """A document with one element of text left out, said twice, or saying something else."""
    found = list(ELEMENT.finditer(text))
    if not found:
        return text
    one = draw(st.sampled_from(found))
    name = one.group(1)
    instead = draw(
        st.sampled_from([b"", one.group() * 2, b"<%s/>" % name, b"<%s><a/></%s>" % (name, name), b"<x>1</x>"])
        | ODD_BYTES.filter(lambda odd: b"<" not in odd).map(lambda odd: b"<%s>%s</%s>" % (name, odd, name))
    )
    return text[: one.start()] + instead + text[one.end() :]


@st.composite
def nearly_valid(draw: Any) -> tuple[str, str, Headers, bytes]:
    """A request to an operation as botocore makes it, with some of it changed."""
    operation = draw(st.sampled_from(OPERATIONS))
    sent = send("s3", operation, draw(requests_to(operation)))
    body = sent.body if isinstance(sent.body, bytes) else sent.body.read()
    target = sent.path + (f"?{sent.query}" if sent.query else "")
    headers = [(name.encode(), str(value).encode()) for name, value in sent.headers.items() if name != "host"]
    what = draw(st.integers(0, 5))
    if what == 0 and body:
        body = draw(changed(body))
        kept = draw(st.booleans())  # what was said of the body is still said of it, or not
        headers = [
            pair for pair in headers if kept or not pair[0].startswith((b"content-", b"x-amz-checksum"))
        ]
        headers = [pair for pair in headers if pair[0] != b"content-length"]
    elif what == 1 and headers:
        name, value = draw(st.sampled_from(headers))
        headers.append((name, draw(changed(value))))  # doubled
    elif what == 2 and headers:
        at = draw(st.integers(0, len(headers) - 1))
        headers[at] = (headers[at][0], draw(changed(headers[at][1])))
    elif what == 3:
        text = draw(changed(target.encode("latin-1", "replace"))).decode("latin-1")
        target = "/" + re.sub(r"[\s\0]", "", text).lstrip("/")
    if not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", b"%d" % len(body)))
    return sent.method, target, [pair for pair in headers if not set(pair[1]) & {0, 10, 13}], body


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)
@given(st.lists(nearly_valid(), min_size=1, max_size=3), st.booleans())
def test_one_request_after_another(asked: Any, at_the_site: bool) -> None:
    AWS.restore(FILLED)
    for method, target, headers, body in asked:
        ask(method, b"s3.amazonaws.com", target, by_root(AWS, headers), body)
    if at_the_site:
        host = b"site.s3-website-us-east-1.amazonaws.com"
        for path in ("/", "/k", "/none", "/old/x", "/not/k"):
            ask("GET", host, path, [(b"Origin", b"http://a.example.com")], b"")


# Presigned URLs.


def presigned(version: str) -> str:
    from botocore.config import Config

    client = EVE.client(config=Config(signature_version=version))
    params = {"Bucket": "made", "Key": "k", "ResponseContentType": "text/plain"}
    return client.generate_presigned_url("get_object", Params=params, ExpiresIn=7 * 86_400)


URLS = {version: urlsplit(presigned(version)) for version in ("s3v4", "s3")}


@pytest.mark.parametrize("version", URLS)
def test_presigned_urls_are_good(version: str) -> None:
    url = URLS[version]
    found = ask("GET", url.netloc.encode(), f"{url.path}?{url.query}", [], b"")
    assert found is not None
    assert (found.status, found.headers["Content-Type"]) == (200, "text/plain")


@pytest.mark.parametrize("instead", ["%", "\xff", "&", "=", "0", "", "%00", "-"])
@pytest.mark.parametrize("version", URLS)
def test_presigned_urls_with_any_byte_changed(version: str, instead: str) -> None:
    url = URLS[version]
    target = f"{url.path}?{url.query}"
    for at in range(1, len(target)):
        found = ask("GET", url.netloc.encode(), target[:at] + instead + target[at + 1 :], [], b"")
        if found is not None and found.status == 200:
            assert target[at : at + 1] == instead or found.body != b"", target[:at]


# Forms.


def form() -> tuple[bytes, bytes]:
    made = EVE.client().generate_presigned_post(
        "made", "up/${filename}", Fields={"acl": "private", "x-amz-meta-a": "ü"},
        Conditions=[{"acl": "private"}, ["starts-with", "$x-amz-meta-a", ""], ["content-length-range", 1, 100]],
    )  # fmt: skip
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in made["fields"].items()
    ]
    last = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--b--\r\n'
    return "".join([*parts, last]).encode(), b"multipart/form-data; boundary=b"


FORM, FORM_TYPE = form()


def post(body: bytes, kind: bytes = FORM_TYPE) -> WireResponse:
    AWS.restore(FILLED)
    headers = [(b"Content-Type", kind), (b"Content-Length", b"%d" % len(body))]
    found = ask("POST", b"made.s3.amazonaws.com", "/", headers, body)
    assert found is not None
    return found


def test_a_form_is_good() -> None:
    assert post(FORM).status == 204


def test_forms_cut_off_at_any_byte() -> None:
    end = FORM.rindex(b"--b--")
    for length in range(end):
        assert post(FORM[:length]).status >= 400, FORM[:length][-40:]


@given(
    changed(FORM),
    st.one_of(st.just(FORM_TYPE), changed(FORM_TYPE).filter(lambda text: not set(text) & {0, 10, 13})),
)
def test_forms_with_anything_changed(body: bytes, kind: bytes) -> None:
    post(body, kind)


# Chunked bodies.

CHUNKS = b"5;chunk-signature=" + b"a" * 64 + b"\r\nhello\r\n0;chunk-signature=" + b"b" * 64 + b"\r\n\r\n"
TRAILED = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
KINDS = [
    b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    b"STREAMING-UNSIGNED-PAYLOAD-TRAILER",
]  # fmt: skip


def put_chunks(kind: bytes, body: bytes, decoded: bytes, *more: tuple[bytes, bytes]) -> WireResponse | None:
    AWS.restore(FILLED)
    said = [
        (b"x-amz-content-sha256", kind), (b"x-amz-decoded-content-length", decoded),
        (b"content-encoding", b"aws-chunked"), (b"content-length", b"%d" % len(body)), *more,
    ]  # fmt: skip
    headers = by_root(AWS, said)
    found = ask("PUT", b"made.s3.amazonaws.com", "/chunked", headers, body)
    if found is not None and found.status != 200:
        assert AWS.store.bucket("made").current("chunked") is None
    return found


def test_chunks_are_good() -> None:
    found = put_chunks(KINDS[2], TRAILED, b"5", (b"x-amz-trailer", b"x-amz-checksum-crc32"))
    assert found is not None
    assert found.status == 200


@pytest.mark.parametrize("body", [CHUNKS, TRAILED], ids=["signed", "with a trailer"])
@pytest.mark.parametrize("kind", KINDS)
def test_chunks_cut_off_at_any_byte(kind: bytes, body: bytes) -> None:
    for length in range(len(body)):
        put_chunks(kind, body[:length], b"5", (b"x-amz-trailer", b"x-amz-checksum-crc32"))


@given(
    st.sampled_from(KINDS),
    st.sampled_from([CHUNKS, TRAILED]).flatmap(changed),
    st.sampled_from(
        [b"5", b"4", b"6", b"0", b"-1", b"", b"x", b"5.0", b"9" * 30, b"5,5", b" 5", b"+5", b"\xd9\xa5"]
    ),
    st.sampled_from(
        [b"x-amz-checksum-crc32", b"", b"x", b"x-amz-checksum-crc32,x-amz-checksum-sha1", b",", b"\xff"]
    ),
)
def test_chunks_that_lie(kind: bytes, body: bytes, decoded: bytes, trailer: bytes) -> None:
    put_chunks(kind, body, decoded, (b"x-amz-trailer", trailer))


# Headers.

DATES = [
    b"Sat, 21 Nov 2026 20:00:00 GMT", b"Saturday, 21-Nov-26 20:00:00 GMT", b"Sat Nov 21 20:00:00 2026", b"", b"0",
    b"Sat, 31 Feb 2026 20:00:00 GMT", b"Thu, 01 Jan 0000 00:00:00 GMT", b"Fri, 31 Dec 9999 23:59:59 GMT",
    b"Fri, 31 Dec 99999 23:59:59 GMT", b"Sat, 21 Nov 2026 25:61:61 GMT", b"Sat, 21 Nov 2026 20:00:00 +9999",
    b"Sat, 21 Nov 2026 20:00:00 -2400", b"-1", b"1e400", b"99999999999999999999", b"2026-11-21T20:00:00Z", b"\xff",
    b"20261121T200000Z", b"00000000T000000Z", b"99999999T999999Z", b"Sat, 21 Nov 2026", b"now",
    b"Sat, 21 Nov 2026 20:00:00 EST",
    b"1, 2", b"Thu, 01 Jan 1970 00:00:00 GMT", b"Sun, 01 Jan 0001 00:00:00 +2300",
]  # fmt: skip
DATED = [
    "if-modified-since", "if-unmodified-since", "date", "x-amz-date", "expires", "x-amz-object-lock-retain-until-date",
    "x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-unmodified-since", "x-amz-if-match-last-modified-time",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("name", DATED)
def test_absurd_dates(name: str, method: str) -> None:
    for date in DATES:
        for more in ([], [(name.encode(), b"Sat, 21 Nov 2026 20:00:00 GMT")]):
            for key in ("/made/k", "/locked/new"):
                AWS.restore(FILLED)
                copied = [(b"x-amz-copy-source", b"made/k")] if "copy" in name else []
                mode = [(b"x-amz-object-lock-mode", b"GOVERNANCE")] if "lock" in name else []
                headers = by_root(AWS, [(name.encode(), date), *more, *copied, *mode])
                ask(method, b"s3.amazonaws.com", key, headers, b"")


NUMBERS = st.one_of(
    st.integers(-5, 1005).map(str), st.sampled_from(["", "9" * 400, "x", " ", "+1", "1_0", "٣", "1.0"])
)
RANGES = st.lists(st.builds("{}-{}".format, NUMBERS, NUMBERS) | NUMBERS, max_size=4)


@given(
    st.sampled_from(["bytes=", "bytes", "Bytes=", "items=", "bytes =", ""]),
    RANGES,
    st.sampled_from(["dir/k", "ü"]),
)
@example("bytes=", ["0-0"] * 5000, "dir/k")
@example("bytes=", ["-" + "9" * 5000], "dir/k")
@example("bytes=", ["9" * 5000 + "-"], "dir/k")
def test_ranges(unit: str, ranges: list[str], key: str) -> None:
    value = (unit + ",".join(ranges)).encode()
    path = f"/made/{key}"
    for method in ("GET", "HEAD"):
        ask(method, b"s3.amazonaws.com", path, by_root(AWS, [(b"range", value)]), b"")
    copied = by_root(AWS, [(b"x-amz-copy-source", path.encode()), (b"x-amz-copy-source-range", value)])
    AWS.restore(FILLED)
    ask("PUT", b"s3.amazonaws.com", f"/made/parts?partNumber=2&uploadId={UPLOAD}", copied, b"")


PREFLIGHT = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]


@given(st.lists(st.tuples(st.sampled_from(PREFLIGHT), st.sampled_from(
    [b"http://a.example.com", b"null", b"*", b"", b"GET", b"PUT", b"get", b"x-a, X-B,,", b"\xff", b"x-" + b"a" * 9000]
)), max_size=5), st.sampled_from(["OPTIONS", "GET", "HEAD", "PUT"]), st.booleans())  # fmt: skip
def test_browsers(headers: Any, method: str, website: bool) -> None:
    host = b"site.s3-website-us-east-1.amazonaws.com" if website else b"site.s3.amazonaws.com"
    AWS.restore(FILLED)
    for path in ("/k", "/", "/%FF"):
        ask(method, host, path, [(name.encode(), value) for name, value in headers], b"")


# Digests of what was changed on the way.


@given(changed(b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"))
def test_a_document_that_is_not_what_its_digest_says(body: bytes) -> None:
    digest = base64.b64encode(hashlib.md5(body + b" ", usedforsecurity=False).digest())
    AWS.restore(FILLED)
    found = ask(
        "PUT", b"s3.amazonaws.com", "/made/k?tagging",
        by_root(AWS, [(b"content-md5", digest), (b"content-length", b"%d" % len(body))]), body,
    )  # fmt: skip
    assert found is not None
    assert found.status == 400
