"""botocore parses every output of every operation back to the same members."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mocks3 import wire

from .shapes import XML_ANSWER, distinct, structures
from .test_every_request import EXAMPLES, QUERY
from .wires import asked, names, receive

FEW = settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
BARE = {"GetBucketLocation"}


def expected(model: Any, output: dict[str, Any]) -> dict[str, Any]:
    """Return what botocore parses: it always adds maps of headers and payloads."""
    shape = model.output_shape
    if shape is None:
        return {}
    whole = dict(output)
    # botocore finds versions and delete markers in two lists, without the empty ones.
    for entry in whole.pop("Entries", []):
        for name, listed in entry.items():
            whole.setdefault(f"{name}s", []).append(listed)
    for name, member in shape.members.items():
        if member.serialization.get("location") == "headers":
            whole.setdefault(name, {})
    payload = shape.serialization.get("payload")
    if payload is not None:
        member = shape.members[payload]
        nothing: Any = {"structure": {}, "string": "", "blob": b""}[member.type_name]
        whole.setdefault(payload, [] if member.serialization.get("eventstream") else nothing)
    return whole


def length_of_stream(name: str, member: Any) -> bool:
    """Return the length of the body that is sent: it replaces the length in the output."""
    return name == "ContentLength"


def taken(model: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Return what botocore parsed, with the content of streams."""
    found.pop("ResponseMetadata", None)
    if model.has_streaming_output:
        found.pop("ContentLength", None)
    payload = model.output_shape.serialization.get("payload") if model.output_shape else None
    if payload is not None and model.has_event_stream_output:
        found[payload] = list(found[payload])
    elif payload is not None and hasattr(found[payload], "read"):
        found[payload] = found[payload].read()
    return found


def without_old_spellings(shape: Any, found: Any) -> Any:
    """Return the members without the old scalar form of a list, which botocore parses too."""
    if shape.type_name != "structure" or not isinstance(found, dict):
        return found
    kept, members = distinct(shape), shape.members
    return {
        name: without_old_spellings(members[name], item) if name in members else item
        for name, item in found.items()
        if name in kept or name not in members
    }


@pytest.mark.parametrize("operation", sorted(set(names("s3")) - BARE))
def test_s3(operation: str) -> None:
    model = wire.operation_model("s3", operation)
    shape = model.output_shape
    if shape is None:
        answer = wire.serialize(asked("s3", operation), {})
        assert (answer.body, answer.status // 100) == (b"", 2)
        return

    @FEW
    @given(structures(shape, XML_ANSWER, length_of_stream if model.has_streaming_output else None))
    def check(output: dict[str, Any]) -> None:
        answer = wire.serialize(asked("s3", operation), output)
        found = taken(model, receive("s3", operation, answer))
        assert without_old_spellings(shape, found) == expected(model, output)

    check()


@pytest.mark.parametrize("operation", names("s3control"))
def test_s3control(operation: str) -> None:
    model = wire.operation_model("s3control", operation)
    if model.output_shape is None:
        assert wire.serialize(asked("s3control", operation), {}).body == b""
        return

    @settings(FEW, max_examples=max(3, EXAMPLES // 3))
    @given(structures(model.output_shape, XML_ANSWER))
    def check(output: dict[str, Any]) -> None:
        answer = wire.serialize(asked("s3control", operation), output)
        assert taken(model, receive("s3control", operation, answer)) == expected(model, output)

    check()


@pytest.mark.parametrize(("service", "operation"), QUERY)
def test_query(service: str, operation: str) -> None:
    model = wire.operation_model(service, operation)
    if model.output_shape is None:
        assert receive(service, operation, wire.serialize(asked(service, operation), {}))["ResponseMetadata"]
        return

    @FEW
    @given(structures(model.output_shape, XML_ANSWER))
    def check(output: dict[str, Any]) -> None:
        answer = wire.serialize(asked(service, operation), output)
        assert taken(model, receive(service, operation, answer)) == expected(model, output)

    check()
