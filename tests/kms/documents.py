"""Policies in short, and what clients are refused with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(*actions: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    """An Allow on everything, for the principal ``to`` where the policy is a key's."""
    principal = {} if to is None else {"Principal": "*" if to == "*" else {"AWS": to}}
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **principal, **more}


def deny(*actions: str, to: str | None = None, **more: Any) -> dict[str, Any]:
    """A Deny on everything."""
    return {**allow(*actions, to=to, **more), "Effect": "Deny"}


def refusal(call: Callable[..., Any], /, **params: Any) -> tuple[int, str, str]:
    """Status, code and message of the error that a client's method raises."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return caught.value.response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


def silence(who: str, action: str, arn: str, policy: str = "identity-based policy") -> tuple[int, str, str]:
    """The refusal through S3 for want of an Allow (X-47)."""
    return (
        403,
        "AccessDenied",
        f"User: {who} is not authorized to perform: {action} on resource: {arn} because no {policy} allows the "
        f"{action} action",
    )


def unseen(who: str, action: str) -> tuple[int, str, str]:
    """The refusal of another account, which is told nothing (X-47)."""
    return (
        403,
        "AccessDenied",
        f"User: {who} is not authorized to perform: {action} on this resource because the resource does not exist in "
        "this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
    )
