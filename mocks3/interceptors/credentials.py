"""Give botocore the credentials of the open world, and none of the machine's.

Rule 1: no source of the machine is read or run. Only two kinds of providers in botocore's chain work as usual: the one
for the environment, which the mock has set, and those that the user wrote. Rule 2: a session or client that already has
credentials of the machine does not sign with them, and does not refresh them. Rule 3: nothing is stored on a session:
after the mock it uses the machine's credentials and settings again.

``~/.aws/config`` is read for its settings (a Region, a retry mode), without those about credentials.
``~/.aws/credentials`` is not opened.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import botocore.configloader
import botocore.credentials
import botocore.session
import botocore.tokens
from botocore.credentials import Credentials
from botocore.exceptions import ConfigNotFound, CredentialRetrievalError

from mocks3.interceptors import open_worlds
from mocks3.interceptors.patching import Function, Patch
from mocks3.storage.iam.ids import mask_key

if TYPE_CHECKING:
    from botocore.credentials import CredentialProvider
    from botocore.session import Session

    from mocks3.interceptors.open_worlds import OpenWorld

_OF_CREDENTIALS = re.compile(
    r"aws_(access_key_id|secret_access_key|session_token|security_token|account_id)|credential_(process|source)"
    r"|role_(arn|session_name)|source_profile|mfa_serial|external_id|web_identity_token_file|login_session|sso_.*"
)
"""Settings that are credentials or name a source of credentials (AWS SDKs and Tools Reference Guide, "Settings")."""
_OF_THE_MACHINE = frozenset(
    {"custom-process", "sso", "login", "iam-role", "container-role", "assume-role-with-web-identity"}
)
"""Methods, as botocore names them, of credentials that are fetched when they are first used."""

_read: weakref.WeakKeyDictionary[Any, dict[str, Any]] = weakref.WeakKeyDictionary()


def settings_of(session: Session) -> dict[str, Any]:
    """Return the settings in the machine's config file without those about credentials. It is read once a session."""
    found = _read.get(session)
    if found is None:
        try:
            found = botocore.configloader.load_config(session.get_config_variable("config_file"))
        except ConfigNotFound:
            found = {"profiles": {}}
        for profile in found["profiles"].values():
            for name in [name for name in profile if _OF_CREDENTIALS.fullmatch(name)]:
                del profile[name]
        found.pop("sso_sessions", None)
        _read[session] = found
    return found


class _Settings(property):
    """A property that can have the attributes of a patch."""


def _reading_all(present: Any) -> Any:
    def full_config(session: Session) -> object:
        return present.__get__(session) if open_worlds.current() is None else settings_of(session)

    return _Settings(full_config)


def _listing(build: Function) -> Function:
    def built(session: Session) -> object:
        world = open_worlds.current()
        if world is None:
            return build(session)
        return {**{name: {} for name in world.profiles}, **settings_of(session)["profiles"]}

    return built


def _reading(read: Function) -> Function:
    def scoped(session: Session) -> object:
        if open_worlds.current() is None:
            return read(session)
        profiles = settings_of(session)["profiles"]
        if not profiles:  # botocore asks dozens of times for each client
            return {}
        return profiles.get(session.get_config_variable("profile") or "default", {})

    return scoped


def _getting(get: Function) -> Function:
    def got(session: Session) -> object:
        world = open_worlds.current()
        if world is None or has_own(world, session):
            return get(session)
        return session.get_component("credential_provider").load_credentials()

    return got


def has_own(world: OpenWorld, session: Session) -> bool:
    """Whether a session was given its credentials explicitly, or has credentials of the world."""
    credentials = session._credentials
    return credentials is not None and (
        credentials.method == "explicit" or not _is_foreign(world, credentials)
    )


def _loading(load: Function) -> Function:
    def loaded(provider: CredentialProvider) -> object:
        world = open_worlds.current()
        return load(provider) if world is None else profile_credentials(world, provider, Credentials)

    return loaded


def profile_credentials(world: OpenWorld, provider: CredentialProvider, kind: Function) -> object:
    """Return the world's credentials for a provider of the machine's: those of the provider's profile."""
    key = world.profiles.key(getattr(provider, "_profile_name", None))
    return kind(key.id, key.secret, key.token, method="mocks3")


def _retrieving(retrieve: Function) -> Function:
    def retrieved(provider: CredentialProvider, command: object) -> object:
        refuse_process()
        return retrieve(provider, command)

    return retrieved


def refuse_process() -> None:
    """Raise botocore's ``CredentialRetrievalError`` while a mock is open: a ``credential_process`` is not run."""
    if open_worlds.current() is not None:
        reason = "mocks3 does not run a credential_process while mock_s3 is active"
        raise CredentialRetrievalError(provider="custom-process", error_msg=reason)


def without_sso_token(load: Function) -> Function:
    """Wrap the function that reads the machine's SSO token cache: while a mock is open there is no token."""

    def loaded(provider: CredentialProvider, **kwargs: object) -> object:
        return load(provider, **kwargs) if open_worlds.current() is None else None

    return loaded


def providers(module: Any) -> Iterator[Any]:
    """Yield the provider classes of a botocore module that load credentials of the machine."""
    base, environment = botocore.credentials.CredentialProvider, botocore.credentials.EnvProvider
    for each in vars(module).values():
        if (
            isinstance(each, type)
            and issubclass(each, base)
            and each is not base
            and not issubclass(each, environment)
            and each.__module__ == module.__name__
            and "load" in vars(each)
        ):
            yield each


PATCHES = (
    Patch(botocore.session.Session, "full_config", _reading_all),
    Patch(botocore.session.Session, "_build_profile_map", _listing),
    Patch(botocore.session.Session, "get_scoped_config", _reading),
    Patch(botocore.session.Session, "get_credentials", _getting),
    *(Patch(each, "load", _loading) for each in providers(botocore.credentials)),
    Patch(botocore.credentials.ProcessProvider, "_retrieve_credentials_using", _retrieving),
    Patch(botocore.tokens.SSOTokenProvider, "load_token", without_sso_token),
)


def replacement_credentials(world: OpenWorld, credentials: object) -> Credentials | None:
    """Return the credentials to sign with for a client whose own are not the world's, or None if they are.

    They are the ambient key. With ``strict`` they are a key that does not exist and shows only the kind of the client's
    key: S3 answers ``InvalidAccessKeyId``.
    """
    if credentials is not None and not _is_foreign(world, credentials):
        return None
    if credentials is not None and world.settings.strict:
        return Credentials(mask_key(_id(credentials) or ""), "masked")
    key = world.ambient_key
    return Credentials(key.id, key.secret, key.token)


def _id(credentials: object) -> str | None:
    """Return the access key's id, without refreshing the credentials."""
    known = getattr(credentials, "__dict__", {})
    found: str | None = known.get("access_key", known.get("_access_key"))
    return found


def _is_foreign(world: OpenWorld, credentials: object) -> bool:
    """Whether the credentials are not the world's."""
    found = _id(credentials)
    if found is not None:
        return not world.iam.is_ours(found)
    if getattr(credentials, "method", None) in _OF_THE_MACHINE:
        return True
    fetcher = getattr(getattr(credentials, "_refresh_using", None), "__self__", None)
    source = getattr(
        fetcher, "_source_credentials", None
    )  # credentials that assume a role when they are first used
    return source is not None and _is_foreign(world, source)
