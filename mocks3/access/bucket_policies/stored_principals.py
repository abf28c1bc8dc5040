"""The principals that a stored policy or a grant names, for as long as they exist (PE-1 to PE-20).

AWS turns the ARN of a user or role into its unique id when a policy is put [IAM user guide, "AWS JSON policy elements:
Principal"]. So a principal that is deleted is named no more, not even when another comes to have its ARN, and the
policy that is shown holds the id instead (PE-14). This is so wherever principals are stored: policies of buckets and
access points, trust policies of roles, policies and grants of KMS keys, policies of VPC endpoints.

Rule: the policy stays as it was put. Beside it stands which ARN meant whom (``Named``), and reading puts the two
together; as long as every ARN still means the same, that is the text itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mocks3.policy import Policy
from mocks3.storage import POLICY_PRINCIPALS

if TYPE_CHECKING:
    from mocks3.policy import PrincipalElement
    from mocks3.storage import Bucket
    from mocks3.storage.iam import IamStore

PrincipalIds = dict[str, str]
"""The ARN of a user, a role or a role's session, as the policy has it, and the user's or role's unique id."""

_SESSION = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):assumed-role/([^/]+)/[^/]+", re.ASCII)
_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?", re.ASCII)
_FEDERATED = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):federated-user/.+", re.ASCII)
_ORIGIN_ACCESS = "arn:aws:iam::cloudfront:user/"
_MEMBERS = (("AWS", "aws"), ("CanonicalUser", "canonical"), ("Service", "service"))
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)", re.ASCII)


class UnknownPrincipal(ValueError):
    """A principal that does not exist; ``value`` is how the policy writes it."""

    def __init__(self, value: str) -> None:
        super().__init__(f"there is no principal {value}")
        self.value = value


def of_policy(iam: IamStore, policy: Policy) -> PrincipalIds:
    """Return what to remember of all principals of a policy.

    Raises:
        UnknownPrincipal: One of them does not exist (PE-13).
    """
    elements = (each.principal for each in policy.statements if each.principal is not None)
    return merge(of_element(iam, element) for element in elements)


def known_of_policy(iam: IamStore, policy: Policy) -> PrincipalIds:
    """Return the same for the policy of a VPC endpoint, in which principals need not exist."""
    elements = (each.principal for each in policy.statements if each.principal is not None)
    return merge(
        resolve(iam, member, value) or {}
        for element in elements
        for member, field in _MEMBERS
        for value in getattr(element, field)
    )


def of_element(iam: IamStore, element: PrincipalElement) -> PrincipalIds:
    """Return the same for one Principal or NotPrincipal element."""
    return merge(
        _known(iam, member, value) for member, field in _MEMBERS for value in getattr(element, field)
    )


def of_arns(iam: IamStore, *arns: str | None) -> PrincipalIds:
    """Return the same for the ARNs of a grant.

    Raises:
        UnknownPrincipal: One of them is no ARN of a principal that exists.
    """
    given = [arn for arn in arns if arn is not None]
    for arn in given:
        if not arn.startswith("arn:"):
            raise UnknownPrincipal(arn)
    return merge(_known(iam, "AWS", arn) for arn in given)


def _known(iam: IamStore, member: str, value: str) -> PrincipalIds:
    """Return what to remember of a principal. An account need not be in this AWS: others have accounts too."""
    if member == "AWS" and _ACCOUNT.fullmatch(value):
        return {}
    found = resolve(iam, member, value)
    if found is None:
        raise UnknownPrincipal(value)
    return found


def resolve(iam: IamStore, member: str, value: str) -> PrincipalIds | None:
    """Find out whom one principal means: what to remember of it, or None when there is nobody like that.

    Args: ``member`` is ``AWS``, ``CanonicalUser``, ``Service`` or ``Federated``.
    """
    if member == "CanonicalUser":
        return None if iam.by_canonical_id(value) is None else {}
    if member == "Service":
        return {} if _SERVICE.fullmatch(value) else None
    return {} if member == "Federated" or value == "*" else _resolve_aws(iam, value)


def _resolve_aws(iam: IamStore, value: str) -> PrincipalIds | None:
    if value.startswith(_ORIGIN_ACCESS):
        return {}
    account = _ACCOUNT.fullmatch(value) or _FEDERATED.fullmatch(value)
    if account:
        return None if iam.account(account[1]) is None else {}
    session = _SESSION.fullmatch(value)
    record = iam.role_named(session[1], session[2]) if session else iam.by_arn(value)
    return None if record is None else {value: record.unique_id}


def current_bucket_policy(bucket: Bucket, iam: IamStore) -> str | None:
    """The bucket's policy as it reads now: what is decided on, and what GetBucketPolicy shows."""
    if bucket.policy is None:
        return None
    return current_text(bucket.policy, bucket.configurations.get(POLICY_PRINCIPALS), iam)


def current_text(text: str | None, named: Mapping[str, str] | None, iam: IamStore) -> str | None:
    """A policy as it reads now; ``named`` is whom its principals meant when it was put."""
    if text is None or not named:
        return text
    changed = tuple((arn, now) for arn, uid in named.items() if (now := _present(iam, arn, uid)) != arn)
    return _rewritten(text, changed) if changed else text


def current_policy(policy: Policy, named: Mapping[str, str], iam: IamStore) -> Policy:
    """Return a policy as it reads now, compiled: the policy itself while every ARN still means the same."""
    text = current_text(policy.text, named, iam)
    return policy if text is None or text is policy.text else Policy.parse(text, name=policy.name)


def current_name(arn: str, named: Mapping[str, str], iam: IamStore) -> str:
    """Return what stands for one stored ARN now."""
    return _present(iam, arn, named[arn]) if arn in named else arn


def _present(iam: IamStore, arn: str, unique_id: str) -> str:
    """What stands for the principal now: its ARN, another ARN after it was moved, or the bare id once it is gone."""
    record = iam.principal(unique_id)
    if record is None:
        return unique_id
    session = _SESSION.fullmatch(arn)
    if session is None:
        return record.arn
    return arn if iam.role_named(session[1], session[2]) is record else unique_id


@lru_cache(maxsize=256)
def _rewritten(text: str, changed: tuple[tuple[str, str], ...]) -> str:
    others = dict(changed)
    document = json.loads(text)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            principal = statement.get(element)
            if isinstance(principal, dict) and "AWS" in principal:
                principal["AWS"] = _mapped(principal["AWS"], lambda arn: others.get(arn, arn))
    return json.dumps(document)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    return [change(item) for item in value] if isinstance(value, list) else change(value)


def merge(found: Iterable[PrincipalIds]) -> PrincipalIds:
    """What to remember of all principals of a policy."""
    return {arn: unique_id for one in found for arn, unique_id in one.items()}
