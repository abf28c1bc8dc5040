"""Evaluate the intrinsic functions of CloudFormation (``Fn::Sub``, ``Ref``, ``Fn::If`` and so on).

Rule 1: a function gets its argument as the template has it, and evaluates what it needs. ``Fn::If`` evaluates only the
branch that its condition chooses.
Rule 2: a value that the files do not say is :class:`Unresolved`, never a guess. It says how to give the value.
Rule 3: each function is one entry of ``FUNCTIONS``. Its source is its page in the CloudFormation template reference,
such as "Fn::Cidr"; ``Fn::ForEach``, which copies parts of a template, is in ``loops``.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Protocol

LONGEST = 1_000_000
"""The largest number of characters of a value: the size that CloudFormation allows a template to have."""

NO_VALUE = object()
"""What ``Ref: AWS::NoValue`` returns. CloudFormation removes the member or item that has this value."""


class Unresolved(Exception):
    """The files do not say a value. ``reason`` says what is missing, and how to give it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Scope(Protocol):
    """What the functions need to know of a stack."""

    def ref(self, name: str) -> Any:
        """Return the value of a parameter, a pseudo parameter, or a resource's physical id."""

    def attribute(self, logical_id: str, attribute: str) -> Any:
        """Return an attribute of a resource."""

    def condition(self, name: str) -> bool:
        """Return the value of a condition."""

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """Return a mapping of the section Mappings, or None."""

    def exported(self, name: str) -> Any:
        """Return what another stack exports with this name."""

    def given(self, name: str) -> Any:
        """Return the value that the caller of the load gave for a name, or None."""

    @property
    def region(self) -> str:
        """The stack's Region."""


Function = Callable[[Scope, Any], Any]

FUNCTIONS: dict[str, Function] = {}

_DYNAMIC = re.compile(r"\{\{resolve:[^{}]+\}\}")
_VARIABLE = re.compile(r"\$\{(!?)\s*([^${}!][^${}]*?)\s*\}")


def function(name: str) -> Callable[[Function], Function]:
    """Register a function under its name in templates."""

    def register(run: Function) -> Function:
        FUNCTIONS[name] = run
        return run

    return register


def evaluate(scope: Scope, value: Any) -> Any:
    """Return a value of a template with all functions in it evaluated.

    Raises:
        Unresolved: A value in it is not known.
    """
    if isinstance(value, str):
        return _with_dynamic_references(scope, value)
    if isinstance(value, list):
        items = (evaluate(scope, each) for each in value)
        return [each for each in items if each is not NO_VALUE]
    if not isinstance(value, dict):
        return value
    name = next((each for each in value if each == "Ref" or str(each).startswith("Fn::")), None)
    if name is None:
        members = ((key, evaluate(scope, each)) for key, each in value.items())
        return {key: each for key, each in members if each is not NO_VALUE}
    if len(value) > 1:
        raise Unresolved(f"{name} has other members next to it, which CloudFormation refuses")
    run = FUNCTIONS.get(name)
    if run is None:
        raise Unresolved(f"mocks3 does not evaluate {name}")
    return run(scope, value[name])


def evaluate_text(scope: Scope, value: Any, what: str) -> str:
    """Return a value of a template as text.

    Raises:
        Unresolved: The value is not known, or is not a text, number or boolean.
    """
    return as_text(evaluate(scope, value), what)


def as_text(value: Any, what: str) -> str:
    """Return a text, number or boolean as CloudFormation writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise Unresolved(f"{what} must be a text, not {_kind(value)}")
    return value


def is_true(scope: Scope, value: Any) -> bool:
    """Return the value of a condition: a condition function, or ``Condition`` with a name.

    Raises:
        Unresolved: The value is not known, or is no condition.
    """
    if isinstance(value, dict) and len(value) == 1:
        ((name, argument),) = value.items()
        if name == "Condition":
            return scope.condition(_name(argument, name))
        run = _CONDITIONS.get(name)
        if run is not None:
            return run(scope, argument)
        value = evaluate(scope, value)
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise Unresolved(f"a condition must be true or false, not {_kind(value)}")


def _with_dynamic_references(scope: Scope, text: str) -> str:
    def value(found: re.Match[str]) -> str:
        given = scope.given(found[0])
        if given is None:
            raise Unresolved(
                f"{found[0]} is read when the stack is deployed; give it: values={{{found[0]!r}: ...}}"
            )
        return as_text(given, found[0])

    return _DYNAMIC.sub(value, text) if "{{resolve:" in text else text


@function("Ref")
def _ref(scope: Scope, argument: Any) -> Any:
    return scope.ref(_name(argument, "Ref"))


@function("Fn::GetAtt")
def _get_att(scope: Scope, argument: Any) -> Any:
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    logical_id, attribute = _exactly(argument, 2, "Fn::GetAtt", "a logical id and an attribute")
    return scope.attribute(_name(logical_id, "Fn::GetAtt"), evaluate_text(scope, attribute, "an attribute"))


@function("Fn::Sub")
def _sub(scope: Scope, argument: Any) -> str:
    text, variables = argument, {}
    if isinstance(argument, list):
        text, variables = _exactly(argument, 2, "Fn::Sub", "a text and a mapping")
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise Unresolved("Fn::Sub needs a text, or a list of a text and a mapping")

    def value(found: re.Match[str]) -> str:
        name = found[2]
        if found[1]:  # `${!Literal}` is the text `${Literal}`
            return "${" + name + "}"
        what = "${" + name + "} of Fn::Sub"
        if name in variables:
            return evaluate_text(scope, variables[name], what)
        logical_id, dot, attribute = name.partition(".")
        return as_text(scope.attribute(logical_id, attribute) if dot else scope.ref(name), what)

    return _bounded(_with_dynamic_references(scope, _VARIABLE.sub(value, text)))


@function("Fn::Join")
def _join(scope: Scope, argument: Any) -> str:
    delimiter, items = _exactly(argument, 2, "Fn::Join", "a delimiter and a list")
    if not isinstance(delimiter, str):
        raise Unresolved("the delimiter of Fn::Join must be a text")
    return _bounded(
        delimiter.join(as_text(each, "an item of Fn::Join") for each in _list(scope, items, "Fn::Join"))
    )


@function("Fn::Split")
def _split(scope: Scope, argument: Any) -> list[str]:
    delimiter, text = _exactly(argument, 2, "Fn::Split", "a delimiter and a text")
    if not isinstance(delimiter, str) or not delimiter:
        raise Unresolved("the delimiter of Fn::Split must be a text that is not empty")
    return evaluate_text(scope, text, "the text of Fn::Split").split(delimiter)


@function("Fn::Select")
def _select(scope: Scope, argument: Any) -> Any:
    index, items = _exactly(argument, 2, "Fn::Select", "an index and a list")
    number = _number(evaluate(scope, index), "the index of Fn::Select")
    found = _list(scope, items, "Fn::Select")
    if not 0 <= number < len(found):
        raise Unresolved(f"Fn::Select takes item {number} of a list of {len(found)}")
    return found[number]


@function("Fn::If")
def _if(scope: Scope, argument: Any) -> Any:
    name, then, otherwise = _exactly(argument, 3, "Fn::If", "a condition and two values")
    return evaluate(scope, then if scope.condition(_name(name, "Fn::If")) else otherwise)


@function("Fn::FindInMap")
def _find_in_map(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise Unresolved("Fn::FindInMap needs a list of a mapping and two keys")
    name, top, second = (evaluate_text(scope, each, "a key of Fn::FindInMap") for each in argument[:3])
    value: Any = scope.mapping(name)
    for key in (top, second):
        value = value.get(key) if isinstance(value, Mapping) else None
    default = argument[3] if len(argument) == 4 else None
    if value is None and isinstance(default, dict) and "DefaultValue" in default:
        return evaluate(scope, default["DefaultValue"])
    if value is None:
        raise Unresolved(f"the section Mappings has no {name} with {top} and {second}")
    return value


@function("Fn::ImportValue")
def _import_value(scope: Scope, argument: Any) -> Any:
    return scope.exported(evaluate_text(scope, argument, "the name of Fn::ImportValue"))


@function("Fn::Base64")
def _base64(scope: Scope, argument: Any) -> str:
    return base64.b64encode(evaluate_text(scope, argument, "the text of Fn::Base64").encode()).decode()


@function("Fn::Cidr")
def _cidr(scope: Scope, argument: Any) -> list[str]:
    if not isinstance(argument, list) or len(argument) not in (2, 3):
        raise Unresolved("Fn::Cidr needs a list of a block, a count and the number of bits")
    block = evaluate_text(scope, argument[0], "the block of Fn::Cidr")
    count = _number(evaluate(scope, argument[1]), "the count of Fn::Cidr")
    try:
        network = ipaddress.ip_network(block, strict=False)
        bits = _number(evaluate(scope, argument[2]), "the bits of Fn::Cidr") if len(argument) == 3 else 0
        length = network.max_prefixlen - bits if bits else network.prefixlen + max(0, count - 1).bit_length()
        found = [str(each) for each in islice(network.subnets(new_prefix=length), min(256, max(0, count)))]
    except ValueError as error:
        raise Unresolved(f"Fn::Cidr cannot divide {block!r}: {error}") from None
    if not 1 <= count <= 256 or len(found) < count:  # "Fn::Cidr": the count is 1 to 256
        raise Unresolved(f"Fn::Cidr cannot divide {block!r} into {count} blocks")
    return found


@function("Fn::GetAZs")
def _get_azs(scope: Scope, argument: Any) -> list[str]:
    region = evaluate_text(scope, argument, "the Region of Fn::GetAZs") or scope.region
    return [f"{region}{zone}" for zone in "abc"]


@function("Fn::Length")
def _length(scope: Scope, argument: Any) -> int:
    return len(_list(scope, argument, "Fn::Length"))


@function("Fn::ToJsonString")
def _to_json_string(scope: Scope, argument: Any) -> str:
    return _bounded(json.dumps(evaluate(scope, argument), separators=(",", ":")))


@function("Fn::Transform")
def _transform(scope: Scope, argument: Any) -> Any:
    name = argument.get("Name") if isinstance(argument, dict) else argument
    raise Unresolved(f"Fn::Transform runs the macro {name!r} when the stack is deployed")


def _equals(scope: Scope, argument: Any) -> bool:
    left, right = (evaluate(scope, each) for each in _exactly(argument, 2, "Fn::Equals", "two values"))
    if isinstance(left, dict | list) or isinstance(right, dict | list):
        return bool(left == right)
    return as_text(left, "a value of Fn::Equals") == as_text(right, "a value of Fn::Equals")


def _and(scope: Scope, argument: Any) -> bool:
    return all(is_true(scope, each) for each in _conditions(argument, "Fn::And"))


def _or(scope: Scope, argument: Any) -> bool:
    return any(is_true(scope, each) for each in _conditions(argument, "Fn::Or"))


def _not(scope: Scope, argument: Any) -> bool:
    return not is_true(scope, _exactly(argument, 1, "Fn::Not", "one condition")[0])


_CONDITIONS: dict[str, Callable[[Scope, Any], bool]] = {
    "Fn::Equals": _equals,
    "Fn::And": _and,
    "Fn::Or": _or,
    "Fn::Not": _not,
}
FUNCTIONS.update(_CONDITIONS)


def _conditions(argument: Any, name: str) -> list[Any]:
    if not isinstance(argument, list) or not 2 <= len(argument) <= 10:
        raise Unresolved(f"{name} needs a list of 2 to 10 conditions")
    return argument


def _exactly(argument: Any, count: int, name: str, what: str) -> list[Any]:
    if not isinstance(argument, list) or len(argument) != count:
        raise Unresolved(f"{name} needs a list of {what}")
    return argument


def _list(scope: Scope, value: Any, name: str) -> list[Any]:
    found = evaluate(scope, value)
    if not isinstance(found, list):
        raise Unresolved(f"{name} needs a list, not {_kind(found)}")
    return found


def _number(value: Any, what: str) -> int:
    try:
        return int(as_text(value, what))
    except ValueError:
        raise Unresolved(f"{what} must be a whole number, not {value!r}") from None


def _name(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise Unresolved(f"{what} needs a name, not {_kind(value)}")
    return value


def _kind(value: Any) -> str:
    kinds = {dict: "a mapping", list: "a list", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), f"{value!r}" if value is not NO_VALUE else "AWS::NoValue")


def _bounded(text: str) -> str:
    if len(text) > LONGEST:
        raise Unresolved(f"a text has more than {LONGEST} characters")
    return text
