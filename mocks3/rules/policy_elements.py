"""Actions and resources of a form that IAM and STS refuse in the policies of identities and of sessions.

The policy language allows these forms, and resource-based policies have checks of their own. Source: the pages that
``mocks3/iam/documents.py`` names; for S3's ARNs with a Region aws/aws-cdk #22445 and JetBrains/kotless #2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mocks3.policy import Policy

_SID = re.compile(r"[0-9A-Za-z]*", re.ASCII)
_VENDOR = re.compile(r"[a-z0-9-]+", re.ASCII)
_PARTITIONS = (
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
    "*",
)
_REGIONAL = (
    "accesspoint",
    "access-grants",
    "async-request",
    "job",
    "storage-lens",
    "storage-lens-group",
    "*",
    "$",
)
"""How resources of S3 begin whose ARNs have a Region, and patterns that may match them.

Source: Service Authorization Reference, "Resource types defined by Amazon S3".
"""


class RefusedElement(Exception):
    """An element that IAM refuses.

    Args:
        message: IAM's message.
        note: What is wrong and what to do; empty if the message says it.
    """

    def __init__(self, message: str, note: str = "") -> None:
        super().__init__(message, note)
        self.message, self.note = message, note


def check_elements(policy: Policy) -> None:
    """Raise RefusedElement for a Sid, an action or a resource of a form that IAM refuses."""
    for statement in statements(policy):
        check_sid(statement)
        _check_actions(statement)
        _check_resources(statement)


def statements(policy: Policy) -> list[dict[str, Any]]:
    """Return the statements of a policy as they are in its text."""
    found = json.loads(policy.text)["Statement"]
    return found if isinstance(found, list) else [found]


def texts(value: Any) -> Iterator[str]:
    """Yield the texts of an element that has one or several."""
    yield from (value,) if isinstance(value, str) else value


def check_sid(statement: Mapping[str, Any]) -> None:
    """Raise RefusedElement for a Sid that IAM does not accept. S3 and KMS accept it."""
    if not _SID.fullmatch(statement.get("Sid", "")):
        raise RefusedElement(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        )


def _check_actions(statement: Mapping[str, Any]) -> None:
    for element in ("Action", "NotAction"):
        for action in texts(statement.get(element, ())):
            vendor, colon, _ = action.partition(":")
            if action == "*":
                continue
            if not colon:
                raise RefusedElement(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                    f"the action {action!r} has no prefix, such as s3:{action}",
                )
            if not _VENDOR.fullmatch(vendor.lower()):
                raise RefusedElement(f"Vendor {vendor} is not valid")


def _check_resources(statement: Mapping[str, Any]) -> None:
    for element in ("Resource", "NotResource"):
        for resource in texts(statement.get(element, ())):
            if resource.startswith(("*", "${")):
                continue
            parts = resource.split(":", 5)
            if parts[0] != "arn" or len(parts) < 2:
                raise RefusedElement(
                    f'Resource {resource} must be in ARN format or "*".',
                    f"the ARN of a bucket or object is {_arn(resource)!r}",
                )
            if parts[1] not in _PARTITIONS and "*" not in parts[1]:
                raise RefusedElement(f'Partition "{parts[1]}" is not valid for resource "{resource}".')
            if len(parts) == 6 and parts[2] == "s3" and parts[3] and not parts[5].startswith(_REGIONAL):
                raise RefusedElement(
                    f"Resource {resource} can not contain region information.",
                    f"the ARN of a bucket or object has no Region and no account: 'arn:{parts[1]}:s3:::{parts[5]}'",
                )


def _arn(resource: str) -> str:
    """Return the ARN that a text without one is likely to mean."""
    return f"arn:aws:s3:::{resource.removeprefix('s3://').lstrip('/') or 'BUCKET/KEY'}"
