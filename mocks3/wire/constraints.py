"""Check the constraints of the model on an input's members, for the protocols ``query`` and ``json``.

STS and KMS check the whole input first, and report every fault in one message:

    2 validation errors detected: Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have
    length greater than or equal to 2; Value null at 'roleArn' failed to satisfy constraint: Member must not be null

Rule 1: an operation's checks are compiled once. Rule 2: faults are in the order of the model's members; the pattern
of a member is before its length. S3 does not check its model in this way: its constraints are in the readers
(``heads``, ``scalars``, ``xmlread``) and in the operations.

Source: the traits ``required``, ``min``, ``max``, ``pattern`` and ``enum`` of botocore's models; the messages as
users report them (LocalStack and moto issues, mmmorris1975/aws-runas #80, stelligent/mu #382).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mocks3.model.parsed import Params

if TYPE_CHECKING:
    from botocore.model import Shape

ValueCheck = Callable[[Any, str], Iterator[str]]
"""Takes a value and its path, and yields its faults."""

Constraint = tuple[str, Callable[[Any], bool]]
"""The text of a constraint as AWS writes it, and the function that returns whether a value satisfies it."""

_CATEGORIES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
"""Unicode categories in Java's patterns, and their Python equivalents. Python's ``\\w`` also matches ``_``, but every
pattern that uses these categories allows ``_`` too."""


def compile_check(input_shape: Shape) -> Callable[[Params], str | None]:
    """Return the function that checks an operation's input. It returns the message, or None if the input is valid."""
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


_IAM_SENTENCES = {
    r"[\w+=,.@-]+": "It must contain only alphanumeric characters and/or the following: +=,.@_-",
    r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)": "It must begin and end with / and contain only alphanumeric characters "
    "and/or / characters.",
    r"((/[A-Za-z0-9\.,\+@=_-]+)*)/": "It must begin and end with / and contain only alphanumeric characters and/or / "
    "characters.",
    r"\u002F[\u0021-\u007F]*": "It must begin with the / character and contain only alphanumeric characters and/or / "
    "characters.",
}
"""IAM's own words for a name or path with a wrong character, by the pattern of the model.

Source: reports by users of IAM (shashankprasanna/torchserve-examples #7, aws/aws-cli #5860).
"""


def compile_iam_check(input_shape: Shape) -> Callable[[Params], str | None]:
    """Return the same function for IAM, which reports a wrong character of a name or path in words of its own."""
    check_all = compile_check(input_shape)
    if input_shape is None:
        return check_all
    checked = [
        (name, pattern, _IAM_SENTENCES[member.metadata["pattern"]])
        for name, member in input_shape.members.items()
        if member.metadata.get("pattern") in _IAM_SENTENCES
        and (pattern := _compiled(member.metadata["pattern"])) is not None
    ]

    def run(params: Params) -> str | None:
        for name, pattern, words in checked:
            if name in params and not pattern.fullmatch(params[name]):
                return f"The specified value for {_lower(name)} is invalid. {words}"
        return check_all(params)

    return run


def _structure(shape: Shape) -> ValueCheck:
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


def _check(shape: Shape) -> ValueCheck:
    rules = _rules(shape)

    def check(value: object, path: str) -> Iterator[str]:
        for words, is_satisfied in rules:
            if not is_satisfied(value):
                yield f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: {words}"

    if shape.type_name == "structure":
        return _structure(shape)
    if shape.type_name in ("list", "map"):
        check_each = _items(shape)
        return lambda value, path: (fault for each in (check, check_each) for fault in each(value, path))
    return check


def _items(shape: Shape) -> ValueCheck:
    """Check the items of a list or the values of a map. For scalars AWS reports the whole list and all constraints."""
    item = shape.member if shape.type_name == "list" else shape.value
    rules = _rules(item) if item.type_name not in ("structure", "list", "map") else None
    check_item = _check(item)

    def check(value: Any, path: str) -> Iterator[str]:
        items = value.items() if isinstance(value, dict) else enumerate(value, 1)
        if rules is None:
            for name, each in items:
                yield from check_item(each, f"{path}.{name}.member")
        elif not all(is_satisfied(each) for _, each in items for _, is_satisfied in rules):
            constraints_text = ", ".join(words for words, _ in rules)
            yield (
                f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: Member must satisfy constraint: "
                f"[{constraints_text}]"
            )

    return check


def _rules(shape: Shape) -> list[Constraint]:
    """Return the constraints on one value."""
    traits, found = shape.metadata, list[Constraint]()
    pattern = _compiled(traits.get("pattern"))
    if pattern is not None:
        words = f"Member must satisfy regular expression pattern: {traits['pattern']}"
        found.append((words, lambda value: pattern.fullmatch(value) is not None))
    least, most = traits.get("min"), traits.get("max")
    sized = shape.type_name in ("string", "blob", "list", "map")
    what, size = ("length", len) if sized else ("value", _identity)
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


def _identity(value: object) -> Any:
    return value


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    """Compile a pattern of the model, which is a Java pattern. Returns None if Python cannot compile it."""
    if pattern is None:
        return None
    python = pattern
    for name, characters in _CATEGORIES.items():
        python = python.replace(name, characters)
    try:
        return re.compile(python, re.ASCII if python == pattern else 0)
    except re.error:
        return None


def _shown(value: object) -> str:
    """Return a value in the format of Java."""
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}={_shown(each)}' for name, each in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)
