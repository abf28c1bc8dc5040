"""Why a decision came out as it did, in a sentence, with the rule that says so.

Rule: the sentence is about this request: it names the caller, the resource and the document. The rules' ids are
those of the rule book, docs/rules. AWS's own sentence, which says less, is ``decision.sentence``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3.access import acl
from mocks3.access.access_points.joint_decision import OBJECT_LAMBDA
from mocks3.model.target import DirectoryTarget
from mocks3.policy import GrantKind, Layer, Policies, Reason, collect_findings
from mocks3.policy.evaluation import NO_GRANTEES, Grantee

if TYPE_CHECKING:
    from mocks3.access.decision import Decision


class ReasonText(NamedTuple):
    """A reason: what to tell a person, and the rules it follows."""

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

_UNREVEALED = frozenset({"HeadBucket", "ListObjects", "ListObjectsV2", None})


def own_policy_name(decision: Decision) -> str:
    """What the resource's own policy is called: a bucket's, an access point's, a role's, a key's or a function's."""
    if decision.at_access_point:
        return "Object Lambda access point policy" if _before_functions(decision) else "access point policy"
    if decision.action.startswith("kms:"):
        return "key policy"
    if decision.action.startswith("lambda:"):
        return "function policy"
    if decision.action.startswith("s3tables:"):
        return "table bucket policy"
    return "trust policy" if decision.action.startswith("sts:") else "bucket policy"


def _before_functions(decision: Decision) -> bool:
    return decision.action.startswith(OBJECT_LAMBDA)


def vpc_of(decision: Decision) -> str:
    """The VPC whose access point was called."""
    target = decision.question.target
    point = None if target is None else target.access_point
    return str(None if point is None else point.vpc)


def reason_text(decision: Decision) -> ReasonText:
    """The one reason that decided."""
    ruled = decision.outcome
    if ruled.allowed:
        return _ALLOWED[ruled.reason](decision)
    if ruled.explicit:
        return _explicit(decision)
    return _DENIED[ruled.reason](decision)


def headline(decision: Decision) -> str:
    """One line: the verdict, what was asked, and why."""
    word = "allowed" if decision.allowed else "denied"
    return f"{word} {decision.action} on {decision.resource} to {decision.principal}: {reason_text(decision)}"


def lookup(decision: Decision) -> str:
    """Return the command that prints the rules which a decision's report cites; empty if it cites none."""
    cited = [reason_text(part).rules for part in decision.parts if part.allowed is decision.allowed]
    note = hint(decision)
    ids = dict.fromkeys(_ID.findall(" ".join([*cited, note.rules if note else ""])))
    return f"mocks3 rule {' '.join(ids)}" if ids else ""


def hint(decision: Decision) -> ReasonText | None:
    """What a person should know of the question itself: why it came up, or what kind of resource it is about."""
    if decision.question.requested_arn == "*" and not decision.allowed:
        return ReasonText(
            'the call is about no bucket: of all resources only "*" and "arn:aws:s3:::*" match it',
            "C-5, F-72",
        )
    if decision.action == "s3:ListBucket" and decision.operation not in _UNREVEALED:
        return ReasonText(
            "S3 asks for s3:ListBucket because the key is not there: to who may list the bucket a missing key is "
            "404 NoSuchKey, to everybody else it is 403",
            "X-1",
        )
    return None


def caller_name(decision: Decision) -> str:
    """The caller, briefly: ``user dave``, ``role session r/s``, ``the anonymous caller``."""
    principal = decision.question.caller.principal
    if principal.kind == "anonymous":
        return "the anonymous caller"
    if principal.kind == "root":
        return f"the root user of {principal.account}"
    if principal.kind == "service":
        return f"the service {principal.arn}"
    kind = {"session": "role session", "federated-user": "federated user"}.get(principal.kind, principal.kind)
    return f"{kind} {(principal.arn or '').rpartition(':')[2].partition('/')[2]}"


def _own(decision: Decision) -> bool:
    return decision.question.caller.account == decision.owner


def _explicit(decision: Decision) -> ReasonText:
    if decision.outcome.reason is Reason.NETWORK:
        vpc = vpc_of(decision)
        return ReasonText(
            f"the access point takes requests from {vpc} only, and this one comes from elsewhere", "F-123"
        )
    if decision.outcome.reason is Reason.UNSIGNED:
        return ReasonText(
            "access points take signed requests only, whatever policies allow",
            'user guide, "Access points restrictions and limitations"',
        )
    layer = decision.findings.denied_by
    if layer is None:  # only RestrictPublicBuckets denies without a statement (B-22)
        return ReasonText(
            f"the {own_policy_name(decision)} is public, and RestrictPublicBuckets of Block Public Access then lets in the "
            f"owner's account {decision.owner} and AWS services alone, whomever else the policy names",
            "B-4",
        )
    kind = f"the {own_policy_name(decision)}" if layer is Layer.RESOURCE else f"a {KINDS[layer]}"
    kind = kind.replace("a identity", "an identity")
    return ReasonText(f"an explicit Deny in {kind} forbids it, whatever else allows it", "E-20")


def _bucket_session(decision: Decision) -> ReasonText:
    admitted, operation = decision.question.caller.admitted, decision.operation
    if admitted is not None and admitted.read_only:
        return ReasonText(
            f"the session of the directory bucket that signed is ReadOnly, and {operation} takes ReadWrite",
            "F-150",
        )
    return ReasonText(
        f"{operation} takes the caller's own credentials, and not those of a directory bucket's session",
        "API_CreateSession",
    )


def _silent_scp(decision: Decision) -> ReasonText:
    scps = decision.policies.scps
    silent = [
        n
        for n, level in enumerate(scps)
        if not collect_findings(decision.request, Policies(scps=(level,))).scp
    ]
    account = decision.question.caller.account
    organization = decision.question.request_info.guardrails.organization_of(account)
    names = [level.name for level in organization.chain(account)] if organization and account else []
    where = " and none on ".join(names[n] for n in silent) or "some level"
    return ReasonText(
        f"no service control policy on {where} allows it; every level from the root to the account must",
        "E-1",
    )


def _silent_endpoint(decision: Decision) -> ReasonText:
    name = decision.policies.vpc_endpoint[0].name
    if decision.circumstances.default_right:
        return ReasonText(
            f"the policy of the VPC endpoint {name} does not allow it; what an upload's initiator and owner may do by "
            "default does not pass an endpoint",
            "E-85",
        )
    return ReasonText(f"the policy of the VPC endpoint {name} does not allow it", "E-84")


def _silent_identity(decision: Decision) -> ReasonText:
    who, grants = caller_name(decision), decision.findings.resource_grants
    if decision.circumstances.own_account_only:
        return ReasonText(
            f"no identity policy of {who} allows it, and for the ACL of an object that its own account will own only "
            "that account is asked",
            "A-43",
        )
    if not _own(decision):
        granted = (
            "the owner's side allows it, but"
            if grants or decision.circumstances.acl
            else "the owner's side is silent, and"
        )
        return ReasonText(
            f"{granted} no identity policy of {who} does; across accounts both sides must",
            "E-32",
        )
    if grants & {GrantKind.ACCOUNT, GrantKind.CANONICAL}:
        return ReasonText(
            f"the {own_policy_name(decision)} allows the account {decision.owner}, which only delegates, and no identity "
            f"policy of {who} allows it",
            "E-46",
        )
    nobody = f"no identity policy of {who} allows it"
    if decision.question.requested_arn == "*":
        return ReasonText(nobody, "E-30")
    policy = own_policy_name(decision)
    present = decision.policies.resource is not None
    either = f"the {policy} does not either" if present else f"there is no {policy} that could"
    return ReasonText(f"{nobody}, and {either}", "X-45")


def _silent_boundary(decision: Decision) -> ReasonText:
    if decision.findings.identity:
        return ReasonText(
            "identity policies allow it, but the permissions boundary does not, and they reach no further than it",
            "E-86",
        )
    return ReasonText(
        f"the {own_policy_name(decision)} names the role or user, but the permissions boundary does not allow it, and "
        "limits such a grant",
        "E-41, E-44",
    )


def _silent_session(decision: Decision) -> ReasonText:
    if not decision.policies.session:
        return ReasonText("a federated user without a session policy may do nothing by itself", "P-7")
    return ReasonText(
        "the session policy does not allow it, and a session reaches no further than that", "E-87"
    )


def _silent_resource(decision: Decision) -> ReasonText:
    circumstances = decision.circumstances
    if circumstances.policy_required:
        return ReasonText(
            f"the {own_policy_name(decision)} does not allow it, and nothing else counts without it",
            "M-50" if own_policy_name(decision) == "key policy" else "P-5",
        )
    if circumstances.object_owner is not None:
        return ReasonText(
            f"the object belongs to the account {circumstances.object_owner}, which wrote it; the bucket's owner "
            "cannot allow what only the object's owner can, and the object's ACL does not",
            "E-64, E-66",
        )
    ignored = ignored_grants(decision)
    if ignored:
        return ReasonText(
            "the ACL would let it in, but IgnorePublicAcls of Block Public Access ignores grants to everybody",
            "B-2",
        )
    if decision.at_access_point:
        return ReasonText(
            f"the caller's own account allows it, but the {own_policy_name(decision)} of the owner's account "
            f"{decision.owner} does not; across accounts both sides must",
            "E-32, F-120",
        )
    if decision.question.caller.principal.kind == "service":
        return ReasonText(f"the bucket policy does not allow {decision.principal}", "PE-9")
    if _is_directory(decision):
        return _silent_directory(decision)
    if decision.question.caller.anonymous:
        return ReasonText(
            "for an unsigned request the bucket policy must allow everybody, or an ACL all users, and neither does",
            "PE-1",
        )
    return ReasonText(
        f"the caller's own account allows it, but neither the bucket policy nor an ACL of the owner's account "
        f"{decision.owner} does; across accounts both sides must",
        "E-32",
    )


def _silent_directory(decision: Decision) -> ReasonText:
    """Directory buckets have no ACLs, and cannot be public."""
    if decision.question.caller.anonymous:
        return ReasonText(
            "for an unsigned request the bucket policy would have to allow everybody, which Block Public Access "
            "prevents for directory buckets",
            "PE-1",
        )
    if not uses_bucket_policy(decision):
        return ReasonText(
            f"only the account {decision.owner}, which owns the directory bucket, manages it; its bucket policy is "
            "not asked",
            "F-151",
        )
    return ReasonText(
        f"the caller's own account allows it, but the bucket policy of the owner's account {decision.owner} does "
        "not; across accounts both sides must",
        "E-32, F-150",
    )


def _is_directory(decision: Decision) -> bool:
    return isinstance(decision.question.target, DirectoryTarget)


def uses_bucket_policy(decision: Decision) -> bool:
    """Whether the bucket's policy is asked; about managing directory buckets it is not (F-151)."""
    return not _is_directory(decision) or decision.action == "s3express:CreateSession"


def ignored_grants(decision: Decision) -> frozenset[Grantee]:
    """The grants that would reach the caller, were it not for IgnorePublicAcls."""
    target, caller = decision.question.target, decision.question.caller
    bucket = None if target is None else target.bucket
    block = None if target is None else target.public_access_block
    if bucket is None or block is None or not block.ignore_public_acls or decision.at_access_point:
        return NO_GRANTEES
    present = getattr(decision.request.context, "present", None)
    every = acl.granted(
        decision.action,
        bucket,
        present,
        canonical_id=caller.canonical_id,
        account=caller.account,
        ignore_public=False,
    )
    return every - decision.circumstances.acl


def _initiator(decision: Decision) -> ReasonText:
    upload = decision.question.request_info.upload
    whose = "another identity" if upload is None else upload.initiator.arn
    return ReasonText(
        f"the upload was begun by {whose}, and only its initiator may send parts and complete it",
        "M-2, M-3, M-4",
    )


def _by_identity(decision: Decision) -> ReasonText:
    if decision.circumstances.own_account_only and decision.question.caller.root:
        return ReasonText("the object will be the caller's own", "A-43")
    return ReasonText(
        f"an identity policy of {caller_name(decision)} allows it", "E-31" if _own(decision) else "E-32"
    )


def _by_resource(decision: Decision) -> ReasonText:
    if _own(decision):
        return ReasonText(f"the {own_policy_name(decision)} lets the caller in by itself", "E-31")
    if decision.question.caller.account is None:
        return ReasonText(f"the {own_policy_name(decision)} allows it", "PE-1")
    return ReasonText(f"the caller's account allows it, and so does the {own_policy_name(decision)}", "E-32")


def _by_acl(decision: Decision) -> ReasonText:
    kinds = {grantee.value for grantee in decision.circumstances.acl}
    whose = "object's" if decision.action in acl.ON_OBJECT else "bucket's"
    names = " and ".join(sorted("the caller's account" if kind == "account" else kind for kind in kinds))
    return ReasonText(f"a grant to {names} in the {whose} ACL allows it", "E-92")


_ALLOWED: Mapping[Reason, Callable[[Decision], ReasonText]] = {
    Reason.OWNER: lambda decision: ReasonText(
        "the root user of the account that owns it needs no policy", "E-70"
    ),
    Reason.IDENTITY: _by_identity,
    Reason.RESOURCE: _by_resource,
    Reason.ACL: _by_acl,
    Reason.DEFAULT: lambda decision: ReasonText(
        "an upload's initiator may abort it and list its parts without any policy, and so may a user's account",
        "M-5, M-6, M-10",
    ),
}

_DENIED: Mapping[Reason, Callable[[Decision], ReasonText]] = {
    Reason.SCP: _silent_scp,
    Reason.VPC_ENDPOINT: _silent_endpoint,
    Reason.IDENTITY: _silent_identity,
    Reason.BOUNDARY: _silent_boundary,
    Reason.SESSION: _silent_session,
    Reason.RESOURCE: _silent_resource,
    Reason.INITIATOR: _initiator,
    Reason.BUCKET_SESSION: _bucket_session,
}
