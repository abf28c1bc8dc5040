"""The options of clients: real libraries take them. ``tests/clients`` tells their whole stories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from mocks3 import MockAWS
from mocks3.server.options import CLIENTS, Endpoint
from mocks3.storage.iam import AccessKeyRecord

CLEAN = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "SSL_CERT"))}


@pytest.fixture(params=[False, True], ids=["http", "https"])
def place(aws: MockAWS, request: pytest.FixtureRequest) -> Any:
    aws.account().create_bucket("data", objects={"k": b"hello"})
    with aws.serve(tls=request.param) as server:
        yield server


def run(program: str, variables: dict[str, str], *arguments: str) -> str:
    """Run a program of Python in a process with these variables. Return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**CLEAN, **variables}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


GDAL = """
import sys, numpy, rasterio, warnings
warnings.simplefilter("ignore")
profile = dict(driver="GTiff", width=4, height=4, count=1, dtype="uint8")
with rasterio.Env(CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE="YES"):
    with rasterio.open("/vsis3/data/a.tif", "w", **profile) as file:
        file.write(numpy.full((1, 4, 4), 7, "uint8"))
    with rasterio.open("/vsis3/data/a.tif") as file:
        print(file.read().sum())
"""


def test_gdal(place: Any, aws: MockAWS) -> None:
    pytest.importorskip("rasterio")
    assert run(GDAL, place.options("gdal")) == "112\n"
    assert [call.operation for call in aws.calls if call.operation == "PutObject"]


@pytest.mark.skipif(
    shutil.which("node") is None or "MOCKS3_NODE_MODULES" not in os.environ,
    reason="MOCKS3_NODE_MODULES names no folder",
)
def test_the_sdk_for_javascript(place: Any) -> None:
    program = """
        import { createRequire } from "node:module";
        const require = createRequire(process.env.MOCKS3_NODE_MODULES + "/");
        const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");
        const s3 = new S3Client(JSON.parse(process.argv[1]));
        const got = await s3.send(new GetObjectCommand({ Bucket: "data", Key: "k" }));
        console.log(await got.Body.transformToString());
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program, json.dumps(place.options("javascript"))],
        env={**CLEAN, **place.environment()}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "hello\n"), done.stderr


def test_spark() -> None:
    """The names are those of Hadoop's page "Hadoop-AWS module". Spark needs Java and the package hadoop-aws."""
    key = AccessKeyRecord("AKIA", "secret", "123456789012")
    found = CLIENTS["spark"](Endpoint("http://127.0.0.1:9400", "127.0.0.1:9400", key, "eu-west-1", None))
    assert found == {
        "spark.hadoop.fs.s3a.endpoint": "http://127.0.0.1:9400",
        "spark.hadoop.fs.s3a.endpoint.region": "eu-west-1",
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
        "spark.hadoop.fs.s3a.access.key": "AKIA",
        "spark.hadoop.fs.s3a.secret.key": "secret",
        "spark.hadoop.fs.s3a.aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
    }


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_gets_the_token_of_a_session(aws: MockAWS, client: str) -> None:
    session = aws.account().create_role("reader").assume()
    with aws.serve() as server:
        with_token, without = server.options(client, session), server.options(client)
    token = session.access_key.token
    assert token is not None
    assert token in str(with_token)
    assert token not in str(without)
    if client == "spark":
        assert "TemporaryAWSCredentialsProvider" in str(with_token)


# Clients that find the server by environment variables alone


@pytest.mark.parametrize(
    ("library", "program"),
    [
        (
            "boto3",
            'import boto3; print(boto3.client("s3").get_object(Bucket="data", Key="k")["Body"].read())',
        ),
        (
            "obstore",
            'import obstore.store; print(bytes(obstore.get(obstore.store.S3Store("data"), "k").bytes()))',
        ),
        (
            "pyarrow",
            "import pyarrow.fs; found, path = pyarrow.fs.FileSystem.from_uri('s3://data/k'); "
            "print(found.open_input_stream(path).read())",
        ),
        ("s3fs", 'import s3fs; print(s3fs.S3FileSystem().cat("data/k"))'),
    ],
)
def test_the_environment_is_enough(place: Any, library: str, program: str) -> None:
    pytest.importorskip(library)
    assert run(program, place.environment()) == "b'hello'\n"
