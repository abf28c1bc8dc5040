"""The callers that a Principal names, and the effect of the form (docs/rules/principals.md, evaluation.md)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from mocks3.policy import GrantKind, Policies, Request, RequestPrincipal, Verdict, collect_findings

from .questions import (
    ANONYMOUS,
    FEDERATED,
    KEY,
    OTHER_ROOT,
    OTHER_USER,
    ROOT,
    SERVICE,
    SESSION,
    USER,
    A,
    B,
    allow,
    allowed,
    ask,
    deny,
    document,
    statement,
)

EVERYBODY = [USER, OTHER_USER, SESSION, FEDERATED, ROOT, OTHER_ROOT, SERVICE, ANONYMOUS]
IDS = [f"{p.kind}-{p.account}" for p in EVERYBODY]


def grants(principal: RequestPrincipal, element: Any) -> frozenset[GrantKind]:
    request = Request(principal, "s3:GetObject", KEY, A, {})
    return collect_findings(request, Policies(resource=allow(Principal=element))).resource_grants


def denied(principal: RequestPrincipal, element: Any, form: str = "Principal", **layers: Any) -> bool:
    verdict = ask(principal, resource=deny(**{form: element}), **layers).verdict
    return verdict is Verdict.EXPLICITLY_DENIED


@pytest.mark.parametrize("principal", EVERYBODY, ids=IDS)
def test_PE_1_a_star_is_everybody(principal: RequestPrincipal) -> None:
    assert grants(principal, "*") == {GrantKind.WILDCARD}
    assert denied(principal, "*")


@pytest.mark.parametrize("principal", [p for p in EVERYBODY if p is not SERVICE])
def test_PE_2_so_is_an_aws_star(principal: RequestPrincipal) -> None:
    assert grants(principal, {"AWS": "*"}) == {GrantKind.WILDCARD}
    assert denied(principal, {"AWS": "*"})


def test_OQ_25_an_aws_star_allows_no_service_and_denies_every_one() -> None:
    assert grants(SERVICE, {"AWS": "*"}) == frozenset()
    assert denied(SERVICE, {"AWS": "*"})
    assert allowed(SERVICE, resource=allow(Principal="*"))
    assert not allowed(SERVICE, resource=allow(Principal={"AWS": "*"}))


@pytest.mark.parametrize("written", [A, f"arn:aws:iam::{A}:root"])
def test_PE_3_an_account_is_all_its_principals(written: str) -> None:
    for principal in (USER, SESSION, FEDERATED, ROOT):
        assert grants(principal, {"AWS": written}) == {GrantKind.ACCOUNT}
        assert denied(principal, {"AWS": written})
    for principal in (OTHER_USER, OTHER_ROOT, SERVICE, ANONYMOUS):
        assert grants(principal, {"AWS": written}) == frozenset()
        assert not denied(principal, {"AWS": written})


def test_PE_4_a_user_by_name_and_path() -> None:
    assert grants(USER, {"AWS": USER.arn}) == {GrantKind.USER}
    for wrong in (
        f"arn:aws:iam::{A}:user/dave",
        f"arn:aws:iam::{A}:user/p/Dave",
        f"arn:aws:iam::{B}:user/p/dave",
    ):
        assert grants(USER, {"AWS": wrong}) == frozenset()
    assert grants(FEDERATED, {"AWS": USER.arn}) == {GrantKind.USER}


def test_PE_4_a_federated_user_is_by_default_the_user_of_his_name() -> None:
    namesake = replace(FEDERATED, user_arn=None)
    assert grants(namesake, {"AWS": f"arn:aws:iam::{A}:user/dave"}) == {GrantKind.USER}
    assert grants(FEDERATED, {"AWS": f"arn:aws:iam::{A}:user/dave"}) == frozenset()


def test_PE_5_a_role_is_every_session_of_it() -> None:
    assert grants(SESSION, {"AWS": SESSION.role_arn}) == {GrantKind.ROLE}
    assert grants(replace(SESSION, arn=f"{SESSION.arn}2"), {"AWS": SESSION.role_arn}) == {GrantKind.ROLE}
    assert grants(SESSION, {"AWS": f"arn:aws:iam::{A}:role/r"}) == frozenset()
    assert grants(replace(SESSION, role_arn=None), {"AWS": SESSION.role_arn}) == frozenset()


def test_PE_6_PE_15_a_session_is_that_session() -> None:
    assert grants(SESSION, {"AWS": SESSION.arn}) == {GrantKind.SESSION}
    assert grants(replace(SESSION, arn=f"{SESSION.arn}2"), {"AWS": SESSION.arn}) == frozenset()


def test_PE_7_a_federated_user_is_that_one() -> None:
    assert grants(FEDERATED, {"AWS": FEDERATED.arn}) == {GrantKind.FEDERATED}
    assert grants(FEDERATED, {"AWS": f"{FEDERATED.arn}2"}) == frozenset()


def test_PE_8_P_15_a_canonical_id_is_an_account() -> None:
    for principal in (USER, SESSION):
        assert grants(principal, {"CanonicalUser": "a" * 64}) == {GrantKind.CANONICAL}
    assert grants(OTHER_USER, {"CanonicalUser": "a" * 64}) == frozenset()
    assert grants(ROOT, {"CanonicalUser": "a" * 64}) == frozenset()  # the canonical id of ROOT is not known
    assert grants(replace(ANONYMOUS, canonical_id="a" * 64), {"CanonicalUser": "a" * 64}) == frozenset()
    assert not allowed(USER, resource=allow(Principal={"CanonicalUser": "a" * 64}))


def test_PE_9_a_service_by_name() -> None:
    assert grants(SERVICE, {"Service": SERVICE.arn}) == {GrantKind.SERVICE}
    assert grants(SERVICE, {"Service": "cloudtrail.eu-west-1.amazonaws.com"}) == frozenset()
    assert grants(USER, {"Service": SERVICE.arn}) == frozenset()
    assert allowed(SERVICE, resource=allow(Principal={"Service": [SERVICE.arn, "x"]}))


@pytest.mark.parametrize("principal", EVERYBODY, ids=IDS)
def test_PE_10_federated_names_nobody(principal: RequestPrincipal) -> None:
    assert grants(principal, {"Federated": [principal.arn or "x", "accounts.google.com"]}) == frozenset()


@pytest.mark.parametrize("unique_id", ["AIDAEXAMPLE", "AROAEXAMPLE"])
def test_PE_14_PE_20_a_unique_id_names_nobody(unique_id: str) -> None:
    for principal in (USER, SESSION, replace(USER, arn=unique_id)):
        assert grants(principal, {"AWS": unique_id}) == frozenset()
        assert not denied(principal, {"AWS": unique_id})


def test_PE_16_any_of_those_listed_and_in_every_form() -> None:
    element = {"AWS": ["*", B, A, SESSION.arn, SESSION.role_arn], "CanonicalUser": ["a" * 64], "Service": "x"}
    assert grants(SESSION, element) == {
        GrantKind.WILDCARD,
        GrantKind.ACCOUNT,
        GrantKind.SESSION,
        GrantKind.ROLE,
        GrantKind.CANONICAL,
    }
    policy = document(statement(Principal={"AWS": A}), statement(Principal={"AWS": USER.arn}))
    request = Request(USER, "s3:GetObject", KEY, A, {})
    assert collect_findings(request, Policies(resource=policy)).resource_grants == {
        GrantKind.ACCOUNT,
        GrantKind.USER,
    }


def test_principals_never_cross_partitions() -> None:
    for arn in (f"arn:aws-cn:iam::{A}:root", USER.arn.replace("aws", "aws-cn")):
        assert grants(USER, {"AWS": arn}) == frozenset()
    chinese = replace(USER, arn=USER.arn.replace("aws", "aws-cn"))
    assert grants(chinese, {"AWS": f"arn:aws-cn:iam::{A}:root"}) == {GrantKind.ACCOUNT}


# The caller, the principals in NotPrincipal, whether the Deny applies to the caller.
SPARED = [
    (USER, {"AWS": [USER.arn, A]}, False),
    (USER, {"AWS": [USER.arn, f"arn:aws:iam::{A}:root"]}, False),
    (USER, {"AWS": USER.arn, "CanonicalUser": "a" * 64}, False),
    (USER, {"AWS": [USER.arn]}, True),
    (USER, {"AWS": [A]}, True),
    (USER, {"AWS": [B, USER.arn]}, True),
    (USER, {"Service": "x"}, True),
    (SESSION, {"AWS": [A, SESSION.role_arn, SESSION.arn]}, False),
    (SESSION, {"AWS": [A, SESSION.role_arn]}, True),
    (SESSION, {"AWS": [A, SESSION.arn]}, True),
    (SESSION, {"AWS": [SESSION.role_arn, SESSION.arn]}, True),
    (FEDERATED, {"AWS": [A, FEDERATED.arn]}, False),
    (FEDERATED, {"AWS": [A, USER.arn]}, True),
    (FEDERATED, {"AWS": [FEDERATED.arn]}, True),
    (ROOT, {"AWS": A}, False),
    (ROOT, {"AWS": B}, True),
    (SERVICE, {"Service": SERVICE.arn}, False),
    (SERVICE, {"AWS": "*"}, True),
    (SERVICE, "*", False),
    (ANONYMOUS, {"AWS": A}, True),
    (ANONYMOUS, {"AWS": "*"}, False),
    (USER, "*", False),
    (USER, {"AWS": "*"}, False),
]


@pytest.mark.parametrize(
    ("principal", "element", "hit"), SPARED, ids=[f"{p.kind}-{json.dumps(e)}" for p, e, _ in SPARED]
)
def test_PE_17_not_principal_spares_who_is_listed_on_every_level(
    principal: RequestPrincipal, element: Any, hit: bool
) -> None:
    assert denied(principal, element, "NotPrincipal") is hit


def test_PE_17_not_principal_spares_nobody_with_a_boundary() -> None:
    for element in ({"AWS": [USER.arn, A]}, "*"):
        assert not denied(USER, element, "NotPrincipal")
        assert denied(replace(USER, has_boundary=True), element, "NotPrincipal")
        assert denied(USER, element, "NotPrincipal", boundaries=[allow()])


def test_an_unknown_kind_of_principal_is_refused() -> None:
    with pytest.raises(ValueError, match="'group'"):
        RequestPrincipal("group", "arn:aws:iam::1:group/g", "1")  # type: ignore[arg-type]


def test_principals_are_values() -> None:
    assert replace(USER) == USER
    assert hash(replace(USER)) == hash(USER)
    with pytest.raises(AttributeError):
        USER.kind = "root"  # type: ignore[misc]


SILENT, FULL = allow(Action="iam:*"), allow()
# Rule, the name in the resource policy, the caller, then whether it is allowed without an Allow in the boundary /
# session policy / identity policy.
FORMS = [
    ("E-40", USER.arn, USER, True, None, True),
    ("E-41", SESSION.role_arn, SESSION, False, False, True),
    ("E-42", SESSION.arn, SESSION, True, True, True),
    ("E-43", FEDERATED.arn, FEDERATED, True, True, True),
    ("E-44", USER.arn, FEDERATED, False, False, True),
    ("E-45", "*", USER, True, None, True),
    ("E-45", "*", SESSION, True, True, True),
    ("E-46", A, USER, False, None, False),
    ("E-46", A, SESSION, False, False, False),
]


@pytest.mark.parametrize(
    ("rule", "named", "caller", "boundary", "session", "identity"),
    FORMS,
    ids=[f"{r}-{c.kind}" for r, _, c, *_ in FORMS],
)
def test_grant_forms(
    rule: str, named: str, caller: RequestPrincipal, boundary: bool, session: bool | None, identity: bool
) -> None:
    """E-40, E-41, E-42, E-43, E-44, E-45, E-46."""
    policy = allow(Principal={"AWS": named})
    own = {"identity": [FULL], "session": [FULL] if caller is FEDERATED else []}
    assert allowed(caller, resource=policy, **own | {"boundaries": [SILENT]}) is boundary
    if session is not None:
        assert allowed(caller, resource=policy, **own | {"session": [SILENT]}) is session
    assert allowed(caller, resource=policy, **own | {"identity": []}) is identity
    for layer in ("identity", "boundaries", "session"):
        assert ask(caller, resource=policy, **own | {layer: [deny()]}).verdict is Verdict.EXPLICITLY_DENIED


@pytest.mark.parametrize("named", [A, SESSION.role_arn, SESSION.arn, "*"])
def test_E_32_across_accounts_every_silence_denies(named: str) -> None:
    def reads(**own: Any) -> bool:
        return allowed(
            SESSION, owner=B, resource=allow(Principal={"AWS": named}), **{"identity": [FULL]} | own
        )

    assert reads()
    assert not reads(identity=[])
    assert not reads(boundaries=[SILENT])
    assert not reads(session=[SILENT])


@pytest.mark.parametrize("condition", [USER.arn, f"arn:aws:iam::{A}:user/*"])
def test_E_45_a_star_with_a_condition_on_the_arn_is_a_star(condition: str) -> None:
    policy = allow(Principal="*", when={"ArnLike": {"aws:PrincipalArn": condition}})
    assert allowed(resource=policy, boundaries=[SILENT], context={"aws:PrincipalArn": USER.arn})
