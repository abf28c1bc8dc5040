"""Policies of the organization: service control policies, resource control policies and S3 policies."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.errors import Row
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need, On
from mocks3.organizations.lookup import INVALID_INPUT, organization, page, policy_of, store
from mocks3.organizations.organization import check_type
from mocks3.organizations.s3_policies import MALFORMED, s3_policy_blocks
from mocks3.organizations.tagging import TAGGING, given_tags
from mocks3.policy import Effect, Policy, PolicyKind, PolicySyntaxError
from mocks3.rules.policy_documents import stored_text
from mocks3.storage.iam import ids
from mocks3.storage.iam.organizations import S3, SCP, OrganizationPolicyRecord, OrganizationRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

DUPLICATE_POLICY = Row(
    "DuplicatePolicyException", 400, "A policy with the specified name and type already exists."
)
POLICY_IN_USE = Row(
    "PolicyInUseException", 400, "The policy is attached to one or more entities. You must detach it first."
)
TOO_LARGE = Row("ConstraintViolationException", 400, "You have exceeded the size limit of policy documents.")

LARGEST = 5120
"""The most characters of a policy document (AWS Organizations user guide, "Quotas")."""


@operation(Need("organizations:CreatePolicy", ACCOUNT), TAGGING, service="organizations")
def create_policy(call: Authorized, params: Params) -> Params:
    """Create a policy. It has no effect until it is attached.

    Raises ``DuplicatePolicyException``, ``MalformedPolicyDocumentException``, ``ConstraintViolationException``;
    :class:`NotSupported` for types that have no effect on S3.
    """
    tags = given_tags(params)
    record, kind, name = organization(call), check_type(params["Type"]), params["Name"]
    _require_free(record, kind, name)
    policy_ids = (f"p-{each}" for each in ids.lower_ids(record.id, kind, name, len(record.policies)))
    used = record.policies.keys() | record.deleted
    policy_id = next(each for each in policy_ids if each not in used)
    policy = _with_document(
        OrganizationPolicyRecord(policy_id, name, kind, None, params["Description"]), params["Content"]
    )
    store(call, record.put_policy(policy).with_tags(policy.id, tags))
    return {"Policy": _shown(record, policy)}


@operation(Need("organizations:UpdatePolicy", On.ORGANIZATION_POLICY), service="organizations")
def update_policy(call: Authorized, params: Params) -> Params:
    """Change the name, description or document of a policy, also where it is attached.

    Raises ``PolicyNotFoundException``, ``DuplicatePolicyException``, ``MalformedPolicyDocumentException``;
    ``InvalidInputException`` for a policy of AWS.
    """
    record = organization(call)
    policy = _changeable(record, params)
    name = params.get("Name", policy.name)
    if name != policy.name:
        _require_free(record, policy.type, name)
    text = params.get("Content")
    policy = dataclasses.replace(policy, name=name, description=params.get("Description", policy.description))
    policy = policy if text is None else _with_document(policy, text)
    store(call, record.put_policy(policy))
    return {"Policy": _shown(record, policy)}


@operation(Need("organizations:DescribePolicy", On.ORGANIZATION_POLICY), service="organizations")
def describe_policy(call: Authorized, params: Params) -> Params:
    """Return a policy with its document. Raises ``PolicyNotFoundException``."""
    record = organization(call)
    return {"Policy": _shown(record, policy_of(record, params))}


@operation(Need("organizations:DeletePolicy", On.ORGANIZATION_POLICY), service="organizations")
def delete_policy(call: Authorized, params: Params) -> Params:
    """Delete a policy that is attached nowhere.

    Raises ``PolicyNotFoundException``, ``PolicyInUseException``; ``InvalidInputException`` for a policy of AWS.
    """
    record = organization(call)
    policy = _changeable(record, params)
    if any(policy.id in record.policy_ids(level, policy.type) for level in record.levels.values()):
        raise POLICY_IN_USE()
    store(call, record.without_policy(policy.id))
    return {}


@operation(Need("organizations:ListPolicies", ACCOUNT), service="organizations")
def list_policies(call: Authorized, params: Params) -> Params:
    """List the policies of a type, attached or not."""
    record, kind = organization(call), check_type(params["Filter"])
    found = [summary(record, each) for each in record.policies.values() if each.type == kind]
    return page(params, "Policies", found)


def summary(record: OrganizationRecord, policy: OrganizationPolicyRecord) -> Params:
    """Return a policy without its document (API_PolicySummary)."""
    return {
        "Id": policy.id,
        "Arn": record.arn_of_policy(policy),
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.type,
        "AwsManaged": policy.aws_managed,
    }


def _shown(record: OrganizationRecord, policy: OrganizationPolicyRecord) -> Params:
    return {"PolicySummary": summary(record, policy), "Content": policy.text}


def _changeable(record: OrganizationRecord, params: Params) -> OrganizationPolicyRecord:
    policy = policy_of(record, params)
    if policy.aws_managed:
        raise INVALID_INPUT(message="You can't modify or delete an AWS managed policy.")
    return policy


def _require_free(record: OrganizationRecord, kind: str, name: str) -> None:
    if any((each.type, each.name) == (kind, name) for each in record.policies.values()):
        raise DUPLICATE_POLICY()


def _with_document(policy: OrganizationPolicyRecord, text: str) -> OrganizationPolicyRecord:
    """Return a policy with a new document. Raises ``MalformedPolicyDocumentException``."""
    if policy.type != S3:
        return dataclasses.replace(policy, policy=_parsed(text, policy.type, policy.name))
    if len(text) > LARGEST:
        raise TOO_LARGE()
    return dataclasses.replace(policy, s3_text=text, blocks=s3_policy_blocks(text))


def _parsed(text: str, kind: str, name: str) -> Policy:
    """Return a document. Resource control policies of customers only deny (E-2)."""
    if len(text) > LARGEST:
        raise TOO_LARGE()
    text = stored_text(text)
    try:
        policy = Policy.parse(text, name=name, kind=PolicyKind.SCP if kind == SCP else PolicyKind.RCP)
    except PolicySyntaxError as error:
        raise MALFORMED() from error
    if kind != SCP and any(each.effect is Effect.ALLOW for each in policy.statements):
        raise MALFORMED()
    return policy
