"""Users and roles, found by their unique id, their ARN or their name.

Rule: each index changes in one assignment, so that a reader without the lock finds the old record or the new one.
"""

from __future__ import annotations

from collections.abc import Iterator

from mocks3.storage.iam.records import RoleRecord, UserRecord

Principal = UserRecord | RoleRecord


class PrincipalTable:
    """The users and roles of all accounts. A look-up takes the same time in a table of any size."""

    __slots__ = ("_by_arn", "_by_id", "_by_name")
    __hash__ = None  # type: ignore[assignment]  # it changes

    def __init__(self) -> None:
        self._by_id: dict[str, Principal] = {}
        self._by_arn: dict[str, Principal] = {}
        self._by_name: dict[tuple[type, str, str], tuple[Principal, ...]] = {}

    def copy(self) -> PrincipalTable:
        """Return a table with the same records."""
        copied = PrincipalTable()
        copied._by_id = dict(self._by_id)
        copied._by_arn = dict(self._by_arn)
        copied._by_name = dict(self._by_name)
        return copied

    def __eq__(self, other: object) -> bool:
        """Return whether another table has the same records."""
        return isinstance(other, PrincipalTable) and self._by_id == other._by_id

    def __iter__(self) -> Iterator[Principal]:
        """Return the users and roles in the order of their creation, as they are now."""
        return iter(tuple(self._by_id.values()))

    def get(self, unique_id: str) -> Principal | None:
        """Return the user or role with this unique id, or None."""
        return self._by_id.get(unique_id)

    def by_arn(self, arn: str) -> Principal | None:
        """Return the user or role with this ARN, or None."""
        return self._by_arn.get(arn)

    def named(self, kind: type[Principal], account: str, name: str) -> tuple[Principal, ...]:
        """Return the users or the roles of an account that have this name in any case."""
        return self._by_name.get((kind, account, name.lower()), ())

    def put(self, record: Principal) -> None:
        """Store a record. It replaces the one with the same unique id."""
        old = self._by_id.get(record.unique_id)
        self._by_id[record.unique_id] = record
        self._by_arn[record.arn] = record
        self._rename(_name(record), record)
        if old is not None and old.arn != record.arn:
            self._forget(old, record)

    def remove(self, record: Principal) -> None:
        """Delete a record.

        Raises:
            KeyError: The table does not have it.
        """
        old = self._by_id.pop(record.unique_id)
        self._forget(old, None)

    def _forget(self, old: Principal, new: Principal | None) -> None:
        """Remove the entries of a record that has another ARN now (``new``), or that was deleted (None)."""
        if self._by_arn[old.arn].unique_id == old.unique_id:
            del self._by_arn[old.arn]
        if new is None or _name(new) != _name(old):
            self._rename(_name(old), old, keep=False)

    def _rename(self, name: tuple[type, str, str], record: Principal, *, keep: bool = True) -> None:
        others = (each for each in self._by_name.get(name, ()) if each.unique_id != record.unique_id)
        found = (*others, record) if keep else tuple(others)
        if found:
            self._by_name[name] = found
        else:
            del self._by_name[name]


def _name(record: Principal) -> tuple[type, str, str]:
    return type(record), record.account, record.name.lower()
