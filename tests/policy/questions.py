"""Questions as data: the format of `vectors.jsonl`, and functions to write one by hand.

{request: {principal: {kind, arn, account, role_arn?, canonical_id?}, action, resource, resource_account,
           context: {key: [values]}, multivalued: [keys]},
 identity_policies, session_policies, permission_boundaries, vpce_policies: [document], resource_policy: document,
 scps, rcps: [{level, policies: [document]}]}
"""

from __future__ import annotations

from typing import Any

from mocks3.policy import Policies, PolicyDecision, Request, RequestPrincipal, decide

A, B = "111111111111", "222222222222"
BUCKET, KEY = "arn:aws:s3:::bkt", "arn:aws:s3:::bkt/k"

USER = RequestPrincipal("user", f"arn:aws:iam::{A}:user/p/dave", A, canonical_id="a" * 64)
OTHER_USER = RequestPrincipal("user", f"arn:aws:iam::{B}:user/x", B, canonical_id="b" * 64)
SESSION = RequestPrincipal(
    "session",
    f"arn:aws:sts::{A}:assumed-role/r/s",
    A,
    role_arn=f"arn:aws:iam::{A}:role/p/r",
    canonical_id="a" * 64,
)
FEDERATED = RequestPrincipal("federated-user", f"arn:aws:sts::{A}:federated-user/dave", A, user_arn=USER.arn)
ROOT = RequestPrincipal("root", f"arn:aws:iam::{A}:root", A)
OTHER_ROOT = RequestPrincipal("root", f"arn:aws:iam::{B}:root", B)
SERVICE = RequestPrincipal("service", "cloudtrail.amazonaws.com", None)
ANONYMOUS = RequestPrincipal("anonymous", None, None)


def statement(effect: str = "Allow", **members: Any) -> dict[str, Any]:
    """Return a statement on everything, with these members instead. `when` is its Condition. None omits a member."""
    if "when" in members:
        members["Condition"] = members.pop("when")
    defaults = {"Action": "s3:*", "Resource": "*"}
    for name in list(defaults):
        if f"Not{name}" in members:
            del defaults[name]
    return {"Effect": effect} | {
        name: value for name, value in (defaults | members).items() if value is not None
    }


def document(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def allow(**members: Any) -> dict[str, Any]:
    return document(statement("Allow", **members))


def deny(**members: Any) -> dict[str, Any]:
    return document(statement("Deny", **members))


def ask(
    principal: RequestPrincipal = USER,
    action: str = "s3:GetObject",
    on: str = KEY,
    *,
    owner: str = A,
    context: Any = None,
    multivalued: frozenset[str] = frozenset(),
    **policies: Any,
) -> PolicyDecision:
    """Return the decision about a request. The policies have the names of the fields of `Policies`."""
    asked = Request(principal, action, on, owner, {} if context is None else context, multivalued)
    return decide(asked, Policies(**policies))


def allowed(*arguments: Any, **options: Any) -> bool:
    return ask(*arguments, **options).allowed


def holds(operator: str, wanted: Any, seen: Any, *, version: str = "2012-10-17", **context: Any) -> bool:
    """Return whether a condition on the key `t:k` is true. If `seen` is None, the request has no such key."""
    keys = dict(context) if seen is None else {"t:k": seen, **context}
    conditional = document(statement(when={operator: {"t:k": wanted}}), version=version)
    return allowed(identity=[conditional], context=keys)


def put(question: dict[str, Any]) -> tuple[Request, Policies]:
    """Return a question as the input of the engine."""
    request = question["request"]
    caller = {
        name: value
        for name, value in request["principal"].items()
        if name in RequestPrincipal.__dataclass_fields__
    }
    return (
        Request(
            RequestPrincipal(**caller),
            request["action"],
            request["resource"],
            request["resource_account"],
            request["context"],
            frozenset(request["multivalued"]),
        ),
        Policies(
            identity=question.get("identity_policies", ()),
            resource=question.get("resource_policy"),
            boundaries=question.get("permission_boundaries", ()),
            session=question.get("session_policies", ()),
            scps=[level["policies"] for level in question.get("scps", ())],
            rcps=[level["policies"] for level in question.get("rcps", ())],
            vpc_endpoint=question.get("vpce_policies", ()),
        ),
    )
