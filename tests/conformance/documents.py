"""Short functions for the policies of the worked examples.

    allow("GetObject ListBucket", "bkt bkt/*", to="B root", when={"StringEquals": {"s3:prefix": "home/"}})

With ``to`` it is a statement of a bucket policy. Principals are written as in docs/rules/worked-examples.md: ``A root``
is the root user of account A, ``A/dave`` a user of it, ``A:role/r`` a role, ``A:role/r/s`` a session of that role,
``A`` the account's id, ``*`` everyone.
"""

from __future__ import annotations

import json
from typing import Any

ACCOUNTS = {"A": "111111111111", "B": "222222222222", "C": "333333333333"}
Statement = dict[str, Any]


def allow(actions: str, on: str = "*", *, to: Any = None, when: Any = None) -> Statement:
    return _statement("Allow", actions, on, to, when)


def deny(actions: str, on: str = "*", *, to: Any = None, when: Any = None) -> Statement:
    return _statement("Deny", actions, on, to, when)


def document(*statements: Statement, version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


def arn(resource: str) -> str:
    """Return the ARN of a bucket or an object: ``arn:aws:s3:::bkt/k`` for ``bkt/k``."""
    return resource if resource == "*" or resource.startswith("arn:") else f"arn:aws:s3:::{resource}"


def principal(who: str) -> str:
    """Return the ARN, or the account id, of a principal of the examples."""
    account = ACCOUNTS.get(who[:1], "")
    if who in ACCOUNTS:
        return account
    if who.endswith(" root"):
        return f"arn:aws:iam::{account}:root"
    if ":role/" in who:
        name, _, session = who.partition(":role/")[2].partition("/")
        if session:
            return f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
        return f"arn:aws:iam::{account}:role/{name}"
    return f"arn:aws:iam::{account}:user/{who[2:]}" if who[1:2] == "/" else who


def _statement(effect: str, actions: str, on: str, to: Any, when: Any) -> Statement:
    statement: Statement = {"Effect": effect}
    if to is not None:
        statement["Principal"] = _principals(to)
    statement["Action"] = [name if ":" in name or name == "*" else f"s3:{name}" for name in actions.split()]
    statement["Resource"] = [arn(resource) for resource in on.split(" ")]
    if when is not None:
        statement["Condition"] = when
    return statement


def _principals(to: Any) -> Any:
    if to == "*" or isinstance(to, dict):
        return to
    if isinstance(to, str) and to.endswith(".amazonaws.com"):
        return {"Service": to}
    return {"AWS": [principal(who) for who in ([to] if isinstance(to, str) else to)]}
