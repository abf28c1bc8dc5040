"""Whatever is put as a policy, the answer is one of S3's, and a refused one changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3 import mock_s3

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.text(max_size=5),
    st.sampled_from(
        ["*", "Allow", "Deny", "s3:GetObject", "s3:*", "arn:aws:s3:::bkt/*", "2012-10-17", "${x}"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["AWS", "Service", "StringEquals", "IpAddress", "Null", "s3:prefix", "aws:SourceIp", "x/~"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
MEMBERS = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
]
GOOD: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::bkt/*",
}
STATEMENTS = st.builds(
    lambda changes, dropped: {
        name: value for name, value in {**GOOD, **changes}.items() if name not in dropped
    },
    st.dictionaries(st.sampled_from([*MEMBERS, "Other"]), VALUES, max_size=3),
    st.sets(st.sampled_from(MEMBERS), max_size=1),
)
DOCUMENTS = st.one_of(
    VALUES,
    st.builds(
        lambda statement, more: {"Statement": statement, **more},
        st.one_of(STATEMENTS, st.lists(STATEMENTS, max_size=3), VALUES),
        st.dictionaries(st.sampled_from(["Version", "Id", "Statement", "Other"]), VALUES, max_size=2),
    ),
)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with mock_s3(new_bucket_defaults="legacy") as aws:
        aws.account().create_bucket("bkt")
        yield aws.client()


def hold(client: Any, text: str) -> None:
    client.delete_bucket_policy(Bucket="bkt")
    code = None
    try:
        client.put_bucket_policy(Bucket="bkt", Policy=text)
    except ClientError as error:
        code = error.response["Error"]["Code"]
    if code is None:
        assert client.get_bucket_policy(Bucket="bkt")["Policy"] == text
        client.get_bucket_policy_status(Bucket="bkt")
        return
    assert code == "MalformedPolicy"
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        client.get_bucket_policy(Bucket="bkt")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(DOCUMENTS)
def test_any_json(client: Any, document: Any) -> None:
    hold(client, json.dumps(document))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text(client: Any, text: str) -> None:
    hold(client, text)
    hold(client, "{" + text)
