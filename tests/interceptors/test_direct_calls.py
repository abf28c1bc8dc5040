"""Calls that are answered before they are signed and sent. Nothing differs, and a call is sent if code could see it."""

from __future__ import annotations

import datetime
import io
import logging
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import boto3
import botocore
import botocore.endpoint
import pytest
from botocore.compat import HAS_CRT
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.history import BaseHistoryHandler, get_global_history_recorder
from botocore.stub import Stubber
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.interceptors import direct_calls, parsed_outputs
from tests import twins

ALGORITHMS = ["CRC32", "SHA256", *(["CRC32C", "CRC64NVME"] if HAS_CRT else [])]
"""The algorithms of checksums that botocore computes. For two of them it needs awscrt."""


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as aws:
        aws.client("s3").create_bucket(Bucket="data")
        yield aws


@contextmanager
def counted() -> Iterator[list[str]]:
    """List the operations of the calls that are answered directly within the block."""
    found: list[str] = []
    send = direct_calls._send

    def counting(route: Any, model: Any, request: dict[str, Any]) -> Any:
        answer = send(route, model, request)
        found.append(model.name)
        return answer

    with mock.patch.object(direct_calls, "_send", counting):
        yield found


def plain_calls(s3: Any) -> None:
    s3.put_object(Bucket="data", Key="k", Body=b"x")
    s3.get_object(Bucket="data", Key="k")["Body"].read()
    s3.list_objects_v2(Bucket="data")
    s3.delete_object(Bucket="data", Key="k")


PLAIN = ["PutObject", "GetObject", "ListObjectsV2", "DeleteObject"]


def test_plain_calls_are_answered_directly(aws: MockAWS) -> None:
    for client in (boto3.client("s3"), aws.client("s3"), aws.session().client("s3")):
        with counted() as direct:
            plain_calls(client)
        assert direct == PLAIN


def test_the_path_wire_sends_every_call() -> None:
    with mock_s3(path="wire"), counted() as direct:
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="data")
        plain_calls(s3)
    assert direct == []


def test_an_unknown_path_is_an_error() -> None:
    with pytest.raises(Mocks3Error, match="path must be one of 'direct', 'wire', not 'short'"):
        mock_s3(path="short")


EVENTS = [
    *("request-created", "choose-signer", "before-sign", "before-send", "response-received", "before-parse"),
    "needs-retry",
]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("where", ["client", "session"])
def test_a_handler_of_others_sees_the_event(aws: MockAWS, event: str, where: str) -> None:
    seen = []
    session = boto3.Session()
    s3 = None if where == "session" else session.client("s3")
    events = session.events if s3 is None else s3.meta.events
    events.register(f"{event}.s3", lambda **_: seen.append(event))
    s3 = s3 or session.client("s3")
    with counted() as direct:
        plain_calls(s3)
    assert direct == []
    assert len(seen) >= len(PLAIN)


def test_a_handler_that_comes_and_goes(aws: MockAWS) -> None:
    s3, seen = boto3.client("s3"), []

    def handler(**_: object) -> None:
        seen.append(1)

    with counted() as direct:
        plain_calls(s3)
        s3.meta.events.register("before-send.s3.PutObject", handler)
        plain_calls(s3)
        s3.meta.events.unregister("before-send.s3.PutObject", handler)
        plain_calls(s3)
    assert direct == [*PLAIN, *PLAIN[1:], *PLAIN]
    assert seen == [1]


def test_handlers_of_events_that_still_happen_run(aws: MockAWS) -> None:
    s3, seen = boto3.client("s3"), []
    for event in ("provide-client-params", "before-parameter-build", "before-call", "after-call"):
        s3.meta.events.register(f"{event}.s3", lambda event_name, **_: seen.append(event_name))
    with counted() as direct:
        s3.put_object(Bucket="data", Key="k")
    assert direct == ["PutObject"]
    assert [each.partition(".")[0] for each in seen] == [
        *("provide-client-params", "before-parameter-build", "before-call", "after-call")
    ]


@pytest.mark.parametrize(
    "target",
    [
        "botocore.endpoint.Endpoint.make_request",
        "botocore.endpoint.Endpoint.prepare_request",
        "botocore.endpoint.Endpoint._send_request",
        "botocore.client.BaseClient._make_request",
        "botocore.signers.RequestSigner.sign",
        "botocore.auth.SigV4Auth.add_auth",
        "botocore.endpoint.convert_to_response_dict",
    ],
)
def test_a_function_that_was_replaced_runs(aws: MockAWS, target: str) -> None:
    s3 = boto3.client("s3")
    name = target.rpartition(".")[2]
    original: Callable[..., Any] = pkgutil.resolve_name(target)
    seen = []

    def replaced(*args: Any, **kwargs: Any) -> Any:
        seen.append(name)
        return original(*args, **kwargs)

    with mock.patch(target, replaced), counted() as direct:
        plain_calls(s3)
    assert direct == []
    if name != "add_auth":  # with awscrt, another class signs
        assert seen


def test_an_object_of_a_client_that_was_replaced_is_used(aws: MockAWS) -> None:
    s3 = boto3.client("s3")
    with mock.patch.object(s3._endpoint, "make_request", wraps=s3._endpoint.make_request) as made:
        plain_calls(s3)
    assert made.call_count == len(PLAIN)
    with mock.patch.object(s3._request_signer, "sign", wraps=s3._request_signer.sign), counted() as direct:
        plain_calls(s3)
    assert direct == []


def test_the_debug_log_is_complete(aws: MockAWS, caplog: pytest.LogCaptureFixture) -> None:
    s3 = boto3.client("s3")
    with caplog.at_level(logging.DEBUG, "botocore"), counted() as direct:
        plain_calls(s3)
    assert direct == []
    assert any("Making request" in record.message for record in caplog.records)


def test_the_history_is_complete(aws: MockAWS) -> None:
    class Handler(BaseHistoryHandler):
        def emit(self, event_type: str, payload: object, source: str) -> None:
            seen.append(event_type)

    seen: list[str] = []
    recorder, handler = get_global_history_recorder(), Handler()
    s3 = boto3.client("s3")
    recorder.add_handler(handler)
    recorder.enable()
    try:
        s3.put_object(Bucket="data", Key="k")
    finally:
        recorder.disable()
        recorder._handlers.remove(handler)
    assert seen == ["API_CALL", "HTTP_REQUEST", "HTTP_RESPONSE", "PARSED_RESPONSE"]


def test_a_stubber_answers_first(aws: MockAWS) -> None:
    s3 = boto3.client("s3")
    with Stubber(s3) as stubber, counted() as direct:
        stubber.add_response("put_object", {"ETag": '"stubbed"'})
        assert s3.put_object(Bucket="data", Key="k")["ETag"] == '"stubbed"'
    assert direct == []


@pytest.mark.parametrize(
    "config",
    [
        Config(signature_version=botocore.UNSIGNED),
        Config(signature_version="s3"),
        Config(retries={"mode": "adaptive"}),
    ],
)
def test_other_signatures_and_retries_are_sent(aws: MockAWS, config: Config) -> None:
    s3 = boto3.client("s3", config=config)
    with counted() as direct, suppress(ClientError):  # unsigned calls are denied
        plain_calls(s3)
    assert direct == []
    assert aws.calls[-1].operation != "CreateBucket"


def test_bodies_of_others_are_sent(aws: MockAWS) -> None:
    class File(io.BytesIO):
        """A file whose reads its owner can see."""

    s3 = boto3.client("s3")
    with counted() as direct:
        s3.put_object(Bucket="data", Key="k", Body=File(b"abc"))
    assert direct == []
    assert s3.get_object(Bucket="data", Key="k")["Body"].read() == b"abc"


def test_a_wrong_secret_shows_what_was_signed(aws: MockAWS) -> None:
    key = aws.account().create_user("eve").access_key
    s3 = boto3.client("s3", aws_access_key_id=key.id, aws_secret_access_key="wrong")
    with pytest.raises(ClientError) as caught:
        s3.list_objects_v2(Bucket="data")
    error = caught.value.response["Error"]
    assert error["Code"] == "SignatureDoesNotMatch"
    assert "list-type=2" in error["CanonicalRequest"]
    assert len(aws.calls) == 2  # CreateBucket, and this call once


def test_a_redirect_to_another_region_is_followed(aws: MockAWS) -> None:
    ireland = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="ireland", CreateBucketConfiguration=ireland
    )
    s3 = boto3.client("s3", region_name="us-east-1")
    answer = s3.list_objects_v2(Bucket="ireland")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    with counted() as direct:
        s3.list_objects_v2(Bucket="ireland")
    assert direct == ["ListObjectsV2"]  # botocore remembers the Region


def test_the_clock_of_the_mock_is_the_signing_time(aws: MockAWS) -> None:
    s3 = boto3.client("s3")
    aws.clock.advance(days=30)
    with twins.played() as played:
        plain_calls(s3)
    assert [name for name, _ in played] == PLAIN
    signed_at = aws.calls[-1].signature.signed_at
    assert signed_at is not None
    assert abs((aws.clock.now() - signed_at).total_seconds()) < 60


def test_an_error_has_its_decision(aws: MockAWS) -> None:
    s3 = aws.account().create_user("eve").client("s3")
    with twins.played() as played, pytest.raises(ClientError) as caught:
        s3.get_object(Bucket="data", Key="k")
    assert played == [("GetObject", False)]
    assert caught.value.mocks3_decision.action == "s3:GetObject"  # type: ignore[attr-defined]


def test_an_error_of_mocks3_is_raised_and_announced(aws: MockAWS) -> None:
    s3, seen = boto3.client("s3"), []
    s3.meta.events.register("after-call-error.s3", lambda exception, **_: seen.append(exception))
    broken = mock.patch("mocks3.pipeline.answer", side_effect=Mocks3Error("no"))
    with broken, pytest.raises(Mocks3Error, match="no") as caught:
        s3.get_object(Bucket="data", Key="k")
    assert seen == [caught.value]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=12)
keys = texts.filter(lambda key: key not in (".", "..") and not key.startswith("/"))
tokens = st.text("abcXYZ0189-_", min_size=1, max_size=8)


@given(
    key=keys,
    body=st.binary(max_size=64),
    metadata=st.dictionaries(tokens, st.text("abc 0é", max_size=8), max_size=3),
    headers=st.fixed_dictionaries(
        {},
        optional={
            "ContentType": tokens,
            "CacheControl": tokens,
            "ContentEncoding": tokens,
            "StorageClass": st.sampled_from(["STANDARD", "GLACIER", "NONSENSE"]),
            "ACL": st.sampled_from(["private", "public-read"]),
            "Tagging": st.sampled_from(["a=b", "a=b&a=c", "%"]),
            "ChecksumAlgorithm": st.sampled_from(ALGORITHMS),
            "IfNoneMatch": st.just("*"),
            "ServerSideEncryption": st.sampled_from(["AES256", "aws:kms"]),
            "WebsiteRedirectLocation": st.just("/x"),
            "Expires": st.sampled_from(["Thu, 01 Dec 2030 16:00:00 GMT", "soon"]),
        },
    ),
    read=st.fixed_dictionaries(
        {},
        optional={
            "Range": st.sampled_from(["bytes=0-1", "bytes=-1", "bytes=70-", "nonsense"]),
            "ResponseContentType": tokens,
            "VersionId": st.sampled_from(["null", "nonsense"]),
            "IfMatch": tokens,
        },
    ),
    listing=st.fixed_dictionaries(
        {},
        optional={
            "Prefix": texts,
            "Delimiter": st.sampled_from(["/", "a"]),
            "MaxKeys": st.integers(-1, 3),
            "StartAfter": texts,
            "FetchOwner": st.booleans(),
            "EncodingType": st.just("url"),
        },
    ),
    versioned=st.booleans(),
)
def test_calls_do_not_differ(
    key: str,
    body: bytes,
    metadata: dict[str, str],
    headers: dict[str, Any],
    read: dict[str, Any],
    listing: dict[str, Any],
    versioned: bool,
) -> None:
    with mock_s3(), twins.played() as played:
        s3 = boto3.client("s3")
        calls: list[Callable[[], Any]] = [
            lambda: s3.create_bucket(Bucket="data"),
            lambda: (
                versioned
                and s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
            ),
            lambda: s3.put_object(Bucket="data", Key=key, Body=body, Metadata=metadata, **headers),
            lambda: s3.get_object(Bucket="data", Key=key, **read)["Body"].read(),
            lambda: s3.head_object(Bucket="data", Key=key),
            lambda: s3.list_objects_v2(Bucket="data", **listing),
            lambda: s3.list_object_versions(Bucket="data"),
            lambda: s3.get_object_tagging(Bucket="data", Key=key),
            lambda: s3.delete_object(Bucket="data", Key=key),
        ]
        for call in calls:
            with suppress(ClientError, botocore.exceptions.ParamValidationError):
                call()
    assert len(played) >= len(calls) - 3


def test_the_output_of_most_operations_needs_no_xml() -> None:
    model = boto3.client("s3", region_name="us-east-1").meta.service_model
    read_by_botocore = {
        name for name in model.operation_names if parsed_outputs._plan(model.operation_model(name)) is None
    }
    assert read_by_botocore == {"GetBucketLocation", "SelectObjectContent"}


def test_calls_are_direct_while_a_mock_of_moto_is_open(aws: MockAWS) -> None:
    """Its handler sees nothing that mocks3 answers."""
    moto = pytest.importorskip("moto")
    s3 = aws.client("s3")
    with moto.mock_aws(), twins.played() as played:
        assert s3.list_buckets()["Buckets"][0]["Name"] == "data"
    assert played == [("ListBuckets", True)]


def test_a_client_without_retries_sends_its_calls(aws: MockAWS) -> None:
    """The retry handler of newer botocores adds MaxAttemptsReached to each of its answers."""
    s3 = aws.client("s3", config=Config(retries={"total_max_attempts": 1}))
    with twins.played() as played:
        s3.list_buckets()
    assert played == []


def test_dates_have_the_class_that_is_in_force(aws: MockAWS) -> None:
    """A library that stops the clock replaces it for a while."""
    s3 = aws.client("s3")
    with freeze_time("2026-03-04T05:06:07Z"):
        s3.put_object(Bucket="data", Key="k", Body=b"x")
        frozen = s3.head_object(Bucket="data", Key="k")["LastModified"]
        listed = s3.list_objects_v2(Bucket="data")["Contents"][0]["LastModified"]
    assert type(frozen) is type(listed) is not datetime.datetime
    assert type(s3.head_object(Bucket="data", Key="k")["LastModified"]) is datetime.datetime
    assert type(s3.list_objects_v2(Bucket="data")["Contents"][0]["LastModified"]) is datetime.datetime


@pytest.mark.parametrize("value", ["a\u00a0b", "a\u3000b", "a\u2028b", "a\tb", "a\x85b"])
def test_white_space_in_which_signers_differ_is_sent(aws: MockAWS, value: str) -> None:
    """Each signer replaces another set of white space in a header by a space."""
    s3 = aws.client("s3")
    with counted() as direct:
        with suppress(ClientError):  # botocore's own signer replaces a no-break space, which S3 does not
            s3.put_object(Bucket="data", Key="k", ContentDisposition=value)
        s3.put_object(Bucket="data", Key="k", ContentDisposition="voilà a  b")
    assert direct == ["PutObject"]


def test_a_header_with_a_lone_surrogate_fails_as_by_http(aws: MockAWS) -> None:
    calls = []
    for path in ("direct", "wire"):
        with mock_s3(path=path) as world:
            world.client("s3").create_bucket(Bucket="data")
            # awscrt's signer raises one of the first two, botocore's own signer AttributeError.
            with pytest.raises((TypeError, UnicodeError, AttributeError)) as caught:
                world.client("s3").put_object(Bucket="data", Key="k", ContentDisposition="a\ud800")
            calls.append((type(caught.value), str(caught.value), [each.operation for each in world.calls]))
    assert calls[0] == calls[1]


def test_an_empty_parameter_at_the_end_of_a_url_is_sent(aws: MockAWS) -> None:
    """Only some signers sign it. Without its validation botocore sends it for an empty list."""
    s3 = aws.client("s3", config=Config(parameter_validation=False))
    with counted() as direct, pytest.raises(ClientError):
        s3.get_object_annotation(Bucket="data", Key="k", AnnotationName=[])
    assert direct == []
