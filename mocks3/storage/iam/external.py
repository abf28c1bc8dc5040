"""Identities that an identity provider outside AWS authenticated: web identities and SAML users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Keys = Mapping[str, tuple[str, ...]]
"""Condition keys in lower case, and their values."""


BUILT_IN = frozenset({"accounts.google.com", "cognito-identity.amazonaws.com"})
"""Providers of OpenID Connect that need no entry in IAM (API_AssumeRoleWithWebIdentity, ``ProviderId``)."""

TAGS, SOURCE_IDENTITY = "https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity"
"""The claims with the session tags and the source identity (IAM user guide, "Pass session tags in AWS STS")."""


@dataclass(frozen=True, slots=True)
class ExternalIdentity:
    """What a token or an assertion says of its subject (P-21, P-22).

    provider         the provider as a trust policy names it: its ARN, or a name such as ``accounts.google.com``
    issuer           who issued it: a URL, or the entity id of a SAML provider
    subject          the user
    audience         for whom it was issued
    keys             the condition keys of the call that presents it
    lasting_keys     those of them that the requests of the session have
    session_name     the name that the session gets; None if the call names it
    tags             the session tags, by key
    transitive       the keys of the tags that the next session of a role chain inherits
    source_identity  the source identity, or None
    longest          the most seconds of the session; None if it sets no limit
    subject_type     of SAML: ``persistent``, ``transient`` or a URI
    name_qualifier   of SAML: the hash of issuer, account and provider
    """

    provider: str
    issuer: str
    subject: str
    audience: str
    keys: Keys
    lasting_keys: Keys
    session_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    source_identity: str | None = None
    longest: int | None = None
    subject_type: str = ""
    name_qualifier: str = ""
