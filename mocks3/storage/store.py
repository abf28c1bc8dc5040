"""All buckets of one partition, with snapshots.

Rule 1: only one writer at a time holds the lock of the store's world. A check and a write inside the same ``editing``
block are therefore one atomic step. Readers use the object that ``bucket`` returns. It is valid while the lock is
held, and never shows an incomplete change.
Rule 2: state is copied on write. A mark shares all objects with the current state. A later change copies only the
objects that it changes: the map of buckets, the bucket, its key index, the noncurrent versions of the key.
Rule 3: a mark stays valid. Marks can be restored in any order and more than once.

Method: each mutable object stores the token of the edit that created it. ``snapshot`` begins a new edit. An object with
another token may be shared with a mark, and is copied before it is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType, TracebackType

from mocks3.lib.locking import WorldLock
from mocks3.storage import spool
from mocks3.storage.access_point import AccessPoint, ObjectLambda, PendingResponse
from mocks3.storage.blob import Blob
from mocks3.storage.bucket import Bucket
from mocks3.storage.control import ControlMark, ControlStore
from mocks3.storage.control.multi_region import MultiRegionAccessPoint
from mocks3.storage.ids import IdGenerator
from mocks3.storage.values import Acl, PublicAccessBlock


class NotEmpty(Exception):
    """The bucket still has versions or delete markers."""


class HasAccessPoints(Exception):
    """The bucket still has access points."""


@dataclass(frozen=True, slots=True)
class StoreMark:
    """A state of a store that can be restored."""

    store: Store
    buckets: dict[str, Bucket]
    access_points: Mapping[str, AccessPoint]
    object_lambdas: Mapping[str, ObjectLambda]
    control: ControlMark

    def emptied(self, control: ControlMark) -> StoreMark:
        """Return a mark of the same store without buckets and access points, and with these resources of S3 Control."""
        return StoreMark(self.store, {}, MappingProxyType({}), MappingProxyType({}), control)


class Store:
    """All buckets by name, all access points, and the other resources of S3 Control (``control``).

    ``lock`` is the lock of the store's world. ``blob`` stores a body of more than ``spool_threshold`` bytes on disk.
    ``pending_responses`` are the responses that Object Lambda functions still have to send, by token.
    """

    def __init__(self, lock: WorldLock | None = None, *, spool_threshold: int = spool.THRESHOLD) -> None:
        self.lock = lock or WorldLock()
        self.spool_threshold = spool_threshold
        self._id_generator = IdGenerator()
        self._edit = object()
        self._map_edit = self._edit
        self._map: dict[str, Bucket] = {}
        self._access_points: Mapping[str, AccessPoint] = MappingProxyType({})
        self._object_lambdas: Mapping[str, ObjectLambda] = MappingProxyType({})
        self.pending_responses: dict[str, PendingResponse] = {}
        self.control = ControlStore(self.lock)

    def blob(self, chunks: Iterable[bytes | bytearray | memoryview]) -> Blob:
        """Return a body of all chunks. Call this before ``editing``: do not wait for a body while holding the lock."""
        return spool.blob_from_chunks(chunks, self.spool_threshold)

    def buckets(self) -> Mapping[str, Bucket]:
        """Return the current buckets by name, in the order of their names: O(n)."""
        with self.lock:
            return MappingProxyType(dict(sorted(self._map.items())))

    def bucket(self, name: str) -> Bucket | None:
        """Return the bucket with this name for reading, or None."""
        return self._map.get(name)

    def create_bucket(
        self,
        name: str,
        *,
        owner: str,
        region: str,
        created: datetime,
        acl: Acl | None = None,
        ownership: str | None = "BucketOwnerEnforced",
        public_access_block: PublicAccessBlock | None = PublicAccessBlock(),  # noqa: B008 - frozen
        zone: str | None = None,
    ) -> Bucket:
        """Create a bucket with the default settings of new buckets (since April 2023).

        ``owner`` is an account id. With a ``zone`` the bucket is a directory bucket. Raises ``ValueError`` if the
        name exists.
        """
        with self.lock:
            if name in self._map:
                raise ValueError(f"bucket {name!r} already exists")
            bucket = Bucket(
                edit=self._edit,
                lock=self.lock,
                id_generator=self._id_generator,
                name=name,
                owner=owner,
                region=region,
                created=created,
                acl=acl,
                ownership=ownership,
                public_access_block=public_access_block,
                zone=zone,
            )
            self._own_map()[name] = bucket
            self.lock.edition += 1
            return bucket

    def delete_bucket(self, name: str) -> None:
        """Delete an empty bucket.

        Raises ``KeyError`` if it does not exist, ``NotEmpty`` if it has versions, ``HasAccessPoints`` if it has any.
        """
        with self.lock:
            if not self._map[name].is_empty:
                raise NotEmpty(name)
            if any(point.bucket == name for point in self._access_points.values()) or any(
                route.bucket == name
                for point in self.control.all(MultiRegionAccessPoint)
                for route in point.routes
            ):
                raise HasAccessPoints(name)
            del self._own_map()[name]
            self.lock.edition += 1

    def access_point(self, name: str) -> AccessPoint | None:
        """Return the access point with this ARN or alias, or None."""
        return self._access_points.get(name)

    def routed_access_point(self, name: str) -> AccessPoint | None:
        """Return the access point of a name that :meth:`access_point` has, or of a Multi-Region Access Point.

        A Multi-Region Access Point is named by its ARN; in a host, without the account. It is returned with the bucket
        that gets the request.
        """
        found = self._access_points.get(name)
        if found is not None or not name.endswith(".mrap"):
            return found
        alias = name.rpartition("/")[2]
        in_host = f"arn:aws:s3:::accesspoint/{alias}"
        points = (each for each in self.control.all(MultiRegionAccessPoint) if each.alias == alias)
        return next((each.routed() for each in points if name in (each.arn, in_host)), None)

    def access_points(self) -> tuple[AccessPoint, ...]:
        """Return all access points in the order of their creation."""
        return tuple(point for name, point in self._access_points.items() if name == point.arn)

    def put_access_point(self, point: AccessPoint) -> None:
        """Store an access point. It replaces one with the same ARN. Raises ``KeyError`` without its bucket."""
        with self.lock:
            if point.bucket not in self._map:
                raise KeyError(point.bucket)
            named = {point.arn: point, point.alias: point}
            self._access_points = MappingProxyType({**self._access_points, **named})
            self.lock.edition += 1

    def delete_access_point(self, point: AccessPoint) -> None:
        """Delete an access point, if it exists."""
        with self.lock:
            names = (point.arn, point.alias)
            others = {name: each for name, each in self._access_points.items() if name not in names}
            self._access_points = MappingProxyType(others)
            self.lock.edition += 1

    def object_lambda(self, name: str) -> ObjectLambda | None:
        """Return the Object Lambda access point with this ARN or alias, or None."""
        return self._object_lambdas.get(name)

    def object_lambdas(self) -> tuple[ObjectLambda, ...]:
        """Return all Object Lambda access points in the order of their creation."""
        return tuple(point for name, point in self._object_lambdas.items() if name == point.arn)

    def put_object_lambda(self, point: ObjectLambda) -> None:
        """Store an Object Lambda access point. It replaces one with the same ARN."""
        with self.lock:
            self._object_lambdas = MappingProxyType(
                {**self._object_lambdas, point.arn: point, point.alias: point}
            )
            self.lock.edition += 1

    def delete_object_lambda(self, point: ObjectLambda) -> None:
        """Delete an Object Lambda access point, if it exists."""
        with self.lock:
            names = (point.arn, point.alias)
            others = {name: each for name, each in self._object_lambdas.items() if name not in names}
            self._object_lambdas = MappingProxyType(others)
            self.lock.edition += 1

    def resolve_bucket(self, name: str) -> Bucket | None:
        """Return the bucket with this name, or the bucket of the access point with this ARN or alias, or None."""
        bucket = self._map.get(name)
        if bucket is None:
            point = self.routed_access_point(name)
            return None if point is None else self._map.get(point.bucket)
        return bucket

    def editing(self, name: str) -> BucketEdit:
        """Open a bucket for writing, under the store's lock: ``with store.editing("data") as bucket: …``.

        The ``with`` statement raises ``KeyError`` if the bucket does not exist. If the block raises, its changes stay:
        check first, then write. Blocks can be nested, also for different buckets.
        """
        return BucketEdit(self, name)

    def snapshot(self) -> StoreMark:
        """Return a mark of the current state: O(1). Do not call this inside ``editing``."""
        with self.lock:
            self._new_edit("take a snapshot")
            return StoreMark(
                self, self._map, self._access_points, self._object_lambdas, self.control.snapshot()
            )

    def restore(self, mark: StoreMark) -> None:
        """Restore the state of a mark, earlier or later: O(1). Do not call this inside ``editing``."""
        if mark.store is not self:
            raise ValueError("the mark belongs to another store")
        with self.lock:
            self._new_edit("restore")
            self._map = mark.buckets
            self._access_points = mark.access_points
            self._object_lambdas = mark.object_lambdas
            self.control.restore(mark.control)
            self.lock.edition += 1

    def next_sequence(self) -> int:
        """Return a sequence number above those of all versions and uploads so far."""
        with self.lock:
            return self._id_generator.sequence()

    def continue_after(self, sequence: int) -> None:
        """Give the next versions and uploads sequence numbers above this one."""
        with self.lock:
            self._id_generator.continue_after(sequence)

    def _new_edit(self, verb: str) -> None:
        if self.lock.editors:
            raise RuntimeError(f"cannot {verb} while a bucket is being edited")
        self._edit = object()

    def _own_map(self) -> dict[str, Bucket]:
        if self._map_edit is not self._edit:
            self._map = self._map.copy()
            self._map_edit = self._edit
        return self._map

    def _begin(self, name: str) -> Bucket:
        self.lock.acquire()
        try:
            bucket = self._map[name]
            if bucket.edit is not self._edit:
                bucket = self._own_map()[name] = bucket.copy(self._edit)
        except BaseException:
            self.lock.release()
            raise
        self.lock.editors += 1
        self.lock.edition += 1
        bucket.add_editors(1)
        return bucket

    def _end(self, bucket: Bucket) -> None:
        bucket.add_editors(-1)
        self.lock.editors -= 1
        self.lock.release()


class BucketEdit:
    """The context manager that ``Store.editing`` returns."""

    __slots__ = ("_bucket", "_name", "_store")

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    def __enter__(self) -> Bucket:
        bucket = self._bucket = self._store._begin(self._name)
        return bucket

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store._end(self._bucket)
