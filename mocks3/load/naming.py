"""Find the names of resources that a file is about but does not name, as get-bucket-acl prints no bucket.

The name is, in this order: the argument for its kind, such as ``bucket=``; the one resource of the kind that the other
files of the same folder name; the resource whose name the file's name contains, or the name of a folder above it; the
only resource of the kind in all files. Otherwise it is an error, which says what to give.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from mocks3.load.arns import managed_policy
from mocks3.load.cli_output import SHAPES
from mocks3.load.descriptions import (
    BucketDescription,
    Description,
    FilePlace,
    GroupDescription,
    HolderDescription,
    KmsKeyDescription,
    ManagedPolicyDescription,
    ObjectDescription,
    Options,
    OrganizationDescription,
    OrganizationPolicyDescription,
    PolicyAttachmentDescription,
    PrincipalDescription,
    RoleDescription,
    UserDescription,
    VpcEndpointDescription,
)
from mocks3.load.faults import LoadError
from mocks3.load.homes import folders

KINDS = {
    "bucket": "bucket",
    "key": "object",
    "user": "user",
    "role": "role",
    "group": "group",
    "policy": "managed policy",
    "kms_key": "KMS key",
    "vpc_endpoint": "VPC endpoint",
    "target": "root, unit or account",
    "organization_policy": "policy of the organization",
}
"""The arguments that name a resource, and how messages call it."""

_HOLDERS: dict[str, type[UserDescription | RoleDescription | GroupDescription]] = {
    "user": UserDescription,
    "role": RoleDescription,
    "group": GroupDescription,
}


class NamedResource(NamedTuple):
    """A resource that a file names: its kind and name, its description, and the file's folder."""

    kind: str
    name: str
    description: Description

    @property
    def folder(self) -> str:
        """The folder of the file that names it."""
        return next(folders(self.description.place.file))


class Names:
    """The resources that the files name."""

    def __init__(self, descriptions: Iterable[Description], options: Options) -> None:
        self._options = options
        self._known: dict[str, list[NamedResource]] = defaultdict(list)
        self._in_folder: dict[tuple[str, str], list[NamedResource]] = defaultdict(list)
        self._named: dict[tuple[str, str], list[NamedResource]] = defaultdict(list)
        for description in descriptions:
            for known in _names_in(description):
                self._known[known.kind].append(known)
                self._in_folder[known.kind, known.folder].append(known)
                self._named[known.kind, _last(known.name)].append(known)

    def complete(self, description: Description) -> Description:
        """Return the description with the name of what it is about.

        Raises:
            LoadError: The name cannot be found.
        """
        place = description.place
        if isinstance(description, HolderDescription):
            return self._held(description)
        if isinstance(description, BucketDescription) and description.name is None:
            return dataclasses.replace(description, name=self._find("bucket", place))
        if isinstance(description, ObjectDescription) and None in (description.bucket, description.key):
            return self._object(description)
        if isinstance(description, KmsKeyDescription) and description.id is None:
            found = self._known_one("kms_key", place)
            return self._like(description, found, "id", "account", "region")
        if isinstance(description, ManagedPolicyDescription) and description.name is None:
            found = self._known_one("policy", place)
            return self._like(description, found, "name", "account", "path")
        if isinstance(description, RoleDescription) and description.name is None:
            return self._like(description, self._known_one("role", place), "name", "account")
        if isinstance(description, VpcEndpointDescription) and description.id is None:
            return dataclasses.replace(description, id=self._find("vpc_endpoint", place))
        if isinstance(description, OrganizationDescription) and description.id is None:
            return dataclasses.replace(description, id=self._find("target", place))
        if isinstance(description, PolicyAttachmentDescription) and description.target is None:
            return dataclasses.replace(description, target=self._find("target", place))
        if isinstance(description, OrganizationPolicyDescription) and description.id is None:
            return dataclasses.replace(description, id=self._find("organization_policy", place))
        return description

    def _like(self, description: Any, found: NamedResource, *members: str) -> Description:
        """Return the description with the identity of a known resource."""
        same: dict[str, Any] = {member: getattr(found.description, member, None) for member in members}
        same[members[0]] = found.name
        completed: Description = dataclasses.replace(description, **same)
        return completed

    def _object(self, description: ObjectDescription) -> ObjectDescription:
        bucket = description.bucket
        if description.key is None:
            found = self._known_one("key", description.place)
            if bucket is None and isinstance(found.description, ObjectDescription):
                bucket = found.description.bucket
            description = dataclasses.replace(description, key=found.name)
        return dataclasses.replace(description, bucket=bucket or self._find("bucket", description.place))

    def _held(self, held: HolderDescription) -> Description:
        """Return the user, role or group of policies that do not name it."""
        kinds = [held.kind] if held.kind is not None else list(_HOLDERS)
        found = self._one_of(kinds, held.place)
        account = getattr(found.description, "account", None)
        kind = _HOLDERS[found.kind]
        said: dict[str, Any] = {"inline": held.inline, "attached": held.attached}
        if kind is UserDescription:
            said["groups"] = held.groups
        if kind is not GroupDescription and held.boundary_document is not None:
            said["boundary_document"] = held.boundary_document
        return kind(place=held.place, name=found.name, account=account, **said)

    def _find(self, kind: str, place: FilePlace) -> str:
        return self._known_one(kind, place).name

    def _known_one(self, kind: str, place: FilePlace) -> NamedResource:
        return self._one_of([kind], place)

    def _one_of(self, kinds: list[str], place: FilePlace) -> NamedResource:
        given = [kind for kind in kinds if kind in self._options.names]
        if len(given) > 1:
            raise LoadError(f"the file is about one of {' or '.join(given)}: give only one of them", place)
        if given:
            return self._given(given[0], place)
        for candidates in self._candidates(kinds, place):
            names = {(each.kind, each.name) for each in candidates}
            if len(names) == 1:
                return max(candidates, key=_says_most)
        known = {each.name for kind in kinds for each in self._known[kind]}
        raise self._open(kinds, place, sorted(known))

    def _candidates(self, kinds: list[str], place: FilePlace) -> Iterator[list[NamedResource]]:
        """Yield the resources that a file can be about, rule by rule."""
        folder, parts = next(folders(place.file)), _parts(place.file)
        near = [each for kind in kinds for each in self._in_folder[kind, folder]]
        yield [each for each in near if each.description.place.file != place.file]
        for part in parts:
            yield [each for kind in kinds for each in self._named[kind, part]]
        known = [each for kind in kinds for each in self._known[kind]]
        for part in parts:
            yield _in_part(known, part)
        yield known

    def _given(self, kind: str, place: FilePlace) -> NamedResource:
        name = self._options.names[kind]
        same = [each for each in self._named[kind, _last(name)] if each.name == name]
        return max(same, key=_says_most) if same else NamedResource(kind, name, Description(place=place))

    def _open(self, kinds: list[str], place: FilePlace, known: list[str]) -> LoadError:
        what = " or ".join(KINDS[kind] for kind in kinds)
        arguments = " or ".join(f"{kind}=" for kind in kinds)
        others = (
            f"; the files name {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}" if known else ""
        )
        return LoadError(
            f"the file does not say which {what} it is about{others}: give {arguments}, or put its name into the "
            "file's name",
            place,
        )


def _says_most(known: NamedResource) -> int:
    return sum(
        getattr(known.description, member, None) is not None for member in ("account", "path", "region")
    )


def _parts(file: str) -> list[str]:
    """Return the names of a file and of the folders above it, the innermost first.

    The command of the AWS CLI at the start of a file's name does not count, such as ``head-object`` in
    ``head-object-k.json``.
    """
    *above, name = file.replace("\\", "/").split("/")
    command = max((each for each in _commands() if name.startswith(each)), key=len, default="")
    return [unquote(part) for part in (name.removeprefix(command), *reversed(above)) if part]


@cache
def _commands() -> frozenset[str]:
    return frozenset(word.strip(",") for shape in SHAPES for word in shape.commands.split() if "-" in word)


def _in_part(known: list[NamedResource], part: str) -> list[NamedResource]:
    """Return the resources whose names are in a part of a path. The longest name wins."""
    found = [each for each in known if _contains(part, _last(each.name))]
    longest = max((len(each.name) for each in found), default=0)
    return [each for each in found if len(each.name) == longest]


def _contains(part: str, name: str) -> bool:
    pattern = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    return name in part and re.search(pattern, part) is not None


def _last(name: str) -> str:
    """Return the last part of an ARN, or the name itself."""
    return name.rpartition("/")[2] if name.startswith("arn:") else name


def _names_in(description: Description) -> list[NamedResource]:
    """Return the resources that a description names, also the managed policies that are attached to a principal."""
    named: list[tuple[str, str | None]] = []
    if isinstance(description, BucketDescription):
        named = [("bucket", description.name)]
    elif isinstance(description, ObjectDescription):
        named = [("bucket", description.bucket), ("key", description.key)]
    elif isinstance(description, PrincipalDescription | GroupDescription):
        named = [(kind, description.name) for kind, each in _HOLDERS.items() if isinstance(description, each)]
    elif isinstance(description, ManagedPolicyDescription):
        named = [("policy", description.name)]
    else:
        kind = _KINDS_BY_ID.get(type(description))
        named = [(kind, getattr(description, "id", None))] if kind is not None else []
    found = [NamedResource(kind, name, description) for kind, name in named if name is not None]
    return [*found, *_attached(description)]


_KINDS_BY_ID = {
    KmsKeyDescription: "kms_key",
    VpcEndpointDescription: "vpc_endpoint",
    OrganizationDescription: "target",
    OrganizationPolicyDescription: "organization_policy",
}


def _attached(description: Description) -> Iterator[NamedResource]:
    for arn in (*getattr(description, "attached", ()), getattr(description, "boundary", None)):
        account, path, name = managed_policy(arn)
        if name is not None:
            policy = ManagedPolicyDescription(place=description.place, account=account, name=name, path=path)
            yield NamedResource("policy", name, policy)
