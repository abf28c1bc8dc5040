"""All customer managed keys and aliases, by ARN. AWS managed keys are not stored: they always exist."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mocks3 import clock
from mocks3.lib.limits import later
from mocks3.lib.locking import WorldLock
from mocks3.lib.partitions import partition_of
from mocks3.policy import Policy
from mocks3.storage.kms import managed
from mocks3.storage.kms.records import Context, GrantRecord, KeyRecord

_ARN = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):key/(.+)", re.ASCII)


class KeyStoreMark(NamedTuple):
    """The state of a ``KeyStore`` that can be restored."""

    keys: dict[str, KeyRecord]
    aliases: dict[str, str]


class KeyStore:
    """All keys by ARN, and the key ARNs of all aliases by alias ARN. ``lock`` is the lock of the store's world."""

    def __init__(self, lock: WorldLock | None = None) -> None:
        self._lock = lock or WorldLock()
        self._keys: dict[str, KeyRecord] = {}
        self._aliases: dict[str, str] = {}
        self.serial = 0

    # Keys

    def key(self, arn: str) -> KeyRecord | None:
        """Return the key with this ARN, or None if it does not exist or was deleted."""
        record = self._keys.get(arn)
        if record is None:
            return self._managed(arn)
        if record.deletion is not None and clock.now() >= record.deletion:
            return None
        return record

    def keys(self, account: str, region: str) -> Iterator[KeyRecord]:
        """Return the keys of an account in a Region: its own in the order of their creation, then ``aws/s3``."""
        own = [k for k in tuple(self._keys.values()) if (k.account, k.region) == (account, region)]
        return (key for key in (*own, managed.s3_key(account, region)) if self.key(key.arn) is not None)

    def create(
        self,
        account: str,
        region: str,
        policy: Policy,
        description: str = "",
        *,
        principals: Mapping[str, str],
    ) -> KeyRecord:
        """Create a key with a new id."""
        identifier = managed.key_id(self._next(), account, region)
        now = clock.now().replace(microsecond=0)
        record = KeyRecord(account, region, identifier, policy, now, description, principals=principals)
        self.put(record)
        return record

    def put(self, record: KeyRecord) -> None:
        """Store the record of a key. It replaces the one with the same ARN."""
        with self._lock:
            self._keys[record.arn] = record
            self._lock.edition += 1

    def _next(self) -> int:
        with self._lock:
            self.serial += 1
            return self.serial

    # Aliases

    def alias(self, arn: str) -> str | None:
        """Return the key ARN of an alias ARN, or None if the alias does not exist."""
        _, _, _, region, account, name = arn.split(":", 5)
        if name == managed.ALIAS:
            return managed.s3_key(account, region).arn
        return self._aliases.get(arn)

    def aliases(self, account: str, region: str) -> Mapping[str, str]:
        """Return the aliases of an account in a Region, in the order of their names: alias ARN to key ARN."""
        own = alias_arn(account, region, "")
        found = {arn: key for arn, key in tuple(self._aliases.items()) if arn.startswith(own)}
        found[own + managed.ALIAS] = managed.s3_key(account, region).arn
        return dict(sorted(found.items()))

    def put_alias(self, arn: str, key_arn: str) -> None:
        """Make an alias refer to a key."""
        with self._lock:
            self._aliases[arn] = key_arn
            self._lock.edition += 1

    # Grants

    def grant(
        self,
        key: KeyRecord,
        grantee: str,
        operations: Iterable[str],
        issuer: str,
        *,
        principals: Mapping[str, str],
        name: str | None = None,
        retiring: str | None = None,
        equals: Context | None = None,
        subset: Context | None = None,
    ) -> GrantRecord:
        """Add a grant to a key."""
        serial = self._next()
        grant = GrantRecord(
            managed.key_id("grant", serial).replace("-", "") * 2,
            f"AQpA{managed.key_id('token', serial).replace('-', '')}",
            grantee,
            tuple(operations),
            clock.now().replace(microsecond=0),
            issuer,
            name,
            retiring,
            equals,
            subset,
            principals,
        )
        self.put(dataclasses.replace(key, grants=(*key.grants, grant)))
        return grant

    def schedule_deletion(self, key: KeyRecord, days: int) -> KeyRecord:
        """Schedule the deletion of a key after a number of days."""
        deletion = later(clock.now().replace(microsecond=0), days=days)
        record = dataclasses.replace(key, deletion=deletion)
        self.put(record)
        return record

    # Snapshots

    def snapshot(self) -> KeyStoreMark:
        """Return a mark of the current state. It copies only the dictionaries, because records never change."""
        with self._lock:
            return KeyStoreMark(dict(self._keys), dict(self._aliases))

    def restore(self, mark: KeyStoreMark) -> None:
        """Restore the state of a mark. The mark can be restored again."""
        with self._lock:
            self._keys, self._aliases = dict(mark.keys), dict(mark.aliases)
            self._lock.edition += 1

    def _managed(self, arn: str) -> KeyRecord | None:
        match = _ARN.fullmatch(arn)
        if match is None:
            return None
        record = managed.s3_key(match[2], match[1])
        return record if record.arn == arn else None


def alias_arn(account: str, region: str, name: str) -> str:
    """Return the ARN of the alias with this name, which begins with ``alias/``."""
    return f"arn:{partition_of(region)}:kms:{region}:{account}:{name}"
