"""``aws.faults``: errors of S3, of the connection and of bodies that a test injects."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
import requests
import urllib3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.response import StreamingBody

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.faults import (
    CallFault,
    ConnectionReset,
    ConnectTimeout,
    CorruptedBody,
    InternalError,
    Latency,
    ReadTimeout,
    RequestTimeout,
    ServiceUnavailable,
    SlowDown,
    TruncatedBody,
)

BODY = b"0123456789" * 100_000


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects={"k": BODY, "logs/a": b"a"})
        yield aws


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(seconds: float) -> None:
        raise AssertionError(f"something waits for {seconds} seconds")

    monkeypatch.setattr(time, "sleep", wait)


def client(mode: str = "standard", attempts: int = 4, **config: Any) -> Any:
    retries = {"mode": mode, "total_max_attempts": attempts}
    return boto3.client("s3", config=Config(retries=retries, **config))


def put(s3: Any, key: str = "new") -> int:
    answer = s3.put_object(Bucket="data", Key=key, Body=b"x")
    return int(answer["ResponseMetadata"]["RetryAttempts"])


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (SlowDown, "SlowDown"),
        (ServiceUnavailable, "ServiceUnavailable"),
        (InternalError, "InternalError"),
        (RequestTimeout, "RequestTimeout"),
        (ConnectionReset, None),
        (ConnectionReset(executed=True), None),
        (ConnectTimeout, None),
        (ReadTimeout, None),
        (Latency(seconds=61), None),
    ],
    ids=repr,
)
def test_botocore_retries(aws: MockAWS, mode: str, fault: Any, code: str | None) -> None:
    aws.faults.add("PutObject", fault, times=2)
    before = aws.clock.shift
    assert put(client(mode)) == 2
    injected = repr(fault() if isinstance(fault, type) else fault)
    assert [(each.operation, each.error, each.fault) for each in aws.calls] == [
        ("PutObject", code, injected),
        ("PutObject", code, injected),
        ("PutObject", None, None),
    ]
    assert [str(each) for each in aws.faults.injected] == 2 * [
        f"{injected} in PutObject on data/new by arn:aws:iam::123456789012:root"
    ]
    assert aws.clock.shift == before


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        (SlowDown, 503, "Please reduce your request rate."),
        (ServiceUnavailable, 503, "Service is unable to handle request."),
        (InternalError, 500, "We encountered an internal error. Please try again."),
        (
            RequestTimeout,
            400,
            "Your socket connection to the server was not read from or written to within the timeout period.",
        ),
    ],
)
def test_an_error_of_s3_reaches_the_caller(
    aws: MockAWS, fault: type[CallFault], status: int, message: str
) -> None:
    aws.faults.add("PutObject", fault)
    with pytest.raises(ClientError) as caught:
        put(client())
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["Error"]["Message"]) == (fault.__name__, message)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert answer["ResponseMetadata"]["RetryAttempts"] == 3
    assert f"mocks3: injected by aws.faults: {fault.__name__}" in caught.value.__notes__
    assert "new" not in [each["Key"] for each in client().list_objects_v2(Bucket="data")["Contents"]]


@pytest.mark.parametrize(
    ("fault", "raised", "is_stored"),
    [
        (ConnectionReset, ConnectionClosedError, False),
        (ConnectionReset(executed=True), ConnectionClosedError, True),
        (ConnectTimeout, ConnectTimeoutError, False),
        (ReadTimeout, ReadTimeoutError, True),
        (Latency(seconds=61), ReadTimeoutError, True),
    ],
    ids=repr,
)
def test_an_error_of_the_connection_reaches_the_caller(
    aws: MockAWS, fault: Any, raised: type[Exception], is_stored: bool
) -> None:
    """Whether S3 executed the operation is what a client cannot know."""
    aws.faults.add("PutObject", fault)
    with pytest.raises(raised) as caught:
        put(client())
    assert any("injected by aws.faults" in note for note in caught.value.__notes__)
    keys = [each["Key"] for each in client().list_objects_v2(Bucket="data")["Contents"]]
    assert ("new" in keys) is is_stored


def test_a_shorter_latency_advances_the_clock(aws: MockAWS) -> None:
    aws.faults.add("PutObject", Latency(seconds=30), times=1)
    before = aws.clock.shift
    assert put(client()) == 0
    assert (aws.clock.shift - before).total_seconds() == 30
    aws.faults.add("PutObject", Latency(seconds=30), times=1)
    with pytest.raises(ReadTimeoutError):
        put(client(attempts=1, read_timeout=20))


def got(s3: Any) -> bytes:
    body: StreamingBody = s3.get_object(Bucket="data", Key="k")["Body"]
    return bytes(body.read())


@pytest.mark.parametrize(
    "fault", [TruncatedBody, TruncatedBody(length=3), TruncatedBody(length=10**9)], ids=repr
)
def test_a_truncated_body(aws: MockAWS, fault: Any, tmp_path: Any) -> None:
    aws.faults.add("GetObject", fault, times=1)
    with pytest.raises(ResponseStreamingError):
        got(client())
    assert got(client()) == BODY
    aws.faults.add("GetObject", fault, times=1)
    body = client().get_object(Bucket="data", Key="k")["Body"]
    with pytest.raises(IncompleteReadError):
        list(iter(lambda: body.read(100_000), b""))
    aws.faults.add("GetObject", fault, times=1)
    client().download_file("data", "k", str(tmp_path / "file"))  # boto3's transfers try again
    assert (tmp_path / "file").read_bytes() == BODY
    aws.faults.add("ListObjectsV2", fault, times=1)
    assert client().list_objects_v2(Bucket="data")["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_corrupted_body(aws: MockAWS) -> None:
    aws.faults.add("GetObject", CorruptedBody, times=2)
    with pytest.raises(FlexibleChecksumError):
        got(client())
    wrong = got(client(response_checksum_validation="when_required"))
    assert len(wrong) == len(BODY)
    assert sum(left != right for left, right in zip(wrong, BODY, strict=True)) == 1


def test_answers_without_a_body_keep_their_fault_for_others(aws: MockAWS) -> None:
    s3 = client()
    aws.faults.add("*", TruncatedBody, times=1)
    put(s3)
    s3.head_object(Bucket="data", Key="k")
    assert aws.faults.injected == []
    with pytest.raises(ResponseStreamingError):
        got(s3)


CLIENTS: dict[str, Callable[[str], bytes]] = {
    "requests": lambda url: requests.get(url, timeout=9).content,
    "urllib3": lambda url: urllib3.PoolManager().request("GET", url, retries=False).data,
    "httpx": lambda url: httpx.get(url).content,
    "urllib.request": lambda url: urllib.request.urlopen(url).read(),
}
RAISED: dict[Any, dict[str, str]] = {
    ConnectionReset: {
        "requests": "ConnectionError", "urllib3": "ProtocolError",
        "httpx": "ReadError", "urllib.request": "ConnectionResetError",
    },
    ConnectTimeout: {
        "requests": "ConnectTimeout", "urllib3": "ConnectTimeoutError",
        "httpx": "ConnectTimeout", "urllib.request": "TimeoutError",
    },
    ReadTimeout: {
        "requests": "ReadTimeout", "urllib3": "ReadTimeoutError",
        "httpx": "ReadTimeout", "urllib.request": "TimeoutError",
    },
    TruncatedBody: {
        "requests": "ChunkedEncodingError", "urllib3": "ProtocolError",
        "httpx": "RemoteProtocolError", "urllib.request": "IncompleteRead",
    },
}  # fmt: skip
"""What each library raises for a real fault of this kind."""


@pytest.mark.parametrize("library", CLIENTS)
def test_http_libraries(aws: MockAWS, library: str) -> None:
    url = client().generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
    send = CLIENTS[library]
    for fault, names in RAISED.items():
        aws.faults.add("GetObject", fault, times=1)
        with pytest.raises(Exception) as caught:  # noqa: PT011 -- compared by name
            send(url)
        found = {each.__name__ for each in type(caught.value).__mro__}
        assert names[library] in found, (library, fault, caught.value)
        assert send(url) == BODY
    aws.faults.add("GetObject", CorruptedBody, times=1)
    assert send(url) != BODY
    aws.faults.add("GetObject", Latency(seconds=5), times=1)
    before = aws.clock.shift
    assert send(url) == BODY
    assert (aws.clock.shift - before).total_seconds() == 5


def test_urllib3_retries(aws: MockAWS) -> None:
    url = client().generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
    aws.faults.add("GetObject", SlowDown, times=1)
    aws.faults.add("GetObject", ConnectionReset, times=1)
    retries = urllib3.Retry(4, status_forcelist=[503], backoff_factor=0)
    assert urllib3.PoolManager().request("GET", url, retries=retries).data == BODY
    assert [each.fault.name for each in aws.faults.injected] == ["SlowDown", "ConnectionReset"]


EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


def faulted(s3: Any, operation: str, **params: Any) -> bool:
    try:
        getattr(s3, operation)(**params)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("SlowDown", "503"):  # an answer to HEAD has no body
            raise
        return True
    return False


def test_which_calls(aws: MockAWS) -> None:
    account = aws.account()
    account.create_bucket("other", objects={"logs/a": b""})
    eve, role = (
        account.create_user("eve", policies=[EVERYTHING]),
        account.create_role("job", policies=[EVERYTHING]),
    )
    who = {"root": client(attempts=1), "eve": eve.client("s3"), "job": role.assume().client("s3")}

    def found(**given: Any) -> set[tuple[str, str, str | None]]:
        aws.faults.clear()
        aws.faults.add(given.pop("operation", "*"), SlowDown, **given)
        calls = [("list_objects_v2", None), ("head_object", "logs/a"), ("put_object", "x")]
        return {
            (name, f"{bucket}/{key or ''}", operation)
            for name, s3 in who.items()
            for bucket in ("data", "other")
            for operation, key in calls
            if faulted(_once(s3), operation, Bucket=bucket, **({"Key": key} if key else {}))
        }

    everything = found()
    assert len(everything) == 18
    assert found(operation="PutObject") == {each for each in everything if each[2] == "put_object"}
    assert found(bucket="data") == {each for each in everything if each[1].startswith("data/")}
    assert found(bucket="o?her", key="logs/*") == {each for each in everything if each[1] == "other/logs/a"}
    assert (
        found(principal=eve)
        == found(principal="*:user/eve")
        == {each for each in everything if each[0] == "eve"}
    )
    assert found(principal=role) == {each for each in everything if each[0] == "job"}
    assert found(principal="*/job/*") == {each for each in everything if each[0] == "job"}
    assert found(principal=eve, bucket="x") == set()


def _once(s3: Any) -> Any:
    s3.meta.config.retries = {"total_max_attempts": 1}
    return s3


def test_callers_and_their_errors(aws: MockAWS) -> None:
    """A caller whose credentials are wrong gets that error; one who lacks a permission gets the fault first."""
    aws.faults.add("*", SlowDown)
    stranger = aws.account("111122223333").create_user("mallory")
    assert faulted(stranger.client("s3"), "get_object", Bucket="data", Key="k")
    assert faulted(aws.anonymous.client("s3"), "get_object", Bucket="data", Key="k")
    key = stranger.access_key
    wrong = boto3.client("s3", aws_access_key_id=key.id, aws_secret_access_key="wrong")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        wrong.get_object(Bucket="data", Key="k")
    aws.faults.clear()
    aws.faults.add("*", SlowDown, principal="anonymous")
    assert faulted(aws.anonymous.client("s3"), "get_object", Bucket="data", Key="k")


def test_only_s3(aws: MockAWS) -> None:
    aws.faults.add("*", SlowDown)
    assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert boto3.client("iam").list_users()["Users"] == []


def test_one_fault_a_call_the_first_that_fits(aws: MockAWS) -> None:
    aws.faults.add("PutObject", SlowDown, times=1)
    aws.faults.add("PutObject", InternalError, times=1)
    aws.faults.add("*", ReadTimeout, times=1)
    assert put(client()) == 3
    assert [each.fault.name for each in aws.faults.injected] == ["SlowDown", "InternalError", "ReadTimeout"]


def test_probability_is_repeated_by_its_seed(aws: MockAWS) -> None:
    s3 = client(attempts=1)

    def outcomes(**given: Any) -> list[bool]:
        aws.faults.clear()
        aws.faults.add("HeadObject", SlowDown, probability=0.3, **given)
        return [faulted(s3, "head_object", Bucket="data", Key="k") for _ in range(100)]

    first = outcomes()
    assert 15 < sum(first) < 45
    assert first == outcomes(seed=0) != outcomes(seed=1)
    assert sum(outcomes(times=3)) == 3
    mark = aws.snapshot()
    rest = [faulted(s3, "head_object", Bucket="data", Key="k") for _ in range(10)]
    aws.restore(mark)
    assert [faulted(s3, "head_object", Bucket="data", Key="k") for _ in range(10)] == rest


def test_a_restored_state_has_its_faults(aws: MockAWS) -> None:
    mark = aws.snapshot()
    aws.faults.add("PutObject", SlowDown, times=2)
    later = aws.snapshot()
    assert put(client()) == 2
    aws.restore(later)
    assert aws.faults.injected == []
    assert put(client()) == 2
    aws.restore(mark)
    assert put(client()) == 0


def test_waits_are_skipped_only_after_a_fault(aws: MockAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that gets a real 503 is another matter: botocore waits before it tries again."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    s3 = client()

    def answer_once(request: Any, **_: object) -> Any:
        from botocore.awsrequest import AWSResponse

        s3.meta.events.unregister("before-send.s3", answer_once)
        from mocks3.interceptors.response_bodies import MemoryBody

        return AWSResponse(request.url, 503, {}, MemoryBody(b""))

    s3.meta.events.register_first("before-send.s3", answer_once)
    assert put(s3) == 1
    assert len(waits) == 1


def test_the_bound_clients_of_a_world_get_them() -> None:
    aws = MockAWS()
    aws.account().create_bucket("data")
    aws.faults.add("PutObject", SlowDown)
    with pytest.raises(ClientError, match="SlowDown"):
        put(_once(aws.client(config=Config(retries={"total_max_attempts": 1}))))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            ("PutObjekt", SlowDown),
            r"operation must be an operation of S3 that mocks3 supports, or '\*', not 'PutObjekt'",
        ),
        (("AssumeRole", SlowDown), "not 'AssumeRole'"),
        (
            ("PutObject", "SlowDown"),
            "fault must be a fault of mocks3.faults, such as SlowDown, not 'SlowDown'",
        ),
        (("PutObject", ValueError), "fault must be a fault"),
        (("PutObject", Latency), r"Latency needs arguments, as in Latency\(seconds=90\)"),
    ],
)
def test_what_cannot_be_added(aws: MockAWS, given: Any, says: str) -> None:
    with pytest.raises(Mocks3Error, match=says):
        aws.faults.add(*given)
    assert put(client()) == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"times": 0}, "times must be a number of calls, 1 or more, not 0"),
        ({"times": True}, "times must be"),
        ({"probability": 1.1}, "probability must be a number from 0 to 1, not 1.1"),
        ({"probability": "0.5"}, "probability must be"),
    ],
)
def test_which_options_are_refused(aws: MockAWS, given: Any, says: str) -> None:
    with pytest.raises(Mocks3Error, match=says):
        aws.faults.add("PutObject", SlowDown, **given)
    assert put(client()) == 0


@pytest.mark.parametrize("make", [
    lambda: Latency(seconds=0), lambda: Latency(seconds=10**9), lambda: TruncatedBody(length=-1),
    lambda: ConnectionReset(executed=1),  # type: ignore[arg-type]
])  # fmt: skip
def test_arguments_of_faults_are_checked(make: Callable[[], CallFault]) -> None:
    with pytest.raises(Mocks3Error, match="must be"):
        make()


@pytest.mark.parametrize("seconds", [0, 86_400])
def test_the_bounds_of_a_latency_are_excluded(seconds: int) -> None:
    with pytest.raises(
        Mocks3Error, match=f"^seconds must be more than 0 and less than 86400, not {seconds}$"
    ):
        Latency(seconds=seconds)
