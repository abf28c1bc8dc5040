"""The properties: which callers are tried, and which of the calls that S3 allows violate the property.

Services (``cloudtrail.amazonaws.com``) are not called. Calls that S3 allows whatever policies say do not count: those
of the root user of the bucket's account on the bucket policy (E-71), and, in ``only``, all calls of that root user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mocks3.access.resources import POLICY_CALLS
from mocks3.errors import Mocks3Error
from mocks3.handles.principals import Principal, Role
from mocks3.policy.glob import glob

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.handles.kms_keys import KmsKey
    from mocks3.invariants.callers import InvariantCaller
    from mocks3.storage import Version


def _always(decision: Decision) -> bool:
    return True


@dataclass(frozen=True)
class Invariant:
    """A property that holds for every call.

    Args:
        text: The property as a test writes it, such as ``no_public_access()``.
        applies: Whether a caller is tried.
        violates: Whether an allowed decision violates the property.
        action: A pattern of the actions that it is about.
        resource: A pattern of the resources that it is about.
        fixed: Condition keys that have these values in every call.
        outside: Whether strangers call from outside: through no VPC endpoint, and from no address that a policy names.
        key: The ARN of the KMS key that must encrypt what a call writes; None for a property of permissions.
    """

    text: str
    applies: Callable[[InvariantCaller], bool]
    violates: Callable[[Decision], bool] = _always
    action: str = "*"
    resource: str = "*"
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outside: bool = False
    key: str | None = None

    def is_violated_by(self, decision: Decision) -> bool:
        """Return whether a decision violates the property: an allowed one, about an existing bucket."""
        target = decision.question.target
        if not decision.allowed or target is None or target.bucket is None or self.key is not None:
            return False
        caller = decision.question.caller
        if decision.action in POLICY_CALLS and caller.root and caller.account == decision.owner:
            return False
        named = glob(self.action.lower())(decision.action.lower()) and glob(self.resource)(decision.resource)
        return named and self.violates(decision)

    def is_violated_by_version(self, version: Version) -> bool:
        """Return whether an object version that a call wrote violates the property."""
        return self.key is not None and version.encryption.kms_key != self.key

    def __str__(self) -> str:
        return self.text


def no_public_access() -> Invariant:
    """Return the property that nothing is public: no call of a stranger or of the anonymous caller is allowed.

    A stranger is a principal of an account that no policy names, with all permissions of its own account. Strangers
    call from outside: through no VPC endpoint, and from no address range that a policy names, as in AWS's definition of
    public (S3 user guide, "The meaning of public"; B-40).
    """
    return Invariant("no_public_access()", lambda caller: caller.is_stranger, outside=True)


def nobody_outside(accounts: Iterable[object]) -> Invariant:
    """Return the property that only principals of some accounts may call.

    Args:
        accounts: The accounts: handles, or ids of 12 digits. All other principals are outside, also strangers and the
            anonymous caller.

    Raises:
        Mocks3Error: An account is neither.
    """
    ids = sorted(_account_id(each) for each in _several("accounts", accounts))
    inside = frozenset(ids)
    return Invariant(f"nobody_outside({ids})", lambda caller: caller.account not in inside)


def only(principals: Iterable[object] | object, *, may: str, on: str = "*") -> Invariant:
    """Return the property that only some principals may do something.

    Args:
        principals: Principals or roles: handles, or their ARNs. A role stands for all its sessions. The root user of
            the bucket's account is not called: it always may, unless a policy denies it (E-70).
        may: The action, with wildcards, such as ``"s3:DeleteObject*"``.
        on: The ARN of the resource, with wildcards. Default: all buckets and objects.

    Raises:
        Mocks3Error: A principal is neither.
    """
    single = isinstance(principals, (str, Principal, Role))
    arns = frozenset(_arn(each) for each in ([principals] if single else _several("principals", principals)))
    where = "" if on == "*" else f", on={on!r}"
    return Invariant(
        f"only({sorted(arns)}, may={may!r}{where})",
        lambda caller: arns.isdisjoint((caller.arn, caller.role)),
        violates=lambda decision: not _is_owning_root(decision),
        action=may,
        resource=on,
    )


def tls_only() -> Invariant:
    """Return the property that no call over http, without TLS, is allowed (``aws:SecureTransport`` is false)."""
    return Invariant("tls_only()", lambda caller: True, fixed={"aws:securetransport": ("false",)})


def everything_encrypted_with(key: KmsKey | str) -> Invariant:
    """Return the property that every object that a call writes is encrypted with a KMS key.

    Args:
        key: The key, or its ARN.
    """
    arn = key if isinstance(key, str) else key.arn
    return Invariant(f"everything_encrypted_with({arn!r})", lambda caller: True, key=arn)


def _is_owning_root(decision: Decision) -> bool:
    caller = decision.question.caller
    return caller.root and caller.account == decision.owner


def _several(what: str, given: object) -> list[object]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise Mocks3Error(f"{what} must be a list, not {given!r}")
    return list(given)


def _account_id(given: object) -> str:
    found = getattr(given, "id", given)
    if not (isinstance(found, str) and found.isascii() and found.isdigit() and len(found) == 12):
        raise Mocks3Error(f"an account must be a handle or an id of 12 digits, not {given!r}")
    return found


def _arn(given: object) -> str:
    found = given if isinstance(given, str) else getattr(given, "arn", None)
    if not (isinstance(found, str) and found.startswith("arn:")):
        raise Mocks3Error(f"a principal must be a handle or an ARN, not {given!r}")
    return found
