"""Expand ``Fn::ForEach`` of the transform AWS::LanguageExtensions: it copies a part of a template for each value.

    "Fn::ForEach::Buckets": [Name, [red, green], {"Bucket${Name}": {...}}]

becomes two members, ``Bucketred`` and ``Bucketgreen``. Source: "Fn::ForEach" in the template reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mocks3.load.cloudformation.intrinsics import Unresolved

MOST_COPIES = 10_000
"""How many copies the loops of one template can make. CloudFormation allows 500 resources."""

_LOOP = "Fn::ForEach::"

Evaluate = Callable[[Any], Any]


class Loops:
    """Expands the loops of one template.

    Args:
        evaluate: Returns a value of the template with its functions evaluated.
    """

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._copies = 0

    def expand(self, value: Any) -> Any:
        """Return a part of a template with all loops in it expanded.

        Raises:
            Unresolved: A loop is malformed, or its values are not known.
        """
        if isinstance(value, list):
            return [self.expand(each) for each in value]
        if not isinstance(value, dict):
            return value
        found: dict[str, Any] = {}
        for key, inner in value.items():
            found |= self._loop(key, inner) if key.startswith(_LOOP) else {key: self.expand(inner)}
        return found

    def _loop(self, name: str, loop: Any) -> dict[str, Any]:
        if not (
            isinstance(loop, list)
            and len(loop) == 3
            and isinstance(loop[0], str)
            and isinstance(loop[2], dict)
        ):
            raise Unresolved(f"{name} needs a list of an identifier, a collection and a mapping")
        identifier, collection, body = loop
        values = self._evaluate(collection)
        if not isinstance(values, list) or not all(isinstance(each, str | int) for each in values):
            raise Unresolved(f"the collection of {name} must be a list of texts")
        found: dict[str, Any] = {}
        for each in values:
            self._copies += 1
            if self._copies > MOST_COPIES:
                raise Unresolved(f"the loops make more than {MOST_COPIES} copies")
            found |= self.expand(_replaced(body, identifier, str(each)))
        return found


def _replaced(value: Any, identifier: str, by: str) -> Any:
    """Replace ``${identifier}``, ``&{identifier}`` (letters and digits only) and ``Ref: identifier``."""
    if isinstance(value, str):
        alphanumeric = re.sub(r"[^A-Za-z0-9]", "", by)
        return value.replace("${" + identifier + "}", by).replace("&{" + identifier + "}", alphanumeric)
    if isinstance(value, list):
        return [_replaced(each, identifier, by) for each in value]
    if isinstance(value, dict):
        if value == {"Ref": identifier}:
            return by
        return {
            _replaced(key, identifier, by): _replaced(each, identifier, by) for key, each in value.items()
        }
    return value
