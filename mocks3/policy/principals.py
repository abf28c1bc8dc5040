"""Callers, and the principals that a Principal element names (PE-1 to PE-20).

Both are sets of *names*. A name is a pair (form, text), such as (USER, "arn:aws:iam::1:user/dave") or (ACCOUNT, "1"). A
caller has several names, and an element lists some. They match if the sets have a name in common. The forms of the
common names decide the effect of the grant (E-40 to E-46).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, TypeAlias, get_args

from .elements import PrincipalElement


class GrantKind(StrEnum):
    """The forms in which a resource policy can name a caller (E-40 to E-46)."""

    USER = "user"
    ROLE = "role"
    SESSION = "session"
    FEDERATED = "federated"
    PROVIDER = "identity-provider"
    ACCOUNT = "account"
    WILDCARD = "wildcard"
    CANONICAL = "canonical"
    SERVICE = "service"


PrincipalKind: TypeAlias = Literal[
    "user", "session", "federated-user", "root", "service", "external", "anonymous"
]
Name: TypeAlias = tuple[GrantKind, str]

NO_GRANTS: Final[frozenset[GrantKind]] = frozenset()
WILDCARD: Final = frozenset({GrantKind.WILDCARD})
_DELEGATIONS: Final = frozenset({GrantKind.ACCOUNT, GrantKind.CANONICAL})


@dataclass(frozen=True, slots=True)
class RequestPrincipal:
    """A caller (P-1 to P-11).

    Args:
        kind: "user", "session" (of a role), "federated-user", "root", "service", "external" (an identity that an
            identity provider vouches for, which assumes a role) or "anonymous".
        arn: The ARN that messages show: for a session `arn:aws:sts::A:assumed-role/NAME/SESSION`, for a service its
            name (`svc.amazonaws.com`), for an external identity that of its provider, for anonymous None.
        account: The account id; None for services, external identities and anonymous.
        role_arn: The ARN of a session's role, with its path.
        canonical_id: The account's canonical user id, if known.
        user_arn: For a federated user, the user that called GetFederationToken (E-44). By default the user with the
            same name.
        has_boundary: Whether a permissions boundary is attached; only NotPrincipal uses it (PE-17).

    Raises:
        ValueError: The kind is unknown.
    """

    kind: PrincipalKind
    arn: str | None
    account: str | None
    role_arn: str | None = None
    canonical_id: str | None = None
    user_arn: str | None = None
    has_boundary: bool = False
    names: frozenset[Name] = field(init=False, repr=False, compare=False)
    """All names that a Principal element can use for this caller."""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"Principal kind must be one of {', '.join(_KINDS)}, not {self.kind!r}")
        object.__setattr__(self, "names", frozenset(_names(self)))

    @property
    def levels(self) -> tuple[frozenset[Name], ...]:
        """Return the levels of names. NotPrincipal must list one name of each level to exempt this caller (PE-17)."""
        forms = _LEVELS[self.kind]
        return tuple(frozenset(name for name in self.names if name[0] in form) for form in forms)


_KINDS: Final = get_args(PrincipalKind)
_LEVELS: Final[dict[PrincipalKind, tuple[frozenset[GrantKind], ...]]] = {
    "user": (frozenset({GrantKind.USER}), _DELEGATIONS),
    "session": (frozenset({GrantKind.SESSION}), frozenset({GrantKind.ROLE}), _DELEGATIONS),
    "federated-user": (frozenset({GrantKind.FEDERATED}), _DELEGATIONS),
    "root": (_DELEGATIONS,),
    "service": (frozenset({GrantKind.SERVICE}),),
    "external": (frozenset({GrantKind.PROVIDER}),),
    "anonymous": (frozenset(),),  # a level without names: only `*` lists it
}


def _names(principal: RequestPrincipal) -> Iterator[Name]:
    kind, arn, account = principal.kind, principal.arn or "", principal.account
    if kind == "anonymous":
        return
    if kind in ("service", "external"):
        yield GrantKind.SERVICE if kind == "service" else GrantKind.PROVIDER, arn
        return
    if kind == "user":
        yield GrantKind.USER, arn
    elif kind == "session":
        yield GrantKind.SESSION, arn
        if principal.role_arn:
            yield GrantKind.ROLE, principal.role_arn
    elif kind == "federated-user":
        yield GrantKind.FEDERATED, arn
        namesake = arn.replace(":sts:", ":iam:", 1).replace(":federated-user/", ":user/", 1)
        yield GrantKind.USER, principal.user_arn or namesake
    if account:
        yield GrantKind.ACCOUNT, account
        partition = arn.split(":", 2)[1] if arn.count(":") > 1 else "aws"
        yield GrantKind.ACCOUNT, f"arn:{partition}:iam::{account}:root"
    if principal.canonical_id:
        yield GrantKind.CANONICAL, principal.canonical_id


class PrincipalTest:
    """The test of one Principal or NotPrincipal element."""

    __slots__ = ("_everyone", "_listed", "_starred")

    def __init__(self, element: PrincipalElement) -> None:
        self._everyone = element.everyone
        self._starred = element.names_everyone
        self._listed = frozenset(_listed(element))

    def kinds(self, principal: RequestPrincipal, *, allowing: bool) -> frozenset[GrantKind]:
        """Return the forms in which the element names the caller; empty if it does not (PE-16).

        In an Allow, `{"AWS": "*"}` matches no service. In a Deny, it matches all services (OQ-25).
        """
        matched: frozenset[GrantKind] = NO_GRANTS
        if not self._listed.isdisjoint(principal.names):
            matched = frozenset(form for form, _ in self._listed & principal.names)
        if self._everyone or (self._starred and not (allowing and principal.kind == "service")):
            return matched | WILDCARD if matched else WILDCARD
        return matched

    def exempts(self, principal: RequestPrincipal, *, bounded: bool) -> bool:
        """Return whether the element, as NotPrincipal, lists the caller on every level: the Deny then does not apply.

        A caller with a permissions boundary (`bounded`) is never exempt, even if it is listed (PE-17).
        """
        return not bounded and not self.unlisted(principal)

    def unlisted(self, principal: RequestPrincipal) -> tuple[frozenset[Name], ...]:
        """Return the levels of names of the caller of which the element, as NotPrincipal, lists none (PE-17)."""
        if self._everyone or (self._starred and principal.kind != "service"):
            return ()
        return tuple(level for level in principal.levels if self._listed.isdisjoint(level))


def _listed(element: PrincipalElement) -> Iterator[Name]:
    for text in element.aws:
        form = aws_form(text)
        if form is not None:
            yield form, text
    for text in element.canonical:
        yield GrantKind.CANONICAL, text
    for text in element.service:
        yield GrantKind.SERVICE, text
    for (
        text
    ) in element.federated:  # only callers of AssumeRoleWithWebIdentity and WithSAML have such a name (PE-10)
        yield GrantKind.PROVIDER, text


def aws_form(text: str) -> GrantKind | None:
    """Return the form of one principal under "AWS". None for a unique id, which matches no caller (PE-14).

    Raises ValueError if it is not a principal: a group, a wildcard inside an ARN, any other text (PE-11, PE-12).
    """
    if text == "*":
        return GrantKind.WILDCARD
    if text.isascii() and text.isdigit() and len(text) == 12:
        return GrantKind.ACCOUNT
    if text.startswith(_UNIQUE_IDS) and text.isascii() and text.isalnum():
        return None
    parts = text.split(":", 5)
    if (
        len(parts) < 6
        or parts[0] != "arn"
        or "*" in text
        or "?" in text
        or not all(parts[i] for i in (1, 2, 4, 5))
    ):
        raise ValueError(text)
    form = _ARN_FORMS.get((parts[2], parts[5].partition("/")[0]))
    if form is None or ("/" in parts[5]) == (form is GrantKind.ACCOUNT) or parts[5].endswith("/"):
        raise ValueError(text)
    return form


_UNIQUE_IDS: Final = ("AIDA", "AROA")
_ARN_FORMS: Final = {
    ("iam", "root"): GrantKind.ACCOUNT,
    ("iam", "user"): GrantKind.USER,
    ("iam", "role"): GrantKind.ROLE,
    ("sts", "assumed-role"): GrantKind.SESSION,
    ("sts", "federated-user"): GrantKind.FEDERATED,
}
