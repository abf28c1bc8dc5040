"""Every request that botocore sends is routed to its operation and parsed back to the same members."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mocks3 import wire
from mocks3.lib import checksum
from mocks3.wire import deviations, parsing

from .shapes import PLAIN_PATHS, QUERY_REQUEST, XML_REQUEST, structures
from .wires import additions, names, send

EXAMPLES = max(5, settings.default.max_examples // 6)
FEW = settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
DIGESTS = ("content-md5", "x-amz-checksum-", "x-amz-sdk-checksum-", "content-length")

QUERY = [
    *(("sts", name) for name in names("sts")),
    *(
        ("iam", name)
        for name in (
            "AddUserToGroup", "AttachUserPolicy", "CreateAccessKey", "CreateGroup", "CreatePolicy", "CreateRole",
            "CreateUser", "DeleteRolePolicy", "GetAccountAuthorizationDetails", "GetRole", "ListAccessKeys",
            "ListUsers", "PutRolePermissionsBoundary", "PutUserPolicy", "SimulateCustomPolicy", "TagRole",
            "UpdateAssumeRolePolicy",
        )
    ),
]  # fmt: skip


def unsaid(name: str, member: Any) -> bool:
    """Members that must agree with the body: they are tested with the bodies."""
    header = str(member.serialization.get("name", name)).lower()
    return member.serialization.get("location") == "header" and header.startswith(DIGESTS)


def read_as(operation: str, sent: Any) -> tuple[str, dict[str, Any]]:
    """Where a request was routed, and its members; a deprecated twin's are read by its own table."""
    parsed = wire.parse(sent)
    if parsed.operation == operation:
        return operation, dict(parsed.params)
    entry = parsing.compiled("s3", operation)
    params = {"Bucket": parsed.address.bucket}
    entry.read_head(sent.headers, [], params)
    return parsed.operation, params | (entry.read_body(sent, None) if entry.read_body else {})


@pytest.mark.parametrize("operation", [name for name in names("s3") if name != "PostObject"])
def test_s3(operation: str) -> None:
    model = wire.operation_model("s3", operation)

    @FEW
    @given(
        structures(model.input_shape, replace(XML_REQUEST, without=additions("s3", operation)), unsaid),
        st.sampled_from(["path", "virtual"]),
    )
    def check(params: dict[str, Any], style: str) -> None:
        assume(model.input_shape.name not in deviations.REQUIRED_BODIES or payload(model) in params)
        sent = send("s3", operation, params, style)
        if model.input_shape.name in deviations.DIGEST_REQUIRED:
            sent.headers["x-amz-checksum-crc32"] = checksum.b64("crc32", sent.body)
        routed, found = read_as(operation, sent)
        body = model.get_streaming_input()
        if body is not None and body.type_name == "blob":
            found[payload(model)] = found[payload(model)].read()
            params.setdefault(payload(model), b"")
            found.pop("ContentLength", None)
        assert found == params
        assert routed == (successor(operation) if model.deprecated else operation)

    check()


def payload(model: Any) -> str:
    return str(model.input_shape.serialization["payload"])


def successor(operation: str) -> str:
    return operation if operation.endswith("Configuration") else f"{operation}Configuration"


@pytest.mark.parametrize("operation", names("s3control"))
def test_s3control(operation: str) -> None:
    model = wire.operation_model("s3control", operation)

    @settings(FEW, max_examples=max(3, EXAMPLES // 3))
    @given(structures(model.input_shape, PLAIN_PATHS, unsaid))
    def check(params: dict[str, Any]) -> None:
        parsed = wire.parse(send("s3control", operation, params))
        assert (parsed.operation, parsed.params) == (operation, params)

    check()


@pytest.mark.parametrize(("service", "operation"), QUERY)
def test_query(service: str, operation: str) -> None:
    model = wire.operation_model(service, operation)

    @FEW
    @given(structures(model.input_shape, replace(QUERY_REQUEST, without=additions(service, operation))))
    def check(params: dict[str, Any]) -> None:
        parsed = wire.parse(send(service, operation, params))
        assert (parsed.operation, parsed.params) == (operation, params)

    check()
