"""Sessions: the temporary credentials that STS issues. They are stored, and valid in later requests."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import Row
from mocks3.lib.limits import later
from mocks3.lib.partitions import partition_of
from mocks3.policy import Policy, PolicyKind, PolicySyntaxError
from mocks3.rules import sts_mfa
from mocks3.rules.policy_documents import stored_text
from mocks3.rules.policy_elements import check_elements, malformed
from mocks3.storage.iam import SessionRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam import RoleRecord

# API_AssumeRole, API_GetSessionToken "Errors" and the common errors of STS.
VALIDATION_ERROR = Row("ValidationError", 400, "{message}")
# The sentence as users of session tags report it.
PACKED_TOO_LARGE = Row("PackedPolicyTooLarge", 400, "Packed policy consumes {percent}% of allotted space")

# IAM user guide, "Pass session tags in AWS STS", section "Chaining roles with session tags".
INVALID_TAGS = Row("InvalidParameterValue", 400, "{message}")

LONGEST_POLICY = 2048
"""The most characters of a session policy (API_AssumeRole)."""

MOST_MANAGED_POLICIES = 10
"""The most ARNs in ``PolicyArns`` (API_AssumeRole)."""

MOST_TAGS, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
"""Limits of session tags (IAM user guide, "IAM and AWS STS quotas")."""

ALLOTTED = 2048
"""The bytes that policies and tags of a session may have after compression (P-23)."""


def partition(call: Authorized) -> str:
    """Return the partition of the endpoint, which the ARNs in its answers have."""
    return partition_of(call.parsed.address.region or call.settings.region)


def check_role_session(call: Authorized, params: Params, longest: int) -> None:
    """Raise ``ValidationError`` for a session that is too long, or for a session policy that is too large.

    API_AssumeRole: at most the role's ``MaxSessionDuration``, and one hour in a role chain. The sentences are those
    that users report. The model has no limit for the policy of AssumeRole, its page has.
    """
    seconds = params.get("DurationSeconds", 3600)
    if call.caller.principal.kind == "session" and seconds > 3600:
        raise VALIDATION_ERROR(
            message="The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if seconds > longest:
        raise VALIDATION_ERROR(
            message="The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    policy = params.get("Policy", "")
    if len(policy) > LONGEST_POLICY:
        raise VALIDATION_ERROR(
            message=f"1 validation error detected: Value '{policy}' at 'policy' failed to satisfy constraint: Member "
            f"must have length less than or equal to {LONGEST_POLICY}"
        )


def _session_policy(text: str) -> Policy:
    """Return the policy in a parameter. Its text is never the path of a file.

    Raises:
        PolicySyntaxError: The policy is malformed.
        S3Error: ``MalformedPolicyDocument``: IAM would refuse an element; that STS does so too is inferred.
    """
    policy = Policy.parse(stored_text(text), name="session policy", kind=PolicyKind.IDENTITY)
    check_elements(policy)
    return policy


def new_session(
    call: Authorized, kind: str, account: str, base: str, name: str, *, default: int
) -> SessionRecord:
    """Return the session that a call asks for.

    Args:
        call: The call, whose parameters have the duration, the session policies and the tags. For an external identity
            its token has the tags and the source identity.
        kind: The kind of the session (``SessionRecord``).
        account: Its account.
        base: The unique id of the role or user; for a root user the account.
        name: The name of the session.
        default: The duration in seconds, if the call names none.

    Raises:
        S3Error: A session policy or a tag is not valid.
    """
    params, external = call.parsed.params, call.caller.external
    seconds = params.get("DurationSeconds", default)
    if external is not None and external.longest is not None:
        seconds = min(seconds, external.longest)
    if call.caller.root:  # at most one hour (API_GetSessionToken, API_GetFederationToken)
        seconds = min(seconds, 3600)
    managed = _managed_policies(call, account)
    try:
        policies = (_session_policy(params["Policy"]),) if params.get("Policy") else ()
    except PolicySyntaxError as error:
        raise malformed(str(error)) from error
    tags, transitive = _tags(call, kind)
    now = clock.now().replace(microsecond=0)
    return SessionRecord(
        kind,
        account,
        base,
        name,
        now,
        later(now, seconds=seconds),
        policies,
        tags,
        transitive,
        mfa=external is None and sts_mfa.has_mfa(call.world.iam, call.caller, params),
        managed_policies=managed,
        source_identity=_source_identity(call) if kind == "session" else None,
        provider=None if external is None else external.provider,
        keys={} if external is None else external.lasting_keys,
    )


def _tags(call: Authorized, kind: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return the tags of the session and the lower-case keys of those that the next session inherits.

    Raises:
        S3Error: ``ValidationError`` or ``InvalidParameterValue``: a key is not among the tags, is there twice, or is
            inherited.
    """
    params, external = call.parsed.params, call.caller.external
    given = [(tag["Key"], tag["Value"]) for tag in params.get("Tags", ())]
    keys = params.get("TransitiveTagKeys", ())
    if external is not None:
        given, keys = list(external.tags.items()), external.transitive
        _check_token_tags(external.tags)
    names = [key.lower() for key, _ in given]
    if len(set(names)) != len(names):
        raise INVALID_TAGS(
            message="Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    if any(name.startswith("aws:") for name in names):
        raise VALIDATION_ERROR(message="aws: prefixed tag key names are not allowed for external use.")
    transitive = frozenset(key.lower() for key in keys)
    inherited = call.caller.transitive_tags if kind == "session" else {}
    if not transitive <= set(names):
        raise INVALID_TAGS(message="The specified transitive tag key must be included in the requested tags.")
    if {key.lower() for key in inherited} & set(names):
        raise INVALID_TAGS(
            message="One of the specified transitive tag keys can't be set because it conflicts with a transitive tag "
            "key from the calling session."
        )
    return {**inherited, **dict(given)}, transitive | {key.lower() for key in inherited}


def distinct_keys(keys: Iterable[str]) -> list[str]:
    """Return the keys of tags in lower case. Raises ``InvalidParameterValue`` if one is there twice."""
    names = [key.lower() for key in keys]
    if len(set(names)) != len(names):
        raise INVALID_TAGS(
            message="Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    return names


def _check_token_tags(tags: Mapping[str, str]) -> None:
    """Raise ``ValidationError`` for tags of a token that are too many or too long. The model checks other tags."""
    if len(tags) > MOST_TAGS:
        raise VALIDATION_ERROR(message=f"The token has more than {MOST_TAGS} session tags")
    for key, value in tags.items():
        if not 1 <= len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise VALIDATION_ERROR(
                message=f"A session tag of the token is longer than {LONGEST_KEY} (key) or {LONGEST_VALUE} (value) "
                "characters"
            )


def _source_identity(call: Authorized) -> str | None:
    """Return the source identity of the session. A session of a role chain keeps that of the calling session (P-20).

    Raises:
        S3Error: ``ValidationError``: the call names another one. The code and the sentence are inferred.
    """
    if call.caller.external is not None:
        return call.caller.external.source_identity
    named: str | None = call.parsed.params.get("SourceIdentity")
    kept = call.caller.keys.get("aws:sourceidentity", (None,))[0]
    if kept is not None and named not in (None, kept):
        raise VALIDATION_ERROR(message=f"The source identity {kept} of the calling session cannot be changed")
    return kept or named


def _managed_policies(call: Authorized, account: str) -> tuple[str, ...]:
    """Return the ARNs of ``PolicyArns``: managed policies of the session's account, or of AWS.

    Raises:
        S3Error: ``ValidationError``: there are more than ten (API_AssumeRole). ``MalformedPolicyDocument``: one is not
            in the account; the code and the sentence are inferred.
    """
    arns = tuple(each.get("arn", "") for each in call.parsed.params.get("PolicyArns", ()))
    if len(arns) > MOST_MANAGED_POLICIES:
        raise VALIDATION_ERROR(message=f"A session has at most {MOST_MANAGED_POLICIES} managed policies")
    for arn in arns:
        record = call.world.iam.managed_policy(arn)
        if record is None or record.account not in (account, "aws"):
            raise malformed(f"The managed policy {arn} does not exist in {account}")
    return arns


def issued(call: Authorized, session: SessionRecord) -> Params:
    """Store a session with its access key. Return the members that the answers of all calls have.

    The session token is as long as ``MinimumSessionTokenSize`` asks (API_AssumeRole).

    Raises:
        S3Error: ``PackedPolicyTooLarge``.
    """
    percent = _packed_percent(session)
    if percent > 100:
        raise PACKED_TOO_LARGE(percent=percent)
    key = call.world.iam.issue_key(session)
    token = str(key.token).ljust(call.parsed.params.get("MinimumSessionTokenSize", 0), "A")
    if token != key.token:
        key = dataclasses.replace(key, token=token)
        call.world.iam.put_key(key)
    return {
        "Credentials": {
            "AccessKeyId": key.id,
            "SecretAccessKey": key.secret,
            "SessionToken": key.token,
            "Expiration": session.expires,
        },
        **({"PackedPolicySize": percent} if percent and session.kind != "user" else {}),
    }


def _packed_percent(session: SessionRecord) -> int:
    """Return how much of the space for policies and tags a session uses, in percent; 0 without any (P-23).

    AWS compresses them into a format that it does not document. This estimate counts the bytes of the compressed text.
    It allows more than AWS, which rejects some policies at the length limit.
    """
    tags = sorted(session.tags.items())
    if not (session.policies or session.managed_policies or tags):
        return 0
    packed: list[Any] = [[each.text for each in session.policies], session.managed_policies, tags]
    return max(1, -(-len(zlib.compress(json.dumps(packed).encode(), 9)) * 100 // ALLOTTED))


def assumed_role(call: Authorized, role: RoleRecord, session: SessionRecord) -> Params:
    """Return the members of an answer that describe a role session."""
    arn = f"arn:{partition(call)}:sts::{role.account}:assumed-role/{role.name}/{session.name}"
    return {
        "AssumedRoleUser": {"AssumedRoleId": f"{role.unique_id}:{session.name}", "Arn": arn},
        **({} if session.source_identity is None else {"SourceIdentity": session.source_identity}),
    }
