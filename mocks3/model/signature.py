"""How a request was signed."""

from __future__ import annotations

import datetime
from typing import NamedTuple


class Signature(NamedTuple):
    """How the request was authenticated: what ``s3:authType`` and its neighbours are derived from."""

    auth_type: str | None = None
    version: str | None = None
    signed_at: datetime.datetime | None = None
    access_key_id: str | None = None
    region: str | None = None


class UnsentSignature(NamedTuple):
    """The Version 4 signature that a client of this process would make. It is not computed, because nothing is sent.

    ``secret`` and ``token`` are those of the client's credentials; ``region`` and ``service`` are those of the scope.
    """

    access_key_id: str
    secret: str
    token: str | None
    region: str
    service: str
    signed_at: datetime.datetime


class NeedsSignature(Exception):
    """The caller of an unsent request cannot be authenticated: sign and send it, so that the error can show both."""
