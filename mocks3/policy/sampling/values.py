"""The values of one condition key that some conditions tell apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

from mocks3.policy.conditions.arn import PARTS
from mocks3.policy.conditions.date import instant
from mocks3.policy.conditions.ip import block
from mocks3.policy.conditions.numeric import number
from mocks3.policy.variables import resolve, template

from .texts import Pattern, pattern_of, sample_texts

if TYPE_CHECKING:
    from mocks3.policy.compiling import Test
    from mocks3.policy.elements import Condition
    from mocks3.policy.glob import Token
    from mocks3.policy.request import Request

_MOST_SETS: Final = 6
"""For more different values than this, not all sets of values are taken."""
_FAMILIES: Final = {
    "String": "text",
    "Arn": "text",
    "Numeric": "number",
    "Date": "date",
    "Bool": "boolean",
    "Binary": "binary",
    "Ip": "address",
    "NotIp": "address",
    "Null": "presence",
}


class Values(NamedTuple):
    """Lists of values of a key; an empty list is a missing key. ``exhaustive``: they stand for all lists."""

    lists: tuple[tuple[str, ...], ...]
    exhaustive: bool


def sample_values(
    conditions: Sequence[tuple[Condition, Test]], probe: ProbeOfKey, *, multivalued: bool, always: bool
) -> Values:
    """Return lists of values of a key, one for each combination of conditions that can be true together.

    Args:
        conditions: The conditions on the key, with their tests.
        probe: Makes a request that has given values of the key, and no other keys but those that variables need.
        multivalued: Whether a request can have several values of the key.
        always: Whether every request has the key.

    Returns:
        The lists of values.
    """
    several = multivalued or any(condition.quantifier is not None for condition, _ in conditions)
    singles, exhaustive = _single_values([condition for condition, _ in conditions], probe.request(()))
    lists: dict[tuple[bool, ...], tuple[str, ...]] = {}
    for values in [*([] if always else [()]), *((value,) for value in singles)]:
        lists.setdefault(_results(conditions, probe.request(values)), values)
    if several:
        kept = [values[0] for values in _distinct(conditions, probe, singles)]
        exhaustive = exhaustive and len(kept) <= _MOST_SETS
        for size in (2, len(kept) - 1, len(kept)) if len(kept) > _MOST_SETS else range(2, len(kept) + 1):
            for values in itertools.combinations(kept, size):
                lists.setdefault(_results(conditions, probe.request(values)), values)
    return Values(tuple(lists.values()), exhaustive)


class ProbeOfKey(NamedTuple):
    """Requests that differ only in one key."""

    like: Request
    key: str

    def request(self, values: tuple[str, ...]) -> Request:
        """Return the request with these values of the key."""
        from mocks3.policy.request import Request

        context = {**self.like.context, self.key: values}
        return Request(self.like.principal, self.like.action, self.like.resource, None, context)


def _results(conditions: Sequence[tuple[Condition, Test]], request: Request) -> tuple[bool, ...]:
    return tuple(test(request) for _, test in conditions)


def _distinct(
    conditions: Sequence[tuple[Condition, Test]], probe: ProbeOfKey, singles: Iterable[str]
) -> Iterable[tuple[str, ...]]:
    """Return single values, one for each combination of results: they show which values each condition matches."""
    found: dict[tuple[bool, ...], tuple[str, ...]] = {}
    for value in singles:
        found.setdefault(_results(conditions, probe.request((value,))), (value,))
    return found.values()


def _single_values(conditions: Sequence[Condition], request: Request) -> tuple[list[str], bool]:
    """Return values that stand for all values of the key, and whether they do."""
    families = {_family(each) for each in conditions} - {"presence"}
    found: dict[str, None] = {}
    exhaustive = len(families) < 2
    for family in sorted(families) or ["text"]:
        given = [each for each in conditions if _family(each) == family]
        if family == "text":
            texts = _texts(given, request)
            exhaustive = exhaustive and texts is not None and not _folds_patterns(given)
            found |= dict.fromkeys(texts or ())
        else:
            values = [value for each in given for value in each.values]
            found |= dict.fromkeys(_MAKERS[family](values))
        exhaustive = exhaustive and not any("${" in value for each in given for value in each.values)
    return list(found), exhaustive


def _family(condition: Condition) -> str:
    return next(name for prefix, name in _FAMILIES.items() if condition.base.startswith(prefix))


def _folds_patterns(conditions: Sequence[Condition]) -> bool:
    """Return whether a key is compared both without case and with other operators."""
    folding = [each for each in conditions if each.base.endswith("IgnoreCase")]
    return bool(folding) and len(folding) < len(conditions)


def _texts(conditions: Sequence[Condition], request: Request) -> tuple[str, ...] | None:
    patterns: dict[Pattern, None] = {}
    for each in conditions:
        for value in each.values:
            parts = resolve(template(value, variables=True, wildcards=each.base not in _EXACT), request)
            if parts is None:
                continue
            if each.base.startswith("Arn"):
                patterns[_arn_pattern(parts)] = None
            elif each.base.endswith("IgnoreCase"):
                patterns |= dict.fromkeys(
                    tuple(text)
                    for text in ("".join(map(str, parts)).lower(), "".join(map(str, parts)).upper())
                )
            else:
                patterns[pattern_of(parts)] = None
    return sample_texts(tuple(patterns))


_EXACT: Final = frozenset(
    {"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"}
)


def _arn_pattern(parts: tuple[Token, ...]) -> Pattern:
    """Return the symbols of an ARN pattern: a wildcard in one of the first five parts matches no colon (C-30)."""
    symbols: list[object] = []
    colons = 0
    for part in parts:
        excluded = ":" if colons < PARTS - 1 else ""
        if not isinstance(part, str):
            symbols.extend(pattern_of((part,), excluded))
            continue
        symbols.extend(part)
        colons += part.count(":")
    return tuple(symbols)  # type: ignore[arg-type]


def _numbers(values: Iterable[str]) -> Iterator[str]:
    points = sorted({found for found in map(number, values) if found is not None})
    between = [(low + high) / 2 for low, high in itertools.pairwise(points)]
    outside = [points[0] - 1, points[-1] + 1] if points else [Decimal(1)]
    yield from (format(each, "f") for each in (*points, *between, *outside))


def _dates(values: Iterable[str]) -> Iterator[str]:
    bounds = sorted({found for found in map(instant, values) if found is not None})
    between = [(low + high) // 2 for low, high in itertools.pairwise(bounds)]
    outside = [bounds[0] - 10**9, bounds[-1] + 10**9] if bounds else [0]
    yield from map(_date, (*bounds, *between, *outside))


def _date(nanoseconds: int) -> str:
    """Return a date in ISO 8601, or in seconds since 1970 if its year is outside 1 to 9999."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return str(nanoseconds // 10**9)
    return moment.isoformat().replace("+00:00", "Z")


def _addresses(values: Iterable[str]) -> Iterator[str]:
    """Yield the first and last address of each block, and those beside it: each interval begins at one of them."""
    blocks = [found for found in map(block, values) if found is not None]
    for found in blocks:
        first, last = int(found.network_address), int(found.broadcast_address)
        for each in (first, last, first - 1, last + 1):
            if 0 <= each < 2**found.max_prefixlen:
                yield str(ip_address(each) if found.version == 4 else _ipv6(each))
    yield from ("0.0.0.0", "::")  # noqa: S104 - an address to compare with


def _ipv6(number: int) -> object:
    from ipaddress import IPv6Address

    return IPv6Address(number)


def _booleans(values: Iterable[str]) -> Iterator[str]:
    yield from ("true", "false")


def _binaries(values: Iterable[str]) -> Iterator[str]:
    yield from values
    yield ""


_MAKERS: Final = {
    "number": _numbers,
    "date": _dates,
    "address": _addresses,
    "boolean": _booleans,
    "binary": _binaries,
}
