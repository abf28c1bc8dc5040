"""Libraries with a network of their own, through the server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
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
    title = "pyarrow"

    def __init__(self, place: Any) -> None:
        self.fs = pytest.importorskip("pyarrow.fs")
        self.s3 = self.fs.S3FileSystem(**place.options("pyarrow"), allow_bucket_creation=True)
        self.eve = self.fs.S3FileSystem(**place.options("pyarrow", place.eve))

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

    def read_range(self, key: str, first: int, last: int) -> bytes:
        with self.s3.open_input_file(f"{BUCKET}/{key}") as found:
            return found.read_at(last - first + 1, first)

    def copy(self, source: str, target: str) -> None:
        self.s3.copy_file(f"{BUCKET}/{source}", f"{BUCKET}/{target}")

    def delete_many(self, keys: list[str]) -> None:
        # Not one by one: after each deletion pyarrow writes the folder again, as an empty object.
        self.s3.delete_dir(f"{BUCKET}/{keys[0].partition('/')[0]}")

    def read_dataset(self, prefix: str) -> list[int]:
        dataset = pytest.importorskip("pyarrow.dataset")
        return dataset.dataset(f"{BUCKET}/{prefix}", filesystem=self.s3).to_table()["n"].to_pylist()

    def write_dataset(self, prefix: str, columns: dict[str, list[int]]) -> None:
        dataset = pytest.importorskip("pyarrow.dataset")
        import pyarrow

        dataset.write_dataset(
            pyarrow.table(columns), f"{BUCKET}/{prefix}", format="parquet", filesystem=self.s3,
            max_rows_per_file=250, max_rows_per_group=250,
        )  # fmt: skip


class Obstore:
    title = "obstore"

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

    def read_range(self, key: str, first: int, last: int) -> bytes:
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

    title = "polars"

    def __init__(self, place: Any) -> None:
        self.polars = pytest.importorskip("polars")
        self.options = place.options("polars")
        self.eve = place.options("polars", place.eve)

    def write_table(self, key: str, columns: dict[str, list[int]]) -> None:
        self.polars.DataFrame(columns).write_parquet(f"s3://{BUCKET}/{key}", storage_options=self.options)

    def read_table(self, key: str) -> dict[str, list[int]]:
        found = self.polars.scan_parquet(f"s3://{BUCKET}/{key}", storage_options=self.options)
        return found.collect().to_dict(as_series=False)

    def read_dataset(self, prefix: str) -> list[int]:
        found = self.polars.scan_parquet(f"s3://{BUCKET}/{prefix}/*.parquet", storage_options=self.options)
        return found.collect()["n"].to_list()

    def denied(self, key: str) -> str:
        return error_of(self._read, f"s3://{BUCKET}/{key}", self.eve)

    def _read(self, url: str, options: Any) -> None:
        self.polars.read_parquet(url, storage_options=options)


class DuckDb:
    """DuckDB with its extension httpfs, which a wheel contains."""

    title = "DuckDB"

    def __init__(self, place: Any) -> None:
        self.duckdb = pytest.importorskip("duckdb")
        extension = pytest.importorskip("duckdb_extension_httpfs")
        (self.httpfs,) = Path(extension.__file__).parent.rglob("httpfs.duckdb_extension")
        self.connection = self._connect(place.options("duckdb"))
        self.eve = self._connect(place.options("duckdb", place.eve))

    def _connect(self, secret: str) -> Any:
        connection = self.duckdb.connect()
        connection.load_extension(str(self.httpfs))
        connection.sql(secret)
        return connection

    def write_table(self, key: str, columns: dict[str, list[int]]) -> None:
        self._write("SELECT unnest($1) AS n", columns, f"{BUCKET}/{key}", "FORMAT parquet")

    def write_dataset(self, prefix: str, columns: dict[str, list[int]]) -> None:
        options = "FORMAT parquet, PER_THREAD_OUTPUT true"
        self._write("SELECT unnest($1) AS n", columns, f"{BUCKET}/{prefix}", options)

    def _write(self, query: str, columns: dict[str, list[int]], target: str, options: str) -> None:
        self.connection.execute(f"COPY ({query}) TO 's3://{target}' ({options})", [columns["n"]])

    def read_table(self, key: str) -> dict[str, list[int]]:
        return {"n": self._numbers(f"{BUCKET}/{key}")}

    def read_dataset(self, prefix: str) -> list[int]:
        return self._numbers(f"{BUCKET}/{prefix}/*.parquet")

    def _numbers(self, source: str) -> list[int]:
        rows = self.connection.sql(f"SELECT n FROM read_parquet('s3://{source}')").fetchall()
        return [n for (n,) in rows]

    def get(self, key: str) -> bytes:
        return self._read(self.connection, key)

    def denied(self, key: str) -> str:
        return error_of(self._read, self.eve, key)

    def _read(self, connection: Any, key: str) -> bytes:
        found: bytes = connection.sql(f"SELECT content FROM read_blob('s3://{BUCKET}/{key}')").fetchall()[0][
            0
        ]
        return found


class DeltaRs:
    """delta-rs, the library deltalake. A table is Parquet files and a log."""

    title = "delta-rs (deltalake)"

    def __init__(self, place: Any) -> None:
        self.deltalake = pytest.importorskip("deltalake")
        self.options = place.options("deltalake")
        self.eve = place.options("deltalake", place.eve)

    def write_dataset(self, prefix: str, columns: dict[str, list[int]]) -> None:
        import pyarrow

        half = len(columns["n"]) // 2
        for numbers in (columns["n"][:half], columns["n"][half:]):
            self.deltalake.write_deltalake(
                f"s3://{BUCKET}/{prefix}",
                pyarrow.table({"n": numbers}),
                mode="append",
                storage_options=self.options,
            )

    def read_dataset(self, prefix: str) -> list[int]:
        """Make a table of the Parquet files, and read that."""
        url = f"s3://{BUCKET}/{prefix}"
        self.deltalake.convert_to_deltalake(url, storage_options=self.options)
        return (
            self.deltalake.DeltaTable(url, storage_options=self.options).to_pyarrow_table()["n"].to_pylist()
        )

    def write_format(self, prefix: str, numbers: list[int]) -> None:
        self.write_dataset(prefix, {"n": numbers})

    def read_local(self, path: Path) -> list[int]:
        return sorted(self.deltalake.DeltaTable(str(path)).to_pyarrow_table()["n"].to_pylist())

    def write_local(self, path: Path, numbers: list[int]) -> None:
        import pyarrow

        self.deltalake.write_deltalake(str(path), pyarrow.table({"n": numbers}))

    def read_format(self, prefix: str) -> list[int]:
        table = self.deltalake.DeltaTable(f"s3://{BUCKET}/{prefix}", storage_options=self.options)
        return table.to_pyarrow_table()["n"].to_pylist()


class Daft:
    title = "daft"

    def __init__(self, place: Any) -> None:
        self.daft = pytest.importorskip("daft")
        self.config = self.daft.io.IOConfig(s3=self.daft.io.S3Config(**place.options("daft")))

    def write_dataset(self, prefix: str, columns: dict[str, list[int]]) -> None:
        self.daft.from_pydict(columns).write_parquet(f"s3://{BUCKET}/{prefix}", io_config=self.config)

    def read_dataset(self, prefix: str) -> list[int]:
        return self._numbers(f"s3://{BUCKET}/{prefix}/*.parquet")

    def read_table(self, key: str) -> dict[str, list[int]]:
        return {"n": self._numbers(f"s3://{BUCKET}/{key}")}

    def _numbers(self, url: str) -> list[int]:
        return self.daft.read_parquet(url, io_config=self.config).to_pydict()["n"]


class Lance:
    """Lance, the library pylance."""

    title = "Lance (pylance)"

    def __init__(self, place: Any) -> None:
        self.lance = pytest.importorskip("lance")
        self.options = place.options("lance")

    def write_format(self, prefix: str, numbers: list[int]) -> None:
        import pyarrow

        self.lance.write_dataset(
            pyarrow.table({"n": numbers}), f"s3://{BUCKET}/{prefix}", storage_options=self.options
        )

    def read_local(self, path: Path) -> list[int]:
        return self.lance.dataset(str(path)).to_table()["n"].to_pylist()

    def write_local(self, path: Path, numbers: list[int]) -> None:
        import pyarrow

        self.lance.write_dataset(pyarrow.table({"n": numbers}), str(path))

    def read_format(self, prefix: str) -> list[int]:
        found = self.lance.dataset(f"s3://{BUCKET}/{prefix}", storage_options=self.options)
        return found.to_table()["n"].to_pylist()


RASTER = """
import sys, json, numpy, rasterio
path, numbers = sys.argv[1], json.load(sys.stdin)
if numbers:
    profile = {"driver": "GTiff", "width": len(numbers), "height": 1, "count": 1, "dtype": "int32"}
    with rasterio.Env(CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE="YES"), rasterio.open(path, "w", **profile) as out:
        out.write(numpy.array([numbers], "int32"), 1)
else:
    with rasterio.open(path) as found:
        print(found.read(1)[0].tolist())
"""


class Rasterio:
    """Rasterio, and so GDAL, in a child process: it holds the GIL while it writes, so that no server of the same
    process could answer.
    """

    title = "rasterio (GDAL)"

    def __init__(self, place: Any) -> None:
        pytest.importorskip("rasterio")
        self.variables = {**place.environment(), **place.options("gdal")}

    def _run(self, path: str, numbers: list[int]) -> str:
        found = subprocess.run(
            [sys.executable, "-c", RASTER, path], input=json.dumps(numbers), text=True, capture_output=True,
            timeout=120, env=self.variables, check=False,
        )  # fmt: skip
        assert found.returncode == 0, found.stderr
        return found.stdout

    def write_format(self, prefix: str, numbers: list[int]) -> None:
        self._run(f"/vsis3/{BUCKET}/{prefix}", numbers)

    def read_local(self, path: Path) -> list[int]:
        return json.loads(self._run(str(path), []))

    def write_local(self, path: Path, numbers: list[int]) -> None:
        self._run(str(path), numbers)

    def read_format(self, prefix: str) -> list[int]:
        return json.loads(self._run(f"s3://{BUCKET}/{prefix}", []))


class Mountpoint:
    """The client of s3torchconnector, without torch. It is AWS's Common Runtime, and finds the access key by itself."""

    title = "s3torchconnector's client"

    def __init__(self, place: Any) -> None:
        client = pytest.importorskip("s3torchconnectorclient._mountpoint_s3_client")
        self.s3 = client.MountpointS3Client(
            region="us-east-1", user_agent_prefix="mocks3-tests", endpoint=place.server.url, force_path_style=True,
            part_size=5 << 20,
        )  # fmt: skip

    def put(self, key: str, data: bytes) -> None:
        stream = self.s3.put_object(BUCKET, key)
        stream.write(data)
        stream.close()

    multipart = put

    def get(self, key: str) -> bytes:
        return b"".join(self.s3.get_object(BUCKET, key))

    def pages(self, prefix: str, size: int) -> tuple[list[str], list[str]]:
        every = list(self.s3.list_objects(BUCKET, prefix=prefix, delimiter="/", max_keys=size))
        assert len(every) > 1
        return (
            [each.key for page in every for each in page.object_info],
            [each for page in every for each in page.common_prefixes],
        )

    def copy(self, source: str, target: str) -> None:
        self.s3.copy_object(BUCKET, source, BUCKET, target)

    def delete_many(self, keys: list[str]) -> None:
        for key in keys:
            self.s3.delete_object(BUCKET, key)


ADAPTERS = (Pyarrow, Obstore, Polars, DuckDb, DeltaRs, Daft, Lance, Rasterio, Mountpoint)
