"""Refusals are recorded by whichever path a call came, and whatever became of the client's exception."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from .asking import allow, both, deny


@pytest.fixture
def eve(a: Any) -> Any:
    """A user of account A who may write and not read."""
    return a.create_user("eve", policies=allow("s3:PutObject"))


def presigned(eve: Any) -> str:
    client = eve.client("s3", region_name="us-east-1", config=Config(signature_version="s3v4"))
    return str(client.generate_presigned_url("get_object", Params={"Bucket": "bkt", "Key": "k"}))


def by_http_client(url: str) -> int:
    host, _, target = url.removeprefix("https://").partition("/")
    connection = http.client.HTTPSConnection(host)
    connection.request("GET", f"/{target}")
    return connection.getresponse().status


def by_httpx_async(url: str) -> int:
    import asyncio

    async def get() -> int:
        async with httpx.AsyncClient() as client:
            return (await client.get(url)).status_code

    return asyncio.run(get())


LIBRARIES: dict[str, Callable[[str], int]] = {
    "requests": lambda url: requests.get(url, timeout=5).status_code,
    "httpx": lambda url: httpx.get(url).status_code,
    "httpx async": by_httpx_async,
    "urllib3": lambda url: urllib3.request("GET", url).status,
    "http.client": by_http_client,
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_presigned_urls_through_http_libraries(aws: Any, eve: Any, name: str) -> None:
    get = LIBRARIES[name]
    with aws.denied("s3:GetObject", "arn:aws:s3:::bkt/k", by="identity-policy") as expected:
        assert get(presigned(eve)) == 403
    assert expected.decision.principal == eve.arn
    with aws.denied("s3:GetObject", "arn:aws:s3:::bkt/k", by="signature") as expected:
        assert get(presigned(eve) + "0") == 403
    assert expected.decision.principal == "unknown"


@pytest.mark.parametrize("name", ["requests", "httpx", "urllib3"])
def test_forms_through_http_libraries(aws: Any, a: Any, name: str) -> None:
    form = a.root.client("s3", region_name="us-east-1").generate_presigned_post("bkt", "new")
    fields = {**form["fields"], "acl": "public-read"}
    send = {
        "requests": lambda: (
            requests.post(form["url"], data=fields, files={"file": b"x"}, timeout=5).status_code
        ),
        "httpx": lambda: httpx.post(form["url"], data=fields, files={"file": b"x"}).status_code,
        "urllib3": lambda: (
            urllib3.request("POST", form["url"], fields={**fields, "file": ("f", b"x")}).status
        ),
    }[name]
    with aws.denied("s3:PutObject", "arn:aws:s3:::bkt/new", by="form-policy") as expected:
        assert send() == 403
    assert expected.decision.reason == "no condition of the form's policy names the field acl [F-111]"


def test_each_entry_of_delete_objects(aws: Any, a: Any) -> None:
    """F-11, F-42: the answer is 200, and each refused entry has its decision."""
    s3 = a.root.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    version = s3.put_object(Bucket="locked", Key="held", ObjectLockLegalHoldStatus="ON")["VersionId"]
    other = s3.put_object(Bucket="locked", Key="free")["VersionId"]
    eve = a.create_user(
        "eve", policies=both(allow("s3:Delete*"), deny("s3:Delete*", "arn:aws:s3:::locked/secret"))
    )
    entries = [
        {"Key": "held", "VersionId": version},
        {"Key": "free", "VersionId": other},
        {"Key": "secret"},
    ]
    before = len(aws.decisions)
    answer = eve.client("s3").delete_objects(Bucket="locked", Delete={"Objects": entries})
    assert [each["Key"] for each in answer["Errors"]] == ["held", "secret"]
    denied = [each for each in aws.decisions[before:] if not each.allowed]
    assert {(each.action, each.resource, each.layer) for each in denied} == {
        ("s3:DeleteObject", "arn:aws:s3:::locked/secret", "identity"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::locked/held", "object-lock"),
    }
    with aws.denied("s3:DeleteObjectVersion", "arn:aws:s3:::locked/held", by="object-lock") as expected:
        eve.client("s3").delete_objects(Bucket="locked", Delete={"Objects": entries[:1]})
    assert expected.error is None
    assert (
        expected.decision.reason
        == f"the version {version} has a legal hold, which forbids deleting it permanently [F-42]"
    )


def test_clients_in_threads(aws: Any, a: Any) -> None:
    client = a.root.client("s3", region_name="us-east-1")
    caught: list[ClientError] = []

    def get() -> None:
        try:
            client.get_object(Bucket="bkt", Key="k", ExpectedBucketOwner="333333333333")
        except ClientError as error:
            caught.append(error)

    threads = [threading.Thread(target=get) for _ in range(4)]
    with aws.denied("s3:GetObject", by="expected-bucket-owner"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {id(each.mocks3_decision) for each in caught} == {
        id(each) for each in aws.decisions if not each.allowed
    }


def test_calls_whose_exception_is_swallowed(aws: Any, eve: Any) -> None:
    with aws.denied("s3:GetObject") as expected, contextlib.suppress(ClientError):
        eve.client("s3").get_object(Bucket="bkt", Key="k")
    assert expected.error is None


def test_requester_pays_within_a_block(aws: Any, a: Any, b: Any) -> None:
    """F-90: the permission is allowed, and the call is denied all the same."""
    a.root.client("s3").put_bucket_request_payment(
        Bucket="bkt", RequestPaymentConfiguration={"Payer": "Requester"}
    )
    bucket = allow("s3:GetObject", "arn:aws:s3:::bkt/*", Principal={"AWS": b.id})
    a.root.client("s3").put_bucket_policy(Bucket="bkt", Policy=json.dumps(bucket))
    get = {"Bucket": "bkt", "Key": "k"}
    with aws.denied("s3:GetObject", "arn:aws:s3:::bkt/k", by="requester-pays"):
        b.root.client("s3").get_object(**get)
    with pytest.raises(AssertionError, match="requester-pays denied it"), aws.allowed("s3:GetObject"):
        b.root.client("s3").get_object(**get)
    by_policy = aws.denied("s3:GetObject", by="bucket-policy")
    with pytest.raises(AssertionError, match="but requester-pays denied it"), by_policy:
        b.root.client("s3").get_object(**get)
    with aws.allowed("s3:GetObject"):
        b.root.client("s3").get_object(**get, RequestPayer="requester")


def test_the_report_of_a_refusal(aws: Any, a: Any) -> None:
    """F-41: the form of the report is that of a decision's."""
    s3 = a.root.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    until = datetime.datetime(2126, 11, 11, 12, tzinfo=datetime.UTC)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    version = s3.put_object(Bucket="locked", Key="k", **lock)["VersionId"]
    with aws.denied("s3:DeleteObjectVersion") as expected:
        s3.delete_object(Bucket="locked", Key="k", VersionId=version)
    assert str(expected.decision) == (
        "DENIED  s3:DeleteObjectVersion on arn:aws:s3:::locked/k\n"
        "Asked   by arn:aws:iam::111111111111:root, in DeleteObject\n"
        f"Because the version {version} is under GOVERNANCE retention until\n"
        "        2126-11-11T12:00:00Z, which forbids deleting it permanently [F-41]\n"
        "\n"
        "What would allow it\n"
        "  - send BypassGovernanceRetention=True, which also needs s3:BypassGovernanceRetention\n"
        "\n"
        "Rules   mocks3 rule F-41"
    )
    assert repr(expected.decision).startswith("<Refusal denied s3:DeleteObjectVersion on ")
    assert expected.decision.near_misses() == ()
