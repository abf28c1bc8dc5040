"""The ARNs of roles in calls to STS."""

from __future__ import annotations

import re

from mocks3.errors import Row

ROLE_ARN = re.compile(r"arn:[\w-]+:iam::(\d{12}):role(/(?:.+/)?)([\w+=,.@-]+)", re.ASCII)
"""Groups: the account, the path, the name."""

# As users of AssumeRole report it.
INVALID_ARN = Row("ValidationError", 400, "Request ARN is invalid")
NOT_AN_ARN = Row("ValidationError", 400, "{arn} is invalid")


def account_of_role(arn: str) -> str:
    """Return the account of a role.

    Raises:
        S3Error: ``ValidationError``: the text is no ARN, or not that of a role.
    """
    match = ROLE_ARN.fullmatch(arn)
    if match is None and not arn.startswith("arn:"):
        raise NOT_AN_ARN(arn=arn)
    if match is None:
        raise INVALID_ARN()
    return match[1]
