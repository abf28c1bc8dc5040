"""Every combination of conditions, in every form that a header may have, against a naive twin.

The twin is the text of RFC 9110, 13.2.2 and of API_GetObject, with the differences that were recorded: a date in the
future is ignored, conditions on a copy source are 412, and conditions on writes are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
import requests
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.handles.mock_aws import MockAWS

WRITTEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NOW = datetime(2026, 3, 5, tzinfo=UTC)
ETAG = "9dd4e461268c8034f5c8564e155c67a6"
"""The MD5 of the object's content, ``x``."""

TAGS = {
    None: False,
    f'"{ETAG}"': True,
    ETAG: True,
    '"0123"': False,
    f'"0123" , "{ETAG}"': True,
    '"0123","4567"': False,
    "*": True,
    f'W/"{ETAG}"': False,
    "": False,
}
"""Values of If-Match and If-None-Match, and whether they match the object. A weak ETag does not."""

BEFORE, EQUAL, AFTER, IGNORED = -1, 0, 1, None
DATES = {
    None: IGNORED,
    "Wed, 04 Mar 2026 05:06:06 GMT": BEFORE,
    "Wed, 04 Mar 2026 05:06:07 GMT": EQUAL,
    "Wed, 04 Mar 2026 05:06:08 GMT": AFTER,
    "Thu, 05 Mar 2026 00:00:00 GMT": AFTER,  # now
    "Thu, 05 Mar 2026 00:00:01 GMT": IGNORED,  # in the future
    "Friday, 01-Jan-27 00:00:00 GMT": IGNORED,
    "Wednesday, 04-Mar-26 05:06:07 GMT": EQUAL,  # RFC 850
    "Wed Mar  4 05:06:06 2026": BEFORE,  # asctime
    "2026-03-04T05:06:06Z": IGNORED,  # not a date of HTTP
    "1772600766": IGNORED,
    "yesterday": IGNORED,
    "": IGNORED,
}
"""Values of the conditions on dates, and how they compare with the date of the object."""

NAMES = ("If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since")
Conditions = tuple[str | None, str | None, str | None, str | None]


def cases() -> Iterator[Conditions]:
    """Yield each pair of the first two with a few of the last two, and the other way round."""
    right, equal, before = f'"{ETAG}"', "Wed, 04 Mar 2026 05:06:07 GMT", "Wed, 04 Mar 2026 05:06:06 GMT"
    few = ((None, None), (right, None), ('"0123"', None), (None, equal), (None, before))
    for pair, rest in product(product(TAGS, DATES), few):
        yield (*pair, *rest)
        yield (*rest, *pair)


CASES = list(dict.fromkeys(cases()))


def failed(case: Conditions) -> str | None:
    """Return the first condition that is false (RFC 9110, 13.2.2)."""
    match, unmodified, none_match, modified = case
    if match is not None:
        if not TAGS[match]:
            return "If-Match"
    elif DATES[unmodified] is BEFORE:
        return "If-Unmodified-Since"
    if none_match is not None:
        if TAGS[none_match]:
            return "If-None-Match"
    elif DATES[modified] in (EQUAL, AFTER) and DATES[modified] is not IGNORED:
        return "If-Modified-Since"
    return None


def headers(case: Conditions, prefix: str = "") -> dict[str, str]:
    return {prefix + name: text for name, text in zip(NAMES, case, strict=True) if text is not None}


@pytest.fixture
def stored(aws: MockAWS) -> Iterator[str]:
    """The URL of an object that everyone may read. The clock stands still on the day after it was written."""
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::open/*",
        },
    }
    aws.account().create_bucket("open", policy=policy, public_access_block=None)
    with freeze_time(WRITTEN):
        aws.client("s3").put_object(Bucket="open", Key="k", Body=b"x")
    with freeze_time(NOW):
        yield "https://open.s3.amazonaws.com/k"


def expected_read(case: Conditions) -> tuple[int, str | None]:
    condition = failed(case)
    if condition is None:
        return 200, None
    return (412, condition) if condition in ("If-Match", "If-Unmodified-Since") else (304, None)


def seen(found: requests.Response) -> tuple[int, str | None]:
    condition = found.text.partition("<Condition>")[2].partition("</Condition>")[0]
    return found.status_code, condition or None


def test_reads(stored: str) -> None:
    """R-40, R-46."""
    with requests.Session() as session:
        for case in CASES:
            got = session.get(stored, headers=headers(case))
            assert seen(got) == expected_read(case), case
            if got.status_code == 304:
                assert (got.content, got.headers["ETag"]) == (b"", f'"{ETAG}"')
                assert got.headers["Last-Modified"] == "Wed, 04 Mar 2026 05:06:07 GMT"


def test_heads(stored: str) -> None:
    """R-40, R-46."""
    with requests.Session() as session:
        for case in CASES:
            got = session.head(stored, headers=headers(case))
            assert (got.status_code, got.content) == (expected_read(case)[0], b""), case


@pytest.fixture
def presign(aws: MockAWS) -> Callable[..., str]:
    """A function that returns a presigned URL which carries headers in its query."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    user = aws.account().create_user("u", policies={"Version": "2012-10-17", "Statement": everything})
    signer = S3SigV4QueryAuth(
        Credentials(user.access_key.id, user.access_key.secret), "s3", "us-east-1", expires=60
    )

    def signed(method: str, url: str, carried: dict[str, str]) -> str:
        sent = AWSRequest(method, requests.Request(method, url, params=carried).prepare().url)
        signer.add_auth(sent)
        return str(sent.url)

    return signed


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions_in_a_presigned_query(stored: str, presign: Callable[..., str], method: str) -> None:
    """R-40, R-85: they count like headers."""
    with requests.Session() as session:
        for case in CASES[::5]:
            found = session.request(method, presign(method, stored, headers(case)))
            wanted = expected_read(case)
            assert found.status_code == wanted[0], case
            assert method == "HEAD" or seen(found) == wanted, case


def test_writes_with_conditions_in_a_presigned_query(
    s3: Any, versioned: str, presign: Callable[..., str]
) -> None:
    """R-54, R-85."""
    for number, (state, match, none_match) in enumerate(WRITE_CASES[::3]):
        prepare(s3, versioned, f"k{number}", state)
        url = f"https://{versioned}.s3.amazonaws.com/k{number}"
        found = requests.put(presign("PUT", url, headers((match, None, none_match, None))), data=b"y")
        code, named = expected_write(state, match, none_match)
        assert found.status_code == code, (state, match, none_match)
        assert named is None or f">{named}<" in found.text, (state, match, none_match)


@pytest.mark.parametrize("deleted", [False, True])
def test_an_object_that_is_missing_meets_no_condition(
    s3: Any, versioned: str, presign: Callable[..., str], deleted: bool
) -> None:
    """API_GetObject: the object is looked for first, so every condition is 404, for a copy too."""
    if deleted:
        prepare(s3, versioned, "k", DELETED)
    url = f"https://{versioned}.s3.amazonaws.com/"
    for case in CASES[::40]:
        found = requests.get(presign("GET", f"{url}k", headers(case)))
        assert (found.status_code, "<Code>NoSuchKey</Code>" in found.text) == (404, True), case
        assert requests.head(presign("HEAD", f"{url}k", headers(case))).status_code == 404, case
        source = {"x-amz-copy-source": f"{versioned}/k", **headers(case, "x-amz-copy-source-")}
        found = requests.put(presign("PUT", f"{url}copy", source))
        assert (found.status_code, "<Code>NoSuchKey</Code>" in found.text) == (404, True), case


def test_conditions_on_an_older_version(s3: Any, versioned: str, presign: Callable[..., str]) -> None:
    """R-40: they are compared with the version that is named, not with the current one."""
    with freeze_time(WRITTEN):
        old = s3.put_object(Bucket=versioned, Key="k", Body=b"x")["VersionId"]
    with freeze_time(NOW):
        s3.put_object(Bucket=versioned, Key="k", Body=b"another")
        url = f"https://{versioned}.s3.amazonaws.com/k"
        for case in CASES[::11]:
            found = requests.get(presign("GET", url, {**headers(case), "versionId": old}))
            assert seen(found) == expected_read(case), case


@pytest.mark.parametrize("method", ["copy_object", "upload_part_copy"])
def test_copy_sources(aws: MockAWS, stored: str, method: str) -> None:
    """R-46, R-59: every condition that is false is 412."""
    client = aws.client("s3")
    client.create_bucket(Bucket="mine")
    target = {"Bucket": "mine", "Key": "copy", "CopySource": "open/k"}
    if method == "upload_part_copy":
        target["UploadId"] = client.create_multipart_upload(Bucket="mine", Key="copy")["UploadId"]
        target["PartNumber"] = 1
    sent: dict[str, str] = {}

    def add_conditions(request: AWSRequest, **_: object) -> None:
        for name, text in sent.items():
            request.headers[name] = text

    client.meta.events.register("before-sign.s3", add_conditions)
    for case in CASES:
        sent.clear()
        sent.update(headers(case, "x-amz-copy-source-"))
        condition = failed(case)
        wanted = (200, None) if condition is None else (412, f"x-amz-copy-source-{condition}")
        assert answer(getattr(client, method), **target) == wanted, case


def answer(call: Callable[..., Any], **params: Any) -> tuple[int, str | None]:
    """Return the status, and the condition, header or code that the error names."""
    try:
        response = call(**params)
    except ClientError as caught:
        response = caught.response
    error = response.get("Error", {})
    named = error.get("Condition") or error.get("Header") or error.get("Code")
    return response["ResponseMetadata"]["HTTPStatusCode"], named


ABSENT, PRESENT, DELETED = "absent", "present", "deleted"
WRITE_CASES = list(product((ABSENT, PRESENT, DELETED), TAGS, TAGS))


def expected_write(state: str, match: str | None, none_match: str | None) -> tuple[int, str | None]:
    """Return the answer to a write (user guide, "How to prevent object overwrites with conditional writes")."""
    if match is not None and none_match is not None:
        return 501, "If-Match,If-None-Match"
    if none_match not in (None, "*"):
        return 501, "If-None-Match"
    if match == "*":
        return 501, "If-Match"
    if none_match is not None and state == PRESENT:
        return 412, "If-None-Match"
    if match is not None and state != PRESENT:
        return 404, "NoSuchKey"
    if match is not None and not TAGS[match]:
        return 412, "If-Match"
    return 200, None


@pytest.fixture(params=["put_object", "copy_object", "complete_multipart_upload"])
def write(request: pytest.FixtureRequest, s3: Any, versioned: str) -> Callable[..., Any]:
    """A function that writes to a key, under conditions."""
    s3.put_object(Bucket=versioned, Key="source", Body=b"y")
    if request.param == "put_object":
        return lambda key, **more: s3.put_object(Bucket=versioned, Key=key, Body=b"y", **more)
    if request.param == "copy_object":
        source = f"{versioned}/source"
        return lambda key, **more: s3.copy_object(Bucket=versioned, Key=key, CopySource=source, **more)

    def complete(key: str, **more: str) -> Any:
        named = {"Bucket": versioned, "Key": key}
        named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
        etag = s3.upload_part(**named, PartNumber=1, Body=b"y")["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        return s3.complete_multipart_upload(**named, MultipartUpload=parts, **more)

    return complete


def prepare(s3: Any, bucket: str, key: str, state: str) -> None:
    if state != ABSENT:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    if state == DELETED:
        s3.delete_object(Bucket=bucket, Key=key)


def test_writes(s3: Any, versioned: str, write: Callable[..., Any]) -> None:
    """R-54: PutObject, the target of CopyObject, and CompleteMultipartUpload."""
    for number, (state, match, none_match) in enumerate(WRITE_CASES):
        prepare(s3, versioned, f"k{number}", state)
        given = {"IfMatch": match, "IfNoneMatch": none_match}
        conditions = {member: text for member, text in given.items() if text is not None}
        found = answer(write, key=f"k{number}", **conditions)
        assert found == expected_write(state, match, none_match), (state, match, none_match)


@pytest.mark.parametrize("method", ["delete_object", "delete_objects"])
def test_deletions(s3: Any, versioned: str, method: str) -> None:
    """F-14: also an entry of DeleteObjects, whose errors are in the answer."""
    for number, (state, match) in enumerate(product((ABSENT, PRESENT, DELETED), TAGS)):
        named = {"Bucket": versioned, "Key": f"k{number}"}
        prepare(s3, versioned, named["Key"], state)
        before = len(versions(s3, **named))
        if method == "delete_object":
            code = answer(s3.delete_object, **named, **({} if match is None else {"IfMatch": match}))[1]
        else:
            entry = {"Key": named["Key"], **({} if match is None else {"ETag": match})}
            errors = s3.delete_objects(Bucket=versioned, Delete={"Objects": [entry]}).get("Errors", [])
            code = errors[0]["Code"] if errors else None
        wanted = None
        if match is not None and state != PRESENT:
            wanted = "NoSuchKey"
        elif match is not None and not TAGS[match]:
            wanted = "If-Match" if method == "delete_object" else "PreconditionFailed"
        assert code == wanted, (state, match)
        assert len(versions(s3, **named)) == before + (wanted is None)


def versions(s3: Any, Bucket: str, Key: str) -> list[Any]:
    found = s3.list_object_versions(Bucket=Bucket, Prefix=Key)
    listed = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
    return [each for each in listed if each["Key"] == Key]
