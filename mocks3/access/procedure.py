"""The decision procedure of one authorization: authorization.md 2.3, step by step.

Rule 1: nothing is looked up here; what each layer says (``Findings``), what ACLs give and who owns what come in,
a ``Ruled`` comes out. Rule 2: only the order in which reasons are named (6.4, X-44) is ours.
"""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from mocks3.access.acl import Grantee
from mocks3.policy import GrantKind
from mocks3.values import value

if TYPE_CHECKING:
    from mocks3.policy import Findings
    from mocks3.storage.iam.caller import Caller


class Reason(Enum):
    """Which layer decided, as the sentences of 6.4 group them."""

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


class Ruled(NamedTuple):
    """The outcome: allowed or not, by an explicit deny or not, and which layer decided."""

    allowed: bool
    reason: Reason
    explicit: bool = False


_DIRECT = frozenset({GrantKind.SESSION, GrantKind.FEDERATED, GrantKind.WILDCARD})
_GROUPS = frozenset({Grantee.ALL_USERS, Grantee.AUTHENTICATED_USERS})


@value
class Case:
    """Everything step 4 weighs. ``owner`` is the account that has the say: the bucket's, or a foreign object's.

    ``restricted``: RestrictPublicBuckets cuts what the bucket's policy, which is public, grants to this caller. ACLs
    are not cut by it (B-4, OQ-6), and the refusal reads like an explicit deny (B-22). ``guarded``: the resource's own
    policy must allow, also within the account; ``granted`` are the forms in which grants beside it do (KMS).
    ``shut_out`` is why an access point takes no such request, which goes before all policies (F-123).
    """

    caller: Caller
    findings: Findings
    acl: frozenset[Grantee]
    bucket_owner: str
    owner: str
    default_holder: bool = False
    own_account_only: bool = False
    restricted: bool = False
    guarded: bool = False
    granted: frozenset[GrantKind] = frozenset()
    shut_out: Reason | None = None


def rule(case: Case) -> Ruled:
    """Decide. See authorization.md 2.3; the step numbers of ``_rule`` are its own."""
    if case.shut_out is not None:
        return Ruled(False, case.shut_out, explicit=True)
    if case.granted:
        case = _with_grants(case, case.findings.resource_grants | case.granted)
    ruled = _rule(case)
    if not ruled.allowed:
        return ruled
    if case.guarded and not case.findings.resource_grants:
        return Ruled(False, Reason.RESOURCE)
    if case.restricted:
        ruled = _rule(_with_grants(case, frozenset()))
        return ruled if ruled.allowed else Ruled(False, Reason.RESOURCE, explicit=True)
    return ruled


def _with_grants(case: Case, grants: frozenset[GrantKind]) -> Case:
    return dataclasses.replace(case, findings=dataclasses.replace(case.findings, resource_grants=grants))


def _rule(case: Case) -> Ruled:
    findings = case.findings
    if findings.denied_by is not None:  # 1
        return Ruled(False, Reason(findings.denied_by.value), explicit=True)
    if not findings.scp:  # 2
        return Ruled(False, Reason.SCP)
    if not findings.vpc_endpoint:
        return Ruled(False, Reason.VPC_ENDPOINT)
    if case.default_holder:  # 2b
        return Ruled(True, Reason.DEFAULT)
    if case.own_account_only:  # 2c
        return _own_side(case) or Ruled(True, Reason.IDENTITY)
    if case.owner == case.bucket_owner:
        return _normal(case)
    return _foreign(case)


def _own_side(case: Case) -> Ruled | None:
    """The refusal of the caller's own account, or None when it allows (X-44: identity, boundary, session)."""
    if case.caller.root or case.findings.full or case.caller.principal.kind == "service":
        return None
    if not case.findings.identity:
        return Ruled(False, Reason.IDENTITY)
    return Ruled(False, Reason.SESSION if case.findings.boundary else Reason.BOUNDARY)


def _normal(case: Case) -> Ruled:
    if case.caller.principal.kind == "anonymous":
        if GrantKind.WILDCARD in case.findings.resource_grants:
            return Ruled(True, Reason.RESOURCE)
        if Grantee.ALL_USERS in case.acl:
            return Ruled(True, Reason.ACL)
        return Ruled(False, Reason.RESOURCE)
    if case.caller.principal.kind == "service":
        if case.findings.resource_grants:
            return Ruled(True, Reason.RESOURCE)
        return Ruled(bool(case.acl), Reason.ACL if case.acl else Reason.RESOURCE)  # LogDelivery
    if case.caller.account == case.owner:
        return _same_account(case)
    return _cross_account(case)


def _same_account(case: Case) -> Ruled:
    if case.caller.root:
        return Ruled(True, Reason.OWNER)
    if case.findings.full:
        return Ruled(True, Reason.IDENTITY)
    if _direct_grant(case):
        return Ruled(True, Reason.RESOURCE)
    if case.acl & _GROUPS:
        return Ruled(True, Reason.ACL)
    return _silence(case)


def _direct_grant(case: Case) -> bool:
    """Whether the bucket policy's form of principal grants by itself, within the account (2.4)."""
    findings, kind = case.findings, case.caller.principal.kind
    grants = findings.resource_grants
    if grants & _DIRECT:
        return True
    if GrantKind.USER in grants and kind == "user":
        return True
    limited = GrantKind.ROLE in grants or (GrantKind.USER in grants and kind == "federated-user")
    return limited and findings.boundary and findings.session


def _silence(case: Case) -> Ruled:
    """Nobody denied, nobody granted enough: which silence is named (X-44, X-45)."""
    limited = case.findings.resource_grants & {GrantKind.ROLE, GrantKind.USER}
    if case.findings.identity or limited:
        return Ruled(False, Reason.SESSION if case.findings.boundary else Reason.BOUNDARY)
    return Ruled(False, Reason.IDENTITY)


def _cross_account(case: Case) -> Ruled:
    refused = _own_side(case)
    if refused is not None:
        return refused
    if case.findings.resource_grants:
        return Ruled(True, Reason.RESOURCE)
    return Ruled(bool(case.acl), Reason.ACL if case.acl else Reason.RESOURCE)


def _foreign(case: Case) -> Ruled:
    """An object in the bucket that another account owns: the bucket policy's Allow is never enough (E-66)."""
    if case.caller.anonymous:
        allowed = Grantee.ALL_USERS in case.acl
        return Ruled(allowed, Reason.ACL if allowed else Reason.RESOURCE)
    own_principal = case.caller.account == case.bucket_owner
    if not (own_principal and _direct_grant(case)):
        refused = _own_side(case)
        if refused is not None:
            return refused
    if case.caller.account == case.owner:
        return Ruled(True, Reason.OWNER if case.caller.root else Reason.IDENTITY)
    return Ruled(bool(case.acl), Reason.ACL if case.acl else Reason.RESOURCE)
