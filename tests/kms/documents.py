"""Short forms of policies and of the errors that clients get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a policy with these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(*actions: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    """Return an Allow on all resources; ``to`` is the principal, for key policies."""
    principal = {} if to is None else {"Principal": "*" if to == "*" else {"AWS": to}}
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **principal, **more}


def deny(*actions: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a Deny on all resources."""
    return {**allow(*actions, to=to, **more), "Effect": "Deny"}


def error_of(call: Callable[..., Any], /, **params: Any) -> tuple[int, str, str]:
    """Return status, code and message of the error that a client's method raises."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return caught.value.response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


def no_allow(who: str, action: str, arn: str, policy: str = "identity-based policy") -> tuple[int, str, str]:
    """Return the error of S3 if no policy allows the KMS action (X-47)."""
    return (
        403,
        "AccessDenied",
        f"User: {who} is not authorized to perform: {action} on resource: {arn} because no {policy} allows the "
        f"{action} action",
    )


def no_details(who: str, action: str) -> tuple[int, str, str]:
    """Return the error for a caller of another account, which has no details (X-47)."""
    return (
        403,
        "AccessDenied",
        f"User: {who} is not authorized to perform: {action} on this resource because the resource does not exist in "
        "this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
    )
