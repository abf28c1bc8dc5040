"""``mocks3 serve`` as a program: it prints where it listens, logs each request, and ends on a signal."""

from __future__ import annotations

import http.client
import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError


class Program:
    """A running ``mocks3 serve``."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mocks3", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.variables: dict[str, str] = {}
        for line in self.process.stdout:
            if not line.startswith("export "):
                break
            name, _, text = line.removeprefix("export ").partition("=")
            self.variables[name] = shlex.split(text)[0]

    def client(self, service: str = "s3", **options: Any) -> Any:
        given = {
            "endpoint_url": self.variables["AWS_ENDPOINT_URL"],
            "region_name": self.variables["AWS_REGION"],
            "aws_access_key_id": self.variables["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": self.variables["AWS_SECRET_ACCESS_KEY"],
            "verify": self.variables.get("AWS_CA_BUNDLE"),
        }
        return boto3.session.Session().client(service, **{**given, **options})

    def end(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal. Return the exit code, and the rest of the output and of the errors."""
        self.process.send_signal(by)
        out, errors = self.process.communicate(timeout=60)
        return self.process.returncode, out, errors


@pytest.fixture
def serve() -> Iterator[Any]:
    started: list[Program] = []

    def start(*arguments: str) -> Program:
        started.append(Program(*arguments))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal(serve, by):
    program = serve()
    s3 = program.client()
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="k", Body=b"x")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        program.client(aws_secret_access_key="wrong").get_object(Bucket="data", Key="k")
    code, out, errors = program.end(by)
    assert (code, errors) == (0, "")
    lines = out.splitlines()
    at = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"
    root = "arn:aws:iam::123456789012:root"
    assert re.fullmatch(rf"{at} PUT /data CreateBucket {root} 200 ok", lines[0])
    assert re.fullmatch(rf"{at} PUT /data/k PutObject {root} 200 ok", lines[1])
    assert re.fullmatch(rf"{at} GET /data/k GetObject - 403 denied", lines[2])
    assert lines[3].startswith("    ")
    assert "signature" in "\n".join(lines[3:])


def test_tls_and_strict(serve):
    program = serve("--tls", "--strict")
    assert program.variables["AWS_ENDPOINT_URL"].startswith("https://127.0.0.1:")
    assert program.client().list_buckets()["Buckets"] == []
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        program.client(aws_access_key_id="AKIAIOSFODNN7EXAMPLE").list_buckets()
    assert program.end()[0] == 0


def test_it_serves_what_files_describe_to_one_of_their_principals(serve, tmp_path):
    policy = {"Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}}
    user = {
        "Type": "AWS::IAM::User",
        "Properties": {"UserName": "eve", "Policies": [{"PolicyName": "p", "PolicyDocument": policy}]},
    }
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {"U": user, "B": bucket, "X": {"Type": "AWS::S3::Unheard"}},
    }
    (tmp_path / "template.json").write_text(json.dumps(template))
    program = serve("--world", str(tmp_path), "--as", "user/eve")
    assert program.client().list_objects_v2(Bucket="data")["KeyCount"] == 0
    with pytest.raises(ClientError, match="user/eve is not authorized to perform: s3:PutObject"):
        program.client().put_object(Bucket="data", Key="k")
    code, _, errors = program.end()
    assert code == 0
    assert "AWS::S3::Unheard" in errors


def test_a_principal_that_does_not_exist_is_an_error(run):
    found = run("serve", "--port", "0", "--as", "user/eve")
    assert found.code == 2
    assert found.err.startswith("mocks3 serve: there is no principal 'user/eve'")


def test_a_port_that_is_taken_is_an_error(serve, run):
    program = serve()
    port = program.variables["AWS_ENDPOINT_URL"].rpartition(":")[2]
    found = run("serve", "--port", port)
    assert found.code == 2
    assert found.err.startswith(f"mocks3 serve: cannot listen on 127.0.0.1:{port}: ")
    assert program.end()[0] == 0


def test_the_record_of_a_server(serve, tmp_path):
    path = tmp_path / "run.jsonl"
    program = serve("--record", str(path))
    program.client().create_bucket(Bucket="data")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2  # it is written while the server runs
    program.end()
    head, decision = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert head == {"format": "mocks3-record", "version": 1}
    assert (decision["test"], decision["action"], decision["by"]) == (None, "s3:CreateBucket", "owner")


def test_the_state_is_saved_at_the_end_and_loaded_at_the_start(serve, tmp_path):
    file = tmp_path / "state.zip"
    program = serve("--save", str(file))
    s3 = program.client()
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="k", Body=b"kept")
    key = program.client("iam").create_user(UserName="eve") and program.client("iam").create_access_key(
        UserName="eve"
    )
    code, out, errors = program.end()
    assert (code, errors, out.splitlines()[-1]) == (0, "", f"mocks3 saved {file}")
    again = serve("--load", str(file))
    assert again.client().get_object(Bucket="data", Key="k")["Body"].read() == b"kept"
    theirs = {
        "aws_access_key_id": key["AccessKey"]["AccessKeyId"],
        "aws_secret_access_key": key["AccessKey"]["SecretAccessKey"],
    }
    with pytest.raises(ClientError, match="user/eve is not authorized"):
        again.client(**theirs).get_object(Bucket="data", Key="k")
    assert again.end()[0] == 0


def test_a_file_that_is_no_state_is_refused(tmp_path):
    (tmp_path / "state.zip").write_text("no")
    found = subprocess.run(
        [sys.executable, "-m", "mocks3", "serve", "--load", str(tmp_path / "state.zip")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found.returncode == 2
    assert "is not a saved AWS" in found.stderr
    assert "Traceback" not in found.stderr


def test_another_address_is_warned_about_without_a_line_of_code(serve):
    program = serve("--host", "0.0.0.0")
    assert program.variables["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert program.client().list_buckets()["Buckets"] == []
    code, _, errors = program.end()
    assert code == 0
    assert errors.splitlines() == [
        "mocks3 serve: warning: the mock server listens on 0.0.0.0: other machines can reach it, and it accepts "
        "access keys that are no secret"
    ]


def test_the_log_of_a_bucket_in_the_host(serve):
    program = serve("--domain", "s3.test")
    port = int(program.variables["AWS_ENDPOINT_URL"].rpartition(":")[2])
    program.client().create_bucket(Bucket="data")
    for host in ("data.s3.test", "data.localhost", "data.s3-website.localhost"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/k?secret=1", headers={"Host": host})
        connection.getresponse().read()
        connection.close()
    lines = [line for line in program.end()[1].splitlines() if " GET " in line]
    assert [line.split()[2] for line in lines] == ["/data/k"] * 3
    assert "secret" not in "".join(lines)


def test_when_the_reader_of_the_output_is_gone_the_request_is_answered_and_the_program_ends(serve, tmp_path):
    file = tmp_path / "state.zip"
    program = serve("--save", str(file))
    program.process.stdout.close()
    program.client().create_bucket(Bucket="data")
    assert program.process.wait(60) == 0
    assert program.process.stderr.read() == ""
    again = serve("--load", str(file))
    assert [each["Name"] for each in again.client().list_buckets()["Buckets"]] == ["data"]
    assert again.end()[0] == 0


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing/state.zip", "the folder {0}/missing does not exist"),
        ("", "this is a folder or a device; give the name of a file"),
    ],
)
def test_where_the_state_cannot_be_saved_the_program_does_not_start(run, tmp_path, name, says):
    file = tmp_path / name
    found = run("serve", "--port", "0", "--save", str(file))
    assert (found.code, found.out) == (2, "")
    assert found.err == f"mocks3 serve: --save {file}: {says.format(tmp_path)}\n"


def test_a_domain_that_is_no_host_name_is_an_error(run):
    found = run("serve", "--port", "0", "--domain", "http://s3.test")
    assert found.code == 2
    assert found.err == "mocks3 serve: domain must be a host name such as 's3.test', not 'http://s3.test'\n"


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_upload_that_does_not_arrive(serve, by, tmp_path):
    """The program does not wait for a client that sends nothing more, and stores nothing of its object."""
    file = tmp_path / "state.zip"
    program = serve("--save", str(file))
    s3 = program.client()
    s3.create_bucket(Bucket="data")
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "data", "Key": "half"})
    parts = urlsplit(url)
    sock = socket.create_connection((parts.hostname, parts.port), timeout=60)
    head = (
        f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 3000000\r\n\r\n"
    )
    sock.sendall(head.encode() + b"x" * 1000)
    s3.list_buckets()
    code, _, errors = program.end(by)
    sock.close()
    assert (code, errors) == (0, "")
    again = serve("--load", str(file))
    assert again.client().list_objects_v2(Bucket="data")["KeyCount"] == 0
    assert again.end()[0] == 0
