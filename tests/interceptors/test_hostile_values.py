"""Calls of boto3 clients with hostile values, with and without botocore's validation of parameters.

Each call to S3 is made directly and by HTTP: answer, exception, state and records are the same (``tests/twins.py``).
No call to a service ends in an exception that is a fault of mocks3. ``MOCKS3_FUZZ_REQUESTS`` says how many calls are
made; ``tox run -e fuzz`` makes 250,000.
"""

from __future__ import annotations

import os
import random
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from freezegun import freeze_time

import mocks3
from mocks3 import MockAWS, Mocks3Error, mock_s3
from tests import twins

from .hostile_services import known_things
from .hostile_values import Values

REQUESTS = int(os.environ.get("MOCKS3_FUZZ_REQUESTS", "2000"))
AT_ONCE = 200
SERVICES = ("iam", "kms", "organizations", "s3control", "sts")
MOCKS3 = str(Path(mocks3.__file__).parent)
LIBRARY = sysconfig.get_path("stdlib")
POLICY = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",'
    '"Resource":"arn:aws:s3:::data/*"}}'
)


@pytest.fixture(scope="module", autouse=True)
def stopped() -> Iterator[None]:
    with freeze_time("2026-03-01T12:00:00Z"):
        yield


@pytest.fixture(scope="module")
def filled(stopped: None) -> Iterator[tuple[MockAWS, dict[str, list[Any]], Any]]:
    """Buckets with versions, uploads and locks; values that name what exists; and the mark to return to."""
    with mock_s3() as aws:
        known = fill(aws.client("s3"))
        yield aws, known, aws.snapshot()


def fill(s3: Any) -> dict[str, list[Any]]:
    for bucket in ("data", "plain", "locked"):
        s3.create_bucket(
            Bucket=bucket, ObjectOwnership="ObjectWriter", ObjectLockEnabledForBucket=bucket == "locked"
        )
        s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    for bucket in ("data", "plain", "locked"):
        for key in ("k", "ü", "a/b"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"hello,1\n", Metadata={"a": "b"})
    version = s3.put_object(Bucket="data", Key="k", Body=b"second")["VersionId"]
    upload = s3.create_multipart_upload(Bucket="data", Key="k")["UploadId"]
    etag = s3.upload_part(Bucket="data", Key="k", UploadId=upload, PartNumber=1, Body=b"part")["ETag"]
    return {
        "Bucket": ["data", "data", "plain", "locked"],
        "Key": ["k", "k", "ü", "a/b", "new", ".", " ", "a\nb"],
        "VersionId": [version, "null"],
        "UploadId": [upload],
        "PartNumber": [1, 2],
        "ETag": [etag],
        "IfMatch": [etag, "*"],
        "CopySource": ["data/k", "plain/a/b", f"data/k?versionId={version}"],
        "RenameSource": ["/data/k"],
        "MaxKeys": [1, 2],
        "Id": ["one", "two"],
        "Expression": ["select * from s3object"],
        "Tagging": ["a=b"],
        "Policy": [POLICY],
        "ExpectedBucketOwner": ["123456789012"],
        "Range": ["bytes=0-1", "bytes=-2"],
        "Days": [1, 30],
        "PartNumberMarker": [0, 1],
    }


@pytest.mark.parametrize("seed", range(max(1, REQUESTS // AT_ONCE // 2)))
def test_calls_with_hostile_values_do_not_differ(filled: Any, seed: int) -> None:
    aws, known, mark = filled
    clients = [aws.client("s3"), aws.client("s3", config=Config(parameter_validation=False))]
    with twins.played() as played:
        call_all(aws, [clients], known, mark, f"s3 {seed}")
    assert len(played) > AT_ONCE / 2


@pytest.mark.parametrize("seed", range(max(1, REQUESTS // AT_ONCE // 2)))
def test_services_answer_calls_with_hostile_values(services: Any, seed: int) -> None:
    aws, known, mark = services
    unchecked = Config(parameter_validation=False)
    clients = [[aws.client(each), aws.client(each, config=unchecked)] for each in SERVICES]
    call_all(aws, clients, known, mark, f"services {seed}")


@pytest.fixture(scope="module")
def services(stopped: None) -> Iterator[tuple[MockAWS, dict[str, list[Any]], Any]]:
    with mock_s3() as aws:
        known = known_things(aws)
        yield aws, known, aws.snapshot()


def call_all(aws: MockAWS, clients: Any, known: dict[str, list[Any]], mark: Any, seed: str) -> None:
    """Make ``AT_ONCE`` calls. The second client of a pair validates no parameters; some values have other types."""
    source = random.Random(seed)
    for n in range(AT_ONCE):
        if n % 10 == 0:
            aws.restore(mark)
        checked, unchecked = source.choice(clients)
        client, values = source.choice(
            ((checked, Values(source, known, 0.0)), (unchecked, Values(source, known, 0.03)))
        )
        model = client.meta.service_model
        name = source.choice(model.operation_names)
        params = values.params(model.operation_model(name))
        try:
            call(client, name, params)
        except Exception as error:
            error.add_note(f"{seed}, call {n}: {name} {params!r}"[:3000])
            raise


def call(client: Any, name: str, params: dict[str, Any]) -> None:
    """Make a call and read its body. An exception must be an answer, botocore's, or one that mocks3 means."""
    try:
        output = client._make_api_call(name, params)
        for value in output.values():
            if hasattr(value, "read"):
                value.read()
    except (ClientError, BotoCoreError, Mocks3Error):
        pass
    except AssertionError:
        raise
    except Exception as error:  # botocore's and awscrt's, of parameters that they do not check
        files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
        if [each for each in files if not each.startswith(LIBRARY)][-1].startswith(MOCKS3):
            raise
