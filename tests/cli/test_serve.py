"""``mocks3 serve`` as a program: it prints where it listens, logs each request, and ends on a signal."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

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
