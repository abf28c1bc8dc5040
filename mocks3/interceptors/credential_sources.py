"""Sources of credentials that a test sets up while a mock is open. botocore's providers for them work as in AWS.

    a profile with role_arn, if the world has the role                  AssumeRoleProvider
    a token file and role_arn: variables, or a profile                  AssumeRoleWithWebIdentityProvider
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI                 ContainerProvider
    aws.instance_profile(role)                                          InstanceMetadataProvider

Rule 1: a mock removes the machine's variables when it opens, so that those that are set later are the test's. Rule 2:
from a config file only the settings about roles are used, and a token file only if a file that the test named has it:
``AWS_CONFIG_FILE`` was changed while the mock is open. Rule 3: these sources come before the ambient credentials that
the mock puts into the environment, and after all other keys there.
"""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.credentials import (
    AssumeRoleProvider,
    AssumeRoleWithWebIdentityProvider,
    ContainerProvider,
    EnvProvider,
    InstanceMetadataProvider,
    SSOProvider,
)

from mocks3.errors import NotSupported
from mocks3.interceptors import variables
from mocks3.model import habits

if TYPE_CHECKING:
    from botocore.credentials import CredentialProvider, CredentialResolver
    from botocore.session import Session

    from mocks3.interceptors.open_worlds import OpenWorld

_OF_ROLES = re.compile(
    r"role_(arn|session_name)|source_profile|credential_source|mfa_serial|external_id|duration_seconds"
)
_TOKEN_FILE = "web_identity_token_file"  # noqa: S105 - the name of a setting
_CONTAINER = (ContainerProvider.ENV_VAR, ContainerProvider.ENV_VAR_FULL)

_showing: ContextVar[OpenWorld | None] = ContextVar("showing", default=None)
_kept: weakref.WeakKeyDictionary[Any, dict[str, dict[str, Any]]] = weakref.WeakKeyDictionary()


def keep(session: Session, profiles: dict[str, dict[str, Any]]) -> None:
    """Keep the settings about roles of a session's config file, before they are removed from its settings."""
    own = variables.original("AWS_CONFIG_FILE") not in (None, variables.before_mocks.get("AWS_CONFIG_FILE"))
    _kept[session] = {
        name: {key: value for key, value in profile.items() if _is_kept(key, own)}
        for name, profile in profiles.items()
        if own or _TOKEN_FILE not in profile
    }


def _is_kept(setting: str, own: bool) -> bool:
    return _OF_ROLES.fullmatch(setting) is not None or (
        own and (setting == _TOKEN_FILE or setting.startswith("sso_"))
    )


def with_roles(session: Session, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a session for a provider that loads: with the roles that exist in the world."""
    world = _showing.get()
    if world is None:
        return settings
    profiles = dict(settings["profiles"])
    for name, kept in _kept.get(session, {}).items():
        if "role_arn" not in kept or _has_role(world, kept["role_arn"]):
            profiles[name] = {**profiles[name], **kept}
            profiles.setdefault(kept.get("source_profile", name), {})
    return {**settings, "profiles": profiles}


def _has_role(world: OpenWorld, arn: str) -> bool:
    return world.iam.role(arn) is not None or habits.allows(world.settings, habits.ROLES)


@contextmanager
def _roles_shown(world: OpenWorld) -> Iterator[None]:
    token = _showing.set(world)
    try:
        yield
    finally:
        _showing.reset(token)


def is_active(world: OpenWorld, provider: CredentialProvider) -> bool:
    """Return whether the test has set up the source of a provider of botocore's.

    Raises:
        NotSupported: The profile of a config file that the test named uses IAM Identity Center (SSO).
    """
    if isinstance(provider, ContainerProvider):
        return any(name in provider._environ for name in _CONTAINER)
    if isinstance(provider, InstanceMetadataProvider):
        return world.profiles.instance is not None
    if not isinstance(provider, AssumeRoleProvider | AssumeRoleWithWebIdentityProvider | SSOProvider):
        return False
    with _roles_shown(world):
        profile = provider._load_config().get("profiles", {}).get(provider._profile_name, {})
    if provider._profile_name in set(world.profiles):
        return False
    if isinstance(provider, SSOProvider):
        _refuse_sso(provider._profile_name, profile)
        return False
    if isinstance(provider, AssumeRoleProvider):
        return "role_arn" in profile and _TOKEN_FILE not in profile
    in_environment = not provider._disable_env_vars and "AWS_WEB_IDENTITY_TOKEN_FILE" in os.environ
    return in_environment or _TOKEN_FILE in profile


def _refuse_sso(name: str, profile: dict[str, Any]) -> None:
    if any(key.startswith("sso_") for key in profile):
        raise NotSupported(
            f"mocks3 does not support credentials of IAM Identity Center (SSO), which the profile {name!r} uses; set "
            f"its principal: aws.profiles[{name!r}] = role"
        )


def load(world: OpenWorld, provider: Any, own_load: Any) -> Any:
    """Return the credentials of a provider whose source is active."""
    with _roles_shown(world):
        found = own_load(provider)
    for name in ("_profile_config", "_loaded_config"):  # what the provider read is not for after the mock
        if name in vars(provider):
            setattr(provider, name, None)
    if found is not None:
        found.mocks3_world = weakref.ref(world)
    return found


def is_of(world: OpenWorld, credentials: object) -> bool:
    """Return whether credentials are those of a source of this world, also before they are fetched."""
    made_in = getattr(credentials, "mocks3_world", None)
    return made_in is not None and made_in() is world


def resolve(world: OpenWorld, resolver: CredentialResolver, own: Any) -> Any:
    """Return the first credentials of a chain of providers.

    Args:
        world: The open world.
        resolver: The chain.
        own: A function that returns the world's credentials for a provider of botocore's.
    """
    ambient = None
    for provider in resolver.providers:
        if isinstance(provider, EnvProvider):
            ambient = provider.load()
            if ambient is not None and ambient.access_key != world.ambient_key.id:
                return ambient
        elif not type(provider).__module__.startswith("botocore."):
            found = provider.load() if ambient is None else None
            if found is not None:
                return found
        elif is_active(world, provider):
            found = provider.load()
            if found is not None:
                return found
        elif _is_named(world, provider, ambient):
            return own(provider)
    if ambient is not None:
        return ambient
    named = (each for each in resolver.providers if getattr(each, "_profile_name", None) is not None)
    return own(next(named, None))


def _is_named(world: OpenWorld, provider: CredentialProvider, ambient: object) -> bool:
    """Return whether the world has a principal for the provider's profile, which the code under test chose."""
    name = getattr(provider, "_profile_name", None)
    return name is not None and name in set(world.profiles) and (ambient is None or name != "default")
