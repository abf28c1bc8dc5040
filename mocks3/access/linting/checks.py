"""Checks of conditions on the global keys for addresses and on ``s3:prefix``: values that no request has."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from mocks3.policy import LintWarning
from mocks3.policy.linting import LintCheck, Subject

CODES: Final = {
    "private-source-ip": "aws:SourceIp is the public address of a caller; for callers in a VPC use aws:VpcSourceIp",
    "range-as-text": "a string operator does not read a range of addresses; use IpAddress or NotIpAddress",
    "prefix-with-bucket": "s3:prefix is the beginning of a key, without the name of the bucket",
}

_PRIVATE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7"))
)
_ADDRESSES: Final = ("aws:sourceip", "aws:vpcsourceip")


def private_addresses(subject: Subject) -> Iterator[LintWarning]:
    """Warn of private addresses in aws:SourceIp (IAM user guide, "AWS global condition context keys")."""
    for condition in subject.statement.conditions_on("aws:SourceIp"):
        for index, value in enumerate(condition.values if condition.base.endswith("IpAddress") else ()):
            if _is_private(value):
                message = f"aws:SourceIp is never the private address {value!r}; aws:VpcSourceIp can be"
                yield subject.warn("private-source-ip", subject.value(condition, index), message)


def ranges_as_text(subject: Subject) -> Iterator[LintWarning]:
    """Warn of a range of addresses under an operator for strings."""
    for condition in subject.statement.conditions:
        if condition.key.lower() not in _ADDRESSES or not condition.base.startswith("String"):
            continue
        for index, value in enumerate(condition.values):
            if "/" in value:
                operator = "NotIpAddress" if "Not" in condition.base else "IpAddress"
                message = f"{condition.base} compares {value!r} as text; {operator} reads it as a range"
                yield subject.warn("range-as-text", subject.value(condition, index), message)


def prefixes(subject: Subject) -> Iterator[LintWarning]:
    """Warn of an s3:prefix that begins with the name of a bucket of the statement."""
    buckets = tuple(
        dict.fromkeys(
            arn.split(":", 5)[5].split("/")[0] + "/"
            for arn in subject.statement.resources or ()
            if arn.count(":") == 5 and ":s3:::" in arn and arn.split(":", 5)[5][:1] not in ("*", "?", "")
        )
    )
    for condition in subject.statement.conditions_on("s3:prefix"):
        for index, value in enumerate(condition.values):
            if value.startswith(buckets):
                message = f"{value!r} begins with the name of the bucket; s3:prefix begins with the key"
                yield subject.warn("prefix-with-bucket", subject.value(condition, index), message)


def _is_private(value: str) -> bool:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return False
    return any(network.version == each.version and network.subnet_of(each) for each in _PRIVATE)  # type: ignore[arg-type]


S3_CHECKS: Final[tuple[LintCheck, ...]] = (private_addresses, ranges_as_text, prefixes)
