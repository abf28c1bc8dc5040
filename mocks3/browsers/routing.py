"""Website routing rules and their redirects. Source: API_RoutingRule, API_Condition, API_Redirect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import RoutingRuleTypeDef


DEFAULT_CODE = 301


def first_rule(
    rules: Iterable[RoutingRuleTypeDef], key: str, status: int | None
) -> RoutingRuleTypeDef | None:
    """Return the first rule that matches a request.

    Args:
        rules: The routing rules of the bucket.
        key: The requested key.
        status: The HTTP status of the error, or None before the object is read. Rules with
            ``HttpErrorCodeReturnedEquals`` match only that status; all others match only None.
    """
    for rule in rules:
        condition = rule.get("Condition") or {}
        code = condition.get("HttpErrorCodeReturnedEquals")
        expected = None if code is None else int(code)
        if expected == status and key.startswith(condition.get("KeyPrefixEquals", "")):
            return rule
    return None


def redirect_location(rule: RoutingRuleTypeDef, key: str, scheme: str, host: str, query: str = "") -> str:
    """Return the URL of a rule's redirect for ``key``. Parts that the rule does not replace stay the same."""
    redirect = rule["Redirect"]
    prefix = (rule.get("Condition") or {}).get("KeyPrefixEquals", "")
    if "ReplaceKeyWith" in redirect:
        key = redirect["ReplaceKeyWith"]
    elif "ReplaceKeyPrefixWith" in redirect:
        key = redirect["ReplaceKeyPrefixWith"] + key[len(prefix) :]
    base = f"{redirect.get('Protocol') or scheme}://{redirect.get('HostName') or host}"
    return f"{base}/{path_of(key)}{'?' if query else ''}{query}"


def path_of(key: str) -> str:
    """Return a key, encoded for the path of a URL."""
    return quote(key, safe="/-_.!~*'()@:$,;=+&")


def redirect_status(rule: RoutingRuleTypeDef) -> int:
    """Return the HTTP status of a rule's redirect."""
    return int(rule["Redirect"].get("HttpRedirectCode") or DEFAULT_CODE)
