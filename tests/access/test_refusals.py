"""Every refusal says why, whichever code raised it: the recorded decisions, exceptions, blocks and reports agree."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

import mocks3
from mocks3 import mock_s3
from mocks3.access.explain.rendering import explain, record
from mocks3.errors import DenialRow, RefusalRow, Row
from mocks3.kms import lookup

from .refused_calls import CASES, World

ALL = Row, RefusalRow, DenialRow


def _rows_in(value: object) -> Iterator[Any]:
    if isinstance(value, ALL):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _rows_in(each)


def catalogue() -> dict[Any, str]:
    """Return every row of every module of mocks3, and where it is."""
    found: dict[Any, str] = {}
    for module in pkgutil.walk_packages(mocks3.__path__, "mocks3."):
        if module.name in OPTIONAL:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            fields = getattr(value, "_fields", range(99)) if isinstance(value, tuple) else range(99)
            for field, row in zip(fields, _rows_in(value), strict=False):
                found.setdefault(row, f"{module.name}.{name}.{field}".removesuffix(".0"))
    return found


OPTIONAL = frozenset({"mocks3.__main__", "mocks3.interceptors.aiobotocore", "mocks3.interceptors.aiohttp"})
"""Modules that run something, or need a library that may not be installed. They have no errors."""


@pytest.fixture
def world() -> Iterator[World]:
    with mock_s3() as aws:
        a, b = aws.account("111111111111", name="A"), aws.account("222222222222", name="B")
        bucket = a.create_bucket("bkt", public_access_block=None, objects={"k": b"body"})
        yield World(aws, a, b, a.root.client("s3", region_name="us-east-1"), bucket)


def test_every_403_of_the_catalogue_is_a_refusal_and_has_a_case() -> None:
    rows = {row: where for row, where in catalogue().items() if row.status == 403}
    assert len(rows) > 35
    assert sorted(where for row, where in rows.items() if isinstance(row, Row)) == []
    covered = {each.row for each in CASES.values()}
    assert sorted(where for row, where in rows.items() if row not in covered) == []


def test_every_other_refusal_has_a_case() -> None:
    rows = {row: where for row, where in catalogue().items() if not isinstance(row, Row)}
    covered = {lookup.MANAGED_KEY, *(each.row for each in CASES.values())}
    assert sorted(where for row, where in rows.items() if row not in covered) == []


def test_a_managed_key_is_changed_by_nobody() -> None:
    """The key policy denies it first, so that only ``enforce="report"`` comes to the rule."""
    with mock_s3(enforce="report") as aws:
        s3, kms = aws.client("s3"), aws.client("kms", region_name="us-east-1")
        s3.create_bucket(Bucket="bkt")
        s3.put_object(Bucket="bkt", Key="e", ServerSideEncryption="aws:kms")
        arn = s3.head_object(Bucket="bkt", Key="e")["SSEKMSKeyId"]
        with aws.denied("kms:DisableKey", arn, by="kms-key") as expected:
            kms.disable_key(KeyId=arn)
        assert "only AWS changes it [F-61]" in expected.decision.reason


def test_report_mode_lets_authorization_pass_and_records_it() -> None:
    """F-90 is about who may call; Object Lock and signatures are not."""
    with mock_s3(enforce="report") as aws:
        a, b = aws.account("111111111111"), aws.account("222222222222")
        a.create_bucket("bkt", objects={"k": b"body"})
        a.root.client("s3").put_bucket_request_payment(
            Bucket="bkt", RequestPaymentConfiguration={"Payer": "Requester"}
        )
        assert b.root.client("s3").get_object(Bucket="bkt", Key="k")["Body"].read() == b"body"
        assert [each.layer for each in aws.decisions if not each.allowed] == ["resource", "requester-pays"]
        with pytest.raises(ClientError, match="Access Denied"):
            b.root.client("s3").get_object(Bucket="bkt", Key="k", ExpectedBucketOwner="333333333333")


def _answer(call: Any) -> tuple[str, int, str, ClientError | None]:
    """Return code, status and message of the error, and the exception of a boto3 client."""
    try:
        response = call()
    except ClientError as error:
        told = error.response
        status = told["ResponseMetadata"]["HTTPStatusCode"]
        return told["Error"]["Code"], status, told["Error"].get("Message", ""), error
    if response.headers.get("Content-Type", "").startswith("application/x-amz-json"):
        told = response.json()
        return told["__type"].rpartition("#")[2], response.status_code, told.get("message", ""), None
    code = re.search("<Code>(.*?)</Code>", response.text)
    message = re.search("<Message>(.*?)</Message>", response.text, re.DOTALL)
    assert code, "the call was not refused"
    return code[1], response.status_code, message[1] if message else "", None


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_says_why(world: World, name: str) -> None:
    case = CASES[name]
    code, status, message, error = _answer(lambda: case.call(world))
    prefix = "KMS." if code.startswith("KMS.") else ""
    assert (code, status) == (prefix + case.row.code, case.row.status)
    sentence = re.sub(r"\\{\w+\\}", ".*", re.escape(case.row.message))
    assert re.fullmatch(sentence, message.replace("&quot;", '"').replace("&#39;", "'"), re.DOTALL), message
    decision = world.aws.decisions[-1]
    assert not decision.allowed
    assert decision.layer == case.by
    assert re.search(case.words, decision.reason), decision.reason
    assert re.search(r"\[[A-Z]+-\d+", decision.reason), "a rule id"
    assert decision.lookup.startswith("mocks3 rule ")
    assert "What would allow it" in str(decision)
    assert decision.remedies() or decision.why.unfixable
    assert explain(decision).startswith(f"DENIED  {decision.action} on {decision.resource}\n")
    assert len(str(decision).splitlines()) <= 25
    assert record(decision)["because"]
    if error is not None:
        assert error.mocks3_decision is decision
        assert error.__notes__[-1] == f"mocks3: {decision.headline} (see: {decision.lookup})"


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if not isinstance(case.row, DenialRow)]
)
def test_a_block_expects_it(world: World, name: str) -> None:
    case = CASES[name]
    with world.aws.denied(by=case.by) as expected:
        case.call(world)
    assert expected.decision is world.aws.decisions[-1]
