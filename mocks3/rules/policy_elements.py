"""The actions, resources and Sids that IAM and STS accept in the policies of users, groups, roles and sessions.

Source: IAM user guide, "IAM JSON policy elements reference". The messages as users report them (99designs/iamy #65,
hashicorp/terraform #10057 and #14652, hashicorp/terraform-provider-aws #3045, aws/aws-cdk #13104 and #22445,
aws-cloudformation/cfn-lint #708 and #935, duo-labs/parliament #177). "Legacy parsing" is IAM's own word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mocks3.errors import Row, S3Error

if TYPE_CHECKING:
    from mocks3.policy import Policy

MALFORMED_DOCUMENT = Row("MalformedPolicyDocument", 400, "{message}")

LEGACY = "The policy failed legacy parsing"
"""The message for errors that IAM's older parser finds."""

_SID = re.compile(r"[0-9A-Za-z]*", re.ASCII)
_VENDOR = re.compile(r"[a-z0-9-]+", re.ASCII)
_WILDCARD = re.compile(r"[*?$]")
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
_IAM_PATHS = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
_WITH_REGION = (
    "accesspoint/",
    "job/",
    "storage-lens/",
    "storage-lens-group/",
    "access-grants/",
    "async-request/",
)
"""The resources of the service ``s3`` whose ARN has a Region (Service Authorization Reference, "Amazon S3")."""

_EMPTY = {
    "Action": "Policy statement must contain actions.",
    "Resource": "Policy statement must contain resources.",
}
"""The messages for an empty list (terraform-aws-modules/terraform-aws-iam #603)."""

ARN_PARTS = 6
"""The parts of an ARN: ``arn``, partition, service, Region, account and resource."""


def malformed(message: str) -> S3Error:
    """Return ``MalformedPolicyDocument``."""
    return MALFORMED_DOCUMENT(message=message)


def statements_of(text: str) -> list[dict[str, Any]]:
    """Return the statements of a document as it has them."""
    found = json.loads(text)["Statement"]
    return found if isinstance(found, list) else [found]


def texts(value: Any) -> Iterator[str]:
    """Yield the texts of an element: a list, or one text."""
    yield from (value,) if isinstance(value, str) else value


def check_elements(policy: Policy) -> None:
    """Raise ``MalformedPolicyDocument`` for an action, a resource or a Sid of a form that IAM refuses."""
    statements = statements_of(policy.text)
    resources = [
        resource
        for statement in statements
        for element in ("Resource", "NotResource")
        for resource in texts(statement.get(element, ()))
    ]
    for resource in resources:
        _check_legacy_form(resource)
    for statement in statements:
        check_sid(statement)
    for element, message in _EMPTY.items():
        if any([] in (statement.get(element), statement.get(f"Not{element}")) for statement in statements):
            raise malformed(message)
    for resource in resources:
        _check_resource(resource)
    for statement in statements:
        _check_actions(statement)


def check_sid(statement: dict[str, Any]) -> None:
    """Raise ``MalformedPolicyDocument`` for a Sid that IAM does not accept. S3 and KMS accept it."""
    if not _SID.fullmatch(statement.get("Sid", "")):
        raise malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        )


def _check_actions(statement: dict[str, Any]) -> None:
    for element in ("Action", "NotAction"):
        for action in texts(statement.get(element, ())):
            vendor, colon, name = action.partition(":")
            if action == "*":
                continue
            if not colon:
                raise malformed(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                ).with_note(f"the action {action!r} has no prefix, such as s3:{action}")
            if ":" in name:
                raise malformed("Actions/Condition can contain only one colon.").with_note(
                    f"the action {action!r} has several"
                )
            if not _VENDOR.fullmatch(vendor.lower()):
                raise malformed(f"Vendor {vendor} is not valid")


def _is_arn(resource: str) -> bool:
    """Return whether a resource must be an ARN. Texts that begin with a wildcard or a variable need not be one."""
    return not resource.startswith(("*", "${"))


def _check_legacy_form(resource: str) -> None:
    """Raise ``MalformedPolicyDocument`` for an ARN with too few parts, such as ``arn:aws:s3::bucket``."""
    parts = resource.split(":")
    if not _is_arn(resource) or parts[0] != "arn" or len(parts) < 3:
        return
    if ("::" in resource and len(parts) < ARN_PARTS) or not parts[2]:
        raise malformed(LEGACY).with_note(
            f"the resource {resource!r} is not an ARN of the form arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"
        )


def _check_resource(resource: str) -> None:
    if not _is_arn(resource):
        return
    parts = resource.split(":", ARN_PARTS - 1)
    if parts[0] != "arn" or len(parts) < 2:
        raise malformed(f'Resource {resource} must be in ARN format or "*".').with_note(
            f"the ARN of a bucket or object is 'arn:aws:s3:::{resource.removeprefix('s3://').lstrip('/')}'"
        )
    partition = parts[1]
    if partition not in _PARTITIONS and "*" not in partition:
        whole = ":".join((*parts, *"*" * (ARN_PARTS - len(parts))))
        raise malformed(f'Partition "{partition}" is not valid for resource "{whole}".')
    if len(parts) < 3 or _WILDCARD.search(parts[2]):
        raise malformed("Resource vendor must be fully qualified and cannot contain regexes.").with_note(
            f"the resource {resource!r} does not name one service"
        )
    _check_service(resource, parts)


def _check_service(resource: str, parts: list[str]) -> None:
    """Raise ``MalformedPolicyDocument`` for an ARN that IAM or S3 do not have."""
    service, region, _, rest = (*parts[2:], *"*" * (ARN_PARTS - len(parts)))
    names_region = bool(region) and not _WILDCARD.search(region)
    if service == "iam":
        if names_region:
            raise malformed(f"IAM resource {resource} cannot contain region information.")
        if rest not in ("*", "root") and not rest.startswith((*_IAM_PATHS, "${")):
            raise malformed(
                f'IAM resource path must either be "*" or start with {", ".join(_IAM_PATHS)}.'
            ).with_note(f"the resource is {resource!r}")
    if service == "s3" and names_region and not rest.startswith(_WITH_REGION) and not _WILDCARD.match(rest):
        raise malformed(f"Resource {resource} can not contain region information.").with_note(
            f"the ARN of a bucket or object has no Region and no account: 'arn:{parts[1]}:s3:::{rest}'"
        )
