"""Every request that botocore signs verifies; after any single change to the signed parts it does not."""

from __future__ import annotations

import base64
import contextlib
import json
import string
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import (
    HmacV1Auth,
    HmacV1PostAuth,
    HmacV1QueryAuth,
    S3SigV4Auth,
    S3SigV4PostAuth,
    S3SigV4QueryAuth,
)
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from freezegun import freeze_time
from hypothesis import assume, given
from hypothesis import strategies as st

from mocks3.errors import S3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.identity import authenticate
from mocks3.model.messages import WireRequest
from mocks3.wire import parse

from .sending import NOW

WORLD = MockAWS()
KEY = WORLD.account().root.access_key
CREDENTIALS = Credentials(KEY.id, KEY.secret)

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
VALUES = st.text(string.ascii_letters + string.digits + " ,;=/+%~-_.", max_size=12)
NAMES = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=8)
METADATA = st.dictionaries(NAMES.map("x-amz-meta-{}".format), VALUES, max_size=3)
QUERIES = st.dictionaries(
    st.sampled_from(["versionId", "response-content-type", "prefix", "marker", "x-id"]), VALUES, max_size=3
)


@st.composite
def asked(draw):
    """Return a request to sign."""
    path = quote(draw(KEYS), safe="/~")
    query = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in draw(QUERIES).items())
    url = f"https://s3.amazonaws.com/data/{path}" + (f"?{query}" if query else "")
    return AWSRequest("GET", url, headers=draw(METADATA))


def wired(request):
    at = urlsplit(request.url)
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    return WireRequest(request.method, "https", at.netloc, at.path, at.query, headers)


def in_header(request):
    S3SigV4Auth(CREDENTIALS, "s3", "us-east-1").add_auth(request)
    return wired(request)


def in_query(request):
    S3SigV4QueryAuth(CREDENTIALS, "s3", "us-east-1", expires=60).add_auth(request)
    return wired(request)


def in_header_4a(request):
    pytest.importorskip("awscrt")
    from botocore.crt.auth import CrtS3SigV4AsymAuth

    CrtS3SigV4AsymAuth(CREDENTIALS, "s3", "us-east-1").add_auth(request)
    return wired(request)


def in_query_4a(request):
    pytest.importorskip("awscrt")
    from botocore.crt.auth import CrtS3SigV4AsymQueryAuth

    CrtS3SigV4AsymQueryAuth(CREDENTIALS, "s3", "us-east-1", 60).add_auth(request)
    return wired(request)


def in_header_2(request):
    request.auth_path = urlsplit(request.url).path
    HmacV1Auth(CREDENTIALS).add_auth(request)
    return wired(request)


def in_query_2(request):
    request.auth_path = urlsplit(request.url).path
    HmacV1QueryAuth(CREDENTIALS, expires=60).add_auth(request)
    return wired(request)


SIGNERS = [in_header, in_query, in_header_4a, in_query_4a]
OLD_SIGNERS = [in_header_2, in_query_2]


def verified(sent):
    return authenticate(WORLD, parse(sent)).caller.root


@pytest.fixture(autouse=True, scope="module")
def standing_still():
    with freeze_time(NOW):
        yield


@pytest.mark.parametrize("sign", [*SIGNERS, *OLD_SIGNERS])
def test_what_botocore_signs_verifies(sign):
    @given(asked())
    def check(request):
        assert verified(sign(request))

    check()


def other(text: str, at: int) -> str:
    """Return a text with one character changed."""
    at %= len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def changes(sent):
    """Return functions that change one part of a request, by name."""
    yield "method", lambda at: sent._replace(method="HEAD")
    host = "s3.us-east-1.amazonaws.com"
    yield "host", lambda at: sent._replace(host=host, headers={**sent.headers, "host": host})
    yield "path", lambda at: sent._replace(path=sent.path[:6] + other(sent.path[6:], at))
    yield "query", lambda at: sent._replace(query=sent.query + "&x-id=GetObject" if sent.query else "x-id=1")
    for name in sent.headers:
        if name.startswith("x-amz-"):
            yield (
                name,
                lambda at, name=name: sent._replace(headers={**sent.headers, name: "a" + sent.headers[name]}),
            )


@pytest.mark.parametrize("sign", SIGNERS)
def test_any_single_change_is_detected(sign):
    @given(asked(), st.data(), st.integers(0, 1000))
    def check(request, data, at):
        sent = sign(request)
        changed = data.draw(st.sampled_from(list(changes(sent))))[1](at)
        assume(changed != sent)
        with pytest.raises(S3Error) as refused:
            verified(changed)
        assert refused.value.code in {
            "AccessDenied",  # an invalid date
            "InvalidArgument",  # an invalid digest
            "InvalidURI",  # a path that is not UTF-8
            "SignatureDoesNotMatch",
        }

    check()


def changes_in_2(sent):
    """The same for Version 2, which covers neither the host nor parameters that are not subresources."""
    yield "method", lambda at: sent._replace(method="HEAD")
    yield "path", lambda at: sent._replace(path=sent.path[:6] + other(sent.path[6:], at))
    if "versionId=" in sent.query:
        yield "version", lambda at: sent._replace(query=sent.query.replace("versionId=", "versionId=a"))
    else:
        yield "sub-resource", lambda at: sent._replace(query=f"{sent.query}&versionId=a".removeprefix("&"))
    if "Expires=" in sent.query:
        yield "expiry", lambda at: sent._replace(query=sent.query.replace("Expires=1", "Expires=2", 1))
    for name in {"content-md5", "content-type", "x-amz-acl", *sent.headers} - {"authorization", "date"}:
        yield name, lambda at, name=name: sent._replace(headers={**sent.headers, name: "a"})
    if "date" in sent.headers:
        later = sent.headers["date"].replace("12:00:00", "12:00:01")
        yield "date", lambda at: sent._replace(headers={**sent.headers, "date": later})


@pytest.mark.parametrize("sign", OLD_SIGNERS)
def test_any_single_change_is_detected_by_version_2(sign):
    @given(asked(), st.data(), st.integers(0, 1000))
    def check(request, data, at):
        sent = sign(request)
        changed = data.draw(st.sampled_from(list(changes_in_2(sent))))[1](at)
        assume(changed != sent)
        with pytest.raises(S3Error) as refused:
            verified(changed)
        assert refused.value.code in {"InvalidURI", "SignatureDoesNotMatch"}

    check()


def form(sign):
    """Return a signed form: the fields that a browser sends."""
    fields = {"key": "k"}
    request = AWSRequest("POST", "https://s3.amazonaws.com/data")
    request.context["s3-presign-post-fields"] = fields
    request.context["s3-presign-post-policy"] = {
        "expiration": "2026-05-05T00:00:00Z",
        "conditions": [{"bucket": "data"}, {"key": "k"}],
    }
    sign.add_auth(request)
    return request.context["s3-presign-post-fields"]


def posted(fields):
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body = f'{parts}--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nbody\r\n--b--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b", "content-length": str(len(body))}
    return WireRequest("POST", "https", "s3.amazonaws.com", "/data", "", headers, body.encode())


FORMS = [S3SigV4PostAuth(CREDENTIALS, "s3", "us-east-1"), HmacV1PostAuth(CREDENTIALS)]


@pytest.mark.parametrize("sign", FORMS)
def test_any_character_of_a_form(sign):
    """The policy of a form is signed, and every field except the file is checked against it."""

    @given(st.data(), st.integers(0, 2000))
    def check(data, at):
        fields = form(sign)
        assert verified(posted(fields))
        name = data.draw(st.sampled_from(sorted(fields)))
        changed = {**fields, name: other(fields[name], at)}
        if name.lower() in ("awsaccesskeyid", "x-amz-credential"):
            assume(not changed[name].startswith(KEY.id))  # another key is another error
            return
        with pytest.raises(S3Error) as refused:
            verified(posted(changed))
        assert refused.value.code in {
            "AccessDenied",  # a field that the policy does not allow
            "AuthorizationQueryParametersError",  # no date, no algorithm
            "SignatureDoesNotMatch",
        }

    check()


def test_any_change_of_a_policy():
    """Also a change that does not change the meaning of the policy."""
    fields = form(FORMS[0])
    policy = json.loads(base64.b64decode(fields["policy"]))
    again = base64.b64encode(json.dumps(policy, indent=1).encode()).decode()
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        verified(posted({**fields, "policy": again}))


@given(asked(), st.integers(0, 63))
def test_any_digit_of_a_signature(request, at):
    sent = in_query(request)
    path, _, signature = sent.query.rpartition("X-Amz-Signature=")
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        verified(sent._replace(query=f"{path}X-Amz-Signature={other(signature, at)}"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_header_and_query_raises_only_s3_errors(header, query):
    """Any header or query is either rejected with an S3Error or is not a signature."""
    from mocks3 import NotSupported

    for scheme in ("AWS4-HMAC-SHA256 ", "AWS ", ""):
        sent = WireRequest("GET", "https", "s3.amazonaws.com", "/data/k", quote(query, safe="&=-"), {})
        for made in (
            sent._replace(headers={"authorization": scheme + header}),
            sent._replace(query=f"X-Amz-Signature=a&{sent.query}"),
            sent._replace(query=f"Signature=a&AWSAccessKeyId=b&Expires={sent.query}"),
        ):
            with contextlib.suppress(S3Error, NotSupported):
                verified(made)
