"""Read the message of a denial, as AWS prints it: who may not do what, and what denies it.

    User: arn:aws:iam::111122223333:user/dave is not authorized to perform: s3:GetObject on resource:
    "arn:aws:s3:::data/k" because no identity-based policy allows the s3:GetObject action

Messages can have an introduction ("An error occurred (AccessDenied) when calling ..."), stand in XML or JSON, and
continue after the reason (X-42), so that nothing is read to its end. Older messages have no reason, or no more of it
than "with an explicit deny". Some say only "Access Denied" (X-43).

Source: X-40 to X-47, X-60 to X-65; IAM user guide, "Troubleshoot access denied error messages"; S3 user guide,
"Troubleshoot access denied (403 Forbidden) errors".
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from mocks3.errors import Mocks3Error

LAYERS = {
    "identity-based policy": "identity-policy",
    "resource-based policy": "resource-policy",
    "permissions boundary": "boundary",
    "session policy": "session-policy",
    "service control policy": "scp",
    "resource control policy": "rcp",
    "vpc endpoint policy": "vpc-endpoint-policy",
}
"""The words of the messages, and the kinds of policy that they name."""

_OPERATION = re.compile(r"when calling the (?P<operation>\w+) operation")
_CODE = re.compile(
    r"An error occurred \((?P<code>\w+)\)|<Code>(?P<element>\w+)</Code>|\"Code\": ?\"(?P<member>\w+)\""
)
_PRINCIPAL = re.compile(
    r"User: (?P<user>arn:[^:]*:(?:iam|sts)::\d*:\S+?|[a-z0-9.-]+\.amazonaws\.com|anonymous)"
    r" is not authorized to perform: (?P<action>[a-z0-9-]+:\w+)"
)
_RESOURCE = re.compile(r" on resource: (?:\"(?P<quoted>[^\"]+)\"|(?P<plain>arn:\S+|\*))")
_KINDS = "|".join(re.escape(each) for each in LAYERS)
_IMPLICIT = re.compile(rf"because no (?P<kind>{_KINDS}) allows", re.IGNORECASE)
_EXPLICIT = re.compile(
    rf"with an explicit deny in an? (?P<kind>{_KINDS})(?:: (?P<policy>arn:[^\s\"]+?)(?=[.,]?(?:\s|\"|<|$)))?",
    re.IGNORECASE,
)

RULES: tuple[tuple[str, str, str], ...] = (
    (
        r"public (?:policies|access control lists|ACLs) are prevented by the (\w+) setting in S3 Block Public Access",
        "block-public-access",
        "Block Public Access refuses public policies and ACLs when they are put, whatever policies allow",
    ),
    (
        r"object protected by object lock",
        "object-lock",
        "Object Lock protects the version of the object until its retention period ends and its legal hold is off",
    ),
    (
        r"Server Side Encryption with Customer provided keys \(SSE-C\)",
        "customer-key",
        "the bucket blocks writes with customer-provided keys (SSE-C), as new buckets do",
    ),
    (
        r"Anonymous users cannot|does not support Anonymous requests|Anonymous users",
        "unsigned",
        "the request was not signed, and S3 never accepts this operation unsigned",
    ),
    (
        r"require AWS Signature Version 4",
        "kms-key",
        "the object is encrypted with a KMS key, and the request is not signed with Signature Version 4",
    ),
    (
        r"Mfa Authentication must be used",
        "mfa-delete",
        "the bucket has MFA delete, and the request has no x-amz-mfa",
    ),
    (
        r"Request has expired|ExpiredToken|provided token has expired",
        "signature",
        "the URL or the temporary credentials have expired",
    ),
    (
        r"SignatureDoesNotMatch|InvalidAccessKeyId|RequestTimeTooSkewed|InvalidToken",
        "signature",
        "the request does not prove who sent it: its key, its signature or its time is wrong",
    ),
    (
        r"ciphertext refers to a customer master key that does not exist",
        "kms-key",
        "the KMS key of the object does not exist in this Region, or the caller may not know it",
    ),
    (
        r"Invalid according to Policy",
        "form-policy",
        "the fields of the form do not fit its own policy document",
    ),
)
"""Sentences of rules that no policy changes: a pattern, the rule as ``aws.denied(by=...)`` names it, and what it is."""


@dataclass(frozen=True)
class DenialMessage:
    """What a message says.

    Attributes:
        text: The message.
        code: The error code; None if it is not there.
        operation: The operation; None if it is not there.
        principal: The ARN of the caller; None if the message does not name it.
        action: The IAM action.
        resource: The ARN of the resource; None for calls on the account, and if the message does not name it.
        layer: The kind of policy that denied, one of :data:`LAYERS`, or the rule that refused the call.
        explicit: Whether a Deny matched.
        policy: The ARN of the policy that denied.
        rule: What the rule is, in words; None for policies.
    """

    text: str
    code: str | None = None
    operation: str | None = None
    principal: str | None = None
    action: str | None = None
    resource: str | None = None
    layer: str | None = None
    explicit: bool = False
    policy: str | None = None
    rule: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the message says only that access is denied."""
        return self.principal is None and self.rule is None


def read_message(text: str) -> DenialMessage:
    """Return what a message says.

    Raises:
        Mocks3Error: It is not a message of a denial.
    """
    flat = " ".join(html.unescape(text).replace('\\"', '"').split())
    operation, code = _OPERATION.search(flat), _CODE.search(flat)
    named = {
        "code": None if code is None else code["code"] or code["element"] or code["member"],
        "operation": None if operation is None else operation["operation"],
    }
    principal = _PRINCIPAL.search(flat)
    implicit, explicit = _IMPLICIT.search(flat), _EXPLICIT.search(flat)
    rule = next((each for each in RULES if re.search(each[0], flat, re.IGNORECASE)), None)
    if principal is None and rule is None and not _is_plain(flat, named["code"]):
        raise Mocks3Error(
            "this is not the message of a denial by AWS, such as 'User: arn:aws:iam::111122223333:user/dave is not "
            f"authorized to perform: s3:GetObject on resource: ...' or 'Access Denied': {text[:200]!r}"
        )
    resource = _RESOURCE.search(flat, 0 if principal is None else principal.end())
    reason = explicit or implicit
    layer = LAYERS[reason["kind"].lower()] if reason is not None else None
    if "no resource-based policies allow access" in flat:
        layer = "resource-policy"
    return DenialMessage(
        flat,
        **named,
        principal=None if principal is None else principal["user"],
        action=None if principal is None else principal["action"],
        resource=None if resource is None else (resource["quoted"] or resource["plain"].rstrip(".,")),
        layer=layer or (None if rule is None else rule[1]),
        explicit="explicit deny" in flat,
        policy=None if explicit is None else explicit["policy"],
        rule=None if rule is None or layer is not None else rule[2],
    )


def _is_plain(text: str, code: str | None) -> bool:
    plain = re.search(r"\bAccess Denied\b|\bAccessDenied\b|\bForbidden\b|\b403\b|explicit deny", text)
    return plain is not None or code in ("AccessDenied", "AllAccessDisabled", "403")
