"""Find the smallest changes that would allow a denied request.

Rule 1: every change is tried before it is shown: the same engine decides again (:func:`would_allow`). Rule 2: a change
that is not needed is left out. Rule 3: changes outside policies (ACLs, Object Ownership, Block Public Access, the
upload's initiator, the request's network) are described in words.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access import acl
from mocks3.access.access_points import joint_decision
from mocks3.access.explain.reasons import (
    KINDS,
    caller_name,
    ignored_grants,
    own_policy_name,
    uses_bucket_policy,
    vpc_of,
)
from mocks3.access.resources import is_restricted
from mocks3.model.target import DirectoryTarget
from mocks3.policy import (
    Add,
    Layer,
    Policies,
    PolicyDecision,
    Reason,
    Remove,
    Suggestion,
    collect_findings,
    evaluate,
)
from mocks3.policy.evaluation import NO_GRANTEES, Grantee
from mocks3.policy.suggestion import suggest

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import StatementRef


class RemedyStep(NamedTuple):
    """One change: a description, and the policy statement to add, if there is one."""

    text: str
    statement: Mapping[str, Any] | None = None


Remedy = tuple[RemedyStep, ...]
"""Steps that together allow the request."""


class PolicyChange(NamedTuple):
    """A statement to add or to remove, in a policy of one of the parts of a decision.

    Both parts of a request through an access point use the caller's policies and the VPC endpoint's policy.
    """

    part: Decision
    edit: Add | Remove

    @property
    def layer(self) -> Layer:
        """The layer of the policy that changes."""
        return self.edit.layer if isinstance(self.edit, Add) else self.edit.ref.layer

    def applies_to(self, part: Decision) -> bool:
        """Return whether the part uses this policy."""
        return part is self.part or self.layer not in (Layer.RESOURCE, Layer.RCP)


PolicyChanges = tuple[PolicyChange, ...]


def remedies(decision: Decision) -> tuple[Remedy, ...]:
    """Return the smallest changes, fewest steps first. Empty if the call is allowed or no small change allows it."""
    if decision.allowed:
        return ()
    if decision.outcome.reason is Reason.INITIATOR:
        return _another_initiator(decision)
    if decision.outcome.reason is Reason.UNSIGNED:
        return ((RemedyStep("sign the request"),),)
    if decision.outcome.reason is Reason.NETWORK:
        return _from_vpc(decision)
    if decision.outcome.reason is Reason.BUCKET_SESSION:
        return ((RemedyStep("sign with the caller's own credentials or with those of a ReadWrite session"),),)
    outside = tuple(_outside_policies(decision))
    return outside or tuple(_by_policies(decision))


def would_allow(decision: Decision, policies: Iterable[Policies], *, with_restriction: bool = True) -> bool:
    """Return whether the same question would be allowed under other policies, with everything else as it was.

    Args:
        decision: The decision.
        policies: The policies of each of the decision's parts.
        with_restriction: False ignores RestrictPublicBuckets.

    Returns:
        Whether it would be allowed.
    """
    parts = [
        _under(part, changed, with_restriction)
        for part, changed in zip(decision.parts, policies, strict=True)
    ]
    if len(parts) == 1:
        return evaluate(parts[0].findings, parts[0].circumstances).allowed
    return joint_decision.combine(parts).allowed


def _under(part: Decision, policies: Policies, with_restriction: bool) -> Decision:
    circumstances = dataclasses.replace(
        part.circumstances,
        restricted=with_restriction and is_restricted(part.question, policies.resource),
    )
    findings = collect_findings(part.request, policies)
    return dataclasses.replace(part, findings=findings, circumstances=circumstances)


def _by_policies(decision: Decision) -> Iterator[Remedy]:
    """Return statements to add or to remove: the policy engine's suggestions that S3's own rules accept."""
    known: list[frozenset[str]] = []
    for changes in _candidates(decision):
        if not changes or not all(map(_is_possible, changes)) or not _allows(decision, changes):
            continue
        needed = _without_unneeded(decision, changes)
        written = frozenset(f"{own_policy_name(part)} {edit}" for part, edit in needed)
        if not any(other <= written for other in known):
            known.append(written)
            yield (*(_step(each) for each in needed), *_blocking_settings(decision, needed))


def _candidates(decision: Decision) -> Iterator[PolicyChanges]:
    """Return the engine's suggestions for each part of the decision, and for the parts together."""
    choices: list[list[PolicyChanges]] = [[*_suggested(part), ()] for part in decision.parts]
    found = (tuple(itertools.chain.from_iterable(choice)) for choice in itertools.product(*choices))
    yield from sorted(found, key=len)


def _suggested(part: Decision) -> Iterator[PolicyChanges]:
    layer = part.findings.denied_by
    if not part.allowed:
        for suggestion in suggest(PolicyDecision(part.verdict, layer, part.findings)):
            yield tuple(PolicyChange(part, edit) for edit in suggestion.changes)


def _is_possible(change: PolicyChange) -> bool:
    """Return whether the policy can be changed: the bucket must exist, and its policy must apply to the call.

    Block Public Access of directory buckets cannot be switched off (F-150).
    """
    if not isinstance(change.edit, Add) or change.layer is not Layer.RESOURCE:
        return True
    target = change.part.question.target
    if isinstance(target, DirectoryTarget) and _is_public(change.edit):
        return False
    bucketless = not change.part.circumstances.policy_required and (target is None or target.bucket is None)
    return not bucketless and uses_bucket_policy(change.part)


def _allows(decision: Decision, changes: PolicyChanges, *, with_restriction: bool = False) -> bool:
    """Return whether the changes allow the request. ``_blocking_settings`` checks Block Public Access."""
    changed = (_changed(part, changes) for part in decision.parts)
    return would_allow(decision, changed, with_restriction=with_restriction)


def _changed(part: Decision, changes: PolicyChanges) -> Policies:
    edits = tuple(change.edit for change in changes if change.applies_to(part))
    return Suggestion(edits).apply(part.policies)


def _without_unneeded(decision: Decision, changes: PolicyChanges) -> PolicyChanges:
    """Return the changes without those that S3's own rules do not need."""
    for change in changes:
        fewer = tuple(each for each in changes if each is not change)
        if fewer and _allows(decision, fewer):
            changes = fewer
    return changes


def _step(change: PolicyChange) -> RemedyStep:
    part, edit = change
    if isinstance(edit, Remove):
        return RemedyStep(f"remove or narrow {statement_name(part, edit.ref)}")
    statement = dict(edit.statement)
    if edit.layer is Layer.RESOURCE and own_policy_name(part) == "trust policy":
        del statement["Resource"]  # statements of trust policies have no Resource
    return RemedyStep(f"add to {_place(part, edit)}", statement)


def _place(decision: Decision, change: Add) -> str:
    if change.layer is Layer.RESOURCE:
        return _own_policy_of(decision)
    if change.layer is Layer.SCP:
        return f"the service control policies on {_level_name(decision, change.level or 0)}"
    if change.layer is Layer.VPC_ENDPOINT:
        return f"the policy of the VPC endpoint {decision.policies.vpc_endpoint[0].name}"
    if change.layer is Layer.IDENTITY:
        return f"the identity policies of {caller_name(decision)}"
    return f"the {KINDS[change.layer]}"


def _own_policy_of(decision: Decision) -> str:
    """Return for example ``the bucket policy of data`` or ``the access point policy of ap``."""
    target = decision.question.target
    if target is None:
        arn = decision.question.arn
        return (
            f"the {own_policy_name(decision)}" if arn is None else f"the {own_policy_name(decision)} of {arn}"
        )
    name = joint_decision.access_point_of(decision).name if decision.at_access_point else target.name
    return f"the {own_policy_name(decision)} of {name}"


def _level_name(decision: Decision, number: int) -> str:
    account = decision.question.caller.account
    organization = decision.question.request_info.guardrails.organization_of(account)
    return organization.chain(account)[number].name if organization and account else f"level {number}"


def statement_name(decision: Decision, ref: StatementRef) -> str:
    """Return a statement's index, Sid and policy: ``Statement[0] "Logs" of the identity policy "inline"``."""
    sid = f' "{ref.sid}"' if ref.sid else ""
    if ref.layer is Layer.RESOURCE:
        document = _own_policy_of(decision)
    else:
        document = f'the {KINDS[ref.layer]} "{ref.name}"' if ref.name else f"the {KINDS[ref.layer]}"
    return f"Statement[{ref.statement}]{sid} of {document}"


def _blocking_settings(decision: Decision, changes: PolicyChanges) -> Iterator[RemedyStep]:
    """Return the Block Public Access settings that block a policy that allows everyone (B-3, B-4)."""
    target = decision.question.target
    block = None if target is None else target.public_access_block
    settings = []
    if block is not None and block.block_public_policy and any(_is_public(change.edit) for change in changes):
        settings.append("BlockPublicPolicy")
    if not _allows(decision, changes, with_restriction=True):
        settings.append("RestrictPublicBuckets")
    if settings:
        yield RemedyStep(
            f"before that, switch off {' and '.join(settings)}: Block Public Access blocks policies that allow everyone"
        )


def _is_public(edit: Add | Remove) -> bool:
    return isinstance(edit, Add) and edit.statement.get("Principal") == "*"


def _outside_policies(decision: Decision) -> Iterator[Remedy]:
    """Return changes outside policies that allow the request; everything else stays the same."""
    circumstances = decision.circumstances
    restricted = [own_policy_name(part) for part in decision.parts if part.circumstances.restricted]
    if restricted and would_allow(
        decision, (part.policies for part in decision.parts), with_restriction=False
    ):
        named = " and the ".join(sorted(restricted))
        yield (RemedyStep(f"switch off RestrictPublicBuckets, or make no statement of the {named} public"),)
    if not all(part.allowed for part in decision.also):
        return
    ignored = ignored_grants(decision)
    with_ignored = dataclasses.replace(circumstances, acl=circumstances.acl | ignored)
    if ignored and evaluate(decision.findings, with_ignored).allowed:
        yield (RemedyStep("switch off IgnorePublicAcls"),)
    if circumstances.object_owner is not None:
        yield from _for_foreign_object(decision)


def _for_foreign_object(decision: Decision) -> Iterator[Remedy]:
    circumstances, caller = decision.circumstances, decision.question.caller
    granted = dataclasses.replace(circumstances, acl=circumstances.acl | {_grantee(decision)})
    permission = acl.ON_OBJECT.get(decision.action)
    if permission is not None and evaluate(decision.findings, granted).allowed:
        to = "all users" if caller.anonymous else f"the account {caller.account}"
        yield (
            RemedyStep(
                f"have the object's owner {circumstances.object_owner} grant {permission} to {to} in the object's ACL"
            ),
        )
    enforced = dataclasses.replace(circumstances, object_owner=None, acl=NO_GRANTEES)
    if evaluate(decision.findings, enforced).allowed:
        yield (
            RemedyStep(
                "set Object Ownership to BucketOwnerEnforced: then the bucket's owner owns every object"
            ),
        )


def _grantee(decision: Decision) -> Grantee:
    return Grantee.ALL_USERS if decision.question.caller.anonymous else Grantee.ACCOUNT


def _another_initiator(decision: Decision) -> tuple[Remedy, ...]:
    upload = decision.question.request_info.upload
    if upload is None:
        return ()
    found: list[Remedy] = [(RemedyStep(f"send the parts, and complete, as {upload.initiator.arn}"),)]
    if upload.initiator.account == decision.question.caller.account:
        found.append(
            (RemedyStep('create the mock with initiator_rule="account", which was observed on AWS'),)
        )
    return tuple(found)


def _from_vpc(decision: Decision) -> tuple[Remedy, ...]:
    """Return a call from the access point's VPC, with the further changes that it then needs."""
    step = RemedyStep(f"call from {vpc_of(decision)}: use aws.request_context(source_vpc=...)")
    inside = joint_decision.combine(
        dataclasses.replace(part, circumstances=dataclasses.replace(part.circumstances, refused=None))
        for part in decision.parts
    )
    return ((step,),) if inside.allowed else tuple((step, *remedy) for remedy in remedies(inside))
