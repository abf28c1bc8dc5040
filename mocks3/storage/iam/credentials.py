"""Certificates, SSH keys and passwords for services: credentials that no call to S3 is signed with.

Rule: records are frozen. The credential of a user has no ARN: its id is its key in the store.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServerCertificateRecord:
    """A server certificate. IAM never returns its private key, so that the key is not stored."""

    account: str
    name: str
    path: str
    unique_id: str
    body: str
    chain: str | None
    uploaded: datetime.datetime
    expires: datetime.datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:server-certificate/PATH/NAME``."""
        return f"arn:aws:iam::{self.account}:server-certificate{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class UserCredentialRecord:
    """A credential of a user: what all kinds have.

    ``holder`` is the unique id of the user, or the account for its root user.
    """

    account: str
    id: str
    holder: str
    created: datetime.datetime
    active: bool

    @property
    def arn(self) -> str:
        """The id."""
        return self.id


@dataclass(frozen=True, slots=True)
class SigningCertificateRecord(UserCredentialRecord):
    """An X.509 certificate for signing requests (API_SigningCertificate). ``body`` is in PEM format."""

    body: str


@dataclass(frozen=True, slots=True)
class SshKeyRecord(UserCredentialRecord):
    """An SSH public key (API_SSHPublicKey). ``body`` is in the format ``ssh-rsa``."""

    body: str


@dataclass(frozen=True, slots=True)
class ServiceCredentialRecord(UserCredentialRecord):
    """A user name and password for one service (API_ServiceSpecificCredential). Only an answer has the password."""

    service: str
    user_name: str
