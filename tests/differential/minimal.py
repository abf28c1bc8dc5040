"""The smallest input that the model of an operation requires, so that tests can call every operation."""

from __future__ import annotations

import datetime
from typing import Any

SAMPLES = {
    "string": "x",
    "integer": 1,
    "long": 1,
    "boolean": True,
    "blob": b"x",
    "timestamp": datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC),
    "float": 1.0,
    "double": 1.0,
}


def minimal(client: Any, operation: str) -> dict[str, Any]:
    """Return the required parameters of ``operation``, and its body if it has one."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    names = list(shape.required_members)
    payload = shape.serialization.get("payload")
    names += [payload] if payload else []
    return {name: _sample(shape.members[name]) for name in dict.fromkeys(names)}


def _sample(shape: Any) -> Any:
    if shape.type_name == "structure":
        return {name: _sample(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [_sample(shape.member)]
    if shape.type_name == "map":
        return {}
    enum = getattr(shape, "enum", None)
    return enum[0] if enum else SAMPLES[shape.type_name]
