"""The calls that every client makes. Another client reads what it writes, and writes what it reads.

An adapter has a method for each step that its library can do. ``STEPS`` names the methods; an adapter that lacks one
does not run that step, and ``test_stories`` lists the steps that each adapter runs.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

BUCKET = "data"
BODY = bytes(range(256)) * 4
LARGE = hashlib.sha256(b"mocks3").digest() * ((11 << 20) // 32)
"""11 MiB: three parts of 5 MiB at most."""
NUMBERS = list(range(1000))
TABLE = {"n": NUMBERS}
SENTENCE = "is not authorized to perform: s3:GetObject"


def create(adapter: Any, s3: Any) -> None:
    adapter.create("made")
    assert "made" in [each["Name"] for each in s3.list_buckets()["Buckets"]]


def put(adapter: Any, s3: Any) -> None:
    adapter.put("folder/name with + and é", BODY)
    assert s3.get_object(Bucket=BUCKET, Key="folder/name with + and é")["Body"].read() == BODY


def get(adapter: Any, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="written/by another", Body=BODY)
    assert adapter.get("written/by another") == BODY


def multipart(adapter: Any, s3: Any) -> None:
    adapter.multipart("large", LARGE)
    found = s3.get_object(Bucket=BUCKET, Key="large")
    assert found["Body"].read() == LARGE
    assert "-" in found["ETag"], "the object was not uploaded in parts"


def pages(adapter: Any, s3: Any) -> None:
    """More keys than one page, below a prefix, with a delimiter."""
    for n in range(5):
        s3.put_object(Bucket=BUCKET, Key=f"list/{n}")
        s3.put_object(Bucket=BUCKET, Key=f"list/sub{n}/k")
    keys, prefixes = adapter.pages("list/", 3)
    assert sorted(keys) == [f"list/{n}" for n in range(5)]
    assert sorted(prefixes) == [f"list/sub{n}/" for n in range(5)]


def read_range(adapter: Any, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="range", Body=BODY)
    assert adapter.read_range("range", 10, 300) == BODY[10:301]


def copy(adapter: Any, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="source", Body=BODY)
    adapter.copy("source", "copies/target")
    assert s3.get_object(Bucket=BUCKET, Key="copies/target")["Body"].read() == BODY


def presigned(adapter: Any, s3: Any) -> None:
    """The adapter makes the URLs, and ``fetch`` of the same adapter or of the test sends them."""
    adapter.fetch("PUT", adapter.presigned("PUT", "signed"), BODY)
    assert s3.get_object(Bucket=BUCKET, Key="signed")["Body"].read() == BODY
    assert adapter.fetch("GET", adapter.presigned("GET", "signed")) == BODY


def form(adapter: Any, s3: Any) -> None:
    adapter.form("posted", BODY)
    assert s3.get_object(Bucket=BUCKET, Key="posted")["Body"].read() == BODY


def denied(adapter: Any, s3: Any) -> None:
    """The error of a denied read has S3's sentence with the principal and the action."""
    s3.put_object(Bucket=BUCKET, Key="secret/k", Body=BODY)
    text = adapter.denied("secret/k")
    assert SENTENCE in text, text


def delete_many(adapter: Any, s3: Any) -> None:
    keys = [f"delete/{n} é" for n in range(5)]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key)
    adapter.delete_many(keys)
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="delete/")["KeyCount"] == 0


def write_table(adapter: Any, s3: Any) -> None:
    """For libraries of tables: a Parquet file that pyarrow reads from the bytes."""
    adapter.write_table("table.parquet", TABLE)
    assert rows_of([s3.get_object(Bucket=BUCKET, Key="table.parquet")["Body"].read()]) == NUMBERS


def read_table(adapter: Any, s3: Any) -> None:
    """For libraries of tables: a Parquet file that pyarrow has written."""
    s3.put_object(Bucket=BUCKET, Key="theirs.parquet", Body=parquet_of(NUMBERS))
    assert adapter.read_table("theirs.parquet") == TABLE


def write_dataset(adapter: Any, s3: Any) -> None:
    """For libraries of tables: Parquet files below a prefix, and what else the library needs there."""
    adapter.write_dataset("dataset", TABLE)
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix="dataset/")["Contents"]
    files = [each["Key"] for each in found if each["Key"].endswith(".parquet")]
    assert rows_of(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in files) == NUMBERS


def read_dataset(adapter: Any, s3: Any) -> None:
    """For libraries of tables: all Parquet files below a prefix."""
    for n in range(0, 1000, 250):
        s3.put_object(Bucket=BUCKET, Key=f"parts/{n}.parquet", Body=parquet_of(NUMBERS[n : n + 250]))
    assert sorted(adapter.read_dataset("parts")) == NUMBERS


def write_format(adapter: Any, s3: Any) -> None:
    """For libraries with a format of their own: the library reads a copy that boto3 has downloaded."""
    adapter.write_format("own/written", NUMBERS)
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix="own/written")["Contents"]
    with tempfile.TemporaryDirectory() as folder:
        for key in (each["Key"] for each in found if not each["Key"].endswith("/")):
            path = Path(folder, key)
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(BUCKET, key, str(path))
        assert adapter.read_local(Path(folder, "own/written")) == NUMBERS


def read_format(adapter: Any, s3: Any) -> None:
    """For libraries with a format of their own: boto3 uploads files that the library has written."""
    with tempfile.TemporaryDirectory() as folder:
        adapter.write_local(Path(folder, "theirs"), NUMBERS)
        for path in Path(folder).rglob("*"):
            if path.is_file():
                s3.upload_file(str(path), BUCKET, f"own/{path.relative_to(folder).as_posix()}")
        assert adapter.read_format("own/theirs") == NUMBERS


def parquet_of(numbers: list[int]) -> bytes:
    """Return a Parquet file with one column ``n``."""
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    written = io.BytesIO()
    parquet.write_table(pyarrow.table({"n": numbers}), written)
    return written.getvalue()


def rows_of(files: Iterable[bytes]) -> list[int]:
    """Return the values of the column ``n`` of Parquet files, sorted."""
    parquet = pytest.importorskip("pyarrow.parquet")
    tables = [parquet.read_table(io.BytesIO(each)).to_pydict() for each in files]
    assert all(table.keys() == {"n"} for table in tables)
    return sorted(n for table in tables for n in table["n"])


STEPS: tuple[Callable[[Any, Any], None], ...] = (
    create, put, get, multipart, pages, read_range, copy, presigned, form, denied, delete_many, write_table,
    read_table, write_dataset, read_dataset, write_format, read_format,
)  # fmt: skip


def play(adapter: Any, s3: Any) -> list[str]:
    """Run the steps that an adapter supports. Return their names."""
    played = []
    for step in STEPS:
        if hasattr(adapter, step.__name__):
            step(adapter, s3)
            played.append(step.__name__)
    return played
