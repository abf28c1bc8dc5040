"""SelectObjectContent over JSON: lines, documents, and the paths of the FROM clause."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .answers import refusal
from .selecting import AS_JSON, DOCUMENT, LINES, Select, query, text

RULES = (
    b'{"Rules":[{"id":"1"},{"expr":"y > x"},{"id":"2","expr":"z = DEBUG"}]}\n'
    b'{"created":"June 27","modified":"July 6"}\n'
)
"""The first example of the user guide's "SELECT command"."""


@pytest.mark.parametrize(
    "kind", [LINES, DOCUMENT, {"JSON": {"Type": "Lines"}}, {"JSON": {"Type": "Document"}}]
)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("SELECT id FROM S3Object[*].Rules[*].id", ['{"id":"1"}', "{}", '{"id":"2"}', "{}"]),
        ("SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING", ['{"id":"1"}', '{"id":"2"}']),
        ("SELECT COUNT(id) AS n FROM S3Object[*].Rules[*].id", ['{"n":2}']),
        ("SELECT COUNT(*) FROM S3Object[*].Rules[*]", ['{"_1":4}']),
        ("SELECT * FROM S3Object[*] s LIMIT 1", [RULES.decode().splitlines()[0]]),
        ("SELECT s.rules[2].id, s.created FROM S3Object s", ['{"id":"2"}', '{"created":"June 27"}']),
        ("SELECT s['Rules'][0] AS one FROM S3Object s", ['{"one":{"id":"1"}}', "{}"]),
        ("SELECT s.Rules[*].id AS ids FROM S3Object s LIMIT 1", ['{"ids":["1","2"]}']),
        ("SELECT _1.created FROM S3Object[*]", ["{}", '{"created":"June 27"}']),
        ("SELECT r.* FROM S3Object[*].Rules[0] r", ['{"id":"1"}', "{}"]),
        ("SELECT * FROM S3Object[*].Rules[0].*", ['{"_1":"1"}', "{}"]),
        ("SELECT s.created FROM S3Object s WHERE 'x' IN s.Rules[*].id", []),
        ("SELECT s.Rules[2].* FROM S3Object s WHERE '2' IN s.Rules[*].id", None),
        ("SELECT * FROM S3Object[*]['Rules'][0]", ['{"id":"1"}', "{}"]),
        ("SELECT * FROM S3Object[*].Rules[9] LIMIT 1", ["{}"]),
        (
            "SELECT s.Rules[*].* AS every FROM S3Object s LIMIT 1",
            ['{"every":[["1"],["y > x"],["2","z = DEBUG"]]}'],
        ),
        ('SELECT s."Created" FROM S3Object s', ["{}", "{}"]),
        ("SELECT s.a.b.c.d.e.f FROM S3Object s", ["{}", "{}"]),
    ],
)
def test_paths(s3: Any, held: Any, select: Select, kind: Any, asked: str, found: list[str] | None) -> None:
    if found is None:
        told = refusal(s3.select_object_content, **held(RULES), **query(asked, **kind, **AS_JSON))
        assert told["Code"] == "ParseInvalidContextForWildcardInSelectList"
    else:
        assert text(select(RULES, asked, **kind, **AS_JSON)).splitlines() == found


def test_a_document_may_spread_over_lines_and_be_an_array(select: Select) -> None:
    content = json.dumps([{"a": 1}, {"a": 2.50}], indent=2).encode()
    asked = "select s.a from s3object[*][*] s where s.a > 1"
    assert text(select(content, asked, **DOCUMENT, **AS_JSON)) == '{"a":2.5}\n'
    assert (
        text(select(content, "select * from s3object", **DOCUMENT, **AS_JSON))
        == '{"_1":[{"a":1},{"a":2.5}]}\n'
    )


def test_values_come_out_as_they_went_in(select: Select) -> None:
    content = '{"a":null,"b":true,"c":1.10,"d":"é\\n","e":[1,{"f":2}],"g":12345678901234567890}'
    assert text(select(content.encode(), "select * from s3object", **LINES, **AS_JSON)) == content + "\n"


def test_as_csv_what_is_nothing_is_an_empty_field(select: Select) -> None:
    content = b'{"a":null,"b":true,"c":[1,2]}'
    assert text(select(content, "select s.a, s.b, s.c, s.d from s3object s", **LINES)) == ',true,"[1,2]",\n'


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("s.a is null", "nx"),
        ("s.a is not null", "125"),
        ("s.a is missing", "x"),
        ("s.a is not missing", "125n"),
        ("s.a = 1", "1"),
        ("s.a = '1'", ""),
        ("s.a <> '1'", "125"),
        ("s.a <> 1", "25"),
        ("not (s.a = 1)", "25"),
        ("s.a = null", ""),
        ("s.a in (1, 2.0)", "12"),
        ("s.a between 1 and 2", "12"),
        ("s.a not between 1 and 2", "5"),
        ("s.a > 1 or s.k = 'n'", "25n"),
        ("s.a < 1 or true", "125nx"),
        ("coalesce(s.a, 9) = 9", "nx"),
    ],
)
def test_null_missing_and_what_is_of_another_type(select: Select, condition: str, rows: str) -> None:
    content = b'{"k":"1","a":1}\n{"k":"2","a":2}\n{"k":"5","a":5.5}\n{"k":"n","a":null}\n{"k":"x"}\n'
    found = select(content, f"select s.k from s3object s where {condition}", **LINES)
    assert "".join(text(found).split()) == rows


@pytest.mark.parametrize(
    ("content", "asked", "code"),
    [
        (b'{"a":1}\n{"a"', "select * from s3object", "JSONParsingError"),
        (b"a,b\n", "select * from s3object", "JSONParsingError"),
        (b'{"a":NaN}', "select * from s3object", "JSONParsingError"),
        (b"[" * 100_000, "select * from s3object", "JSONParsingError"),
        (b'{"a":1,"A":2}', "select s.a from s3object s", "AmbiguousFieldName"),
        (b'{"a":"x"}', "select s.a from s3object s where s.a > 1", "ExternalEvalException"),
        (b'{"a":"x"}', "select sum(s.a) from s3object s", "IncorrectSqlFunctionArgumentType"),
        (b'{"a":1}', "select s.a / 0 from s3object s", "ExternalEvalException"),
        (b'{"a":9223372036854775807}', "select s.a + 1 from s3object s", "IntegerOverflow"),
        (b'{"a":"' + b"x" * 2**21 + b'"}', "select s.a from s3object s", "OverMaxRecordSize"),
    ],
)
def test_what_the_content_does_not_bear(s3: Any, held: Any, content: bytes, asked: str, code: str) -> None:
    told = refusal(s3.select_object_content, **held(content), **query(asked, **LINES))
    assert (told["Status"], told["Code"]) == (400, code)
