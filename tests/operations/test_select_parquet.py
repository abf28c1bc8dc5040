"""SelectObjectContent over Parquet, where pyarrow is installed."""

from __future__ import annotations

import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from .answers import refusal
from .selecting import AS_JSON, Select, query, text

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

PARQUET = {"Parquet": {}}


def stored(table: Any, **options: Any) -> bytes:
    written = BytesIO()
    parquet.write_table(table, written, **options)
    return written.getvalue()


@pytest.fixture
def people() -> bytes:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001
    return stored(
        pyarrow.table(
            {
                "name": ["Ann", None],
                "age": [31, 7],
                "paid": [Decimal("1.50"), Decimal("2.00")],
                "day": [moment.date()] * 2,
                "at": [moment] * 2,
                "tags": [["a", "b"], []],
            }
        )
    )


def test_values_have_their_types(select: Select, people: bytes) -> None:
    assert text(select(people, "select * from s3object s where s.age > 7", **PARQUET, **AS_JSON)) == (
        '{"name":"Ann","age":31,"paid":1.50,"day":"2026-01-02","at":"2026-01-02T03:04:05.678Z","tags":["a","b"]}\n'
    )
    asked = 'select s.age + 1, extract(hour from s."at"), s.tags[0] from s3object s where s.name is not null'
    assert text(select(people, asked, **PARQUET)) == "32,3,a\n"


def test_a_scan_range_takes_row_groups(select: Select) -> None:
    content = stored(pyarrow.table({"n": list(range(10))}), row_group_size=5)
    second = parquet.ParquetFile(BytesIO(content)).metadata.row_group(1).column(0)
    start = second.dictionary_page_offset or second.data_page_offset
    asked = "select count(*), min(n) from s3object"
    assert text(select(content, asked, ScanRange={"Start": start}, **PARQUET)) == "5,5\n"
    assert text(select(content, asked, **PARQUET)) == "10,0\n"


def test_what_is_no_parquet(s3: Any, held: Any) -> None:
    told = refusal(s3.select_object_content, **held(b"a,b\n"), **query("select * from s3object", **PARQUET))
    assert (told["Status"], told["Code"]) == (400, "ParquetParsingError")
    asked = query("select * from s3object", CompressionType="GZIP", **PARQUET)
    assert refusal(s3.select_object_content, **held(b"a"), **asked)["Code"] == "InvalidCompressionFormat"


@pytest.mark.parametrize(
    ("codec", "code"),
    [
        ("NONE", None),
        ("SNAPPY", None),
        ("GZIP", None),
        ("ZSTD", "ParquetUnsupportedCompressionCodec"),
        ("LZ4", "ParquetUnsupportedCompressionCodec"),
    ],
)
def test_columns_are_compressed_with_gzip_or_snappy(
    s3: Any, select: Select, held: Any, codec: str, code: str | None
) -> None:
    """User guide, "Querying data in place with Amazon S3 Select", limits of Parquet."""
    content = stored(pyarrow.table({"n": [1, 2]}), compression=codec)
    if code is None:
        assert text(select(content, "select * from s3object", **PARQUET)) == "1\n2\n"
        return
    told = refusal(s3.select_object_content, **held(content), **query("select * from s3object", **PARQUET))
    assert told == {
        "Status": 400,
        "Code": code,
        "Message": "The specified Parquet compression codec is not supported.",
    }


def test_row_groups_have_512_mb_at_most(s3: Any, held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mocks3.select.parquet_input._LARGEST_GROUP", 100)
    content = stored(pyarrow.table({"n": list(range(1000))}))
    told = refusal(s3.select_object_content, **held(content), **query("select * from s3object", **PARQUET))
    assert told == {
        "Status": 400,
        "Code": "OverMaxParquetBlockSize",
        "Message": "The Parquet file is above the max row group size.",
    }
