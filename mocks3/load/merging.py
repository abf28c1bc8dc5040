"""Merge what several files say about one resource.

Rule: files add to each other. Two files that say different things about the same member are an error, which names both
places.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mocks3.load.descriptions import (
    AccessPointDescription,
    BucketDescription,
    Description,
    FilePlace,
    GrantDescription,
    KmsKeyDescription,
    ObjectDescription,
    PolicyAttachmentDescription,
)
from mocks3.load.faults import LoadError, located

D = TypeVar("D", bound=Description)


@dataclass(frozen=True)
class Merged(Generic[D]):
    """Everything that the files say about one resource, and the place that says each member.

    The place of one document of several, such as an inline policy, is at ``inline/NAME``.
    """

    said: D
    places: Mapping[str, FilePlace]

    def place(self, member: str, name: str | None = None) -> FilePlace:
        """Return the place that says a member."""
        key = member if name is None else f"{member}/{name}"
        return self.places.get(key, self.said.place)


class Descriptions:
    """All descriptions of a load, merged by resource."""

    def __init__(self, descriptions: Iterable[Description]) -> None:
        self._merged: dict[tuple[Any, ...], Merged[Any]] = {}
        for number, each in enumerate(descriptions):
            identity = (type(each), *(_identity(each) or (number,)))
            known = self._merged.get(identity)
            self._merged[identity] = _first(each) if known is None else _merge(known, each)

    def of(self, kind: type[D]) -> list[Merged[D]]:
        """Return the resources of one kind, in the order in which the files name them."""
        return [each for each in self._merged.values() if type(each.said) is kind]


def _identity(each: Any) -> tuple[Any, ...] | None:
    """Return what tells resources of one kind apart; None if each description is a resource of its own."""
    if isinstance(each, GrantDescription):
        return None
    if isinstance(each, BucketDescription):
        return (each.name,)
    if isinstance(each, ObjectDescription):
        return (each.bucket, each.key)
    if isinstance(each, KmsKeyDescription):
        return (key_id(each.id or ""),)
    if isinstance(each, AccessPointDescription):
        return (each.account, each.name)
    if isinstance(each, PolicyAttachmentDescription):
        return (each.target, each.kind)
    if hasattr(each, "id"):
        return (each.id,)
    return (each.account, each.name.lower())


def key_id(name: str) -> str:
    """Return the id in the ARN of a KMS key, or the name itself."""
    return name.rpartition(":key/")[2]


def _first(each: D) -> Merged[D]:
    return Merged(each, _places(each))


def _places(each: Description) -> dict[str, FilePlace]:
    places: dict[str, FilePlace] = {}
    for member in dataclasses.fields(each):
        value = getattr(each, member.name)
        if value is not None and member.name != "place":
            places[member.name] = each.place
            if isinstance(value, Mapping):
                places |= {f"{member.name}/{name}": each.place for name in value}
    return places


def _merge(known: Merged[D], more: D) -> Merged[D]:
    changes: dict[str, Any] = {}
    for member in dataclasses.fields(more):
        name = member.name
        new, old = getattr(more, name), getattr(known.said, name)
        if name == "place" or new is None or new == old:
            continue
        if isinstance(new, tuple) and isinstance(old, tuple):
            changes[name] = tuple(dict.fromkeys((*old, *new)))
        elif name in ("inline", "settings", "versions", "tags", "parameters") and old is not None:
            for key in new.keys() & old.keys():
                if new[key] != old[key]:
                    raise _contradiction(f"{name} {key!r}", known, more, known.place(name, key))
            changes[name] = {**old, **new}
        elif old is None:
            changes[name] = new
        elif name == "id":  # an ARN says more than an id
            changes[name] = max(old, new, key=len)
        elif name != "name":
            raise _contradiction(name, known, more, known.place(name))
    said = dataclasses.replace(known.said, **changes)
    return Merged(said, {**_places(more), **known.places})


def _contradiction(what: str, known: Merged[Any], more: Description, place: FilePlace) -> LoadError:
    called = getattr(more, "name", None) or getattr(more, "key", None) or getattr(more, "id", None)
    return LoadError(f"the {what} of {called} is another one than in {located(place)}", more.place)
