"""Locations and grants of S3 Access Grants, and GetDataAccess, which gives a grantee temporary credentials.

Grantees are users and roles of IAM; IAM Identity Center is not supported.

Source: the pages of the operations in the API Reference; user guide, "Managing access with S3 Access Grants"; F-170,
F-171.
"""

from __future__ import annotations

import dataclasses
import json
import re
import uuid
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access import hypothetical_request, roles
from mocks3.access.refusing import require
from mocks3.access.s3control.resources import GRANTS_SERVICE
from mocks3.errors import NotSupported, Why
from mocks3.lib.limits import later
from mocks3.lib.partitions import partition_of
from mocks3.model.operation import operation
from mocks3.model.permissions import PASSED_ROLE, Need, On
from mocks3.policy import Policy
from mocks3.rules import access_grants as rules
from mocks3.s3control import access_grants_errors as errors
from mocks3.s3control.access_grants_instance import instance_of
from mocks3.s3control.lookup import refuse_members
from mocks3.s3control.paging import paginate
from mocks3.s3control.tagging import TAGGED, given_tags
from mocks3.storage.control.grants import DEFAULT_ID, AccessGrant, AccessGrantsInstance, AccessGrantsLocation
from mocks3.storage.iam import ServiceRecord, SessionRecord
from mocks3.storage.iam.callers import caller_of_service

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam import RoleRecord

USUAL_SESSION = 3600
"""Seconds that credentials are valid by default (API_control_GetDataAccess, ``DurationSeconds``)."""

_SCOPE = re.compile(r"s3://(?:[a-z0-9.-]{3,63}(?:/.*)?)?", re.ASCII | re.DOTALL)
_GRANTEE = re.compile(r"arn:[a-z-]+:iam::\d{12}:(?:user|role)/.+", re.ASCII)


@operation(
    Need("s3:CreateAccessGrantsLocation", On.NEW_GRANTS_LOCATION),
    Need("iam:PassRole", PASSED_ROLE),
    Need("s3:TagResource", On.NEW_GRANTS_LOCATION, when=TAGGED),
    service="s3control",
)
def create_access_grants_location(call: Authorized, params: Params) -> Params:
    """Register a location with the role that S3 assumes for its grants.

    Raises ``AccessGrantsInstanceNotExistsError``, ``InvalidAccessGrantsLocation``, ``InvalidIamRole``,
    ``AccessGrantsLocationAlreadyExistsError``, ``InvalidTag``.
    """
    instance, scope = instance_of(call), params["LocationScope"]
    bucket = call.store.bucket(rules.bucket_of(scope))
    known = scope == "s3://" or (bucket is not None and bucket.region == instance.region)
    if not _SCOPE.fullmatch(scope) or not known:
        raise errors.INVALID_LOCATION()
    _require_role(call, instance, params["IAMRoleArn"])
    if any(each.scope == scope for each in _locations(call, instance)):
        raise errors.LOCATION_EXISTS()
    location = AccessGrantsLocation(
        instance.account,
        instance.region,
        DEFAULT_ID,
        scope,
        params["IAMRoleArn"],
        clock.now().replace(microsecond=0),
        given_tags(params),
    )
    if scope != "s3://":
        location = call.store.control.first_unused(
            dataclasses.replace(location, id=each) for each in rules.new_ids(instance.arn, scope)
        )
    call.store.control.put(location)
    return _shown_location(location)


@operation(Need("s3:GetAccessGrantsLocation", On.GRANTS_LOCATION), service="s3control")
def get_access_grants_location(call: Authorized, params: Params) -> Params:
    """Return a location. Raises ``AccessGrantsInstanceNotExistsError``, ``NoSuchAccessGrantsLocationError``."""
    return _shown_location(_location(call, params["AccessGrantsLocationId"]))


@operation(Need("s3:ListAccessGrantsLocations", On.GRANTS_INSTANCE), service="s3control")
def list_access_grants_locations(call: Authorized, params: Params) -> Params:
    """List the locations of the instance; with ``LocationScope``, the one with this scope.

    Raises ``AccessGrantsInstanceNotExistsError``, ``InvalidRequest``.
    """
    wanted = params.get("LocationScope")
    found = [each for each in _locations(call, instance_of(call)) if wanted in (None, each.scope)]
    return paginate(params, "AccessGrantsLocationsList", found, lambda each: str(each.arn), _shown_location)


@operation(
    Need("s3:UpdateAccessGrantsLocation", On.GRANTS_LOCATION),
    Need("iam:PassRole", PASSED_ROLE),
    service="s3control",
)
def update_access_grants_location(call: Authorized, params: Params) -> Params:
    """Change the role of a location.

    Raises ``AccessGrantsInstanceNotExistsError``, ``NoSuchAccessGrantsLocationError``, ``InvalidIamRole``.
    """
    location = _location(call, params["AccessGrantsLocationId"])
    _require_role(call, instance_of(call), params["IAMRoleArn"])
    changed = dataclasses.replace(location, role=params["IAMRoleArn"])
    call.store.control.put(changed)
    return _shown_location(changed)


@operation(Need("s3:DeleteAccessGrantsLocation", On.GRANTS_LOCATION), service="s3control")
def delete_access_grants_location(call: Authorized, params: Params) -> Params:
    """Delete a location without grants.

    Raises ``AccessGrantsInstanceNotExistsError``, ``NoSuchAccessGrantsLocationError``,
    ``AccessGrantsLocationNotEmptyError``.
    """
    location = _location(call, params["AccessGrantsLocationId"])
    if any(each.location == location.id for each in _grants(call, instance_of(call))):
        raise errors.LOCATION_NOT_EMPTY()
    call.store.control.remove(location)
    return {}


@operation(
    Need("s3:CreateAccessGrant", On.NEW_GRANT),
    Need("s3:TagResource", On.NEW_GRANT, when=TAGGED),
    service="s3control",
)
def create_access_grant(call: Authorized, params: Params) -> Params:
    """Grant a user or role access to a location, or to a prefix or an object in it.

    Raises ``AccessGrantsInstanceNotExistsError``, ``NoSuchAccessGrantsLocationError``, ``InvalidAccessGrant``,
    ``AccessGrantAlreadyExists``, ``InvalidTag``; :class:`NotSupported` for IAM Identity Center.
    """
    refuse_members(call, params, "ApplicationArn")
    instance, location = instance_of(call), _location(call, params["AccessGrantsLocationId"])
    grantee = params["Grantee"]
    if grantee.get("GranteeType", "IAM") != "IAM":
        raise NotSupported(
            f"mocks3 does not support {grantee['GranteeType']} as a grantee of S3 Access Grants"
        )
    sub_prefix = params.get("AccessGrantsLocationConfiguration", {}).get("S3SubPrefix")
    scope = rules.scope_of(location.scope, sub_prefix)
    is_object = params.get("S3PrefixType") == "Object"
    if (
        "GranteeType" not in grantee
        or not _GRANTEE.fullmatch(grantee.get("GranteeIdentifier", ""))
        or (location.scope == "s3://" and not sub_prefix)
        or (is_object and (not sub_prefix or sub_prefix.endswith("*")))
        or (not is_object and sub_prefix and not sub_prefix.endswith("*"))
    ):
        raise errors.INVALID_GRANT()
    grant = AccessGrant(
        instance.account,
        instance.region,
        "",
        location.id,
        sub_prefix,
        grantee["GranteeIdentifier"],
        params["Permission"],
        scope,
        clock.now().replace(microsecond=0),
        given_tags(params),
    )
    control = call.store.control
    if rules.same_grant(control.all(AccessGrant), grant) is not None:
        raise errors.GRANT_EXISTS()
    ids = rules.new_ids(instance.arn, scope, grant.grantee, grant.permission)
    grant = control.first_unused(dataclasses.replace(grant, id=each) for each in ids)
    control.put(grant)
    return _shown_grant(grant)


@operation(Need("s3:GetAccessGrant", On.GRANT), service="s3control")
def get_access_grant(call: Authorized, params: Params) -> Params:
    """Return a grant. Raises ``AccessGrantsInstanceNotExistsError``, ``NoSuchAccessGrantError``."""
    return _shown_grant(_grant(call, params["AccessGrantId"]))


@operation(Need("s3:ListAccessGrants", On.GRANTS_INSTANCE), service="s3control")
def list_access_grants(call: Authorized, params: Params) -> Params:
    """List the grants of the instance, by grantee, permission or scope.

    Raises ``AccessGrantsInstanceNotExistsError``, ``InvalidRequest``.
    """
    refuse_members(call, params, "ApplicationArn")
    grants = [
        each
        for each in _grants(call, instance_of(call))
        if params.get("GranteeIdentifier") in (None, each.grantee)
        and params.get("GranteeType") in (None, "IAM")
        and params.get("Permission") in (None, each.permission)
        and params.get("GrantScope") in (None, each.scope)
    ]
    return paginate(params, "AccessGrantsList", grants, lambda each: str(each.arn), _shown_grant)


@operation(Need("s3:DeleteAccessGrant", On.GRANT), service="s3control")
def delete_access_grant(call: Authorized, params: Params) -> Params:
    """Delete a grant. Credentials that it gave stay valid until they expire.

    Raises ``AccessGrantsInstanceNotExistsError``, ``NoSuchAccessGrantError``.
    """
    call.store.control.remove(_grant(call, params["AccessGrantId"]))
    return {}


@operation(Need("s3:ListCallerAccessGrants", On.GRANTS_INSTANCE), service="s3control")
def list_caller_access_grants(call: Authorized, params: Params) -> Params:
    """List the caller's own grants, by the beginning of their scope.

    Raises ``AccessGrantsInstanceNotExistsError``, ``InvalidRequest``.
    """
    refuse_members(call, params, "AllowedByApplication")
    _refuse_other_instances(params)
    instance, wanted = instance_of(call), params.get("GrantScope", "").removesuffix("*")
    own = [each for each in _own_grants(call, instance) if each.scope.startswith(wanted)]
    return paginate(
        params,
        "CallerAccessGrantsList",
        own,
        lambda each: str(each.arn),
        lambda each: {"Permission": each.permission, "GrantScope": each.scope},
    )


@operation(Need("s3:GetDataAccess", On.GRANTS_INSTANCE), service="s3control")
def get_data_access(call: Authorized, params: Params) -> Params:
    """Return temporary credentials of the location's role that may only do what the caller's grant allows.

    With ``Privilege`` ``Minimal`` they are limited to the target, otherwise to the scope of the grant.

    Raises ``AccessGrantsInstanceNotExistsError``; ``AccessDenied`` without a grant; ``StsNotAuthorizedError`` if the
    trust policy of the role does not allow S3 Access Grants; ``StsValidationError`` for a duration that is too long.
    """
    _refuse_other_instances(params)
    instance, target, permission = instance_of(call), params["Target"], params["Permission"]
    grant = rules.best(_own_grants(call, instance), target, permission)
    if grant is None or (params.get("TargetType") == "Object" and target.endswith("*")):
        why = Why(
            "access-grant",
            f"no grant of {instance.arn} gives {call.caller.arn} {permission} on {target}",
            "F-170",
            ("create a grant whose scope covers the target", "request a permission and a target of a grant"),
            action="s3:GetDataAccess",
            resource=instance.arn,
        )
        raise errors.NOT_GRANTED(why, permission=permission, target=target)
    location = call.store.control.find(AccessGrantsLocation, f"{instance.arn}/location/{grant.location}")
    assert location is not None, "a location with grants cannot be deleted"
    role = _assumed(call, instance, location)
    scope = target if params.get("Privilege") == "Minimal" else grant.scope
    session = _session(call, instance, role, rules.session_policy(_partition(instance), scope, permission))
    key = call.world.iam.issue_key(session)
    return {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
            "Expiration": session.expires,
        },
        "MatchedGrantTarget": scope,
        "Grantee": {"GranteeType": "IAM", "GranteeIdentifier": grant.grantee},
    }


def _refuse_other_instances(params: Params) -> None:
    if params.get("InstanceScope") not in (None, "SELF"):
        raise NotSupported("mocks3 does not support InstanceScope ALL of S3 Access Grants")


def _session(
    call: Authorized, instance: AccessGrantsInstance, role: RoleRecord, policy: Params
) -> SessionRecord:
    seconds = call.parsed.params.get("DurationSeconds", USUAL_SESSION)
    if seconds > role.max_session:
        raise errors.STS_VALIDATION(
            message="The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    now = clock.now().replace(microsecond=0)
    return SessionRecord(
        "session",
        role.account,
        role.unique_id,
        f"access-grants-{uuid.uuid5(uuid.NAMESPACE_URL, call.caller.user_id)}",
        now,
        later(now, seconds=seconds),
        (Policy.parse(json.dumps(policy), name="session policy of S3 Access Grants"),),
        source_identity=call.caller.unique_id,
        keys={"s3:accessgrantsinstancearn": (instance.arn,)},
    )


def _assumed(call: Authorized, instance: AccessGrantsInstance, location: AccessGrantsLocation) -> RoleRecord:
    """Return the role of a location, if its trust policy allows S3 Access Grants. Else ``StsNotAuthorizedError``."""
    role = call.world.iam.role(location.role)
    if role is None:
        raise errors.INVALID_ROLE()
    service = ServiceRecord(GRANTS_SERVICE, instance.arn, instance.account)
    request_info = hypothetical_request(call.world, caller_of_service(service))
    for action in ("sts:AssumeRole", "sts:SetSourceIdentity"):
        decision = roles.ask_recorded(call.world, request_info, role, action)
        require(
            call.world,
            decision,
            lambda denied: errors.MAY_NOT_ASSUME(action=denied.action, role=location.role),
        )
    return role


def _require_role(call: Authorized, instance: AccessGrantsInstance, arn: str) -> None:
    role = call.world.iam.role(arn)
    if role is None or role.account != instance.account:
        raise errors.INVALID_ROLE()


def _own_grants(call: Authorized, instance: AccessGrantsInstance) -> list[AccessGrant]:
    """Return the caller's grants: those of its user, or of the role of its session."""
    principal = call.caller.principal
    names = {principal.arn, principal.role_arn, principal.user_arn}
    return [each for each in _grants(call, instance) if each.grantee in names]


def _grants(call: Authorized, instance: AccessGrantsInstance) -> list[AccessGrant]:
    prefix = f"{instance.arn}/"
    return [each for each in call.store.control.all(AccessGrant) if each.arn.startswith(prefix)]


def _locations(call: Authorized, instance: AccessGrantsInstance) -> list[AccessGrantsLocation]:
    prefix = f"{instance.arn}/"
    return [each for each in call.store.control.all(AccessGrantsLocation) if each.arn.startswith(prefix)]


def _grant(call: Authorized, name: str) -> AccessGrant:
    found = call.store.control.find(AccessGrant, f"{instance_of(call).arn}/grant/{name}")
    if found is None:
        raise errors.NO_GRANT()
    return found


def _location(call: Authorized, name: str) -> AccessGrantsLocation:
    found = call.store.control.find(AccessGrantsLocation, f"{instance_of(call).arn}/location/{name}")
    if found is None:
        raise errors.NO_LOCATION()
    return found


def _partition(instance: AccessGrantsInstance) -> str:
    return partition_of(instance.region)


def _shown_location(location: AccessGrantsLocation) -> Params:
    return {
        "CreatedAt": location.created,
        "AccessGrantsLocationId": location.id,
        "AccessGrantsLocationArn": location.arn,
        "LocationScope": location.scope,
        "IAMRoleArn": location.role,
    }


def _shown_grant(grant: AccessGrant) -> Params:
    configuration = {} if grant.sub_prefix is None else {"S3SubPrefix": grant.sub_prefix}
    return {
        "CreatedAt": grant.created,
        "AccessGrantId": grant.id,
        "AccessGrantArn": grant.arn,
        "Grantee": {"GranteeType": "IAM", "GranteeIdentifier": grant.grantee},
        "AccessGrantsLocationId": grant.location,
        "AccessGrantsLocationConfiguration": configuration,
        "Permission": grant.permission,
        "GrantScope": grant.scope,
    }
