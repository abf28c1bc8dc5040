"""Create every principal that a policy, an ACL or a grant names, in every form that AWS stores.

Rule 1: AWS rejects a policy that names a principal that does not exist (PE-13), so all of them exist before a policy is
put. What files say about a principal is applied before this.
Rule 2: a policy that was put before a user or role was deleted contains its unique id (PE-14). No call can create such
a policy. So the principal is created with this unique id, the policy is put with its ARN, and the principal is deleted.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from mocks3.handles.accounts import Account
from mocks3.load.arns import is_account, split_path
from mocks3.load.descriptions import Json
from mocks3.load.documents import statements, texts
from mocks3.storage.iam import RoleRecord, UserRecord
from mocks3.storage.iam.managed_policies import NO_POLICY

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState

_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam|sts)::(?P<account>\d{12}):"
    r"(?P<kind>root|user|role|assumed-role|federated-user)(?:/(?P<name>[^*?\s]+))?",
    re.ASCII,
)
_UNIQUE_ID = re.compile(r"(AIDA|AROA)[A-Z0-9]{12,124}(?::[\w+=,.@-]+)?", re.ASCII)
_CANONICAL_ID = re.compile(r"[0-9a-f]{64}")
_ELEMENTS = ("Principal", "NotPrincipal")
_PRINCIPAL_KEYS = ("aws:principalarn",)


class NamedPrincipals:
    """The principals that policies name. ``default`` is the account of deleted principals."""

    def __init__(self, aws: AwsState, default: str) -> None:
        self._aws, self._default = aws, default
        self._deleted: dict[str, str] = {}

    def account(self, number: str) -> Account:
        """Return an account. Create it if it does not exist."""
        if self._aws.iam.account(number) is None:
            self._aws.iam.add_account(number)
        return Account(self._aws, number)

    def create(self, document: Json) -> None:
        """Create the principals that a policy document names."""
        for element in _principal_elements(document):
            for member, value in _values(element):
                if member == "AWS":
                    self.create_one(value)
                elif member == "CanonicalUser":
                    self.canonical(value)
        for arn in _condition_arns(document):
            self.create_one(arn)

    def create_one(self, name: str) -> None:
        """Create one principal: an account id, or the ARN of a root user, user, role or session."""
        arn = _ARN.fullmatch(name)
        if is_account(name):
            self.account(name)
        elif _UNIQUE_ID.fullmatch(name):
            self._create_deleted(name.partition(":")[0])
        elif arn is not None:
            self._create_arn(name, arn)

    def _create_arn(self, name: str, arn: re.Match[str]) -> None:
        account, kind = self.account(arn["account"]), arn["kind"]
        path, last = split_path(arn["name"] or "")
        iam = self._aws.iam
        if kind == "user" and last and iam.user_named(account.id, last) is None:
            account.create_user(last, path=path)
        elif kind == "role" and last and iam.role_named(account.id, last) is None:
            account.create_role(last, path=path)
        elif kind == "assumed-role":
            role = (arn["name"] or "").partition("/")[0]
            if role and iam.role_named(account.id, role) is None:
                account.create_role(role)

    def canonical(self, canonical_id: str) -> None:
        """Create an account that has this canonical id."""
        iam = self._aws.iam
        if _CANONICAL_ID.fullmatch(canonical_id) and iam.by_canonical_id(canonical_id) is None:
            number = next(each for each in map(str, count(900000000000)) if iam.account(each) is None)
            record = iam.add_account(number)
            iam.put_account(dataclasses.replace(record, canonical_id=canonical_id))

    def _create_deleted(self, unique_id: str) -> None:
        iam = self._aws.iam
        known = iam.principal(unique_id)
        if known is not None or unique_id in self._deleted:
            return
        self.account(self._default)
        name = f"deleted-{unique_id}"[:64]
        record: UserRecord | RoleRecord
        if unique_id.startswith("AIDA"):
            record = UserRecord(self._default, name, "/", unique_id, {})
        else:
            record = RoleRecord(self._default, name, "/", unique_id, NO_POLICY, {})
        iam.put(record)
        self._deleted[unique_id] = record.arn

    def as_put(self, document: Json) -> Json:
        """Return the document as it was put: with ARNs in place of the unique ids of deleted principals.

        It is the same one if it names no deleted principal.
        """
        copied: dict[str, Any] = json.loads(json.dumps(document))
        for element in _principal_elements(copied):
            if isinstance(element, dict) and "AWS" in element:
                value = element["AWS"]
                element["AWS"] = (
                    list(map(self._arn_of, value)) if isinstance(value, list) else self._arn_of(value)
                )
        return document if copied == document else copied

    def _arn_of(self, value: Any) -> Any:
        if not isinstance(value, str) or not _UNIQUE_ID.fullmatch(value):
            return value
        unique_id, _, session = value.partition(":")
        record = self._aws.iam.principal(unique_id)
        if record is None:
            return value
        if session:
            return f"arn:aws:sts::{record.account}:assumed-role/{record.name}/{session}"
        return record.arn

    def delete(self) -> None:
        """Delete the principals that exist only for policies with their unique ids."""
        for unique_id in self._deleted:
            record = self._aws.iam.principal(unique_id)
            if record is not None:
                self._aws.iam.remove(record)


def _principal_elements(document: Json) -> Iterator[Any]:
    for statement in statements(document):
        yield from (statement[name] for name in _ELEMENTS if name in statement)


def _values(element: Any) -> Iterator[tuple[str, str]]:
    if isinstance(element, Mapping):
        for member, value in element.items():
            yield from ((member, each) for each in texts(value))


def _condition_arns(document: Json) -> Iterator[str]:
    """Yield the ARNs without wildcards that conditions compare with the caller."""
    for statement in statements(document):
        block = statement.get("Condition")
        for keys in block.values() if isinstance(block, Mapping) else ():
            for key, value in keys.items() if isinstance(keys, Mapping) else ():
                if isinstance(key, str) and key.lower() in _PRINCIPAL_KEYS:
                    yield from (each for each in texts(value) if not set("*?$") & set(each))
