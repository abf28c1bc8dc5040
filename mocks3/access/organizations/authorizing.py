"""Decide whether the caller may call an operation of Organizations.

Rule: an operation whose resources are of several types is decided on each of them.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Organizations".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access import refusing
from mocks3.access.account_calls import NO_TARGET, authorized, decide_call
from mocks3.access.decision import denial_reason
from mocks3.access.tag_keys import request_tag_keys, tag_keys
from mocks3.errors.raising import DenialRow
from mocks3.model.permissions import On

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.errors import S3Error
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Params
    from mocks3.model.permissions import Need
    from mocks3.model.stages import Authenticated, Authorized
    from mocks3.model.world import World
    from mocks3.storage.iam.organizations import OrganizationRecord

DENIED = DenialRow("AccessDeniedException", 400, "{message}")

_MEMBERS = {
    On.ROOT: "RootId",
    On.PARENT: "ParentId",
    On.CHILD: "ChildId",
    On.UNIT: "OrganizationalUnitId",
    On.MEMBER: "AccountId",
    On.SOURCE_PARENT: "SourceParentId",
    On.DESTINATION_PARENT: "DestinationParentId",
    On.ATTACHMENT_TARGET: "TargetId",
}
"""The member that names the resource of a permission."""


def authorize_organizations(world: World, operation: Operation, authenticated: Authenticated) -> Authorized:
    """Decide every permission that the operation's row requires.

    Raises:
        S3Error: ``AccessDeniedException`` with AWS's message, and the decision as its ``decision``;
            ``ValidationException`` for invalid parameters.
    """
    for need in operation.required:
        if need.when is None or need.when.applies(authenticated.parsed, NO_TARGET):
            _require(world, authenticated, need)
    return authorized(world, authenticated)


def level_arn(record: OrganizationRecord, level_id: str) -> str:
    """Return the ARN of a root, a unit or an account (AWS Organizations user guide, "ARN formats")."""
    kind = "root" if level_id.startswith("r-") else "ou" if level_id.startswith("ou-") else "account"
    return f"arn:aws:organizations::{record.management}:{kind}/{record.id}/{level_id}"


def _require(world: World, authenticated: Authenticated, need: Need) -> None:
    params, account = authenticated.parsed.params, authenticated.caller.account
    assert account is not None, "only signed requests get here"
    record = world.guardrails.organization_of(account)
    arn = "*" if record is None else _resource(record, need.on, params)
    if need.on is On.HANDSHAKE:
        arn = _handshake_arn(world, params["HandshakeId"])
    decision = decide_call(world, authenticated, need.action, arn, account, _keys(record, params))
    refusing.require(world, decision, _denied)


def _denied(decision: Decision) -> S3Error:
    start = f"User: {decision.principal} is not authorized to perform: {decision.action}"
    return DENIED(message=f"{start} on resource: {decision.resource} {denial_reason(decision)}")


def _handshake_arn(world: World, handshake_id: str) -> str:
    """Return the ARN of a handshake of any organization: the invited account is in none."""
    for record in world.guardrails.organizations.values():
        if handshake_id in record.handshakes:
            return record.arn_of_handshake(record.handshakes[handshake_id])
    return "*"


def _resource(record: OrganizationRecord, on: On, params: Params) -> str:
    if on in _MEMBERS:
        return level_arn(record, params[_MEMBERS[on]])
    if on is On.INVITED:
        return level_arn(record, params["Target"]["Id"])
    if on is On.TAGGED_RESOURCE:
        named: str = params["ResourceId"]
        return _policy_arn(record, named) if named.startswith("p-") else level_arn(record, named)
    return _policy_arn(record, params["PolicyId"]) if on is On.ORGANIZATION_POLICY else "*"


def _policy_arn(record: OrganizationRecord, policy_id: str) -> str:
    policy = record.policies.get(policy_id)
    if policy is None:
        return f"arn:aws:organizations::{record.management}:policy/{record.id}/*/{policy_id}"
    return record.arn_of_policy(policy)


def _keys(record: OrganizationRecord | None, params: Params) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of a call: the type of its policy, its service principal, and tags.

    Source: Service Authorization Reference, "Condition keys for AWS Organizations".
    """
    policy = None if record is None else record.policies.get(params.get("PolicyId", ""))
    named = params.get("PolicyType") or params.get("Filter") or params.get("Type")
    kind = policy.type if policy is not None else named
    keys = request_tag_keys(params)
    if isinstance(kind, str):
        keys["organizations:policytype"] = (kind,)
    if "ServicePrincipal" in params:
        keys["organizations:serviceprincipal"] = (params["ServicePrincipal"],)
    if record is not None:
        ids = (params.get(each, "") for each in ("ResourceId", "PolicyId", *_MEMBERS.values()))
        found = (record.tags[each] for each in ids if each in record.tags)
        keys |= tag_keys("aws:resourcetag", next(found, {}))
    return keys
