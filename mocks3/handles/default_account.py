"""The part of ``MockAWS`` for its default account and this machine: clients, identity providers, instance profile."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mocks3.handles import arguments
from mocks3.handles.client_factory import ClientFactory
from mocks3.handles.principals import Role
from mocks3.interceptors import open_worlds

if TYPE_CHECKING:
    from mocks3.handles.accounts import Account
    from mocks3.handles.aws_state import AwsState
    from mocks3.handles.identity_providers import OidcProvider, SamlProvider
    from mocks3.handles.profiles import Profiles
    from mocks3.storage.iam import AccessKeyRecord


class DefaultAccount(ClientFactory):
    """The part of ``MockAWS`` that acts for its default account."""

    profiles: Profiles

    def account(self) -> Account:
        """Return the default account. ``MockAWS`` implements it."""
        raise NotImplementedError

    def _signer(self) -> tuple[AwsState, AccessKeyRecord | None]:
        return self.account()._signer()

    def instance_profile(self, role: Role | None) -> None:
        """Give this machine a role, as an EC2 instance or a container has one. botocore then uses its credentials.

        While the mock is open, the instance metadata service (IMDSv2) and the endpoints of ECS and EKS answer with
        credentials of the role. A container finds its endpoint by ``AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`` or
        ``AWS_CONTAINER_CREDENTIALS_FULL_URI``: set it while the mock is open. The trust policy of the role is not
        checked.

        Args:
            role: The role. None removes it.

        Raises:
            Mocks3Error: The role is not a handle of a role.
        """
        if role is not None:
            arguments.check_type("role", role, Role, "a role, like aws.account().create_role('app')")
        self.profiles.instance = None if role is None else role.arn
        world: Any = self
        if open_worlds.is_open(world):
            os.environ["AWS_EC2_METADATA_DISABLED"] = "true" if role is None else "false"

    def oidc_provider(self, url: str, *, audiences: Iterable[str] | None = None) -> OidcProvider:
        """Get or register an OpenID Connect provider of the default account. See :meth:`Account.oidc_provider`."""
        return self.account().oidc_provider(url, audiences=audiences)

    def saml_provider(self, name: str, *, entity_id: str | None = None) -> SamlProvider:
        """Get or register a SAML provider of the default account. See :meth:`Account.saml_provider`."""
        return self.account().saml_provider(name, entity_id=entity_id)
