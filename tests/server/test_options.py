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


DUCKDB = """
import importlib.util, pathlib, sys, duckdb
connection = duckdb.connect()
package = importlib.util.find_spec("duckdb_extension_httpfs")
folders = () if package is None else package.submodule_search_locations
found = [file for each in folders for file in pathlib.Path(each).rglob("httpfs.duckdb_extension")]
try:
    connection.sql(f"LOAD '{found[0]}'" if found else "LOAD httpfs")
except duckdb.Error:
    sys.exit(print("no httpfs"))
connection.sql(sys.argv[1])
connection.sql("COPY (SELECT 42 AS n) TO 's3://data/t.parquet'")
print(connection.sql("SELECT n FROM 's3://data/*.parquet'").fetchall())
"""


def test_duckdb(place: Any) -> None:
    statement = place.options("duckdb")
    assert "CREATE OR REPLACE SECRET mocks3 (TYPE 's3', KEY_ID 'AKIA" in statement
    is_secure = str(place.ca_file is not None).lower()
    assert f"ENDPOINT '{place.address}', URL_STYLE 'path', USE_SSL {is_secure})" in statement
    pytest.importorskip("duckdb")
    printed = run(DUCKDB, {}, statement)
    if printed == "no httpfs\n":
        pytest.skip("DuckDB's extension httpfs is not installed")
    assert printed == "[(42,)]\n"


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


def test_spark_with_a_session(aws: MockAWS) -> None:
    with aws.serve() as server:
        found = server.options("spark", aws.account().create_role("reader").assume())
    provider = "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider"
    assert found["spark.hadoop.fs.s3a.aws.credentials.provider"] == provider
    assert found["spark.hadoop.fs.s3a.session.token"]


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
        (
            "polars",
            "import polars; polars.DataFrame({'n': [b'hello']}).write_parquet('s3://data/t.parquet'); "
            "print(polars.read_parquet('s3://data/t.parquet')['n'][0])",
        ),
        (
            "deltalake",
            "import deltalake, pyarrow; "
            "deltalake.write_deltalake('s3://data/t', pyarrow.table({'n': [1]}), "
            "storage_options={'AWS_CONDITIONAL_PUT': 'etag'}); "
            "print(b'hello' if deltalake.DeltaTable('s3://data/t').version() == 0 else None)",
        ),
        ("s3fs", 'import s3fs; print(s3fs.S3FileSystem().cat("data/k"))'),
    ],
)
def test_the_environment_is_enough(place: Any, library: str, program: str) -> None:
    pytest.importorskip(library)
    assert run(program, place.environment()) == "b'hello'\n"
