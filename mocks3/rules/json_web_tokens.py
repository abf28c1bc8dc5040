"""JSON Web Tokens: tokens of OpenID Connect providers are issued for tests, and verified when a role is assumed.

The provider of a URL has one key (``lib.issuer_keys``). AWS downloads the provider's keys from the URL; mocks3 does not
call it, so that only tokens that mocks3 issued are valid.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mocks3.errors import Mocks3Error
from mocks3.lib import issuer_keys, limits

ALGORITHM = "ES256"
"""The algorithm of the signature (RFC 7518, 3.4). AWS accepts it (IAM user guide, "Create an OpenID Connect
provider")."""

OUTBOUND_ALGORITHMS = ("RS256", "ES384")
"""The algorithms of tokens for services outside AWS (API_GetWebIdentityToken)."""

_KEY = "oidc"


class InvalidToken(Exception):
    """The text is no token, or its signature is not the provider's."""


def issue(issuer: str, claims: Mapping[str, Any]) -> str:
    """Return a signed token.

    Args:
        issuer: The URL of the provider.
        claims: The claims, with ``iss``.

    Raises:
        Mocks3Error: A claim cannot be converted to JSON, or PyJWT is not installed.
    """
    jwt = _library()
    try:
        payload = json.dumps(claims, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise Mocks3Error(f"a claim of the token cannot be converted to JSON: {error}") from None
    token: str = jwt.api_jws.encode(
        payload, issuer_keys.private_key(_KEY, issuer), ALGORITHM, headers={"kid": "mocks3"}
    )
    return token


def issue_outbound(issuer: str, claims: Mapping[str, Any], algorithm: str) -> str:
    """Return a token of GetWebIdentityToken, signed with the issuer's key for the algorithm.

    Raises:
        Mocks3Error: PyJWT or cryptography is not installed.
    """
    jwt = _library()
    key = issuer_keys.rsa_key(issuer) if algorithm == "RS256" else issuer_keys.p384_key(issuer)
    token: str = jwt.encode(dict(claims), key, algorithm, headers={"kid": f"mocks3-{algorithm}"})
    return token


def read(token: str) -> dict[str, Any]:
    """Return the claims of a token, without verifying its signature.

    Raises:
        InvalidToken: It is not a token of three parts that contains a JSON object.
    """
    jwt = _library()
    try:
        claims = limits.json_value(jwt.api_jws.decode(token, options={"verify_signature": False}))
    except (jwt.exceptions.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken from error
    if not isinstance(claims, dict):
        raise InvalidToken
    return claims


def verify(token: str, issuer: str) -> None:
    """Raise ``InvalidToken`` unless the key of the provider with this URL signed the token."""
    jwt = _library()
    try:
        jwt.api_jws.decode(token, issuer_keys.private_key(_KEY, issuer).public_key(), [ALGORITHM])
    except (jwt.exceptions.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken from error


def _library() -> Any:
    try:
        import jwt
    except ImportError:
        raise Mocks3Error(issuer_keys.MISSING) from None
    return jwt
