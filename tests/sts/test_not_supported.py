"""Members of STS calls that mocks3 refuses by name, before it issues any credentials."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3 import NotSupported
from mocks3.handles.mock_aws import MockAWS

CONTEXT = {
    "ProvidedContexts": [
        {"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "abcd"}
    ]
}


@pytest.mark.parametrize(
    ("operation", "member", "params"),
    [
        ("AssumeRole", "ProvidedContexts", CONTEXT),
        ("AssumeRole", "SourceIdentity", {"SourceIdentity": "dave"}),
    ],
)
def test_the_member_is_refused_by_name(
    aws: MockAWS, operation: str, member: str, params: dict[str, Any]
) -> None:
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    account = aws.account()
    dave, role = account.create_user("dave", policies=everything), account.create_role("reader")
    sts = dave.client("sts")
    calls = {
        "AssumeRole": (sts.assume_role, {"RoleArn": role.arn, "RoleSessionName": "session"}),
    }
    call, needed = calls[operation]
    before = aws.snapshot().iam
    with pytest.raises(NotSupported, match=f"does not support {member} of sts:{operation}"):
        call(**needed, **params)
    assert aws.snapshot().iam == before
    assert call(**needed)["Credentials"]["SessionToken"]
