"""What the model demands of an input's members beyond their types, for the protocols ``query`` and ``json``.

STS and KMS check the whole input before anything else, and name every fault at once:

    2 validation errors detected: Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have
    length greater than or equal to 2; Value null at 'roleArn' failed to satisfy constraint: Member must not be null

Rule 1: an operation's checks are compiled once. Rule 2: faults come in the order of the model's members; of one
member the pattern comes before the length. S3 does not check by its model in this way: what it demands is part of its
readers (``heads``, ``scalars``, ``xmlread``) and of its operations.

Source: the traits ``required``, ``min``, ``max``, ``pattern`` and ``enum`` of botocore's models; the sentences as
users report them (LocalStack and moto issues, mmmorris1975/aws-runas #80, stelligent/mu #382).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from mocks3.model.parsed import Params

ValueCheck = Callable[[Any, str], Iterator[str]]
"""Takes a value and the path to it; yields what is wrong with it."""

Constraint = tuple[str, Callable[[Any], bool]]
"""A constraint in AWS's words, and whether a value satisfies it."""

_CATEGORIES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
"""Java's names for categories of Unicode. Python's word characters are letters, numbers and ``_``, which every pattern
that uses these names allows as well."""


def compile_check(input_shape: Any) -> Callable[[Params], str | None]:
    """Return the function that checks an operation's input: its message, None where nothing is wrong."""
    if input_shape is None:
        return lambda params: None
    check = _structure(input_shape)

    def run(params: Params) -> str | None:
        faults = list(check(params, ""))
        if not faults:
            return None
        errors = "error" if len(faults) == 1 else "errors"
        return f"{len(faults)} validation {errors} detected: {'; '.join(faults)}"

    return run


def _structure(shape: Any) -> ValueCheck:
    required = frozenset(shape.required_members)
    members = [(name, _lower(name), _check(member)) for name, member in shape.members.items()]

    def check(value: Any, path: str) -> Iterator[str]:
        for name, spelling, check_member in members:
            place = f"{path}.{spelling}" if path else spelling
            if name in value:
                yield from check_member(value[name], place)
            elif name in required:
                yield f"Value null at '{place}' failed to satisfy constraint: Member must not be null"

    return check


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _check(shape: Any) -> ValueCheck:
    rules = _rules(shape)

    def check(value: Any, path: str) -> Iterator[str]:
        for words, holds in rules:
            if not holds(value):
                yield f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: {words}"

    if shape.type_name == "structure":
        return _structure(shape)
    if shape.type_name in ("list", "map"):
        check_each = _items(shape)
        return lambda value, path: (fault for each in (check, check_each) for fault in each(value, path))
    return check


def _items(shape: Any) -> ValueCheck:
    """The items of a list or the values of a map. Of scalars AWS shows the whole, and all that is demanded of each."""
    item = shape.member if shape.type_name == "list" else shape.value
    rules = _rules(item) if item.type_name not in ("structure", "list", "map") else None
    check_item = _check(item)

    def check(value: Any, path: str) -> Iterator[str]:
        items = value.items() if isinstance(value, dict) else enumerate(value, 1)
        if rules is None:
            for name, each in items:
                yield from check_item(each, f"{path}.{name}.member")
        elif not all(holds(each) for _, each in items for _, holds in rules):
            demanded = ", ".join(words for words, _ in rules)
            yield (
                f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: Member must satisfy constraint: "
                f"[{demanded}]"
            )

    return check


def _rules(shape: Any) -> list[Constraint]:
    """What is demanded of one value by itself."""
    traits, found = shape.metadata, list[Constraint]()
    pattern = _compiled(traits.get("pattern"))
    if pattern is not None:
        words = f"Member must satisfy regular expression pattern: {traits['pattern']}"
        found.append((words, lambda value: pattern.fullmatch(value) is not None))
    least, most = traits.get("min"), traits.get("max")
    sized = shape.type_name in ("string", "blob", "list", "map")
    what, size = ("length", len) if sized else ("value", _itself)
    if most is not None:
        words = f"Member must have {what} less than or equal to {most}"
        found.append((words, lambda value: size(value) <= most))
    if least is not None:
        words = f"Member must have {what} greater than or equal to {least}"
        found.append((words, lambda value: size(value) >= least))
    if getattr(shape, "enum", None):
        values = frozenset(shape.enum)
        words = f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
        found.append((words, values.__contains__))
    return found


def _itself(value: Any) -> Any:
    return value


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    """A pattern of the model's, which is Java's; None where there is none, or none that Python can express."""
    if pattern is None:
        return None
    python = pattern
    for name, characters in _CATEGORIES.items():
        python = python.replace(name, characters)
    try:
        return re.compile(python, re.ASCII if python == pattern else 0)
    except re.error:
        return None


def _shown(value: Any) -> str:
    """A value as Java writes it."""
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}={_shown(each)}' for name, each in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)
