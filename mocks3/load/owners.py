"""Give each description the account that owns what it describes.

A bucket belongs to the account that a file names, or to the account with the canonical id that its ACL has as the
owner, or to the account of its files (:mod:`mocks3.load.homes`).
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from mocks3.load.arns import account_in
from mocks3.load.descriptions import (
    AccessPointDescription,
    AccountDescription,
    BucketDescription,
    Description,
    KmsKeyDescription,
)
from mocks3.load.faults import LoadError
from mocks3.load.homes import Homes
from mocks3.load.merging import key_id
from mocks3.load.notes import Notes


def with_accounts(descriptions: Iterable[Description], homes: Homes, notes: Notes) -> list[Description]:
    """Return the descriptions with their accounts, and descriptions of further accounts.

    Raises:
        LoadError: The files do not say whose something is.
    """
    described = [
        dataclasses.replace(each, id=homes.account(each.place))
        if isinstance(each, AccountDescription) and each.id is None
        else each
        for each in descriptions
    ]
    by_name = _Named(described)
    owned = _Buckets(described, homes, notes)
    found = [_with_account(each, homes, by_name, owned) for each in described]
    return [*owned.accounts, *found]


def _with_account(each: Any, homes: Homes, by_name: _Named, owned: _Buckets) -> Description:
    if isinstance(each, BucketDescription):
        return dataclasses.replace(each, account=owned.account(each.name or ""))
    if not hasattr(each, "account") or each.account is not None:
        return each  # type: ignore[no-any-return]
    if isinstance(each, KmsKeyDescription):
        account = account_in(each.id)
        if account is not None:
            return dataclasses.replace(each, account=account)
    account = by_name.account(each, lambda: homes.account(each.place))
    return dataclasses.replace(each, account=account)  # type: ignore[no-any-return]


class _Named:
    """The accounts of resources by type and name, as far as files name them."""

    def __init__(self, descriptions: Iterable[Any]) -> None:
        self._accounts: dict[tuple[type, str], set[str]] = defaultdict(set)
        for each in descriptions:
            if getattr(each, "account", None) is not None:
                self._accounts[type(each), _name(each)].add(each.account)

    def account(self, each: Any, otherwise: Callable[[], str]) -> str:
        """Return the account of a resource that another file names, or else that of its file."""
        known = self._accounts[type(each), _name(each)]
        try:
            found = otherwise()
        except LoadError:
            if len(known) == 1:
                return next(iter(known))
            raise
        return next(iter(known)) if len(known) == 1 and found not in known else found


def _name(each: Any) -> str:
    return key_id(str(getattr(each, "name", None) or getattr(each, "id", None) or "")).lower()


class _Buckets:
    """The accounts of buckets. ``accounts`` are descriptions of accounts that only canonical ids name."""

    def __init__(self, descriptions: list[Any], homes: Homes, notes: Notes) -> None:
        self.accounts: list[AccountDescription] = []
        self._homes, self._notes = homes, notes
        self._explicit: dict[str, str] = {}
        self._said: dict[str, list[BucketDescription]] = defaultdict(list)
        self._by_canonical = {
            each.canonical_id: each.id
            for each in descriptions
            if isinstance(each, AccountDescription) and each.canonical_id is not None
        }
        for each in descriptions:
            if isinstance(each, BucketDescription):
                self._said[each.name or ""].append(each)
                if each.account is not None:
                    self._explicit.setdefault(each.name or "", each.account)
            elif isinstance(each, AccessPointDescription) and each.bucket and each.bucket_account:
                self._explicit.setdefault(each.bucket, each.bucket_account)
        self._found: dict[str, str] = {}

    def account(self, bucket: str) -> str:
        """Return the account of a bucket."""
        if bucket not in self._found:
            self._found[bucket] = self._find(bucket)
        return self._found[bucket]

    def _find(self, bucket: str) -> str:
        said = self._said[bucket]
        owner = next((each.owner for each in said if each.owner is not None), None)
        explicit = self._explicit.get(bucket)
        if owner is not None and owner in self._by_canonical and explicit is None:
            return str(self._by_canonical[owner])
        account = explicit or self._home(said)
        if owner is not None and owner not in self._by_canonical:
            if account in self._by_canonical.values():
                account = self._new_account(owner, bucket) if explicit is None else account
            else:
                self._add(account, owner, said[0])
        return account

    def _home(self, said: list[BucketDescription]) -> str:
        fault: LoadError | None = None
        for each in said:
            try:
                return self._homes.account(each.place)
            except LoadError as error:
                fault = fault or error
        assert fault is not None
        raise fault

    def _new_account(self, owner: str, bucket: str) -> str:
        taken = set(self._by_canonical.values())
        number = next(each for each in map(str, count(900000000001)) if each not in taken)
        self._add(number, owner, self._said[bucket][0])
        self._notes.assume(
            f"no file has the account with the canonical id {owner}, which owns {bucket}: it is called {number}"
        )
        return number

    def _add(self, account: str, owner: str, said: BucketDescription) -> None:
        self._by_canonical[owner] = account
        self.accounts.append(AccountDescription(place=said.place, id=account, canonical_id=owner))
