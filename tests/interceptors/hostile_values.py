"""Parameters of boto3 calls, each made from a seed: valid ones, extreme ones, and some of another type."""

from __future__ import annotations

import datetime
import io
import random
from typing import Any

from .unfit import DATES, DIGITS, ESCAPES, NUMBERS, TEXTS

STRINGS = [*TEXTS, *NUMBERS, *DATES, *ESCAPES, "\ud800", "a\udfffb", " a ", "\u3000", "a\x00b", "'\"<>&"]
INTEGERS = [
    -(2**63),
    -1,
    0,
    1,
    2,
    5,
    1_000,
    1_001,
    10_000,
    2**31 - 1,
    2**31,
    2**63 - 1,
    2**63,
    10**30,
    int(DIGITS[:4_000]),
]
EAST, WEST = datetime.timezone(datetime.timedelta(hours=14)), datetime.timezone(datetime.timedelta(hours=-12))
MOMENTS = [
    datetime.datetime.min,  # noqa: DTZ901
    datetime.datetime.max,  # noqa: DTZ901
    datetime.datetime.min.replace(tzinfo=EAST),
    datetime.datetime.max.replace(tzinfo=WEST),
    datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC),
    datetime.datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=datetime.UTC),
    datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC),
    datetime.datetime(2030, 1, 1, 0, 0, 0, 1, tzinfo=EAST),
    datetime.datetime(2036, 1, 1),  # noqa: DTZ001
    datetime.date(2031, 1, 1),
    0,
    -1,
    10**11,
    1e308,
    1893456000.5,
    "2030-01-01T00:00:00Z",
    "Sat, 01 Jan 2030 00:00:00 GMT",
    "1893456000",
]
NAMES = ["a", "A", "a b", "", "ü", "a\r\nb", "a:", "\ud800", "x" * 2_100, "-", "a_b", "content-type", "\t"]


class Values:
    """Values for the members of a model.

    Args:
        source: The source of random numbers.
        known: By the name of a member, values that name what exists.
        other_types: How often a value has another type than its member, from 0 to 1.
    """

    def __init__(self, source: random.Random, known: dict[str, list[Any]], other_types: float) -> None:
        self.source = source
        self.known = known
        self.other_types = other_types

    def params(self, model: Any) -> dict[str, Any]:
        """Return the parameters of one call."""
        if model.input_shape is None:
            return {}
        found: dict[str, Any] = self._structure(model.input_shape, 0)
        return found

    def _structure(self, shape: Any, depth: int) -> dict[str, Any]:
        chance = 0.15 if depth == 0 else 0.5
        if shape.is_tagged_union:
            name = self.source.choice(list(shape.members))
            return {name: self._value(shape.members[name], name, depth + 1)}
        return {
            name: self._value(member, name, depth + 1)
            for name, member in shape.members.items()
            if depth < 7 and (name in shape.required_members or self.source.random() < chance)
        }

    def _value(self, shape: Any, name: str, depth: int) -> Any:
        choose = self.source.choice
        if self.source.random() < self.other_types:
            return self._of_another_type()
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape, depth)
        if kind == "list":
            return [self._value(shape.member, name, depth + 1) for _ in range(choose((0, 1, 1, 1, 2, 3, 60)))]
        if kind == "map":
            made = range(choose((0, 1, 1, 2)))
            return {
                self._text(shape.key, choose(NAMES), 0.5): self._value(shape.value, name, depth + 1)
                for _ in made
            }
        if kind == "boolean":
            return choose((True, False))
        if kind in ("integer", "long"):
            return choose(self.known.get(name, INTEGERS)) if self.source.random() < 0.5 else choose(INTEGERS)
        if kind in ("float", "double"):
            return choose((0.0, -1.5, 1e308, float("nan"), float("inf"), 7))
        if kind == "timestamp":
            return choose(MOMENTS)
        if kind == "blob":
            return choose((b"", b"x", b"abc" * 1_000, bytearray(b"y"), "text", "ü", io.BytesIO(b"file")))
        return self._text(shape, name, 0.75)

    def _text(self, shape: Any, name: str, usual: float) -> str:
        choose, chance = self.source.choice, self.source.random()
        if chance < usual:
            if getattr(shape, "enum", None):
                return str(choose(shape.enum))
            if name in self.known:
                return str(choose(self.known[name]))
        if name in NAMES and chance < 0.9:
            return name
        return choose(STRINGS)

    def _of_another_type(self) -> Any:
        return self.source.choice(
            (
                None,
                0,
                -1.5,
                True,
                "x",
                "\ud800",
                b"\xff",
                [],
                [None],
                {},
                {"a": None},
                (),
                object(),
                10**30,
                MOMENTS[0],
            )
        )
