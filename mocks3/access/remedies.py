"""What would allow a denied request: the smallest changes, each of which was tried.

Rule 1: nothing is shown that was not decided again, by the same procedure (``judge.reconsider``). Rule 2: a change
that can be left out is left out. Rule 3: what policies cannot say (ACLs, Object Ownership, Block Public Access, who
began an upload) is said in words.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access import acl
from mocks3.access.judge import reconsider
from mocks3.access.procedure import Reason, rule
from mocks3.access.reasons import KINDS, caller_of, ignored_grants, own_policy
from mocks3.policy import Add, Layer, Policies, Remove, Suggestion
from mocks3.policy import Decision as PolicyDecision
from mocks3.policy.suggestion import suggest

if TYPE_CHECKING:
    from mocks3.access.decision import Decision


class Step(NamedTuple):
    """One thing to do: what, and the statement it is about, if it is about one."""

    text: str
    statement: Mapping[str, Any] | None = None

    def lines(self) -> tuple[str, ...]:
        """For people: the statement on a line of its own."""
        return (
            (self.text,) if self.statement is None else (f"{self.text}:", f"  {json.dumps(self.statement)}")
        )


Remedy = tuple[Step, ...]
"""Steps that together allow the request."""


def remedies(decision: Decision) -> tuple[Remedy, ...]:
    """The smallest changes, fewest steps first; none for what is allowed, or what nothing small can allow."""
    if decision.allowed:
        return ()
    if decision.ruled.reason is Reason.INITIATOR:
        return _another_initiator(decision)
    beyond = tuple(_beyond_policies(decision))
    return beyond or tuple(_by_policies(decision))


def _by_policies(decision: Decision) -> Iterator[Remedy]:
    """Statements to add or to take away: what the policy engine suggests, if S3's own rules agree."""
    layer = decision.case.findings.denied_by
    asked = PolicyDecision(decision.verdict, layer, decision.case.findings)
    known: list[frozenset[str]] = []
    for suggestion in suggest(asked):
        if not _is_possible(decision, suggestion) or not _allows(decision, suggestion):
            continue
        fewest = _fewest(decision, suggestion)
        written = frozenset(map(str, fewest.changes))
        if not any(other <= written for other in known):
            known.append(written)
            yield (*(_step(decision, each) for each in fewest.changes), *_caveats(decision, fewest))


def _is_possible(decision: Decision, suggestion: Suggestion) -> bool:
    """Whether there is something to do, and something to do it to: what is no bucket (yet) has no policy."""
    target = decision.question.target
    bucketless = not decision.case.guarded and (target is None or target.bucket is None)
    names_bucket = any(isinstance(each, Add) and each.layer is Layer.RESOURCE for each in suggestion.changes)
    return bool(suggestion.changes) and not (bucketless and names_bucket)


def _allows(decision: Decision, suggestion: Suggestion) -> bool:
    """Whether it would do; what Block Public Access has to say is left to ``_caveats``."""
    return reconsider(decision, suggestion.apply(decision.policies), restricting=False).allowed


def _fewest(decision: Decision, suggestion: Suggestion) -> Suggestion:
    """The suggestion without the changes that S3's own rules do not ask for."""
    changes = suggestion.changes
    for change in suggestion.changes:
        fewer = Suggestion(tuple(each for each in changes if each is not change))
        if fewer.changes and _allows(decision, fewer):
            changes = fewer.changes
    return Suggestion(changes)


def _step(decision: Decision, change: Add | Remove) -> Step:
    if isinstance(change, Remove):
        return Step(f"take away, or narrow, {statement_name(decision, change.ref)}")
    statement = dict(change.statement)
    if change.layer is Layer.RESOURCE and own_policy(decision) == "trust policy":
        del statement["Resource"]  # a trust policy is about its role
    return Step(f"add to {_place(decision, change)}", statement)


def _place(decision: Decision, change: Add) -> str:
    if change.layer is Layer.RESOURCE:
        target = decision.question.target
        of = "" if target is None else f" of {target.name}"
        return f"the {own_policy(decision)}{of}"
    if change.layer is Layer.SCP:
        return f"the service control policies on {_level_name(decision, change.level or 0)}"
    if change.layer is Layer.VPC_ENDPOINT:
        return f"the policy of the VPC endpoint {decision.policies.vpc_endpoint[0].name}"
    if change.layer is Layer.IDENTITY:
        return f"the identity policies of {caller_of(decision)}"
    return f"the {KINDS[change.layer]}"


def _level_name(decision: Decision, number: int) -> str:
    account = decision.question.caller.account
    organization = decision.question.scene.guardrails.organization_of(account)
    return organization.chain(account)[number].name if organization and account else f"level {number}"


def statement_name(decision: Decision, ref: Any) -> str:
    """A statement by its document, place and Sid: ``Statement[0] "Logs" of the identity policy "inline"``."""
    sid = f' "{ref.sid}"' if ref.sid else ""
    if ref.layer is Layer.RESOURCE:
        target = decision.question.target
        document = f"the {own_policy(decision)}{'' if target is None else f' of {target.name}'}"
    else:
        document = f'the {KINDS[ref.layer]} "{ref.name}"' if ref.name else f"the {KINDS[ref.layer]}"
    return f"Statement[{ref.statement}]{sid} of {document}"


def _caveats(decision: Decision, suggestion: Suggestion) -> Iterator[Step]:
    """What Block Public Access does against a policy that lets everybody in (B-3, B-4)."""
    target = decision.question.target
    bucket = None if target is None else target.bucket
    block = None if bucket is None else bucket.public_access_block
    settings = []
    if block is not None and block.block_public_policy and any(map(_is_public, suggestion.changes)):
        settings.append("BlockPublicPolicy")
    if not reconsider(decision, suggestion.apply(decision.policies)).allowed:
        settings.append("RestrictPublicBuckets")
    if settings:
        yield Step(
            f"before that, switch {' and '.join(settings)} off, against policies that let everybody in"
        )


def _is_public(change: Add | Remove) -> bool:
    return isinstance(change, Add) and change.statement.get("Principal") == "*"


def _beyond_policies(decision: Decision) -> Iterator[Remedy]:
    """What is settled by other means than policies, tried with the rest as it is."""
    case, policies = decision.case, decision.policies
    if case.restricted and rule(dataclasses.replace(case, restricted=False)).allowed:
        yield (Step("switch RestrictPublicBuckets off, or make no statement of the bucket policy public"),)
    ignored = ignored_grants(decision)
    if ignored and rule(dataclasses.replace(case, acl=case.acl | ignored)).allowed:
        yield (Step("switch IgnorePublicAcls off"),)
    if case.owner != case.bucket_owner:
        yield from _for_foreign_object(decision, policies)


def _for_foreign_object(decision: Decision, policies: Policies) -> Iterator[Remedy]:
    case, caller = decision.case, decision.question.caller
    granted = dataclasses.replace(case, acl=case.acl | {_grantee(decision)})
    permission = acl.ON_OBJECT.get(decision.action)
    if permission is not None and rule(granted).allowed:
        to = "all users" if caller.anonymous else f"the account {caller.account}"
        yield (Step(f"let the object's owner {case.owner} grant {permission} to {to} in the object's ACL"),)
    enforced = dataclasses.replace(case, owner=case.bucket_owner, acl=acl.NOBODY)
    if rule(enforced).allowed:
        yield (
            Step("set Object Ownership to BucketOwnerEnforced: then the bucket's owner owns every object"),
        )


def _grantee(decision: Decision) -> acl.Grantee:
    return acl.Grantee.ALL_USERS if decision.question.caller.anonymous else acl.Grantee.ACCOUNT


def _another_initiator(decision: Decision) -> tuple[Remedy, ...]:
    upload = decision.question.scene.upload
    if upload is None:
        return ()
    found: list[Remedy] = [(Step(f"send the parts, and complete, as {upload.initiator.arn}"),)]
    if upload.initiator.account == decision.question.caller.account:
        found.append((Step('make the mock with initiator_rule="account", which is what AWS was seen to do'),))
    return tuple(found)
