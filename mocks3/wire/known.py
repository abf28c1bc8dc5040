"""What mocks3 knows of the inputs in botocore's models; what a newer model adds is refused by its name.

Rule 1: what is known stands in ``known_inputs.txt``, one row a member (``Rules[].Filter.Prefix``) and one a value of an
enumeration (``Rules[].Status=Enabled``), for each operation. ``python tools/known_inputs.py --write`` writes it.
Rule 2: a row that is marked ``unreviewed`` is not known. Rule 3: the table and the installed model are compared when an
operation is compiled; the input of an operation without additions is never looked at.

A member that is accepted and not obeyed does harm: a replication rule would copy what its filter excludes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec

import botocore

from mocks3 import errors
from mocks3.model.parsed import Params
from mocks3.wire import models

TABLE = Path(__file__).with_name("known_inputs.txt")
UNREVIEWED = " unreviewed"
UNSUPPORTED = " unsupported"
_STEP = re.compile(r"\w+|\[\]|\{\}")
_P = ParamSpec("_P")


class Table(NamedTuple):
    """The recorded rows: the text of each operation's, by its name (``s3:PutObject``).

    A name keeps its mark: of one that is not reviewed no row is known; one that is ``unsupported`` is not registered,
    and has no rows. ``botocore`` is the version against which the rows were checked.
    """

    botocore: str
    operations: dict[str, str]


class Addition(NamedTuple):
    """What the installed model has and the table has not: a member's path, or a new value of a known member."""

    path: str
    value: str | None

    def __str__(self) -> str:
        return self.path if self.value is None else f"{self.path}={self.value}"


@functools.cache
def table() -> Table:
    """The recorded table, read once a process."""
    head, *blocks = TABLE.read_text("utf-8").rstrip("\n").split("\n\n")
    named = (block.partition("\n") for block in blocks)
    return Table(head.rpartition(" ")[2], {name: text for name, _, text in named})


def rows(shape: Any, path: str = "", above: tuple[str, ...] = ()) -> Iterator[str]:
    """Every member of an input shape and every value of its enumerations, at any depth."""
    if shape is None or shape.name in above:
        return
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            inner = f"{path}.{name}" if path else name
            yield inner
            yield from rows(member, inner, (*above, shape.name))
    elif kind == "list":
        yield from rows(shape.member, f"{path}[]", above)
    elif kind == "map":
        yield from rows(shape.value, f"{path}{{}}", above)
    elif kind == "string":
        yield from (f"{path}={value}" for value in shape.enum)


def known_rows(service: str, operation: str) -> frozenset[str]:
    """The reviewed rows of an operation."""
    recorded = table().operations.get(f"{service}:{operation}", "")
    return frozenset(row for row in recorded.split("\n") if not row.endswith(UNREVIEWED))


def additions(service: str, operation: str) -> tuple[Addition, ...]:
    """What the installed model adds to an operation's input; of a new member nothing that is in it.

    A string that became an enumeration has no new values: the operation has judged all of them.
    """
    recorded = known_rows(service, operation)
    enumerated = {row.partition("=")[0] for row in recorded if "=" in row}
    found: list[Addition] = []
    within: tuple[str, ...] = ()
    for row in rows(models.operation_model(service, operation).input_shape):
        if row in recorded or row.startswith(within):
            continue
        path, is_value, value = row.partition("=")
        if not is_value:
            found.append(Addition(path, None))
            within = (f"{path}.", f"{path}[", f"{path}{{", f"{path}=")
        elif path in enumerated:
            found.append(Addition(path, value))
    return tuple(found)


def refuse_additions(service: str, operation: str, read: Callable[_P, Params]) -> Callable[_P, Params]:
    """The same reader of (a part of) an input, which raises ``NotSupported`` where the input uses an addition.

    An operation that is not registered is refused as a whole, and not here.
    """
    names = f"{service}:{operation}", f"{service}:{operation}{UNREVIEWED}"
    if table().operations.keys().isdisjoint(names):
        return read
    added = [(each, _STEP.findall(each.path)) for each in additions(service, operation)]
    if not added:
        return read

    @functools.wraps(read)
    def checking(*args: _P.args, **kwargs: _P.kwargs) -> Params:
        params = read(*args, **kwargs)
        for addition, steps in added:
            if any(_uses(addition, found) for found in _at(params, steps)):
                raise _refusal(service, operation, addition)
        return params

    return checking


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    """What stands at the end of a path, as often as it is there."""
    if not steps:
        yield value
    elif steps[0] == "[]":
        for item in value:
            yield from _at(item, steps[1:])
    elif steps[0] == "{}":
        for item in value.values():
            yield from _at(item, steps[1:])
    elif steps[0] in value:
        yield from _at(value[steps[0]], steps[1:])


def _uses(addition: Addition, found: Any) -> bool:
    if addition.value is not None:
        return bool(found == addition.value)
    return bool(found.read()) if hasattr(found, "chunks") else True  # every call has a body, if an empty one


def _refusal(service: str, operation: str, addition: Addition) -> errors.NotSupported:
    what = f"the member {addition.path}"
    if addition.value is not None:
        what = f"the value {addition.value!r} of {addition.path}"
    return errors.NotSupported(
        f"mocks3 does not support {what} of {service}:{operation}, which botocore {botocore.__version__} has (mocks3 "
        f"was checked against botocore {table().botocore}); the call was not answered and nothing was changed"
    )
