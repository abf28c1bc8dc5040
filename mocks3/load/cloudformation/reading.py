"""Read all resources of a stack."""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.load.cloudformation.intrinsics import Unresolved
from mocks3.load.cloudformation.stack import HARMLESS, LOOPS, NESTED, SERVERLESS, Stack, TemplateResource
from mocks3.load.cloudformation.types import TYPES, Type, decides_nothing, why_not_read, words
from mocks3.load.descriptions import Description, FileContents
from mocks3.policy.reading import escaped

_SECTIONS = words(
    """
    AWSTemplateFormatVersion Conditions Description Globals Hooks Mappings Metadata Outputs Parameters Resources Rules
    Transform
    """
)
_MAPPINGS = words("Conditions Globals Mappings Outputs Parameters Resources Rules")
_ATTRIBUTES = words(
    """
    Condition CreationPolicy DeletionPolicy DependsOn Description Metadata Properties Type UpdatePolicy
    UpdateReplacePolicy
    """
)
"""What a resource can have ("Resource attribute reference"). Only Type, Condition and Properties decide something."""


def read_stack(stack: Stack) -> FileContents:
    """Return what the resources of a stack describe, those of its nested stacks included."""
    descriptions = list(_descriptions(stack))
    return FileContents(tuple(descriptions), tuple(dict.fromkeys(stack.unread)))


def _descriptions(stack: Stack) -> Iterator[Description]:
    _list_sections(stack)
    for resource in stack.resources.values():
        found: list[Description] = []
        try:
            if resource.exists():
                found.extend(_read(resource))
        except Unresolved as error:
            resource.not_read(error.reason)
        except RecursionError:
            resource.not_read("a value is nested too deep")
        yield from found


def _read(resource: TemplateResource) -> Iterator[Description]:
    for name in resource.body:
        if name not in _ATTRIBUTES:
            resource.not_read(f"a resource has no attribute {name!r}")
    known = TYPES.get(resource.type)
    if known is not None:
        _list_properties(resource, known)
        yield from known.read(resource)
    elif resource.type == NESTED:
        child = resource.stack.child(resource)
        yield from _descriptions(child)
        resource.stack.unread.extend(child.unread)
    elif not decides_nothing(resource.type):
        resource.not_read(why_not_read(resource.type))


def _list_properties(resource: TemplateResource, known: Type) -> None:
    for name in resource.properties:
        if name not in known.reads and name not in known.ignores:
            resource.not_read("mocks3 does not read this property", name)


def _list_sections(stack: Stack) -> None:
    for name in stack.sections:
        if name not in _SECTIONS:
            stack.not_read(name, "a template has no section of this name", f"/{name}")
        elif name in _MAPPINGS and not isinstance(stack.sections[name], dict | None):
            stack.not_read(name, "the section must be a mapping", f"/{name}")
    for name in stack.transforms:
        if name not in HARMLESS and name not in (LOOPS, SERVERLESS):
            stack.not_read(f"Transform {name}", "a macro runs code when the stack is deployed", "/Transform")
    for name in stack.section("Resources"):
        if name not in stack.resources:
            stack.not_read(
                f"resource {name}", "a resource must be a mapping with a Type", f"/Resources/{escaped(name)}"
            )
