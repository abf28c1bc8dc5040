"""Values of a saved AWS as JSON.

    null, true, 3, "text", [1, 2]        themselves
    {"name": value}                      a mapping with texts as names
    {"$map": [[name, value]]}            any other mapping
    {"$tuple": [..]}, {"$set": [..]}     a tuple, a set
    {"$time": "2026-..."}, {"$seconds": 3.5}, {"$bytes": "base64"}
    {"$policy": "text", "name": "..."}   a policy document
    {"$body": 3}                         a body: the entry bodies/3 of the archive
    {"$record": "Version", "key": ...}   a record: its class and fields

Rule: only classes that are listed here are created. A value of another class cannot be saved.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from mocks3.effects import records as effect_records
from mocks3.errors import Mocks3Error, NotSupported
from mocks3.policy import Policy
from mocks3.storage import access_point, upload, values, version
from mocks3.storage.blob import Blob
from mocks3.storage.control import grants, multi_region
from mocks3.storage.iam import entities, guardrails, managed_policies, organizations
from mocks3.storage.iam import records as iam_records
from mocks3.storage.kms import records as kms_records

_MODULES = (
    access_point, effect_records, entities, grants, guardrails, iam_records, kms_records, managed_policies,
    multi_region, organizations, upload, values, version,
)  # fmt: skip


def _is_record(found: object) -> bool:
    return isinstance(found, type) and (dataclasses.is_dataclass(found) or hasattr(found, "_fields"))


CLASSES: dict[str, Any] = {
    name: found
    for module in _MODULES
    for name, found in vars(module).items()
    if _is_record(found) and found.__module__ == module.__name__ and found is not access_point.ObjectLambda
}
"""The classes of records, by name."""


def encode(found: Any, body: Callable[[Blob], int]) -> Any:
    """Return a value as JSON.

    Args:
        found: The value.
        body: Stores a body, and returns its number.

    Raises:
        NotSupported: The value is Python code, such as the function of an Object Lambda access point.
    """
    if found is None or isinstance(found, bool | int | float | str):
        return found
    if isinstance(found, Mapping):
        return _encode_mapping(found, body)
    if CLASSES.get(type(found).__name__) is type(found):
        members = {name: encode(getattr(found, name), body) for name in _fields(type(found))}
        return {"$record": type(found).__name__, **members}
    if isinstance(found, list | tuple | AbstractSet):
        items = [encode(each, body) for each in (sorted(found) if isinstance(found, AbstractSet) else found)]
        if isinstance(found, list):
            return items
        return {"$tuple" if isinstance(found, tuple) else "$set": items}
    if isinstance(found, Policy):
        return {"$policy": found.text, "name": found.name}
    if isinstance(found, Blob):
        return {"$body": body(found)}
    if isinstance(found, datetime.datetime):
        return {"$time": found.isoformat()}
    if isinstance(found, datetime.timedelta):
        return {"$seconds": found.total_seconds()}
    if isinstance(found, bytes):
        return {"$bytes": base64.b64encode(found).decode()}
    raise NotSupported(f"a saved AWS cannot contain {type(found).__name__}: it is Python code, not data")


def _encode_mapping(found: Mapping[Any, Any], body: Callable[[Blob], int]) -> Any:
    if all(isinstance(name, str) and not name.startswith("$") for name in found):
        return {name: encode(each, body) for name, each in found.items()}
    return {"$map": [[encode(name, body), encode(each, body)] for name, each in found.items()]}


def decode(found: Any, body: Callable[[int], Blob]) -> Any:
    """Return the value of JSON that :func:`encode` returned.

    Args:
        found: The JSON.
        body: Returns the body with a number.

    Raises:
        Mocks3Error: The JSON has another form, or names a class or a field that does not exist.
    """
    if isinstance(found, list):
        return [decode(each, body) for each in found]
    if not isinstance(found, dict):
        return found
    mark = next((name for name in found if name.startswith("$")), None)
    if mark is None:
        return {name: decode(each, body) for name, each in found.items()}
    if mark == "$record":
        return _record(found, body)
    read = _READ.get(mark)
    if read is None:
        raise Mocks3Error(f"the saved AWS has the unknown mark {mark!r}")
    return read(found, body)


def _record(found: dict[str, Any], body: Callable[[int], Blob]) -> Any:
    known = CLASSES.get(found["$record"])
    members = {name: decode(each, body) for name, each in found.items() if name != "$record"}
    if known is None or not members.keys() <= set(_fields(known)):
        raise Mocks3Error(
            f"this version of mocks3 does not know {found['$record']} with {', '.join(members)}"
        )
    return known(**members)


def _map(found: dict[str, Any], body: Callable[[int], Blob]) -> dict[Any, Any]:
    return {decode(name, body): decode(each, body) for name, each in found["$map"]}


_READ: dict[str, Callable[[dict[str, Any], Callable[[int], Blob]], Any]] = {
    "$map": _map,
    "$tuple": lambda found, body: tuple(decode(found["$tuple"], body)),
    "$set": lambda found, body: frozenset(decode(found["$set"], body)),
    "$policy": lambda found, body: Policy.parse_grammar(found["$policy"], found["name"]),
    "$body": lambda found, body: body(found["$body"]),
    "$time": lambda found, body: datetime.datetime.fromisoformat(found["$time"]),
    "$seconds": lambda found, body: datetime.timedelta(seconds=found["$seconds"]),
    "$bytes": lambda found, body: base64.b64decode(found["$bytes"]),
}


def _fields(kind: Any) -> Iterator[str]:
    if hasattr(kind, "_fields"):
        return iter(kind._fields)
    return (each.name for each in dataclasses.fields(kind) if each.init)
