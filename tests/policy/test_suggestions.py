"""The smallest fix: its place, its scope, and that it was tested."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from mocks3.policy import (
    Add,
    Layer,
    Policies,
    Policy,
    PolicyDecision,
    Remove,
    Replace,
    Request,
    Suggestion,
    decide,
)

from .questions import (
    ANONYMOUS,
    BUCKET,
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
    ask,
    deny,
    document,
    statement,
)

FULL, SILENT = allow(), allow(Action="iam:*")
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": KEY}


def places(decision: PolicyDecision) -> list[list[str]]:
    """Return the places of the changes of each suggestion."""
    return [
        [
            ("-" if isinstance(c, Remove) else "+") + (c.ref.layer if isinstance(c, Remove) else c.layer)
            for c in s.changes
        ]
        for s in decision.suggest()
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (lambda: ask(identity=[FULL]), []),
        (lambda: ask(), [["+identity"], ["+resource"]]),
        (lambda: ask(resource=allow(Principal={"AWS": A})), [["+identity"], ["+resource"]]),
        (lambda: ask(identity=[FULL], boundaries=[SILENT]), [["+boundary"], ["+resource"]]),
        (lambda: ask(SESSION, identity=[FULL], session=[SILENT]), [["+session"]]),
        (lambda: ask(SESSION, session=[SILENT], boundaries=[SILENT]), [["+identity", "+boundary", "+session"], ["+boundary", "+session", "+resource"]]),
        (
            lambda: ask(SESSION, boundaries=[SILENT], resource=allow(Principal={"AWS": SESSION.role_arn})),
            [["+boundary"]],
        ),
        (lambda: ask(FEDERATED, identity=[FULL]), [["+session"]]),
        (lambda: ask(OTHER_USER), [["+identity", "+resource"]]),
        (lambda: ask(OTHER_USER, identity=[FULL]), [["+resource"]]),
        (lambda: ask(OTHER_USER, resource=allow(Principal={"AWS": B})), [["+identity"]]),
        (lambda: ask(OTHER_ROOT), [["+resource"]]),
        (lambda: ask(ANONYMOUS), [["+resource"]]),
        (lambda: ask(SERVICE), [["+resource"]]),
        (lambda: ask(ROOT, scps=[[FULL], [SILENT], []]), [["+scp", "+scp"]]),
        (lambda: ask(identity=[FULL], vpc_endpoint=[allow(Principal="*", Action="s3:Put*")]), [["+vpc-endpoint"]]),
        (lambda: ask(identity=[FULL, deny()]), [["-identity"]]),
        (lambda: ask(identity=[deny()], resource=deny(Principal="*")), [["-resource", "-identity", "+identity"], ["-resource", "-identity", "+resource"]]),
        (lambda: ask(identity=[FULL], rcps=[[], [deny(Principal="*")]]), [["-rcp"]]),
        (lambda: ask(identity=[FULL], boundaries=[deny()]), [["-boundary", "+boundary"], ["-boundary", "+resource"]]),
    ],
)  # fmt: skip
def test_the_fewest_changes_and_where_they_belong(
    asked: Any, expected: list[list[str]], request: Any
) -> None:
    decision = asked()
    assert places(decision) == expected
    for suggestion in decision.suggest():
        assert decide(decision.request, suggestion.apply(decision.policies)).allowed


def test_an_added_statement_is_the_narrowest_there_is() -> None:
    own, theirs = ask().suggest()
    assert own.changes == (Add(Layer.IDENTITY, ALLOW),)
    assert theirs.changes == (Add(Layer.RESOURCE, {**ALLOW, "Principal": {"AWS": USER.arn}}),)
    assert (
        str(own)
        == f'add to the identity policy {{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "{KEY}"}}'
    )


@pytest.mark.parametrize(
    ("principal", "named"),
    [
        (ANONYMOUS, "*"),
        (SERVICE, {"Service": SERVICE.arn}),
        (OTHER_ROOT, {"AWS": OTHER_ROOT.arn}),
    ],
    ids=["anonymous", "service", "root"],
)
def test_a_grant_names_the_caller(principal: Any, named: Any) -> None:
    (suggestion,) = ask(principal).suggest()
    (change,) = suggestion.changes
    assert isinstance(change, Add)
    assert change.statement["Principal"] == named


def test_the_role_is_named_never_one_of_its_sessions() -> None:
    """E-41, E-44: the role of a session, and the user of a federated session."""
    (change,) = ask(SESSION).suggest()[1].changes
    assert isinstance(change, Add)
    assert change.statement["Principal"] == {"AWS": SESSION.role_arn}
    session, grant = ask(FEDERATED).suggest()[-1].changes
    assert isinstance(session, Add)
    assert isinstance(grant, Add)
    assert (session.layer, grant.statement["Principal"]) == (Layer.SESSION, {"AWS": FEDERATED.user_arn})


def test_a_named_deny_must_go() -> None:
    policy = Policy.parse(document(statement(), statement("Deny", Sid="Lock")), name="admin")
    (suggestion,) = ask(identity=[policy]).suggest()
    assert str(suggestion) == "remove 'Lock' (statement 1) of identity policy admin"


def test_scps_say_on_which_level() -> None:
    (suggestion,) = ask(ROOT, scps=[[FULL], [SILENT]]).suggest()
    assert suggestion.changes == (Add(Layer.SCP, ALLOW, level=1),)
    assert str(suggestion).startswith("add to level 1 of the scp policies {")


@pytest.mark.parametrize("character", ["*", "?", "${", "${x}", "$", "a:*"])
def test_wildcards_in_a_key_are_escaped(character: str) -> None:
    decision = ask(on=f"{BUCKET}/a{character}b")
    assert len(decision.suggest()) == 2
    for suggestion in decision.suggest():
        after = suggestion.apply(decision.policies)
        assert decide(decision.request, after).allowed
        for other in ("aXb", "ab", f"a{character}bc", "a*", "aXXb"):
            assert not ask(on=f"{BUCKET}/{other}", identity=after.identity, resource=after.resource).allowed


def test_a_2008_document_that_cannot_escape_is_not_added_to() -> None:
    old = {"Statement": statement(Principal={"AWS": B})}
    assert places(ask(on=f"{BUCKET}/k", resource=old)) == [["+identity"], ["+resource"]]
    assert places(ask(on=f"{BUCKET}/*", resource=old)) == [["+identity"]]
    assert places(
        ask(on=f"{BUCKET}/*", identity=[FULL], boundaries=[{"Statement": statement(Action="iam:*")}])
    ) == [["+resource"]]
    endpoint = {"Statement": statement(Principal="*", Action="iam:*")}
    assert places(ask(on=f"{BUCKET}/*", identity=[FULL], vpc_endpoint=[endpoint])) == []


@pytest.mark.parametrize(
    ("action", "on"),
    [
        ("s3:*", KEY),
        ("s3:Get?", KEY),
        ("", KEY),
        ("s3:Get", ""),
        ("s3:Get", "a*b"),
        ("s3:Get", "arn:*:s3:::b"),
    ],
)
def test_what_cannot_be_said_narrowly_is_not_suggested(action: str, on: str) -> None:
    assert ask(action=action, on=on).suggest() == ()


def test_a_resource_that_is_no_arn_is_said_as_it_is() -> None:
    change = ask(on="plain").suggest()[0].changes[0]
    assert isinstance(change, Add)
    assert change.statement["Resource"] == "plain"


def test_a_call_on_no_resource_is_allowed_on_a_star() -> None:
    change = ask(action="s3:ListAllMyBuckets", on="*").suggest()[0].changes[0]
    assert isinstance(change, Add)
    assert change.statement["Resource"] == "*"


def test_a_caller_who_cannot_be_named_gets_no_grant() -> None:
    from dataclasses import replace

    for arn in ("arn:aws:iam::1:group/g", None, "AIDAX", "AROAX"):
        assert places(ask(replace(USER, arn=arn))) == [["+identity"]]
    assert places(ask(replace(SERVICE, arn=None))) == []


def test_removing_leaves_the_others_where_they_are() -> None:
    given = Policies(
        identity=[FULL],
        boundaries=[deny(NotAction="iam:*")],
        scps=[
            [FULL, deny(Sid="a")],
            [FULL, document(statement("Deny", Sid="b"), statement("Deny", Action="s3:Put*"))],
        ],
        rcps=[[deny(Principal="*", Sid="r")]],
    )
    decision = decide(Request(USER, "s3:GetObject", KEY, A, {}), given)
    (first, *_) = decision.suggest()
    assert [c.ref.sid for c in first.changes if isinstance(c, Remove)] == ["a", "b", "r", None]
    after = first.apply(given)
    assert [len(level) for level in after.scps] == [2, 2]
    assert len(after.boundaries) == 1
    assert after.identity[0] is given.identity[0]
    assert not decide(Request(USER, "s3:PutObject", KEY, A, {}), after).allowed


def test_a_replaced_statement_keeps_its_place() -> None:
    policy = Policy.parse(document(statement("Deny", Sid="Lock"), statement()), name="admin")
    (ref,) = ask(identity=[policy]).determining
    narrower = statement("Deny", Action="s3:PutObject", Sid="Lock")
    change = Suggestion((Replace(ref, narrower),))
    after = change.apply(Policies(identity=[policy]))
    assert after.identity[0].document["Statement"] == [narrower, statement()]
    assert after.identity[0].name == "admin"
    assert decide(ask().request, after).allowed
    assert str(change).startswith("replace 'Lock' (statement 0) of identity policy admin by {")
