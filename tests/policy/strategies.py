"""Policies and requests for Hypothesis: few different values, so that policies and requests often match."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

A, B = "111111111111", "222222222222"
PRINCIPALS = [
    {"kind": "user", "arn": f"arn:aws:iam::{A}:user/dave", "account": A, "canonical_id": "ca"},
    {"kind": "user", "arn": f"arn:aws:iam::{B}:user/x", "account": B, "canonical_id": "cb"},
    {
        "kind": "session",
        "arn": f"arn:aws:sts::{A}:assumed-role/r/s",
        "account": A,
        "role_arn": f"arn:aws:iam::{A}:role/p/r",
        "canonical_id": "ca",
    },
    {
        "kind": "federated-user",
        "arn": f"arn:aws:sts::{A}:federated-user/dave",
        "account": A,
        "canonical_id": "ca",
    },
    {"kind": "root", "arn": f"arn:aws:iam::{A}:root", "account": A, "canonical_id": "ca"},
    {"kind": "root", "arn": f"arn:aws:iam::{B}:root", "account": B, "canonical_id": "cb"},
    {"kind": "service", "arn": "svc.amazonaws.com", "account": None},
    {"kind": "anonymous", "arn": None, "account": None},
]
ACTIONS = ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:ListBucket", "sqs:Get"]
RESOURCES = [
    "arn:aws:s3:::bkt",
    "arn:aws:s3:::bkt/k",
    "arn:aws:s3:::bkt/a:b/*",
    "arn:aws:s3:::bkt/${x}",
    "arn:aws:s3:::bkt/dave/k\n",
    "*",
]
KEYS = ["aws:k", "aws:Tag/team", "s3:n"]
VALUES = [
    "dave", "DAVE", "*", "d?ve", "", "true", "False", "5", "5.0", "-1", "10.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32",
    "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01", "1767225600", "ZGF2ZQ==", f"arn:aws:iam::{A}:user/dave",
    "arn:aws:iam::*:user/d*", "arn:aws:s3:::bkt/a:b", "${aws:k}", "x${aws:Tag/team, 'y'}*", "${*}", "${?}x", "${", "${s3:n}",
]  # fmt: skip

BASES = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
]
BASES += [
    "StringNotLike",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
]
BASES += ["ArnNotLike"] + [
    family + order
    for family in ("Numeric", "Date")
    for order in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
]

globs = st.text("ab*?", max_size=12)
values = st.sampled_from(VALUES) | globs
keys = st.sampled_from([*KEYS, *map(str.upper, KEYS)])


def scalar_or_list(items: st.SearchStrategy[Any], minimum: int = 1) -> st.SearchStrategy[Any]:
    return items | st.lists(items, min_size=minimum, max_size=3)


@st.composite
def operators(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 9)) == 0:
        return "Null"
    prefix = draw(st.sampled_from(["", "", "", "ForAllValues:", "ForAnyValue:"]))
    return prefix + draw(st.sampled_from(BASES)) + draw(st.sampled_from(["", "", "IfExists"]))


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    block: dict[str, dict[str, Any]] = {}
    for _ in range(draw(st.integers(0, 2))):
        wanted: Any = values | st.booleans() | st.integers(-3, 9)
        block.setdefault(draw(operators()), {})[draw(keys)] = draw(scalar_or_list(wanted, 0))
    return block


actions = st.sampled_from(
    [*ACTIONS, "*", "s3:*", "S3:getobject", "s3:Get*", "s3:?etObject", "s3:*Acl", "*:Get", "s3:Zap"]
)
resources = st.sampled_from(
    [
        *RESOURCES[:2],
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::bkt/*",
        "arn:aws:s3:::b?t",
        "arn:aws:s3:::bkt/${*}",
        "arn:aws:s3:::bkt/a:*",
        "arn:aws:s3:::bkt/${aws:k}/*",
        "arn:aws:s3:::${aws:k,'bkt'}/k",
        "arn:*:*k",
        "arn:aws:sqs:::*",
        "arn:aws:s3:::bkt/${$}{x}",
        "arn:aws:s3:::bkt/${",
        "*/dave/*",
        "${aws:k}",
    ]
)
aws_principals = st.sampled_from(
    [
        "*",
        A,
        B,
        *(p["arn"] for p in PRINCIPALS if p["arn"] and p["account"]),
        f"arn:aws:iam::{A}:role/p/r",
        "AIDAGONE",
    ]
)
principals = st.just("*") | st.fixed_dictionaries(
    {},
    optional={
        "AWS": scalar_or_list(aws_principals),
        "CanonicalUser": scalar_or_list(st.sampled_from(["ca", "cb"])),
        "Service": scalar_or_list(st.sampled_from(["svc.amazonaws.com", "other.amazonaws.com"])),
    },
).filter(bool)


@st.composite
def statements(
    draw: st.DrawFn, *, named: bool = False, effects: tuple[str, ...] = ("Allow", "Deny")
) -> dict[str, Any]:
    effect = draw(st.sampled_from(effects))
    no_action, no_resource, no_principal = (draw(st.integers(0, 4)) == 0 for _ in range(3))
    made: dict[str, Any] = {"Effect": effect}
    if named:
        made["NotPrincipal" if no_principal and effect == "Deny" else "Principal"] = draw(principals)
    made["NotAction" if no_action else "Action"] = draw(scalar_or_list(actions, 0))
    made["NotResource" if no_resource else "Resource"] = draw(scalar_or_list(resources, 0))
    if block := draw(conditions()):
        made["Condition"] = block
    return made


@st.composite
def documents(draw: st.DrawFn, **kind: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "Statement": draw(statements(**kind) | st.lists(statements(**kind), min_size=1, max_size=3))
    }
    version = draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17", None]))
    return made if version is None else {"Version": version} | made


@st.composite
def rcps(draw: st.DrawFn) -> dict[str, Any]:
    made = draw(documents(effects=("Deny",)))
    for one in made["Statement"] if isinstance(made["Statement"], list) else [made["Statement"]]:
        one["Principal"] = "*"
        one["Action"] = one.pop("NotAction", None) or one.get("Action", [])
    return made


requests = st.fixed_dictionaries(
    {
        "principal": st.sampled_from(PRINCIPALS),
        "action": st.sampled_from(ACTIONS),
        "resource": st.sampled_from(RESOURCES),
        "resource_account": st.sampled_from([A, A, B]),
        "context": st.lists(
            st.tuples(keys, st.lists(values, max_size=2)), max_size=3, unique_by=lambda pair: pair[0].lower()
        ).map(dict),
        "multivalued": st.lists(st.sampled_from(KEYS), max_size=1),
    }
)


@st.composite
def policy_sets(draw: st.DrawFn) -> dict[str, Any]:
    """The policies of a question. All layers except identity and resource are rare."""

    def sometimes(items: st.SearchStrategy[Any], size: int = 1) -> list[Any]:
        return draw(st.lists(items, max_size=size)) if draw(st.integers(0, 3)) == 0 else []

    levels = documents() | st.just(allow_all())
    made: dict[str, Any] = {
        "identity_policies": draw(st.lists(documents(), max_size=2)),
        "session_policies": sometimes(documents(), 2),
        "permission_boundaries": sometimes(documents()),
        "vpce_policies": sometimes(documents(named=True)),
        "scps": [{"policies": draw(st.lists(levels, max_size=2))} for _ in sometimes(st.none(), 2)],
        "rcps": [{"policies": draw(st.lists(rcps(), max_size=2))} for _ in sometimes(st.none(), 2)],
    }
    if draw(st.integers(0, 2)):
        made["resource_policy"] = draw(documents(named=True))
    return made


def allow_all() -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


questions = st.builds(lambda request, policies: {"request": request, **policies}, requests, policy_sets())
