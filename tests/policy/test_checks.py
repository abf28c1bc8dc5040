"""What a determining Deny says about each element: what the policy wants, what the request had, and why that matches."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from mocks3.policy import Check, Layer, Policy, PrincipalKind, RequestPrincipal
from mocks3.policy.explanation import determining

from .questions import ANONYMOUS, KEY, ROOT, SERVICE, SESSION, USER, A, ask, deny, document, statement

ACCOUNT_ROOT = f"arn:aws:iam::{A}:root"


def checks(*arguments: Any, layer: str = "identity", **options: Any) -> dict[str, Check]:
    """Return the checks of the only statement that denies, by the element as it is written."""
    members = {name: value for name, value in options.items() if name[0].isupper() or name == "when"}
    others = {name: value for name, value in options.items() if name not in members}
    written = deny(**members)
    decision = ask(*arguments, **others, **{layer: written if layer == "resource" else [written]})
    (found,) = determining(decision.findings)
    assert found.matched
    return {check.what: check for check in found.checks}


CONDITIONS: list[tuple[str, Any, Any, str, str, tuple[str, str] | None]] = [
    # operator, the policy's values, the request's values, what is wanted, what was seen, why it matches without a value
    ("StringEquals", "v", "v", "v", "v", None),
    ("StringEquals", ["a", "v", "b"], "v", "v (1 of 3 values)", "v", None),
    ("StringLike", ["v*", "*", "b"], "v", "v* or * (2 of 3 values)", "v", None),
    ("StringNotEquals", "a", "v", "none of a", "v", None),
    ("StringNotEquals", ["a", "b"], "v", "none of a or b", "v", None),
    ("StringNotEquals", list("abcdefgh"), "v", "none of a or b or c or d or e or f or 2 others", "v", None),
    ("StringNotEquals", "a", "", "none of a", '""', None),
    ("StringNotEquals", "a", None, "none of a", "nothing: the request has no t:k", ("StringNotEquals", "C-41")),
    ("StringNotEqualsIfExists", "a", None, "none of a", "nothing: the request has no t:k", ("StringNotEqualsIfExists", "C-41")),
    ("BoolIfExists", "false", None, "false", "nothing: the request has no t:k", ("BoolIfExists", "C-33")),
    ("BoolIfExists", False, "false", "false", "false", None),
    ("Bool", [True, False], "false", "false (1 of 2 values)", "false", None),
    ("Null", True, None, "true: no such key", "nothing: the request has no t:k", None),
    ("Null", "false", "v", "false: the key with any value", "v", None),
    ("ForAllValues:StringEquals", ["a", "b"], None, "only a or b", "nothing: the request has no t:k", ("ForAllValues:StringEquals", "C-34")),
    ("ForAllValues:StringEquals", ["a", "b", "c"], ["a", "b"], "only a or b or c", "a and b", None),
    ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], "none of a or b", "c and d", None),
    ("ForAnyValue:StringEquals", ["a", "b", "c"], ["c", "d"], "c (1 of 3 values)", "c and d", None),
    ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "d"], "a value that is none of a or b", "a and d", None),
    ("IpAddress", ["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.7", "192.0.2.0/24 (1 of 2 values)", "192.0.2.7", None),
    ("NotIpAddress", "10.0.0.0/8", "192.0.2.7", "none of 10.0.0.0/8", "192.0.2.7", None),
    ("NumericGreaterThan", "5", "7", "5", "7", None),
    ("DateLessThan", "2030-01-01", "2026-01-01", "2030-01-01", "2026-01-01", None),
    ("ArnNotLike", "arn:aws:iam::*:role/x", KEY, "none of arn:aws:iam::*:role/x", KEY, None),
    ("StringLike", "team-${t:team}", "team-a", "team-${t:team} (here team-a)", "team-a", None),
    ("StringNotLike", "${t:none}*", "v", "none of ${t:none}* (a variable has no value)", "v", None),
    ("StringNotEquals", "${t:none, 'x'}", "v", "none of ${t:none, 'x'} (here x)", "v", None),
    ("StringNotEquals", [], "v", "anything", "v", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operator", "wanted", "seen", "wants", "saw", "note"), CONDITIONS, ids=lambda value: str(value)[:40]
)
def test_a_condition_by_its_values(
    operator: str, wanted: Any, seen: Any, wants: str, saw: str, note: Any
) -> None:
    """C-33, C-34, C-41."""
    context = {"t:team": "a"} if seen is None else {"t:k": seen, "t:team": "a"}
    check = checks(when={operator: {"t:k": wanted}}, context=context)[f"{operator} t:k"]
    assert (check.wants, check.saw) == (wants, saw)
    if note is None:
        assert check.note is None
    else:
        assert check.note == (f"{note[0]} also matches requests without the key", note[1])


def test_every_condition_decides() -> None:
    written = deny(when={"StringNotEquals": {"t:k": "a"}, "Bool": {"t:b": "true"}}, Principal="*")
    (found,) = determining(ask(resource=written, context={"t:b": "true"}).findings)
    assert [check.what for check in found.deciding] == ["StringNotEquals t:k", "Bool t:b"]


@pytest.mark.parametrize(
    ("members", "deciding"),
    [
        ({"Action": "s3:GetObject"}, "Action"),
        ({"Action": "s3:*", "Resource": f"{KEY}*"}, "Resource"),
        ({"Action": "*"}, "Action"),
        ({"Action": "s3:GetObject", "Resource": f"{KEY}*"}, "Action"),
        ({"Action": "s3:GetObject", "Principal": {"AWS": A}}, "Principal"),
        ({"Action": "s3:GetObject", "NotResource": f"{KEY}/x"}, "NotResource"),
        ({"NotAction": "s3:Put*", "Resource": f"{KEY}*"}, "NotAction"),
        ({"NotPrincipal": {"AWS": A}}, "NotPrincipal"),
    ],
)  # fmt: skip
def test_the_element_that_decides(members: dict[str, Any], deciding: str) -> None:
    named = {"Principal", "NotPrincipal"} & members.keys()
    (found,) = determining(ask(**({"resource": deny(**members)} if named else {"identity": [deny(**members)]})).findings)  # fmt: skip
    assert [check.written for check in found.deciding] == [deciding]


def test_elements_with_several_values_name_the_one_that_matches() -> None:
    found = checks(Action=["s3:Put*", "s3:Get*"], Resource=["arn:aws:s3:::x", f"{KEY}*", "arn:aws:s3:::${t:b}/k"], context={"t:b": "bkt"})  # fmt: skip
    assert str(found["Action"]) == "Action wants s3:Get* (1 of 2 values) and saw s3:GetObject"
    assert found["Resource"].wants == f"{KEY}* or arn:aws:s3:::${{t:b}}/k (here {KEY}) (2 of 3 values)"
    negated = checks(NotAction=["s3:Put*", "s3:List*"], NotResource=["arn:aws:s3:::x"])
    assert str(negated["NotAction"]) == "NotAction wants none of s3:Put* or s3:List* and saw s3:GetObject"
    assert str(negated["NotResource"]) == f"NotResource wants none of arn:aws:s3:::x and saw {KEY}"


BOUNDED = RequestPrincipal("user", USER.arn, A, has_boundary=True)
FEDERATED = RequestPrincipal("federated-user", f"arn:aws:sts::{A}:federated-user/dave", A)


@pytest.mark.parametrize(
    ("caller", "listed", "missing"),
    [
        (USER, USER.arn, [ACCOUNT_ROOT]),
        (USER, A, [USER.arn]),
        (USER, "arn:aws:iam::111111111111:user/eve", [USER.arn, ACCOUNT_ROOT]),
        (SESSION, [SESSION.arn, A], [SESSION.role_arn]),
        (SESSION, SESSION.role_arn, [SESSION.arn, ACCOUNT_ROOT]),
        (FEDERATED, A, [FEDERATED.arn]),
        (ROOT, USER.arn, [ACCOUNT_ROOT]),
    ],
)
def test_not_principal_names_who_is_missing_from_the_list(
    caller: RequestPrincipal, listed: Any, missing: list[str]
) -> None:
    """PE-17."""
    check = checks(caller, layer="resource", NotPrincipal={"AWS": listed})["NotPrincipal"]
    assert check.unlisted == tuple(missing)
    assert check.saw == f"{caller.arn}; missing from the list: {' and '.join(missing)}"
    both = {"AWS": [*(listed if isinstance(listed, list) else [listed]), *missing]}
    assert not ask(caller, resource=deny(NotPrincipal=both)).findings.denied


def test_not_principal_of_services_anonymous_callers_and_boundaries() -> None:
    """PE-17."""
    service = checks(SERVICE, layer="resource", NotPrincipal={"AWS": A})["NotPrincipal"]
    assert service.unlisted == ("cloudtrail.amazonaws.com",)
    anonymous = checks(ANONYMOUS, layer="resource", NotPrincipal={"AWS": A})["NotPrincipal"]
    assert anonymous.saw == "nothing: the request is not signed"
    assert anonymous.unlisted == ("*",)
    bounded = checks(BOUNDED, layer="resource", NotPrincipal={"AWS": [A, USER.arn]})["NotPrincipal"]
    assert bounded.unlisted == ()
    assert bounded.note == ("NotPrincipal never exempts a caller that has a permissions boundary", "PE-17")


@pytest.mark.parametrize("layer", list(Layer))
def test_every_layer_is_explained(layer: Layer) -> None:
    """E-20."""
    named = layer in (Layer.RCP, Layer.VPC_ENDPOINT, Layer.RESOURCE)
    when = {"StringNotEquals": {"t:k": "a"}}
    written = Policy.parse(document(statement(), deny(when=when)["Statement"][0]) if not named else document(*(
        statement(effect, Principal="*", **more) for effect, more in (("Allow", {}), ("Deny", {"when": when}))
        if effect == "Deny" or layer is not Layer.RCP
    )), name="doc")  # fmt: skip
    one: Any = {
        Layer.SCP: {"scps": [[written]]},
        Layer.RCP: {"rcps": [[written]]},
        Layer.VPC_ENDPOINT: {"vpc_endpoint": [written]},
        Layer.RESOURCE: {"resource": written},
        Layer.IDENTITY: {"identity": [written]},
        Layer.BOUNDARY: {"boundaries": [written]},
        Layer.SESSION: {"session": [written]},
    }[layer]
    decision = ask(SESSION, context={"t:k": "v"}, **one)
    (found,) = determining(decision.findings)
    assert (found.ref.layer, found.ref.name) == (layer, "doc")
    assert [(check.what, check.wants, check.saw) for check in found.deciding] == [("StringNotEquals t:k", "none of a", "v")]  # fmt: skip
    assert "    its StringNotEquals t:k wants none of a and saw v" in str(decision).splitlines()


@pytest.mark.parametrize("kind", ["user", "root"])
def test_a_named_account_and_everyone(kind: PrincipalKind) -> None:
    caller = USER if kind == "user" else ROOT
    check = checks(caller, layer="resource", Principal={"AWS": ["arn:aws:iam::222222222222:root", A]})[
        "Principal"
    ]
    assert str(check) == f"Principal wants {A} (1 of 2 values) and saw {caller.arn}"
    assert checks(caller, layer="resource", Principal={"AWS": "*"})["Principal"].hits == ("*",)


def test_a_document_of_2008_has_no_variables() -> None:
    """C-6."""
    old = document(
        statement("Deny", Resource=["arn:aws:s3:::bkt/${x}", "arn:aws:s3:::bkt/*"]), version="2008-10-17"
    )
    decision = ask(on="arn:aws:s3:::bkt/${x}", identity=[old], context={"x": "y"})
    (found,) = determining(decision.findings)
    resource = next(check for check in found.checks if check.element == "Resource")
    assert (resource.hits, resource.expansions) == (("arn:aws:s3:::bkt/${x}", "arn:aws:s3:::bkt/*"), ())


@pytest.mark.parametrize("negated", ["", "Not"])
def test_a_check_points_to_its_element(negated: str) -> None:
    """RFC 6901."""
    elements = {
        f"{negated}Principal": "*" if not negated else {"AWS": "arn:aws:iam::111111111111:user/eve"},
        f"{negated}Action": "s3:GetObject" if not negated else "s3:PutObject",
        f"{negated}Resource": "*" if not negated else "arn:aws:s3:::other/*",
    }
    found = checks(USER, layer="resource", **elements, when={"Null": {"aws:RequestTag/a": "true"}})
    pointers = {what: check.pointer for what, check in found.items()}
    expected = {name: f"/Statement/0/{name}" for name in elements}
    assert pointers == {**expected, "Null aws:RequestTag/a": "/Statement/0/Condition/Null/aws:RequestTag~1a"}
