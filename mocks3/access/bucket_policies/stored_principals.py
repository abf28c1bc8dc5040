"""The principals that a stored policy or a grant names (PE-1 to PE-20).

AWS replaces the ARN of a user or role by its unique id when a policy is put [IAM user guide, "AWS JSON policy elements:
Principal"]. So a policy does not apply to a new principal with the ARN of a deleted one, and GetBucketPolicy shows the
id of the deleted principal (PE-14). This applies wherever principals are stored: policies of buckets and access points,
trust policies of roles, policies and grants of KMS keys, policies of VPC endpoints.

Rule: the policy is stored as it was put, together with the unique id of each ARN (``PrincipalIds``). The current text
is computed from both. While every ARN still belongs to the same principal, it is the stored text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import aws_accounts
from mocks3.lib.partitions import in_partition
from mocks3.policy import Policy, storing

if TYPE_CHECKING:
    from mocks3.policy import PrincipalElement
    from mocks3.storage import Bucket
    from mocks3.storage.iam import IamStore

PrincipalIds = dict[str, str]
"""The ARN of a user, a role or a role session, as the policy writes it, to the user's or role's unique id."""

_SESSION = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):assumed-role/([^/]+)/[^/]+", re.ASCII)
_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?", re.ASCII)
_FEDERATED = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):federated-user/.+", re.ASCII)
_ORIGIN_ACCESS = re.compile(
    r"arn:aws[a-z-]*:iam::cloudfront:user/CloudFront Origin Access Identity E[0-9A-Z]+", re.ASCII
)
_MEMBERS = (("AWS", "aws"), ("CanonicalUser", "canonical"), ("Service", "service"))
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)", re.ASCII)


class UnknownPrincipal(ValueError):
    """A principal that does not exist. ``value`` is the text in the policy, under ``member`` such as ``AWS``."""

    def __init__(self, value: str, member: str = "AWS") -> None:
        super().__init__(f"there is no principal {value}")
        self.value = value
        self.member = member


def of_policy(iam: IamStore, policy: Policy) -> PrincipalIds:
    """Return the unique ids of the principals of a trust policy or key policy.

    Its accounts need not exist in this AWS, because such a policy may trust an account outside of the test.

    Raises:
        UnknownPrincipal: One of them does not exist (PE-13).
    """
    return merge(
        _or_any_account(iam, member, value)
        for statement in policy.statements
        if statement.principal is not None
        for member, value in _values(statement.principal)
    )


def known_of_policy(iam: IamStore, policy: Policy) -> PrincipalIds:
    """Return the same for the policy of a VPC endpoint, in which principals need not exist."""
    return merge(
        resolve(iam, member, value) or {}
        for statement in policy.statements
        if statement.principal is not None
        for member, value in _values(statement.principal)
    )


def of_element(iam: IamStore, element: PrincipalElement, partition: str) -> PrincipalIds:
    """Return the unique ids of the principals of one Principal or NotPrincipal element of a bucket policy.

    Raises:
        UnknownPrincipal: One of them does not exist, or is not of the bucket's partition (PE-13).
    """
    for _, value in _values(element):
        if value.startswith("arn:") and value.split(":")[1] != partition:
            raise UnknownPrincipal(value)
    return merge(_require(iam, member, value) for member, value in _values(element))


def of_arns(iam: IamStore, *arns: str | None) -> PrincipalIds:
    """Return the unique ids of the principals of a grant.

    Raises:
        UnknownPrincipal: One of them is not the ARN of an existing principal.
    """
    given = [arn for arn in arns if arn is not None]
    for arn in given:
        if not arn.startswith("arn:"):
            raise UnknownPrincipal(arn)
    return merge(_or_any_account(iam, "AWS", arn) for arn in given)


def _values(element: PrincipalElement) -> Iterable[tuple[str, str]]:
    return ((member, value) for member, field in _MEMBERS for value in getattr(element, field))


def _or_any_account(iam: IamStore, member: str, value: str) -> PrincipalIds:
    return {} if member == "AWS" and _ACCOUNT.fullmatch(value) else _require(iam, member, value)


def _require(iam: IamStore, member: str, value: str) -> PrincipalIds:
    found = resolve(iam, member, value)
    if found is None:
        raise UnknownPrincipal(value, member)
    return found


def resolve(iam: IamStore, member: str, value: str) -> PrincipalIds | None:
    """Return the unique ids of one principal of a policy; None if the principal does not exist.

    ``member`` is ``AWS``, ``CanonicalUser``, ``Service`` or ``Federated``. ``value`` is the text in the policy.
    """
    if member == "CanonicalUser":
        return None if iam.by_canonical_id(value) is None else {}
    if member == "Service":
        return {} if _SERVICE.fullmatch(value) else None
    return {} if member == "Federated" or value == "*" else _resolve_aws(iam, value)


def _resolve_aws(iam: IamStore, value: str) -> PrincipalIds | None:
    if _ORIGIN_ACCESS.fullmatch(value):
        return {}
    account = _ACCOUNT.fullmatch(value) or _FEDERATED.fullmatch(value)
    if account:
        exists = iam.account(account[1]) is not None or account[1] in aws_accounts.owned_by_aws()
        return {} if exists else None
    if _is_user_of_aws(value):
        return {}
    session = _SESSION.fullmatch(value)
    record = iam.role_named(session[1], session[2]) if session else iam.by_arn(value)
    return None if record is None else {value: record.unique_id}


def _is_user_of_aws(arn: str) -> bool:
    """Return whether the ARN is that of a user in an account of AWS, which a guide tells customers to name."""
    _, _, _, _, account, name = arn.split(":", 5) if arn.count(":") >= 5 else ("",) * 6
    return name in aws_accounts.USERS and account in aws_accounts.owned_by_aws()


def current_bucket_policy(bucket: Bucket, iam: IamStore) -> str | None:
    """Return the current text of the bucket's policy, which decides and which GetBucketPolicy returns."""
    if bucket.policy is None:
        return None
    return current_text(bucket.policy, bucket.policy_principals, iam)


def current_text(text: str | None, named: Mapping[str, str] | None, iam: IamStore) -> str | None:
    """Return the current text of a policy. ``named`` has the unique ids of its principals when it was put."""
    if text is None or not named:
        return text
    changed = tuple((arn, now) for arn, uid in named.items() if (now := _current(iam, arn, uid)) != arn)
    return _rewrite(text, changed) if changed else text


def current_policy(policy: Policy, named: Mapping[str, str], iam: IamStore) -> Policy:
    """Return the current policy, parsed: the same object while every ARN still belongs to the same principal."""
    text = current_text(policy.text, named, iam)
    return policy if text is None or text is policy.text else Policy.parse(text, name=policy.name)


def current_name(arn: str, named: Mapping[str, str], iam: IamStore) -> str:
    """Return the current name of one stored ARN: an ARN, or the unique id of a deleted principal."""
    return _current(iam, arn, named[arn]) if arn in named else arn


def _current(iam: IamStore, arn: str, unique_id: str) -> str:
    """Return the principal's current ARN, which changes when its path changes, or its unique id if it was deleted."""
    record = iam.principal(unique_id)
    if record is None:
        return unique_id
    session = _SESSION.fullmatch(arn)
    if session is None:
        return in_partition(record.arn, arn.split(":")[1])
    return arn if iam.role_named(session[1], session[2]) is record else unique_id


@lru_cache(maxsize=256)
def _rewrite(text: str, changed: tuple[tuple[str, str], ...]) -> str:
    others = dict(changed)
    document = json.loads(text)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            principal = statement.get(element)
            if isinstance(principal, dict) and "AWS" in principal:
                principal["AWS"] = _map(principal["AWS"], lambda arn: others.get(arn, arn))
    rewritten = json.dumps(document)
    storing.derived_from(rewritten, text)
    return rewritten


def _map(value: str | list[str], change: Callable[[str], str]) -> str | list[str]:
    return [change(item) for item in value] if isinstance(value, list) else change(value)


def merge(found: Iterable[PrincipalIds]) -> PrincipalIds:
    """Return the unique ids of several elements together."""
    return {arn: unique_id for one in found for arn, unique_id in one.items()}
