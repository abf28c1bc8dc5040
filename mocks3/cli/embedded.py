"""Find the policies in templates, in plans and states of Terraform, and in CLI output with several policies.

Rule: the readers of :mod:`mocks3.load` find the policies. Nothing here knows a format, except the names of the
properties that contain documents, which say where in a resource a finding is.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from mocks3.cli.files import PolicyFile
from mocks3.cli.terraform_source import TerraformSource
from mocks3.load import cli_output, cloudformation, terraform
from mocks3.load.descriptions import (
    AccessPointDescription,
    BucketDescription,
    Description,
    FileContents,
    Json,
    KmsKeyDescription,
    ManagedPolicyDescription,
    Options,
    OrganizationPolicyDescription,
    RoleDescription,
    Unread,
    VpcEndpointDescription,
)
from mocks3.policy import PolicyKind
from mocks3.policy.reading import unescaped

_TRUST = ("Properties/AssumeRolePolicyDocument", "assume_role_policy", "AssumeRolePolicyDocument")
_DOCUMENT = (
    "Properties/PolicyDocument",
    "Properties/Policy",
    "Properties/KeyPolicy",
    "Properties/Content",
    "policy",
    "content",
    "PolicyDocument",
    "Content",
    "PolicySummary/Content",
)
_OF_SEVERAL = ("VpcEndpoints", "UserDetailList", "GroupDetailList", "RoleDetailList")
"""Members of CLI output that contains several policies."""
_WITH_POLICY = (AccessPointDescription, BucketDescription, KmsKeyDescription)
_ORGANIZATION_KINDS = {"SERVICE_CONTROL_POLICY": PolicyKind.SCP, "RESOURCE_CONTROL_POLICY": PolicyKind.RCP}


class Embedded(NamedTuple):
    """A policy in another document. ``of_bucket`` is True for a bucket policy."""

    file: PolicyFile
    kind: PolicyKind
    of_bucket: bool


def is_infrastructure(value: object) -> bool:
    """Return whether a value is a template, what Terraform prints, or CLI output with policies in several places."""
    return cloudformation.is_template(value) or terraform.is_terraform(value) or _is_cli_output(value)


def _is_cli_output(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    policy = value.get("Policy")
    has_several = any(isinstance(value.get(name), list) for name in _OF_SEVERAL)
    return has_several or (isinstance(policy, Mapping) and "Content" in policy)


def policies(value: Json, text: str, path: Path) -> tuple[list[Embedded], tuple[Unread, ...]]:
    """Return the policies in a template, plan or state, and what its reader did not understand.

    A parameter of a template without a default gets a value, because a template is checked before it is deployed.

    Raises:
        Mocks3Error: The document cannot be read.
    """
    if _is_cli_output(value):
        reading = cli_output.read(value, text, str(path), Options())
    elif terraform.is_terraform(value):
        reading = terraform.read(value, text, str(path), Options())
    else:
        options = Options(values=_samples(value), documents={str(path): value})
        reading = cloudformation.read(value, text, str(path), options)
    return list(_found(reading, value, text, path)), reading.unread


def _samples(template: Json) -> dict[str, Any]:
    parameters = template.get("Parameters")
    return {
        name: _sample(name, declared)
        for name, declared in (parameters.items() if isinstance(parameters, Mapping) else ())
        if isinstance(declared, Mapping) and "Default" not in declared
    }


def _sample(name: str, declared: Json) -> Any:
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list) and allowed:
        return allowed[0]
    if "Number" in str(declared.get("Type")):
        return str(declared.get("MinValue", 1))
    return name.lower()


def _found(reading: FileContents, value: Json, text: str, path: Path) -> Iterator[Embedded]:
    seen: set[str] = set()
    source = TerraformSource(path.parent) if terraform.is_terraform(value) else None
    for description in reading.descriptions:
        for document, kind, names in _documents(description):
            pointer = _pointer(value, description.place.pointer, names)
            is_text = isinstance(_at(value, pointer), str)
            file = PolicyFile(path, text, json.dumps(document), pointer, embedded=is_text)
            if source is not None:
                origin = partial(source.place, _resource(value, description.place.pointer), document)
                file = dataclasses.replace(file, origin=origin)
            key = f"{pointer} {file.text}"
            if key not in seen:
                seen.add(key)
                yield Embedded(file, kind, isinstance(description, BucketDescription))


def _documents(description: Description) -> Iterator[tuple[Json, PolicyKind, tuple[str, ...]]]:
    """Yield the documents of a description, their kinds, and the names of the properties that can contain them."""
    if isinstance(description, RoleDescription) and description.trust is not None:
        yield description.trust, PolicyKind.TRUST, _TRUST
    for number, document in enumerate(getattr(description, "inline", {}).values()):
        inner = (
            f"Properties/Policies/{number}/PolicyDocument",
            f"inline_policy/{number}/policy",
            *(f"{kind}PolicyList/{number}/PolicyDocument" for kind in ("User", "Group", "Role")),
        )
        yield document, PolicyKind.IDENTITY, (*inner, *_DOCUMENT)
    if isinstance(description, ManagedPolicyDescription) and description.document is not None:
        yield description.document, PolicyKind.IDENTITY, _DOCUMENT
    if isinstance(description, _WITH_POLICY) and description.policy is not None:
        yield description.policy, PolicyKind.RESOURCE, _DOCUMENT
    if isinstance(description, VpcEndpointDescription) and description.policy is not None:
        yield description.policy, PolicyKind.VPC_ENDPOINT, _DOCUMENT
    if isinstance(description, OrganizationPolicyDescription) and description.document is not None:
        kind = _ORGANIZATION_KINDS.get(description.kind or "")
        if kind is not None:
            yield description.document, kind, _DOCUMENT


def _pointer(value: Json, pointer: str, names: tuple[str, ...]) -> str:
    """Return the pointer of the document: of a property of the resource, or of the place itself."""
    inner = (f"{pointer}/{name}" for name in names)
    return next((each for each in inner if _at(value, each) is not None), pointer)


def _resource(value: Json, pointer: str) -> Any:
    """Return the resource of a plan or a state that contains the value at a pointer, or None."""
    while pointer:
        found = _at(value, pointer)
        if isinstance(found, Mapping) and {"mode", "type", "name"} <= found.keys():
            return found
        pointer = pointer.rpartition("/")[0]
    return None


def _at(value: Any, pointer: str) -> Any:
    """Return the value at a pointer, or None."""
    for step in map(unescaped, pointer.split("/")[1:]):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            return None
    return value
