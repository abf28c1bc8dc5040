"""aiobotocore, and what sends through it: its calls land in the open world, and are read with ``await``."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.exceptions import ClientError, CredentialRetrievalError

from mocks3 import NotSupported, RealAWSCallBlocked, mock_s3

REASON = "aiobotocore is not installed: it goes with few botocores; tox run -e aiobotocore"
aiobotocore = pytest.importorskip("aiobotocore", reason=REASON)

from aiobotocore import session  # noqa: E402
from aiobotocore.config import AioConfig  # noqa: E402
from aiobotocore.credentials import AioDeferredRefreshableCredentials  # noqa: E402
from aiobotocore.httpsession import AIOHTTPSession  # noqa: E402
from aiobotocore.httpxsession import HttpxSession  # noqa: E402

OUTSIDE = session.get_session()
"""A session made at import, before any mock."""

ONCE = AioConfig(retries={"max_attempts": 0})
pytestmark = pytest.mark.asyncio


def client(service="s3", **kwargs):
    return session.get_session().create_client(service, **{"region_name": "us-east-1", **kwargs})


@pytest.fixture
def aws():
    with mock_s3() as world:
        world.account().create_bucket("data", objects={"k": b"hello"})
        yield world


async def test_put_get_head_list_and_delete(aws):
    async with client() as s3:
        put = await s3.put_object(Bucket="data", Key="new", Body=b"body", Metadata={"a": "b"})
        assert put["ResponseMetadata"]["HTTPStatusCode"] == 200
        got = await s3.get_object(Bucket="data", Key="new")
        assert (await got["Body"].read(), got["Metadata"]) == (b"body", {"a": "b"})
        assert (await s3.head_object(Bucket="data", Key="new"))["ContentLength"] == 4
        listed = await s3.list_objects_v2(Bucket="data")
        assert [item["Key"] for item in listed["Contents"]] == ["k", "new"]
        await s3.delete_objects(Bucket="data", Delete={"Objects": [{"Key": "k"}, {"Key": "new"}]})
        assert (await s3.list_objects_v2(Bucket="data"))["KeyCount"] == 0
        assert (await s3.get_bucket_location(Bucket="data"))["LocationConstraint"] is None
    assert {call.principal for call in aws.calls[1:]} == {"arn:aws:iam::123456789012:root"}


async def test_a_session_made_before(aws):
    async with OUTSIDE.create_client("s3", region_name="us-east-1") as s3:
        assert await (await s3.get_object(Bucket="data", Key="k"))["Body"].read() == b"hello"


async def test_a_client_made_before_and_used_in_one_mock_after_another():
    config = AioConfig(retries={"max_attempts": 0})
    made = {"aws_access_key_id": "AKIAREAL", "aws_secret_access_key": "real", "config": config}
    async with client(**made) as s3:
        for _ in range(2):
            with mock_s3() as aws:
                aws.account().create_bucket("data", objects={"k": b"hello"})
                assert await (await s3.get_object(Bucket="data", Key="k"))["Body"].read() == b"hello"
                assert aws.calls[-1].principal == "arn:aws:iam::123456789012:root"


async def test_a_client_without_credentials(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    async with client() as s3:
        with mock_s3() as aws:
            assert (await s3.list_buckets())["Buckets"] == []
            assert aws.calls[-1].principal == "arn:aws:iam::123456789012:root"


async def test_users_and_nobody(aws):
    eve = aws.account().create_user("eve")
    key = {"aws_access_key_id": eve.access_key.id, "aws_secret_access_key": eve.access_key.secret}
    async with client(**key) as s3:
        with pytest.raises(ClientError) as raised:
            await s3.get_object(Bucket="data", Key="k")
    assert raised.value.response["Error"]["Code"] == "AccessDenied"
    assert raised.value.mocks3_decision.action == "s3:GetObject"
    assert raised.value.__notes__[0].startswith("mocks3: ")
    assert eve.arn in str(raised.value)
    async with client(config=AioConfig(signature_version=UNSIGNED)) as s3:
        with pytest.raises(ClientError, match="Access Denied"):
            await s3.get_object(Bucket="data", Key="k")
    assert aws.calls[-1].principal == "anonymous"


async def test_secrets_that_are_wrong(aws):
    key = {"aws_access_key_id": aws.account().create_user("eve").access_key.id, "aws_secret_access_key": "no"}
    async with client(**key) as s3:
        with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
            await s3.list_buckets()


async def test_errors_as_aws_words_them(aws):
    async with client() as s3:
        with pytest.raises(s3.exceptions.NoSuchKey, match="The specified key does not exist."):
            await s3.get_object(Bucket="data", Key="none")
        with pytest.raises(ClientError) as raised:
            await s3.head_object(Bucket="data", Key="none")
        assert raised.value.response["Error"] == {"Code": "404", "Message": "Not Found"}


async def test_bodies_are_read_in_pieces(aws):
    content = bytes(range(256)) * 1024 + b"\nlast"
    aws.client().put_object(Bucket="data", Key="big", Body=content)
    async with client() as s3:

        async def body(**kwargs):
            return (await s3.get_object(Bucket="data", Key="big", **kwargs))["Body"]

        stream = await body()
        async with stream:
            assert await stream.read(10) == content[:10]
            assert await stream.read() == content[10:]
            assert await stream.read() == b""
        assert b"".join([piece async for piece in (await body()).iter_chunks(1000)]) == content
        assert b"".join([piece async for piece in await body()]) == content
        assert [line async for line in (await body()).iter_lines()][-1] == b"last"
        assert await (await body(Range="bytes=1-3")).read() == content[1:4]
        stream = await body()
        stream.close()


async def test_the_reader_of_a_body_is_aiohttps(aws):
    content = b"one\ntwo\nthree"
    aws.client().put_object(Bucket="data", Key="lines", Body=content)
    async with client() as s3:

        async def reader():
            body = (await s3.get_object(Bucket="data", Key="lines"))["Body"]
            return getattr(body, "raw_stream", body).content

        assert [piece async for piece in (await reader()).iter_chunked(5)] == [b"one\nt", b"wo\nth", b"ree"]
        assert b"".join([piece async for piece in (await reader()).iter_any()]) == content
        assert [piece async for piece in (await reader()).iter_chunks()] == [(content, True)]
        assert [line async for line in await reader()] == [b"one\n", b"two\n", b"three"]
        found = await reader()
        assert not found.at_eof()
        await found.read()
        assert found.at_eof()


class Source:
    """A file that is read with ``await``."""

    def __init__(self, content):
        self._inner = io.BytesIO(content)

    async def read(self, size=-1):
        return self._inner.read(size)


@pytest.mark.parametrize("checksums", ["when_supported", "when_required"])
@pytest.mark.parametrize("make", [io.BytesIO, bytearray])
async def test_bodies_to_send(aws, make, checksums):
    config = AioConfig(request_checksum_calculation=checksums)
    async with client(config=config) as s3:
        await s3.put_object(Bucket="data", Key="sent", Body=make(b"pieces"))
    assert aws.client().get_object(Bucket="data", Key="sent")["Body"].read() == b"pieces"


@pytest.mark.skipif(aiobotocore.__version__ < "3", reason="before 3, aiobotocore sent it without its length")
async def test_a_body_that_is_read_with_await(aws):
    async with client() as s3:
        await s3.put_object(Bucket="data", Key="sent", Body=Source(b"pieces"), ContentLength=6)
    assert aws.client().get_object(Bucket="data", Key="sent")["Body"].read() == b"pieces"


async def test_paginators_and_waiters(aws):
    async with client() as s3:
        for number in range(5):
            await s3.put_object(Bucket="data", Key=f"page/{number}")
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket="data", Prefix="page/", PaginationConfig={"PageSize": 2}
        )
        assert [len(page["Contents"]) async for page in pages] == [2, 2, 1]
        await s3.get_waiter("object_exists").wait(Bucket="data", Key="k")
        await s3.get_waiter("object_not_exists").wait(Bucket="data", Key="none")
        await s3.get_waiter("bucket_exists").wait(Bucket="data")


async def test_multipart_uploads(aws):
    part = b"x" * 5 * 1024 * 1024
    where = {"Bucket": "data", "Key": "parts"}
    async with client() as s3:
        where["UploadId"] = (await s3.create_multipart_upload(**where))["UploadId"]

        async def send(number, body):
            return {
                "PartNumber": number,
                "ETag": (await s3.upload_part(**where, PartNumber=number, Body=body))["ETag"],
            }

        parts = await asyncio.gather(send(1, part), send(2, io.BytesIO(b"end")))
        await s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
        got = await s3.get_object(Bucket="data", Key="parts")
        assert await got["Body"].read() == part + b"end"


async def test_presigned_urls_and_forms(aws):
    async with client() as s3:
        url = await s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
        form = await s3.generate_presigned_post("data", "formed")
    assert requests.get(url, timeout=1).content == b"hello"
    assert requests.post(form["url"], data=form["fields"], files={"file": b"x"}, timeout=1).status_code == 204


async def test_presigned_by_the_clock_of_the_world(aws):
    aws.clock.advance(hours=1)
    async with client() as s3:
        url = await s3.generate_presigned_url(
            "get_object", Params={"Bucket": "data", "Key": "k"}, ExpiresIn=60
        )
        assert requests.get(url, timeout=1).content == b"hello"
        assert (await s3.list_buckets())["Buckets"]


@pytest.mark.parametrize("endpoint", ["http://localhost:9000", "https://s3.example.com"])
@pytest.mark.parametrize("style", ["path", "virtual"])
async def test_custom_endpoints(aws, endpoint, style):
    config = AioConfig(s3={"addressing_style": style})
    async with client(endpoint_url=endpoint, config=config) as s3:
        assert await (await s3.get_object(Bucket="data", Key="k"))["Body"].read() == b"hello"


async def test_another_region_is_followed(aws):
    aws.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    async with client() as s3:
        await s3.put_object(Bucket="far", Key="k", Body=io.BytesIO(b"there"))
        assert await (await s3.get_object(Bucket="far", Key="k"))["Body"].read() == b"there"


async def test_events_of_a_select(aws):
    pytest.importorskip("sqlglot", exc_type=ImportError)
    aws.client().put_object(Bucket="data", Key="t.csv", Body=b"a,1\nb,2\n")
    async with client() as s3:
        found = await s3.select_object_content(
            Bucket="data", Key="t.csv", ExpressionType="SQL", Expression="SELECT s._1 FROM s3object s",
            InputSerialization={"CSV": {}}, OutputSerialization={"CSV": {}},
        )  # fmt: skip
        records = [event["Records"]["Payload"] async for event in found["Payload"] if "Records" in event]
    assert b"".join(records) == b"a\nb\n"


async def test_other_services(aws):
    async with client("sts") as sts:
        assert (await sts.get_caller_identity())["Account"] == "123456789012"


@pytest.mark.filterwarnings("ignore:aiobotocore's httpx backend:DeprecationWarning")
@pytest.mark.parametrize("http", [AIOHTTPSession, HttpxSession])
async def test_the_wall(aws, http):
    if http is HttpxSession:
        pytest.importorskip("httpx")
    async with client("sqs", config=AioConfig(http_session_cls=http, retries={"max_attempts": 0})) as sqs:
        with pytest.raises(RealAWSCallBlocked) as raised:
            await sqs.list_queues()
    assert (raised.value.service, raised.value.operation) == ("sqs", "ListQueues")


@pytest.mark.filterwarnings("ignore:aiobotocore's httpx backend:DeprecationWarning")
async def test_the_other_library_to_send_with(aws):
    pytest.importorskip("httpx")
    async with client(config=AioConfig(http_session_cls=HttpxSession)) as s3:
        await s3.put_object(Bucket="data", Key="x", Body=io.BytesIO(b"x"))
        assert await (await s3.get_object(Bucket="data", Key="x"))["Body"].read() == b"x"


async def test_what_is_let_through_is_left_as_it_was():
    def resolve(*args, **kwargs):
        raise OSError("left the process")

    body = io.BytesIO(b"x")
    with mock_s3(passthrough=["real.s3.amazonaws.com"]) as aws, pytest.MonkeyPatch.context() as patch:
        patch.setattr("socket.getaddrinfo", resolve)
        async with client(config=ONCE) as s3:
            with pytest.raises(Exception, match=r"real\.s3\.amazonaws\.com"):
                await s3.put_object(Bucket="real", Key="k", Body=body)
        assert aws.calls == []
    assert not body.closed


async def test_ours_are_exceptions_and_not_answers(aws, monkeypatch):
    async with client() as s3:

        def find(service, operation):
            raise NotSupported(f"{service}:{operation}")

        monkeypatch.setattr("mocks3.pipeline.find", find)
        with pytest.raises(NotSupported, match="s3:GetObject"):
            await s3.get_object(Bucket="data", Key="k")


async def test_beside_boto3(aws):
    async with client() as s3:
        await s3.put_object(Bucket="data", Key="shared", Body=b"x")
        assert boto3.client("s3").get_object(Bucket="data", Key="shared")["Body"].read() == b"x"


IN_ANY_ORDER = """
import asyncio, sys
from mocks3 import mock_s3

def used():
    import aiobotocore.session
    async def call():
        async with aiobotocore.session.get_session().create_client("s3", region_name="us-east-1") as s3:
            return len((await s3.list_buckets())["Buckets"])
    return asyncio.run(call())

{first}
for _ in range(2):
    with mock_s3() as aws:
        assert "aiobotocore" not in sys.modules or {loaded}
        assert used() == 0
        assert len(aws.calls) == 1
"""


@pytest.mark.parametrize(
    ("first", "loaded"),
    [
        ("", "_ == 1"),
        ("import aiobotocore.session", "True"),
        ("with mock_s3() as aws: aws.client().list_buckets()\nimport aiobotocore.session", "True"),
        ("with mock_s3() as aws: pass\nimport aiobotocore.session; kept = aiobotocore.session.get_session()", "True"),
    ],
    ids=["inside", "before", "after another mock", "a session between mocks"],
)  # fmt: skip
async def test_imported_at_any_time(first, loaded):
    program = IN_ANY_ORDER.format(first=first, loaded=loaded)
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


async def test_decorated_coroutines():
    @mock_s3
    async def call():
        async with client() as s3:
            await s3.create_bucket(Bucket="fresh")
            return [bucket["Name"] for bucket in (await s3.list_buckets())["Buckets"]]

    assert await call() == ["fresh"]
    assert await call() == ["fresh"]


# aioboto3


async def test_aioboto3(aws, tmp_path):
    aioboto3 = pytest.importorskip("aioboto3")
    content = bytes(range(256)) * 40_000
    (tmp_path / "source").write_bytes(content)
    made = aioboto3.Session(region_name="us-east-1")
    async with made.client("s3") as s3:
        await s3.upload_file(str(tmp_path / "source"), "data", "file")
        await s3.upload_fileobj(io.BytesIO(content), "data", "fileobj")
        await s3.download_file("data", "file", str(tmp_path / "target"))
        target = io.BytesIO()
        await s3.download_fileobj("data", "fileobj", target)
    assert (tmp_path / "target").read_bytes() == content
    assert target.getvalue() == content
    async with made.resource("s3") as resource:
        bucket = await resource.Bucket("data")
        assert [item.key async for item in bucket.objects.all()] == ["file", "fileobj", "k"]
        assert await (await (await bucket.Object("k")).get())["Body"].read() == b"hello"


# s3fs; it has an event loop in a thread of its own


@pytest.fixture
def files(aws):
    s3fs = pytest.importorskip("s3fs")
    s3fs.S3FileSystem.clear_instance_cache()
    yield s3fs.S3FileSystem(client_kwargs={"region_name": "us-east-1"})
    s3fs.S3FileSystem.clear_instance_cache()


async def test_s3fs(aws, files, tmp_path):
    with files.open("data/dir/file", "wb") as target:
        target.write(b"0123456789")
    with files.open("data/dir/file", "rb") as source:
        source.seek(3)
        assert (source.read(4), source.read()) == (b"3456", b"789")
    assert files.ls("data") == ["data/dir", "data/k"]
    assert files.info("data/k")["size"] == 5
    assert files.cat(["data/k", "data/dir/file"]) == {"data/k": b"hello", "data/dir/file": b"0123456789"}
    files.get("data/dir", str(tmp_path / "dir"), recursive=True)
    assert (tmp_path / "dir" / "file").read_bytes() == b"0123456789"
    files.copy("data/k", "data/copy")
    files.rm("data/dir", recursive=True)
    assert files.glob("data/*") == ["data/copy", "data/k"]
    assert not files.exists("data/none")
    with pytest.raises(FileNotFoundError):
        files.open("data/none", "rb").read()


async def test_s3fs_writes_big_files_in_parts(aws, files):
    content = b"x" * (11 << 20)
    with files.open("data/big", "wb", block_size=5 << 20) as target:
        target.write(content)
    assert files.cat("data/big") == content
    assert "CompleteMultipartUpload" in {call.operation for call in aws.calls}


async def test_s3fs_is_refused(aws):
    s3fs = pytest.importorskip("s3fs")
    eve = aws.account().create_user("eve", policies=[json.dumps({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
    })])  # fmt: skip
    files = s3fs.S3FileSystem(key=eve.access_key.id, secret=eve.access_key.secret, skip_instance_cache=True)
    assert files.ls("data") == ["data/k"]
    with pytest.raises(PermissionError):
        files.cat("data/k")


# The machine's credentials.


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose profiles have keys, and a credential_process that leaves a file behind. Gives that file."""
    ran = tmp_path / "ran"
    program = f"""{sys.executable} -c "open({str(ran)!r}, 'w')" """
    (tmp_path / "config").write_text(f"[profile process]\ncredential_process = {program}\n")
    (tmp_path / "credentials").write_text(
        "[prod]\naws_access_key_id = AKIAREALPROD00000000\naws_secret_access_key = REALSECRET\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return ran


async def caller(made):
    async with made.create_client("sts", region_name="us-east-1") as sts:
        return (await sts.get_caller_identity())["Arn"]


async def test_profiles_are_the_mocks(machine):
    before = session.AioSession(profile="prod")
    assert (await before.get_credentials()).access_key == "AKIAREALPROD00000000"
    with mock_s3(profiles={"new": "role/reader"}) as world:
        world.account().create_role("reader")
        for made in (before, session.AioSession(profile="process"), session.AioSession(profile="nowhere")):
            assert (await made.get_credentials()).access_key == world.ambient_key.id
            assert await caller(made) == "arn:aws:iam::123456789012:root"
        assert (await caller(session.AioSession(profile="new"))).endswith(":assumed-role/reader/new")
        assert [note.split("'")[1] for note in world.notes] == ["prod", "process", "nowhere"]
    assert (await before.get_credentials()).access_key == "AKIAREALPROD00000000"
    assert not machine.exists()


async def test_clients_of_before_do_not_sign_with_the_machines_keys(machine):
    prod, process = session.AioSession(profile="prod"), session.AioSession(profile="process")
    process._credentials = AioDeferredRefreshableCredentials(machine.touch, "custom-process")
    for made in (prod, process):
        async with made.create_client("s3", region_name="us-east-1") as s3:
            with mock_s3() as world:
                await s3.list_buckets()
                url = await s3.generate_presigned_url("list_buckets")
                assert world.ambient_key.id in url
            with mock_s3(strict=True), pytest.raises(ClientError) as raised:
                await s3.list_buckets()
            assert raised.value.response["Error"]["AWSAccessKeyId"].endswith("*" * 16)
            assert "AKIAREAL" not in str(raised.value.response)
    assert not machine.exists()


async def test_a_credential_process_is_not_run(machine):
    provider = (
        session.AioSession(profile="process")
        .get_component("credential_provider")
        .get_provider("custom-process")
    )
    with mock_s3() as world:
        assert (await provider.load()).access_key == world.ambient_key.id
        with pytest.raises(CredentialRetrievalError, match="does not run a credential_process"):
            await provider._retrieve_credentials_using(sys.executable)
    assert not machine.exists()


async def test_refusals_say_why(aws):
    """By policies, by a rule, in one entry of a call, and for two calls at once."""
    eve = aws.account().create_user("eve")
    keys = {"aws_access_key_id": eve.access_key.id, "aws_secret_access_key": eve.access_key.secret}
    async with client(**keys) as theirs, client() as own:
        calls = (
            theirs.get_object(Bucket="data", Key="k"),
            own.get_object(Bucket="data", Key="k", ExpectedBucketOwner="333333333333"),
        )
        by_policies, by_rule = await asyncio.gather(*calls, return_exceptions=True)
        assert (by_policies.mocks3_decision.layer, by_rule.mocks3_decision.layer) == (
            "identity",
            "expected-bucket-owner",
        )
        assert by_rule.__notes__[0].startswith("mocks3: denied s3:GetObject on arn:aws:s3:::data/k to ")
        with aws.denied("s3:DeleteObject", "arn:aws:s3:::data/k", by="identity-policy"):
            await theirs.delete_objects(Bucket="data", Delete={"Objects": [{"Key": "k"}]})
