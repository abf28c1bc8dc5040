"""Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`  (C-60 to C-67).

Rule 1: what a variable brings in is literal text. A `*` in a user's name is a character, never a wildcard (C-64).
Rule 2: a variable that has no value makes its whole text unresolvable; the text then matches nothing (C-65, C-66).
Rule 3: a 2008 document has no variables: its `${` are characters (C-6). The caller says so with `variables=False`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from .glob import Token, tokens

if TYPE_CHECKING:
    from .request import Request


class Variable(NamedTuple):
    """A place to be filled from the request's context. `key` is lower-case; an empty key never has a value."""

    key: str
    default: str | None = None


Part: TypeAlias = Token | Variable
Template: TypeAlias = tuple[Part, ...]

# The name, and perhaps a default in single quotes. A `${` that does not fit is a variable without a value (C-66).
_VARIABLE: Final = re.compile(r"\$\{([^{}',]*)(?:,\s*'([^']*)'\s*)?\}|\$\{")
_ESCAPES: Final = frozenset("*?$")


def template(text: str, *, variables: bool, wildcards: bool) -> Template:
    """Text of a policy as parts. Without `wildcards`, `*` and `?` stay text."""
    return tuple(_parts(text, variables, wildcards))


def split(
    values: tuple[str, ...], *, variables: bool, wildcards: bool
) -> tuple[list[tuple[Token, ...]], list[Template]]:
    """Values of a policy as those that are the same for every request, and those with variables in them."""
    fixed: list[tuple[Token, ...]] = []
    changing: list[Template] = []
    for value in values:
        parts = template(value, variables=variables, wildcards=wildcards)
        constant = tuple(part for part in parts if not isinstance(part, Variable))
        if len(constant) == len(parts):
            fixed.append(constant)
        else:
            changing.append(parts)
    return fixed, changing


def resolve(parts: Template, request: Request) -> tuple[Token, ...] | None:
    """The parts with every variable replaced by its value as literal text; None if one has no value."""
    resolved: list[Token] = []
    for part in parts:
        if isinstance(part, Variable):
            value = request.variable(part.key)
            if value is None:
                value = part.default
                if value is None:
                    return None
            resolved.append(value)
        else:
            resolved.append(part)
    return tuple(resolved)


def text_of(parts: tuple[Token, ...]) -> str:
    """The text of parts made without wildcards."""
    return "".join(part for part in parts if isinstance(part, str))


def variables_in(text: str) -> Iterator[Variable]:
    """The variables that `text` would have in a 2012 document, escapes left out; for the linter."""
    return (part for part in _parts(text, variables=True, wildcards=False) if isinstance(part, Variable))


def _parts(text: str, variables: bool, wildcards: bool) -> Iterator[Part]:
    place = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        yield from _plain(text[place : found.start()], wildcards)
        yield _variable(found)
        place = found.end()
    yield from _plain(text[place:], wildcards)


def _plain(text: str, wildcards: bool) -> tuple[Token, ...]:
    if wildcards:
        return tokens(text)
    return (text,) if text else ()


def _variable(found: re.Match[str]) -> Part:
    name, default = found[1], found[2]
    if name in _ESCAPES and default is None:
        return str(name)
    return Variable((name or "").strip().lower(), default)
