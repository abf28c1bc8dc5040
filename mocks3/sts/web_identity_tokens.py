"""Tokens that represent an AWS principal outside AWS (outbound identity federation).

Source: API_GetWebIdentityToken; IAM user guide, "Outbound identity federation", "Understanding token claims". AWS
publishes the keys at the issuer's URL, which mocks3 does not serve.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.access.web_identity_tokens import DEFAULT_SECONDS
from mocks3.errors import NotSupported, RefusalRow, Why
from mocks3.lib.limits import later
from mocks3.model.operation import operation
from mocks3.model.permissions import Need, On, When
from mocks3.rules import json_web_tokens
from mocks3.storage.iam import SessionRecord
from mocks3.sts.operations import refuse_temporary
from mocks3.sts.sessions import VALIDATION_ERROR, distinct_keys

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam import AccountRecord

DISABLED = RefusalRow(
    "OutboundWebIdentityFederationDisabledException",
    403,
    "The outbound web identity federation feature is not enabled for this account.",
)
ESCALATION = RefusalRow(
    "SessionDurationEscalationException",
    403,
    "The requested token duration would extend the session beyond its original expiration time.",
)

TAGGED = When("Tags are given", lambda parsed, target: bool(parsed.params.get("Tags")))
_CLAIMS = "https://sts.amazonaws.com/"
"""The claim with what AWS says of the principal."""


@operation(
    Need("sts:GetWebIdentityToken", On.OUTSIDE_AWS),
    Need("sts:TagGetWebIdentityToken", On.OUTSIDE_AWS, when=TAGGED),
    service="sts",
)
def get_web_identity_token(call: Authorized, params: Params) -> Params:
    """Return a signed token about the caller, for services outside AWS [API_GetWebIdentityToken].

    Raises ``OutboundWebIdentityFederationDisabledException``, ``SessionDurationEscalationException``;
    ``ValidationError`` for another algorithm than RS256 and ES384; :class:`NotSupported` for ``SubjectMode`` and
    ``Scope`` of a propagated identity.
    """
    if "Scope" in params or params.get("SubjectMode", "AWSIdentity") != "AWSIdentity":
        raise NotSupported(
            "mocks3 does not support SubjectMode=OriginIdentity and Scope of sts:GetWebIdentityToken; no token was "
            "issued"
        )
    algorithm = params["SigningAlgorithm"]
    if algorithm not in json_web_tokens.OUTBOUND_ALGORITHMS:
        raise VALIDATION_ERROR(
            message=f"1 validation error detected: Value '{algorithm}' at 'signingAlgorithm' failed to satisfy "
            "constraint: Member must satisfy enum value set: [RS256, ES384]"
        )
    refuse_temporary(call)
    distinct_keys(tag["Key"] for tag in params.get("Tags", ()))
    account, session = _enabled_account(call), _session(call)
    issued = clock.now().replace(microsecond=0)
    expires = later(issued, seconds=params.get("DurationSeconds", DEFAULT_SECONDS))
    if session is not None and expires > session.expires:
        raise ESCALATION(
            _why(
                f"the token would expire at {expires:%Y-%m-%dT%H:%M:%SZ}, and the session of {call.caller.arn} expires "
                f"at {session.expires:%Y-%m-%dT%H:%M:%SZ}",
                "ask for a shorter DurationSeconds",
            )
        )
    audience, principal = params["Audience"], call.caller.principal
    arn = principal.role_arn or call.caller.arn
    claims: dict[str, Any] = {
        "iss": account.token_issuer,
        "aud": audience[0] if len(audience) == 1 else audience,
        "sub": arn,
        "iat": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
        "jti": str(uuid.uuid4()),
        _CLAIMS: _about(call, params, str(arn), session),
    }
    return {
        "WebIdentityToken": json_web_tokens.issue_outbound(account.token_issuer, claims, algorithm),
        "Expiration": expires,
    }


def _enabled_account(call: Authorized) -> AccountRecord:
    """Return the caller's account. Raises ``OutboundWebIdentityFederationDisabledException``."""
    account = call.world.iam.account(call.caller.account or "")
    assert account is not None, "only signed requests get here"
    if not account.outbound_federation:
        raise DISABLED(
            _why(
                f"outbound web identity federation is not enabled in the account {account.id}",
                "call iam.enable_outbound_web_identity_federation with credentials of the account",
            )
        )
    return account


def _why(reason: str, fix: str) -> Why:
    return Why("sts-caller", reason, "P-25", (fix,), action="sts:GetWebIdentityToken", resource="*")


def _session(call: Authorized) -> SessionRecord | None:
    """Return the session whose credentials signed the call, or None for the key of a user or root user."""
    key = call.world.iam.key(call.signature.access_key_id or "")
    return key.holder if key is not None and isinstance(key.holder, SessionRecord) else None


def _about(call: Authorized, params: Params, arn: str, session: SessionRecord | None) -> dict[str, Any]:
    """Return what AWS says of the principal. Claims that do not apply are absent."""
    account = str(call.caller.account)
    record = call.world.iam.principal(call.caller.unique_id)
    tags = {
        **({} if record is None else record.tags),
        **({} if session is None else session.tags),
    }
    organization = call.world.guardrails.organization_of(account)
    sent = {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
    return {
        "aws_account": account,
        "source_region": call.parsed.address.region or call.settings.region,
        "principal_id": arn,
        **({"principal_tags": tags} if tags else {}),
        **({"request_tags": sent} if sent else {}),
        **(
            {} if organization is None else {"org_id": organization.id, "ou_path": organization.path(account)}
        ),
    }
