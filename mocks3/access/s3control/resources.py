"""The resources of S3 Control: their ARNs, owners, policies, and the condition keys of calls on them.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies.stored_principals import current_text
from mocks3.access.tag_keys import tag_keys
from mocks3.lib.partitions import partition_of
from mocks3.model.permissions import On
from mocks3.model.target import Target
from mocks3.policy import Policy
from mocks3.rules.access_grants import scope_of
from mocks3.storage.control import TAGGED_KINDS, StorageLensConfiguration, StorageLensGroup
from mocks3.storage.control.grants import (
    AccessGrant,
    AccessGrantsInstance,
    AccessGrantsLocation,
    instance_arn,
)
from mocks3.storage.control.jobs import SUSPENDED, Job
from mocks3.storage.control.multi_region import MultiRegionAccessPoint

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.world import World
    from mocks3.storage import AccessPoint, Store

Values = tuple[str, ...]

GRANTS_SERVICE = "access-grants.s3.amazonaws.com"
BATCH_SERVICE = "batchoperations.s3.amazonaws.com"
"""The services that assume the roles that calls pass."""


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A call to S3 Control: the Region of its endpoint, the account that it names, and its parameters."""

    world: World
    region: str
    account: str
    params: Params

    def arn(self, resource: str, service: str = "s3") -> str:
        """Return ``arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE``."""
        return f"arn:{partition_of(self.region)}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class ControlResource:
    """A resource of S3 Control.

    arn      the ARN; ``*`` for the account
    owner    the account that owns it
    keys     the condition keys of calls on it
    policy   its own policy, if its kind has one
    bucket   the bucket, for calls on a bucket: then the bucket decides, with its policy and tags
    """

    arn: str
    owner: str
    keys: Mapping[str, Values] = field(default_factory=dict)
    policy: Policy | None = None
    bucket: Target | None = None


def _account(call: ControlCall) -> ControlResource:
    """Return the resource of calls on the account, and of GetAccessPoint, which has no resource type either."""
    params = call.params
    keys = dict(_access_point(call).keys) if "Name" in params else {}
    if "ClientRequestToken" in params:  # CreateJob, which has no resource type
        keys = _job_keys("request", next(iter(params.get("Operation") or {}), None), params.get("Priority"))
    return ControlResource("*", call.account, keys)


def _access_point(call: ControlCall) -> ControlResource:
    arn = call.arn(f"accesspoint/{call.params['Name']}")
    return _of_point(call, arn, call.world.store.access_point(arn))


def _new_access_point(call: ControlCall) -> ControlResource:
    arn = call.arn(f"accesspoint/{call.params['Name']}")
    origin = "VPC" if call.params.get("VpcConfiguration") else "Internet"
    return ControlResource(arn, call.account, _point_keys(call.account, arn, origin))


def _object_lambda(call: ControlCall) -> ControlResource:
    """Return the Object Lambda access point. Its network origin is that of its supporting access point."""
    arn = call.arn(f"accesspoint/{call.params['Name']}", "s3-object-lambda")
    point = call.world.store.object_lambda(arn)
    named = (call.params.get("Configuration") or {}).get("SupportingAccessPoint", "")
    supporting = call.world.store.access_point(named if point is None else point.supporting)
    origin = None if supporting is None else supporting.network_origin
    return ControlResource(arn, call.account, _point_keys(call.account, arn, origin))


def _of_point(call: ControlCall, arn: str, point: AccessPoint | None) -> ControlResource:
    keys = _point_keys(call.account, arn, None if point is None else point.network_origin)
    if point is not None:
        keys |= tag_keys("s3:accesspointtag", point.tags) | tag_keys("aws:resourcetag", point.tags)
    return ControlResource(arn, call.account, keys)


def _point_keys(account: str, arn: str, origin: str | None) -> dict[str, Values]:
    keys: dict[str, Values] = {"s3:dataaccesspointaccount": (account,), "s3:dataaccesspointarn": (arn,)}
    return keys if origin is None else {**keys, "s3:accesspointnetworkorigin": (origin,)}


def multi_region_named(store: Store, account: str, name: str) -> MultiRegionAccessPoint | None:
    """Return the account's Multi-Region Access Point with this name, alias or ARN, or None."""
    own = (each for each in store.control.all(MultiRegionAccessPoint) if each.account == account)
    return next((each for each in own if name in (each.name, each.alias, each.arn)), None)


def _multi_region(call: ControlCall) -> ControlResource:
    """Return the Multi-Region Access Point. Before it exists, its ARN has its name in place of the alias."""
    params = call.params
    name = (params.get("Details") or params).get("Name") or params.get("Mrap", "")
    point = multi_region_named(call.world.store, call.account, name)
    arn = (
        f"arn:{partition_of(call.region)}:s3::{call.account}:accesspoint/{name}"
        if point is None
        else point.arn
    )
    return ControlResource(arn, call.account, _point_keys(call.account, arn, "Internet"))


def _multi_region_request(call: ControlCall) -> ControlResource:
    return ControlResource(call.params["RequestTokenARN"], call.account)


def _grants_instance(call: ControlCall) -> ControlResource:
    """Return the instance of S3 Access Grants, with its resource policy."""
    arn = instance_arn(call.region, call.account)
    instance = call.world.store.control.find(AccessGrantsInstance, arn)
    if instance is None:
        return ControlResource(arn, call.account)
    return ControlResource(
        arn, call.account, tag_keys("aws:resourcetag", instance.tags), policy=_policy(call, instance)
    )


def _policy(call: ControlCall, instance: AccessGrantsInstance) -> Policy | None:
    text = current_text(instance.policy, instance.principals, call.world.iam)
    return (
        None if text is None else Policy.parse(text, name="resource policy of the S3 Access Grants instance")
    )


def _grants_location(call: ControlCall) -> ControlResource:
    arn = f"{instance_arn(call.region, call.account)}/location/{call.params['AccessGrantsLocationId']}"
    location = call.world.store.control.find(AccessGrantsLocation, arn)
    keys = {} if location is None else {"s3:accessgrantslocationscope": (location.scope,)}
    tags = {} if location is None else tag_keys("aws:resourcetag", location.tags)
    return ControlResource(arn, call.account, {**keys, **tags})


def _new_grants_location(call: ControlCall) -> ControlResource:
    arn = f"{instance_arn(call.region, call.account)}/location/*"
    return ControlResource(
        arn, call.account, {"s3:accessgrantslocationscope": (call.params["LocationScope"],)}
    )


def _grant(call: ControlCall) -> ControlResource:
    arn = f"{instance_arn(call.region, call.account)}/grant/{call.params['AccessGrantId']}"
    grant = call.world.store.control.find(AccessGrant, arn)
    keys = {} if grant is None else {"s3:accessgrantscope": (grant.scope,)}
    tags = {} if grant is None else tag_keys("aws:resourcetag", grant.tags)
    return ControlResource(arn, call.account, {**keys, **tags})


def _new_grant(call: ControlCall) -> ControlResource:
    instance = instance_arn(call.region, call.account)
    location = call.world.store.control.find(
        AccessGrantsLocation, f"{instance}/location/{call.params['AccessGrantsLocationId']}"
    )
    sub_prefix = (call.params.get("AccessGrantsLocationConfiguration") or {}).get("S3SubPrefix")
    keys = {} if location is None else {"s3:accessgrantscope": (scope_of(location.scope, sub_prefix),)}
    return ControlResource(f"{instance}/grant/*", call.account, keys)


def _passed_role(call: ControlCall) -> ControlResource:
    """Return the role that a call passes to S3 (IAM user guide, "Grant a user permissions to pass a role")."""
    arn = call.params.get("IAMRoleArn") or call.params.get("RoleArn", "")
    service = GRANTS_SERVICE if "IAMRoleArn" in call.params else BATCH_SERVICE
    owner = arn.split(":")[4] if arn.count(":") >= 5 else call.account
    return ControlResource(arn, owner or call.account, {"iam:passedtoservice": (service,)})


def _job(call: ControlCall) -> ControlResource:
    arn = call.arn(f"job/{call.params['JobId']}")
    job = call.world.store.control.find(Job, arn)
    keys = _job_keys("request", None, call.params.get("Priority"))
    if job is not None:
        keys |= _job_keys("existing", job.kind, job.priority) | tag_keys("aws:resourcetag", job.tags)
        if job.suspended is not None and job.status == SUSPENDED:
            keys["s3:jobsuspendedcause"] = ("AwaitingConfirmation",)
    return ControlResource(arn, call.account, keys)


def _job_keys(prefix: str, operation: str | None, priority: int | None) -> dict[str, Values]:
    keys: dict[str, Values] = {} if operation is None else {f"s3:{prefix}joboperation": (operation,)}
    return keys if priority is None else {**keys, f"s3:{prefix}jobpriority": (str(priority),)}


def _storage_lens(call: ControlCall) -> ControlResource:
    arn = call.arn(f"storage-lens/{call.params['ConfigId']}")
    found = call.world.store.control.find(StorageLensConfiguration, arn)
    return ControlResource(
        arn, call.account, {} if found is None else tag_keys("aws:resourcetag", found.tags)
    )


def _storage_lens_group(call: ControlCall) -> ControlResource:
    arn = call.arn(f"storage-lens-group/{call.params['Name']}")
    found = call.world.store.control.find(StorageLensGroup, arn)
    return ControlResource(
        arn, call.account, {} if found is None else tag_keys("aws:resourcetag", found.tags)
    )


def _tagged(call: ControlCall) -> ControlResource:
    """Return the resource whose tags a call reads or changes: a bucket, an access point, or another record."""
    arn: str = call.params["ResourceArn"]
    if arn.startswith(f"arn:{partition_of(call.region)}:s3:::"):
        name = arn.rpartition(":")[2]
        bucket = call.world.store.bucket(name)
        owner = call.account if bucket is None else bucket.owner
        return ControlResource(arn, owner, bucket=Target(name, bucket))
    point = call.world.store.access_point(arn)
    if point is not None:
        return _of_point(call, arn, point)
    found = (call.world.store.control.find(kind, arn) for kind in TAGGED_KINDS)
    record = next((each for each in found if each is not None), None)
    return ControlResource(
        arn, call.account, {} if record is None else tag_keys("aws:resourcetag", record.tags)
    )


RESOURCES: Mapping[On, Callable[[ControlCall], ControlResource]] = {
    On.ACCOUNT: _account,
    On.NAMED_ACCESS_POINT: _access_point,
    On.NEW_ACCESS_POINT: _new_access_point,
    On.ACCESS_POINT: _object_lambda,
    On.MULTI_REGION_ACCESS_POINT: _multi_region,
    On.MULTI_REGION_REQUEST: _multi_region_request,
    On.GRANTS_INSTANCE: _grants_instance,
    On.GRANTS_LOCATION: _grants_location,
    On.NEW_GRANTS_LOCATION: _new_grants_location,
    On.GRANT: _grant,
    On.NEW_GRANT: _new_grant,
    On.PASSED_ROLE: _passed_role,
    On.JOB: _job,
    On.STORAGE_LENS: _storage_lens,
    On.STORAGE_LENS_GROUP: _storage_lens_group,
    On.TAGGED_RESOURCE: _tagged,
}
"""How the resource of a permission is found."""
