"""Entities of IAM that are not principals and have an ARN: instance profiles, MFA devices, identity providers.

Rule: records are frozen, and an entity's ARN never changes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

SAML_VALID_DAYS = 36500
"""How long a SAML provider is valid (the responses in API_GetSAMLProvider and API_ListSAMLProviders)."""


@dataclass(frozen=True, slots=True)
class InstanceProfileRecord:
    """An instance profile. ``role`` is the unique id of its role; None if it has none (API_InstanceProfile)."""

    account: str
    name: str
    path: str
    unique_id: str
    created: datetime.datetime
    role: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME``."""
        return f"arn:aws:iam::{self.account}:instance-profile{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class MfaDeviceRecord:
    """An MFA device. ``arn`` is its serial number: the ARN of a virtual device, the printed number of others.

    ``user`` is the unique id of the user for whom it is enabled; None if it is not enabled. ``enabled`` is the time.
    """

    account: str
    arn: str
    user: str | None = None
    enabled: datetime.datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_virtual(self) -> bool:
        """Whether CreateVirtualMFADevice created it."""
        return self.arn.startswith("arn:")


@dataclass(frozen=True, slots=True)
class OidcProviderRecord:
    """An OpenID Connect provider. ``url`` has no scheme, as GetOpenIDConnectProvider returns it."""

    account: str
    url: str
    clients: tuple[str, ...]
    thumbprints: tuple[str, ...]
    created: datetime.datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:oidc-provider/URL``."""
        return f"arn:aws:iam::{self.account}:oidc-provider/{self.url}"


@dataclass(frozen=True, slots=True)
class SamlProviderRecord:
    """A SAML provider and its metadata document."""

    account: str
    name: str
    unique_id: str
    metadata: str
    created: datetime.datetime
    expires: datetime.datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:saml-provider/NAME``."""
        return f"arn:aws:iam::{self.account}:saml-provider/{self.name}"
