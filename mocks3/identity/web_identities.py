"""The identity in the OpenID Connect token of AssumeRoleWithWebIdentity (P-21).

The token must be signed by its issuer, be valid now, and be meant for an audience of the IAM provider with the issuer's
URL in the role's account. ``accounts.google.com`` and ``cognito-identity.amazonaws.com`` are providers without an entry
in IAM.

Source: API_AssumeRoleWithWebIdentity; IAM user guide, "Create an OpenID Connect (OIDC) identity provider in IAM",
"IAM and AWS STS condition context keys" ("Available keys for AWS OIDC federation"), "Pass session tags in AWS STS"
("Passing session tags using AssumeRoleWithWebIdentity").
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import NotSupported, RefusalRow, S3Error, Why
from mocks3.errors.refusals import EXPIRED_IDENTITY_TOKEN, INVALID_IDENTITY_TOKEN
from mocks3.lib import limits
from mocks3.rules import json_web_tokens
from mocks3.rules.role_arns import account_of_role
from mocks3.storage.iam.entities import OidcProviderRecord
from mocks3.storage.iam.external import ExternalIdentity

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.world import World

BUILT_IN = frozenset({"accounts.google.com", "cognito-identity.amazonaws.com"})
"""Providers of OpenID Connect that need no entry in IAM (API_AssumeRoleWithWebIdentity, ``ProviderId``)."""

TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"

_NOT_A_TOKEN = (
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"  # noqa: S105
)
_NO_KEY = (
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)


def identify(world: World, parsed: Parsed) -> ExternalIdentity:
    """Return the identity in the token of a call.

    Raises:
        S3Error: ``InvalidIdentityToken``, ``ExpiredTokenException``; ``ValidationError`` for an invalid ``RoleArn``.
        NotSupported: The call has ``ProviderId``: it presents an OAuth 2.0 access token.
    """
    params = parsed.params
    if params.get("ProviderId"):
        raise NotSupported(
            f"mocks3 does not support OAuth 2.0 access tokens (ProviderId={params['ProviderId']}) of "
            "sts:AssumeRoleWithWebIdentity; send an OpenID Connect token without ProviderId"
        )
    token, account = params["WebIdentityToken"], account_of_role(params["RoleArn"])
    try:
        claims = json_web_tokens.read(token)
    except json_web_tokens.InvalidToken:
        raise _refused(INVALID_IDENTITY_TOKEN, _NOT_A_TOKEN, "the token is not a JSON Web Token") from None
    issuer = _text(claims, "iss")
    name, clients = _provider(world, account, issuer)
    try:
        json_web_tokens.verify(token, issuer)
    except json_web_tokens.InvalidToken:
        raise _refused(
            INVALID_IDENTITY_TOKEN, _NO_KEY, f"{issuer} did not sign the token in this mock"
        ) from None
    _check_times(claims)
    subject, audiences = _text(claims, "sub"), _audiences(claims)
    audience = next((each for each in audiences if clients is None or each in clients), None)
    if audience is None:
        raise _refused(
            INVALID_IDENTITY_TOKEN,
            "Incorrect token audience",
            f"the token is for {' and '.join(audiences)}, and the provider {name} accepts {_listed(clients)}",
        )
    return _identity(claims, name, issuer, subject, audience)


def _provider(world: World, account: str, issuer: str) -> tuple[str, tuple[str, ...] | None]:
    """Return the provider as trust policies name it, and the audiences that it accepts; None for any."""
    url = issuer.removeprefix("https://")
    if url in BUILT_IN:
        return url, None
    arn = f"arn:aws:iam::{account}:oidc-provider/{url}"
    record = world.iam.resource(OidcProviderRecord, arn)
    if record is None:
        raise _refused(
            INVALID_IDENTITY_TOKEN,
            f"No OpenIDConnect provider found in your account for {issuer}",
            f"there is no provider {arn}",
        )
    return record.arn, record.clients


def _identity(
    claims: Mapping[str, Any], name: str, issuer: str, subject: str, audience: str
) -> ExternalIdentity:
    url = issuer.removeprefix("https://").lower()
    tags, transitive = _session_tags(claims)
    # The party that the token was issued to, azp, takes the place of the audience, which is then oaud.
    party = claims.get("azp")
    named: dict[str, tuple[str, ...]] = {f"{url}:aud": (audience,), f"{url}:sub": (subject,)}
    if isinstance(party, str) and party:
        named[f"{url}:oaud"] = tuple(_texts(claims.get("aud"))[:1])
    methods = tuple(_texts(claims.get("amr")))
    if methods:
        named[f"{url}:amr"] = methods
    source = claims.get(SOURCE_IDENTITY)
    return ExternalIdentity(
        name,
        issuer,
        subject,
        audience,
        named,
        named,
        tags=tags,
        transitive=transitive,
        source_identity=source if isinstance(source, str) and source else None,
    )


def _check_times(claims: Mapping[str, Any]) -> None:
    """Raise ``ExpiredTokenException`` or ``InvalidIdentityToken`` unless the token is valid now."""
    now = clock.now()
    expires, begins = _moment(claims, "exp"), _moment(claims, "nbf")
    if expires is None:
        raise _missing("exp")
    if _moment(claims, "iat") is None:
        raise _missing("iat")
    if now >= expires:
        raise _refused(
            EXPIRED_IDENTITY_TOKEN,
            f"Token expired: current date/time {int(now.timestamp())} must be before the expiration date/time "
            f"{int(expires.timestamp())}",
            f"the token ended at {expires.strftime(clock.TIMESTAMP)}",
        )
    if begins is not None and now < begins:
        raise _refused(
            INVALID_IDENTITY_TOKEN,
            "The ID Token is not yet valid",
            f"the token is valid from {begins.strftime(clock.TIMESTAMP)}",
        )


def _moment(claims: Mapping[str, Any], name: str) -> datetime.datetime | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return limits.from_epoch(value)
    except (ValueError, OverflowError):
        return None


def _audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the audiences of the token: ``azp`` if it has one, otherwise ``aud``."""
    party = claims.get("azp")
    found = tuple(_texts(claims.get("aud")))
    if not found:
        raise _missing("aud")
    return (party,) if isinstance(party, str) and party else found


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise _missing(name)
    return value


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _session_tags(claims: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the session tags in a token and the keys of the transitive ones, in either of the two formats."""
    nested = claims.get(TAGS)
    given = nested.get("principal_tags") if isinstance(nested, dict) else None
    keys = nested.get("transitive_tag_keys") if isinstance(nested, dict) else None
    tags = {key: _texts(value)[:1] for key, value in given.items()} if isinstance(given, dict) else {}
    prefix = f"{TAGS}/principal_tags/"
    tags |= {
        name.removeprefix(prefix): _texts(value)[:1]
        for name, value in claims.items()
        if name.startswith(prefix)
    }
    keys = [*_texts(keys), *_texts(claims.get(f"{TAGS}/transitive_tag_keys"))]
    return {key: values[0] for key, values in tags.items() if values}, tuple(keys)


def _missing(claim: str) -> S3Error:
    return _refused(
        INVALID_IDENTITY_TOKEN, f"Missing a required claim: {claim}", f"the token has no valid claim {claim}"
    )


def _listed(clients: tuple[str, ...] | None) -> str:
    return " and ".join(clients or ()) or "no audience"


def _refused(row: RefusalRow, message: str, text: str) -> S3Error:
    return row(
        Why(
            "web-identity",
            text,
            "P-21",
            ("create the provider and the token with aws.oidc_provider(URL) and its token(sub=...)",),
        ),
        message=message,
    )
