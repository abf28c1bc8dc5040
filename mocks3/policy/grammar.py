"""Parse the JSON of a policy to statements, or raise its first error (V-10).

Rule 1: this module checks the rules for all kinds of policies. `kinds` checks the rules for one kind (is a Principal
required?). The service checks its own rules (which actions exist?).
Rule 2: the order of checks in a statement is Effect, Principal, Action, Resource, Condition (V-50). The first error is
raised.
Rule 3: unknown members are rejected: a misspelled Condition would otherwise never be enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, NoReturn

from .conditions import parse_operator
from .elements import Condition, Effect, Negatable, PrincipalElement, Statement
from .errors import PolicySyntaxError
from .principals import aws_form
from .reading import escaped

VERSIONS: Final = ("2008-10-17", "2012-10-17")
_DOCUMENT_MEMBERS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_MEMBERS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_PRINCIPAL_MEMBERS: Final = (
    "AWS",
    "CanonicalUser",
    "Service",
    "Federated",
)  # as the fields of PrincipalElement
_EFFECTS: Final = {effect.value: effect for effect in Effect}
_ABSENT: Final = object()


def _refuse(reason: str, detail: str, pointer: str) -> NoReturn:
    raise PolicySyntaxError(reason, detail, pointer)


def parse_version(document: dict[str, object]) -> str:
    """Return the document's Version. If it is missing, it is 2008-10-17 (V-10). Raises PolicySyntaxError."""
    version = document.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        _refuse("bad-version", f"Version must be {' or '.join(VERSIONS)}, not {version!r}", "/Version")
    return str(version)


def parse_statements(document: object) -> tuple[Statement, ...]:
    """Return the statements of a document. Raises PolicySyntaxError with a pointer, without line and column."""
    if not isinstance(document, dict):
        _refuse("not-an-object", "A policy must be an object", "")
    _known_members(document, _DOCUMENT_MEMBERS, "")
    parse_version(document)
    if "Statement" not in document:
        _refuse("missing-statement", "Missing Statement", "")
    if not isinstance(document.get("Id", ""), str):
        _refuse("bad-id", "Id must be a string", "/Id")
    statements = document["Statement"]
    if isinstance(statements, dict):
        return (_statement(statements, 0, "/Statement"),)
    if not isinstance(statements, list):
        _refuse("bad-statement", "Statement must be an object or a list of objects", "/Statement")
    if not statements:
        _refuse("empty-statement", "Statement is empty", "/Statement")
    return tuple(_statement(value, index, f"/Statement/{index}") for index, value in enumerate(statements))


def _statement(value: object, index: int, pointer: str) -> Statement:
    if not isinstance(value, dict):
        _refuse("bad-statement", "A statement must be an object", pointer)
    _known_members(value, _STATEMENT_MEMBERS, pointer)
    sid = value.get("Sid")
    if "Sid" in value and not isinstance(sid, str):
        _refuse("bad-sid", "Sid must be a string", f"{pointer}/Sid")
    effect = _effect(value, pointer)
    negations: set[Negatable] = set()
    principal = _principal(value, effect, pointer, negations)
    actions = _texts(value, "Action", pointer, negations)
    if actions is None:
        _refuse("missing-action", "Missing Action or NotAction", pointer)
    resources = _texts(value, "Resource", pointer, negations)
    conditions = tuple(_conditions(value.get("Condition", {}), f"{pointer}/Condition"))
    return Statement(
        index, pointer, sid, effect, principal, actions, resources, conditions, frozenset(negations)
    )


def _known_members(value: dict[str, object], known: frozenset[str], pointer: str) -> None:
    for name in value:
        if name not in known:
            _refuse("unknown-member", f"Unknown member {name!r}", f"{pointer}/{escaped(name)}")


def _effect(value: dict[str, Any], pointer: str) -> Effect:
    if "Effect" not in value:
        _refuse("missing-effect", "Missing Effect", pointer)
    written = value["Effect"]
    effect = _EFFECTS.get(written) if isinstance(written, str) else None
    if effect is None:
        _refuse("bad-effect", f"Effect must be Allow or Deny, not {written!r}", f"{pointer}/Effect")
    return effect


def _written_form(
    value: dict[str, object], element: Negatable, pointer: str, negations: set[Negatable]
) -> str | None:
    """Return the name of the member with an element: `Action` or `NotAction`. None if both are missing."""
    negation = f"Not{element}"
    if negation not in value:
        return element if element in value else None
    if element in value:
        _refuse("both-forms", f"{element} and {negation} in one statement", f"{pointer}/{negation}")
    negations.add(element)
    return negation


def _texts(
    value: dict[str, object], element: Negatable, pointer: str, negations: set[Negatable]
) -> tuple[str, ...] | None:
    """Return the texts of a scalar or a list (V-10). None of them may be empty."""
    form = _written_form(value, element, pointer, negations)
    if form is None:
        return None
    written = value[form]
    texts = tuple(written) if isinstance(written, list) else (written,)
    for index, text in enumerate(texts):
        if not isinstance(text, str) or not text:
            place = f"{pointer}/{form}/{index}" if isinstance(written, list) else f"{pointer}/{form}"
            detail = f"{form} must be a non-empty string, not {text!r}"
            _refuse(f"bad-{element.lower()}", detail, place)
    return texts


def _items(value: object, pointer: str) -> Iterator[tuple[Any, str]]:
    """Yield the items of a list, or a scalar as the only item, with their pointers (V-10: a list may be a scalar)."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield item, f"{pointer}/{index}"
    else:
        yield value, pointer


def _principal(
    value: dict[str, object], effect: Effect, pointer: str, negations: set[Negatable]
) -> PrincipalElement | None:
    form = _written_form(value, "Principal", pointer, negations)
    if form is None:
        return None
    place, written = f"{pointer}/{form}", value[form]
    if "Principal" in negations and effect is Effect.ALLOW:
        _refuse("not-principal-with-allow", "NotPrincipal is allowed only with Deny", place)
    if written == "*":
        return PrincipalElement(everyone=True)
    if written in ("", [], {}, None):
        _refuse("empty-principal", f"{form} is empty", place)
    if not isinstance(written, dict):
        _refuse("bad-principal", f'{form} must be "*" or an object, not {written!r}', place)
    for name in written:
        if name not in _PRINCIPAL_MEMBERS:
            _refuse("bad-principal", f"No kind of principal is called {name!r}", f"{place}/{escaped(name)}")
    return PrincipalElement(False, *(tuple(_principals(written, name, place)) for name in _PRINCIPAL_MEMBERS))


def _principals(written: dict[str, object], name: str, pointer: str) -> Iterator[str]:
    value = written.get(name, _ABSENT)
    if value == []:
        _refuse("bad-principal", f"{name} is empty", f"{pointer}/{name}")
    for text, place in _items([] if value is _ABSENT else value, f"{pointer}/{name}"):
        if not isinstance(text, str) or not text or not _PRINCIPAL_CHECKS[name](text):
            _refuse("bad-principal", f"Not a principal: {text!r}", place)
        yield text


def _is_aws(text: str) -> bool:
    try:
        aws_form(text)
    except ValueError:
        return False
    return True


_PRINCIPAL_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "AWS": _is_aws,
    "CanonicalUser": lambda text: "*" not in text,
    "Service": lambda text: "*" not in text,  # PE-9
    "Federated": lambda text: True,
}


def _conditions(block: object, pointer: str) -> Iterator[Condition]:
    if not isinstance(block, dict):
        _refuse("bad-condition", "Condition must be an object", pointer)
    for operator, keys in block.items():
        place = f"{pointer}/{escaped(operator)}"
        name = parse_operator(operator)
        if name is None:
            _refuse("unknown-operator", f"No condition operator is called {operator!r}", place)
        if not isinstance(keys, dict):
            _refuse("bad-condition", "A condition operator must be an object of keys", place)
        for key, values in keys.items():
            at = f"{place}/{escaped(key)}"
            texts = tuple(_value(item, inner) for item, inner in _items(values, at))
            yield Condition(operator, key, texts, name.base, name.quantifier, name.if_exists, at)


def _value(value: object, pointer: str) -> str:
    """Return a condition value as text. Numbers and booleans are allowed without quotes (V-10)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    _refuse("bad-condition-value", f"Not a condition value: {value!r}", pointer)
