"""Forms of the query protocol."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3 import wire
from mocks3.errors import S3Error

from .wires import request


def params(form: str, service: str = "iam") -> Any:
    parsed = wire.parse(request("POST", "/", form.encode(), service))
    assert (parsed.head, parsed.address.bucket) == ({}, None)
    return parsed.params


def test_lists_and_structures() -> None:
    form = "Action=TagRole&Version=2010-05-08&RoleName=a-b%2B"
    form += "&Tags.member.2.Key=c&Tags.member.2.Value=d+d&Tags.member.1.Key=a&Tags.member.1.Value="
    expected = {"RoleName": "a-b+", "Tags": [{"Key": "a", "Value": ""}, {"Key": "c", "Value": "d d"}]}
    assert params(form + "&Unknown=1&Tags.member.x=1") == expected


def test_a_form_in_the_query_string() -> None:
    parsed = wire.parse(request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", service="sts"))
    assert (parsed.operation, parsed.params) == ("GetCallerIdentity", {})


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("", "MissingAction"),
        ("Version=1", "MissingAction"),
        ("Action=ListUsers&MaxItems=x", "ValidationError"),
        ("Action=ListUsers&PathPrefix=%FF", "InvalidURI"),
        ("Action=ListUsers&PathPrefix=é", "ValidationError"),
    ],
)
def test_invalid_forms(form: str, code: str) -> None:
    with pytest.raises(S3Error) as caught:
        params(form)
    assert (caught.value.code, caught.value.status) == (code, 400)
