"""Handles of Multi-Region Access Points, and how a test creates one without an S3 call.

    point = account.create_multi_region_access_point("global", ["data-us", "data-eu"])
    s3.get_object(Bucket=point.arn, Key="k")
    point.set_active("data-eu")

Rule: a handle stores an ARN only; its state is looked up on every use.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.access.s3control.resources import multi_region_named
from mocks3.errors import Mocks3Error
from mocks3.handles.access_points import PointHandle, check_name
from mocks3.lib.locking import holding
from mocks3.rules import access_points as rules
from mocks3.rules.policy_documents import Document
from mocks3.storage import PublicAccessBlock
from mocks3.storage.control.multi_region import MultiRegionAccessPoint, RegionRoute

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.handles.buckets import BucketHandle


class MultiRegionAccessPointHandle(PointHandle):
    """A Multi-Region Access Point. Create it with ``account.create_multi_region_access_point(...)``."""

    _how_to_allow = "; create the access point and its buckets with public_access_block=None"

    @property
    def record(self) -> MultiRegionAccessPoint:
        """The stored state of the Multi-Region Access Point.

        Raises:
            Mocks3Error: The Multi-Region Access Point was deleted.
        """
        record = self._aws.store.control.find(MultiRegionAccessPoint, self.arn)
        if record is None:
            raise Mocks3Error(f"the Multi-Region Access Point {self.arn} was deleted")
        return record

    @property
    def name(self) -> str:
        """The name. It is unique within the account."""
        return self.record.name

    @property
    def alias(self) -> str:
        """The alias, which ends in ``.mrap``."""
        return self.record.alias

    @holding("_aws.lock")
    def set_active(self, *buckets: BucketHandle | str) -> None:
        """Make the Regions of these buckets active, and all others passive: failover.

        Requests go to the first active bucket, in the order of their creation in the access point.

        Args:
            buckets: The buckets, or their names.

        Raises:
            Mocks3Error: There is no bucket, or one does not belong to the access point.
        """
        names = [each if isinstance(each, str) else each.name for each in buckets]
        record = self.record
        own = [each.bucket for each in record.routes]
        if not names or not set(names) <= set(own):
            raise Mocks3Error(f"set_active() needs buckets of {self.name}: {', '.join(own)}; not {names}")
        routes = tuple(dataclasses.replace(each, dial=100 * (each.bucket in names)) for each in record.routes)
        self._put(routes=routes)

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the Multi-Region Access Point. Its buckets stay."""
        self._aws.store.control.remove(self.record)

    def _put(self, **changes: Any) -> None:
        self._aws.store.control.put(dataclasses.replace(self.record, **changes))


def make_multi_region(
    aws: AwsState,
    account: str,
    name: str,
    buckets: Iterable[BucketHandle | str],
    *,
    policy: Document | None,
    public_access_block: PublicAccessBlock | None,
) -> MultiRegionAccessPointHandle:
    """Create a Multi-Region Access Point. See ``Account.create_multi_region_access_point``."""
    check_name(name)
    routes = [_route(aws, name, each if isinstance(each, str) else each.name) for each in buckets]
    if not routes or len({each.region for each in routes}) < len(routes):
        raise Mocks3Error(
            f"{name} needs at least one bucket, and the buckets of a Multi-Region Access Point must be in different "
            "Regions (MultiRegionAccessPointSameBucketRegion)"
        )
    if multi_region_named(aws.store, account, name) is not None:
        raise Mocks3Error(f"{name} already exists (MultiRegionAccessPointAlreadyOwnedByYou)")
    block = public_access_block or NO_BLOCK
    record = aws.store.control.first_unused(
        MultiRegionAccessPoint(account, name, each, tuple(routes), block, clock.now())
        for each in rules.multi_region_aliases(name, account)
    )
    aws.store.control.put(record)
    handle = MultiRegionAccessPointHandle(aws, record.arn)
    with ExitStack() as undo:
        undo.callback(handle.delete)
        if policy is not None:
            handle.put_policy(policy)
        undo.pop_all()
    return handle


NO_BLOCK = PublicAccessBlock(
    block_public_acls=False,
    ignore_public_acls=False,
    block_public_policy=False,
    restrict_public_buckets=False,
)


def _route(aws: AwsState, name: str, bucket: str) -> RegionRoute:
    stored = aws.store.bucket(bucket)
    if stored is None or stored.zone is not None:
        raise Mocks3Error(f"cannot create {name!r}: there is no general purpose bucket named {bucket!r}")
    return RegionRoute(stored.name, stored.region, stored.owner)
