"""The check of a CORS configuration. Source: API_PutBucketCors, API_CORSRule; error messages as recorded.

The messages about wildcards and limits are known from users' reports, not from AWS's documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_REQUEST, MALFORMED_XML
from mocks3.lib import limits
from mocks3.operations.configurations.document import Content

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized

METHODS = frozenset({"GET", "PUT", "HEAD", "POST", "DELETE"})
MOST = 100


def check(call: Authorized, content: Content) -> Content:
    """Check for 1 to 100 rules, supported methods, and at most one wildcard in an origin or header."""
    rules = content.get("CORSRules")
    if not rules:
        raise MALFORMED_XML()
    if len(rules) > MOST:
        raise INVALID_REQUEST(
            message=f"The number of CORS rules should not exceed allowed limit of {MOST} rules."
        )
    for rule in rules:
        _check_rule(rule)
    return content


def _check_rule(rule: Content) -> None:
    for method in rule["AllowedMethods"]:
        if method not in METHODS:
            raise INVALID_REQUEST(
                message=f"Found unsupported HTTP method in CORS config. Unsupported method is {method}"
            )
    for member, element in (("AllowedOrigins", "AllowedOrigin"), ("AllowedHeaders", "AllowedHeader")):
        for value in rule.get(member, ()):
            if value.count("*") > 1:
                raise INVALID_REQUEST(message=f'{element} "{value}" can not have more than one wildcard.')
    for value in rule.get("ExposeHeaders", ()):
        if "*" in value:
            raise INVALID_REQUEST(
                message=f'ExposeHeader "{value}" contains wildcard. We currently do not support wildcard for '
                "ExposeHeader."
            )
        if value and not limits.is_token(
            value
        ):  # scality/cloudserver #497 quotes S3, which says AllowedHeader
            raise INVALID_REQUEST(message=f'AllowedHeader "{value}" contains invalid character.')
