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
