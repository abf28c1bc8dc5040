"""Policies as the worked examples write them: who, what, where, when, in one line.

    allow("GetObject ListBucket", "bkt bkt/*", to="B root", when={"StringEquals": {"s3:prefix": "home/"}})

``to`` makes it a statement of a bucket policy. Principals are written as in the examples: ``A root``, ``A/dave``,
``A:role/r``, ``A:role/r/s`` (a session), ``*``; an account's bare letter is its 12-digit id.
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
    """``bkt/k`` is ``arn:aws:s3:::bkt/k``."""
    return resource if resource == "*" or resource.startswith("arn:") else f"arn:aws:s3:::{resource}"


def principal(who: str) -> str:
    """The ARN, or the account id, that a policy names somebody of the examples with."""
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
