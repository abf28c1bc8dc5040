"""Shortcuts of ``MockAWS`` to its default account: clients, sessions and identity providers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocks3.handles.client_factory import ClientFactory

if TYPE_CHECKING:
    from mocks3.handles.accounts import Account
    from mocks3.handles.aws_state import AwsState
    from mocks3.handles.identity_providers import OidcProvider, SamlProvider
    from mocks3.storage.iam import AccessKeyRecord


class DefaultAccount(ClientFactory):
    """The part of ``MockAWS`` that acts for its default account."""

    def account(self) -> Account:
        """Return the default account. ``MockAWS`` implements it."""
        raise NotImplementedError

    def _signer(self) -> tuple[AwsState, AccessKeyRecord | None]:
        return self.account()._signer()

    def oidc_provider(self, url: str, *, audiences: Iterable[str] | None = None) -> OidcProvider:
        """Get or register an OpenID Connect provider of the default account. See :meth:`Account.oidc_provider`."""
        return self.account().oidc_provider(url, audiences=audiences)

    def saml_provider(self, name: str, *, entity_id: str | None = None) -> SamlProvider:
        """Get or register a SAML provider of the default account. See :meth:`Account.saml_provider`."""
        return self.account().saml_provider(name, entity_id=entity_id)
