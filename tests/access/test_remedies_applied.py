"""The first remedy of a denial, applied by the front door: exactly that call passes, and nobody else gains by it.

Hypothesis draws worlds (identity policies, boundaries, session policies, bucket policies, service and resource control
policies, endpoint policies) and calls. E-20, E-31, E-32, E-84, E-86, E-87.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from mocks3 import mock_s3
from mocks3.access import Decision
from mocks3.handles.mock_aws import MockAWS
from mocks3.handles.principals import Principal
from tests.access.asking import allow, document
from tests.access.fixing import SAYS_MORE, A, Attempt, B, Scene, apply

BKT, OBJECTS, KEY = "arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*", "arn:aws:s3:::bkt/k"
SSE = "s3:x-amz-server-side-encryption"
ENDPOINT = "vpce-1"

ANYWHERE: list[Any] = [
    {},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "192.0.2.7/32"]}},
    {"StringEquals": {"aws:SourceVpce": ENDPOINT}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringLike": {"aws:userid": "AIDA*"}, "Bool": {"aws:SecureTransport": "true"}},
    {"StringLike": {"aws:UserAgent": "tool/*"}},
]
UNLESS: list[Any] = [
    {"Bool": {"aws:SecureTransport": "false"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"StringNotEquals": {"aws:SourceVpce": ENDPOINT}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/admin"}},
    {"StringNotLike": {"aws:userid": ["AROAADMIN:*"]}},
    {},
]
WRITING: list[Any] = [
    {"StringEquals": {SSE: "AES256"}},
    {"StringEquals": {"s3:x-amz-acl": "private"}},
    {"StringEquals": {"s3:RequestObjectTag/class": "public"}},
    {"StringEquals": {"s3:x-amz-storage-class": ["STANDARD_IA", "GLACIER"]}},
]
UNLESS_WRITING: list[Any] = [
    {"StringNotEquals": {SSE: "AES256"}},
    {"Null": {SSE: "true"}},
    {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
    {"StringNotEquals": {"s3:x-amz-storage-class": "STANDARD_IA"}, "Null": {SSE: "true"}},
]
READING: list[Any] = [
    {"StringEquals": {"s3:ExistingObjectTag/class": "public"}},
    {
        "StringEquals": {"s3:ExistingObjectTag/class": ["public", "${aws:username}"]},
        "Bool": {"aws:SecureTransport": "true"},
    },
]
UNLESS_READING: list[Any] = [{"StringNotEquals": {"s3:ExistingObjectTag/class": "public"}}]
LISTING: list[Any] = [
    {"StringLike": {"s3:prefix": ["team/${aws:username}/*", "shared/*"]}},
    {"StringEquals": {"s3:prefix": "bkt/team/", "s3:delimiter": "/"}},
    {"NumericLessThanEquals": {"s3:max-keys": "10"}},
]
UNLESS_LISTING: list[Any] = [
    {"StringNotLike": {"s3:prefix": "team/*"}},
    {"NumericGreaterThan": {"s3:max-keys": "100"}},
]
ACTIONS: dict[str, Any] = {
    "get_object": ("s3:GetObject", OBJECTS),
    "put_object": ("s3:PutObject", OBJECTS),
    "list_objects_v2": ("s3:ListBucket", BKT),
}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("get_object", {"Key": "k"}),
    ("get_object", {"Key": "missing"}),
    ("put_object", {"Key": "k"}),
    ("put_object", {"Key": "k", "ACL": "bucket-owner-full-control"}),
    ("put_object", {"Key": "k", "Tagging": "a=b"}),
    ("put_object", {"Key": "k", "ServerSideEncryption": "aws:kms"}),
    ("list_objects_v2", {}),
    ("list_objects_v2", {"Prefix": "team/", "MaxKeys": 200}),
]
ANY = st.sampled_from


@st.composite
def statements(draw: Any, effect: str, operation: str, *, named: bool) -> dict[str, Any]:
    """Draw a statement that matches the operation, or nearly."""
    others = [name for name in ACTIONS if name != operation]
    action, resource = ACTIONS[draw(ANY([operation, operation, *others]))]
    if effect == "Allow" and not named:
        resource = draw(ANY([resource, resource, BKT, OBJECTS, "arn:aws:s3:::other/*"]))
    conditions = ANYWHERE if effect == "Allow" else UNLESS
    if action == "s3:PutObject":
        conditions = conditions + (WRITING if effect == "Allow" else UNLESS_WRITING)
    if action == "s3:GetObject":
        conditions = conditions + (READING if effect == "Allow" else UNLESS_READING)
    if action == "s3:ListBucket":
        conditions = conditions + (LISTING if effect == "Allow" else UNLESS_LISTING)
    condition = draw(ANY(conditions))
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    if named:
        principals = ["*", {"AWS": A}, {"AWS": B}, {"AWS": f"arn:aws:iam::{A}:user/mallory"}]
        statement["Principal"] = "*" if effect == "Deny" else draw(ANY(principals[1:]))
    return statement | ({"Condition": condition} if condition else {})


@st.composite
def policies(draw: Any, operation: str, *, named: bool = False, most: int = 2) -> dict[str, Any] | None:
    drawn = draw(
        st.lists(
            ANY(["Allow", "Allow", "Deny"]).flatmap(
                lambda effect: statements(effect, operation, named=named)
            ),
            max_size=most,
        )
    )
    return document(*drawn) if drawn else None


@st.composite
def cases(draw: Any) -> dict[str, Any]:
    """Draw a world and a call."""
    operation, params = draw(ANY(CALLS))
    some = policies(operation)
    rarely = st.one_of(st.none(), st.none(), some)
    return {
        "operation": operation,
        "params": params,
        "caller": draw(ANY(["user", "user", "role", "partner", "partner role", "anonymous"])),
        "identity": draw(some),
        "boundary": draw(rarely),
        "session": draw(rarely),
        "bucket": draw(policies(operation, named=True)),
        "scp": draw(st.one_of(st.none(), statements("Deny", operation, named=False))),
        "secure": draw(ANY([True, True, False])),
        "endpoint": draw(ANY([None, None, None, "open", "narrow"])),
        "owner": draw(ANY(["BucketOwnerEnforced", "ObjectWriter"])),
    }


def scene_of(aws: MockAWS, case: dict[str, Any]) -> tuple[Scene, Attempt]:
    a, b = aws.account(A), aws.account(B)
    organization = None
    others: dict[str, Principal] = {
        "mallory": a.create_user("mallory", policies=allow("*")),
        "nobody": a.create_user("nobody"),
        "eve": b.create_user("eve", policies=allow("*")),
        "anonymous": aws.anonymous,
    }
    account = b if case["caller"].startswith("partner") else a
    if case["scp"]:
        organization = aws.organization("o-1")
        organization.add(account)
        organization.put_scp(document(case["scp"]), name="deny")
    given: dict[str, Any] = {"policies": case["identity"] or (), "boundary": case["boundary"]}
    holder = None
    if case["caller"].endswith("role"):
        holder = account.create_role("r", **given)
    elif case["caller"] != "anonymous":
        holder = account.create_user("dave", **given)
    bucket = a.create_bucket("bkt", ownership=case["owner"], objects={"k": b"body"})
    if case["bucket"]:
        bucket.put_policy(case["bucket"])
    rules = {"open": None, "narrow": allow("s3:GetBucketAcl", Principal="*")}
    aws.vpc_endpoint(ENDPOINT, vpc="vpc-1", policy=rules.get(case["endpoint"]))
    context = {"source_vpce": ENDPOINT} if case["endpoint"] else {}
    attempt = Attempt(case["operation"], {"Bucket": "bkt", **case["params"]}, context, case["secure"])
    attempt.session_policy = case["session"] if case["caller"].endswith("role") else None
    return Scene(aws, holder, organization, others), attempt


def others_may(scene: Scene, denied: Decision) -> dict[str, bool]:
    """Return which other principals may do what was denied."""
    explain = scene.aws.explain
    return {
        name: explain(each, denied.action, denied.resource).allowed for name, each in scene.others.items()
    }


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_the_first_remedy_makes_exactly_that_call_pass(case: dict[str, Any]) -> None:
    with mock_s3() as aws:
        scene, attempt = scene_of(aws, case)
        denied = attempt.denied(scene)
        for _ in range(8):
            if denied is None:
                return
            note(str(denied))
            remedies = denied.remedies()
            assert remedies, denied
            text = " ".join(step.text for step in remedies[0])
            before = others_may(scene, denied)
            apply(scene, attempt, remedies[0])
            gained = [name for name, may in others_may(scene, denied).items() if may and not before[name]]
            assert not gained or any(word in text for word in SAYS_MORE), (gained, text)
            again = attempt.denied(scene)
            assert again is None or again.action != denied.action, (text, again)
            denied = again
        raise AssertionError("the call is denied again and again")
