"""The check of a website configuration. Source: API_PutBucketWebsite; error messages as recorded.

The messages about limits and status codes are known from users' reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import INVALID_ARGUMENT, INVALID_REQUEST, MALFORMED_XML, S3Error
from mocks3.operations.configurations.document import Content

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized

MOST_RULES = 50


def check(call: Authorized, content: Content) -> Content:
    """Check for either a redirect of all requests or an index document, and check the routing rules."""
    everything = content.get("RedirectAllRequestsTo")
    index = content.get("IndexDocument")
    if everything is not None:
        if len(content) > 1:
            raise _argument(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                "RedirectAllRequestsTo",
                "not null",
            )
        if not everything["HostName"]:
            raise MALFORMED_XML()  # inferred
        _check_protocol(everything)
        return content
    if index is None:
        raise _argument(
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
            "IndexDocument",
            "null",
        )
    suffix = index["Suffix"]
    if not suffix or "/" in suffix:
        raise _argument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix)
    if "ErrorDocument" in content and not content["ErrorDocument"]["Key"]:
        raise MALFORMED_XML()  # API_ErrorDocument: a key has at least one character. The code is inferred.
    if "RoutingRules" in content:
        _check_rules(content["RoutingRules"])
    return content


def _argument(message: str, name: str, value: str) -> S3Error:
    return INVALID_ARGUMENT(message=message, ArgumentName=name, ArgumentValue=value)


def _check_rules(rules: list[Content]) -> None:
    if not rules:
        raise MALFORMED_XML()
    if len(rules) > MOST_RULES:
        raise INVALID_REQUEST(
            message=f"{len(rules)} routing rules provided, the number of routing rules in a website configuration "
            f"is limited to {MOST_RULES}."
        )
    for rule in rules:
        _check_redirect(rule["Redirect"])
        if "Condition" in rule:
            _check_condition(rule["Condition"])


def _check_redirect(redirect: Content) -> None:
    _check_protocol(redirect)
    if "ReplaceKeyPrefixWith" in redirect and "ReplaceKeyWith" in redirect:
        raise INVALID_REQUEST(message="You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
    code = redirect.get("HttpRedirectCode")
    if code is not None and (not _is_code(code, "3") or code == "300"):
        raise INVALID_REQUEST(
            message=f"The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except 300."
        )


def _check_condition(condition: Content) -> None:
    if not condition:
        raise INVALID_REQUEST(
            message="Condition cannot be empty. To redirect all requests without a condition, the condition element "
            "shouldn't be present."
        )
    code = condition.get("HttpErrorCodeReturnedEquals")
    if code is not None and not _is_code(code, "45"):
        raise INVALID_REQUEST(
            message=f"The provided HTTP error code ({code}) is not valid. Valid codes are 4XX or 5XX."
        )


def _is_code(text: str, first: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isdigit() and text[0] in first


def _check_protocol(redirect: Content) -> None:
    if redirect.get("Protocol", "http") not in ("http", "https"):
        raise INVALID_REQUEST(
            message="Invalid protocol, protocol can be http or https. If not defined the protocol will be selected "
            "automatically."
        )
