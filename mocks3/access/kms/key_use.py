"""Decide whether the caller may use a KMS key: key policy, identity policies and grants (docs/rules/kms.md, M-50).

Within the key's account the key policy alone is enough; if it delegates to the account, an identity policy must allow
it as well. Across accounts both accounts must allow it. A grant has the effect of an Allow in the key policy for the
grantee; it denies nothing.
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

_MESSAGE_TO_OTHER_ACCOUNTS = (
    "this resource because the resource does not exist in this Region, no resource-based policies allow access, or a "
    "resource-based policy explicitly denies access"
)
"""The only message that callers of other accounts get (X-47)."""


def ask(
    world: World, request_info: RequestInfo, action: str, key: KeyRecord, context: Context | None = None
) -> Decision:
    """Decide whether the caller may do ``action`` with the key. ``context`` is the encryption context."""
    granted = _granted(world, key, action.removeprefix("kms:"), request_info.caller, context or {})
    return decide_by_own_policy(request_info, action, key.arn, key.account, policy_of(world, key), granted)


def policy_of(world: World, key: KeyRecord) -> Policy:
    """Return the current policy of the key (PE-14)."""
    return stored_principals.current_policy(key.policy, key.principals, world.iam)


def ask_recorded(
    world: World, request_info: RequestInfo, action: str, key: KeyRecord, context: Context | None = None
) -> Decision:
    """Decide like :func:`ask`, and add the decision to ``aws.decisions``."""
    return record_decision(world, ask(world, request_info, action, key, context))


def decide_hypothetical(
    world: World, caller: Caller, context: RequestContext, action: str, arn: str
) -> Decision:
    """Decide about a key for ``aws.explain``, without a call. Raises :class:`Mocks3Error` if the key does not exist."""
    key = world.kms.key(arn)
    if key is None:
        raise Mocks3Error(f"there is no key {arn}")
    context = dataclasses.replace(context, keys={**caller_keys(caller), **context.keys})
    return ask(world, RequestInfo(world, caller, context), action, key)


def denial_message(decision: Decision) -> str:
    """Return KMS's message for a denial (X-47). The key's ARN has no quotes; other accounts get less detail."""
    start = f"User: {decision.question.caller.arn} is not authorized to perform: {decision.action} on"
    foreign = decision.question.caller.account != decision.owner
    if foreign and decision.outcome.reason is Reason.RESOURCE:
        return f"{start} {_MESSAGE_TO_OTHER_ACCOUNTS}"
    return f"{start} resource: {decision.resource} {denial_reason(decision)}"


def missing_key_message(caller: Caller, action: str) -> str:
    """Return KMS's message for a key of another account that does not exist."""
    return f"User: {caller.arn} is not authorized to perform: {action} on {_MESSAGE_TO_OTHER_ACCOUNTS}"


def kms_request_info(world: World, authenticated: Authenticated, keys: Keys) -> RequestInfo:
    """Return a request to KMS itself, with its condition keys (``kms:...``)."""
    return _request_info(world, authenticated, keys)


def forwarded_by_s3(world: World, authenticated: Authenticated, region: str, keys: Keys) -> RequestInfo:
    """Return the request that S3 sends to KMS in ``region`` with the caller's identity (F-60).

    It comes from S3, so it does not carry the caller's IP address.
    """
    via = {"kms:viaservice": (f"s3.{region}.amazonaws.com",), "aws:sourceip": ()}
    return _request_info(world, authenticated, {**keys, **via}, via_service=True)


def made_by_s3(world: World, caller: Caller, region: str, context: Context) -> RequestInfo:
    """Return a request that S3 sends to KMS in ``region`` without a caller's request: for replication or reports."""
    keys: Keys = {
        **caller_keys(caller),
        **context_keys(context),
        "kms:viaservice": (f"s3.{region}.amazonaws.com",),
    }
    return RequestInfo(world, caller, RequestContext(via_aws_service=True, keys=keys))


def _request_info(
    world: World, authenticated: Authenticated, keys: Keys, *, via_service: bool = False
) -> RequestInfo:
    parsed, caller = authenticated.parsed, authenticated.caller
    own = parsed.request.context
    context = dataclasses.replace(
        own,
        called_via=caller.via or own.called_via,
        via_aws_service=via_service or own.via_aws_service,
        keys={**caller_keys(caller), **keys, **own.keys},
    )
    return RequestInfo(world, caller, context, parsed, authenticated.signature)


def caller_keys(caller: Caller) -> Keys:
    """Return the condition keys that every request to KMS carries."""
    return {"kms:calleraccount": (caller.account,)} if caller.account else {}


def context_keys(context: Context) -> Keys:
    """Return the condition keys of an encryption context (``kms:EncryptionContext:KEY``, ``...ContextKeys``)."""
    keys: Keys = {f"kms:encryptioncontext:{name.lower()}": (value,) for name, value in context.items()}
    return {**keys, "kms:encryptioncontextkeys": tuple(context)}


def _granted(
    world: World, key: KeyRecord, operation: str, caller: Caller, context: Context
) -> frozenset[GrantKind]:
    """Return the forms in which grants on the key name the caller for an operation."""
    if not key.grants:
        return NO_GRANTS
    usable = (g for g in key.grants if operation in g.operations and _is_usable(g, context))
    grantees = {stored_principals.current_name(g.grantee, g.principals, world.iam) for g in usable}
    return frozenset(form for form, name in caller.principal.names if name in grantees)


def _is_usable(grant: GrantRecord, context: Context) -> bool:
    """Return whether the grant's constraints allow its use in an encryption context."""
    if grant.equals is not None and grant.equals != context:
        return False
    return grant.subset is None or grant.subset.items() <= context.items()
