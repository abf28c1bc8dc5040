"""Callers of AssumeRoleWithWebIdentity and AssumeRoleWithSAML: the calls are not signed, a token proves who sends them.

The provider must be registered in IAM, and must have signed the token (P-21, P-22). The trust policy of the role then
decides (``access.roles``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.identity import saml_users, web_identities
from mocks3.policy import RequestPrincipal
from mocks3.storage.iam.caller import Caller

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.world import World

_READERS = {
    "AssumeRoleWithWebIdentity": web_identities.identify,
    "AssumeRoleWithSAML": saml_users.identify,
}


def presents_identity(parsed: Parsed) -> bool:
    """Return whether a call to STS is one of the two that prove their caller with a token, signed or not."""
    return parsed.operation in _READERS


def authenticate(world: World, parsed: Parsed) -> Caller:
    """Return the caller that the token names.

    Raises:
        S3Error: ``InvalidIdentityToken``, ``ExpiredTokenException`` or ``ValidationError``.
        NotSupported: The token is not one of OpenID Connect.
    """
    identity = _READERS[parsed.operation](world, parsed)
    return Caller(
        RequestPrincipal("external", identity.provider, None),
        canonical_id="",
        user_id=f"{identity.provider}:{identity.audience}:{identity.subject}",
        keys={"aws:principalisawsservice": ("false",)},
        external=identity,
    )
