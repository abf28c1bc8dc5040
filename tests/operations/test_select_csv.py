"""SelectObjectContent over CSV: what comes in, what is chosen, what goes out; and a twin of Python's csv."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .answers import refusal
from .selecting import USE, Select, query, text

PEOPLE = b'Name,age,City\nAnn,31,Paris\nBob,7,"New York, NY"\n'


@pytest.mark.parametrize(
    ("expression", "options", "found"),
    [
        ("select * from s3object", {}, "Name,age,City\nAnn,31,Paris\nBob,7,X\n"),
        ("select * from S3Object s", {"FileHeaderInfo": "USE"}, "Ann,31,Paris\nBob,7,X\n"),
        ("select * from s3object", {"FileHeaderInfo": "Use"}, "Ann,31,Paris\nBob,7,X\n"),
        ("select _1 from s3object", {"FileHeaderInfo": "none"}, "Name\nAnn\nBob\n"),
        ("select * from s3object", {"FileHeaderInfo": "IGNORE"}, "Ann,31,Paris\nBob,7,X\n"),
        ("select s.name from s3object s", {"FileHeaderInfo": "USE"}, "Ann\nBob\n"),
        ('select s."Name", AGE from s3object s', {"FileHeaderInfo": "USE"}, "Ann,31\nBob,7\n"),
        ("select _3, s._1 from s3object s", {"FileHeaderInfo": "USE"}, "Paris,Ann\nX,Bob\n"),
        ("select _1 from s3object", {"FileHeaderInfo": "IGNORE"}, "Ann\nBob\n"),
        ("select S3Object._2 from S3Object limit 2", {}, "age\n31\n"),
        ("select _9, _1 from s3object limit 1", {}, ",Name\n"),
        ("select * from s3object limit 0", {}, ""),
        ("select _1 from s3object;", {"FileHeaderInfo": "USE"}, "Ann\nBob\n"),
        ("select s.* from s3object as s limit 1", {"FileHeaderInfo": "USE"}, "Ann,31,Paris\n"),
    ],
)
def test_columns_by_header_and_by_position(
    select: Select, expression: str, options: dict[str, Any], found: str
) -> None:
    content = PEOPLE.replace(b'"New York, NY"', b"X")
    assert text(select(content, expression, CSV=options)) == found


@pytest.mark.parametrize(
    ("content", "options", "rows"),
    [
        (b"a;b|c;d|", {"FieldDelimiter": ";", "RecordDelimiter": "|"}, ["a,b", "c,d"]),
        (b"a,b~|c~,d~|", {"RecordDelimiter": "~|"}, ["a,b", "c~,d"]),
        (b"a\n\n\nb", {}, ["a", "b"]),
        (b"#no\na\n #b\n", {}, ["a", " #b"]),
        (b"!no\n#a\n", {"Comments": "!"}, ["#a"]),
        (b"'a,''b',c\n", {"QuoteCharacter": "'", "QuoteEscapeCharacter": "'"}, ['"a,\'b",c']),
        (b'"a\\"b",c\n', {"QuoteEscapeCharacter": "\\"}, ['"a""b",c']),
        (b'""" a , b """\n', {}, ['""" a , b """']),
        (b'a"b,c\n', {}, ['"a""b",c']),
        (b'"a\nb",c\nd,e\n', {"AllowQuotedRecordDelimiter": True}, ['"a\nb",c', "d,e"]),
        (b'"",x\n', {}, [",x"]),
    ],
)
def test_every_mark_is_what_the_request_says(
    select: Select, content: bytes, options: dict[str, Any], rows: list[str]
) -> None:
    assert text(select(content, "select * from s3object", CSV=options)) == "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ({"CSV": {}}, 'Ann,31\n"B ""b"", c",7\n'),
        ({"CSV": {"QuoteFields": "ALWAYS"}}, '"Ann","31"\n"B ""b"", c","7"\n'),
        ({"CSV": {"QuoteEscapeCharacter": "\\"}}, 'Ann,31\n"B \\"b\\", c",7\n'),
        ({"CSV": {"FieldDelimiter": "|", "RecordDelimiter": "~~"}}, 'Ann|31~~"B ""b"", c"|7~~'),
        ({"CSV": {"QuoteCharacter": "'"}}, 'Ann,31\n\'B ""b"", c\',7\n'),
        ({"JSON": {}}, '{"n":"Ann","age":"31"}\n{"n":"B \\"b\\", c","age":"7"}\n'),
        ({"JSON": {"RecordDelimiter": ";"}}, '{"n":"Ann","age":"31"};{"n":"B \\"b\\", c","age":"7"};'),
    ],
)
def test_every_way_of_writing(select: Select, output: dict[str, Any], found: str) -> None:
    content = b'Name,age\nAnn,31\n"B ""b"", c",7\n'
    asked = "select s.name as n, s.age from s3object s"
    assert text(select(content, asked, OutputSerialization=output, **USE)) == found


def test_records_of_json_are_named_by_header_or_position(select: Select) -> None:
    asked = "select * from s3object limit 1"
    output = {"OutputSerialization": {"JSON": {}}}
    assert text(select(b"a,b\n1,2,3\n", asked, **output)) == '{"_1":"a","_2":"b"}\n'
    assert text(select(b"a,b\n1,2,3\n", asked, **USE, **output)) == '{"a":"1","b":"2","_3":"3"}\n'


@pytest.mark.parametrize(
    ("content", "asked", "options", "code"),
    [
        (PEOPLE, "select x from s3object", {"FileHeaderInfo": "USE"}, "MissingHeaders"),
        (PEOPLE, 'select "name" from s3object', {"FileHeaderInfo": "USE"}, "MissingHeaders"),
        (PEOPLE, "select name from s3object", {}, "InvalidColumnIndex"),
        (PEOPLE, "select t.name from s3object s", {"FileHeaderInfo": "USE"}, "InvalidTableAlias"),
        (b"a,A\n1,2\n", "select a from s3object", {"FileHeaderInfo": "USE"}, "AmbiguousFieldName"),
        (b'"a\nb",c\n', "select * from s3object", {}, "CSVEscapingRecordDelimiter"),
        (b'"a\nb', "select * from s3object", {"AllowQuotedRecordDelimiter": True}, "CSVUnescapedQuote"),
        (b'"a"b,c\n', "select * from s3object", {}, "CSVUnescapedQuote"),
        (b"a\xff\n", "select * from s3object", {}, "InvalidTextEncoding"),
        (b"a" * 2**21, "select * from s3object", {}, "OverMaxRecordSize"),
        (b"," * 2**20, "select * from s3object", {}, "OverMaxColumn"),
        (PEOPLE, "select * from s3object", {"FieldDelimiter": "ab"}, "InvalidRequestParameter"),
        (PEOPLE, "select * from s3object[*].a", {}, "InvalidKeyPath"),
        (PEOPLE, "select s.name.given from s3object s", {"FileHeaderInfo": "USE"}, "InvalidKeyPath"),
    ],
)
def test_what_the_content_does_not_bear(
    s3: Any, held: Any, content: bytes, asked: str, options: dict[str, Any], code: str
) -> None:
    told = refusal(s3.select_object_content, **held(content), **query(asked, CSV=options))
    assert (told["Status"], told["Code"]) == (400, code)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=4) | st.sampled_from(
    ['"', ",", "#a", '""', "a,b", ' "x"']
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    wanted=CELLS,
    limit=st.integers(0, 5),
)
def test_as_the_csv_module_has_it(select: Select, rows: list[list[str]], wanted: str, limit: int) -> None:
    """A twin: csv writes, S3 selects with WHERE and LIMIT, csv reads; and plain Python chooses the same rows."""
    rows = [["k", *row] for row in rows]
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    literal = wanted.replace("'", "''")
    asked = f"select _1, _2, _3, _4 from s3object s where s._2 >= '{literal}' limit {limit}"
    options = {"AllowQuotedRecordDelimiter": True}
    output = {"OutputSerialization": {"CSV": {"QuoteFields": "ALWAYS"}}}
    found = text(select(written.getvalue().encode(), asked, CSV=options, **output))
    expected = [row for row in rows if row[1] >= wanted][:limit]
    assert list(csv.reader(io.StringIO(found, newline=""))) == expected
