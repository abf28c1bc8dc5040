"""Shortcuts of ``MockAWS`` to its default account: clients, sessions and identity providers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocks3.handles.accounts import Account
    from mocks3.handles.identity_providers import OidcProvider, SamlProvider


class DefaultAccount:
    """The part of ``MockAWS`` that acts for its default account."""

    def account(self) -> Account:
        """Return the default account. ``MockAWS`` implements it."""
        raise NotImplementedError

    def client(self, service: str = "s3", **kwargs: object) -> Any:
        """Return a boto3 client of the default account's root user. See :meth:`Principal.client`."""
        return self.account().client(service, **kwargs)

    def session(self, **kwargs: object) -> Any:
        """Return a boto3 session of the default account's root user. See :meth:`Principal.session`."""
        return self.account().root.session(**kwargs)

    def oidc_provider(self, url: str, *, audiences: Iterable[str] | None = None) -> OidcProvider:
        """Get or register an OpenID Connect provider of the default account. See :meth:`Account.oidc_provider`."""
        return self.account().oidc_provider(url, audiences=audiences)

    def saml_provider(self, name: str, *, entity_id: str | None = None) -> SamlProvider:
        """Get or register a SAML provider of the default account. See :meth:`Account.saml_provider`."""
        return self.account().saml_provider(name, entity_id=entity_id)
