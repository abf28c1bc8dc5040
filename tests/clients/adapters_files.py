"""Libraries that treat objects as files or tables: s3fs, smart_open, cloudpathlib, s3path, pandas and others."""

from __future__ import annotations

import asyncio
import io
import os
from typing import Any

import pytest

from .story import BUCKET


class WithEnvironment:
    """A library that finds its credentials in the environment, where the mock has put them."""

    library = ""

    def __init__(self, place: Any) -> None:
        self.module = pytest.importorskip(self.library)
        self.place = place


class S3fs(WithEnvironment):
    library = "s3fs"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        self.module.S3FileSystem.clear_instance_cache()
        self.s3 = self.module.S3FileSystem()
        key = place.eve.access_key
        self.eve = self.module.S3FileSystem(key=key.id, secret=key.secret, skip_instance_cache=True)

    def create(self, name: str) -> None:
        self.s3.mkdir(name)

    def put(self, key: str, data: bytes) -> None:
        self.s3.pipe(f"{BUCKET}/{key}", data)

    def get(self, key: str) -> bytes:
        return self.s3.cat(f"{BUCKET}/{key}")

    def multipart(self, key: str, data: bytes) -> None:
        with self.s3.open(f"{BUCKET}/{key}", "wb", block_size=5 << 20) as out:
            out.write(data)

    def part_of(self, key: str, first: int, last: int) -> bytes:
        return self.s3.cat_file(f"{BUCKET}/{key}", start=first, end=last + 1)

    def copy(self, source: str, target: str) -> None:
        self.s3.copy(f"{BUCKET}/{source}", f"{BUCKET}/{target}")

    def denied(self, key: str) -> str:
        with pytest.raises(PermissionError) as raised:
            self.eve.call_s3("get_object", Bucket=BUCKET, Key=key)  # cat_file asks for the head first
        return f"{raised.value} {raised.value.__cause__}"

    def delete_many(self, keys: list[str]) -> None:
        self.s3.rm([f"{BUCKET}/{key}" for key in keys])


class SmartOpen(WithEnvironment):
    library = "smart_open"

    def put(self, key: str, data: bytes) -> None:
        with self.module.open(f"s3://{BUCKET}/{key}", "wb") as out:
            out.write(data)

    def get(self, key: str) -> bytes:
        with self.module.open(f"s3://{BUCKET}/{key}", "rb") as found:
            return found.read()

    def multipart(self, key: str, data: bytes) -> None:
        with self.module.open(
            f"s3://{BUCKET}/{key}", "wb", transport_params={"min_part_size": 5 << 20}
        ) as out:
            out.write(data)

    def part_of(self, key: str, first: int, last: int) -> bytes:
        with self.module.open(f"s3://{BUCKET}/{key}", "rb") as found:
            found.seek(first)
            return found.read(last - first + 1)


class CloudPath(WithEnvironment):
    library = "cloudpathlib"

    def _path(self, key: str) -> Any:
        return self.module.S3Path(f"s3://{BUCKET}/{key}")

    def put(self, key: str, data: bytes) -> None:
        self._path(key).write_bytes(data)

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def copy(self, source: str, target: str) -> None:
        self._path(source).copy(self._path(target))


class S3Path(WithEnvironment):
    library = "s3path"

    def _path(self, key: str) -> Any:
        return self.module.S3Path(f"/{BUCKET}/{key}")

    def create(self, name: str) -> None:
        self.module.S3Path(f"/{name}").mkdir()

    def put(self, key: str, data: bytes) -> None:
        self._path(key).write_bytes(data)

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()


class Pandas(WithEnvironment):
    """pandas, which reads and writes Parquet with pyarrow's client. It finds the server in the environment."""

    library = "pandas"

    def write_table(self, key: str, columns: dict[str, list[int]]) -> None:
        self.module.DataFrame(columns).to_parquet(f"s3://{BUCKET}/{key}", index=False)

    def read_table(self, key: str) -> dict[str, list[int]]:
        return self.module.read_parquet(f"s3://{BUCKET}/{key}").to_dict("list")


class Awswrangler(WithEnvironment):
    library = "awswrangler"

    def write_table(self, key: str, columns: dict[str, list[int]]) -> None:
        import pandas

        self.module.s3.to_parquet(pandas.DataFrame(columns), f"s3://{BUCKET}/{key}")

    def read_table(self, key: str) -> dict[str, list[int]]:
        return self.module.s3.read_parquet(f"s3://{BUCKET}/{key}").to_dict("list")


class Minio(WithEnvironment):
    """minio-py, which signs by itself and sends with urllib3."""

    library = "minio"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        self.s3 = self._client(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
        self.eve = self._client(place.eve.access_key.id, place.eve.access_key.secret)

    def _client(self, key: str, secret: str) -> Any:
        return self.module.Minio(
            endpoint="s3.amazonaws.com", access_key=key, secret_key=secret, region="us-east-1"
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

    def part_of(self, key: str, first: int, last: int) -> bytes:
        return self.s3.get_object(
            bucket_name=BUCKET, object_name=key, offset=first, length=last - first + 1
        ).data

    def denied(self, key: str) -> str:
        with pytest.raises(self.module.error.S3Error) as raised:
            self.eve.get_object(bucket_name=BUCKET, object_name=key)
        return str(raised.value)


class Libcloud(WithEnvironment):
    """Apache Libcloud, which signs by itself and sends with requests."""

    library = "libcloud"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        from libcloud.storage.providers import get_driver

        key = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
        self.s3 = get_driver("s3")(*key, region="us-east-1")

    def create(self, name: str) -> None:
        self.s3.create_container(name)

    def put(self, key: str, data: bytes) -> None:
        self.s3.upload_object_via_stream(iter([data]), self.s3.get_container(BUCKET), key)

    def get(self, key: str) -> bytes:
        return b"".join(self.s3.get_object(BUCKET, key).as_stream())

    def multipart(self, key: str, data: bytes) -> None:
        pieces = (data[at : at + (1 << 20)] for at in range(0, len(data), 1 << 20))
        self.s3.upload_object_via_stream(pieces, self.s3.get_container(BUCKET), key)


class MiniopyAsync(WithEnvironment):
    """miniopy-async, which signs by itself and sends with aiohttp."""

    library = "miniopy_async"

    def _run(self, steps: Any) -> Any:
        async def call() -> Any:
            import aiohttp

            key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
            client = self.module.Minio("s3.amazonaws.com", key, secret, region="us-east-1")
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
        async def read(s3: Any, session: Any) -> bytes:
            found = await s3.get_object(BUCKET, key)
            return await found.read()

        return self._run(read)

    def multipart(self, key: str, data: bytes) -> None:
        self._run(lambda s3, session: s3.put_object(BUCKET, key, io.BytesIO(data), -1, part_size=5 << 20))


ADAPTERS = (S3fs, SmartOpen, CloudPath, S3Path, Awswrangler, Minio, Libcloud, MiniopyAsync)
