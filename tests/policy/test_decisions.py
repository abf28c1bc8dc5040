"""A Decision explains itself: its statements and its near misses. Explanations are computed only on demand."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from mocks3.policy import Effect, Layer, Policies, Policy, Request, Verdict, decide, evidence

from .questions import ANONYMOUS, BUCKET, KEY, ROOT, USER, A, allow, ask, deny, document, statement


def test_every_matching_deny_determines_an_explicit_denial() -> None:
    decision = ask(
        identity=[
            Policy.parse(document(statement(), statement("Deny", Sid="a"), statement("Deny")), name="inline")
        ],
        resource=deny(Principal="*", Sid="b"),
    )
    assert [(r.layer, r.name, r.statement, r.sid) for r in decision.determining] == [
        (Layer.RESOURCE, None, 0, "b"),
        (Layer.IDENTITY, "inline", 1, "a"),
        (Layer.IDENTITY, "inline", 2, None),
    ]
    assert not decision.allowed
    assert decision.near_misses() == ()


def test_every_matching_allow_determines_an_allowance() -> None:
    decision = ask(
        identity=[allow(Action="s3:Put*"), allow(Sid="get")],
        boundaries=[allow()],
        scps=[[allow()], [allow()]],
    )
    assert [(r.layer, r.document, r.sid) for r in decision.determining] == [
        (Layer.SCP, 0, None),
        (Layer.SCP, 1, None),
        (Layer.IDENTITY, 1, "get"),
        (Layer.BOUNDARY, 0, None),
    ]


def test_what_does_not_apply_determines_nothing() -> None:
    near = {"when": {"Bool": {"k": "true"}}}
    assert len(ask(identity=[allow(), allow(**near)], resource=allow(Principal="*", **near)).determining) == 1
    decision = ask(identity=[deny(), deny(**near)], resource=deny(Principal={"Service": "x"}))
    assert len(decision.determining) == 1
    assert list(decision.findings.denies) == [Layer.IDENTITY]


def test_nothing_determines_an_implicit_denial() -> None:
    assert ask(identity=[allow(Action="s3:Put*")]).determining == ()


NEAR: list[tuple[str, dict[str, Any], tuple[str, tuple[str, ...], tuple[str, ...] | None, str | None]]] = [
    (
        "Action",
        {"Action": ["s3:Put*", "s3:List*"]},
        ("Action", ("s3:Put*", "s3:List*"), ("s3:GetObject",), None),
    ),
    ("Action", {"NotAction": "s3:Get*"}, ("NotAction", ("s3:Get*",), ("s3:GetObject",), None)),
    ("Resource", {"Resource": BUCKET}, ("Resource", (BUCKET,), (KEY,), None)),
    ("Resource", {"NotResource": f"{BUCKET}/*"}, ("NotResource", (f"{BUCKET}/*",), (KEY,), None)),
    ("Condition", {"when": {"StringEquals": {"aws:K": "w"}}}, ("StringEquals", ("w",), ("v",), "aws:K")),
    ("Condition", {"when": {"Bool": {"b": True}}}, ("Bool", ("true",), None, "b")),
]


@pytest.mark.parametrize(("element", "members", "check"), NEAR, ids=[f"{row[0]}-{row[2][0]}" for row in NEAR])
def test_a_near_miss_names_the_one_element_that_failed(
    element: str, members: dict[str, Any], check: Any
) -> None:
    decision = ask(identity=[allow(Sid="near", **members)], context={"aws:k": "v"})
    (miss,) = decision.near_misses()
    assert (miss.ref.sid, miss.effect, miss.matched, miss.near_miss) == ("near", Effect.ALLOW, False, True)
    failure = miss.failure
    assert failure is not None
    assert failure.element == element
    assert (failure.written, failure.wanted, failure.seen, failure.key) == check


def test_a_near_miss_of_a_principal() -> None:
    (miss,) = ask(
        resource=allow(Principal={"AWS": [A, "arn:aws:iam::1:user/x"]}, Resource="*")
    ).near_misses() or (None,)
    assert miss is None  # it named the account: this is a delegation and not a near miss
    (miss,) = ask(resource=allow(Principal={"Service": "x"})).near_misses()
    assert miss.failure is not None
    assert (miss.failure.element, miss.failure.wanted, miss.failure.seen) == (
        "Principal",
        ("x",),
        (USER.arn,),
    )
    (miss,) = ask(ANONYMOUS, resource=allow(Principal={"AWS": A})).near_misses()
    assert miss.failure is not None
    assert miss.failure.seen is None
    (hit,) = evidence(
        Request(USER, "s3:GetObject", KEY, A, {}), Policies(resource=deny(NotPrincipal={"AWS": A}))
    )
    assert hit.checks[0].written == "NotPrincipal"
    assert hit.matched


def test_two_failures_are_no_near_miss() -> None:
    decision = ask(identity=[allow(Action="s3:Put*", Resource=BUCKET)])
    assert decision.near_misses() == ()
    (statement_evidence,) = decision.evidence()
    assert [check.element for check in statement_evidence.failures] == ["Action", "Resource"]
    assert statement_evidence.failure is statement_evidence.failures[0]


def test_near_misses_are_looked_for_where_an_allow_was_missing() -> None:
    nearly = allow(Action="s3:Put*")
    decision = ask(
        identity=[allow(), nearly], boundaries=[nearly], scps=[[allow(), nearly]], session=[allow(), nearly]
    )
    assert [miss.ref.layer for miss in decision.near_misses()] == [Layer.BOUNDARY]
    decision = ask(identity=[allow()], scps=[[nearly]], vpc_endpoint=[allow(Principal="*", Action="s3:Put*")])
    assert [miss.ref.layer for miss in decision.near_misses()] == [Layer.SCP, Layer.VPC_ENDPOINT]


def test_an_allowance_nearly_denied() -> None:
    decision = ask(identity=[allow(), allow(Action="s3:Put*"), deny(Action="s3:Put*", Sid="close")])
    assert [miss.ref.sid for miss in decision.near_misses()] == ["close"]


def test_evidence_covers_every_statement_that_could_have_mattered() -> None:
    policies = Policies(
        identity=[document(statement(), statement(Sid="2"))],
        resource=deny(Principal="*"),
        rcps=[[deny(Principal="*")]],
    )
    found = evidence(Request(USER, "s3:GetObject", KEY, A, {}), policies)
    assert [(e.ref.layer, e.ref.statement) for e in found] == [
        ("rcp", 0),
        ("resource", 0),
        ("identity", 0),
        ("identity", 1),
    ]
    assert all(e.matched and e.failure is None and not e.near_miss for e in found)
    root = evidence(Request(ROOT, "s3:GetObject", KEY, A, {}), policies)
    assert [e.ref.layer for e in root] == ["rcp", "resource"]
    assert [e.ref.layer for e in evidence(Request(USER, "a:b", KEY, A, {}), policies, [Layer.IDENTITY])] == [
        "identity"
    ] * 2


def test_evidence_shows_what_matched_too() -> None:
    (found,) = ask(
        identity=[allow(when={"StringLike": {"K": ["a*", "b*"]}})], context={"k": ["bee"]}
    ).evidence()
    assert [(c.element, c.matched, c.seen) for c in found.checks] == [
        ("Action", True, ("s3:GetObject",)),
        ("Resource", True, (KEY,)),
        ("Condition", True, ("bee",)),
    ]


def test_a_trust_like_statement_without_resource_has_no_such_check() -> None:
    from mocks3.policy.checks import checks_of
    from mocks3.policy.compiling import CompiledStatement

    trust = Policy.parse(allow(Principal="*", Resource=None), kind="trust")
    compiled: CompiledStatement = trust.compiled.statements[0]
    request = Request(USER, "s3:GetObject", KEY, A, {})
    assert [check.element for check in checks_of(compiled, request, False)] == ["Principal", "Action"]


def test_deciding_collects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import mocks3.policy.explanation as explanation
    import mocks3.policy.findings as findings

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("nobody asked why")

    monkeypatch.setattr(explanation, "evidence", refuse)
    monkeypatch.setattr(findings, "reference", refuse)
    assert not ask(identity=[deny()]).allowed


def test_a_decision_in_words() -> None:
    decision = ask(
        identity=[Policy.parse(allow(Sid="Reader", Resource=f"{BUCKET}/home/*"), name="inline")],
        resource=allow(Principal="*", when={"Bool": {"aws:SecureTransport": "true"}}),
        context={"aws:SecureTransport": False},
    )
    assert str(decision).splitlines() == [
        f"IMPLICITLY_DENIED: s3:GetObject on {KEY} by {USER.arn}",
        "  no identity policy allows it",
        "  near miss: Allow of statement 0 of resource policy document 0: Bool aws:SecureTransport wants true and saw false",
        (
            "  near miss: Allow of 'Reader' (statement 0) of identity policy inline: "
            f"Resource wants {BUCKET}/home/* and saw {KEY}"
        ),
        (
            "  to allow it: add to the identity policy "
            f'{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "{KEY}"}}'
        ),
        (
            "  to allow it: add to the resource policy "
            f'{{"Effect": "Allow", "Principal": {{"AWS": "{USER.arn}"}}, "Action": "s3:GetObject", "Resource": "{KEY}"}}'
        ),
    ]


@pytest.mark.parametrize(
    ("decision", "line"),
    [
        (lambda: ask(ROOT), "  the root user of the resource's own account needs no policy"),
        (lambda: ask(identity=[allow()]), "  allowed by the identity policy"),
        (lambda: ask(identity=[deny()]), "  an explicit Deny in the identity policy"),
        (lambda: ask(ANONYMOUS), "  no resource policy allows it"),
    ],
    ids=["root", "allowed", "denied", "anonymous"],
)
def test_reasons_in_words(decision: Any, line: str) -> None:
    assert str(decision()).splitlines()[1] == line


def test_who_has_no_name_is_called_by_his_kind() -> None:
    assert str(ask(ANONYMOUS)).splitlines()[0] == f"IMPLICITLY_DENIED: s3:GetObject on {KEY} by anonymous"


def test_a_missing_key_in_words() -> None:
    (miss,) = ask(identity=[allow(when={"Bool": {"aws:K": []}})]).near_misses()
    assert str(miss.failure) == "Bool aws:K wants nothing and saw nothing: the request has no aws:K"


def test_names_that_load_later_are_there() -> None:
    import mocks3.policy

    for name in mocks3.policy.__all__:
        assert getattr(mocks3.policy, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        mocks3.policy.nothing_of_that_name  # noqa: B018


def test_verdicts_are_their_names() -> None:
    assert {str(v) for v in Verdict} == {"ALLOWED", "IMPLICITLY_DENIED", "EXPLICITLY_DENIED"}
    assert decide(Request(USER, "a:b", "*", A, {}), Policies()).verdict == "IMPLICITLY_DENIED"
