"""Accounts that S3 serves no more: suspended ones, and closed ones.

Source: ErrorResponses ("List of error codes"), which has the codes and leaves the causes to the reader; the sentence of
``NotSignedUp`` as users report it from S3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.errors import Row

if TYPE_CHECKING:
    from mocks3.storage.iam.caller import Caller

ACCOUNT_PROBLEM = Row(
    "AccountProblem",
    403,
    "There is a problem with your AWS account that prevents the operation from completing successfully.",
)
NOT_SIGNED_UP = Row(
    "NotSignedUp",
    403,
    "Your account is not signed up for the S3 service. You must sign up before you can use S3.",
)


def require_active_account(unserved: Mapping[str, str], caller: Caller) -> None:
    """Raise ``AccountProblem`` for a caller whose account was suspended, ``NotSignedUp`` where it was closed."""
    state = unserved.get(caller.account or "")
    if state is not None:
        raise (NOT_SIGNED_UP if state == "CLOSED" else ACCOUNT_PROBLEM)()
