"""What a mock changes in the process while it is open: environment variables and boto3's default session.

New sessions find the default account's root credentials and a Region, whatever the machine has. Profiles and tokens of
the machine are hidden. Rule: the state is saved when the first mock opens and restored when the last one closes, in any
order of closing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from mocks3.interceptors import variables

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS

HIDDEN = (
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_BEARER_TOKEN_BEDROCK",
)
"""Variables that would give a session credentials of the machine."""

_SET = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED", "AWS_DEFAULT_REGION")


def _unset(name: str) -> None:
    """Remove a variable if it is set. Most are not set, and testing first is faster than ``pop``."""
    if name in os.environ:
        del os.environ[name]


class SavedEnvironment:
    """The environment variables and boto3's default session from before the first mock opened."""

    def __init__(self) -> None:
        self._variables = variables.before_mocks
        self._default_session: Any = None

    def save(self) -> None:
        """Save the current state."""
        self._variables.clear()
        self._variables.update(dict.fromkeys((*HIDDEN, *_SET)))
        self._variables.update((name, os.environ[name]) for name in self._variables if name in os.environ)
        boto3 = sys.modules.get("boto3")
        self._default_session = getattr(boto3, "DEFAULT_SESSION", None)

    def apply(self, world: MockAWS) -> None:
        """Set the environment so that new sessions find the world's ambient credentials and no others."""
        for name in HIDDEN:
            _unset(name)
        key = world.ambient_key
        os.environ["AWS_ACCESS_KEY_ID"] = key.id
        os.environ["AWS_SECRET_ACCESS_KEY"] = key.secret
        if key.token is not None:
            os.environ["AWS_SESSION_TOKEN"] = key.token
        os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
        if world.settings.region != "us-east-1" or not self._has_region():
            os.environ["AWS_DEFAULT_REGION"] = world.settings.region
        self._set_default_session(None)

    def restore(self) -> None:
        """Restore the state that :meth:`save` saved."""
        for name, value in self._variables.items():
            if value is None:
                _unset(name)
            else:
                os.environ[name] = value
        self._set_default_session(self._default_session)
        self._default_session = None

    def _has_region(self) -> bool:
        return bool(self._variables["AWS_DEFAULT_REGION"] or os.environ.get("AWS_REGION"))

    @staticmethod
    def _set_default_session(session: object) -> None:
        boto3 = sys.modules.get("boto3")
        if boto3 is not None:
            boto3.DEFAULT_SESSION = session  # type: ignore[attr-defined]
