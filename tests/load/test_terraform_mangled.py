"""Plans in which values have other types than Terraform prints: they are read or refused, and never a traceback."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocks3 import load
from mocks3.errors import Mocks3Error
from mocks3.load.descriptions import Options
from mocks3.load.terraform import read

from .terraform_documents import Document, policy, ref, trust
from .terraform_resources import ACCOUNT, OTHER, allow


def whole_plan() -> dict[str, Any]:
    plan = Document(account=ACCOUNT)
    plan.add(
        'module.m["a"].aws_s3_bucket.b[0]', bucket="b-1", versioning=[{"enabled": True}], tags={"a": "b"}
    )
    plan.add(
        "aws_iam_role.r",
        name="r",
        path="/",
        assume_role_policy=trust(AWS=OTHER),
        inline_policy=[{"name": "i", "policy": policy(allow("s3:*", "*"))}],
    )
    plan.call('module.m["a"]', {"id": ref("aws_s3_bucket.b[0].id")}, role=ref("aws_iam_role.r.arn"))
    plan.pending_data(
        "aws_iam_policy_document.d",
        statement=[
            {
                "actions": ["s3:*"],
                "resources": ["arn:aws:s3:::b-1/*"],
                "principals": [{"type": "AWS", "identifiers": [ref("aws_iam_role.r.arn")]}],
                "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}],
            }
        ],
    )
    plan.add(
        "aws_s3_bucket_policy.p",
        bucket=ref('module.m["a"].id'),
        policy=ref("data.aws_iam_policy_document.d.json"),
    )
    plan.add("aws_kms_key.k", policy=policy(allow("kms:*", "*", Principal={"AWS": ACCOUNT})), is_enabled=True)
    plan.add(
        "aws_kms_grant.g",
        key_id=ref("aws_kms_key.k.key_id"),
        grantee_principal=ref("aws_iam_role.r.arn"),
        operations=["Decrypt"],
        constraints=[{"encryption_context_equals": {"a": "b"}}],
    )
    plan.add(
        "aws_s3_access_point.a",
        name="a",
        bucket=ref('module.m["a"].id'),
        vpc_configuration=[{"vpc_id": "vpc-1"}],
    )
    plan.add("aws_vpc_endpoint.e", service_name="com.amazonaws.eu-west-1.s3", vpc_id="vpc-1")
    plan.add("aws_organizations_organization.o", roots=[{"id": "r-abcd"}])
    plan.add(
        "aws_organizations_policy.s",
        name="s",
        type="SERVICE_CONTROL_POLICY",
        content=policy({"Effect": "Allow", "Action": "*", "Resource": "*"}),
    )
    plan.add(
        "aws_organizations_policy_attachment.s",
        policy_id=ref("aws_organizations_policy.s.id"),
        target_id="r-abcd",
    )
    plan.add(
        "aws_s3_bucket_lifecycle_configuration.l",
        bucket="b-1",
        rule=[{"id": "x", "status": "Enabled", "expiration": [{"days": 1}], "filter": [{"prefix": "a"}]}],
    )
    plan.add(
        "aws_s3_bucket_acl.l",
        bucket="b-1",
        access_control_policy=[
            {
                "owner": [{"id": "a"}],
                "grant": [{"grantee": [{"id": "a", "type": "CanonicalUser"}], "permission": "READ"}],
            }
        ],
    )
    plan.add(
        "aws_s3_bucket_notification.n",
        bucket="b-1",
        queue=[{"queue_arn": "arn:aws:sqs:eu-west-1:1:q", "events": ["s3:ObjectCreated:*"]}],
    )
    plan.add("aws_s3_object.o", bucket="b-1", key="k", tags={"a": "b"}, content="c")
    return plan.json()


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "x", "*", "arn:aws:s3:::b-1", "{}", "[", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "Statement", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for name, one in inner for each in places(one, (*path, name)))]


TEXT = json.dumps(whole_plan())
PLACES = places(json.loads(TEXT))[1:]


def mangled(changes: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(TEXT)
    for path, value in changes:
        parent: Any = document
        try:
            for step in path[:-1]:
                parent = parent[step]
            parent[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    return document


CHANGES = st.lists(st.tuples(st.sampled_from(PLACES), ANY), min_size=1, max_size=4)


@given(CHANGES)
def test_mangled_plans_are_read_or_refused(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    try:
        found = read(mangled(changes), "", "plan.json", Options())
    except load.LoadError:
        return
    assert all(each.what and each.reason for each in found.unread)


@settings(max_examples=10)
@given(CHANGES)
def test_mangled_plans_are_loaded_or_refused(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    try:
        loaded = load.world([mangled(changes)])
    except Mocks3Error:
        return
    assert loaded.aws.account().id


@pytest.mark.parametrize("value", [None, "x", [{}]], ids=repr)
def test_each_value_of_a_plan_can_have_another_type(value: Any) -> None:
    for path in PLACES:
        try:
            read(mangled([(path, value)]), "", "plan.json", Options())
        except load.LoadError:
            continue
