"""The calls that every client makes. Another client reads what it writes, and writes what it reads.

An adapter has a method for each step that its library can do. ``STEPS`` names the methods; an adapter that lacks one
does not run that step, and ``test_stories`` lists the steps that each adapter runs.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest

BUCKET = "data"
BODY = bytes(range(256)) * 4
LARGE = hashlib.sha256(b"mocks3").digest() * ((11 << 20) // 32)
"""11 MiB: three parts of 5 MiB at most."""
TABLE = {"n": list(range(1000))}
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


def part_of(adapter: Any, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="range", Body=BODY)
    assert adapter.part_of("range", 10, 300) == BODY[10:301]


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
    parquet = pytest.importorskip("pyarrow.parquet")
    adapter.write_table("table.parquet", TABLE)
    found = s3.get_object(Bucket=BUCKET, Key="table.parquet")["Body"].read()
    assert parquet.read_table(io.BytesIO(found)).to_pydict() == TABLE


def read_table(adapter: Any, s3: Any) -> None:
    """For libraries of tables: a Parquet file that pyarrow has written."""
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    written = io.BytesIO()
    parquet.write_table(pyarrow.table(TABLE), written)
    s3.put_object(Bucket=BUCKET, Key="theirs.parquet", Body=written.getvalue())
    assert adapter.read_table("theirs.parquet") == TABLE


STEPS: tuple[Callable[[Any, Any], None], ...] = (
    create, put, get, multipart, pages, part_of, copy, presigned, form, denied, delete_many, write_table,
    read_table,
)  # fmt: skip


def play(adapter: Any, s3: Any) -> list[str]:
    """Run the steps that an adapter supports. Return their names."""
    played = []
    for step in STEPS:
        if hasattr(adapter, step.__name__):
            step(adapter, s3)
            played.append(step.__name__)
    return played
