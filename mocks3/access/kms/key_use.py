"""May the caller use this KMS key? Key policy, identity policies and grants (docs/rules/kms.md, M-50).

Within the key's account the key policy alone is enough, or one that delegates to the account together with an
identity policy; across accounts both sides must allow. A grant stands where the key policy could have named the
grantee, and denies nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import stored_principals
from mocks3.access.context import RequestInfo
from mocks3.access.decision import Decision, denial_reason
from mocks3.access.engine import decide_by_own_policy
from mocks3.access.refusing import record_decision
from mocks3.errors import Mocks3Error
from mocks3.model.request_context import RequestContext
from mocks3.policy import Reason
from mocks3.policy.principals import NO_GRANTS

if TYPE_CHECKING:
    from mocks3.model.stages import Authenticated
    from mocks3.model.world import World
    from mocks3.policy import GrantKind, Policy
    from mocks3.storage.iam.caller import Caller
    from mocks3.storage.kms import GrantRecord, KeyRecord

Keys = dict[str, tuple[str, ...]]
Context = Mapping[str, str]

_UNSEEN = (
    "this resource because the resource does not exist in this Region, no resource-based policies allow access, or a "
    "resource-based policy explicitly denies access"
)
"""All that other accounts are told (X-47)."""


def ask(
    world: World, request_info: RequestInfo, action: str, key: KeyRecord, context: Context | None = None
) -> Decision:
    """Decide whether the scene's caller may do ``action`` with the key, in an encryption context if there is one."""
    granted = _granted(world, key, action.removeprefix("kms:"), request_info.caller, context or {})
    return decide_by_own_policy(request_info, action, key.arn, key.account, policy_of(world, key), granted)


def policy_of(world: World, key: KeyRecord) -> Policy:
    """Return the key's policy as it reads now (PE-14)."""
    return stored_principals.current_policy(key.policy, key.principals, world.iam)


def ask_recorded(
    world: World, request_info: RequestInfo, action: str, key: KeyRecord, context: Context | None = None
) -> Decision:
    """The same, with a line in the world's journal."""
    return record_decision(world, ask(world, request_info, action, key, context))


def decide_hypothetical(
    world: World, caller: Caller, facts: RequestContext, action: str, arn: str
) -> Decision:
    """Decide about a key without a call, and without a line in the journal. Raises :class:`Mocks3Error`."""
    key = world.kms.key(arn)
    if key is None:
        raise Mocks3Error(f"there is no key {arn}")
    facts = dataclasses.replace(facts, keys={**caller_keys(caller), **facts.keys})
    return ask(world, RequestInfo(world, caller, facts), action, key)


def denial_message(decision: Decision) -> str:
    """KMS's message for a refusal (X-47): no quotes round the key, and little said to other accounts."""
    start = f"User: {decision.question.caller.arn} is not authorized to perform: {decision.action} on"
    foreign = decision.question.caller.account != decision.owner
    if foreign and decision.outcome.reason is Reason.RESOURCE:
        return f"{start} {_UNSEEN}"
    return f"{start} resource: {decision.resource} {denial_reason(decision)}"


def missing_key_message(caller: Caller, action: str) -> str:
    """The same for a key of another account that is not there."""
    return f"User: {caller.arn} is not authorized to perform: {action} on {_UNSEEN}"


def kms_request_info(world: World, authenticated: Authenticated, keys: Keys) -> RequestInfo:
    """A request to KMS itself, with its condition keys (``kms:…``)."""
    return _scene(world, authenticated, keys)


def forwarded_by_s3(world: World, authenticated: Authenticated, region: str, keys: Keys) -> RequestInfo:
    """A request that S3 makes to KMS of ``region`` with the caller's own identity (F-60).

    It comes from S3: where the caller called from is not seen in it.
    """
    via = {"kms:viaservice": (f"s3.{region}.amazonaws.com",), "aws:sourceip": ()}
    return _scene(world, authenticated, {**keys, **via}, via_service=True)


def made_by_s3(world: World, caller: Caller, region: str, context: Context) -> RequestInfo:
    """A request that S3 makes to KMS of ``region`` where nobody asked S3 for anything: replication, reports."""
    keys: Keys = {
        **caller_keys(caller),
        **context_keys(context),
        "kms:viaservice": (f"s3.{region}.amazonaws.com",),
    }
    return RequestInfo(world, caller, RequestContext(via_aws_service=True, keys=keys))


def _scene(
    world: World, authenticated: Authenticated, keys: Keys, *, via_service: bool = False
) -> RequestInfo:
    parsed, caller = authenticated.parsed, authenticated.caller
    told = parsed.request.context
    facts = dataclasses.replace(
        told,
        called_via=caller.via or told.called_via,
        via_aws_service=via_service or told.via_aws_service,
        keys={**caller_keys(caller), **keys, **told.keys},
    )
    return RequestInfo(world, caller, facts, parsed, authenticated.signature)


def caller_keys(caller: Caller) -> Keys:
    """The condition keys of every request to KMS."""
    return {"kms:calleraccount": (caller.account,)} if caller.account else {}


def context_keys(context: Context) -> Keys:
    """The condition keys of an encryption context (KMS, ``kms:EncryptionContext:KEY``, ``…ContextKeys``)."""
    keys: Keys = {f"kms:encryptioncontext:{name.lower()}": (value,) for name, value in context.items()}
    return {**keys, "kms:encryptioncontextkeys": tuple(context)}


def _granted(
    world: World, key: KeyRecord, operation: str, caller: Caller, context: Context
) -> frozenset[GrantKind]:
    """The forms in which grants on the key name the caller for an operation."""
    if not key.grants:
        return NO_GRANTS
    usable = (g for g in key.grants if operation in g.operations and _fits(g, context))
    holders = {stored_principals.current_name(g.grantee, g.principals, world.iam) for g in usable}
    return frozenset(form for form, name in caller.principal.names if name in holders)


def _fits(grant: GrantRecord, context: Context) -> bool:
    """Whether the grant's constraints let it be used in an encryption context."""
    if grant.equals is not None and grant.equals != context:
        return False
    return grant.subset is None or grant.subset.items() <= context.items()
