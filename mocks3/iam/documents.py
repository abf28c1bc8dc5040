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
from mocks3.access.bucket_policies.sentences import note_on
from mocks3.errors import S3Error
from mocks3.iam.faults import LIMIT_EXCEEDED, quota_exceeded
from mocks3.model import habits
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError
from mocks3.rules.policy_documents import stored_text, trust_of
from mocks3.rules.policy_elements import LEGACY, check_elements, check_sid, malformed, statements_of, texts

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

_OLD_VERSION = "Policy document must be version 2012-10-17 or greater."

_TRUSTS_NOBODY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
    }
)

_EFFECTS = ("allow", "deny")
_LEGACY_REASONS = ("bad-date",)
"""The reasons that IAM's older parser finds, in policies of users, groups and roles."""


def identity_policy(text: str, name: str) -> Policy:
    """Return a parsed identity policy. Raises ``MalformedPolicyDocument``."""
    if text.startswith(" "):
        raise malformed(LEGACY).with_note("the text of the policy begins with a space")
    policy = _parsed(stored_text(text), name, PolicyKind.IDENTITY)
    check_elements(policy)
    return policy


def managed_policy(text: str, arn: str) -> Policy:
    """Return a parsed managed policy. Raises ``MalformedPolicyDocument``, ``LimitExceeded``."""
    if _length(text) > MANAGED_SIZE:
        raise quota_exceeded("PolicySize", MANAGED_SIZE)
    policy = identity_policy(text, arn)
    if json.loads(policy.text).get("Version") != "2012-10-17":
        raise malformed(_OLD_VERSION)
    return policy


def trust_policy(iam: IamStore, text: str) -> tuple[Policy, stored_principals.PrincipalIds]:
    """Return a parsed trust policy, and the unique ids of the principals that it names (PE-14).

    ``text`` is the text to store (``rules.policy_documents.stored_text``).

    Raises ``MalformedPolicyDocument``; ``LimitExceeded``.
    """
    if _length(text) > TRUST_SIZE:
        raise quota_exceeded("ACLSizePerRole", TRUST_SIZE)
    if text.startswith(" "):
        raise malformed("JSON strings must not have leading spaces")
    policy = _parsed(text, "trust policy", PolicyKind.TRUST)
    for statement in statements_of(text):
        check_sid(statement)
        for field in ("Resource", "NotResource"):
            if field in statement:
                raise malformed(f"Has prohibited field {field}")
        if any(not action.lower().startswith("sts:") for action in texts(statement.get("Action", []))):
            raise malformed("AssumeRole policy may only specify STS AssumeRole actions.")
        _check_condition_keys(statement)
    try:
        principals = stored_principals.of_policy(iam, policy)
    except stored_principals.UnknownPrincipal as unknown:
        member = unknown.member.upper()
        raise malformed(f'Invalid principal in policy: "{member}":"{unknown.value}"') from None
    return trust_of(text, "trust policy"), principals


def new_trust_policy(world: World, text: str) -> tuple[Policy, stored_principals.PrincipalIds]:
    """Return the trust policy of a call, and the unique ids of its principals, as :func:`trust_policy`.

    With ``roles="any"`` every text is accepted. If the text is not a policy, the role gets a policy that trusts nobody.
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
        note = note_on(error.detail, error.pointer, "the policy")
        raise malformed(_sentence(error, text, kind)).with_note(note) from error
    return policy


def _sentence(error: PolicySyntaxError, text: str, kind: PolicyKind) -> str:
    """Return the message for an error of the policy grammar."""
    if kind is PolicyKind.TRUST:
        return "This policy contains invalid Json" if error.reason == "not-json" else _plain(error)
    if error.reason == "bad-effect":
        effects = [str(statement.get("Effect")) for statement in statements_of(text)]
        is_misspelled = all(effect.lower() in _EFFECTS for effect in effects)
        return LEGACY if is_misspelled else _SYNTAX
    return LEGACY if error.reason in _LEGACY_REASONS else _plain(error)


def _plain(error: PolicySyntaxError) -> str:
    return _SENTENCES.get(error.reason, _SYNTAX)


def _check_condition_keys(statement: dict[str, Any]) -> None:
    """Raise ``MalformedPolicyDocument`` for a key with several colons, such as that of a provider with its scheme."""
    for keys in statement.get("Condition", {}).values():
        for key in keys:
            if key.count(":") > 1 and "tag/" not in key.lower():
                raise malformed("Condition can contain only one colon.").with_note(
                    f"the condition key is {key!r}"
                )


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
