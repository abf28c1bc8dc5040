"""Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`  (C-60 to C-67).

Rule 1: the value of a variable is literal text. A `*` in a user's name is a character, never a wildcard (C-64).
Rule 2: if a variable has no value, its whole text cannot be resolved and matches nothing (C-65, C-66).
Rule 3: a document of 2008-10-17 has no variables: its `${` is literal (C-6). The caller then passes `variables=False`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from .glob import Token, Wildcard, tokens

if TYPE_CHECKING:
    from .request import Request


class Variable(NamedTuple):
    """A variable. Its value comes from the request context. `key` is lower-case; an empty key never has a value."""

    key: str
    default: str | None = None


Part: TypeAlias = Token | Variable
Template: TypeAlias = tuple[Part, ...]

# The name, and optionally a default in single quotes. A malformed `${` is a variable without a value (C-66).
_VARIABLE: Final = re.compile(r"\$\{([^{}',]*)(?:,\s*'([^']*)'\s*)?\}|\$\{")
_ESCAPES: Final = frozenset("*?$")
_SYMBOLS: Final[dict[Token, str]] = {Wildcard.ANY: "*", Wildcard.ONE: "?"}


def template(text: str, *, variables: bool, wildcards: bool) -> Template:
    """Return the parts of a text of a policy. Without `wildcards`, `*` and `?` are literal."""
    if not variables or "${" not in text:
        return _plain(text, wildcards)
    parts: list[Part] = []
    place = 0
    for found in _VARIABLE.finditer(text):
        start, end = found.span()
        if place < start:
            parts += _plain(text[place:start], wildcards)
        parts.append(_variable(found))
        place = end
    parts += _plain(text[place:], wildcards)
    return tuple(parts)


def split(
    values: tuple[str, ...], *, variables: bool, wildcards: bool
) -> tuple[list[tuple[Token, ...]], list[Template]]:
    """Split values of a policy into those without variables and those with variables."""
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
    """Return the parts with all variables replaced by their values as literal text, or None if one has no value."""
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


def expand(parts: Template, request: Request) -> str | None:
    """Return the text of parts with all variables replaced, for a reader: wildcards and literals look the same."""
    resolved = resolve(parts, request)
    return None if resolved is None else "".join(_SYMBOLS.get(part, "") or str(part) for part in resolved)


def text_of(parts: tuple[Token, ...]) -> str:
    """Return the text of parts without wildcards."""
    return "".join(part for part in parts if isinstance(part, str))


def variables_in(text: str) -> Iterator[Variable]:
    """Yield the variables that `text` has in a 2012-10-17 document, without escapes; for the linter."""
    return (part for part in map(_variable, _VARIABLE.finditer(text)) if isinstance(part, Variable))


def _plain(text: str, wildcards: bool) -> tuple[Token, ...]:
    if wildcards:
        return tokens(text)
    return (text,) if text else ()


def _variable(found: re.Match[str]) -> Part:
    name, default = found[1], found[2]
    if name in _ESCAPES and default is None:
        return str(name)
    return Variable((name or "").strip().lower(), default)
