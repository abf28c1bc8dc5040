"""The instance of S3 Access Grants and its resource policy.

Source: the pages of its operations in the API Reference; ErrorResponses, "List of Amazon S3 Access Grants error codes".
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import NotSupported
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError
from mocks3.rules.access_grants import bucket_of
from mocks3.rules.policy_documents import stored_text
from mocks3.s3control import access_grants_errors as errors
from mocks3.s3control.lookup import account_of, control_call
from mocks3.s3control.paging import paginate
from mocks3.s3control.tagging import TAGGED, given_tags
from mocks3.storage.control.grants import DEFAULT_ID, AccessGrantsInstance, AccessGrantsLocation, instance_arn

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized


@operation(
    Need("s3:CreateAccessGrantsInstance", On.GRANTS_INSTANCE),
    Need("s3:TagResource", On.GRANTS_INSTANCE, when=TAGGED),
    service="s3control",
)
def create_access_grants_instance(call: Authorized, params: Params) -> Params:
    """Create the account's instance in the Region.

    Raises ``AccessGrantsInstanceAlreadyExists``, ``InvalidTag``; :class:`NotSupported` for IAM Identity Center.
    """
    if params.get("IdentityCenterArn"):
        raise NotSupported("mocks3 does not support IAM Identity Center for S3 Access Grants")
    place = control_call(call)
    instance = AccessGrantsInstance(
        place.account, place.region, clock.now().replace(microsecond=0), given_tags(params)
    )
    if call.store.control.find(AccessGrantsInstance, instance.arn) is not None:
        raise errors.INSTANCE_EXISTS()
    call.store.control.put(instance)
    return _shown(instance)


@operation(Need("s3:GetAccessGrantsInstance", On.GRANTS_INSTANCE), service="s3control")
def get_access_grants_instance(call: Authorized, params: Params) -> Params:
    """Return the instance of the Region. Raises ``AccessGrantsInstanceNotExistsError``."""
    return _shown(instance_of(call))


@operation(Need("s3:GetAccessGrantsInstanceForPrefix", On.GRANTS_INSTANCE), service="s3control")
def get_access_grants_instance_for_prefix(call: Authorized, params: Params) -> Params:
    """Return the account's instance that covers a prefix: the one of the Region of its bucket.

    Raises ``AccessGrantsInstanceNotExistsError``.
    """
    bucket = call.store.bucket(bucket_of(params["S3Prefix"]))
    region = control_call(call).region if bucket is None else bucket.region
    found = call.store.control.find(AccessGrantsInstance, instance_arn(region, account_of(call)))
    if found is None:
        raise errors.NO_INSTANCE()
    return {"AccessGrantsInstanceArn": found.arn, "AccessGrantsInstanceId": DEFAULT_ID}


@operation(Need("s3:ListAccessGrantsInstances", ACCOUNT), service="s3control")
def list_access_grants_instances(call: Authorized, params: Params) -> Params:
    """List the account's instances of all Regions.

    Raises ``InvalidRequest`` for a ``MaxResults`` or ``NextToken`` that is not valid.
    """
    own = [each for each in call.store.control.all(AccessGrantsInstance) if each.account == account_of(call)]
    return paginate(params, "AccessGrantsInstancesList", own, lambda each: str(each.arn), _shown)


@operation(Need("s3:DeleteAccessGrantsInstance", On.GRANTS_INSTANCE), service="s3control")
def delete_access_grants_instance(call: Authorized, params: Params) -> Params:
    """Delete the instance. Raises ``AccessGrantsInstanceNotExistsError``, ``AccessGrantsInstanceNotEmptyError``."""
    instance = instance_of(call)
    if any(each.arn.startswith(instance.arn) for each in call.store.control.all(AccessGrantsLocation)):
        raise errors.INSTANCE_NOT_EMPTY()
    call.store.control.remove(instance)
    return {}


@operation(Need("s3:PutAccessGrantsInstanceResourcePolicy", On.GRANTS_INSTANCE), service="s3control")
def put_access_grants_instance_resource_policy(call: Authorized, params: Params) -> Params:
    """Replace the resource policy, with which other accounts use the instance.

    Raises ``AccessGrantsInstanceNotExistsError``, ``InvalidResourcePolicy``.
    """
    instance, text = instance_of(call), stored_text(params["Policy"])
    try:
        policy = Policy.parse(text, kind=PolicyKind.RESOURCE)
        policy.check_strictly(PolicyKind.RESOURCE)
        principals = stored_principals.of_policy(call.world.iam, policy)
    except (PolicySyntaxError, stored_principals.UnknownPrincipal) as error:
        raise errors.INVALID_RESOURCE_POLICY().with_note(str(error)) from error
    stored = dataclasses.replace(
        instance,
        policy=text,
        principals=principals,
        organization=params.get("Organization"),
        policy_created=clock.now().replace(microsecond=0),
    )
    call.store.control.put(stored)
    return _policy(call, stored)


@operation(Need("s3:GetAccessGrantsInstanceResourcePolicy", On.GRANTS_INSTANCE), service="s3control")
def get_access_grants_instance_resource_policy(call: Authorized, params: Params) -> Params:
    """Return the resource policy.

    Raises ``AccessGrantsInstanceNotExistsError``, ``AccessGrantsInstanceResourcePolicyNotExists``.
    """
    instance = instance_of(call)
    if instance.policy is None:
        raise errors.NO_RESOURCE_POLICY()
    return _policy(call, instance)


@operation(Need("s3:DeleteAccessGrantsInstanceResourcePolicy", On.GRANTS_INSTANCE), service="s3control")
def delete_access_grants_instance_resource_policy(call: Authorized, params: Params) -> Params:
    """Delete the resource policy.

    Raises ``AccessGrantsInstanceNotExistsError``, ``AccessGrantsInstanceResourcePolicyNotExists``.
    """
    instance = instance_of(call)
    if instance.policy is None:
        raise errors.NO_RESOURCE_POLICY()
    call.store.control.put(
        dataclasses.replace(instance, policy=None, principals={}, organization=None, policy_created=None)
    )
    return {}


def instance_of(call: Authorized) -> AccessGrantsInstance:
    """Return the instance of the account and Region. Raises ``AccessGrantsInstanceNotExistsError``."""
    place = control_call(call)
    found = call.store.control.find(AccessGrantsInstance, instance_arn(place.region, place.account))
    if found is None:
        raise errors.NO_INSTANCE()
    return found


def _shown(instance: AccessGrantsInstance) -> Params:
    return {
        "CreatedAt": instance.created,
        "AccessGrantsInstanceId": DEFAULT_ID,
        "AccessGrantsInstanceArn": instance.arn,
    }


def _policy(call: Authorized, instance: AccessGrantsInstance) -> Params:
    organization = {} if instance.organization is None else {"Organization": instance.organization}
    text = stored_principals.current_text(instance.policy, instance.principals, call.world.iam)
    return {"Policy": text, "CreatedAt": instance.policy_created, **organization}
