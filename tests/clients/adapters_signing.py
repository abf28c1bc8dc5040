"""Libraries that sign by themselves: minio-py, miniopy-async and Apache Libcloud."""

from __future__ import annotations

import asyncio
import datetime
import io
from typing import Any

import pytest

from .sending import send
from .story import BUCKET


class Minio:
    """minio-py, which sends with urllib3."""

    title = "minio-py"

    def __init__(self, place: Any) -> None:
        self.minio = pytest.importorskip("minio")
        self.s3, self.eve = self._client(place), self._client(place, place.eve)
        self.url = "https://s3.amazonaws.com" if place.server is None else place.server.url

    def _client(self, place: Any, principal: Any = None) -> Any:
        if place.server is not None:
            return self.minio.Minio(**place.options("minio", principal))
        key = place.key(principal)
        return self.minio.Minio(
            endpoint="s3.amazonaws.com", access_key=key.id, secret_key=key.secret, region="us-east-1"
        )

    def create(self, name: str) -> None:
        self.s3.make_bucket(bucket_name=name)

    def put(self, key: str, data: bytes) -> None:
        self.s3.put_object(bucket_name=BUCKET, object_name=key, data=io.BytesIO(data), length=len(data))

    def get(self, key: str) -> bytes:
        return self.s3.get_object(bucket_name=BUCKET, object_name=key).data

    def multipart(self, key: str, data: bytes) -> None:
        self.s3.put_object(
            bucket_name=BUCKET, object_name=key, data=io.BytesIO(data), length=-1, part_size=5 << 20
        )

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        found = [
            (each.object_name, each.is_dir)
            for each in self.s3.list_objects(bucket_name=BUCKET, prefix=prefix)
        ]
        return [name for name, folder in found if not folder], [name for name, folder in found if folder]

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return self.s3.get_object(
            bucket_name=BUCKET, object_name=key, offset=first, length=last - first + 1
        ).data

    def copy(self, source: str, target: str) -> None:
        from minio.commonconfig import CopySource

        self.s3.copy_object(
            bucket_name=BUCKET, object_name=target, source=CopySource(bucket_name=BUCKET, object_name=source)
        )

    def presigned(self, method: str, key: str) -> str:
        return self.s3.get_presigned_url(method=method, bucket_name=BUCKET, object_name=key)

    fetch = staticmethod(send)

    def form(self, key: str, data: bytes) -> None:
        import requests
        from minio.datatypes import PostPolicy

        policy = PostPolicy(BUCKET, datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1))
        policy.add_equals_condition("key", key)
        fields = {"key": key, **self.s3.presigned_post_policy(policy)}
        answer = requests.post(f"{self.url}/{BUCKET}", data=fields, files={"file": data}, timeout=60)
        assert answer.status_code == 204, answer.text

    def denied(self, key: str) -> str:
        with pytest.raises(self.minio.error.S3Error) as raised:
            self.eve.get_object(bucket_name=BUCKET, object_name=key)
        return str(raised.value)

    def delete_many(self, keys: list[str]) -> None:
        from minio.deleteobjects import DeleteObject

        found = self.s3.remove_objects(
            bucket_name=BUCKET, delete_object_list=[DeleteObject(key) for key in keys]
        )
        assert list(found) == []


class Libcloud:
    """Apache Libcloud, which sends with requests."""

    title = "Apache Libcloud"

    def __init__(self, place: Any) -> None:
        providers = pytest.importorskip("libcloud.storage.providers")
        key = place.key()
        self.s3 = providers.get_driver("s3")(key.id, key.secret, region="us-east-1")

    def create(self, name: str) -> None:
        self.s3.create_container(name)

    def put(self, key: str, data: bytes) -> None:
        self.s3.upload_object_via_stream(iter([data]), self.s3.get_container(BUCKET), key)

    def get(self, key: str) -> bytes:
        return b"".join(self.s3.get_object(BUCKET, key).as_stream())

    def multipart(self, key: str, data: bytes) -> None:
        pieces = (data[at : at + (1 << 20)] for at in range(0, len(data), 1 << 20))
        self.s3.upload_object_via_stream(pieces, self.s3.get_container(BUCKET), key)

    def read_range(self, key: str, first: int, last: int) -> bytes:
        found = self.s3.get_object(BUCKET, key)
        return b"".join(self.s3.download_object_range_as_stream(found, first, last + 1))

    def delete_many(self, keys: list[str]) -> None:
        for key in keys:
            assert self.s3.delete_object(self.s3.get_object(BUCKET, key))


class MiniopyAsync:
    """miniopy-async, which sends with aiohttp."""

    title = "miniopy-async"

    def __init__(self, place: Any) -> None:
        self.module = pytest.importorskip("miniopy_async")
        self.key, self.eve = place.key(), place.key(place.eve)

    def _run(self, steps: Any, key: Any = None) -> Any:
        async def call() -> Any:
            import aiohttp

            used = key or self.key
            client = self.module.Minio("s3.amazonaws.com", used.id, used.secret, region="us-east-1")
            try:
                async with aiohttp.ClientSession() as session:
                    return await steps(client, session)
            finally:
                await client.close_session()

        return asyncio.run(call())

    def create(self, name: str) -> None:
        self._run(lambda s3, session: s3.make_bucket(name))

    def put(self, key: str, data: bytes) -> None:
        self._run(lambda s3, session: s3.put_object(BUCKET, key, io.BytesIO(data), len(data)))

    def get(self, key: str) -> bytes:
        return self._run(self._reading(key))

    def _reading(self, key: str, **options: Any) -> Any:
        async def read(s3: Any, session: Any) -> bytes:
            found = await s3.get_object(BUCKET, key, **options)
            return await found.read()

        return read

    def multipart(self, key: str, data: bytes) -> None:
        self._run(lambda s3, session: s3.put_object(BUCKET, key, io.BytesIO(data), -1, part_size=5 << 20))

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return self._run(self._reading(key, offset=first, length=last - first + 1))

    def presigned(self, method: str, key: str) -> str:
        return self._run(lambda s3, session: s3.get_presigned_url(method, BUCKET, key))

    fetch = staticmethod(send)

    def denied(self, key: str) -> str:
        with pytest.raises(self.module.error.S3Error) as raised:
            self._run(self._reading(key), self.eve)
        return str(raised.value)


ADAPTERS = (Minio, Libcloud, MiniopyAsync)
