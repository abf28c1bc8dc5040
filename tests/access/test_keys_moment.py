"""Keys about the time of a request and its signature."""

from __future__ import annotations

import datetime

import time_machine

from mocks3.access.context import ConditionKeyValues, RequestInfo
from mocks3.model.signature import Signature
from tests.access.asking import answer, seen, supposed

AT = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.UTC)


def context_signed(aws, a, signature):
    return ConditionKeyValues(
        RequestInfo(aws, a.root.caller(), aws.context, signature=signature), "s3:GetObject", None
    )


def test_time_is_when_the_request_arrived(aws, a) -> None:
    """C-83: aws:CurrentTime, aws:EpochTime, once per request."""
    with time_machine.travel(AT, tick=False) as clock:
        context = seen(aws, "s3:ListBucket", lambda: a.client().list_objects_v2(Bucket="bkt"))
        clock.shift(3600)
        assert context["aws:currenttime"] == ("2026-03-01T12:00:00Z",)
        assert context["aws:epochtime"] == (str(int(AT.timestamp())),)


def test_signatures_in_headers(aws, a) -> None:
    """F-101: s3:authType, s3:signatureversion, s3:signatureAge."""
    context = seen(aws, "s3:ListBucket", lambda: a.client().list_objects_v2(Bucket="bkt"))
    assert context["s3:authtype"] == ("REST-HEADER",)
    assert context["s3:signatureversion"] == ("AWS4-HMAC-SHA256",)
    assert 0 <= int(context["s3:signatureage"][0]) < 60_000


def test_the_age_of_a_signature_is_in_milliseconds(aws, a) -> None:
    """W-168: the key limits the age of presigned URLs."""
    with time_machine.travel(AT, tick=False):
        minutes = datetime.timedelta(minutes=11)
        signature = Signature("REST-QUERY-STRING", "AWS4-HMAC-SHA256", AT - minutes)
        context = context_signed(aws, a, signature)
        assert context["s3:signatureage"] == ("660000",)
        assert context["s3:authtype"] == ("REST-QUERY-STRING",)  # OQ-13
        old = context_signed(aws, a, Signature("REST-HEADER", "AWS", AT - minutes))
        assert (old["s3:signatureage"], old["s3:signatureversion"]) == (("0",), ("AWS",))
        ahead = context_signed(aws, a, Signature("REST-HEADER", "AWS4-HMAC-SHA256", AT + minutes))
        assert ahead["s3:signatureage"] == ("0",)


def test_unsigned_requests_have_no_signature(aws, a) -> None:
    client = aws.anonymous.client("s3")
    context = seen(aws, "s3:ListBucket", lambda: answer(lambda: client.list_objects_v2(Bucket="bkt")))
    for key in ("s3:authtype", "s3:signatureversion", "s3:signatureage"):
        assert key not in context


def test_the_payload_s_digest_is_the_header_s(aws, a) -> None:
    """s3:x-amz-content-sha256."""
    context = supposed(aws, a.root, "s3:PutObject", lambda s3: s3.put_object(Bucket="bkt", Key="k", Body=b""))
    assert context["s3:x-amz-content-sha256"] in (
        ("UNSIGNED-PAYLOAD",),
        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER",),
    )
