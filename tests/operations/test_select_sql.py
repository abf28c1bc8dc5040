"""SelectObjectContent's expressions: operators, functions, aggregates, and what is not understood."""

from __future__ import annotations

from typing import Any

import pytest
from freezegun import freeze_time

from .answers import refusal
from .selecting import AS_JSON, LINES, USE, Select, query, text

STOCK = b"item,price,n\napple,1.50,4\npear,2.25,\nplum_,0.5,10\n"


@pytest.mark.parametrize(
    ("condition", "items"),
    [
        ("s.item like 'p%'", "pear plum_"),
        ("s.item not like 'p%'", "apple"),
        ("s.item like '_ear'", "pear"),
        ("s.item not like '%!_' escape '!'", "apple pear"),
        ("s.item like '%!_' escape '!'", "plum_"),
        ("cast(s.price as decimal) >= 1.5", "apple pear"),
        ("cast(s.price as float) * 2 = 1", "plum_"),
        ("s.price > '1'", "apple pear"),
        ("s.n <> '' and cast(s.n as int) > 4", "plum_"),
        ("s.n = '' or cast(s.n as int) > 4", "pear plum_"),
        ("s.item in ('apple', 'fig')", "apple"),
        ("upper(s.item) = 'PEAR' or char_length(s.item) = 5 and s.n = '10'", "pear plum_"),
        ("case s.item when 'pear' then true else false end", "pear"),
        ("substring(s.item, 1, 2) = 'pl'", "plum_"),
        ("(s.item || s.n) = 'apple4'", "apple"),
        ("s.item", ""),
    ],
)
def test_conditions(select: Select, condition: str, items: str) -> None:
    found = select(STOCK, f"select s.item from s3object s where {condition}", **USE)
    assert text(found).split() == items.split()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("count(*)", '{"_1":3}'),
        ("count(*) as n, min(cast(s.price as decimal)) as least", '{"n":3,"least":0.5}'),
        ("sum(cast(s.price as float)), avg(cast(s.price as decimal(5,2)))", None),
        ("max(cast(nullif(s.n, '') as int)) - 1 as most", '{"most":9}'),
        ("sum(cast(nullif(s.n, '') as int)), avg(cast(nullif(s.n, '') as int))", '{"_1":14,"_2":7}'),
    ],
)
def test_aggregates(select: Select, asked: str, found: str | None) -> None:
    events = select(STOCK, f"select {asked} from s3object s", **USE, **AS_JSON)
    assert text(events).strip() == (found or '{"_1":4.25,"_2":1.4166666666666666666666666666666666667}')


def test_aggregates_of_nothing(select: Select) -> None:
    numbers = ", ".join(f"{name}(cast(_1 as int))" for name in ("sum", "avg", "min"))
    asked = f"select count(*), {numbers} from s3object where false"
    assert text(select(STOCK, asked)) == "0,,,\n"


def test_utcnow_is_the_clocks_and_one_for_all_records(select: Select) -> None:
    with freeze_time("2026-01-02T03:04:05.678Z"):
        found = text(select(b"a\nb\n", "select utcnow() from s3object"))
    assert found == "2026-01-02T03:04:05.678Z\n" * 2


PLACED = {
    "SELECT * FROM S3OBJECT WHERE odd = true": (
        "InvalidColumnIndex",
        "The column index at line 1, column 30 is invalid. Please check the service documentation and try again.",
    ),
    'SELECT * FROM S3OBJECT s WHERE s._1 = "true"': (
        "InvalidColumnIndex",
        "The column index at line 1, column 39 is invalid. Please check the service documentation and try again.",
    ),
    "SELECT * FROM S3OBJECT s WHERE s.'odd' is \"true\"": (
        "ParseInvalidPathComponent",
        "Invalid Path component, expecting either an IDENTIFIER or STAR, got: LITERAL,at line 1, column 34.",
    ),
    'SELECT * FROM S3OBJECT s WHERE s._1 is "true"': (
        "ParseExpectedTypeName",
        "Expected type name, found QUOTED_IDENTIFIER:'true' at line 1, column 40.",
    ),
    "SELECT * FROM S3OBJECT WHERE s.\"oddf\" = 'true'": (
        "InvalidTableAlias",
        "Invalid table alias is specified at line 1, column 30. Please check the file and try again.",
    ),
    "SELECT CounterID, count(*) FROM S3Object GROUP BY CounterID ORDER BY count(*) DESC LIMIT 10": (
        "ParseUnexpectedToken",
        "Unexpected token found KEYWORD:UNKNOWN at line 1, column 61.",
    ),
    "SELECT <50 FROM S3OBJECT": (
        "ParseUnexpectedOperator",
        "Unexpected operator OPERATOR:UNKNOWN at line 1, column 8.",
    ),
    "SELECT CAST(s._1 AS TIMESTAMP) FROM S3OBJECT s": (
        "CastFailed",
        "Attempt to convert from one data type to another failed: cast from STRING to TIMESTAMP.",
    ),
    "SELECT * FROM S3OBJECT s WHERE s._1 > 1": (
        "ExternalEvalException",
        "The query cannot be evaluated. Please check the query and file and try again.",
    ),
}
"""Expressions, codes and sentences as users report them of the service."""


@pytest.mark.parametrize("asked", PLACED)
def test_sentences(s3: Any, held: Any, asked: str) -> None:
    told = refusal(s3.select_object_content, **held(STOCK), **query(asked))
    assert told == {"Status": 400, "Code": PLACED[asked][0], "Message": PLACED[asked][1]}


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (
            "select s.cast from s3object[*] s",
            "ParseInvalidPathComponent",
            "Invalid Path component, expecting either an IDENTIFIER or STAR, got: KEYWORD,at line 1, column 10.",
        ),
        (
            "select s.a from s3object[*].date s",
            "ParseInvalidPathComponent",
            "Invalid Path component, expecting either an IDENTIFIER or STAR, got: KEYWORD,at line 1, column 29.",
        ),
        (
            "select value from s3object",
            "ParseUnExpectedKeyword",
            "The SQL expression contains an unexpected keyword.",
        ),
        (
            "select 1 from s3object where Key = 'x'",
            "ParseUnExpectedKeyword",
            "The SQL expression contains an unexpected keyword.",
        ),
        (
            "select _1 as user from s3object",
            "ParseExpectedIdentForAlias",
            "The expected identifier for the alias in the SQL expression was not found.",
        ),
        (
            "select _1 from s3object user",
            "ParseUnexpectedToken",
            "Unexpected token found KEYWORD:UNKNOWN at line 1, column 25.",
        ),
        (
            "select count from s3object",
            "ParseExpectedLeftParenBuiltinFunctionCall",
            "The expected left parenthesis in the SQL expression was not found.",
        ),
        (
            "select cast _1 as int from s3object",
            "ParseExpectedLeftParenAfterCast",
            "The expected left parenthesis after CAST in the SQL expression was not found.",
        ),
    ],
)
def test_reserved_words_are_no_names(s3: Any, held: Any, asked: str, code: str, message: str) -> None:
    """User guide, "Reserved keywords"."""
    told = refusal(s3.select_object_content, **held(STOCK), **query(asked))
    assert told == {"Status": 400, "Code": code, "Message": message}


def test_reserved_words_in_quotes_are_names(select: Select) -> None:
    content = b'{"cast":1,"date":{"year":2},"value":null}\n'
    asked = (
        'select s."cast", s["date"], s."date"."year" as "user", "value" from s3object[*] s where "cast" = 1'
    ).replace('["date"]', "['date']")
    assert (
        text(select(content, asked, **LINES, **AS_JSON))
        == '{"cast":1,"date":{"year":2},"user":2,"value":null}\n'
    )


def test_a_header_that_is_missing(s3: Any, held: Any) -> None:
    told = refusal(s3.select_object_content, **held(STOCK), **query("select odd from s3object", **USE))
    assert told["Message"] == (
        "Some headers in the query are missing from the file. Please check the file and try again."
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("", "ParseUnexpectedToken"),
        ("selct a", "ParseUnexpectedToken"),
        ("delete from s3object", "UnsupportedSqlOperation"),
        ("select a", "ParseSelectMissingFrom"),
        ("select from s3object", "ParseEmptySelect"),
        ("select _1, from s3object", "ParseUnexpectedToken"),
        ("select * from s3object where", "ParseUnexpectedToken"),
        ("select _1 from s3object s s", "ParseUnexpectedToken"),
        ("select _1::int from s3object", "ParseUnexpectedToken"),
        ("select * from s3object where _1 = 'x", "LexerInvalidChar"),
        ("select `2017-13T` from s3object", "LexerInvalidIONLiteral"),
        ("select * from elsewhere", "InvalidKeyPath"),
        ("select * from s3object[", "ParseInvalidPathComponent"),
        ("select * from s3object[*].'a'", "ParseInvalidPathComponent"),
        ("select * from s3object s, s3object t", "MultipleDataSourcesUnsupported"),
        ("select * from s3object s join s3object t", "ParseMalformedJoin"),
        ("select * from s3object order by _1", "ParseUnexpectedToken"),
        ("select _1 from s3object group by _1", "UnsupportedSqlStructure"),
        ("select distinct _1 from s3object", "UnsupportedSqlStructure"),
        ("select * from s3object where _1 in (select 1 from s3object)", "UnsupportedSqlStructure"),
        ("select _1 from s3object union select _1 from s3object", "UnsupportedSqlStructure"),
        ("select *, _1 from s3object", "ParseAsteriskIsNotAloneInSelectList"),
        ("select _1, count(*) from s3object", "UnsupportedSqlStructure"),
        ("select _1 from s3object where count(*) > 1", "UnsupportedSqlStructure"),
        ("select sum(*) from s3object", "ParseUnsupportedCallWithStar"),
        ("select max(1, 2) from s3object", "ParseNonUnaryAgregateFunctionCall"),
        ("select nope(1) from s3object", "UnsupportedFunction"),
        ("select lower() from s3object", "EvaluatorInvalidArguments"),
        ("select lower(1) from s3object", "IncorrectSqlFunctionArgumentType"),
        ("select cast(_1 as nothing) from s3object", "ParseExpectedTypeName"),
        ("select date_add(week, 1, `2017T`) from s3object", "ParseExpectedDatePart"),
        ("select to_timestamp('x') from s3object", "ValueParseFailure"),
        ("select to_string(`2017T`, 'q') from s3object", "EvaluatorInvalidTimestampFormatPatternSymbol"),
        ("select _1 between symmetric 1 and 2 from s3object", "ParseUnsupportedSyntax"),
        ("select [1, 2] from s3object", "ParseUnsupportedSyntax"),
        ("select * from s3object[*].5", "ParseInvalidPathComponent"),
        ("select * from s3object[x]", "ParseInvalidPathComponent"),
        ("select * from s3object as 5", "ParseUnexpectedToken"),
        ("select s[0] from s3object s", "InvalidKeyPath"),
        ("select _1[1:2] from s3object", "ParseUnsupportedSyntax"),
        ("select lower(*) from s3object", "ParseUnsupportedCallWithStar"),
        ("select date_add(year, `2017T`) from s3object", "EvaluatorInvalidArguments"),
        ("select _1 = 1 escape 'x' from s3object", "ParseUnexpectedToken"),
        ("select _1 + 1 from s3object", "ExternalEvalException"),
        ("select -_1 from s3object", "ExternalEvalException"),
        ("select _1 || 1 from s3object", "ExternalEvalException"),
        ("select * from s3object where _1 and _1", "ExternalEvalException"),
        ("select _1 like 'a' escape 'bc' from s3object", "EvaluatorLikePatternInvalidEscapeSequence"),
        ("select 1; select 2 from s3object", "UnsupportedSqlStructure"),
        ("select count(distinct _1) from s3object", "ParseUnsupportedSyntax"),
        ("select _1 like 1 from s3object", "LikeInvalidInputs"),
        ("select _1 like 'a!' escape '!' from s3object", "EvaluatorLikePatternInvalidEscapeSequence"),
        ("select * from s3object limit -1", "EvaluatorNegativeLimit"),
        ("select * from s3object limit 'a'", "ParseExpectedNumber"),
        ("select cast(_1 as int) from s3object", "CastFailed"),
        ("select 9223372036854775808 from s3object", "IntegerOverflow"),
        ("select " + "(" * 5000 + "1" + ")" * 5000 + " from s3object", "MaxOperatorsExceeded"),
        ("select '" + "x" * 2**18 + "' from s3object", "ExpressionTooLong"),
    ],
    ids=lambda value: value[:60],
)
def test_what_is_not_understood(s3: Any, held: Any, asked: str, code: str) -> None:
    told = refusal(s3.select_object_content, **held(STOCK), **query(asked))
    assert (told["Status"], told["Code"]) == (400, code)


def test_names_of_columns_in_the_result(select: Select) -> None:
    asked = "select s.item, s.n || 'x', 1 as one, cast(s.price as float) p from s3object s limit 1"
    assert text(select(STOCK, asked, **USE, **AS_JSON)) == '{"item":"apple","_2":"4x","one":1,"p":1.5}\n'
    assert text(select(b'{"a":{"b":1}}', "select s.a.b, s from s3object s", **LINES, **AS_JSON)) == (
        '{"b":1,"s":{"a":{"b":1}}}\n'
    )
