"""The examples of the user guide's "SQL functions", and the cases that they do not show."""

from __future__ import annotations

import pytest

from mocks3.errors import S3Error

from .evaluating import value

STAMP = "`2017-01-02T03:04:05.678+07:08`"


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("coalesce(1)", "1"),
        ("coalesce(null)", "null"),
        ("coalesce(missing, missing)", "null"),
        ("coalesce(1, null)", "1"),
        ("coalesce(null, null, 1)", "1"),
        ("coalesce(null, 'string')", '"string"'),
        ("coalesce(missing, 1)", "1"),
        ("nullif(1, 1)", "null"),
        ("nullif(1, 2)", "1"),
        ("nullif(1.0, 1)", "null"),
        ("nullif(1, '1')", "1"),
        ("nullif(1, null)", "1"),
        ("nullif(null, 1)", "null"),
        ("nullif(missing, null)", "null"),
        ("char_length('')", "0"),
        ("char_length('abcdefg')", "7"),
        ("character_length('é€')", "2"),
        ("lower('AbCdEfG!@#$')", '"abcdefg!@#$"'),
        ("upper('AbCdEfG!@#$')", '"ABCDEFG!@#$"'),
        ("substring('123456789', 0)", '"123456789"'),
        ("substring('123456789', 1)", '"123456789"'),
        ("substring('123456789', 2)", '"23456789"'),
        ("substring('123456789', -4)", '"123456789"'),
        ("substring('123456789', 0, 999)", '"123456789"'),
        ("substring('123456789', 1, 5)", '"12345"'),
        ("substring('123456789', -1, 4)", '"12"'),
        ("substring('123456789' from 3 for 2)", '"34"'),
        ("trim('       foobar         ')", '"foobar"'),
        ("trim('      \tfoobar\t         ')", '"\\tfoobar\\t"'),
        ("trim(leading from '       foobar')", '"foobar"'),
        ("trim(trailing from 'foobar  ')", '"foobar"'),
        ("trim(both from '       foobar         ')", '"foobar"'),
        ("trim(both '12' from '1112211foobar22211122')", '"foobar"'),
        ("lower(null)", "null"),
        ("lower(missing)", "{}"),
        ("char_length(S3Object.x)", "{}"),
    ],
)
def test_conditional_and_string_functions(expression: str, result: str) -> None:
    assert value(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("date_add(year, 5, `2010-01-01T`)", '"2015-01-01"'),
        ("date_add(month, 1, `2010T`)", '"2010-02T"'),
        ("date_add(month, 13, `2010T`)", '"2011-02T"'),
        ("date_add(day, -1, `2017-01-10T`)", '"2017-01-09"'),
        ("date_add(hour, 1, `2017T`)", '"2017-01-01T01:00-00:00"'),
        ("date_add(hour, 1, `2017-01-02T03:04Z`)", '"2017-01-02T04:04Z"'),
        ("date_add(minute, 1, `2017-01-02T03:04:05.006Z`)", '"2017-01-02T03:05:05.006Z"'),
        ("date_add(second, 1, `2017-01-02T03:04:05.006Z`)", '"2017-01-02T03:04:06.006Z"'),
        ("date_add(month, 1, `2024-01-31`)", '"2024-02-29"'),
        ("date_diff(year, `2010-01-01T`, `2011-01-01T`)", "1"),
        ("date_diff(month, `2010T`, `2010-05T`)", "4"),
        ("date_diff(month, `2010T`, `2011T`)", "12"),
        ("date_diff(month, `2011T`, `2010T`)", "-12"),
        ("date_diff(day, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)", "0"),
        ("date_diff(hour, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)", "2"),
        ("extract(year from `2010-01-01T`)", "2010"),
        ("extract(month from `2010T`)", "1"),
        ("extract(month from `2010-10T`)", "10"),
        ("extract(hour from `2017-01-02T03:04:05+07:08`)", "3"),
        ("extract(minute from `2017-01-02T03:04:05+07:08`)", "4"),
        ("extract(timezone_hour from `2017-01-02T03:04:05+07:08`)", "7"),
        ("extract(timezone_minute from `2017-01-02T03:04:05+07:08`)", "8"),
        ("extract(second from `2017-01-02T03:04:05.5Z`)", "5.5"),
        ("to_string(`1969-07-20T20:18Z`, 'MMMM d, y')", '"July 20, 1969"'),
        ("to_string(`1969-07-20T20:18Z`, 'MMM d, yyyy')", '"Jul 20, 1969"'),
        ("to_string(`1969-07-20T20:18Z`, 'M-d-yy')", '"7-20-69"'),
        ("to_string(`1969-07-20T20:18Z`, 'MM-d-y')", '"07-20-1969"'),
        ("to_string(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", '"July 20, 1969 8:18 PM"'),
        ("to_string(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", '"1969-07-20T20:18:00Z"'),
        ("to_string(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssX')", '"1969-07-20T20:18:00+08"'),
        ("to_string(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXX')", '"1969-07-20T20:18:00+0800"'),
        ("to_string(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')", '"1969-07-20T20:18:00+08:00"'),
        (f"to_string({STAMP}, 'HH hh mm ss SSSS n MMMMM a')", '"03 03 04 05 6780 678000000 J AM"'),
        ("to_timestamp('2007T')", '"2007T"'),
        ("to_timestamp('2007-02-23T12:14:33.079-08:00')", '"2007-02-23T12:14:33.079-08:00"'),
        ("`2017-01-01T00:00Z` = `2017-01-01T07:00+07:00`", "true"),
        ("`2017-01-01T00:00:00.1Z` < `2017-01-01T00:00:00.12Z`", "true"),
        ("date_add(year, 1, null)", "null"),
    ],
)
def test_date_functions(expression: str, result: str) -> None:
    assert value(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("cast('105' as int)", "105"),
        ("cast(' 7 ' as integer)", "7"),
        ("cast(1.9 as int)", "1"),
        ("cast(true as int)", "1"),
        ("cast('0.5' as float)", "0.5"),
        ("cast(2 as float)", "2.0"),
        ("cast(0.1 as decimal)", "0.1"),
        ("cast(cast(0.1 as float) as numeric)", "0.1"),
        ("cast('TRUE' as bool)", "true"),
        ("cast(0 as bool)", "false"),
        ("cast(1.50 as string)", '"1.50"'),
        ("cast(true as string)", '"true"'),
        ("cast(`2017T` as string)", '"2017T"'),
        ("cast('2007-04-05T14:30Z' as timestamp)", '"2007-04-05T14:30Z"'),
        ("cast(null as int)", "null"),
        ("cast(missing as int)", "{}"),
        ("cast(9.99 as decimal(5, 1))", "9.99"),
    ],
)
def test_cast(expression: str, result: str) -> None:
    assert value(expression) == result


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("cast('' as int)", "CastFailed"),
        ("cast('1_0' as int)", "CastFailed"),
        ("cast('1.5' as int)", "CastFailed"),
        ("cast('x' as float)", "CastFailed"),
        ("cast('nan' as decimal)", "CastFailed"),
        ("cast('yes' as bool)", "CastFailed"),
        ("cast('2017' as timestamp)", "CastFailed"),
        ("cast(5 as timestamp)", "CastFailed"),
        ("cast(`2017T` as int)", "CastFailed"),
        ("cast('9223372036854775808' as int)", "IntegerOverflow"),
        ("date_add(year, 9999, `2017T`)", "IllegalSqlFunctionArgument"),
        ("date_add(year, '1', `2017T`)", "IncorrectSqlFunctionArgumentType"),
        ("date_diff(year, 1, `2017T`)", "IncorrectSqlFunctionArgumentType"),
        ("substring('abc', 1, -1)", "IllegalSqlFunctionArgument"),
        ("to_string(`2017T`, '''y')", "EvaluatorUnterminatedTimestampFormatPatternToken"),
    ],
)
def test_what_they_refuse(expression: str, code: str) -> None:
    with pytest.raises(S3Error) as caught:
        value(expression)
    assert caught.value.code == code
