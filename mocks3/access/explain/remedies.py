"""What would allow a denied request: the smallest changes, each of which was tried.

Rule 1: nothing is shown that was not decided again, by the same procedure (:func:`would_allow`). Rule 2: a change
that can be left out is left out. Rule 3: what policies cannot say (ACLs, Object Ownership, Block Public Access, who
began an upload, where a call comes from) is said in words.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
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
from mocks3.policy import Add, Layer, Policies, Reason, Remove, Suggestion, collect_findings, evaluate
from mocks3.policy import Decision as PolicyDecision
from mocks3.policy.evaluation import NO_GRANTEES, Grantee
from mocks3.policy.suggestion import suggest

if TYPE_CHECKING:
    from mocks3.access.decision import Decision


class RemedyStep(NamedTuple):
    """One thing to do: what, and the statement it is about, if it is about one."""

    text: str
    statement: Mapping[str, Any] | None = None

    def lines(self) -> tuple[str, ...]:
        """For people: the statement on a line of its own."""
        return (
            (self.text,) if self.statement is None else (f"{self.text}:", f"  {json.dumps(self.statement)}")
        )


Remedy = tuple[RemedyStep, ...]
"""Steps that together allow the request."""


class PolicyChange(NamedTuple):
    """A statement to add or to take away, in a document of one of a decision's parts.

    Both parts of a request through an access point see the caller's own documents, and those of its endpoint.
    """

    part: Decision
    edit: Add | Remove

    @property
    def layer(self) -> Layer:
        """The layer of the document."""
        return self.edit.layer if isinstance(self.edit, Add) else self.edit.ref.layer

    def bears_on(self, part: Decision) -> bool:
        """Whether a part sees the document."""
        return part is self.part or self.layer not in (Layer.RESOURCE, Layer.RCP)


PolicyChanges = tuple[PolicyChange, ...]


def remedies(decision: Decision) -> tuple[Remedy, ...]:
    """The smallest changes, fewest steps first; none for what is allowed, or what nothing small can allow."""
    if decision.allowed:
        return ()
    if decision.outcome.reason is Reason.INITIATOR:
        return _another_initiator(decision)
    if decision.outcome.reason is Reason.UNSIGNED:
        return ((RemedyStep("sign the request"),),)
    if decision.outcome.reason is Reason.NETWORK:
        return _from_within(decision)
    if decision.outcome.reason is Reason.BUCKET_SESSION:
        return (
            (RemedyStep("sign with the caller's own credentials, or with those of a ReadWrite session"),),
        )
    beyond = tuple(_beyond_policies(decision))
    return beyond or tuple(_by_policies(decision))


def would_allow(decision: Decision, policies: Iterable[Policies], *, restricting: bool = True) -> bool:
    """Return whether the same question would be allowed under other policies, with everything else as it was.

    Args:
        decision: The decision.
        policies: The policies of each of the decision's parts.
        restricting: False ignores RestrictPublicBuckets.

    Returns:
        Whether it would be allowed.
    """
    parts = [
        _under(part, changed, restricting) for part, changed in zip(decision.parts, policies, strict=True)
    ]
    if len(parts) == 1:
        return evaluate(parts[0].findings, parts[0].circumstances).allowed
    return joint_decision.combine(parts).allowed


def _under(part: Decision, policies: Policies, restricting: bool) -> Decision:
    circumstances = dataclasses.replace(
        part.circumstances,
        restricted=restricting and is_restricted(part.question, policies.resource),
    )
    findings = collect_findings(part.request, policies)
    return dataclasses.replace(part, findings=findings, circumstances=circumstances)


def _by_policies(decision: Decision) -> Iterator[Remedy]:
    """Statements to add or to take away: what the policy engine suggests, if S3's own rules agree."""
    known: list[frozenset[str]] = []
    for changes in _candidates(decision):
        if not changes or not all(map(_is_possible, changes)) or not _allows(decision, changes):
            continue
        fewest = _fewest(decision, changes)
        written = frozenset(f"{own_policy_name(part)} {edit}" for part, edit in fewest)
        if not any(other <= written for other in known):
            known.append(written)
            yield (*(_step(each) for each in fewest), *_caveats(decision, fewest))


def _candidates(decision: Decision) -> Iterator[PolicyChanges]:
    """What the engine suggests for a decision, and where both its parts refuse, for either and for both of them."""
    choices: list[list[PolicyChanges]] = [[*_suggested(part), ()] for part in decision.parts]
    found = (tuple(itertools.chain.from_iterable(choice)) for choice in itertools.product(*choices))
    yield from sorted(found, key=len)


def _suggested(part: Decision) -> Iterator[PolicyChanges]:
    layer = part.findings.denied_by
    if not part.allowed:
        for suggestion in suggest(PolicyDecision(part.verdict, layer, part.findings)):
            yield tuple(PolicyChange(part, edit) for edit in suggestion.changes)


def _is_possible(change: PolicyChange) -> bool:
    """Whether there is something to do it to: what is no bucket (yet) has no policy, and some calls ask for none.

    Block Public Access of directory buckets cannot be switched off (F-150).
    """
    if not isinstance(change.edit, Add) or change.layer is not Layer.RESOURCE:
        return True
    target = change.part.question.target
    if isinstance(target, DirectoryTarget) and _is_public(change.edit):
        return False
    bucketless = not change.part.circumstances.policy_required and (target is None or target.bucket is None)
    return not bucketless and uses_bucket_policy(change.part)


def _allows(decision: Decision, changes: PolicyChanges, *, restricting: bool = False) -> bool:
    """Whether it would do; what Block Public Access has to say is left to ``_caveats``."""
    changed = (_changed(part, changes) for part in decision.parts)
    return would_allow(decision, changed, restricting=restricting)


def _changed(part: Decision, changes: PolicyChanges) -> Policies:
    edits = tuple(change.edit for change in changes if change.bears_on(part))
    return Suggestion(edits).apply(part.policies)


def _fewest(decision: Decision, changes: PolicyChanges) -> PolicyChanges:
    """The changes without those that S3's own rules do not ask for."""
    for change in changes:
        fewer = tuple(each for each in changes if each is not change)
        if fewer and _allows(decision, fewer):
            changes = fewer
    return changes


def _step(change: PolicyChange) -> RemedyStep:
    part, edit = change
    if isinstance(edit, Remove):
        return RemedyStep(f"take away, or narrow, {statement_name(part, edit.ref)}")
    statement = dict(edit.statement)
    if edit.layer is Layer.RESOURCE and own_policy_name(part) == "trust policy":
        del statement["Resource"]  # a trust policy is about its role
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
    """``the bucket policy of data``, ``the access point policy of ap``."""
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


def statement_name(decision: Decision, ref: Any) -> str:
    """A statement by its document, place and Sid: ``Statement[0] "Logs" of the identity policy "inline"``."""
    sid = f' "{ref.sid}"' if ref.sid else ""
    if ref.layer is Layer.RESOURCE:
        document = _own_policy_of(decision)
    else:
        document = f'the {KINDS[ref.layer]} "{ref.name}"' if ref.name else f"the {KINDS[ref.layer]}"
    return f"Statement[{ref.statement}]{sid} of {document}"


def _caveats(decision: Decision, changes: PolicyChanges) -> Iterator[RemedyStep]:
    """What Block Public Access does against a policy that lets everybody in (B-3, B-4)."""
    target = decision.question.target
    block = None if target is None else target.public_access_block
    settings = []
    if block is not None and block.block_public_policy and any(_is_public(change.edit) for change in changes):
        settings.append("BlockPublicPolicy")
    if not _allows(decision, changes, restricting=True):
        settings.append("RestrictPublicBuckets")
    if settings:
        yield RemedyStep(
            f"before that, switch {' and '.join(settings)} off, against policies that let everybody in"
        )


def _is_public(edit: Add | Remove) -> bool:
    return isinstance(edit, Add) and edit.statement.get("Principal") == "*"


def _beyond_policies(decision: Decision) -> Iterator[Remedy]:
    """What is settled by other means than policies, tried with the rest as it is."""
    circumstances = decision.circumstances
    restricted = [own_policy_name(part) for part in decision.parts if part.circumstances.restricted]
    if restricted and would_allow(decision, (part.policies for part in decision.parts), restricting=False):
        named = " and the ".join(sorted(restricted))
        yield (RemedyStep(f"switch RestrictPublicBuckets off, or make no statement of the {named} public"),)
    if not all(part.allowed for part in decision.also):
        return
    ignored = ignored_grants(decision)
    with_ignored = dataclasses.replace(circumstances, acl=circumstances.acl | ignored)
    if ignored and evaluate(decision.findings, with_ignored).allowed:
        yield (RemedyStep("switch IgnorePublicAcls off"),)
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
                f"let the object's owner {circumstances.object_owner} grant {permission} to {to} in the object's ACL"
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
            (RemedyStep('make the mock with initiator_rule="account", which is what AWS was seen to do'),)
        )
    return tuple(found)


def _from_within(decision: Decision) -> tuple[Remedy, ...]:
    """To come from the access point's VPC, and whatever it takes from there."""
    step = RemedyStep(f"call from {vpc_of(decision)}: aws.request_context(source_vpc=...) says so")
    inside = joint_decision.combine(
        dataclasses.replace(part, circumstances=dataclasses.replace(part.circumstances, refused=None))
        for part in decision.parts
    )
    return ((step,),) if inside.allowed else tuple((step, *remedy) for remedy in remedies(inside))
