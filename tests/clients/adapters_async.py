"""Libraries on aiobotocore: aiobotocore itself and aioboto3. s3fs is among the files."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from botocore.config import Config

from .sending import send
from .story import BUCKET

PART = 5 << 20


class Aiobotocore:
    """The methods of a client that are awaited."""

    title = "aiobotocore"

    def __init__(self, place: Any) -> None:
        self.session = pytest.importorskip("aiobotocore.session")
        self.options, self.eve = place.boto3(), place.boto3(place.eve)

    def _client(self, options: Any) -> Any:
        return self.session.get_session().create_client("s3", **options)

    def _call(self, name: str, options: Any = None, **params: Any) -> Any:
        async def call() -> Any:
            async with self._client(options or self.options) as s3:
                found = await getattr(s3, name)(**params)
                return await found["Body"].read() if "Body" in found else found

        return asyncio.run(call())

    def create(self, name: str) -> None:
        self._call("create_bucket", Bucket=name)

    def put(self, key: str, data: bytes) -> None:
        self._call("put_object", Bucket=BUCKET, Key=key, Body=data)

    def get(self, key: str) -> bytes:
        return self._call("get_object", Bucket=BUCKET, Key=key)

    def multipart(self, key: str, data: bytes) -> None:
        upload = {"Bucket": BUCKET, "Key": key}
        upload["UploadId"] = self._call("create_multipart_upload", **upload)["UploadId"]
        parts = []
        for at in range(0, len(data), PART):
            number = len(parts) + 1
            part = self._call("upload_part", **upload, PartNumber=number, Body=data[at : at + PART])
            parts.append({"PartNumber": number, "ETag": part["ETag"]})
        self._call("complete_multipart_upload", **upload, MultipartUpload={"Parts": parts})

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        async def call() -> Any:
            async with self._client(self.options) as s3:
                pages = s3.get_paginator("list_objects_v2").paginate(
                    Bucket=BUCKET, Prefix=prefix, Delimiter="/", PaginationConfig={"PageSize": size}
                )
                return [page async for page in pages]

        every = asyncio.run(call())
        return (
            [each["Key"] for page in every for each in page.get("Contents", ())],
            [each["Prefix"] for page in every for each in page.get("CommonPrefixes", ())],
        )

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return self._call("get_object", Bucket=BUCKET, Key=key, Range=f"bytes={first}-{last}")

    def copy(self, source: str, target: str) -> None:
        self._call("copy_object", Bucket=BUCKET, Key=target, CopySource={"Bucket": BUCKET, "Key": source})

    def presigned(self, method: str, key: str) -> str:
        async def call() -> Any:
            async with self._client({**self.options, "config": Config(signature_version="s3v4")}) as s3:
                params = {"Bucket": BUCKET, "Key": key}
                return await s3.generate_presigned_url(f"{method.lower()}_object", params)

        return asyncio.run(call())

    fetch = staticmethod(send)

    def denied(self, key: str) -> str:
        from botocore.exceptions import ClientError

        with pytest.raises(ClientError) as raised:
            self._call("get_object", self.eve, Bucket=BUCKET, Key=key)
        return str(raised.value)

    def delete_many(self, keys: list[str]) -> None:
        self._call("delete_objects", Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys]})


class Aioboto3(Aiobotocore):
    title = "aioboto3"

    def __init__(self, place: Any) -> None:
        self.aioboto3 = pytest.importorskip("aioboto3")
        self.options, self.eve = place.boto3(), place.boto3(place.eve)

    def _client(self, options: Any) -> Any:
        return self.aioboto3.Session().client("s3", **options)


ADAPTERS = (Aiobotocore, Aioboto3)
