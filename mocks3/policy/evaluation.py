"""The evaluation procedure: from the findings of every layer of policies to one outcome.

    evaluate(findings)                    policies alone
    evaluate(findings, circumstances)     policies together with ACL grants, object owners, grants on keys

Rule 1: nothing is looked up here. The input is findings and circumstances, the output is a ``PolicyOutcome``.
Rule 2: this is the only implementation of the procedure. The step numbers are those of the rule book's section on
evaluation. Only the order in which reasons are named (X-44) is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from .principals import NO_GRANTS, GrantKind

if TYPE_CHECKING:
    from .findings import Findings


class Reason(Enum):
    """What decided: a layer of policies, or another rule."""

    SCP = "scp"
    RCP = "rcp"
    VPC_ENDPOINT = "vpc-endpoint"
    RESOURCE = "resource"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    ACL = "acl"
    OWNER = "owner"
    DEFAULT = "default"
    INITIATOR = "initiator"
    NETWORK = "network-origin"
    UNSIGNED = "unsigned"
    BUCKET_SESSION = "bucket-session"


class PolicyOutcome(NamedTuple):
    """Whether the request is allowed, what decided, and whether it is an explicit deny."""

    allowed: bool
    reason: Reason
    explicit: bool = False


class Grantee(Enum):
    """The grantee of a matching grant of an access control list, relative to the caller."""

    ACCOUNT = "account"
    ALL_USERS = "all users"
    AUTHENTICATED_USERS = "authenticated users"


NO_GRANTEES: Final[frozenset[Grantee]] = frozenset()
_GROUPS: Final = frozenset({Grantee.ALL_USERS, Grantee.AUTHENTICATED_USERS})

# The forms of a grant in the account's own resource policy that need no identity policy (E-40, E-42, E-43, E-45).
_DIRECT: Final = frozenset({GrantKind.SESSION, GrantKind.FEDERATED, GrantKind.WILDCARD})
_LIMITED: Final = frozenset({GrantKind.ROLE, GrantKind.USER})


@dataclass(slots=True, eq=False)
class Circumstances:
    """Facts other than policies that decide about a request.

    Args:
        acl: The grantees of the matching grants of the resource's ACL.
        object_owner: The account that owns the object, if it is not the account that owns the bucket (E-66).
        default_right: The caller may do this without any policy: initiator and owner of a multipart upload (M-5, M-6).
        own_account_only: Only the caller's own account must allow (A-43). The anonymous caller has none, so it is
            allowed.
        restricted: RestrictPublicBuckets cancels the resource policy's grants to this caller (B-4). ACL grants remain
            (OQ-6). The denial reads like an explicit deny (B-22).
        policy_required: The resource's own policy must allow, within the account too: KMS keys, roles.
        grants: Other grants on the resource that name the caller: grants on KMS keys.
        refused: The reason why no policy is evaluated at all (F-123); None if policies are evaluated.
    """

    acl: frozenset[Grantee] = NO_GRANTEES
    object_owner: str | None = None
    default_right: bool = False
    own_account_only: bool = False
    restricted: bool = False
    policy_required: bool = False
    grants: frozenset[GrantKind] = NO_GRANTS
    refused: Reason | None = None


POLICIES_ALONE: Final = Circumstances()


def evaluate(findings: Findings, circumstances: Circumstances = POLICIES_ALONE) -> PolicyOutcome:
    """Evaluate the findings of all layers together with the circumstances.

    Args:
        findings: The findings of all layers of policies.
        circumstances: Facts other than policies.

    Returns:
        Whether the request is allowed, and what decided.
    """
    if circumstances.refused is not None:
        return PolicyOutcome(False, circumstances.refused, explicit=True)
    grants = findings.resource_grants
    if circumstances.grants:
        grants = grants | circumstances.grants
    outcome = _evaluate(findings, circumstances, grants)
    if not outcome.allowed:
        return outcome
    if circumstances.policy_required and not grants:
        return _NO_RESOURCE_POLICY
    if circumstances.restricted:
        outcome = _evaluate(findings, circumstances, NO_GRANTS)
        return outcome if outcome.allowed else _RESTRICTED
    return outcome


_NO_RESOURCE_POLICY: Final = PolicyOutcome(False, Reason.RESOURCE)
_RESTRICTED: Final = PolicyOutcome(False, Reason.RESOURCE, explicit=True)
_BY_RESOURCE: Final = PolicyOutcome(True, Reason.RESOURCE)
_BY_IDENTITY: Final = PolicyOutcome(True, Reason.IDENTITY)
_BY_OWNER: Final = PolicyOutcome(True, Reason.OWNER)
_BY_DEFAULT: Final = PolicyOutcome(True, Reason.DEFAULT)
_BY_ACL: Final = PolicyOutcome(True, Reason.ACL)


def _evaluate(
    findings: Findings, circumstances: Circumstances, grants: frozenset[GrantKind]
) -> PolicyOutcome:
    if findings.denied_by is not None:  # 1
        return PolicyOutcome(False, Reason(findings.denied_by.value), explicit=True)
    if not findings.scp:  # 2
        return PolicyOutcome(False, Reason.SCP)
    if not findings.vpc_endpoint:
        return PolicyOutcome(False, Reason.VPC_ENDPOINT)
    if circumstances.default_right:  # 2b
        return _BY_DEFAULT
    if circumstances.own_account_only:  # 2c
        return _own_side(findings) or _BY_IDENTITY
    if circumstances.object_owner is not None:
        return _foreign_object(findings, circumstances, circumstances.object_owner, grants)
    return _normal(findings, circumstances.acl, grants)


def _own_side(findings: Findings) -> PolicyOutcome | None:
    """Return the refusal of the caller's own account, or None if it allows (X-44: identity, boundary, session)."""
    if findings.full or findings.request.principal.kind in ("root", "service", "external", "anonymous"):
        return None
    if not findings.identity:
        return PolicyOutcome(False, Reason.IDENTITY)
    return PolicyOutcome(False, Reason.SESSION if findings.boundary else Reason.BOUNDARY)


def _normal(findings: Findings, acl: frozenset[Grantee], grants: frozenset[GrantKind]) -> PolicyOutcome:
    principal = findings.request.principal
    if principal.kind == "anonymous":
        if GrantKind.WILDCARD in grants:
            return _BY_RESOURCE
        return _BY_ACL if Grantee.ALL_USERS in acl else _NO_RESOURCE_POLICY
    if principal.kind in ("service", "external"):
        if grants:
            return _BY_RESOURCE
        return _BY_ACL if acl else _NO_RESOURCE_POLICY  # LogDelivery
    if principal.account == findings.request.resource_account:
        return _same_account(findings, acl, grants)
    refused = _own_side(findings)
    if refused is not None:
        return refused
    if grants:
        return _BY_RESOURCE
    return _BY_ACL if acl else _NO_RESOURCE_POLICY


def _same_account(findings: Findings, acl: frozenset[Grantee], grants: frozenset[GrantKind]) -> PolicyOutcome:
    if findings.request.principal.kind == "root":
        return _BY_OWNER
    if findings.full:
        return _BY_IDENTITY
    if grants and _grants_directly(findings, grants):
        return _BY_RESOURCE
    if acl & _GROUPS:
        return _BY_ACL
    if findings.identity or not grants.isdisjoint(_LIMITED):  # which missing Allow is named
        return PolicyOutcome(False, Reason.SESSION if findings.boundary else Reason.BOUNDARY)
    return PolicyOutcome(False, Reason.IDENTITY)


def _grants_directly(findings: Findings, grants: frozenset[GrantKind]) -> bool:
    """Return whether the resource policy alone admits a caller of its own account.

    Boundary and session policy limit a grant to the role, or to the user of a federated session. They do not limit
    one to the user itself, to the session or to everyone. A grant to the account only delegates (E-46).
    """
    if not grants.isdisjoint(_DIRECT):
        return True
    if GrantKind.USER in grants and findings.request.principal.kind == "user":
        return True
    return findings.boundary and findings.session and not grants.isdisjoint(_LIMITED)


def _foreign_object(
    findings: Findings, circumstances: Circumstances, owner: str, grants: frozenset[GrantKind]
) -> PolicyOutcome:
    """Evaluate for an object that another account owns: the bucket policy's Allow is never enough (E-66)."""
    principal, acl = findings.request.principal, circumstances.acl
    if principal.kind == "anonymous":
        return _BY_ACL if Grantee.ALL_USERS in acl else _NO_RESOURCE_POLICY
    bucket_owner_admits = principal.account == findings.request.resource_account and _grants_directly(
        findings, grants
    )
    if not bucket_owner_admits:
        refused = _own_side(findings)
        if refused is not None:
            return refused
    if principal.account == owner:
        return _BY_OWNER if principal.kind == "root" else _BY_IDENTITY
    return _BY_ACL if acl else _NO_RESOURCE_POLICY
