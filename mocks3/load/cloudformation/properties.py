"""Read properties of a resource with the type that CloudFormation wants. Values of other types are listed as unread."""

from __future__ import annotations

import json
from typing import Any

from mocks3.load.cloudformation.intrinsics import Unresolved, as_text
from mocks3.load.cloudformation.stack import TemplateResource


def text(resource: TemplateResource, *steps: str | int) -> str | None:
    """Return a text, or None if it is missing or not known."""
    found = resource.value(*steps)
    if found is None:
        return None
    try:
        return as_text(found, "it")
    except Unresolved as error:
        resource.not_read(error.reason, *steps)
        return None


def texts(resource: TemplateResource, *steps: str | int) -> tuple[str, ...]:
    """Return a list of texts. A text alone is a list of one. Items that are not known are listed as unread."""
    raw: Any = resource.properties
    for step in steps:
        raw = raw.get(step) if isinstance(raw, dict) else None
    if isinstance(raw, list):
        found = (text(resource, *steps, index) for index in range(len(raw)))
        return tuple(each for each in found if each is not None)
    value = resource.value(*steps)
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    if all(isinstance(each, str) for each in items):
        return tuple(items)
    resource.not_read("it must be a list of texts", *steps)
    return ()


def boolean(resource: TemplateResource, *steps: str | int) -> bool | None:
    """Return a boolean. CloudFormation takes the texts "true" and "false" for booleans too."""
    found = resource.value(*steps)
    if found is None or isinstance(found, bool):
        return found
    if isinstance(found, str) and found.lower() in ("true", "false"):
        return found.lower() == "true"
    resource.not_read(f"it must be true or false, not {found!r}", *steps)
    return None


def number(resource: TemplateResource, *steps: str | int) -> int | None:
    """Return a whole number. CloudFormation takes texts of digits for numbers too."""
    found = text(resource, *steps)
    if found is None:
        return None
    if found.isascii() and found.isdigit() and len(found) < 20:
        return int(found)
    resource.not_read(f"it must be a whole number, not {found!r}", *steps)
    return None


def mapping(resource: TemplateResource, *steps: str | int) -> dict[str, Any] | None:
    """Return a mapping, or None if it is missing or not known."""
    found = resource.value(*steps)
    if found is None or isinstance(found, dict):
        return found
    resource.not_read("it must be a mapping", *steps)
    return None


def document(resource: TemplateResource, *steps: str | int) -> dict[str, Any] | None:
    """Return a policy document: a mapping, or the JSON text of one."""
    value = found = resource.value(*steps)
    if isinstance(value, str):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            found = None
    if isinstance(found, dict):
        return found
    if value is not None:
        resource.not_read("it must be a policy document", *steps)
    return None


def tags(resource: TemplateResource) -> dict[str, str] | None:
    """Return the property Tags, a list of keys and values, as a mapping."""
    found = resource.value("Tags")
    if found is None:
        return None
    pairs = found if isinstance(found, list) else [found]
    try:
        return {as_text(each["Key"], "a key"): as_text(each["Value"], "a value") for each in pairs}
    except (Unresolved, KeyError, TypeError):
        resource.not_read("Tags must be a list of keys and values", "Tags")
        return None
