"""Errors for callers whose account is suspended or closed.

Source: ErrorResponses ("List of error codes"), which lists the codes but not their causes; users of S3 reported the
message of ``NotSignedUp``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.errors import RefusalRow, Why

if TYPE_CHECKING:
    from mocks3.storage.iam.caller import Caller

ACCOUNT_PROBLEM = RefusalRow(
    "AccountProblem",
    403,
    "There is a problem with your AWS account that prevents the operation from completing successfully.",
)
NOT_SIGNED_UP = RefusalRow(
    "NotSignedUp",
    403,
    "Your account is not signed up for the S3 service. You must sign up before you can use S3.",
)


def require_active_account(unserved: Mapping[str, str], caller: Caller) -> None:
    """Raise ``AccountProblem`` if the caller's account is suspended, ``NotSignedUp`` if it is closed."""
    state = unserved.get(caller.account or "")
    if state is not None:
        row = NOT_SIGNED_UP if state == "CLOSED" else ACCOUNT_PROBLEM
        raise row(inactive(str(caller.account), state, "the caller's account"))


def inactive(account: str, state: str, whose: str) -> Why:
    """Return why an account that is suspended or closed refuses a call."""
    return Why(
        "account-status",
        f"{whose} {account} is {state.lower()}",
        "X-30",
        unfixable="no policy helps while the account is in this state; Account.reopen makes it active again",
    )
