"""Create accounts, users, groups, roles, managed policies and instance profiles from descriptions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.accounts import Account
from mocks3.handles.managed_policies import put_boundary_policy
from mocks3.handles.principals import principals_of
from mocks3.lib.partitions import AWS, in_partition
from mocks3.load.descriptions import (
    AccountDescription,
    FilePlace,
    GroupDescription,
    InstanceProfileDescription,
    Json,
    ManagedPolicyDescription,
    RoleDescription,
    UserDescription,
)
from mocks3.load.documents import WrittenDocument, document_text
from mocks3.load.faults import LoadError
from mocks3.load.merging import Descriptions, Merged
from mocks3.load.named_principals import NamedPrincipals
from mocks3.load.notes import Notes
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError, storing
from mocks3.rules.policy_documents import parse_trust, stored_text
from mocks3.storage.iam import AccessKeyRecord, GroupRecord, ManagedPolicyRecord, UserRecord, ids
from mocks3.storage.iam.entities import InstanceProfileRecord
from mocks3.storage.iam.managed_policies import PolicyVersionRecord, arn_of_policy

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState

Holder = Merged[UserDescription] | Merged[RoleDescription] | Merged[GroupDescription]


def parse(document: Json, name: str, place: FilePlace, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    """Return the compiled policy. Raise LoadError with the place of the document if it is malformed."""
    text = stored_text(text_at(document, place))
    try:
        return Policy.parse(text, name=name, kind=kind)
    except PolicySyntaxError as error:
        raise malformed(error, place) from None


def text_at(document: Json, place: FilePlace) -> str:
    """Return the text of a policy that the file at this place has."""
    text = document_text(document)
    if isinstance(document, WrittenDocument):
        line = 1 + len(text) - len(text.lstrip("\n"))
        storing.read_from(text, place.file, document.pointer, line)
    else:
        storing.read_from(text, place.file, place.pointer, place.line)
    return text


def malformed(error: PolicySyntaxError, place: FilePlace) -> LoadError:
    """Return the error for a malformed policy."""
    inside = f" (at {error.pointer})" if error.pointer else ""
    return LoadError(f"the policy is malformed: {error.detail}{inside}", place)


class IamBuilder:
    """Creates what IAM has. ``named`` creates principals that policies name."""

    def __init__(
        self, aws: AwsState, descriptions: Descriptions, named: NamedPrincipals, notes: Notes
    ) -> None:
        self._aws, self._all, self._named, self._notes = aws, descriptions, named, notes

    def accounts(self) -> None:
        """Create the accounts that the files describe."""
        for merged in self._all.of(AccountDescription):
            said = merged.said
            assert said.id is not None, "homes has found it"
            account = self._account(said.id, said.place)
            record = account.record
            if said.canonical_id is not None:
                record = dataclasses.replace(record, canonical_id=said.canonical_id)
            if said.name is not None:
                record = dataclasses.replace(record, name=said.name)
            if record is not account.record:
                self._aws.iam.put_account(record)

    def _account(self, number: str | None, place: FilePlace) -> Account:
        try:
            return self._named.account(arguments.check_account_id(number))
        except Mocks3Error as error:
            raise LoadError(str(error), place) from None

    def create(self) -> None:
        """Create managed policies, groups, users and roles, without the trust policies of roles."""
        for policy in self._all.of(ManagedPolicyDescription):
            self._managed_policy(policy)
        for group in self._all.of(GroupDescription):
            self._group(group)
        for user in self._all.of(UserDescription):
            self._user(user)
        for role in self._all.of(RoleDescription):
            self._role(role)
        for profile in self._all.of(InstanceProfileDescription):
            self._instance_profile(profile)
        for group in self._all.of(GroupDescription):
            self._members(group)

    def _managed_policy(self, merged: Merged[ManagedPolicyDescription]) -> None:
        said = merged.said
        assert said.account is not None
        assert said.name is not None
        path = said.path or "/"
        arn = arn_of_policy(said.account, path, said.name)
        documents = dict(said.versions)
        default = said.default or "v1"
        if said.document is not None:
            documents.setdefault(default, said.document)
        elif said.default is None and documents:
            self._notes.skip(
                arn,
                said.place,
                f"the files have only versions that are not the default: {', '.join(documents)}",
            )
            return
        if default not in documents:
            return  # reported if something is attached
        if said.account != "aws":
            self._account(said.account, said.place)
        now = self._aws.clock.now()
        versions = {
            version: PolicyVersionRecord(
                version, parse(documents[version], arn, merged.place("versions", version)), now
            )
            for version in sorted(documents, key=_number)
        }
        unique_id = self._aws.iam.new_unique_id("ANPA", said.account, said.name)
        latest = max(map(_number, versions))
        self._aws.iam.put(
            ManagedPolicyRecord(
                said.account, said.name, path, unique_id, versions, default, now, now, latest,
                tags=dict(said.tags or {}),
            )
        )  # fmt: skip

    def _group(self, merged: Merged[GroupDescription]) -> None:
        said = merged.said
        assert said.name is not None
        account = self._account(said.account, said.place)
        self._check_name("group", said.name, said.place)
        known = self._aws.iam.group(account.id, said.name)
        record = known or GroupRecord(
            account.id,
            said.name,
            said.path or "/",
            said.unique_id or self._aws.iam.new_unique_id("AGPA", account.id, said.name),
            {},
            created=self._aws.clock.now(),
        )
        self._aws.iam.put(
            dataclasses.replace(
                record,
                policies={**record.policies, **self._inline(merged)},
                attached=self._attached(record.attached, merged),
            )
        )

    def _user(self, merged: Merged[UserDescription]) -> None:
        said = merged.said
        assert said.name is not None
        account = self._account(said.account, said.place)
        self._check_name("user", said.name, said.place)
        iam = self._aws.iam
        known = iam.user_named(account.id, said.name)
        record = known or UserRecord(
            account.id,
            said.name,
            said.path or "/",
            said.unique_id or iam.new_unique_id("AIDA", account.id, said.name),
            {},
            created=self._aws.clock.now(),
        )
        for name in said.groups:
            self._require_group(account.id, name, said.place)
        iam.put(
            dataclasses.replace(
                record,
                policies={**record.policies, **self._inline(merged)},
                attached=self._attached(record.attached, merged),
                groups=tuple(dict.fromkeys((*record.groups, *said.groups))),
                boundary=self._boundary(merged, account.id) or record.boundary,
                tags={**record.tags, **(said.tags or {})},
            )
        )
        for key_id in said.access_keys:
            iam.put_key(
                AccessKeyRecord(key_id, ids.secret(key_id), record.unique_id, created=self._aws.clock.now())
            )
        iam.usable_key(record.unique_id)

    def _role(self, merged: Merged[RoleDescription]) -> None:
        said = merged.said
        assert said.name is not None
        account = self._account(said.account, said.place)
        self._check_name("role", said.name, said.place)
        iam = self._aws.iam
        record = iam.role_named(account.id, said.name)
        if record is None:
            record = account.create_role(said.name, path=said.path or "/").record
            if said.unique_id is not None:
                iam.remove(record)
                record = dataclasses.replace(record, unique_id=said.unique_id)
        iam.put(
            dataclasses.replace(
                record,
                policies={**record.policies, **self._inline(merged)},
                attached=self._attached(record.attached, merged),
                boundary=self._boundary(merged, account.id) or record.boundary,
                tags={**record.tags, **(said.tags or {})},
                max_session=said.max_session or record.max_session,
            )
        )

    def trust(self) -> None:
        """Put the trust policies of roles, whose principals exist by now."""
        for merged in self._all.of(RoleDescription):
            said = merged.said
            record = self._aws.iam.role_named(said.account or "", said.name or "")
            assert record is not None
            if said.trust is None:
                if said.unique_id is None:
                    continue
                self._notes.assume(
                    f"no file has the trust policy of {record.arn}: its own account may assume it"
                )
                continue
            try:
                trust = parse_trust(
                    text_at(self._named.as_put(said.trust), merged.place("trust")), "trust policy"
                )
                principals = principals_of(self._aws, trust)
            except PolicySyntaxError as error:
                raise malformed(error, merged.place("trust")) from None
            except Mocks3Error as error:
                raise LoadError(str(error), merged.place("trust")) from None
            self._aws.iam.put(dataclasses.replace(record, trust=trust, principals=principals))

    def _instance_profile(self, merged: Merged[InstanceProfileDescription]) -> None:
        said = merged.said
        account = self._account(said.account, said.place)
        role = self._aws.iam.role_named(account.id, said.role) if said.role is not None else None
        self._aws.iam.put(
            InstanceProfileRecord(
                account.id,
                said.name,
                said.path or "/",
                self._aws.iam.new_unique_id("AIPA", account.id, said.name),
                self._aws.clock.now(),
                None if role is None else role.unique_id,
            )
        )

    def _members(self, merged: Merged[GroupDescription]) -> None:
        said = merged.said
        for name in said.members:
            user = self._aws.iam.user_named(said.account or "", name)
            if user is None:
                user = self._account(said.account, said.place).create_user(name).record
            groups = tuple(dict.fromkeys((*user.groups, said.name or "")))
            self._aws.iam.put(dataclasses.replace(user, groups=groups))

    def _require_group(self, account: str, name: str, place: FilePlace) -> None:
        if self._aws.iam.group(account, name) is None:
            unique_id = self._aws.iam.new_unique_id("AGPA", account, name)
            self._aws.iam.put(GroupRecord(account, name, "/", unique_id, {}, created=self._aws.clock.now()))
            self._notes.skip(
                f"the group {name}",
                place,
                f"no file has its policies; load aws iam list-attached-group-policies --group-name {name}, and "
                f"aws iam get-group-policy of each that aws iam list-group-policies --group-name {name} prints",
            )

    def _inline(
        self,
        merged: Holder,
    ) -> dict[str, Policy]:
        said = merged.said
        return {
            name: parse(document, name, merged.place("inline", name))
            for name, document in said.inline.items()
        }

    def _attached(
        self,
        present: tuple[str, ...],
        merged: Holder,
    ) -> tuple[str, ...]:
        arns = [in_partition(arn, AWS) for arn in merged.said.attached]
        self._report_missing(arns, f"{merged.said.name}", merged.place("attached"))
        return tuple(dict.fromkeys((*present, *arns)))

    def _report_missing(self, arns: Iterable[str], holder: str, place: FilePlace) -> None:
        for arn in arns:
            if self._aws.iam.managed_policy(arn) is None:
                self._notes.skip(
                    arn,
                    place,
                    f"the policy of {holder} has no document in the files: load aws iam get-policy --policy-arn {arn} "
                    f"and aws iam get-policy-version --policy-arn {arn} --version-id ID",
                )

    def _boundary(
        self, merged: Merged[UserDescription] | Merged[RoleDescription], account: str
    ) -> str | None:
        said = merged.said
        if said.boundary_document is not None:
            place = merged.place("boundary_document")
            parse(said.boundary_document, "boundary", place, PolicyKind.BOUNDARY)
            kind = "user" if isinstance(said, UserDescription) else "role"
            return put_boundary_policy(
                self._aws, account, f"{kind}-{said.name}-boundary", said.boundary_document
            )
        if said.boundary is None:
            return None
        arn = in_partition(said.boundary, AWS)
        self._report_missing([arn], f"{said.name}", merged.place("boundary"))
        return arn

    def _check_name(self, kind: str, name: str, place: FilePlace) -> None:
        try:
            arguments.check_iam_name(kind, name, 128 if kind == "group" else 64)
        except Mocks3Error as error:
            raise LoadError(str(error), place) from None


def _number(version: str) -> int:
    digits = version.removeprefix("v")
    return int(digits) if digits.isdecimal() and digits.isascii() else 1
