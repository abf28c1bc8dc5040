"""STS operations whose callers have a token of an identity provider instead of credentials (P-21, P-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocks3.model.operation import operation
from mocks3.model.permissions import ROLE, Need
from mocks3.storage.iam import RoleRecord, SessionRecord
from mocks3.sts.operations import refuse_unsupported
from mocks3.sts.sessions import assumed_role, check_role_session, issued, new_session
from mocks3.sts.stand_in_roles import stand_in_role

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam.external import ExternalIdentity


@operation(Need("sts:AssumeRoleWithWebIdentity", ROLE), service="sts")
def assume_role_with_web_identity(call: Authorized, params: Params) -> Params:
    """Return credentials of a role for the subject of an OpenID Connect token [API_AssumeRoleWithWebIdentity].

    The trust policy also needs ``sts:TagSession`` if the token has session tags, and ``sts:SetSourceIdentity`` if it
    has a source identity. Raises ``MalformedPolicyDocument``; ``PackedPolicyTooLarge``; ``ValidationError``.
    """
    identity, answer = _assume(call, params)
    return {
        **answer,
        "SubjectFromWebIdentityToken": identity.subject,
        "Provider": identity.issuer,
        "Audience": identity.audience,
    }


@operation(Need("sts:AssumeRoleWithSAML", ROLE), service="sts", name="AssumeRoleWithSAML")
def assume_role_with_saml(call: Authorized, params: Params) -> Params:
    """Return credentials of a role for the subject of a SAML assertion [API_AssumeRoleWithSAML].

    The trust policy also needs ``sts:TagSession`` if the assertion has session tags, and ``sts:SetSourceIdentity`` if
    it has a source identity. Raises ``MalformedPolicyDocument``; ``PackedPolicyTooLarge``; ``ValidationError``.
    """
    identity, answer = _assume(call, params)
    return {
        **answer,
        "Subject": identity.subject,
        "SubjectType": identity.subject_type,
        "Issuer": identity.issuer,
        "Audience": identity.audience,
        "NameQualifier": identity.name_qualifier,
    }


def _assume(call: Authorized, params: Any) -> tuple[ExternalIdentity, Params]:
    """Return the identity of the caller, and the part of the answer that both calls have."""
    refuse_unsupported(call.parsed.operation, params)
    identity = call.caller.external
    assert identity is not None, "authentication reads it"
    name: str = identity.session_name or params["RoleSessionName"]
    role: RoleRecord = call.world.iam.role(params["RoleArn"]) or stand_in_role(
        call.world.iam, params["RoleArn"]
    )
    check_role_session(call, params, role.max_session)
    session: SessionRecord = new_session(call, "session", role.account, role.unique_id, name, default=3600)
    return identity, {**issued(call, session), **assumed_role(call, role, session)}
