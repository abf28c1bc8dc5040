"""Accounts that AWS itself owns, and that its guides tell customers to name in bucket policies (PE-13).

They exist without being created. The file ``facts/aws_accounts.json`` has the source of each list.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources


@cache
def owned_by_aws() -> frozenset[str]:
    """Return the ids of the accounts that log delivery and similar services use."""
    text = resources.files("mocks3.access").joinpath("facts/aws_accounts.json").read_text("utf-8")
    return frozenset(account for service in json.loads(text).values() for account in service["accounts"])


USERS = frozenset({"user/logs"})
"""The users of these accounts that guides name (Amazon Redshift management guide, "Database audit logging")."""
