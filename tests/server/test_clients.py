"""boto3 and other real clients through the socket: the same answers as in the process."""

from __future__ import annotations

import io
import os
import threading
import tracemalloc
import urllib.request

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error, mock_s3
from mocks3.server.options import CLIENTS

READ = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
}


def test_a_story_of_objects(s3, aws):
    s3.put_object(Bucket="data", Key="a/b c+é//x", Body=b"hello", Metadata={"owner": "eve"})
    found = s3.get_object(Bucket="data", Key="a/b c+é//x")
    assert (found["Body"].read(), found["Metadata"]) == (b"hello", {"owner": "eve"})
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="data")["Contents"]] == ["a/b c+é//x"]
    s3.copy_object(Bucket="data", Key="copy", CopySource={"Bucket": "data", "Key": "a/b c+é//x"})
    assert s3.delete_objects(
        Bucket="data", Delete={"Objects": [{"Key": "copy"}, {"Key": "a/b c+é//x"}]}
    ).keys() >= {"Deleted"}
    assert s3.list_objects_v2(Bucket="data")["KeyCount"] == 0
    assert aws.calls[1].operation == "PutObject"
    assert aws.calls[1].principal == "arn:aws:iam::123456789012:root"


def test_the_world_is_the_same_on_both_sides(s3, aws):
    aws.client().put_object(Bucket="data", Key="inside", Body=b"1")
    s3.put_object(Bucket="data", Key="outside", Body=b"2")
    assert s3.get_object(Bucket="data", Key="inside")["Body"].read() == b"1"
    assert aws.client().get_object(Bucket="data", Key="outside")["Body"].read() == b"2"


def test_a_denial_is_the_one_of_the_process(client, s3, aws):
    eve = aws.account().create_user("eve", policies=READ)
    s3.put_object(Bucket="data", Key="k", Body=b"x")
    theirs = client("s3", eve)
    assert theirs.get_object(Bucket="data", Key="k")["Body"].read() == b"x"
    answers = []
    for each in (theirs, eve.client("s3")):
        with pytest.raises(ClientError) as raised:
            each.put_object(Bucket="data", Key="k", Body=b"y")
        answers.append(raised.value.response["Error"])
    assert answers[0] == answers[1]
    assert (
        "arn:aws:iam::123456789012:user/eve is not authorized to perform: s3:PutObject"
        in answers[0]["Message"]
    )
    assert [each.operation for each in aws.decisions if not each.allowed] == ["PutObject", "PutObject"]


def test_a_wrong_secret_is_refused(server, s3):
    options = {**server.options("boto3"), "aws_secret_access_key": "wrong"}
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        boto3.session.Session().client("s3", **options).list_buckets()


def test_strict_refuses_unknown_keys():
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.model.world import Settings

    with MockAWS(Settings(strict=True)).serve() as server:
        options = {**server.options("boto3"), "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE"}
        with pytest.raises(ClientError, match="InvalidAccessKeyId"):
            boto3.session.Session().client("s3", **options).list_buckets()


def test_sts_and_kms_share_the_port(client, aws, s3):
    role = aws.account().create_role("reader", policies=READ)
    eve = aws.account().create_user("eve", policies=READ)
    assert client("sts", eve).get_caller_identity()["Arn"] == eve.arn
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    s3.put_object(Bucket="data", Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    assert client("s3").head_object(Bucket="data", Key="k")["SSEKMSKeyId"].endswith(key)
    session = role.assume()
    assert client("sts", session).get_caller_identity()["Arn"] == session.arn


def test_an_unsigned_form_is_for_sts(server):
    sts = boto3.session.Session().client(
        "sts",
        endpoint_url=server.url,
        region_name="us-east-1",
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    with pytest.raises(ClientError) as raised:
        sts.get_caller_identity()
    assert raised.value.response["Error"]["Code"] == "MissingAuthenticationToken"


def test_presigned_urls_of_the_server(client, s3):
    s3 = client(signature_version="s3v4")
    put = s3.generate_presigned_url("put_object", Params={"Bucket": "data", "Key": "k"})
    asked = urllib.request.Request(put, data=b"sent", method="PUT")
    assert urllib.request.urlopen(asked).status == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
    assert urllib.request.urlopen(get).read() == b"sent"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(get.replace("/k?", "/other?"))


def test_a_policy_about_tls_sees_the_connection(aws):
    secure = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::data",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    }
    aws.account().create_bucket("data", policy=secure)
    with aws.serve() as plain, aws.serve(tls=True) as tls:
        assert tls.url.startswith("https://")
        session = boto3.session.Session()
        assert session.client("s3", **tls.options("boto3")).list_objects_v2(Bucket="data")["KeyCount"] == 0
        with pytest.raises(ClientError, match="explicit deny"):
            session.client("s3", **plain.options("boto3")).list_objects_v2(Bucket="data")


@pytest.mark.parametrize("way", ["put", "transfer"])
def test_a_large_body_takes_little_memory(s3, aws, way):
    """The storage writes to disk above its threshold, so a body on its way is never in memory as a whole."""
    size = 20 << 20
    aws.store.spool_threshold = 1 << 20

    class Zeros(io.RawIOBase):
        at = 0

        def readable(self):
            return True

        def seekable(self):
            return True

        def seek(self, to, whence=0):
            self.at = to + (0, self.at, size)[whence]
            return self.at

        def tell(self):
            return self.at

        def readinto(self, buffer):
            count = min(len(buffer), size - self.at)
            buffer[:count] = bytes(count)
            self.at += count
            return count

    s3.put_object(Bucket="data", Key="warm", Body=b"x" * (2 << 20))
    tracemalloc.start()
    try:
        if way == "put":
            s3.put_object(Bucket="data", Key="big", Body=Zeros())
        else:
            s3.upload_fileobj(Zeros(), "data", "big")
        body = s3.get_object(Bucket="data", Key="big", Range=f"bytes=1-{size - 2}")["Body"]
        read = sum(len(piece) for piece in body.iter_chunks(1 << 16))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read == size - 2
    # boto3's transfer itself holds parts of 8 MiB, as many as its threads.
    if way == "put":
        assert peak < size // 2


def test_many_clients_at_once_lose_nothing(client, s3, aws):
    failures: list[BaseException] = []
    start = threading.Barrier(16)

    def work(number: int) -> None:
        try:
            own = client("s3")
            start.wait(60)
            for n in range(10):
                own.put_object(Bucket="data", Key=f"{number}/{n}", Body=f"{number}-{n}".encode())
                found = own.get_object(Bucket="data", Key=f"{number}/{n}")["Body"].read()
                assert found == f"{number}-{n}".encode()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert s3.list_objects_v2(Bucket="data")["KeyCount"] == 160
    assert sum(call.operation == "PutObject" for call in aws.calls) == 160


# What clients need


def test_the_environment_is_enough_for_a_process(server, s3):
    import subprocess
    import sys

    code = "import boto3; boto3.client('s3').put_object(Bucket='data', Key='child', Body=b'x')"
    clean = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**clean, **server.environment()}, timeout=120
    )
    assert s3.get_object(Bucket="data", Key="child")["Body"].read() == b"x"


def test_the_environment_of_a_session_has_its_token(server, aws):
    session = aws.account().create_role("reader", policies=READ).assume()
    found = server.environment(session)
    assert found["AWS_ACCESS_KEY_ID"] == session.access_key.id
    assert found["AWS_SESSION_TOKEN"] == session.access_key.token
    assert "AWS_SESSION_TOKEN" not in server.environment()
    with pytest.raises(Mocks3Error, match="anonymous caller has no access key"):
        server.environment(aws.anonymous)


@pytest.mark.parametrize("tls", [False, True])
def test_pyarrow(aws, tls):
    fs = pytest.importorskip("pyarrow.fs")
    aws.account().create_bucket("data")
    with aws.serve(tls=tls) as server:
        try:
            found = fs.S3FileSystem(**server.options("pyarrow"))
        except TypeError:
            pytest.skip("this pyarrow has no tls_ca_file_path")
        with found.open_output_stream("data/folder/k") as out:
            out.write(b"x" * (11 << 20))
        with found.open_input_stream("data/folder/k") as stream:
            assert len(stream.read()) == 11 << 20
        names = [info.path for info in found.get_file_info(fs.FileSelector("data/folder"))]
        assert names == ["data/folder/k"]


def test_duckdb_takes_the_statement(server):
    """tests/clients executes it. DuckDB needs its extension httpfs to do so."""
    statement = server.options("duckdb")
    assert statement.startswith("CREATE OR REPLACE SECRET mocks3 (TYPE 's3', KEY_ID 'AKIA")
    assert f"ENDPOINT '{server.address}', URL_STYLE 'path', USE_SSL false)" in statement


def test_programs_take_variables(server):
    rclone, s5cmd = server.options("rclone"), server.options("s5cmd")
    assert rclone["RCLONE_CONFIG_MOCKS3_TYPE"] == "s3"
    assert rclone["RCLONE_CONFIG_MOCKS3_ENDPOINT"] == s5cmd["S3_ENDPOINT_URL"] == server.url


def test_gdal_takes_variables(aws, server):
    """GDAL's variables: the host without a scheme, and whether it has TLS (GDAL, "Virtual file systems", /vsis3/)."""
    found = server.options("gdal")
    assert found.items() >= {
        "AWS_S3_ENDPOINT": server.address, "AWS_HTTPS": "NO", "AWS_VIRTUAL_HOSTING": "FALSE",
    }.items()  # fmt: skip
    assert found.items() >= server.environment().items()
    with aws.serve(tls=True) as secure:
        assert secure.options("gdal").items() >= {
            "AWS_S3_ENDPOINT": secure.address, "AWS_HTTPS": "YES", "CURL_CA_BUNDLE": str(secure.ca_file),
        }.items()  # fmt: skip


@pytest.mark.parametrize("client", [*CLIENTS])
def test_the_options_of_each_client_have_the_access_key_of_the_principal(aws, server, client):
    eve = aws.account().create_user("eve", policies=READ)
    text = str(server.options(client, eve))
    assert eve.access_key.id in text
    assert eve.access_key.secret in text
    assert "token" not in text.lower()
    role = aws.account().create_role("reader", policies=READ).assume()
    text = str(server.options(client, role))
    assert role.access_key.token in text


@pytest.mark.parametrize(
    ("region", "where"), [("us-east-1", "config_kwargs"), ("eu-west-1", "client_kwargs")]
)
def test_the_region_of_s3fs(region, where):
    """`mkdir` of s3fs sends the Region in client_kwargs as LocationConstraint, which S3 refuses for us-east-1."""
    with mock_s3(region=region) as aws, aws.serve() as server:
        found = server.options("s3fs")
        assert [
            name for name in ("config_kwargs", "client_kwargs") if "region_name" in found.get(name, {})
        ] == [where]
        assert found[where] == {"region_name": region}


def test_an_unknown_client_is_named(server):
    with pytest.raises(Mocks3Error, match="no options for the client 'polar': did you mean 'polars'"):
        server.options("polar")


def test_a_server_that_is_not_started_says_so(aws):
    server = aws.serve()
    with pytest.raises(Mocks3Error, match="not started"):
        _ = server.url
    with server, pytest.raises(Mocks3Error, match="started already"):
        server.start()


def test_a_port_that_is_taken_is_named(aws, server):
    with (
        pytest.raises(Mocks3Error, match=f"cannot listen on 127.0.0.1:{server.port}"),
        aws.serve(port=server.port),
    ):
        pass


def test_an_address_of_the_network_is_warned_about(aws):
    with pytest.warns(UserWarning, match="other machines can reach it"), aws.serve(host="0.0.0.0") as server:
        assert server.url.startswith("http://127.0.0.1:")
