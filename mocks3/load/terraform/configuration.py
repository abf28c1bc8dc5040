"""Read the configuration in a plan: which resources an expression refers to, and the settings of providers.

Rule: a plan has the references of an expression, not the expression itself. ``"${aws_s3_bucket.logs.arn}/*"`` and
``aws_s3_bucket.logs.arn`` look the same. Who uses a reference as a value must know that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mocks3.load.descriptions import Json

_KEY = r'\[(?P<key>"(?:[^"\\]|\\.)*"|\d+)\]'
_RESOURCE = re.compile(
    rf"(?P<data>data\.)?(?P<type>[a-zA-Z_][\w-]*)\.(?P<name>[\w-]+)(?:{_KEY})?(?:\.(?P<attribute>\w+))?(?P<rest>.*)"
)
_OUTPUT = re.compile(rf"module\.(?P<name>[\w-]+)(?:{_KEY})?(?:\.(?P<output>[\w-]+))?.*")
_STEP = re.compile(rf"module\.(?P<name>[\w-]+)(?:{_KEY})?")
_OTHER = ("var", "local", "each", "count", "path", "terraform", "self", "ephemeral")
_DEEPEST = 64


class ReferencedAttribute(NamedTuple):
    """An attribute of a resource that an expression refers to. ``key`` None: all instances; ``module`` has keys."""

    module: str
    mode: str
    type: str
    name: str
    key: str | int | None
    attribute: str

    def __str__(self) -> str:
        data = "data." if self.mode == "data" else ""
        key = "" if self.key is None else f"[{self.key!r}]".replace("'", '"')
        return ".".join(filter(None, (self.module, f"{data}{self.type}.{self.name}{key}", self.attribute)))


class Configuration:
    """The member ``configuration`` of a plan. A state has none."""

    def __init__(self, document: Json) -> None:
        self._root = _inner(document, "configuration")
        self._variables = _inner(document, "variables")

    def resource(self, module: str, mode: str, kind: str, name: str) -> Json:
        """Return the configuration of a resource, or an empty one."""
        listed = self._module(module).get("resources")
        for each in listed if isinstance(listed, list) else ():
            if not isinstance(each, Mapping) or (each.get("type"), each.get("name")) != (kind, name):
                continue
            if (each.get("mode") == "data") == (mode == "data"):
                return each
        return {}

    def provider(self, key: str) -> Json:
        """Return the expressions of a provider's configuration by its key, such as ``aws.replica``."""
        return _inner(_inner(_inner(self._root, "provider_config"), key), "expressions")

    def constant(self, expression: object) -> Any:
        """Return the value of an expression that is a constant or a variable of the root module, or None."""
        if not isinstance(expression, Mapping):
            return None
        if "constant_value" in expression:
            return expression["constant_value"]
        references = expression.get("references")
        if isinstance(references, list) and len(references) == 1 and isinstance(references[0], str):
            kind, _, name = references[0].partition(".")
            return _inner(self._variables, name).get("value") if kind == "var" else None
        return None

    def targets(
        self, references: tuple[str, ...], module: str
    ) -> tuple[list[ReferencedAttribute], list[str]]:
        """Return the attributes of resources behind references, and the references behind which there is none.

        References to variables of a module and to outputs of modules are followed.
        """
        found: dict[ReferencedAttribute, None] = {}
        others: dict[str, None] = {}
        for each in self._followed(references, module, _DEEPEST):
            (found if isinstance(each, ReferencedAttribute) else others)[each] = None  # type: ignore[index]
        return list(found), list(others)

    def _followed(
        self, references: tuple[str, ...], module: str, depth: int
    ) -> Iterator[ReferencedAttribute | str]:
        for reference in longest(references) if depth else ():
            kind, _, rest = reference.partition(".")
            if kind == "var":
                yield from self._variable(rest, module, depth, reference)
            elif kind == "module":
                yield from self._output(reference, module, depth)
            elif kind in _OTHER or (target := _target(reference, module)) is None:
                yield reference
            else:
                yield target

    def _variable(
        self, name: str, module: str, depth: int, reference: str
    ) -> Iterator[ReferencedAttribute | str]:
        parent, step = _split(module)
        call = self._call(parent, step) if step else {}
        expression = _inner(call, "expressions").get(re.split(r"[.\[]", name)[0])
        inner = _references(expression)
        if inner:
            yield from self._followed(inner, parent, depth - 1)
        elif step and expression is None and not call:
            yield reference

    def _output(self, reference: str, module: str, depth: int) -> Iterator[ReferencedAttribute | str]:
        named = _OUTPUT.fullmatch(reference)
        if named is None or named["output"] is None:
            yield reference
            return
        key = f"[{named['key']}]" if named["key"] else ""
        inside = ".".join(filter(None, (module, f"module.{named['name']}{key}")))
        outputs = _inner(_inner(self._call(module, f"module.{named['name']}"), "module"), "outputs")
        inner = _references(_inner(outputs, named["output"]).get("expression"))
        if inner:
            yield from self._followed(inner, inside, depth - 1)
        else:
            yield reference

    def _module(self, address: str) -> Json:
        module = _inner(self._root, "root_module")
        for step in _STEP.finditer(address):
            module = _inner(_inner(_inner(module, "module_calls"), step["name"]), "module")
        return module

    def _call(self, module: str, step: str) -> Json:
        named = _STEP.match(step)
        return _inner(_inner(self._module(module), "module_calls"), named["name"]) if named else {}


def longest(references: tuple[str, ...]) -> list[str]:
    """Return the references without their shorter forms: Terraform prints ``a.b.id`` and then ``a.b``."""
    kept: list[str] = []
    for each in references:
        if not (kept and _is_prefix(each, kept[-1])):
            kept.append(each)
    return list(dict.fromkeys(kept))


def matching_block(expressions: object, number: int, value: object, count: int) -> object:
    """Return the expressions of one item of a list: of its block, or of the whole list.

    The blocks of a set have no order. Then a block is found by its constant values, such as ``type = "AWS"``.
    """
    if not isinstance(expressions, list):
        return expressions
    agreeing = [each for each in expressions if _agrees(each, value)] or expressions
    if len(agreeing) == 1:
        return agreeing[0]
    if len(expressions) == count and number < count and expressions[number] in agreeing:
        return expressions[number]
    return expressions


def inside(expressions: object, name: str) -> object:
    """Return the expressions of an attribute or nested block: of one block, or of all blocks of a list."""
    if isinstance(expressions, list):
        return [each[name] for each in expressions if isinstance(each, Mapping) and name in each]
    return expressions.get(name) if isinstance(expressions, Mapping) else None


def _agrees(block: object, value: object) -> bool:
    if not isinstance(block, Mapping) or not isinstance(value, Mapping):
        return True
    return all(
        not isinstance(each, Mapping)
        or "constant_value" not in each
        or _equal(each["constant_value"], value.get(name))
        for name, each in block.items()
    )


def _equal(constant: object, value: object) -> bool:
    if isinstance(constant, list) and isinstance(value, list):
        return sorted(map(str, constant)) == sorted(map(str, value))
    return constant == value


def _is_prefix(short: str, reference: str) -> bool:
    """Return whether a reference is another one without its last steps, or without the key of its instance."""
    return reference.startswith((f"{short}.", f"{short}["))


def _target(reference: str, module: str) -> ReferencedAttribute | None:
    named = _RESOURCE.fullmatch(reference)
    if named is None:
        return None
    key: str | int | None = None
    if named["key"]:
        key = named["key"][1:-1].replace('\\"', '"') if named["key"][0] == '"' else int(named["key"])
    mode = "data" if named["data"] else "managed"
    return ReferencedAttribute(module, mode, named["type"], named["name"], key, named["attribute"] or "")


def _split(module: str) -> tuple[str, str]:
    steps = [step[0] for step in _STEP.finditer(module)]
    return (".".join(steps[:-1]), steps[-1]) if steps else ("", "")


def _references(expression: object) -> tuple[str, ...]:
    listed = expression.get("references") if isinstance(expression, Mapping) else None
    return tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()


def _inner(value: object, name: str) -> Json:
    inner = value.get(name) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}
