"""Managed policies, their versions and tags."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.iam import shapes
from mocks3.iam.documents import managed_policy
from mocks3.iam.faults import DELETE_CONFLICT, ENTITY_EXISTS, LIMIT_EXCEEDED, NO_SUCH_ENTITY
from mocks3.iam.lookup import account_of, iam_of, now, policy_of, policy_to_change
from mocks3.iam.paging import paginate, under_path
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_page, with_tags, without_tags
from mocks3.model.permissions import Need, On
from mocks3.storage.iam import ManagedPolicyRecord, aws_managed
from mocks3.storage.iam.managed_policies import MOST_VERSIONS, arn_of_policy, new_managed_policy

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.managed_policies import PolicyVersionRecord


@iam_operation(
    Need("iam:CreatePolicy", On.NEW_POLICY),
    Need("iam:TagPolicy", On.NEW_POLICY, when=TAGGED),
)
def create_policy(call: Authorized, params: Params) -> Params:
    """Create a managed policy. Raises ``EntityAlreadyExists``, ``MalformedPolicyDocument``, ``LimitExceeded``."""
    iam, account, name = iam_of(call), account_of(call), params["PolicyName"]
    path = params.get("Path", "/")
    policy = managed_policy(params["PolicyDocument"], arn_of_policy(account, path, name))
    if iam.resource_named(ManagedPolicyRecord, account, name) is not None:
        raise ENTITY_EXISTS(
            message=f"A policy called {name} already exists. Duplicate names are not allowed."
        )
    unique_id = iam.new_unique_id("ANPA", account, name)
    record = new_managed_policy(
        account,
        path,
        name,
        unique_id,
        policy,
        now(),
        description=params.get("Description"),
        tags=given_tags(params),
    )
    iam.put(record)
    return {"Policy": {**shapes.policy(iam, record, account, whole=False), **_tags(record)}}


def _tags(record: ManagedPolicyRecord) -> Params:
    shown = [{"Key": key, "Value": value} for key, value in record.tags.items()]
    return {"Tags": shown} if shown else {}


@iam_operation(Need("iam:GetPolicy", On.POLICY))
def get_policy(call: Authorized, params: Params) -> Params:
    """Return a managed policy without its document. Raises ``NoSuchEntity``, ``InvalidInput``."""
    return {"Policy": shapes.policy(iam_of(call), policy_of(call, params), account_of(call))}


@iam_operation(Need("iam:ListPolicies", On.POLICIES))
def list_policies(call: Authorized, params: Params) -> Params:
    """List the managed policies of the account and of AWS, by name; ``OnlyAttached`` and the other filters apply."""
    iam, account = iam_of(call), account_of(call)
    scope = params.get("Scope", "All")
    records: list[ManagedPolicyRecord] = []
    if scope in ("All", "Local"):
        records += iam.resources(ManagedPolicyRecord, account)
    if scope in ("All", "AWS"):
        records += aws_managed.policies()
    shown = [shapes.policy(iam, each, account, whole=False) for each in under_path(params, records)]
    usage, counts = params.get("PolicyUsageFilter"), ("AttachmentCount", "PermissionsBoundaryUsageCount")
    if usage is not None:
        count = counts[usage == "PermissionsBoundary"]
        shown = [each for each in shown if each[count]]
    if params.get("OnlyAttached"):
        shown = [each for each in shown if any(each[count] for count in counts)]
    return paginate(params, "Policies", shown, lambda each: each["Arn"])


@iam_operation(Need("iam:DeletePolicy", On.POLICY))
def delete_policy(call: Authorized, params: Params) -> Params:
    """Delete a managed policy that is not in use and has one version. Raises ``NoSuchEntity``, ``DeleteConflict``."""
    record, iam = policy_to_change(call, params), iam_of(call)
    if iam.holders_of(record.arn) or iam.bounded_by(record.arn):
        raise DELETE_CONFLICT(message="Cannot delete a policy attached to entities.")
    if len(record.versions) > 1:
        raise DELETE_CONFLICT(
            message="This policy has more than one version. Before you delete a policy, you must delete the policy's "
            "versions. The default version is deleted with the policy."
        )
    iam.remove(record)
    return {}


@iam_operation(Need("iam:CreatePolicyVersion", On.POLICY))
def create_policy_version(call: Authorized, params: Params) -> Params:
    """Create a version of a managed policy; the default one with ``SetAsDefault``.

    Raises ``NoSuchEntity``, ``MalformedPolicyDocument``, ``LimitExceeded``.
    """
    record = policy_to_change(call, params)
    policy = managed_policy(params["PolicyDocument"], record.arn)
    if len(record.versions) >= MOST_VERSIONS:
        raise LIMIT_EXCEEDED(
            message=f"A managed policy can have up to {MOST_VERSIONS} versions. Before you create a new version, you "
            "must delete an existing version."
        )
    changed = record.with_version(policy, now(), default=params.get("SetAsDefault", False))
    iam_of(call).put(changed)
    made = changed.versions[f"v{changed.latest}"]
    return {"PolicyVersion": shapes.policy_version(changed, made, document=False)}


@iam_operation(Need("iam:GetPolicyVersion", On.POLICY))
def get_policy_version(call: Authorized, params: Params) -> Params:
    """Return a version of a managed policy with its document. Raises ``NoSuchEntity``, ``InvalidInput``."""
    record = policy_of(call, params)
    return {"PolicyVersion": shapes.policy_version(record, _version(record, params))}


@iam_operation(Need("iam:ListPolicyVersions", On.POLICY))
def list_policy_versions(call: Authorized, params: Params) -> Params:
    """List the versions of a managed policy, the newest first. Raises ``NoSuchEntity``, ``InvalidInput``."""
    record = policy_of(call, params)
    versions = [
        shapes.policy_version(record, each, document=False)
        for each in reversed(tuple(record.versions.values()))
    ]
    return paginate(params, "Versions", versions, lambda each: each["VersionId"])


@iam_operation(Need("iam:SetDefaultPolicyVersion", On.POLICY))
def set_default_policy_version(call: Authorized, params: Params) -> Params:
    """Make a version the default one: it applies from now on. Raises ``NoSuchEntity``, ``InvalidInput``."""
    record = policy_to_change(call, params)
    version = _version(record, params)
    iam_of(call).put(dataclasses.replace(record, default=version.id, updated=now()))
    return {}


@iam_operation(Need("iam:DeletePolicyVersion", On.POLICY))
def delete_policy_version(call: Authorized, params: Params) -> Params:
    """Delete a version that is not the default one. Raises ``NoSuchEntity``, ``DeleteConflict``."""
    record = policy_to_change(call, params)
    version = _version(record, params)
    if version.id == record.default:
        raise DELETE_CONFLICT(message="Cannot delete the default version of a policy.")
    iam_of(call).put(record.without_version(version.id))
    return {}


def _version(record: ManagedPolicyRecord, params: Params) -> PolicyVersionRecord:
    version = record.versions.get(params["VersionId"])
    if version is None:
        raise NO_SUCH_ENTITY(
            message=f"Policy {record.arn} version {params['VersionId']} does not exist or is not attachable."
        )
    return version


@iam_operation(Need("iam:TagPolicy", On.POLICY))
def tag_policy(call: Authorized, params: Params) -> Params:
    """Add tags to a managed policy. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = policy_to_change(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:UntagPolicy", On.POLICY))
def untag_policy(call: Authorized, params: Params) -> Params:
    """Remove tags of a managed policy. Raises ``NoSuchEntity``, ``InvalidInput``."""
    record = policy_to_change(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:ListPolicyTags", On.POLICY))
def list_policy_tags(call: Authorized, params: Params) -> Params:
    """List the tags of a managed policy, by key. Raises ``NoSuchEntity``, ``InvalidInput``."""
    return tag_page(params, policy_of(call, params).tags)
