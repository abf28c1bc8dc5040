"""Routing rules: which one fits, and where a redirect leads. Source: API_RoutingRule, API_Condition, API_Redirect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

RoutingRule = Mapping[str, Any]
DEFAULT_CODE = 301


def first_rule(rules: Iterable[RoutingRule], key: str, status: int | None) -> RoutingRule | None:
    """The first rule that fits.

    Args: ``status`` the error that a request met, or None before it was tried: rules that ask for an error do not fit
    then, and the others only then.
    """
    for rule in rules:
        condition = rule.get("Condition") or {}
        redirect_status = condition.get("HttpErrorCodeReturnedEquals")
        expected = None if redirect_status is None else int(redirect_status)
        if expected == status and key.startswith(condition.get("KeyPrefixEquals", "")):
            return rule
    return None


def redirect_location(rule: RoutingRule, key: str, scheme: str, host: str, query: str = "") -> str:
    """The URL to which a rule leads a request for ``key``; what it does not replace stays as it was."""
    redirect = rule["Redirect"]
    prefix = (rule.get("Condition") or {}).get("KeyPrefixEquals", "")
    if "ReplaceKeyWith" in redirect:
        key = redirect["ReplaceKeyWith"]
    elif "ReplaceKeyPrefixWith" in redirect:
        key = redirect["ReplaceKeyPrefixWith"] + key[len(prefix) :]
    base = f"{redirect.get('Protocol') or scheme}://{redirect.get('HostName') or host}"
    return f"{base}/{path_of(key)}{'?' if query else ''}{query}"


def path_of(key: str) -> str:
    """A key as it stands in a URL."""
    return quote(key, safe="/-_.!~*'()@:$,;=+&")


def redirect_status(rule: RoutingRule) -> int:
    """The status of a rule's redirect."""
    return int(rule["Redirect"].get("HttpRedirectCode") or DEFAULT_CODE)
