"""The evaluation of all layers of policies (docs/rules/evaluation.md), and the layer that decided (X-44)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from mocks3.policy import (
    GrantKind,
    Layer,
    Policies,
    Policy,
    PolicyDecision,
    PolicySyntaxError,
    Request,
    RequestPrincipal,
    Verdict,
    collect_findings,
    decide,
    decision_of,
)

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

FULL, SILENT = allow(), allow(Action="iam:*")
EVERYBODY = [USER, OTHER_USER, SESSION, FEDERATED, ROOT, OTHER_ROOT, SERVICE, ANONYMOUS]
PUBLIC = allow(Principal="*")


def outcome(decision: PolicyDecision) -> tuple[Verdict, str | None]:
    return decision.verdict, decision.layer


def no(layer: str) -> tuple[Verdict, str]:
    return Verdict.IMPLICITLY_DENIED, layer


def explicit(layer: str) -> tuple[Verdict, str]:
    return Verdict.EXPLICITLY_DENIED, layer


def yes(layer: str | None) -> tuple[Verdict, str | None]:
    return Verdict.ALLOWED, layer


def test_E_30_the_default_is_denied() -> None:
    assert outcome(ask()) == no("identity")


def test_E_31_same_account_identity_or_resource_policy() -> None:
    """E-7."""
    assert outcome(ask(identity=[FULL])) == yes("identity")
    assert outcome(ask(resource=allow(Principal={"AWS": USER.arn}))) == yes("resource")
    assert outcome(ask(identity=[SILENT, FULL])) == yes("identity")


def test_E_32_across_accounts_both() -> None:
    theirs = allow(Principal={"AWS": B})
    assert outcome(ask(OTHER_USER, identity=[FULL])) == no("resource")
    assert outcome(ask(OTHER_USER, resource=theirs)) == no("identity")
    assert outcome(ask(OTHER_USER, identity=[FULL], resource=theirs)) == yes("resource")
    for own, layer in (({"boundaries": [SILENT]}, "boundary"), ({"session": [SILENT]}, "session")):
        assert outcome(ask(OTHER_USER, identity=[FULL], resource=theirs, **own)) == no(layer)


def test_E_33_another_accounts_root_needs_only_the_owner() -> None:
    assert outcome(ask(OTHER_ROOT)) == no("resource")
    for named in ({"AWS": B}, {"AWS": OTHER_ROOT.arn}, "*"):
        assert outcome(ask(OTHER_ROOT, resource=allow(Principal=named))) == yes("resource")
    assert outcome(ask(OTHER_ROOT, resource=PUBLIC, scps=[[SILENT]])) == no("scp")


def test_E_34_a_public_resource_is_not_public_to_a_signed_stranger() -> None:
    assert outcome(ask(ANONYMOUS, resource=PUBLIC)) == yes("resource")
    assert outcome(ask(OTHER_USER, resource=PUBLIC)) == no("identity")


def test_E_35_each_authorization_is_decided_alone() -> None:
    half = allow(Action="s3:PutObject")
    assert allowed(action="s3:PutObject", identity=[half])
    assert not allowed(action="s3:PutObjectAcl", identity=[half])


@pytest.mark.parametrize(
    ("layer", "policies"),
    [
        ("scp", {"scps": [[FULL, deny()]]}),
        ("rcp", {"rcps": [[deny(Principal="*")]]}),
        (
            "vpc-endpoint",
            {"vpc_endpoint": [document(statement(Principal="*"), statement("Deny", Principal="*"))]},
        ),
        ("resource", {"resource": deny(Principal="*")}),
        ("identity", {"identity": [FULL, deny()]}),
        ("boundary", {"boundaries": [document(statement(), statement("Deny"))]}),
        ("session", {"session": [FULL, deny()]}),
    ],
)
def test_E_20_a_deny_anywhere_is_the_end(layer: str, policies: dict[str, Any]) -> None:
    all_allow = {"identity": [FULL], "resource": PUBLIC}
    assert outcome(ask(SESSION, **all_allow | policies)) == explicit(layer)
    assert ask(SESSION, **all_allow | policies).determining[0].layer == layer


def test_E_22_a_deny_that_does_not_match_does_nothing() -> None:
    for other in ({"Action": "s3:Put*"}, {"Resource": "arn:aws:s3:::bkt"}, {"when": {"Bool": {"k": "true"}}}):
        assert allowed(identity=[FULL, deny(**other)])


def test_X_44_denies_are_named_in_order() -> None:
    """OQ-17."""
    layers: dict[str, dict[str, Any]] = {
        "scp": {"scps": [[deny()]]},
        "rcp": {"rcps": [[], [deny(Principal="*")]]},
        "vpc-endpoint": {"vpc_endpoint": [deny(Principal="*")]},
        "resource": {"resource": deny(Principal="*")},
        "identity": {"identity": [deny()]},
        "boundary": {"boundaries": [deny()]},
        "session": {"session": [deny()]},
    }
    assert list(layers) == list(Layer)
    for first, second in itertools.combinations(layers, 2):
        decision = ask(SESSION, **layers[first] | layers[second])
        assert outcome(decision) == explicit(first)
        assert list(decision.findings.denies) == [first, second]
        assert [ref.layer for ref in decision.determining] == [first, second]


def test_X_44_silences_are_named_in_order() -> None:
    silent: dict[str, Any] = {
        "scps": [[FULL], [SILENT]],
        "vpc_endpoint": [allow(Principal="*", Action="iam:*")],
        "identity": [],
        "boundaries": [SILENT],
        "session": [SILENT],
    }
    talking: dict[str, Any] = {
        "scps": [[FULL]],
        "vpc_endpoint": [allow(Principal="*")],
        "identity": [FULL],
        "boundaries": [FULL],
        "session": [FULL],
    }
    names = {"boundaries": "boundary", "scps": "scp", "vpc_endpoint": "vpc-endpoint"}
    for principal, resource in ((SESSION, None), (OTHER_USER, allow(Principal={"AWS": B}))):
        layers = dict(silent)
        for layer in silent:
            assert outcome(ask(principal, resource=resource, **layers)) == no(names.get(layer, layer))
            layers[layer] = talking[layer]
        assert allowed(principal, resource=resource, **layers)


def test_X_45_in_the_same_account_it_is_the_identity_policy_that_is_missing() -> None:
    assert outcome(ask(resource=allow(Principal={"AWS": A}))) == no("identity")
    assert outcome(ask(resource=allow(Principal={"AWS": OTHER_USER.arn}))) == no("identity")


def test_W_82_a_grant_to_the_role_is_named_by_what_limits_it() -> None:
    role = allow(Principal={"AWS": SESSION.role_arn})
    assert outcome(ask(SESSION, resource=role, boundaries=[SILENT])) == no("boundary")
    assert outcome(ask(SESSION, resource=role, session=[SILENT])) == no("session")
    assert outcome(ask(SESSION, resource=role, session=[SILENT], boundaries=[SILENT])) == no("boundary")
    assert outcome(ask(SESSION, resource=role)) == yes("resource")


def test_E_1_scps_bind_users_sessions_and_root() -> None:
    for principal in (USER, SESSION, ROOT):
        assert outcome(ask(principal, identity=[FULL], scps=[[SILENT]])) == no("scp")
        assert outcome(ask(principal, identity=[FULL], scps=[[FULL, deny()]])) == explicit("scp")
    for principal in (SERVICE, ANONYMOUS):
        assert outcome(ask(principal, resource=PUBLIC, scps=[[deny()], []])) == yes("resource")


def test_E_1_every_level_must_allow() -> None:
    assert allowed(identity=[FULL], scps=[[FULL], [SILENT, FULL], [FULL]])
    for levels in ([[FULL], []], [[], [FULL]], [[FULL], [SILENT], [FULL]]):
        assert outcome(ask(identity=[FULL], scps=levels)) == no("scp")
    assert allowed(identity=[FULL], scps=[])


def test_E_81_scps_take_every_element() -> None:
    level = document(statement(NotAction="iam:*", NotResource="x", when={"StringEquals": {"r": "eu"}}))
    assert allowed(identity=[FULL], scps=[[level]], context={"r": "eu"})
    assert not allowed(identity=[FULL], scps=[[level]], context={"r": "us"})


@pytest.mark.parametrize("principal", EVERYBODY, ids=lambda p: f"{p.kind}-{p.account}")
def test_E_2_rcps_bind_everybody(principal: RequestPrincipal) -> None:
    assert outcome(
        ask(principal, identity=[FULL], resource=PUBLIC, rcps=[[], [deny(Principal="*")]])
    ) == explicit("rcp")


def test_E_2_rcps_only_deny() -> None:
    assert allowed(identity=[FULL], rcps=[[], []])
    assert not allowed(rcps=[[allow(Principal="*")]])
    other = deny(Principal="*", Action="s3:Put*")
    assert allowed(identity=[FULL], rcps=[[other]])


def test_E_83_rcps_exempt_services_by_condition() -> None:
    fence = deny(Principal="*", when={"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})
    assert allowed(SERVICE, resource=PUBLIC, rcps=[[fence]], context={"aws:PrincipalIsAWSService": True})
    assert not allowed(ANONYMOUS, resource=PUBLIC, rcps=[[fence]])


@pytest.mark.parametrize("principal", [USER, ROOT, SERVICE, ANONYMOUS], ids=lambda p: p.kind)
def test_E_3_E_84_an_endpoint_policy_must_allow_action_resource_and_principal(
    principal: RequestPrincipal,
) -> None:
    def through(*endpoint: Any) -> PolicyDecision:
        return ask(principal, identity=[FULL], resource=PUBLIC, vpc_endpoint=endpoint)

    assert through().allowed
    assert through(PUBLIC).allowed
    assert outcome(through(allow(Principal="*", Action="s3:Put*"))) == no("vpc-endpoint")
    assert outcome(through(allow(Principal="*", Resource="arn:aws:s3:::other/*"))) == no("vpc-endpoint")
    assert outcome(through(allow(Principal={"AWS": OTHER_USER.arn}))) == no("vpc-endpoint")
    assert outcome(through(document(statement(Principal="*"), statement("Deny", Principal="*")))) == explicit(
        "vpc-endpoint"
    )


def test_E_84_an_endpoint_policy_may_name_the_caller() -> None:
    assert allowed(identity=[FULL], vpc_endpoint=[allow(Principal={"AWS": USER.arn})])


@pytest.mark.parametrize("principal", [ROOT, SERVICE, ANONYMOUS], ids=lambda p: p.kind)
def test_E_4_E_5_E_6_own_policies_bind_identities_alone(principal: RequestPrincipal) -> None:
    layers = ("identity", "boundaries") if principal is ROOT else ("identity", "boundaries", "session")
    own = {layer: [deny()] for layer in layers}
    decision = ask(principal, resource=PUBLIC, **own)
    assert decision.allowed
    assert not decision.findings.identity
    assert decision.findings.boundary
    assert decision.findings.session


def test_P_8_a_task_policy_only_denies() -> None:
    """A session of AssumeRoot: what its policy does not deny, the root user may do."""
    assert ask(ROOT, session=[SILENT]).allowed
    assert outcome(ask(ROOT, session=[deny()])) == explicit("session")


def test_E_86_a_boundary_grants_nothing_and_must_allow() -> None:
    assert outcome(ask(boundaries=[FULL])) == no("identity")
    assert outcome(ask(identity=[FULL], boundaries=[SILENT])) == no("boundary")
    assert outcome(ask(identity=[FULL], boundaries=[FULL])) == yes("identity")
    assert outcome(ask(identity=[FULL], boundaries=[FULL, SILENT])) == no("boundary")


def test_E_87_a_session_policy_grants_nothing_and_must_allow() -> None:
    assert outcome(ask(SESSION, session=[FULL])) == no("identity")
    assert outcome(ask(SESSION, identity=[FULL], session=[SILENT])) == no("session")
    assert outcome(ask(SESSION, identity=[FULL], session=[allow(Resource="arn:aws:s3:::bkt")])) == no(
        "session"
    )
    assert outcome(ask(SESSION, identity=[FULL], session=[SILENT, FULL])) == yes("identity")


def test_P_7_W_101_a_federated_user_without_session_policies_has_no_permissions() -> None:
    assert outcome(ask(FEDERATED, identity=[FULL])) == no("session")
    assert outcome(ask(FEDERATED, identity=[FULL], session=[FULL])) == yes("identity")
    assert outcome(ask(FEDERATED, session=[FULL])) == no("identity")
    assert outcome(ask(FEDERATED, resource=allow(Principal={"AWS": FEDERATED.arn}))) == yes("resource")


def test_E_70_E_73_root_needs_no_policy_in_his_account_and_is_bound_by_guard_rails() -> None:
    assert outcome(ask(ROOT)) == yes(None)
    assert outcome(ask(ROOT, scps=[[]])) == no("scp")
    assert outcome(ask(ROOT, vpc_endpoint=[allow(Principal="*", Action="s3:Put*")])) == no("vpc-endpoint")
    assert outcome(ask(ROOT, rcps=[[deny(Principal="*")]])) == explicit("rcp")


def test_E_71_a_resource_policy_denies_root_too_unless_the_caller_of_weigh_drops_it() -> None:
    for named in ("*", {"AWS": A}):
        assert outcome(ask(ROOT, resource=deny(Principal=named))) == explicit("resource")
    assert allowed(ROOT, resource=None)


def test_anonymous_and_services_need_the_resource_policy() -> None:
    assert outcome(ask(ANONYMOUS)) == no("resource")
    assert outcome(ask(SERVICE)) == no("resource")
    assert outcome(ask(ANONYMOUS, resource=allow(Principal={"AWS": A}))) == no("resource")
    assert outcome(ask(SERVICE, resource=allow(Principal={"Service": SERVICE.arn}))) == yes("resource")


def test_OQ_26_a_silent_session_policy_does_not_limit_direct_grants() -> None:
    assert allowed(SESSION, resource=PUBLIC, session=[SILENT])
    assert allowed(SESSION, resource=allow(Principal={"AWS": SESSION.arn}), session=[SILENT])


def test_weigh_says_what_each_layer_says() -> None:
    request = Request(SESSION, "s3:GetObject", KEY, A, {})
    policies = Policies(
        identity=[FULL],
        resource=Policy.parse(
            document(
                statement(Principal={"AWS": [SESSION.role_arn, A]}),
                statement("Deny", Sid="no", Principal="*"),
            ),
            name="bp",
        ),
        boundaries=[SILENT],
        scps=[[FULL], [deny(Sid="never")]],
    )
    findings = collect_findings(request, policies)
    assert findings.denied
    assert findings.denied_by is Layer.SCP
    assert (findings.identity, findings.boundary, findings.session, findings.scp) == (
        True,
        False,
        True,
        False,
    )
    assert findings.rcp
    assert findings.vpc_endpoint
    assert not findings.full
    assert findings.resource_grants == {GrantKind.ROLE, GrantKind.ACCOUNT}
    assert [(r.document, r.statement, r.sid) for r in findings.denies[Layer.SCP]] == [(1, 0, "never")]
    (ref,) = findings.denies[Layer.RESOURCE]
    assert (ref.name, ref.statement, ref.sid) == ("bp", 1, "no")
    assert decision_of(findings).verdict is decide(request, policies).verdict is Verdict.EXPLICITLY_DENIED


def test_weigh_without_anything() -> None:
    findings = collect_findings(Request(USER, "s3:GetObject", KEY, A, {}), Policies())
    assert not findings.denied
    assert findings.denied_by is None
    assert findings.denies == {}
    assert (findings.identity, findings.boundary, findings.session) == (False, True, True)
    assert findings.scp
    assert findings.vpc_endpoint
    assert findings.rcp
    assert findings.resource_grants == frozenset()


@pytest.mark.parametrize(
    ("layer", "given", "reason"),
    [
        ("identity", [allow(Principal="*")], "principal-not-allowed"),
        ("boundaries", [allow(Principal="*")], "principal-not-allowed"),
        ("session", [deny(NotPrincipal="*")], "principal-not-allowed"),
        ("scps", [[allow(Principal="*")]], "principal-not-allowed"),
        ("resource", allow(), "missing-principal"),
        ("vpc_endpoint", [allow()], "missing-principal"),
        ("rcps", [[deny()]], "missing-principal"),
        ("rcps", [[deny(Principal={"AWS": A})]], "bad-principal"),
        ("identity", ["{}"], "missing-statement"),
        ("identity", [allow(Resource=None)], "missing-resource"),
    ],
)
def test_PE_18_layers_take_policies_of_their_kind(layer: str, given: Any, reason: str) -> None:
    with pytest.raises(PolicySyntaxError, match=reason):
        Policies(**{layer: given})


def test_policies_take_text_values_and_policies() -> None:
    parsed = Policy.parse(allow(), name="n")
    policies = Policies(identity=(p for p in [parsed, parsed.text, allow()]), scps=[[parsed]])
    assert policies.identity[0] is parsed
    assert policies.identity[1] == policies.identity[2] == Policy.parse(allow())
    assert Policies() == Policies(identity=[])
    assert policies != Policies()
    assert policies.of(Layer.SCP) == (parsed,)
    assert policies.of(Layer.RESOURCE) == ()


@pytest.mark.parametrize(
    "one", [allow(), Policy.parse(allow()), "{}", b"{}"], ids=["dict", "Policy", "text", "bytes"]
)
def test_one_policy_is_not_a_sequence_of_policies(one: Any) -> None:
    with pytest.raises(TypeError, match="identity"):
        Policies(identity=one)
