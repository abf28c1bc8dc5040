"""Reject members of inputs that a newer botocore has and mocks3 does not know.

Rule 1: ``known_inputs.txt`` has the known inputs of each operation: one row per member (``Rules[].Filter.Prefix``), one
row per value of an enumeration (``Rules[].Status=Enabled``). ``python tools/known_inputs.py --write`` writes it.
Rule 2: a row that is marked ``unreviewed`` is not known. Rule 3: the table is compared with the installed model when an
operation is compiled. Inputs of an operation without additions are not checked.

It would be wrong to accept a member and ignore it: a replication rule would then copy objects that its filter excludes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec

import botocore

from mocks3 import errors
from mocks3.model.parsed import Params
from mocks3.wire import models

if TYPE_CHECKING:
    from botocore.model import Shape

TABLE = Path(__file__).with_name("known_inputs.txt")
UNREVIEWED = " unreviewed"
UNSUPPORTED = " unsupported"
_STEP = re.compile(r"\w+|\[\]|\{\}")
_P = ParamSpec("_P")


class Table(NamedTuple):
    """The rows of ``known_inputs.txt``.

    Attributes:
        botocore: The version of botocore for which the rows were reviewed.
        operations: The text of the rows, by operation (``s3:PutObject``). The name includes its mark: an operation
            that is ``unreviewed`` has no known rows; one that is ``unsupported`` is not registered and has no rows.
    """

    botocore: str
    operations: dict[str, str]


class Addition(NamedTuple):
    """A difference between model and table: the path of a new member, or a new value of a known member."""

    path: str
    value: str | None

    def __str__(self) -> str:
        return self.path if self.value is None else f"{self.path}={self.value}"


@functools.cache
def table() -> Table:
    """Return the table, which is read once per process."""
    head, *blocks = TABLE.read_text("utf-8").rstrip("\n").split("\n\n")
    named = (block.partition("\n") for block in blocks)
    return Table(head.rpartition(" ")[2], {name: text for name, _, text in named})


def rows(shape: Shape, path: str = "", above: tuple[str, ...] = ()) -> Iterator[str]:
    """Return every member of an input shape and every value of its enumerations, at any depth."""
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
    """Return the reviewed rows of an operation."""
    recorded = table().operations.get(f"{service}:{operation}", "")
    return frozenset(row for row in recorded.split("\n") if not row.endswith(UNREVIEWED))


def is_recorded(service: str, operation: str) -> bool:
    """Return whether the table has the operation, reviewed or not."""
    name = f"{service}:{operation}"
    return name in table().operations or name + UNREVIEWED in table().operations


def additions(service: str, operation: str) -> tuple[Addition, ...]:
    """Return what the installed model adds to an operation's input, without the members of a new member.

    A string that became an enumeration has no new values: the operation already checks every value.
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
    """Return a reader that raises ``NotSupported`` if the input, or this part of it, uses an addition.

    An operation that is not registered is rejected as a whole, by another module.
    """
    if not is_recorded(service, operation):
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
    """Return every value at the end of a path."""
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
    return (
        bool(found.read()) if hasattr(found, "chunks") else True
    )  # every call has a body, which may be empty


def _refusal(service: str, operation: str, addition: Addition) -> errors.NotSupported:
    what = f"the member {addition.path}"
    if addition.value is not None:
        what = f"the value {addition.value!r} of {addition.path}"
    return errors.NotSupported(
        f"mocks3 does not support {what} of {service}:{operation}, which the installed botocore "
        f"{botocore.__version__} has (this mocks3 was reviewed for botocore {table().botocore}); nothing was changed"
    )
