"""Compare CSV with Python's csv, LIKE with a recursive function, conditions and arithmetic with plain Python."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks3.select.csv_input import CSVInput, CSVSource, parse_csv
from mocks3.select.patterns import like
from mocks3.select.ranges import ScanRange
from mocks3.select.writing import CSVOutput

from .evaluating import answer, value

CELLS = st.text(alphabet='ab ",;|\\\n\r#', max_size=5)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)
MARKS = st.sampled_from([("\n", ","), ("\r\n", ";"), ("|", ","), ("||", ";")])


@given(table=TABLES, marks=MARKS, escape=st.sampled_from(['"', "\\"]))
def test_what_is_written_is_what_is_read(table: list[list[str]], marks: tuple[str, str], escape: str) -> None:
    record, field = marks
    rows = [["k", *row] for row in table]
    output = CSVOutput(always=True, escape=escape, record=record, field=field)
    written = "".join(output.write([("", cell) for cell in row]) for row in rows)
    options = CSVInput(escape=escape, record=record, field=field, quoted_records=True)
    assert list(parse_csv(written, options)) == rows


@given(table=TABLES, quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_the_csv_module_writes_what_is_read(table: list[list[str]], quoting: Any) -> None:
    rows = [["k", *row] for row in table]
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n", quoting=quoting).writerows(rows)
    assert list(parse_csv(written.getvalue(), CSVInput(quoted_records=True))) == rows


@given(table=TABLES)
def test_the_csv_module_reads_what_is_written(table: list[list[str]]) -> None:
    rows = [["k", *[cell.replace("\r", "") for cell in row]] for row in table]
    written = "".join(CSVOutput().write([("", cell) for cell in row]) for row in rows)
    assert list(csv.reader(io.StringIO(written, newline=""))) == rows


@given(lines=st.lists(st.text(alphabet="ab", min_size=1, max_size=5), max_size=8), data=st.data())
def test_scan_ranges_that_meet_miss_no_record_and_take_none_twice(
    lines: list[str], data: st.DataObject
) -> None:
    content = "".join(f"{line}\r\n" for line in lines).encode()
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(content))), max_size=4)))
    edges = [0, *cuts, len(content) + 1]
    options = CSVInput(record="\r\n")
    found = []
    for first, last in pairwise(edges):
        found += list(CSVSource(content, options, ScanRange(first, last - 1)).records())
    assert found == [[line] for line in lines]


def naive_like(text: str, pattern: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(naive_like(text[start:], pattern[1:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and naive_like(text[1:], pattern[1:])


@given(text=st.text(alphabet="ab.\n", max_size=6), pattern=st.text(alphabet="ab.%_", max_size=6))
def test_like(text: str, pattern: str) -> None:
    assert (like(pattern, None).fullmatch(text) is not None) == naive_like(text, pattern)


NUMBERS = st.integers(-50, 50)
OPERATORS = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@given(
    values=st.lists(NUMBERS | st.none(), max_size=8),
    name=st.sampled_from(sorted(OPERATORS)),
    than=NUMBERS,
    negated=st.booleans(),
    limit=st.none() | st.integers(0, 9),
)
def test_where_and_limit(
    values: list[int | None], name: str, than: int, negated: bool, limit: int | None
) -> None:
    content = "".join(json.dumps({"n": each}) + "\n" for each in values)
    condition = f"s.n {name} {than}"
    asked = f"select s.n from s3object s where {f'not ({condition})' if negated else condition}"
    asked += "" if limit is None else f" limit {limit}"
    expected = [each for each in values if each is not None and OPERATORS[name](each, than) != negated]
    found = answer(content.encode(), asked, JSON={"Type": "LINES"}).split()
    assert found == [str(each) for each in expected[:limit]]


@given(left=NUMBERS, right=NUMBERS.filter(bool), sign=st.sampled_from("+-*/%"))
def test_arithmetic_of_integers(left: int, right: int, sign: str) -> None:
    plain = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "/": int(Decimal(left) / Decimal(right)),
        "%": int(Decimal(left) % Decimal(right)),
    }
    assert value(f"({left}) {sign} ({right})") == str(plain[sign])


LOGIC = {"true": True, "false": False, "null": None}


@given(left=st.sampled_from(sorted(LOGIC)), right=st.sampled_from(sorted(LOGIC)))
def test_logic_has_three_values(left: str, right: str) -> None:
    a, b = LOGIC[left], LOGIC[right]
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False
    assert json.loads(value(f"{left} and {right}")) is both
    assert json.loads(value(f"{left} or {right}")) is either
    assert json.loads(value(f"not {left}")) is (None if a is None else not a)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 1.5", "2.5"),
        ("1 + cast(1 as float)", "2.0"),
        ("1.0 / 3", "0.33333333333333333333333333333333333333"),
        ("7.5 % 2", "1.5"),
        ("cast(7.5 as float) % 2", "1.5"),
        ("-(2)", "-2"),
        ("1 + null", "null"),
        ("2 in (1, null)", "null"),
        ("1 in (1, null)", "true"),
        ("'a' < 'b'", "true"),
        ("'a' || null", "null"),
        ("1 = '1'", "false"),
        ("null is null", "true"),
        ("missing is null", "true"),
        ("null is missing", "false"),
        ("case when null then 1 when true then 2 end", "2"),
        ("case 3 when 1 then 'a' else 'b' end", '"b"'),
        ("case 3 when 1 then 'a' end", "null"),
        ("1e2", "1E+2"),
        ("`null`", "null"),
        ("`true`", "true"),
        ("`-1.5`", "-1.5"),
        ('`"x"`', '"x"'),
    ],
)
def test_operators_and_literals(expression: str, result: str) -> None:
    assert value(expression) == result
