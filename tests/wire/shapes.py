"""Hypothesis strategies for botocore's shapes: every input and output that an operation may have.

They do not generate values that HTTP or XML cannot represent (control characters in headers, characters that are not
valid in XML), or that mean the same as another value (an empty flattened list is the same as no list).
"""

from __future__ import annotations

import datetime
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

DEEPEST = 6

HEADER_TEXT = st.text(alphabet=string.ascii_letters + string.digits + "-_./:;=%+*\"'() ", max_size=12).map(
    str.strip
)
TOKENS = st.text(alphabet=string.ascii_lowercase + string.digits + "-_", min_size=1, max_size=8)
LABELS = st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1, max_size=8)
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
KEYS = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20)
BUCKETS = st.from_regex(r"[a-z0-9][a-z0-9-]{1,12}[a-z0-9]", fullmatch=True)
XML_TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\r\ufffe\uffff", exclude_categories=("Cc",)),
    max_size=12,
)
XML_TEXT_WITH_BREAKS = st.one_of(XML_TEXT, st.sampled_from([" a\r\nb ", "\t", "a\rb", "<&>\"'", "]]>"]))

MOMENTS = st.datetimes(
    min_value=datetime.datetime(1971, 1, 1),  # noqa: DTZ001
    max_value=datetime.datetime(2199, 1, 1),  # noqa: DTZ001
    timezones=st.just(datetime.UTC),
)
SECONDS = MOMENTS.map(lambda moment: moment.replace(microsecond=0))
MILLISECONDS = MOMENTS.map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))

Skip = Callable[[str, Any], bool]


@dataclass(frozen=True)
class Way:
    """The values that a protocol can carry in one direction.

    ``text``: texts in a body; ``labels``: texts in a path; ``empty``: structures may be empty; ``constrained``: values
    satisfy the model's constraints; ``without``: paths of members and values that are left out, such as the additions
    of a newer botocore (``mocks3.wire.known``).
    """

    text: Any
    labels: Any = KEYS
    empty: bool = True
    constrained: bool = False
    without: frozenset[str] = frozenset()


XML_REQUEST = Way(XML_TEXT)
PLAIN_PATHS = Way(XML_TEXT, TOKENS)
XML_ANSWER = Way(XML_TEXT_WITH_BREAKS)
QUERY_REQUEST = Way(ANY_TEXT, empty=False, constrained=True)


def structures(shape: Any, way: Way, skip: Skip | None = None, depth: int = 0, path: str = "") -> Any:
    """Return structures of a shape; ``skip`` omits members. ``path`` is the path of the structure."""
    inner = {name: f"{path}.{name}" if path else name for name in shape.members}
    members = {
        name: values(name, member, way, depth, inner[name])
        for name, member in distinct(shape).items()
        if (skip is None or not skip(name, member))
        and inner[name] not in way.without
        and (depth < DEEPEST or name in shape.required_members)
    }
    if getattr(shape, "is_tagged_union", False) or shape.serialization.get("eventstream"):
        return st.one_of([st.fixed_dictionaries({name: member}) for name, member in members.items()])
    always = [name for name, member in shape.members.items() if member.serialization.get("eventpayload")]
    required = {name: members.pop(name) for name in [*shape.required_members, *always] if name in members}
    if len(members) <= 8:
        return st.fixed_dictionaries(required, optional=members)
    return st.builds(lambda base, more: base | more, st.fixed_dictionaries(required), _some(members))


def distinct(shape: Any) -> dict[str, Any]:
    """Return members by name, without the old scalar form of a list with the same element name."""
    lists = {one.serialization.get("name") for one in shape.members.values() if one.type_name == "list"}
    return {
        name: member
        for name, member in shape.members.items()
        if name not in lists or member.type_name == "list"
    }


def _some(members: dict[str, Any]) -> Any:
    """Return a few of many members. This is faster to draw than one boolean for each."""
    names = st.lists(st.sampled_from(sorted(members)), unique=True, max_size=6)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: members[name] for name in chosen}))


def values(name: str, shape: Any, way: Way, depth: int = 0, path: str = "") -> Any:
    """Return values of a member that are valid at its location."""
    location = shape.serialization.get("location")
    kind = shape.type_name
    if kind == "structure":
        if shape.serialization.get("eventstream"):
            return st.lists(structures(shape, way, None, depth + 1, path), max_size=3)
        found = structures(shape, way, None, depth + 1, path)
        return found if way.empty else found.filter(bool)
    if kind == "list":
        least = 1 if shape.serialization.get("flattened") or location else shape.metadata.get("min", 0)
        return st.lists(
            values(name, _at(shape.member, location), way, depth + 1, f"{path}[]"),
            min_size=least,
            max_size=least + 2,
        )
    if kind == "map":
        keys = TOKENS if location else way.text.filter(bool)
        return st.dictionaries(
            keys,
            values(name, _at(shape.value, location), way, depth + 1, f"{path}{{}}"),
            min_size=1,
            max_size=3,
        )
    return _scalars(name, shape, way, location, path)


class _Placed:
    """The shape of a list's item, with the location of the list."""

    def __init__(self, shape: Any, location: str) -> None:
        self._shape = shape
        self.serialization = shape.serialization | {"location": location}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shape, name)


def _at(shape: Any, location: str | None) -> Any:
    return shape if location is None else _Placed(shape, location)


def _scalars(name: str, shape: Any, way: Way, location: str | None, path: str) -> Any:
    kind = shape.type_name
    if kind == "string":
        return _strings(name, shape, way, location, path)
    if kind == "timestamp":
        coarse = location or shape.serialization.get("timestampFormat") in ("rfc822", "unixTimestamp")
        return SECONDS if coarse else MILLISECONDS
    if kind in ("integer", "long"):
        limit = 1 << (31 if kind == "integer" else 63)
        most = shape.metadata.get("max", limit - 1) if way.constrained else limit - 1
        return st.integers(max(-limit, shape.metadata.get("min", -limit)), most)
    if kind in ("float", "double"):
        return st.floats(allow_nan=False, allow_infinity=False, width=32).filter(
            lambda number: number == number
        )
    return {"boolean": st.booleans(), "blob": st.binary(max_size=20)}[kind]


def _strings(name: str, shape: Any, way: Way, location: str | None, path: str) -> Any:
    if shape.enum:
        return st.sampled_from([value for value in shape.enum if f"{path}={value}" not in way.without])
    if way.constrained and "pattern" in shape.metadata:
        return _matching(shape.metadata)
    found = _texts(name, shape, way, location)
    least = shape.metadata.get("min", 0)
    most = shape.metadata.get("max") if way.constrained else None
    return found.map(lambda value: value.ljust(least, "x")[:most]) if least or most else found


def _matching(traits: dict[str, Any]) -> Any:
    """Return texts that match a pattern and have a valid length."""
    pattern, least, most = traits["pattern"], traits.get("min", 0), traits.get("max", 1 << 20)
    for name, characters in {r"\p{L}": r"\w", r"\p{N}": r"\w", r"\p{Z}": " \u3000"}.items():
        pattern = pattern.replace(name, characters)
    plain = pattern == traits["pattern"]
    compiled = re.compile(pattern, re.ASCII if plain else 0)

    def sized(text: str) -> str:
        return (text * (least if len(text) < least else 1))[:most]

    return (
        st.from_regex(compiled, fullmatch=True)
        .filter(lambda text: not text.endswith("\n"))
        .map(sized)
        .filter(lambda text: len(text) >= least and compiled.fullmatch(text))
    )


def _texts(name: str, shape: Any, way: Way, location: str | None) -> Any:
    if shape.serialization.get("hostLabel"):
        return LABELS
    if location == "uri":
        return BUCKETS if name == "Bucket" else way.labels
    return {"header": HEADER_TEXT, "headers": HEADER_TEXT, "querystring": ANY_TEXT}.get(
        location or "", way.text
    )
