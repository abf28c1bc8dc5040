"""Read what ``terraform show -json`` and ``tofu show -json`` print: a plan or a state.

    document ─► resources with their unknown values ─► a reader for each type ─► descriptions

    document, configuration    the shape that Terraform prints; what expressions refer to
    reader, block, derived     values of a resource: planned, given, derived, or named as unknown
    types                      which type is read by which function, and the rule for all others
    buckets, inline, principals, keys, access, organizations, documents, shapes      the types

Rule 1: a plan is read as the state after its apply. A value that Terraform does not know yet, and that does not follow
from others, is in ``unread`` with its address. ``values={"aws_iam_role.writer.arn": "arn:..."}`` gives it.
Rule 2: what a policy has in it is read whole or not at all: a document without one of its statements is another one.
Rule 3: sensitive values are used, and never printed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from mocks3.load.descriptions import (
    BucketDescription,
    Description,
    FileContents,
    FilePlace,
    Json,
    Options,
    RoleDescription,
)
from mocks3.load.faults import LoadError
from mocks3.load.terraform.block import Block
from mocks3.load.terraform.document import TerraformResource, check_version, is_terraform
from mocks3.load.terraform.inline import older_attributes
from mocks3.load.terraform.reader import Terraform
from mocks3.load.terraform.types import ATTRIBUTES_WITHOUT_EFFECT, OWN_WITHOUT_EFFECT, has_effect, reader_of

__all__ = ["is_terraform", "read"]


def read(document: Json, text: str, file: str, options: Options) -> FileContents:
    """Return what a plan or a state says.

    Args:
        document: The value in the file.
        text: The text of the file, for lines and columns; empty if there is none.
        file: The name of the file.
        options: ``values`` are values by address, such as ``aws_iam_role.writer.arn``.

    Returns:
        The descriptions, and what was not understood.

    Raises:
        LoadError: The document is not in Terraform's format, or in a version of it that mocks3 does not know.
    """
    check_version(document, file)
    try:
        return _read(Terraform(document, text, file, options), document)
    except RecursionError:
        raise LoadError("the document is nested too deep", FilePlace(file)) from None
    except UnicodeError:
        raise LoadError("a text in the document has a lone surrogate", FilePlace(file)) from None


def _read(terraform: Terraform, document: Json) -> FileContents:
    for member in ("errored", "deferred_changes"):
        if document.get(member):
            terraform.not_read(
                member, f"/{member}", "the plan is not complete: Terraform has not planned all resources"
            )
    described: list[Description] = []
    older: list[Description] = []
    for resource in terraform.resources.values():
        reads = reader_of(resource.mode, resource.type)
        if reads is not None:
            block = Block(terraform, resource, resource.values, resource.address, resource.pointer)
            described += reads(block)
            if resource.mode == "managed" and resource.type == "aws_s3_bucket":
                older.append(older_attributes(block))
            block.report_rest(ATTRIBUTES_WITHOUT_EFFECT | OWN_WITHOUT_EFFECT.get(resource.type, frozenset()))
        elif has_effect(resource.mode, resource.type):
            _not_read(terraform, resource)
    described = [*_without_replaced(described), *_not_set(older, described)]
    return FileContents(tuple(described), tuple(terraform.unread.values()))


def _not_read(terraform: Terraform, resource: TerraformResource) -> None:
    terraform.not_read(
        resource.address, resource.pointer, f"mocks3 does not read resources of the type {resource.type}"
    )


def _not_set(older: Iterable[Description], described: Iterable[Description]) -> list[Description]:
    """Return what older attributes of buckets say, without what other resources say about the same buckets."""
    said: dict[str | None, set[str]] = {}
    for each in described:
        if isinstance(each, BucketDescription):
            members = {name for name in ("policy", "acl") if getattr(each, name) is not None}
            said.setdefault(each.name, set()).update(members, each.settings)
    kept: list[Description] = []
    for each in older:
        assert isinstance(each, BucketDescription)
        known = said.get(each.name, set())
        kept.append(
            dataclasses.replace(
                each,
                policy=None if "policy" in known else each.policy,
                acl=None if "acl" in known else each.acl,
                settings={name: put for name, put in each.settings.items() if name not in known},
            )
        )
    return kept


def _without_replaced(described: Iterable[Description]) -> list[Description]:
    """Return the descriptions without inline policies of roles that a resource of its own describes, too.

    Terraform reads ``inline_policy`` when it creates the role, so that it can be older.
    """
    found = list(described)
    own: dict[tuple[str | None, str], int] = {}
    for each in found:
        if isinstance(each, RoleDescription) and each.trust is None:
            for name in each.inline:
                own[each.name, name] = 1
    return [
        dataclasses.replace(
            each,
            inline={name: policy for name, policy in each.inline.items() if (each.name, name) not in own},
        )
        if isinstance(each, RoleDescription) and each.trust is not None
        else each
        for each in found
    ]
