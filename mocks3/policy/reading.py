"""Read JSON text to Python values, and find the position of a JSON pointer in the text.

Rule 1: for every text the result is a value or a `PolicySyntaxError`. It is never a RecursionError or NaN, and never
text that UTF-8 cannot encode (a lone surrogate).
Rule 2: two members with the same name are rejected. JSON does not define which of them is used, and no permission may
depend on that.
"""

from __future__ import annotations

import bisect
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from .errors import PolicySyntaxError


def read(text: str) -> Any:
    """Return the JSON value of `text`. Raises PolicySyntaxError: not-json, too-deep, duplicate-member."""
    repeated: list[tuple[dict[str, Any], str]] = []

    def members(pairs: list[tuple[str, object]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            repeated.append((value, _first_repeated(pairs)))
        return value

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=_not_a_number, parse_float=_finite)
        if "\\" in text or not text.isascii():
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise PolicySyntaxError("not-json", f"Not JSON: {error.msg}", "", error.lineno, error.colno) from None
    except UnicodeError:
        raise PolicySyntaxError("not-json", "Not JSON text: it contains a lone surrogate") from None
    except ValueError as error:
        raise PolicySyntaxError("not-json", f"Not JSON: {error}") from None
    except RecursionError:
        raise PolicySyntaxError("too-deep", "Nested too deep for a policy") from None
    if repeated:
        owner, name = repeated[0]
        pointer = f"{_pointer_to(owner, value)}/{escaped(name)}"
        line, column = locate(text, pointer)
        raise PolicySyntaxError("duplicate-member", f"Member {name!r} appears twice", pointer, line, column)
    return value


def write(document: Mapping[str, object]) -> str:
    """Return a document given as Python values as JSON text. Raises PolicySyntaxError: not-json, too-deep."""
    try:
        return json.dumps(document, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise PolicySyntaxError("not-json", f"Not a JSON value: {error}") from None
    except RecursionError:
        raise PolicySyntaxError("too-deep", "Nested too deep for a policy") from None


def escaped(name: str) -> str:
    """Return the name of a member as one step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """Return the name of the member that one step of a JSON pointer means."""
    return step.replace("~1", "/").replace("~0", "~")


def locate(text: str, pointer: str) -> tuple[int, int]:
    """Return line and column, from 1, of the value at `pointer` in `text`, which must be valid JSON.

    If the value is missing, it is the position of the innermost existing object. The position of a member is that of
    its value.
    """
    return JsonPositions(text).locate(pointer)


class JsonPositions:
    """The positions of values in a JSON text. Each object and list is scanned only once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._inner: dict[int, dict[str, int]] = {}
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def locate(self, pointer: str) -> tuple[int, int]:
        """Return line and column of a value, as the function `locate` does."""
        return self._line_and_column(self._start(pointer))

    def cut(self, pointer: str) -> str:
        """Return the text of one value. Line breaks and spaces in front of it keep its line and column."""
        start = self._start(pointer)
        line, column = self._line_and_column(start)
        end = _decoder.raw_decode(self._text, start)[1]
        return "\n" * (line - 1) + " " * (column - 1) + self._text[start:end]

    def _start(self, pointer: str) -> int:
        place = _after_blanks(self._text, 0)
        for step in pointer.split("/")[1:]:
            inner = self._inside(place).get(unescaped(step))
            if inner is None:
                break
            place = inner
        return place

    def _line_and_column(self, place: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._lines, place)
        return line, place - self._lines[line - 1] + 1

    def _inside(self, place: int) -> dict[str, int]:
        inside = self._inner.get(place)
        if inside is None:
            inside = self._inner[place] = dict(_members(self._text, place))
        return inside


_decoder = json.JSONDecoder()


def _members(text: str, place: int) -> Iterator[tuple[str, int]]:
    """Yield the members or items of the value at `place` with their positions."""
    opening, index = text[place], 0
    if opening not in "{[":
        return
    place = _after_blanks(text, place + 1)
    while text[place] not in "}]":
        name = str(index)
        if opening == "{":
            name, place = _decoder.raw_decode(text, place)
            place = _after_blanks(text, _after_blanks(text, place) + 1)
        yield name, place
        place = _after_blanks(text, _decoder.raw_decode(text, place)[1])
        if text[place] == ",":
            place = _after_blanks(text, place + 1)
        index += 1


def _after_blanks(text: str, place: int) -> int:
    while text[place] in " \t\r\n":  # valid JSON never ends here, so the index is in range
        place += 1
    return place


def _first_repeated(pairs: list[tuple[str, object]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    raise AssertionError("called with a repeated name")


def _pointer_to(wanted: dict[str, object], root: object) -> str:
    """Return the pointer of the object `wanted`, compared by identity, or '' if a duplicate member replaced it."""
    pending: list[tuple[str, Any]] = [("", root)]
    while pending:
        pointer, value = pending.pop()
        if value is wanted:
            return pointer
        if isinstance(value, dict):
            pending.extend((f"{pointer}/{escaped(name)}", inner) for name, inner in value.items())
        elif isinstance(value, list):
            pending.extend((f"{pointer}/{index}", inner) for index, inner in enumerate(value))
    return ""


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number out of range")
    return number
