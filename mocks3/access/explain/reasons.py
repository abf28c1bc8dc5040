"""Explain a decision in one sentence, with the ids of the rules that it follows.

Rule: the sentence is about this request. It names the caller, the resource and the policy. The ids are those of the
rule book, docs/rules. AWS's own message says less; ``decision.denial_message`` returns it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3.access import acl
from mocks3.access.access_points.joint_decision import OBJECT_LAMBDA
from mocks3.access.context import ConditionKeyValues
from mocks3.access.explain.elements import denying_statements
from mocks3.access.explain.origins import origin
from mocks3.model.target import DirectoryTarget
from mocks3.policy import GrantKind, Layer, Policies, Reason, collect_findings

if TYPE_CHECKING:
    from mocks3.access.decision import Decision


class ReasonText(NamedTuple):
    """A sentence for the reader, and the ids of the rules that it follows."""

    text: str
    rules: str

    def __str__(self) -> str:
        return f"{self.text} [{self.rules}]"


_ID = re.compile(r"\b[A-Z]{1,2}-\d+[a-z]?\b")

KINDS = {
    Layer.SCP: "service control policy",
    Layer.RCP: "resource control policy",
    Layer.VPC_ENDPOINT: "VPC endpoint policy",
    Layer.IDENTITY: "identity policy",
    Layer.BOUNDARY: "permissions boundary",
    Layer.SESSION: "session policy",
}

_LIST_CALLS = frozenset({"HeadBucket", "ListObjects", "ListObjectsV2", None})
"""Operations that check s3:ListBucket as their own permission; None is ``aws.explain``."""


def own_policy_name(decision: Decision) -> str:
    """Return the name of the resource's own policy: ``bucket policy``, ``key policy``, ``trust policy``..."""
    if decision.at_access_point:
        is_object_lambda = decision.action.startswith(OBJECT_LAMBDA)
        return "Object Lambda access point policy" if is_object_lambda else "access point policy"
    if decision.action.startswith("kms:"):
        return "key policy"
    if decision.question.target is None and ":access-grants/" in decision.resource:
        return "resource policy of the S3 Access Grants instance"
    if decision.action.startswith("lambda:"):
        return "function policy"
    if decision.action.startswith("s3tables:"):
        return "table bucket policy"
    return "trust policy" if decision.action.startswith("sts:") else "bucket policy"


def _has_no_policy(decision: Decision) -> bool:
    """Return whether resources of this kind have no policy of their own: those of IAM, S3 Control, Organizations."""
    name, has_policy = own_policy_name(decision), decision.policies.resource is not None
    is_grants = name == "resource policy of the S3 Access Grants instance"
    return decision.question.target is None and (name == "bucket policy" or (is_grants and not has_policy))


def vpc_of(decision: Decision) -> str:
    """Return the id of the VPC that the access point belongs to."""
    target = decision.question.target
    point = None if target is None else target.access_point
    return str(None if point is None else point.vpc)


def reason_text(decision: Decision) -> ReasonText:
    """Return the reason that decided."""
    outcome = decision.outcome
    if outcome.allowed:
        return _ALLOWED[outcome.reason](decision)
    if outcome.explicit:
        return _explicit(decision)
    return _DENIED[outcome.reason](decision)


def lookup(decision: Decision) -> str:
    """Return the command that prints the rules which a decision's report cites; empty if it cites none."""
    agreeing = [part for part in decision.parts if part.allowed is decision.allowed]
    cited = [reason_text(part).rules for part in agreeing]
    cited += [
        check.note[1]
        for part in agreeing
        for statement in denying_statements(part)
        for check in statement.checks
        if check.note is not None
    ]
    note = hint(decision)
    return rule_command(" ".join([*cited, note.rules if note else ""]))


def rule_command(rules: str) -> str:
    """Return the command that prints the rules whose ids are in a text; empty if it has no id."""
    ids = dict.fromkeys(_ID.findall(rules))
    return f"mocks3 rule {' '.join(ids)}" if ids else ""


def hint(decision: Decision) -> ReasonText | None:
    """Return a note about the question itself: why S3 checked this action, or what its resource is. May be None."""
    of_s3 = decision.action.startswith("s3:")
    if of_s3 and decision.question.requested_arn == "*" and not decision.allowed:
        return ReasonText(
            'the call names no bucket, so only the resources "*" and "arn:aws:s3:::*" match it',
            "C-5, F-72",
        )
    if decision.action == "s3:ListBucket" and decision.operation not in _LIST_CALLS:
        return ReasonText(
            "S3 checks s3:ListBucket because the key does not exist: callers who may list the bucket get "
            "404 NoSuchKey, all others get 403",
            "X-1",
        )
    found = None if decision.allowed else origin(decision)
    return None if found is None else ReasonText(*found)


def caller_name(decision: Decision) -> str:
    """Return a short name of the caller: ``user dave``, ``role session r/s``, ``the anonymous caller``."""
    principal = decision.question.caller.principal
    if principal.kind == "anonymous":
        return "the anonymous caller"
    if principal.kind == "root":
        return f"the root user of {principal.account}"
    if principal.kind == "service":
        return f"the service {principal.arn}"
    if principal.kind == "external":
        return f"an identity of {principal.arn}"
    kind = {"session": "role session", "federated-user": "federated user"}.get(principal.kind, principal.kind)
    return f"{kind} {(principal.arn or '').rpartition(':')[2].partition('/')[2]}"


def _own(decision: Decision) -> bool:
    return decision.question.caller.account == decision.owner


def _explicit(decision: Decision) -> ReasonText:
    if decision.outcome.reason is Reason.NETWORK:
        return ReasonText(
            f"the access point accepts requests from {vpc_of(decision)} only, and {_origin_vpc(decision)}",
            "F-123",
        )
    if decision.outcome.reason is Reason.UNSIGNED:
        return ReasonText(
            "access points accept signed requests only, even if a policy allows unsigned ones",
            'user guide, "Access points restrictions and limitations"',
        )
    layer = decision.findings.denied_by
    if layer is None:  # only RestrictPublicBuckets denies without a statement (B-22)
        return ReasonText(
            f"the {own_policy_name(decision)} is public, and RestrictPublicBuckets of Block Public Access allows "
            f"only the owner's account {decision.owner} and AWS services to use a public policy",
            "B-4",
        )
    kind = f"the {own_policy_name(decision)}" if layer is Layer.RESOURCE else f"a {KINDS[layer]}"
    kind = kind.replace("a identity", "an identity")
    return ReasonText(f"an explicit Deny in {kind} matches, and a Deny overrides every Allow", "E-20")


def _origin_vpc(decision: Decision) -> str:
    context = decision.request.context
    seen = context.get("aws:sourcevpc")
    if seen:
        return f"this request came from {seen[0]}"
    why = context.why_missing("aws:SourceVpc") if isinstance(context, ConditionKeyValues) else ""
    return f"the request has no aws:SourceVpc: {why}"


def _bucket_session(decision: Decision) -> ReasonText:
    admitted, operation = decision.question.caller.admitted, decision.operation
    if admitted is not None and admitted.read_only:
        return ReasonText(
            f"{operation} requires a ReadWrite session of the directory bucket, and the request was signed with a "
            "ReadOnly session",
            "F-150",
        )
    return ReasonText(
        f"{operation} requires the caller's own credentials, not those of a directory bucket's session",
        "API_CreateSession",
    )


def _not_allowed_by_scp(decision: Decision) -> ReasonText:
    scps = decision.policies.scps
    without_allow = [
        n
        for n, level in enumerate(scps)
        if not collect_findings(decision.request, Policies(scps=(level,))).scp
    ]
    account = decision.question.caller.account
    organization = decision.question.request_info.guardrails.organization_of(account)
    names = [level.name for level in organization.chain(account)] if organization and account else []
    where = " and none on ".join(names[n] for n in without_allow) or "some level"
    return ReasonText(
        f"no service control policy on {where} allows it; every level from the root to the account must allow it",
        "E-1",
    )


def _not_allowed_by_endpoint(decision: Decision) -> ReasonText:
    name = decision.policies.vpc_endpoint[0].name
    if decision.circumstances.default_right:
        return ReasonText(
            f"the policy of the VPC endpoint {name} does not allow it; the default rights of an upload's initiator "
            "and owner do not replace that policy",
            "E-85",
        )
    return ReasonText(f"the policy of the VPC endpoint {name} does not allow it", "E-84")


def _not_allowed_by_identity(decision: Decision) -> ReasonText:
    who, grants = caller_name(decision), decision.findings.resource_grants
    if decision.circumstances.own_account_only:
        return ReasonText(
            f"no identity policy of {who} allows it; a caller of another account than the bucket owner's needs the "
            "permission for an ACL header from its own account",
            "A-43",
        )
    if not _own(decision):
        granted = (
            "the resource's account allows it, but"
            if grants or decision.circumstances.acl
            else "the resource's account does not allow it, and"
        )
        return ReasonText(
            f"{granted} no identity policy of {who} does; across accounts both accounts must allow it",
            "E-32",
        )
    if grants & {GrantKind.ACCOUNT, GrantKind.CANONICAL}:
        return ReasonText(
            f"the {own_policy_name(decision)} allows the account {decision.owner}, which only delegates to identity "
            f"policies, and no identity policy of {who} allows it",
            "E-46",
        )
    no_identity = f"no identity policy of {who} allows it"
    if decision.question.requested_arn == "*" or _has_no_policy(decision):
        return ReasonText(no_identity, "E-30")
    policy = own_policy_name(decision)
    present = decision.policies.resource is not None
    other = f"the {policy} does not allow it either" if present else f"there is no {policy}"
    return ReasonText(f"{no_identity}, and {other}", "X-45")


def _not_allowed_by_boundary(decision: Decision) -> ReasonText:
    if decision.findings.identity:
        return ReasonText(
            "an identity policy allows it, but the permissions boundary does not; both must allow it",
            "E-86",
        )
    return ReasonText(
        f"the {own_policy_name(decision)} allows the role or user, but the permissions boundary does not, and it "
        "limits such a grant",
        "E-41, E-44",
    )


def _not_allowed_by_session(decision: Decision) -> ReasonText:
    if not decision.policies.session:
        return ReasonText("a federated user without a session policy has no permissions of its own", "P-7")
    return ReasonText(
        "the session policy does not allow it, and a session cannot do more than its policy allows", "E-87"
    )


def _not_allowed_by_resource(decision: Decision) -> ReasonText:
    circumstances = decision.circumstances
    if circumstances.policy_required:
        return ReasonText(
            f"the {own_policy_name(decision)} does not allow it, and no identity policy can replace it",
            "M-50" if own_policy_name(decision) == "key policy" else "P-5",
        )
    if circumstances.object_owner is not None:
        return ReasonText(
            f"the account {circumstances.object_owner} wrote the object and owns it; the bucket's owner "
            "cannot allow access to it, and the object's ACL does not allow it either",
            "E-64, E-66",
        )
    ignored = acl.ignored_grants(decision)
    if ignored:
        return ReasonText(
            "the ACL would allow it, but IgnorePublicAcls of Block Public Access ignores grants to everyone",
            "B-2",
        )
    if decision.at_access_point:
        return ReasonText(
            f"the caller's own account allows it, but the {own_policy_name(decision)} of the owner's account "
            f"{decision.owner} does not; across accounts both accounts must allow it",
            "E-32, F-120",
        )
    if decision.question.caller.principal.kind == "service":
        return ReasonText(f"the bucket policy does not allow {decision.principal}", "PE-9")
    if _is_directory(decision):
        return _not_allowed_by_directory(decision)
    if decision.question.caller.anonymous:
        return ReasonText(
            "an unsigned request needs a bucket policy that allows everyone or an ACL grant to all users, and there is "
            "neither",
            "PE-1",
        )
    return ReasonText(
        f"the caller's own account allows it, but neither the bucket policy nor an ACL of the owner's account "
        f"{decision.owner} does; across accounts both accounts must allow it",
        "E-32",
    )


def _not_allowed_by_directory(decision: Decision) -> ReasonText:
    """Return the reason for a directory bucket. It has no ACLs and cannot be public."""
    if decision.question.caller.anonymous:
        return ReasonText(
            "an unsigned request needs a bucket policy that allows everyone, and Block Public Access does not permit "
            "that for directory buckets",
            "PE-1",
        )
    if not uses_bucket_policy(decision):
        return ReasonText(
            f"only the account {decision.owner}, which owns the directory bucket, can manage it; the bucket policy "
            "does not apply to that",
            "F-151",
        )
    return ReasonText(
        f"the caller's own account allows it, but the bucket policy of the owner's account {decision.owner} does "
        "not; across accounts both accounts must allow it",
        "E-32, F-150",
    )


def _is_directory(decision: Decision) -> bool:
    return isinstance(decision.question.target, DirectoryTarget)


def uses_bucket_policy(decision: Decision) -> bool:
    """Return whether the bucket policy applies. It does not apply to the management of directory buckets (F-151)."""
    return not _is_directory(decision) or decision.action == "s3express:CreateSession"


def _initiator(decision: Decision) -> ReasonText:
    upload = decision.question.request_info.upload
    whose = "another identity" if upload is None else upload.initiator.arn
    return ReasonText(
        f"{whose} started the upload, and only its initiator may send parts and complete it",
        "M-2, M-3, M-4",
    )


def _by_identity(decision: Decision) -> ReasonText:
    if decision.question.caller.anonymous:
        return ReasonText(
            "the anonymous caller writes the object, and no account must allow the ACL header", "A-43"
        )
    if decision.circumstances.own_account_only and decision.question.caller.root:
        return ReasonText("the caller's account allows the ACL header, and only that account must", "A-43")
    return ReasonText(
        f"an identity policy of {caller_name(decision)} allows it", "E-31" if _own(decision) else "E-32"
    )


def _by_resource(decision: Decision) -> ReasonText:
    if _own(decision):
        return ReasonText(f"the {own_policy_name(decision)} allows it by itself", "E-31")
    if decision.question.caller.account is None:
        return ReasonText(f"the {own_policy_name(decision)} allows it", "PE-1")
    return ReasonText(f"the caller's account allows it, and so does the {own_policy_name(decision)}", "E-32")


def _by_acl(decision: Decision) -> ReasonText:
    kinds = {grantee.value for grantee in decision.circumstances.acl}
    names = " and ".join(sorted("the caller's account" if kind == "account" else kind for kind in kinds))
    about_object = decision.action in acl.ON_OBJECT
    if about_object and getattr(decision.request.context, "present", None) is None:
        return ReasonText(
            f"the key does not exist, and a grant to {names} in the bucket's ACL allows listing the bucket: "
            "the answer is 404",
            "X-4",
        )
    whose = "object's" if about_object else "bucket's"
    return ReasonText(f"a grant to {names} in the {whose} ACL allows it", "E-92")


_ALLOWED: Mapping[Reason, Callable[[Decision], ReasonText]] = {
    Reason.OWNER: lambda decision: ReasonText(
        "the caller is the root user of the account that owns the resource, and needs no policy", "E-70"
    ),
    Reason.IDENTITY: _by_identity,
    Reason.RESOURCE: _by_resource,
    Reason.ACL: _by_acl,
    Reason.DEFAULT: lambda decision: ReasonText(
        "without any policy, an upload's initiator may abort it and list its parts; if an IAM user started it, so "
        "may the root user of the account",
        "M-5, M-6, M-10",
    ),
}

_DENIED: Mapping[Reason, Callable[[Decision], ReasonText]] = {
    Reason.SCP: _not_allowed_by_scp,
    Reason.VPC_ENDPOINT: _not_allowed_by_endpoint,
    Reason.IDENTITY: _not_allowed_by_identity,
    Reason.BOUNDARY: _not_allowed_by_boundary,
    Reason.SESSION: _not_allowed_by_session,
    Reason.RESOURCE: _not_allowed_by_resource,
    Reason.INITIATOR: _initiator,
    Reason.BUCKET_SESSION: _bucket_session,
}
