"""Libraries with a network of their own, through the server."""

from __future__ import annotations

from typing import Any

import pytest

from .sending import send
from .story import BUCKET


def error_of(call: Any, *args: Any) -> str:
    try:
        call(*args)
    except Exception as error:  # every library has its own class
        return str(error)
    raise AssertionError("the call was not denied")


class Pyarrow:
    def __init__(self, place: Any) -> None:
        self.fs = pytest.importorskip("pyarrow.fs")
        options = place.options("pyarrow")
        self.s3 = self.fs.S3FileSystem(**options, allow_bucket_creation=True)

    def create(self, name: str) -> None:
        self.s3.create_dir(name)

    def put(self, key: str, data: bytes) -> None:
        with self.s3.open_output_stream(f"{BUCKET}/{key}") as out:
            out.write(data)

    def get(self, key: str) -> bytes:
        with self.s3.open_input_stream(f"{BUCKET}/{key}") as found:
            return found.read()

    def multipart(self, key: str, data: bytes) -> None:
        self.put(key, data)

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        found = self.s3.get_file_info(self.fs.FileSelector(f"{BUCKET}/{prefix}"))
        names = [(each.path.removeprefix(f"{BUCKET}/"), each.type) for each in found]
        folders = [name + "/" for name, kind in names if kind is self.fs.FileType.Directory]
        return [name for name, kind in names if kind is self.fs.FileType.File], folders

    def part_of(self, key: str, first: int, last: int) -> bytes:
        with self.s3.open_input_file(f"{BUCKET}/{key}") as found:
            return found.read_at(last - first + 1, first)

    def copy(self, source: str, target: str) -> None:
        self.s3.copy_file(f"{BUCKET}/{source}", f"{BUCKET}/{target}")


class Obstore:
    def __init__(self, place: Any) -> None:
        store = pytest.importorskip("obstore.store")
        import obstore

        self.obstore = obstore
        self.s3 = store.S3Store(BUCKET, **place.options("obstore"))
        self.eve = store.S3Store(BUCKET, **place.options("obstore", place.eve))

    def put(self, key: str, data: bytes) -> None:
        self.obstore.put(self.s3, key, data)

    def get(self, key: str) -> bytes:
        return bytes(self.obstore.get(self.s3, key).bytes())

    def multipart(self, key: str, data: bytes) -> None:
        self.obstore.put(self.s3, key, data, use_multipart=True, chunk_size=5 << 20)

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        found = self.obstore.list_with_delimiter(self.s3, prefix)
        return [each["path"] for each in found["objects"]], [each + "/" for each in found["common_prefixes"]]

    def part_of(self, key: str, first: int, last: int) -> bytes:
        return bytes(self.obstore.get_range(self.s3, key, start=first, end=last + 1))

    def copy(self, source: str, target: str) -> None:
        self.obstore.copy(self.s3, source, target)

    def presigned(self, method: str, key: str) -> str:
        import datetime

        return self.obstore.sign(self.s3, method, key, datetime.timedelta(minutes=5))

    fetch = staticmethod(send)

    def denied(self, key: str) -> str:
        return error_of(self.obstore.get, self.eve, key)

    def delete_many(self, keys: list[str]) -> None:
        self.obstore.delete(self.s3, keys)


class Polars:
    """Polars reads and writes tables."""

    def __init__(self, place: Any) -> None:
        self.polars = pytest.importorskip("polars")
        self.options = place.options("polars")
        self.eve = place.options("polars", place.eve)

    def write_table(self, key: str, columns: dict[str, list[int]]) -> None:
        self.polars.DataFrame(columns).write_parquet(f"s3://{BUCKET}/{key}", storage_options=self.options)

    def read_table(self, key: str) -> dict[str, list[int]]:
        found = self.polars.scan_parquet(f"s3://{BUCKET}/{key}", storage_options=self.options)
        return found.collect().to_dict(as_series=False)

    def denied(self, key: str) -> str:
        return error_of(self._read, f"s3://{BUCKET}/{key}", self.eve)

    def _read(self, url: str, options: Any) -> None:
        self.polars.read_parquet(url, storage_options=options)


ADAPTERS = (Pyarrow, Obstore, Polars)
