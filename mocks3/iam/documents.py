"""Policy documents in calls to IAM: parsed, or refused with IAM's message; written as IAM writes them.

Source: API_CreatePolicy, API_PutUserPolicy, API_CreateRole ("MalformedPolicyDocument"); IAM user guide, "IAM and AWS
STS quotas". The messages as users report them (99designs/iamy #65, kubernetes-sigs/external-dns #3085,
hashicorp/terraform #13449 and #35086, hashicorp/terraform-provider-aws #8905, aws-cloudformation/cfn-lint #708,
ministryofjustice/modernisation-platform-environments #590).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import S3Error
from mocks3.iam.faults import LIMIT_EXCEEDED, MALFORMED_DOCUMENT, quota_exceeded
from mocks3.model import habits
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError
from mocks3.rules.policy_documents import stored_text, trust_of

if TYPE_CHECKING:
    from mocks3.model.world import World
    from mocks3.storage.iam import IamStore, RoleRecord

MANAGED_SIZE = 6144
"""The size of a managed policy in characters, without white space."""

TRUST_SIZE = 2048
"""The size of a trust policy in characters, without white space."""

INLINE_SIZES = {"user": 2048, "group": 5120, "role": 10240}
"""The size of all inline policies of an entity together, without white space."""

_SENTENCES = {
    "bad-version": "Policy document must be version 2012-10-17 or greater.",
    "missing-action": "Policy statement must contain actions.",
    "missing-resource": "Policy statement must contain resources.",
    "principal-not-allowed": "Policy document should not specify a principal.",
    "duplicate-sid": "Statement IDs (SID) in a single policy must be unique.",
    "missing-principal": "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in "
    "policy has a statement with no principals!",
    "bad-principal": "Invalid principal in policy",
    "empty-principal": "Invalid principal in policy",
}
_SYNTAX = "Syntax errors in policy."
"""The message for all other reasons."""

_TRUSTS_NOBODY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
    }
)

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


def malformed(message: str) -> S3Error:
    """Return ``MalformedPolicyDocument``."""
    return MALFORMED_DOCUMENT(message=message)


def identity_policy(text: str, name: str) -> Policy:
    """Return a parsed identity policy. Raises ``MalformedPolicyDocument``."""
    policy = _parsed(stored_text(text), name, PolicyKind.IDENTITY)
    check_elements(policy)
    return policy


def check_elements(policy: Policy) -> None:
    """Raise ``MalformedPolicyDocument`` for an action or a resource of a form that IAM refuses."""
    for statement in _statements(policy):
        _check_sid(statement)
        _check_actions(statement)
        _check_resources(statement)


def managed_policy(text: str, arn: str) -> Policy:
    """Return a parsed managed policy. Raises ``MalformedPolicyDocument``, ``LimitExceeded``."""
    if _length(text) > MANAGED_SIZE:
        raise quota_exceeded("PolicySize", MANAGED_SIZE)
    policy = identity_policy(text, arn)
    if json.loads(policy.text).get("Version") != "2012-10-17":
        raise malformed(_SENTENCES["bad-version"])
    return policy


def trust_policy(iam: IamStore, text: str) -> tuple[Policy, stored_principals.PrincipalIds]:
    """Return a parsed trust policy, and the unique ids of the principals that it names (PE-14).

    ``text`` is the text to store (``rules.policy_documents.stored_text``).

    Raises ``MalformedPolicyDocument``; ``LimitExceeded``.
    """
    if _length(text) > TRUST_SIZE:
        raise quota_exceeded("ACLSizePerRole", TRUST_SIZE)
    policy = _parsed(text, "trust policy", PolicyKind.TRUST)
    for statement in _statements(policy):
        _check_sid(statement)
        for field in ("Resource", "NotResource"):
            if field in statement:
                raise malformed(f"Has prohibited field {field}")
        if any(not action.lower().startswith("sts:") for action in _texts(statement.get("Action", []))):
            raise malformed("AssumeRole policy may only specify STS AssumeRole actions.")
    try:
        principals = stored_principals.of_policy(iam, policy)
    except stored_principals.UnknownPrincipal as unknown:
        member = unknown.member.upper()
        raise malformed(f'Invalid principal in policy: "{member}":"{unknown.value}"') from None
    return trust_of(text, "trust policy"), principals


def new_trust_policy(world: World, text: str) -> tuple[Policy, stored_principals.PrincipalIds]:
    """Return the trust policy of a call, and the unique ids of its principals, as :func:`trust_policy`.

    With ``roles="any"`` nothing is refused. A text that is no policy is replaced by a policy that trusts nobody.
    """
    text = stored_text(text)
    try:
        return trust_policy(world.iam, text)
    except S3Error:
        if not habits.allows(world.settings, habits.TRUST_POLICIES):
            raise
    habits.count(habits.TRUST_POLICIES)
    try:
        return trust_of(text, "trust policy"), {}
    except PolicySyntaxError:
        return trust_of(_TRUSTS_NOBODY, "trust policy"), {}


def _parsed(text: str, name: str, kind: PolicyKind) -> Policy:
    try:
        policy = Policy.parse(text, name=name, kind=kind)
        policy.check_strictly(kind)
    except PolicySyntaxError as error:
        raise malformed(_SENTENCES.get(error.reason, _SYNTAX)) from error
    return policy


def _statements(policy: Policy) -> list[dict[str, Any]]:
    found = json.loads(policy.text)["Statement"]
    return found if isinstance(found, list) else [found]


def _texts(value: Any) -> Iterator[str]:
    yield from (value,) if isinstance(value, str) else value


def _check_sid(statement: dict[str, Any]) -> None:
    """Raise ``MalformedPolicyDocument`` for a Sid that IAM does not accept. S3 and KMS accept it."""
    if not _SID.fullmatch(statement.get("Sid", "")):
        raise malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        )


def _check_actions(statement: dict[str, Any]) -> None:
    for element in ("Action", "NotAction"):
        for action in _texts(statement.get(element, ())):
            vendor, colon, _ = action.partition(":")
            if action == "*":
                continue
            if not colon:
                raise malformed(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                ).with_note(f"the action {action!r} has no prefix, such as s3:{action}")
            if not _VENDOR.fullmatch(vendor.lower()):
                raise malformed(f"Vendor {vendor} is not valid")


def _check_resources(statement: dict[str, Any]) -> None:
    for element in ("Resource", "NotResource"):
        for resource in _texts(statement.get(element, ())):
            if resource.startswith(("*", "${")):
                continue
            parts = resource.split(":", 5)
            if parts[0] != "arn" or len(parts) < 2:
                raise malformed(f'Resource {resource} must be in ARN format or "*".')
            if parts[1] not in _PARTITIONS and "*" not in parts[1]:
                raise malformed(f'Partition "{parts[1]}" is not valid for resource "{resource}".')


def check_inline_size(kind: str, name: str, policies: Iterator[Policy]) -> None:
    """Raise ``LimitExceeded`` if all inline policies of an entity together are too large."""
    limit = INLINE_SIZES[kind]
    if sum(_length(policy.text) for policy in policies) > limit:
        raise LIMIT_EXCEEDED(message=f"Maximum policy size of {limit} bytes exceeded for {kind} {name}")


def _length(text: str) -> int:
    """Return the length that quotas count: without white space."""
    return len(re.sub(r"\s", "", text))


def encoded(text: str) -> str:
    """Return a document as IAM returns it: percent-encoded (RFC 3986). botocore decodes it."""
    return quote(text, safe="-_.~")


def trust_text(iam: IamStore, role: RoleRecord) -> str:
    """Return the current text of a role's trust policy (PE-14), without the Resource that mocks3 adds."""
    document = json.loads(stored_principals.current_policy(role.trust, role.principals, iam).text)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        statement.pop("Resource", None)
    return json.dumps(document)
