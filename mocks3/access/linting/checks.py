"""Checks of conditions on the global keys for addresses and on ``s3:prefix``: values that no request has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from mocks3.access.linting.placeholders import CODES as PLACEHOLDER_CODES
from mocks3.access.linting.placeholders import placeholders
from mocks3.policy import Effect, LintWarning, Policy, Statement
from mocks3.policy.conditions import OPERATORS
from mocks3.policy.linting import CheckedStatement, LintCheck

CODES: Final = {
    "private-source-ip": "aws:SourceIp is the public address of a caller; for callers in a VPC use aws:VpcSourceIp",
    "range-as-text": "a string operator does not read a range of addresses; use IpAddress or NotIpAddress",
    "prefix-with-bucket": "s3:prefix is the beginning of a key, without the name of the bucket",
    "half-covered-deny": "a Deny of requests without TLS must cover the bucket and its objects",
    **PLACEHOLDER_CODES,
}

_BUCKET_ARN: Final = re.compile(r"(?P<bucket>arn:[\w-]+:s3:::[^/*?]+)(?P<key>/.*)?", re.DOTALL)
_TLS: Final = ("aws:securetransport", "s3:tlsversion")

_PRIVATE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7"))
)
_ADDRESSES: Final = ("aws:sourceip", "aws:vpcsourceip")


def private_addresses(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of private addresses in aws:SourceIp (IAM user guide, "AWS global condition context keys")."""
    for condition in subject.statement.conditions_on("aws:SourceIp"):
        for index, value in enumerate(condition.values if condition.base.endswith("IpAddress") else ()):
            if _is_private(value):
                message = f"aws:SourceIp is never the private address {value!r}; aws:VpcSourceIp can be"
                yield subject.warn("private-source-ip", subject.value(condition, index), message)


def ranges_as_text(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of a range of addresses under an operator for strings."""
    for condition in subject.statement.conditions:
        if condition.key.lower() not in _ADDRESSES or not condition.base.startswith("String"):
            continue
        for index, value in enumerate(condition.values):
            if "/" in value:
                operator = "NotIpAddress" if "Not" in condition.base else "IpAddress"
                message = f"{condition.base} compares {value!r} as text; {operator} reads it as a range"
                yield subject.warn("range-as-text", subject.value(condition, index), message)


def prefixes(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of an s3:prefix that begins with the name of a bucket of the statement."""
    conditions = tuple(subject.statement.conditions_on("s3:prefix"))
    if not conditions:
        return
    buckets = {
        arn.split(":", 5)[5].split("/")[0]
        for arn in subject.statement.resources or ()
        if arn.count(":") == 5 and ":s3:::" in arn and arn.split(":", 5)[5][:1] not in ("*", "?", "")
    }
    for condition in conditions:
        for index, value in enumerate(condition.values):
            name, slash, _ = value.partition("/")
            if slash and name in buckets:
                message = f"{value!r} begins with the name of the bucket; s3:prefix begins with the key"
                yield subject.warn("prefix-with-bucket", subject.value(condition, index), message)


def _is_private(value: str) -> bool:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return False
    return any(network.version == each.version and network.subnet_of(each) for each in _PRIVATE)  # type: ignore[arg-type]


def half_denied(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of a Deny of requests without TLS that covers only a bucket, or only its objects.

    "Security best practices for Amazon S3" denies both. Several statements can cover them together.
    """
    if subject.allows or not _is_about_tls(subject.statement):
        return
    together = subject.document.fact(_covered_without_tls)
    kinds = {kind for action in subject.statement.actions for kind in _kinds(subject, action)}
    for index, resource in enumerate(subject.statement.resources or ()):
        found = _BUCKET_ARN.fullmatch(resource)
        if found is None or not {"bucket", "object"} <= kinds or "Resource" in subject.statement.negations:
            continue
        arn, is_objects = found["bucket"], bool(found["key"])
        if {True, False} <= together[arn]:
            continue
        has, other = ("objects", "bucket") if is_objects else ("bucket", "objects")
        missing = arn if is_objects else f"{arn}/*"
        message = (
            f"The Deny of requests without TLS covers the {has}, and not the {other}: {missing!r} is missing"
        )
        yield subject.warn("half-covered-deny", subject.item("Resource", index), message)


def _is_about_tls(statement: Statement) -> bool:
    """Return whether a statement denies requests without TLS, or with an old version of it."""
    return statement.effect is Effect.DENY and any(
        condition.key.lower() in _TLS and not OPERATORS[condition.base].negated
        for condition in statement.conditions
    )


def _covered_without_tls(policy: Policy) -> dict[str, set[bool]]:
    """Return for each bucket whether such statements cover it (False), its objects (True), or both."""
    covered: dict[str, set[bool]] = defaultdict(set)
    statements = filter(_is_about_tls, policy.statements)
    for resource in [each for statement in statements for each in statement.resources or ()]:
        found = _BUCKET_ARN.fullmatch(resource)
        if found is not None:
            covered[found["bucket"]].add(bool(found["key"]))
        elif "*" in resource:  # it covers many buckets
            return defaultdict(lambda: {True, False})
    return covered


def _kinds(subject: CheckedStatement, action: str) -> Iterator[str]:
    """Yield the types of resources of the actions that a pattern matches."""
    for name in subject.document.expansions(action):
        yield from subject.tables.actions[name]


S3_CHECKS: Final[tuple[LintCheck, ...]] = (
    private_addresses,
    ranges_as_text,
    prefixes,
    half_denied,
    placeholders,
)
