"""The state of one reading: resources, values that are unknown until the apply, and what was not understood.

Rule 1: a value that is known only after the apply is derived if it surely follows from other values (``derived``), or
is given by the caller. Any other one is in ``unread``, with its address and with what it contains.
Rule 2: no reason in ``unread`` has a value of the document in it: values can be sensitive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mocks3.lib.partitions import partition_of
from mocks3.load.descriptions import FilePlace, Json, Options, Unread
from mocks3.load.terraform.configuration import Configuration, ReferencedAttribute
from mocks3.load.terraform.derived import BUCKETS, derive, own_name
from mocks3.load.terraform.document import TerraformResource, Unknown, find_resources
from mocks3.model.world import Settings
from mocks3.policy.reading import JsonPositions

_ACCOUNT = re.compile(r"arn:[\w-]+:[\w-]+:(?P<region>[\w-]*):(?P<account>\d{12}):", re.ASCII)
_IDENTITY = "aws_caller_identity"


class Terraform:
    """One document that ``terraform show -json`` printed, while it is read."""

    def __init__(self, document: Json, text: str, file: str, options: Options) -> None:
        self.file = file
        self.options = options
        self.given = options.values
        self.configuration = Configuration(document)
        found = find_resources(document, file, self.configuration, options.values)
        self.resources = {each.address: each for each in found}
        self.unread: dict[str, Unread] = {}
        self.documents: dict[str, Json | None] = {}
        """The documents of ``aws_iam_policy_document``, by address."""
        self._text = text
        self._places: JsonPositions | None = None
        self._named: dict[tuple[str, str, str, str], list[TerraformResource]] = {}
        for each in found:
            self._named.setdefault((each.module, each.mode, each.type, each.name), []).append(each)
        self._accounts = self._identities()
        self._default_account = options.account or _caller_account(options) or Settings().account

    # Places and what was not understood
    def place(self, pointer: str) -> FilePlace:
        """Return the place of a JSON pointer, with line and column if there is a text."""
        if not self._text:
            return FilePlace(self.file, pointer)
        if self._places is None:
            self._places = JsonPositions(self._text)
        return FilePlace(self.file, pointer, *self._places.locate(pointer))

    def not_read(self, what: str, pointer: str, reason: str) -> None:
        """Record something that was not understood, once."""
        if what not in self.unread:
            self.unread[what] = Unread(what, self.place(pointer), reason)

    @cached_property
    def buckets(self) -> dict[str, TerraformResource]:
        """The resources of buckets by the bucket's name."""
        found = (each for each in self.resources.values() if each.mode == "managed" and each.type in BUCKETS)
        return {own_name(self, each): each for each in found}

    # Values of resources
    def instances(
        self, target: ReferencedAttribute, asking: TerraformResource | None = None
    ) -> list[TerraformResource]:
        """Return the instances that a reference means.

        A reference without a key, from a resource with ``count`` or ``for_each``, means the instance with the same key,
        if there is one: ``aws_s3_bucket.this[each.key].id`` is printed as ``aws_s3_bucket.this``.
        """
        found = self._named.get((target.module, target.mode, target.type, target.name), [])
        if not found and "[" not in target.module and target.module:
            found = self._in_all_modules(target)
        if target.key is not None:
            return [each for each in found if each.key == target.key]
        if len(found) > 1 and asking is not None:
            same = [each for each in found if each.key == asking.key and each.key is not None]
            return same or found
        return found

    def _in_all_modules(self, target: ReferencedAttribute) -> list[TerraformResource]:
        """Return the resources of all instances of a module that is named without its key."""
        return [
            each
            for (module, *named), listed in self._named.items()
            if re.sub(r"\[[^\]]*\]", "", module) == target.module
            and tuple(named) == (target.mode, target.type, target.name)
            for each in listed
        ]

    def attribute(self, resource: TerraformResource, name: str) -> Any:
        """Return an attribute: given, planned or derived from others; an :class:`Unknown` or None otherwise."""
        given = self.options.values.get(f"{resource.address}.{name}")
        if given is not None:
            return given
        value = resource.values.get(name)
        if value is not None and not isinstance(value, Unknown):
            return value
        derived = derive(self, resource, name)
        return value if derived is None else derived

    def targets(
        self, unknown: Unknown, resource: TerraformResource
    ) -> tuple[list[tuple[TerraformResource, str]], list[str]]:
        """Return the attributes that an unknown value contains, and references that are not to resources."""
        targets, others = self.configuration.targets(unknown.references, resource.module)
        found: dict[tuple[str, str], tuple[TerraformResource, str]] = {}
        for target in targets:
            instances = self.instances(target, resource)
            if not instances:
                others.append(str(target))
            for each in instances:
                found[each.address, target.attribute] = each, target.attribute
        return list(found.values()), others

    def was_unknown(self, resource: TerraformResource, attribute: str) -> bool:
        """Return whether the plan does not know an attribute. It can be given or derived all the same."""
        value = resource.values.get(attribute)
        given = f"{resource.address}.{attribute}" in self.options.values
        return given or value is None or isinstance(value, Unknown)

    def contained(self, unknown: Unknown, resource: TerraformResource) -> list[str]:
        """Return the names of the unknown values that an unknown value contains."""
        targets, others = self.targets(unknown, resource)
        unknown_ones = [
            f"{each.address}.{attribute}" if attribute else each.address
            for each, attribute in targets
            if isinstance(each.values.get(attribute), Unknown) or each.values.get(attribute) is None
        ]
        return unknown_ones + [each for each in others if not each.startswith(("each.", "count.", "var."))]

    def missing(self, unknown: Unknown, resource: TerraformResource, pointer: str) -> None:
        """Record a value that is known only after the apply, with what it contains."""
        names = self.contained(unknown, resource)
        contains = f" It contains {_listed(names)}." if names else ""
        self.not_read(
            unknown.path,
            pointer,
            f"the value is known only after the apply.{contains} Give it: values={{{unknown.path!r}: ...}}, "
            "or load the state after the apply",
        )

    # Accounts and Regions
    def _identities(self) -> dict[str, str]:
        """Return the account of each provider: of its data source, of the role that it assumes, or of ARNs."""
        found: dict[str, str] = {}
        for each in self.resources.values():
            account = each.values.get("account_id")
            if each.type == _IDENTITY and isinstance(account, str) and account.isdigit():
                found.setdefault(each.provider, account)
        seen = Counter(
            arn["account"]
            for each in self.resources.values()
            if each.mode == "managed" and (arn := self._own_arn(each)) is not None
        )
        if seen:
            found.setdefault("", seen.most_common(1)[0][0])
        elif found:
            found.setdefault("", found.get("aws") or next(iter(found.values())))
        return found

    def _own_arn(self, resource: TerraformResource) -> re.Match[str] | None:
        arn = self.options.values.get(f"{resource.address}.arn") or resource.values.get("arn")
        return _ACCOUNT.match(arn) if isinstance(arn, str) else None

    def known_account(self, resource: TerraformResource) -> str | None:
        """Return the account of a resource, or None if the document does not say it."""
        own = self._own_arn(resource)
        if own is not None:
            return own["account"]
        settings = self.configuration.provider(resource.provider)
        allowed = self.configuration.constant(settings.get("allowed_account_ids"))
        roles = settings.get("assume_role")
        for role in roles if isinstance(roles, list) else ():
            arn = self.configuration.constant(role.get("role_arn")) if isinstance(role, Mapping) else None
            if isinstance(arn, str) and (named := _ACCOUNT.match(arn)):
                return named["account"]
        if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str):
            return allowed[0]
        return self._accounts.get(resource.provider) or self._accounts.get("")

    def account(self, resource: TerraformResource) -> str:
        """Return the account of a resource for its ARN: the default account if no file says it."""
        return self.known_account(resource) or self._default_account

    def known_region(self, resource: TerraformResource) -> str | None:
        """Return the Region of a resource, or None if the document does not say it."""
        for name in ("bucket_region", "region"):
            value = resource.values.get(name)
            if isinstance(value, str) and value and resource.mode == "managed":
                return value
        own = self._own_arn(resource)
        if own is not None and own["region"]:
            return own["region"]
        constant = self.configuration.constant(self.configuration.provider(resource.provider).get("region"))
        if isinstance(constant, str) and constant:
            return constant
        for each in self.resources.values():
            if each.type == "aws_region" and (not resource.provider or each.provider == resource.provider):
                region = each.values.get("region") or each.values.get("name")
                if isinstance(region, str) and region:
                    return region
        return None

    def region(self, resource: TerraformResource) -> str:
        """Return the Region of a resource for its ARN: the default Region if no file says it."""
        return self.known_region(resource) or self.options.region or Settings().region

    def partition(self, resource: TerraformResource) -> str:
        """Return the partition of a resource, such as ``aws-cn``."""
        return partition_of(self.region(resource))


def _caller_account(options: Options) -> str | None:
    """Return the account that get-caller-identity printed into one of the other files."""
    for document in options.documents.values():
        if isinstance(document, Mapping) and {"UserId", "Account", "Arn"} <= set(document):
            account = document["Account"]
            if isinstance(account, str):
                return account
    return None


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
