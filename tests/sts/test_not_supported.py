"""Members of STS calls that mocks3 refuses by name, before it issues any credentials."""

from __future__ import annotations

import pytest

from mocks3 import NotSupported
from mocks3.handles.mock_aws import MockAWS

CONTEXT = {
    "ProvidedContexts": [
        {"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "abcd"}
    ]
}


def test_the_member_is_refused_by_name(aws: MockAWS) -> None:
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    account = aws.account()
    dave, role = account.create_user("dave", policies=everything), account.create_role("reader")
    sts, call = dave.client("sts"), {"RoleArn": role.arn, "RoleSessionName": "session"}
    before = aws.snapshot().iam
    with pytest.raises(NotSupported, match="does not support ProvidedContexts of sts:AssumeRole"):
        sts.assume_role(**call, **CONTEXT)
    assert aws.snapshot().iam == before
    assert sts.assume_role(**call)["Credentials"]["SessionToken"]
