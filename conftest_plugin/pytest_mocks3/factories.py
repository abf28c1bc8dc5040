"""The values of the factory fixtures: typed callables, one for each kind of resource.

An argument ``account`` is an ``Account``, an account id or an account name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error
from mocks3.handles.accounts import Account
from mocks3.handles.arguments import DEFAULT, NewBucketDefault
from mocks3.handles.cli_output import public_access_block
from mocks3.handles.iam_accounts import Documents
from mocks3.handles.principal_names import account_named
from mocks3.handles.principals import Group, Role, User
from mocks3.rules.policy_documents import Document
from mocks3.storage import PublicAccessBlock
from pytest_mocks3.policies import MakePolicy

if TYPE_CHECKING:
    from mocks3 import MockAWS
    from mocks3.handles.buckets import BucketAcl, BucketHandle, Ownership, Versioning

Whose = Account | str | None
Block = PublicAccessBlock | Mapping[str, Any] | bool | NewBucketDefault | None

__all__ = ["MakeAccount", "MakeBucket", "MakeGroup", "MakePolicy", "MakeRole", "MakeUser"]


class MakeAccount:
    """The value of the fixture ``s3_account``."""

    def __init__(self, aws: MockAWS) -> None:
        self._aws = aws

    def __call__(self, account_id: str | None = None, *, name: str | None = None) -> Account:
        """Return an account, and create it if it does not exist.

        Args:
            account_id: The 12 digits. Without id and name, the default account.
            name: The name of the account. Without an id, the account that has this name.
        """
        if account_id is None and name is not None:
            account_id = self._named(name) or self._unused()
        return self._aws.account(account_id, name)

    def find(self, whose: Whose) -> Account:
        """Return the account that an argument names. Raise :class:`Mocks3Error` if no account has the name."""
        if isinstance(whose, Account):
            return whose
        if whose is None or whose.isdigit():
            return self(whose)
        known = self._named(whose)
        if known is None:
            names = ", ".join(each.name for each in self._aws.iam.accounts())
            raise Mocks3Error(f"no account is named {whose!r}; there are {names}")
        return self(known)

    def _named(self, name: str) -> str | None:
        return account_named(self._aws, name)

    def _unused(self) -> str:
        """Return an id that no account has."""
        taken = {each.id for each in self._aws.iam.accounts()}
        return next(each for n in range(1, 1000) if (each := f"{n:03}" * 4) not in taken)


class _Maker:
    """A factory of one kind of resource in an account."""

    def __init__(self, accounts: MakeAccount) -> None:
        self._accounts = accounts
        self._count = 0

    def _name(self, given: str | None, kind: str) -> str:
        """Return the given name, or a new one."""
        if given is None:
            self._count += 1
        return given or f"{kind}-{self._count}"


class MakeUser(_Maker):
    """The value of the fixture ``s3_user``."""

    def __call__(
        self,
        name: str | None = None,
        *,
        policies: Documents = (),
        groups: Iterable[Group] = (),
        boundary: Document | None = None,
        tags: Mapping[str, str] | None = None,
        path: str = "/",
        account: Whose = None,
    ) -> User:
        """Create a user and add it to ``groups``; see ``Account.create_user``."""
        owner = self._accounts.find(account)
        user = owner.create_user(
            self._name(name, "user"), policies=policies, path=path, boundary=boundary, tags=tags
        )
        for group in groups:
            group.add(user)
        return user


class MakeGroup(_Maker):
    """The value of the fixture ``s3_group``."""

    def __call__(
        self,
        name: str | None = None,
        *,
        policies: Documents = (),
        members: Iterable[User] = (),
        account: Whose = None,
    ) -> Group:
        """Create a group; see ``Account.create_group``."""
        owner = self._accounts.find(account)
        return owner.create_group(self._name(name, "group"), policies=policies, members=members)


class MakeRole(_Maker):
    """The value of the fixture ``s3_role``."""

    def __call__(
        self,
        name: str | None = None,
        *,
        policies: Documents = (),
        trust: Document | None = None,
        boundary: Document | None = None,
        tags: Mapping[str, str] | None = None,
        path: str = "/",
        account: Whose = None,
    ) -> Role:
        """Create a role; see ``Account.create_role``."""
        return self._accounts.find(account).create_role(
            self._name(name, "role"), trust=trust, policies=policies, path=path, boundary=boundary, tags=tags
        )


class MakeBucket(_Maker):
    """The value of the fixture ``s3_bucket``."""

    def __call__(
        self,
        name: str | None = None,
        *,
        policy: Document | None = None,
        acl: BucketAcl | None = None,
        ownership: Ownership | None = None,
        public_access_block: Block = DEFAULT,
        versioning: Versioning | bool | None = None,
        objects: Mapping[str, bytes | str] | None = None,
        region: str | None = None,
        account: Whose = None,
    ) -> BucketHandle:
        """Create a bucket; see ``Account.create_bucket``.

        ``public_access_block`` is a PublicAccessBlock, or a bool for all four settings, or a mapping as the AWS CLI
        prints it; settings that the mapping does not name are off.
        """
        return self._accounts.find(account).create_bucket(
            self._name(name, "bucket"),
            region=region,
            policy=policy,
            acl=acl,
            ownership=ownership,
            public_access_block=_block(public_access_block),
            versioning=versioning,
            objects=objects,
        )


def _block(given: Block) -> PublicAccessBlock | NewBucketDefault | None:
    if given is None or isinstance(given, PublicAccessBlock | NewBucketDefault):
        return given
    if isinstance(given, bool):
        return PublicAccessBlock() if given else None
    return public_access_block(given)
