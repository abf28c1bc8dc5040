"""The documents that differ from a document in one thing.

The most important mutants come first: those that would be the worst in production, such as a Deny that is dropped.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from mocks3.policy.conditions import parse_operator
from mocks3.policy.elements import Quantifier
from mocks3.policy.glob import glob
from mocks3.policy.reading import escaped

Json: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Json], object]

_NEGATED: Final = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "NumericLessThan": "NumericGreaterThanEquals",
    "NumericLessThanEquals": "NumericGreaterThan",
    "DateEquals": "DateNotEquals",
    "DateLessThan": "DateGreaterThanEquals",
    "DateLessThanEquals": "DateGreaterThan",
    "IpAddress": "NotIpAddress",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}
_OPPOSITES: Final = _NEGATED | {negated: plain for plain, negated in _NEGATED.items()}
_TRUTHS: Final = {"true": "false", "false": "true"}


@dataclass(frozen=True)
class Mutant:
    """One change of a document.

    Args:
        kind: What kind of change it is, such as ``drop-statement``.
        statement: The number of the statement, from 0.
        pointer: The JSON pointer of what is changed.
        text: What is changed, as the rest of a sentence that begins with "no test notices if".
        weight: How telling it is: the higher, the more.
        change: Changes a statement in place.
    """

    kind: str
    statement: int
    pointer: str
    text: str
    weight: int
    change: Change

    def apply(self, document: Mapping[str, Any]) -> Json | None:
        """Return a copy of a document with the change; None if the document does not have what is changed."""
        changed: Json = copy.deepcopy(dict(document))
        statements = changed["Statement"]
        try:
            self.change(statements[self.statement] if isinstance(statements, list) else statements)
        except (KeyError, IndexError, TypeError, AttributeError):
            return None
        return changed


def mutants_of(document: Mapping[str, Any], actions: Collection[str] = ()) -> list[Mutant]:
    """Return the mutants of a document, the most important first, each different document once.

    Args:
        document: A valid document.
        actions: The names of all actions: a pattern is narrowed to one that it matches.
    """
    statements = document["Statement"]
    found: list[Mutant] = []
    for number, statement in enumerate(statements if isinstance(statements, list) else [statements]):
        pointer = f"/Statement/{number}" if isinstance(statements, list) else "/Statement"
        found += _Statement(number, pointer, statement, actions).mutants()
    found.sort(key=lambda each: -each.weight)
    known = {_key(document)}
    kept = []
    for mutant in found:
        changed = mutant.apply(document)
        key = None if changed is None else _key(changed)
        if key is not None and key not in known:
            known.add(key)
            kept.append(mutant)
    return kept


def _key(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True)


class _Statement:
    """The mutants of one statement."""

    def __init__(
        self, number: int, pointer: str, written: Mapping[str, Any], actions: Collection[str]
    ) -> None:
        self._known = actions
        self._number = number
        self._pointer = pointer
        self._written = written
        self._denies = written["Effect"] == "Deny"
        self._name = f"'{written['Sid']}'" if written.get("Sid") else f"statement {number + 1}"

    def mutants(self) -> Iterator[Mutant]:
        yield self._mutant(
            "drop-statement", "", f"{self._name} is dropped", 100 if self._denies else 80, _drop
        )
        yield from self._effect()
        yield from self._list("Action", 55)
        yield from self._list("Resource", 55)
        yield from self._actions()
        yield from self._resources()
        yield from self._principals()
        yield from self._conditions()

    def _mutant(self, kind: str, inside: str, text: str, weight: int, change: Change) -> Mutant:
        return Mutant(kind, self._number, self._pointer + inside, text, weight, change)

    def _effect(self) -> Iterator[Mutant]:
        other = "Allow" if self._denies else "Deny"
        yield self._mutant(
            "flip-effect",
            "/Effect",
            f"the effect of {self._name} is {other} instead of {self._written['Effect']}",
            70 if self._denies else 60,
            lambda statement: statement.update(Effect=other),
        )

    def _element(self, element: str) -> tuple[str, list[str]]:
        """Return the name of an element as it is written, and its values."""
        name = element if element in self._written else f"Not{element}"
        given = self._written.get(name, [])
        return name, [given] if isinstance(given, str) else list(given)

    def _list(self, element: str, weight: int) -> Iterator[Mutant]:
        """Drop one entry of a list."""
        name, values = self._element(element)
        for place, value in enumerate(values if len(values) > 1 else ()):
            yield self._mutant(
                f"drop-{element.lower()}",
                f"/{name}/{place}",
                f"{name} of {self._name} does not list {value}",
                weight,
                _dropping(name, place),
            )

    def _replacing(
        self, kind: str, element: str, place: int, value: str, new: str | None, weight: int
    ) -> Iterator[Mutant]:
        if new is None or new == value:
            return
        name, _ = self._element(element)
        single = isinstance(self._written[name], str)
        yield self._mutant(
            kind,
            f"/{name}" if single else f"/{name}/{place}",
            f"{name} of {self._name} has {new} instead of {value}",
            weight,
            _setting(name, None if single else place, new),
        )

    def _actions(self) -> Iterator[Mutant]:
        for place, value in enumerate(self._element("Action")[1]):
            service = value.partition(":")[0]
            yield from self._replacing("widen-action", "Action", place, value, f"{service}:*", 50)
            yield from self._replacing("narrow-action", "Action", place, value, self._narrower(value), 30)

    def _narrower(self, action: str) -> str | None:
        """Return a narrower action: of all actions of a service those that read, of a pattern one that it matches."""
        if action.endswith(":*"):
            return f"{action[:-1]}Get*"
        test = glob(action.lower())
        matching = [each for each in self._known if test(each.lower())] if "*" in action else []
        return min(matching, key=lambda each: (len(each), each), default=None)

    def _resources(self) -> Iterator[Mutant]:
        for place, value in enumerate(self._element("Resource")[1]):
            for new in _wider(value, whole="Principal" not in self._written):
                yield from self._replacing("widen-resource", "Resource", place, value, new, 65)
            narrow = f"{value[:-1]}narrower/*" if value.endswith("/*") else None
            yield from self._replacing("narrow-resource", "Resource", place, value, narrow, 30)

    def _principals(self) -> Iterator[Mutant]:
        name = "Principal" if "Principal" in self._written else "NotPrincipal"
        given = self._written.get(name)
        if not isinstance(given, dict):
            return
        if name == "Principal" and given != {"AWS": "*"} and given.get("AWS") != ["*"]:
            yield self._mutant(
                "widen-principal",
                f"/{name}",
                f"the Principal of {self._name} is *",
                60 if self._denies else 85,
                _setting(name, None, "*"),
            )
        listed = [
            (kind, place, value)
            for kind, values in given.items()
            for place, value in enumerate([values] if isinstance(values, str) else values)
        ]
        for kind, place, value in listed if len(listed) > 1 else ():
            single = isinstance(given[kind], str)
            yield self._mutant(
                "drop-principal",
                f"/{name}/{kind}" if single else f"/{name}/{kind}/{place}",
                f"{name} of {self._name} does not list {value}",
                62,
                _inside(name, _without(kind) if single else _dropping(kind, place)),
            )

    def _conditions(self) -> Iterator[Mutant]:
        for operator, keys in self._written.get("Condition", {}).items():
            for key, values in keys.items():
                yield from self._condition(operator, key, values)

    def _condition(self, operator: str, key: str, values: Any) -> Iterator[Mutant]:
        inside = f"/Condition/{escaped(operator)}/{escaped(key)}"
        yield self._mutant(
            "drop-condition",
            inside,
            f"the condition {operator} {key} of {self._name} is dropped",
            90,
            _renaming(operator, key, None),
        )
        for kind, new, weight in _other_operators(operator):
            if key in self._written["Condition"].get(new, {}):
                continue
            yield self._mutant(
                kind,
                inside,
                f"the condition {operator} {key} of {self._name} is {new}",
                weight,
                _renaming(operator, key, new),
            )
        texts = [values] if isinstance(values, (str, bool, int, float)) else list(values)
        if len(texts) == 1 and str(texts[0]).lower() in _TRUTHS:
            other = _TRUTHS[str(texts[0]).lower()]
            yield self._mutant(
                "flip-value",
                inside,
                f"the condition {operator} {key} of {self._name} is {other}",
                58,
                lambda statement: statement["Condition"][operator].update({key: other}),
            )
        for place, value in enumerate(texts if len(texts) > 1 else ()):
            yield self._mutant(
                "drop-value",
                f"{inside}/{place}",
                f"the condition {operator} {key} of {self._name} does not list {value}",
                40,
                _inside("Condition", _inside(operator, _dropping(key, place))),
            )


def _other_operators(operator: str) -> Iterator[tuple[str, str, int]]:
    """Yield the operators that differ from an operator in one thing, each with its kind and weight."""
    name = parse_operator(operator)
    if name is None:
        return
    prefix = f"{name.quantifier}:" if name.quantifier else ""
    suffix = "IfExists" if name.if_exists else ""
    if name.base in _OPPOSITES:
        yield "flip-operator", f"{prefix}{_OPPOSITES[name.base]}{suffix}", 58
    if name.if_exists:
        yield "drop-if-exists", f"{prefix}{name.base}", 45
    if name.quantifier is not None:
        others = {
            Quantifier.FOR_ALL_VALUES: Quantifier.FOR_ANY_VALUE,
            Quantifier.FOR_ANY_VALUE: Quantifier.FOR_ALL_VALUES,
        }
        yield "flip-quantifier", f"{others[name.quantifier]}:{name.base}{suffix}", 45


def _wider(resource: str, *, whole: bool) -> Iterator[str]:
    """Yield wider patterns of a resource: one level up; and for an identity policy (``whole``) every resource."""
    head, slash, tail = resource.rpartition("/")
    if slash and tail != "*":
        yield f"{head}/*"
    elif "/" in head:
        yield f"{head.rpartition('/')[0]}/*"
    if whole and resource != "*":
        yield "*"


def _drop(statement: Json) -> None:
    """Make a statement match nothing."""
    principal = {"Principal": "*"} if "Principal" in statement or "NotPrincipal" in statement else {}
    sid = {"Sid": statement["Sid"]} if "Sid" in statement else {}
    statement.clear()
    statement.update(sid, Effect="Deny", **principal, Action=[], Resource="*")


def _dropping(name: str, place: int) -> Change:
    def change(holder: Json) -> None:
        holder[name] = [value for number, value in enumerate(holder[name]) if number != place]

    return change


def _without(name: str) -> Change:
    return lambda holder: holder.pop(name)


def _setting(name: str, place: int | None, value: str) -> Change:
    def change(holder: Json) -> None:
        if place is None:
            holder[name] = value
        else:
            holder[name] = [value if number == place else each for number, each in enumerate(holder[name])]

    return change


def _inside(name: str, change: Change) -> Change:
    return lambda holder: change(holder[name])


def _renaming(operator: str, key: str, new: str | None) -> Change:
    """Return the change of the operator of a condition; None drops the condition."""

    def change(statement: Json) -> None:
        conditions = statement["Condition"]
        values = conditions[operator].pop(key)
        if not conditions[operator]:
            del conditions[operator]
        if new is not None:
            conditions.setdefault(new, {})[key] = values
        if not conditions:
            del statement["Condition"]

    return change
