"""All buckets of one partition, and their past.

Rule 1: writers hold the lock of the store's world, one at a time. So whoever checks and writes inside ``editing`` does
both as one step. Readers go by handles from ``bucket``; a handle is good for as long as the lock is held, and is never
torn.
Rule 2: state is copied on write. A mark shares everything with the present until the present changes, and then
only what changes is copied: the map of buckets, the bucket's shell, its key index, the touched key's chain.
Rule 3: marks stay good. They may be restored in any order, many times.

How: every mutable piece carries the token of the edit that made it. ``snapshot`` begins a new edit; a piece whose
token is not the present edit's may be shared with a mark, and is copied before it is changed.
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
from mocks3.storage.ids import IdGenerator
from mocks3.storage.values import Acl, PublicAccessBlock


class NotEmpty(Exception):
    """The bucket still has versions or delete markers."""


class HasAccessPoints(Exception):
    """The bucket still has access points."""


@dataclass(frozen=True, slots=True)
class StoreMark:
    """A state of a store, to go back to."""

    store: Store
    buckets: dict[str, Bucket]
    access_points: Mapping[str, AccessPoint]
    object_lambdas: Mapping[str, ObjectLambda]


class Store:
    """Buckets by name. ``spool_threshold`` is the size in bytes past which ``blob`` keeps a body on disk.

    ``awaited`` are answers that functions owe, by their tokens. ``lock`` is that of the world the store belongs to.
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

    def blob(self, chunks: Iterable[bytes | bytearray | memoryview]) -> Blob:
        """A body of all chunks. Call it before ``editing``: the lock is not for waiting on a body."""
        return spool.blob_from_chunks(chunks, self.spool_threshold)

    def buckets(self) -> Mapping[str, Bucket]:
        """The buckets of this moment by name, in order of name: O(n)."""
        with self.lock:
            return MappingProxyType(dict(sorted(self._map.items())))

    def bucket(self, name: str) -> Bucket | None:
        """The bucket with this name, to read."""
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
        """A new bucket, with the settings S3 gives new buckets (since April 2023). ``owner`` is an account id.

        With a ``zone`` it is a directory bucket.

        Raises ``ValueError`` when the name is taken.
        """
        with self.lock:
            if name in self._map:
                raise ValueError(f"bucket {name!r} exists")
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
        """Take an empty bucket away.

        Raises ``KeyError`` when there is none, ``NotEmpty`` when it has versions, ``HasAccessPoints``.
        """
        with self.lock:
            if not self._map[name].is_empty:
                raise NotEmpty(name)
            if any(point.bucket == name for point in self._access_points.values()):
                raise HasAccessPoints(name)
            del self._own_map()[name]
            self.lock.edition += 1

    def access_point(self, name: str) -> AccessPoint | None:
        """The access point with this ARN or alias."""
        return self._access_points.get(name)

    def access_points(self) -> tuple[AccessPoint, ...]:
        """Every access point, in the order in which they were made."""
        return tuple(point for name, point in self._access_points.items() if name == point.arn)

    def put_access_point(self, point: AccessPoint) -> None:
        """Store an access point, replacing the one with its ARN. Raises ``KeyError`` when there is no such bucket."""
        with self.lock:
            if point.bucket not in self._map:
                raise KeyError(point.bucket)
            named = {point.arn: point, point.alias: point}
            self._access_points = MappingProxyType({**self._access_points, **named})
            self.lock.edition += 1

    def delete_access_point(self, point: AccessPoint) -> None:
        """Take an access point away, if it is there."""
        with self.lock:
            names = (point.arn, point.alias)
            left = {name: each for name, each in self._access_points.items() if name not in names}
            self._access_points = MappingProxyType(left)
            self.lock.edition += 1

    def object_lambda(self, arn: str) -> ObjectLambda | None:
        """The Object Lambda access point with this ARN."""
        return self._object_lambdas.get(arn)

    def put_object_lambda(self, point: ObjectLambda) -> None:
        """Store an Object Lambda access point, replacing the one with its ARN."""
        with self.lock:
            self._object_lambdas = MappingProxyType({**self._object_lambdas, point.arn: point})
            self.lock.edition += 1

    def delete_object_lambda(self, point: ObjectLambda) -> None:
        """Take an Object Lambda access point away, if it is there."""
        with self.lock:
            left = {arn: each for arn, each in self._object_lambdas.items() if arn != point.arn}
            self._object_lambdas = MappingProxyType(left)
            self.lock.edition += 1

    def resolve_bucket(self, name: str) -> Bucket | None:
        """The bucket that a request means by a bucket's name, or by the ARN or alias of an access point."""
        bucket = self._map.get(name)
        if bucket is None:
            point = self._access_points.get(name)
            return None if point is None else self._map.get(point.bucket)
        return bucket

    def editing(self, name: str) -> BucketEdit:
        """The bucket to write to, under the store's lock: ``with store.editing("data") as bucket: …``.

        Entering raises ``KeyError`` when there is no such bucket. What was changed when the block raises stays
        changed; so check first, then write. Blocks nest, also for different buckets.
        """
        return BucketEdit(self, name)

    def snapshot(self) -> StoreMark:
        """Remember the present state: O(1). Not inside ``editing``."""
        with self.lock:
            self._new_edit("snapshot")
            return StoreMark(self, self._map, self._access_points, self._object_lambdas)

    def restore(self, mark: StoreMark) -> None:
        """Go back (or forth) to a remembered state: O(1). Not inside ``editing``."""
        if mark.store is not self:
            raise ValueError("the mark is of another store")
        with self.lock:
            self._new_edit("restore")
            self._map = mark.buckets
            self._access_points = mark.access_points
            self._object_lambdas = mark.object_lambdas
            self.lock.edition += 1

    def _new_edit(self, verb: str) -> None:
        if self.lock.editors:
            raise RuntimeError(f"no {verb} while a bucket is being edited")
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
        bucket.open(1)
        return bucket

    def _end(self, bucket: Bucket) -> None:
        bucket.open(-1)
        self.lock.editors -= 1
        self.lock.release()


class BucketEdit:
    """The block in which a bucket may be changed."""

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
