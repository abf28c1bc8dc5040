"""Identity providers for tests: mocks3 registers them in IAM and issues their tokens, with which roles are assumed."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error
from mocks3.handles import arguments
from mocks3.handles.principals import Role
from mocks3.lib.limits import later
from mocks3.lib.locking import holding
from mocks3.storage.iam.entities import SAML_VALID_DAYS, OidcProviderRecord, SamlProviderRecord
from mocks3.storage.iam.external import BUILT_IN, SOURCE_IDENTITY, TAGS

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState

_SAML_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_SIGN_IN = "https://signin.aws.amazon.com/saml"


class OidcProvider:
    """An OpenID Connect provider. Get it with ``aws.oidc_provider(url)``."""

    def __init__(self, aws: AwsState, account: str, url: str) -> None:
        self._aws = aws
        self._account = account
        self.url = url

    @property
    def arn(self) -> str:
        """The provider as trust policies name it: its ARN, or the host of a provider that needs no IAM resource."""
        name = self.url.removeprefix("https://")
        return name if name in BUILT_IN else f"arn:aws:iam::{self._account}:oidc-provider/{name}"

    def token(
        self,
        *,
        sub: str,
        aud: str | Iterable[str] | None = None,
        lifetime: datetime.timedelta = datetime.timedelta(hours=1),
        tags: Mapping[str, str] | None = None,
        transitive_tags: Iterable[str] = (),
        source_identity: str | None = None,
        **claims: Any,
    ) -> str:
        """Return a signed token for AssumeRoleWithWebIdentity, or for a web identity token file.

        Args:
            sub: The subject, such as ``repo:octo-org/octo-repo:ref:refs/heads/main``.
            aud: The audience. Default: the first one of the provider.
            lifetime: How long the token is valid, from now.
            tags: Session tags.
            transitive_tags: The keys of the tags that the next session of a role chain inherits.
            source_identity: The source identity of the session.
            **claims: Other claims, such as ``azp=``, ``amr=`` and ``exp=``. They replace those of the other arguments.

        Returns:
            The token, a JSON Web Token.

        Raises:
            Mocks3Error: The provider has no audience, a claim cannot be converted to JSON, or a library is missing.
        """
        from mocks3.rules import json_web_tokens

        now = int(self._aws.clock.now().timestamp())
        own: dict[str, Any] = {
            "iss": self.url,
            "sub": sub,
            "aud": self._audience() if aud is None else aud if isinstance(aud, str) else list(aud),
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
        }
        if tags:
            own[TAGS] = {
                "principal_tags": {key: [value] for key, value in tags.items()},
                "transitive_tag_keys": list(transitive_tags),
            }
        if source_identity is not None:
            own[SOURCE_IDENTITY] = source_identity
        return json_web_tokens.issue(self.url, {**own, **claims})

    def _audience(self) -> str:
        record = self._aws.iam.resource(OidcProviderRecord, self.arn)
        if record is None or not record.clients:
            raise Mocks3Error(f"the provider {self.url} has no audience: pass aud= to token()")
        return record.clients[0]

    def __repr__(self) -> str:
        return f"OidcProvider({self.url})"


class SamlProvider:
    """A SAML provider. Get it with ``aws.saml_provider(name)``."""

    def __init__(self, aws: AwsState, account: str, name: str, entity_id: str) -> None:
        self._aws = aws
        self._account = account
        self.name = name
        self.entity_id = entity_id

    @property
    def arn(self) -> str:
        """The ARN, which trust policies name and AssumeRoleWithSAML takes as ``PrincipalArn``."""
        return f"arn:aws:iam::{self._account}:saml-provider/{self.name}"

    @property
    def metadata(self) -> str:
        """The metadata document, with the certificate that verifies the assertions."""
        from mocks3.rules import saml_documents

        return saml_documents.metadata(self._account, self.name, self.entity_id)

    def assertion(
        self,
        *,
        role: Role | str,
        name_id: str = "user@example.com",
        session_name: str | None = None,
        duration: int | None = None,
        tags: Mapping[str, str] | None = None,
        transitive_tags: Iterable[str] = (),
        source_identity: str | None = None,
        subject_type: str = "persistent",
        recipient: str = _SIGN_IN,
        lifetime: datetime.timedelta = datetime.timedelta(minutes=5),
        attributes: Mapping[str, str | Iterable[str]] | None = None,
    ) -> str:
        """Return a signed response in base64: ``SAMLAssertion`` of AssumeRoleWithSAML.

        Args:
            role: The role, or its ARN.
            name_id: The user.
            session_name: The name of the role session. Default: ``name_id``.
            duration: ``SessionDuration`` in seconds.
            tags: Session tags.
            transitive_tags: The keys of the tags that the next session of a role chain inherits.
            source_identity: The source identity of the session.
            subject_type: ``persistent``, ``transient`` or a URI.
            recipient: The recipient and audience. Default: AWS's sign-in endpoint.
            lifetime: How long the response is valid, from now.
            attributes: Other attributes by name. They replace the attributes of the other arguments.

        Returns:
            The response.

        Raises:
            Mocks3Error: A library is missing.
        """
        from mocks3.rules import saml_documents

        named: dict[str, list[str]] = {
            f"{_SAML_ATTRIBUTES}Role": [f"{role if isinstance(role, str) else role.arn},{self.arn}"],
            f"{_SAML_ATTRIBUTES}RoleSessionName": [session_name or name_id],
            f"{_SAML_ATTRIBUTES}SessionDuration": [] if duration is None else [str(duration)],
            f"{_SAML_ATTRIBUTES}SourceIdentity": [] if source_identity is None else [source_identity],
            f"{_SAML_ATTRIBUTES}TransitiveTagKeys": list(transitive_tags),
        }
        named |= {f"{_SAML_ATTRIBUTES}PrincipalTag:{key}": [value] for key, value in (tags or {}).items()}
        further = (attributes or {}).items()
        named |= {key: [value] if isinstance(value, str) else list(value) for key, value in further}
        return saml_documents.respond(
            self._account,
            self.name,
            self.entity_id,
            name_id,
            self._aws.clock.now(),
            {key: values for key, values in named.items() if values},
            subject_type=subject_type,
            recipient=recipient,
            lifetime=lifetime,
        )

    def __repr__(self) -> str:
        return f"SamlProvider({self.arn})"


class IdentityProviders:
    """The methods of an account for identity providers."""

    _aws: AwsState
    id: str

    @holding("_aws.lock")
    def oidc_provider(self, url: str, *, audiences: Iterable[str] | None = None) -> OidcProvider:
        """Get an OpenID Connect provider, or register it in IAM. mocks3 issues its tokens and does not call the URL.

        Args:
            url: The URL of the issuer, such as ``https://token.actions.githubusercontent.com``.
            audiences: The audiences (client ids) that IAM accepts. They replace those of a provider that exists.
                Default for a new provider: ``sts.amazonaws.com``.

        Returns:
            The provider, whose ``token(sub=...)`` returns tokens.

        Raises:
            Mocks3Error: The URL does not begin with ``https://``.
        """
        if not str(url).startswith("https://") or not url.removeprefix("https://"):
            raise Mocks3Error(
                f"the URL of an OpenID Connect provider must begin with https://, not be {url!r}"
            )
        provider = OidcProvider(self._aws, self.id, url)
        if provider.arn in BUILT_IN:
            return provider
        iam = self._aws.iam
        record = iam.resource(OidcProviderRecord, provider.arn)
        if record is None:
            created = self._aws.clock.now().replace(microsecond=0)
            name = url.removeprefix("https://")
            record = OidcProviderRecord(self.id, name, ("sts.amazonaws.com",), (), created)
        if audiences is not None:
            record = dataclasses.replace(record, clients=tuple(audiences))
        iam.put(record)
        return provider

    @holding("_aws.lock")
    def saml_provider(self, name: str, *, entity_id: str | None = None) -> SamlProvider:
        """Get a SAML provider, or register it in IAM with a metadata document of mocks3.

        Args:
            name: The provider's name in IAM.
            entity_id: The entity id. Default: ``https://NAME.example.com/saml``.

        Returns:
            The provider, whose ``assertion(role=...)`` returns responses.

        Raises:
            Mocks3Error: The provider exists with the metadata of another one, the name is not valid, or a library is
                missing.
        """
        from mocks3.rules import saml_documents

        name = arguments.check_iam_name("SAML provider", name, 128)
        arn = f"arn:aws:iam::{self.id}:saml-provider/{name}"
        record = self._aws.iam.resource(SamlProviderRecord, arn)
        usual = f"https://{name.lower()}.example.com/saml"
        if record is not None:
            usual = saml_documents.entity_id(record.metadata)
        provider = SamlProvider(self._aws, self.id, name, entity_id or usual)
        if record is None:
            created = self._aws.clock.now().replace(microsecond=0)
            unique_id = self._aws.iam.new_unique_id("ASPR", self.id, name)
            expires = later(created, days=SAML_VALID_DAYS)
            self._aws.iam.put(
                SamlProviderRecord(self.id, name, unique_id, provider.metadata, created, expires)
            )
        elif not saml_documents.is_signed_by(record.metadata, self.id, name):
            raise Mocks3Error(
                f"{arn} has the metadata of another provider, so mocks3 cannot sign assertions for it: create it with "
                "aws.saml_provider(name)"
            )
        return provider
