"""The entries of listings: objects, versions and delete markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.rules import archive

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.operations.listing.paging import NameEncoder
    from mocks3.storage import ListedVersion, Version


class EntryBuilder:
    """Makes the entries of one response, with their owners if ``owners``, and with restored copies if ``restores``."""

    __slots__ = ("_canonical", "_encode", "_enforced", "_owner_of", "_owners", "_restores")

    def __init__(self, call: Authorized, encode: NameEncoder, *, owners: bool, restores: bool) -> None:
        self._encode = encode
        self._owners = owners
        self._restores = restores
        self._owner_of: dict[str, Params] = {}
        self._canonical = call.world.iam.canonical_id
        enforced = call.bucket.ownership == "BucketOwnerEnforced"
        self._enforced = call.bucket.owner if enforced else None

    def objects(self, versions: list[Version]) -> list[Params]:
        """Return the entries of ``Contents``."""
        return [self._object(version) for version in versions]

    def version_or_marker(self, listed: ListedVersion) -> Params:
        """Return an entry of ListObjectVersions: ``Version`` or ``DeleteMarker`` with its members."""
        if listed.version.is_delete_marker:
            return {"DeleteMarker": self._marker(listed)}
        entry = self._object(listed.version)
        entry["VersionId"] = listed.version.version_id
        entry["IsLatest"] = listed.is_latest
        return {"Version": entry}

    def _marker(self, listed: ListedVersion) -> Params:
        version = listed.version
        return {
            "Owner": self._owner(version.owner),
            "Key": self._encode(version.key),
            "VersionId": version.version_id,
            "IsLatest": listed.is_latest,
            "LastModified": version.last_modified,
        }

    def _object(self, version: Version) -> Params:
        entry: Params = {
            "Key": self._encode(version.key),
            "LastModified": version.last_modified,
            "ETag": f'"{version.etag}"',
            "Size": len(version.blob),
            "StorageClass": version.storage_class,
        }
        if version.checksums:
            entry["ChecksumAlgorithm"] = [name.upper() for name in version.checksums]
            entry["ChecksumType"] = version.checksum_type
        if self._owners:
            entry["Owner"] = self._owner(version.owner)
        if self._restores and (copy := archive.restored_copy(version)):
            entry["RestoreStatus"] = {
                "IsRestoreInProgress": copy.ongoing,
                "RestoreExpiryDate": copy.expires,
            }
        return entry

    def _owner(self, owner: str) -> Params:
        """Return the owner of an entry. Under BucketOwnerEnforced it is always the bucket owner (A-54)."""
        owner = self._enforced or owner
        entry = self._owner_of.get(owner)
        if entry is None:
            entry = self._owner_of[owner] = {"ID": self._canonical(owner)}
        return entry
