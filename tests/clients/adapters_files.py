"""Libraries on botocore or aiobotocore for files, tables and arrays: s3fs, smart_open, pandas and others."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from .sending import send
from .story import BUCKET


class WithEnvironment:
    """A library that finds its credentials in the environment, where the mock has put them."""

    library = ""

    def __init__(self, place: Any) -> None:
        self.module = pytest.importorskip(self.library)
        self.place = place


FRESH = {"skip_instance_cache": True, "use_listings_cache": False}
"""Options of s3fs: a file system of another mock, and what it has listed, are not used again."""


class S3fs(WithEnvironment):
    title = "s3fs"
    library = "s3fs"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        self.s3 = self._system(place)
        self.eve = self._system(place, place.eve)

    def _system(self, place: Any, principal: Any = None) -> Any:
        key = place.key(principal)
        options = {"key": key.id, "secret": key.secret}
        if place.server is not None:
            options = place.options("s3fs", principal)
        config = {"region_name": "us-east-1", "signature_version": "s3v4"}
        return self.module.S3FileSystem(**{**options, "config_kwargs": config}, **FRESH)

    def create(self, name: str) -> None:
        self.s3.mkdir(name)

    def put(self, key: str, data: bytes) -> None:
        self.s3.pipe(f"{BUCKET}/{key}", data)

    def get(self, key: str) -> bytes:
        return self.s3.cat(f"{BUCKET}/{key}")

    def multipart(self, key: str, data: bytes) -> None:
        with self.s3.open(f"{BUCKET}/{key}", "wb", block_size=5 << 20) as out:
            out.write(data)

    def read_range(self, key: str, first: int, last: int) -> bytes:
        return self.s3.cat_file(f"{BUCKET}/{key}", start=first, end=last + 1)

    def copy(self, source: str, target: str) -> None:
        self.s3.copy(f"{BUCKET}/{source}", f"{BUCKET}/{target}")

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        found = [
            (each["name"].removeprefix(f"{BUCKET}/"), each["type"])
            for each in self.s3.ls(f"{BUCKET}/{prefix}", detail=True)
        ]
        return [name for name, kind in found if kind == "file"], [
            f"{name}/" for name, kind in found if kind != "file"
        ]

    def presigned(self, method: str, key: str) -> str:
        return self.s3.sign(f"{BUCKET}/{key}", client_method=f"{method.lower()}_object")

    fetch = staticmethod(send)

    def denied(self, key: str) -> str:
        with pytest.raises(PermissionError) as raised:
            self.eve.call_s3("get_object", Bucket=BUCKET, Key=key)  # cat_file asks for the head first
        return f"{raised.value} {raised.value.__cause__}"

    def delete_many(self, keys: list[str]) -> None:
        self.s3.rm([f"{BUCKET}/{key}" for key in keys])


class SmartOpen(WithEnvironment):
    title = "smart_open"
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

    def read_range(self, key: str, first: int, last: int) -> bytes:
        with self.module.open(f"s3://{BUCKET}/{key}", "rb") as found:
            found.seek(first)
            return found.read(last - first + 1)

    def denied(self, key: str) -> str:
        with pytest.raises(OSError, match=key) as raised:
            self.module.open(
                f"s3://{BUCKET}/{key}", "rb", transport_params={"client": self.place.eve.client("s3")}
            ).read()
        return f"{raised.value} {raised.value.__cause__}"


class CloudPath(WithEnvironment):
    title = "cloudpathlib"
    library = "cloudpathlib"

    def _path(self, key: str) -> Any:
        return self.module.S3Path(f"s3://{BUCKET}/{key}")

    def put(self, key: str, data: bytes) -> None:
        self._path(key).write_bytes(data)

    multipart = put

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        every = list(self._path(prefix).iterdir())
        keys = [each.key for each in every if each.is_file()]
        return keys, [f"{each.key.rstrip('/')}/" for each in every if each.is_dir()]

    def copy(self, source: str, target: str) -> None:
        self._path(source).copy(self._path(target))

    def delete_many(self, keys: list[str]) -> None:
        self._path(keys[0].partition("/")[0]).rmtree()


class S3Path(WithEnvironment):
    title = "s3path"
    library = "s3path"

    def _path(self, key: str) -> Any:
        return self.module.S3Path(f"/{BUCKET}/{key}")

    def create(self, name: str) -> None:
        self.module.S3Path(f"/{name}").mkdir()

    def put(self, key: str, data: bytes) -> None:
        self._path(key).write_bytes(data)

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        every = [(each.key, each.is_dir()) for each in self._path(prefix).iterdir()]
        return [key for key, folder in every if not folder], [f"{key}/" for key, folder in every if folder]

    def copy(self, source: str, target: str) -> None:
        self._path(source).rename(self._path(target))

    def delete_many(self, keys: list[str]) -> None:
        for key in keys:
            self._path(key).unlink()


class DjangoStorages(WithEnvironment):
    """The storage of django-storages for files that users upload."""

    title = "django-storages"
    library = "storages"

    def __init__(self, place: Any) -> None:
        super().__init__(place)
        from django.conf import settings

        if not settings.configured:
            settings.configure()
        from storages.backends.s3 import S3Storage

        self.s3 = S3Storage(bucket_name=BUCKET, signature_version="s3v4", region_name="us-east-1")

    def put(self, key: str, data: bytes) -> None:
        from django.core.files.base import ContentFile

        assert self.s3.save(key, ContentFile(data)) == key

    multipart = put

    def get(self, key: str) -> bytes:
        with self.s3.open(key) as found:
            return found.read()

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        folders, names = self.s3.listdir(prefix)
        return [prefix + name for name in names], [f"{prefix}{name}/" for name in folders]

    def presigned(self, method: str, key: str) -> str:
        return self.s3.url(key, http_method=method)

    fetch = staticmethod(send)

    def delete_many(self, keys: list[str]) -> None:
        for key in keys:
            self.s3.delete(key)


class WithS3fs(WithEnvironment):
    """A library that reads and writes with s3fs."""

    def _options(self) -> dict[str, Any]:
        return FRESH if self.place.server is None else {**self.place.options("s3fs"), **FRESH}


class Pandas(WithS3fs):
    """pandas with s3fs."""

    title = "pandas"
    library = "pandas"

    def write_table(self, key: str, columns: dict[str, list[int]]) -> None:
        frame = self.module.DataFrame(columns)
        frame.to_parquet(f"s3://{BUCKET}/{key}", index=False, storage_options=self._options())

    def read_table(self, key: str) -> dict[str, list[int]]:
        found = self.module.read_parquet(f"s3://{BUCKET}/{key}", storage_options=self._options())
        return found.to_dict("list")

    def read_dataset(self, prefix: str) -> list[int]:
        found = self.module.read_parquet(f"s3://{BUCKET}/{prefix}", storage_options=self._options())
        return found["n"].to_list()


class PandasWithoutOptions(Pandas):
    """pandas reads and writes Parquet with pyarrow's client, which finds the server in the environment."""

    title = "pandas, with pyarrow's client"

    def _options(self) -> Any:
        return None


class Dask(WithS3fs):
    """dask with s3fs. Its threads make the calls."""

    title = "dask"
    library = "dask.dataframe"

    def write_dataset(self, prefix: str, columns: dict[str, list[int]]) -> None:
        import pandas

        frame = self.module.from_pandas(pandas.DataFrame(columns), npartitions=4)
        frame.to_parquet(f"s3://{BUCKET}/{prefix}/", write_index=False, storage_options=self._options())

    def read_table(self, key: str) -> dict[str, list[int]]:
        return {"n": self._numbers(key)}

    def read_dataset(self, prefix: str) -> list[int]:
        return self._numbers(f"{prefix}/*.parquet")

    def _numbers(self, source: str) -> list[int]:
        found = self.module.read_parquet(f"s3://{BUCKET}/{source}", storage_options=self._options())
        return found.compute()["n"].to_list()


class Zarr(WithS3fs):
    """zarr with s3fs. An array is many objects."""

    title = "zarr"
    library = "zarr"

    def _write(self, url: str, numbers: list[int], options: Any) -> None:
        import numpy

        made = self.module.create_array(
            url, shape=(len(numbers),), chunks=(250,), dtype="int64", storage_options=options
        )
        made[:] = numpy.array(numbers)

    def _read(self, url: str, options: Any) -> list[int]:
        return self.module.open_array(url, mode="r", storage_options=options)[:].tolist()

    def write_format(self, prefix: str, numbers: list[int]) -> None:
        self._write(f"s3://{BUCKET}/{prefix}", numbers, self._options())

    def read_local(self, path: Path) -> list[int]:
        return self._read(str(path), None)

    def write_local(self, path: Path, numbers: list[int]) -> None:
        self._write(str(path), numbers, None)

    def read_format(self, prefix: str) -> list[int]:
        return self._read(f"s3://{BUCKET}/{prefix}", self._options())


class Awswrangler(WithEnvironment):
    title = "awswrangler"
    library = "awswrangler"

    def put(self, key: str, data: bytes) -> None:
        self.module.s3.upload(io.BytesIO(data), f"s3://{BUCKET}/{key}")

    def get(self, key: str) -> bytes:
        found = io.BytesIO()
        self.module.s3.download(f"s3://{BUCKET}/{key}", found)
        return found.getvalue()

    multipart = put

    def copy(self, source: str, target: str) -> None:
        self.module.s3.copy_objects(
            [f"s3://{BUCKET}/{source}"],
            f"s3://{BUCKET}/",
            f"s3://{BUCKET}/",
            replace_filenames={source: target},
        )

    def delete_many(self, keys: list[str]) -> None:
        self.module.s3.delete_objects([f"s3://{BUCKET}/{key}" for key in keys])

    def write_table(self, key: str, columns: dict[str, list[int]]) -> None:
        import pandas

        self.module.s3.to_parquet(pandas.DataFrame(columns), f"s3://{BUCKET}/{key}")

    def read_table(self, key: str) -> dict[str, list[int]]:
        return self.module.s3.read_parquet(f"s3://{BUCKET}/{key}").to_dict("list")

    def write_dataset(self, prefix: str, columns: dict[str, list[int]]) -> None:
        import pandas

        self.module.s3.to_parquet(
            pandas.DataFrame(columns), f"s3://{BUCKET}/{prefix}", dataset=True, max_rows_by_file=250
        )

    def read_dataset(self, prefix: str) -> list[int]:
        return self.module.s3.read_parquet(f"s3://{BUCKET}/{prefix}/")["n"].to_list()


ADAPTERS = (S3fs, SmartOpen, CloudPath, S3Path, DjangoStorages, Pandas, Dask, Zarr, Awswrangler)
