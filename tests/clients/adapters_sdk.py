"""botocore and boto3: the client, the resource, the transfers, and botocore alone."""

from __future__ import annotations

import io
import urllib.parse
from typing import Any

import boto3
import botocore.session
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from .sending import send
from .story import BUCKET

PART = 5 << 20


def text_of(call: Any, **params: Any) -> str:
    """Return the text of the error that a call raises."""
    try:
        call(**params)
    except ClientError as error:
        return str(error)
    raise AssertionError("the call was not denied")


class Boto3Client:
    """The methods of ``boto3.client("s3")``."""

    title = "boto3, its clients"

    def __init__(self, place: Any) -> None:
        config = Config(signature_version="s3v4")
        self.s3 = boto3.session.Session().client("s3", config=config, **place.boto3())
        self.eve = boto3.session.Session().client("s3", **place.boto3(place.eve))

    def create(self, name: str) -> None:
        self.s3.create_bucket(Bucket=name)

    def put(self, key: str, data: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)

    def get(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def multipart(self, key: str, data: bytes) -> None:
        upload = self.s3.create_multipart_upload(Bucket=BUCKET, Key=key, ChecksumAlgorithm="CRC32")[
            "UploadId"
        ]
        parts = []
        for at in range(0, len(data), PART):
            number = len(parts) + 1
            part = self.s3.upload_part(
                Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=number, Body=data[at : at + PART]
            )
            parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]})
        self.s3.complete_multipart_upload(
            Bucket=BUCKET, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
        )

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        found = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix=prefix, Delimiter="/", PaginationConfig={"PageSize": size}
        )
        every = list(found)
        assert len(every) > 1
        return (
            [each["Key"] for page in every for each in page.get("Contents", ())],
            [each["Prefix"] for page in every for each in page.get("CommonPrefixes", ())],
        )

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key, Range=f"bytes={first}-{last}")["Body"].read()

    def copy(self, source: str, target: str) -> None:
        self.s3.copy_object(Bucket=BUCKET, Key=target, CopySource={"Bucket": BUCKET, "Key": source})

    def presigned(self, method: str, key: str) -> str:
        return self.s3.generate_presigned_url(f"{method.lower()}_object", {"Bucket": BUCKET, "Key": key})

    fetch = staticmethod(send)

    def form(self, key: str, data: bytes) -> None:
        import requests

        post = self.s3.generate_presigned_post(BUCKET, key)
        answer = requests.post(post["url"], data=post["fields"], files={"file": data}, timeout=60)
        assert answer.status_code == 204, answer.text

    def denied(self, key: str) -> str:
        return text_of(self.eve.get_object, Bucket=BUCKET, Key=key)

    def delete_many(self, keys: list[str]) -> None:
        found = self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys]})
        assert len(found["Deleted"]) == len(keys)


class Boto3Resource:
    """``boto3.resource("s3")``."""

    title = "boto3, its resources"

    def __init__(self, place: Any) -> None:
        self.s3 = boto3.session.Session().resource("s3", **place.boto3())
        self.eve = boto3.session.Session().resource("s3", **place.boto3(place.eve))
        self.bucket = self.s3.Bucket(BUCKET)

    def create(self, name: str) -> None:
        self.s3.create_bucket(Bucket=name)

    def put(self, key: str, data: bytes) -> None:
        self.bucket.put_object(Key=key, Body=data)

    def get(self, key: str) -> bytes:
        return self.bucket.Object(key).get()["Body"].read()

    def multipart(self, key: str, data: bytes) -> None:
        upload = self.bucket.Object(key).initiate_multipart_upload(ChecksumAlgorithm="CRC32")
        parts = []
        for at in range(0, len(data), PART):
            number = len(parts) + 1
            found = upload.Part(number).upload(Body=data[at : at + PART])
            parts.append(
                {"PartNumber": number, "ETag": found["ETag"], "ChecksumCRC32": found["ChecksumCRC32"]}
            )
        upload.complete(MultipartUpload={"Parts": parts})

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return self.bucket.Object(key).get(Range=f"bytes={first}-{last}")["Body"].read()

    def copy(self, source: str, target: str) -> None:
        self.bucket.copy({"Bucket": BUCKET, "Key": source}, target)

    def denied(self, key: str) -> str:
        return text_of(self.eve.Object(BUCKET, key).get)

    def delete_many(self, keys: list[str]) -> None:
        self.bucket.objects.filter(Prefix=keys[0][:7]).delete()


class Boto3Transfer:
    """The transfers of boto3, which split uploads and downloads in threads."""

    title = "boto3, its transfers"

    def __init__(self, place: Any) -> None:
        self.s3 = boto3.session.Session().client("s3", **place.boto3())
        self.config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)

    def put(self, key: str, data: bytes) -> None:
        self.s3.upload_fileobj(io.BytesIO(data), BUCKET, key)

    def get(self, key: str) -> bytes:
        into = io.BytesIO()
        self.s3.download_fileobj(BUCKET, key, into, Config=self.config)
        return into.getvalue()

    def multipart(self, key: str, data: bytes) -> None:
        self.s3.upload_fileobj(io.BytesIO(data), BUCKET, key, Config=self.config)
        assert self.get(key) == data

    def copy(self, source: str, target: str) -> None:
        self.s3.copy({"Bucket": BUCKET, "Key": source}, BUCKET, target)


class Botocore(Boto3Client):
    """A session and clients of botocore, without boto3."""

    title = "botocore"

    def __init__(self, place: Any) -> None:
        config = Config(signature_version="s3v4")
        self.s3 = botocore.session.Session().create_client("s3", config=config, **place.boto3())
        self.eve = botocore.session.Session().create_client("s3", **place.boto3(place.eve))


class Powertools:
    """Powertools for AWS Lambda: its stream reads an object in ranges, and a function finds the object in an event."""

    title = "Powertools for AWS Lambda"

    def __init__(self, place: Any) -> None:
        self.streaming = pytest.importorskip("aws_lambda_powertools.utilities.streaming")
        self.s3 = boto3.session.Session().client("s3", **place.boto3())
        self.eve = boto3.session.Session().client("s3", **place.boto3(place.eve))

    def get(self, key: str) -> bytes:
        """Find the object in an event, as a function that S3 invokes does."""
        from aws_lambda_powertools.utilities.data_classes import S3Event

        s3 = {"bucket": {"name": BUCKET}, "object": {"key": urllib.parse.quote_plus(key)}}
        event = S3Event({"Records": [{"s3": s3}]})
        return self._stream(event.object_key, self.s3, bucket=event.bucket_name).read()

    def read_range(self, key: str, first: int, last: int) -> bytes:
        stream = self._stream(key, self.s3)
        stream.seek(first)
        return stream.read(last - first + 1)

    def denied(self, key: str) -> str:
        return text_of(self._stream(key, self.eve).read)

    def _stream(self, key: str, s3: Any, bucket: str = BUCKET) -> Any:
        return self.streaming.S3Object(bucket=bucket, key=key, boto3_client=s3)


ADAPTERS = (Boto3Client, Boto3Resource, Boto3Transfer, Botocore, Powertools)
